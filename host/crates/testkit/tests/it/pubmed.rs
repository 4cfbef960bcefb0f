//! The PubMed double against what NCBI documents (NBK25499) and what its service answers.

use testkit::PubMedDouble;
use testkit::pubmed::{Failure, invented};

use crate::probe::{Answer, Probe};

const BASE: &str = "/entrez/eutils";

async fn get(probe: &Probe, path: &str) -> Answer {
    probe.send("GET", &format!("{BASE}/{path}"), &[], "").await
}

#[tokio::test]
async fn search_finds_by_words_type_and_years() {
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let probe = Probe::at(double.origin());
    let ids = async |fields: &str| {
        let answer = get(&probe, &format!("esearch.fcgi?db=pubmed&retmode=json&{fields}")).await;
        answer.json()["esearchresult"]["idlist"].to_string()
    };
    assert_eq!(ids("term=imaginary+nephritis+zaltrovin").await, r#"["99100001"]"#);
    assert_eq!(
        ids("term=(imaginary+nephritis)+AND+%22Review%22%5BPublication+Type%5D").await,
        r#"["99100002"]"#
    );
    assert_eq!(
        ids("term=nephritis&mindate=2020&maxdate=2022&datetype=pdat").await,
        r#"["99100001","99100004"]"#
    );
    assert_eq!(
        ids("term=nephritis&sort=pub_date&retmax=2").await,
        r#"["99100002","99100001"]"#
    );
    let none = get(&probe, "esearch.fcgi?db=pubmed&retmode=json&term=zxqv")
        .await
        .json();
    assert_eq!(none["esearchresult"]["errorlist"]["phrasesnotfound"][0], "zxqv");
    let xml = get(&probe, "esearch.fcgi?db=pubmed&term=zaltrovin").await;
    assert_eq!(xml.between("Id").as_deref(), Some("99100001"));
    let wrong = get(&probe, "esearch.fcgi?db=pubmedd&retmode=json&term=x").await.json();
    assert_eq!(wrong["esearchresult"]["ERROR"], "Invalid db name specified: pubmedd");
}

#[tokio::test]
async fn records_carry_their_notices_and_unknown_ids_are_missing() {
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let probe = Probe::at(double.origin());
    let form = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    let answer = probe
        .send(
            "POST",
            &format!("{BASE}/efetch.fcgi"),
            &form,
            "db=pubmed&retmode=xml&id=99100003,99199999",
        )
        .await;
    assert!(answer.text().contains("RefType=\"RetractionIn\"") && !answer.text().contains("99199999"));
    assert_eq!(double.lookups()[0].fields["id"], "99100003,99199999");
    let wrong = get(&probe, "efetch.fcgi?db=pubmed&retmode=xml&id=abc").await;
    assert_eq!((wrong.status, wrong.between("ERROR").is_some()), (400, true));
    let summary = get(&probe, "esummary.fcgi?db=pubmed&retmode=json&id=99100001,5")
        .await
        .json();
    assert_eq!(summary["result"]["99100001"]["source"], "J Invent Nephrol");
    assert_eq!(summary["result"]["5"]["error"], "cannot get document summary");
    double.change("99100001", |article| article.types.push("Retracted Publication".into()));
    let changed = get(&probe, "efetch.fcgi?db=pubmed&retmode=xml&id=99100001").await;
    assert!(changed.text().contains("Retracted Publication"));
}

#[tokio::test]
async fn three_requests_a_second_are_allowed_and_ten_with_a_key() {
    let double = PubMedDouble::start(invented(), &["good"]).await.unwrap();
    let probe = Probe::at(double.origin());
    for (key, limit) in [("", 3), ("&api_key=good", 10)] {
        let mut served = 0;
        let refused = loop {
            let answer = get(&probe, &format!("esearch.fcgi?db=pubmed&term=x{key}")).await;
            if answer.status != 200 {
                break answer;
            }
            served += 1;
        };
        assert_eq!((served, refused.status), (limit, 429), "{key}");
        assert_eq!(refused.json()["error"], "API rate limit exceeded");
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
    let wrong = get(&probe, "esearch.fcgi?db=pubmed&term=x&api_key=bad").await;
    assert_eq!(
        (wrong.status, wrong.json()["error"].as_str()),
        (400, Some("API key invalid"))
    );
}

#[tokio::test]
async fn failures_come_in_the_order_they_were_asked_for() {
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let probe = Probe::at(double.origin());
    double.fail(Failure::TooManyRequests { retry_after: None });
    double.fail(Failure::Status {
        status: 502,
        body: "<html>".into(),
    });
    double.fail(Failure::Cut(30));
    double.fail(Failure::Backend("Search Backend failed".into()));
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(get(&probe, "esearch.fcgi?db=pubmed&retmode=json&term=nephritis").await);
    }
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [429, 502, 200, 200, 200]);
    assert_eq!((answers[0].header("retry-after"), answers[2].body.len()), (None, 30));
    assert_eq!(answers[3].json()["esearchresult"]["ERROR"], "Search Backend failed");
    assert_eq!(answers[4].json()["esearchresult"]["count"], "4");
}
