//! Whole calls against recorded answers. Every article in them is invented.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use voiceassist_plugin::integration::{Call, Content, Plan, ToolResult};
use voiceassist_plugin::testing::{Exchange, Recorded, Vector, error_json};
use voiceassist_plugin::{Bucket, Error, ErrorKind, Outside, Readiness};

use crate::cite::Style;
use crate::{article, invoke, prepare, tools};

const RECORDS: &str = include_str!("../tests/fixtures/efetch.xml");
const BASE: &str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/";

fn efetch(ids: &str) -> String {
    format!("{BASE}efetch.fcgi?db=pubmed&retmode=xml&tool=voiceassist&id={ids}")
}

fn esearch(rest: &str) -> String {
    format!("{BASE}esearch.fcgi?db=pubmed&retmode=json&tool=voiceassist&{rest}")
}

fn call(tool: &str, arguments: &Value) -> Call {
    Call {
        tool: tool.into(),
        arguments: arguments.to_string(),
        language: "en".into(),
        idempotency_key: "1".into(),
    }
}

fn run(outside: &Recorded, tool: &str, arguments: &Value) -> Result<ToolResult, Error> {
    invoke(outside, &call(tool, arguments), None)
}

fn texts(result: &ToolResult) -> String {
    let texts = result.content.iter().filter_map(|content| match content {
        Content::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n---\n")
}

fn structured(result: &ToolResult) -> Value {
    serde_json::from_str(result.structured.as_deref().unwrap()).unwrap()
}

/// What the author's tool compares with `expect`.
fn as_json(answer: Result<ToolResult, Error>) -> Value {
    let one = |content: &Content| match content {
        Content::Text(text) => json!({ "text": text }),
        Content::Citation(citation) => json!({ "citation": { "id": citation.id, "pmid": citation.pmid } }),
        Content::File(file) => json!({ "file": { "root": file.root, "path": file.path } }),
        Content::Card(_) => Value::Null,
    };
    match answer {
        Ok(result) => json!({
            "structured": structured(&result), "content": result.content.iter().map(one).collect::<Vec<_>>(),
        }),
        Err(error) => error_json(&error),
    }
}

#[test]
fn every_recorded_call_gives_what_it_is_expected_to() {
    let vectors = Vector::list(include_str!("../vectors.json")).unwrap();
    for tool in tools::all() {
        assert!(
            vectors.iter().any(|vector| vector.call["tool"] == tool.name.as_str()),
            "{}",
            tool.name
        );
    }
    for mut vector in vectors {
        let call = call(vector.call["tool"].as_str().unwrap(), &vector.call["arguments"]);
        vector.outside.roots = vec![("literature".into(), true)];
        let answer = if vector.call["approve"] == true {
            let plan = prepare(&vector.outside, &call).unwrap();
            let parsed =
                |text: &Option<String>| text.as_deref().map(|text| serde_json::from_str::<Value>(text).unwrap());
            let changes = plan.changes.iter().map(|change| {
                json!({
                    "summary": change.summary, "target": change.target, "before": parsed(&change.before),
                    "after": parsed(&change.after),
                })
            });
            let changes: Vec<_> = changes.collect();
            json!({ "changes": changes, "result": as_json(invoke(&vector.outside, &call, Some(&plan))) })
        } else {
            as_json(invoke(&vector.outside, &call, None))
        };
        vector.check(&answer).unwrap();
    }
}

#[test]
fn every_part_of_a_record_is_read() {
    let records = article::records(RECORDS).unwrap();
    let first = &records[0];
    assert_eq!(
        first.title,
        "Zaltrovin in chronic heart failure: a made-up trial with 10⁹ tablets & no patients."
    );
    let names: Vec<_> = first.authors.iter().map(|author| author.short()).collect();
    assert_eq!(names, ["Muster AB", "Beispiel Jr K", "ZALTROVIN Investigators"]);
    assert_eq!(
        (first.published.as_str(), first.printed.as_str()),
        ("2024-03-07", "2024 Mar 7")
    );
    assert_eq!(
        first.sections[1],
        (
            Some("METHODS".into()),
            "We invented β-blocked tablets; CO₂ was not measured.".into()
        )
    );
    assert_eq!(first.doi.as_deref(), Some("10.5555/jic.2024.001"));
    assert_eq!(first.pmcid.as_deref(), Some("PMC99000001"));
    assert_eq!(first.mesh, ["Heart Failure / drug therapy*", "Humans"]);
    assert_eq!(records[1].published, "2019");
    assert_eq!(records[2].book.as_deref(), Some("Invented Shelf"));
    assert_eq!(records[2].authors[0].short(), "Autorin B");
}

#[test]
fn retraction_stands_before_everything_else() {
    let records = article::records(RECORDS).unwrap();
    let text = records[1].markdown();
    assert!(text.starts_with("> **RETRACTED"), "{text}");
    let (retracted, concern, title) = ("RETRACTED", "EXPRESSION OF CONCERN", "Cures that");
    let place = |words: &str| text.find(words).unwrap();
    assert!(place(retracted) < place(concern) && place(concern) < place(title));
    assert!(text.contains("PMID 99000005"));
    assert_eq!(
        text.matches(retracted).count(),
        1,
        "the type repeats what the reference says"
    );
    assert!(records[1].is_withdrawn() && !records[0].is_withdrawn());
    assert!(records[0].markdown().starts_with("> **Erratum"));
}

#[test]
fn citations_follow_their_formats() {
    let records = article::records(RECORDS).unwrap();
    assert_eq!(
        Style::Vancouver.write(&records[0]),
        "Muster AB, Beispiel Jr K, ZALTROVIN Investigators. Zaltrovin in chronic heart failure: a made-up trial with \
         10⁹ tablets & no patients. J Invent Cardiol. 2024 Mar 7;12(3):201-9. doi: 10.5555/jic.2024.001. PMID: \
         99000001. Erratum in: J Invent Cardiol. 2024 Apr;12(4):300. doi: 10.5555/jic.2024.077."
    );
    assert!(Style::Vancouver.write(&records[1]).ends_with(
        "Ann Invent Med. 2019 Nov-Dec;3:e17. PMID: 99000002. Retraction in: Ann Invent Med. 2021;5:2. Expression of \
         concern in: Ann Invent Med. 2020;4:1."
    ));
    assert_eq!(
        Style::Vancouver.write(&records[2]),
        "Autorin B. Imaginary oedema. In: The made-up handbook. Invented Shelf; 2023 Jan. PMID: 99000003."
    );
    let ris = Style::Ris.write(&records[0]);
    assert!(
        ris.starts_with("TY  - JOUR\nAU  - Muster, Anna B\n") && ris.ends_with("ER  - \n"),
        "{ris}"
    );
    assert!(ris.contains("\nSP  - 201\nEP  - 209\n"), "{ris}");
    let bib = Style::Bibtex.write(&records[0]);
    assert!(bib.starts_with("@article{muster2024pmid99000001,\n"), "{bib}");
    assert!(bib.contains("10⁹ tablets \\& no patients"), "{bib}");
}

#[test]
fn filters_become_pubmeds_own_fields() {
    let url = esearch(
        "term=%28heart%20failure%29%20AND%20%22Review%22%5BPublication%20Type%5D&retmax=3&sort=pub_date&datetype=pdat\
         &mindate=2020&maxdate=3000",
    );
    let empty = json!({ "esearchresult": { "count": "0", "idlist": [], "warninglist": {
        "quotedphrasesnotfound": ["\"no such *thing*\""] } } });
    let outside = Recorded::new(vec![Exchange::get(&url, &empty.to_string())]);
    let arguments =
        json!({ "query": " heart\nfailure ", "article_type": "review", "sort": "date", "limit": 3, "from_year": 2020 });
    let result = run(&outside, tools::SEARCH, &arguments).unwrap();
    assert_eq!(structured(&result)["results"], json!([]));
    assert!(
        texts(&result).contains("Not found in PubMed: \"no such \\*thing\\*\""),
        "{}",
        texts(&result)
    );
}

#[test]
fn wrong_arguments_are_refused_before_anything_is_sent() {
    let outside = Recorded::new(Vec::new());
    for (tool, arguments) in [
        (tools::SEARCH, json!({ "query": " " })),
        (tools::SEARCH, json!({ "query": "x".repeat(1_001) })),
        (tools::SEARCH, json!({ "query": "x", "limit": 21 })),
        (tools::SEARCH, json!({ "query": "x", "sort": "best" })),
        (tools::SEARCH, json!({ "query": "x", "article_type": "opinion" })),
        (
            tools::SEARCH,
            json!({ "query": "x", "from_year": 2024, "to_year": 2020 }),
        ),
        (tools::FETCH, json!({ "pmids": [] })),
        (tools::FETCH, json!({ "pmids": ["1; drop"] })),
        (tools::FETCH, json!({ "pmids": ["123456789"] })),
        (tools::CITE, json!({ "pmids": ["1"], "style": "apa" })),
    ] {
        assert_eq!(
            run(&outside, tool, &arguments).unwrap_err().kind,
            ErrorKind::InvalidInput,
            "{arguments}"
        );
    }
    assert_eq!(
        run(&outside, "astrology", &json!({})).unwrap_err().kind,
        ErrorKind::Unsupported
    );
    assert!(outside.sent().is_empty());
}

#[test]
fn long_lists_go_by_post_and_name_no_key() {
    let ids: Vec<String> = (0..150).map(|at| (99_000_001 + at).to_string()).collect();
    let outside = Recorded::new(vec![Exchange::post(&format!("{BASE}efetch.fcgi"), RECORDS)])
        .with_setting("email", "it@example.org");
    let result = run(&outside, tools::FETCH, &json!({ "pmids": ids })).unwrap();
    assert_eq!(structured(&result)["missing"].as_array().unwrap().len(), 147);
    let sent = outside.sent();
    let body = String::from_utf8(sent[0].body.clone()).unwrap();
    assert!(body.starts_with("db=pubmed&retmode=xml&tool=voiceassist&email=it%40example.org&id=99000001,99000002,"));
    assert!(!body.contains("api_key"));
}

/// A paper with more authors than are shown; the first one has an abstract that no text can hold.
fn huge(pmid: u32) -> String {
    let name = "Musterfrau-Beispielhausen";
    let author = format!(
        "<Author ValidYN=\"Y\"><LastName>{name}</LastName><ForeName>Anna</ForeName><Initials>A</Initials></Author>"
    );
    let words = "Nothing. ".repeat(if pmid == 1 { 8_000 } else { 300 });
    format!(
        "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue><PubDate><Year>2020</Year></PubDate>\
         </JournalIssue><Title>J</Title></Journal><ArticleTitle>Huge.</ArticleTitle><Abstract><AbstractText>{words}</AbstractText>\
         </Abstract><AuthorList>{}</AuthorList></Article></MedlineCitation></PubmedArticle>",
        author.repeat(150)
    )
}

#[test]
fn no_answer_is_larger_than_the_host_takes() {
    let ids: Vec<String> = (1..=40).map(|at| at.to_string()).collect();
    let all: String = (1..=40).map(huge).collect();
    let xml = format!("<PubmedArticleSet>{all}</PubmedArticleSet>");
    let address = efetch(&ids.join(","));
    let outside = Recorded::new(vec![Exchange::get(&address, &xml), Exchange::get(&address, &xml)]);
    let result = run(&outside, tools::FETCH, &json!({ "pmids": ids })).unwrap();
    let longest = result.content.iter().map(|content| match content {
        Content::Text(text) => text.len(),
        Content::Citation(citation) => citation.authors.len(),
        _ => 0,
    });
    assert!(longest.max().unwrap() < 64 << 10);
    assert!(result.structured.as_ref().unwrap().len() < 64 << 10);
    let articles = structured(&result);
    assert_eq!(
        articles["articles"].as_array().unwrap().len(),
        40,
        "each is there, if only briefly"
    );
    let cited = run(&outside, tools::CITE, &json!({ "pmids": ids, "style": "ris" }));
    assert_eq!(cited.err().and_then(|error| error.code).as_deref(), Some("too-long"));
    let mut outside = Recorded::new(vec![Exchange::get(&address, &xml)]);
    outside.roots = vec![("literature".into(), true)];
    let arguments = json!({ "pmids": ids, "file": "a.bib" });
    let saved = prepare(&outside, &call(tools::SAVE, &arguments));
    assert_eq!(saved.err().and_then(|error| error.code).as_deref(), Some("too-long"));
}

#[test]
fn requests_keep_the_pace_across_calls() {
    for (key, gap) in [(Readiness::Missing, 340), (Readiness::Ready, 105)] {
        let mut outside = Recorded::new((0..8).map(|_| Exchange::get(&efetch("99000001"), RECORDS)).collect());
        outside.credentials.insert("ncbi-key".into(), key);
        let start = outside.now_ms();
        for _ in 0..8 {
            run(&outside, tools::FETCH, &json!({ "pmids": ["99000001"] })).unwrap();
        }
        assert_eq!(outside.now_ms() - start, 7 * gap);
    }
}

#[test]
fn refusal_for_haste_pauses_every_further_call() {
    let limited = r#"{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}"#;
    let refused = || Exchange::get(&efetch("99000001"), limited).status(429);
    let arguments = json!({ "pmids": ["99000001"] });
    let outside = Recorded::new(vec![refused().header("retry-after", "2"), refused(), refused()]);
    let wait = |outside: &Recorded| {
        let error = run(outside, tools::FETCH, &arguments).unwrap_err();
        assert_eq!(error.kind, ErrorKind::RateLimited);
        u64::from(error.retry_after_ms.unwrap())
    };
    assert_eq!(wait(&outside), 2_000);
    assert_eq!(
        (wait(&outside), outside.sent().len()),
        (2_000, 1),
        "nothing is sent while it pauses"
    );
    outside.wait_ms(2_000);
    assert_eq!(wait(&outside), 2_000, "without a time the pause doubles");
    outside.wait_ms(2_000);
    assert_eq!(wait(&outside), 4_000);
    outside.wait_ms(4_000);
    outside.add(vec![Exchange::get(&efetch("99000001"), RECORDS)]);
    assert!(run(&outside, tools::FETCH, &arguments).is_ok());
    assert_eq!(outside.recall(Bucket::Cache, "refusals-in-a-row").unwrap(), None);
}

#[test]
fn what_is_no_answer_is_an_error_of_the_right_kind() {
    let wrong = |answer: Exchange| {
        run(
            &Recorded::new(vec![answer]),
            tools::FETCH,
            &json!({ "pmids": ["99000001"] }),
        )
        .unwrap_err()
        .kind
    };
    let get = |text: &str| Exchange::get(&efetch("99000001"), text);
    assert_eq!(wrong(get("<PubmedArticleSet></PubmedArticleSet>")), ErrorKind::NotFound);
    assert_eq!(wrong(get(&RECORDS[..RECORDS.len() / 2])), ErrorKind::Unavailable);
    assert_eq!(wrong(get("<html><body>Down</body></html>")), ErrorKind::Unavailable);
    assert_eq!(wrong(get("")), ErrorKind::Unavailable);
    let empty = "<eFetchResult>\n<ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR>\n</eFetchResult>";
    assert_eq!(wrong(get(empty).status(400)), ErrorKind::NotFound);
    assert_eq!(
        wrong(get(
            "<eFetchResult><ERROR>Supplied id parameter is empty.</ERROR></eFetchResult>"
        )),
        ErrorKind::NotFound
    );
    let relayed = "<eFetchResult><ERROR>Failed to retrieve data: proxy_stream() 502 Bad Gateway</ERROR></eFetchResult>";
    assert_eq!(wrong(get(relayed).status(400)), ErrorKind::Unavailable);
    assert_eq!(
        wrong(get(r#"{"error":"API key invalid"}"#).status(400)),
        ErrorKind::AuthRequired
    );
    assert_eq!(wrong(get("busy").status(502)), ErrorKind::Unavailable);
    let search = |text: &str| {
        let outside = Recorded::new(vec![Exchange::get(&esearch("term=x&retmax=10&sort=relevance"), text)]);
        run(&outside, tools::SEARCH, &json!({ "query": "x" })).unwrap_err().kind
    };
    assert_eq!(
        search(r#"{"esearchresult":{"ERROR":"Search Backend failed: address table is empty"}}"#),
        ErrorKind::Unavailable
    );
    assert_eq!(search(r#"{"esearchresult":"#), ErrorKind::Unavailable);
    assert_eq!(search("[]"), ErrorKind::Unavailable);
}

fn saving() -> Recorded {
    let mut outside = Recorded::new(vec![Exchange::get(&efetch("99000001,99000002"), RECORDS)]);
    outside.roots = vec![("literature".into(), true)];
    outside
}

fn plan(outside: &Recorded, file: &str) -> Result<Plan, Error> {
    let arguments = json!({ "pmids": ["99000001", "99000002"], "file": file });
    prepare(outside, &call(tools::SAVE, &arguments))
}

fn save(outside: &Recorded, plan: &Plan) -> Result<ToolResult, Error> {
    invoke(outside, &call(tools::SAVE, &json!({})), Some(plan))
}

#[test]
fn new_file_holds_what_was_shown() {
    let outside = saving();
    let plan = plan(&outside, "heart.ris").unwrap();
    assert_eq!(plan.changes.len(), 1);
    let change = &plan.changes[0];
    assert_eq!(
        change.summary,
        "Writes 2 citations into the new file heart.ris; RETRACTED among them: PMID 99000002."
    );
    assert_eq!(
        (change.target.as_str(), &change.before),
        ("literature/heart.ris", &None)
    );
    assert_eq!(outside.file("literature/heart.ris"), None, "prepare writes nothing");
    let result = save(&outside, &plan).unwrap();
    assert_eq!(structured(&result)["added"], json!(2));
    let after: Value = serde_json::from_str(change.after.as_deref().unwrap()).unwrap();
    let written = String::from_utf8(outside.file("literature/heart.ris").unwrap()).unwrap();
    assert_eq!(after["contents"], json!(written));
    assert_eq!(written.matches("TY  - JOUR").count(), 2);
    assert_eq!(
        save(&outside, &plan).unwrap_err().kind,
        ErrorKind::Conflict,
        "a plan is good once"
    );
}

#[test]
fn existing_file_is_added_to_and_nothing_is_saved_twice() {
    let outside = saving();
    outside.put_file(
        "literature/notes/lib.bib",
        b"@article{own,\n}\n\n@article{x,\n  pmid = {99000001},\n}",
    );
    let shown = plan(&outside, "notes/lib.bib").unwrap();
    assert_eq!(
        shown.changes[0].summary,
        "Adds 1 citation to notes/lib.bib; RETRACTED among them: PMID 99000002."
    );
    assert!(shown.changes[0].before.as_deref().unwrap().contains("@article{own"));
    save(&outside, &shown).unwrap();
    let written = String::from_utf8(outside.file("literature/notes/lib.bib").unwrap()).unwrap();
    assert!(
        written.starts_with("@article{own,\n}\n\n@article{x,\n  pmid = {99000001},\n}\n@article{falsch2019"),
        "{written}"
    );
    outside.add(vec![Exchange::get(&efetch("99000001,99000002"), RECORDS)]);
    let again = plan(&outside, "notes/lib.bib").unwrap_err();
    assert_eq!(again.code.as_deref(), Some("already-saved"));
}

#[test]
fn file_that_changed_since_it_was_shown_is_a_conflict() {
    let outside = saving();
    outside.put_file("literature/a.ris", b"TY  - JOUR\n");
    let shown = plan(&outside, "a.ris").unwrap();
    outside.put_file("literature/a.ris", b"somebody else was here\n");
    assert_eq!(save(&outside, &shown).unwrap_err().kind, ErrorKind::Conflict);
    assert_eq!(outside.file("literature/a.ris").unwrap(), b"somebody else was here\n");
    let outside = saving();
    let shown = plan(&outside, "a.ris").unwrap();
    outside.put_file("literature/a.ris", b"made meanwhile\n");
    assert_eq!(save(&outside, &shown).unwrap_err().kind, ErrorKind::Conflict);
}

#[test]
fn only_citation_files_inside_the_granted_folder_are_written() {
    for file in [
        "../a.ris",
        "/a.ris",
        "a/../../b.ris",
        "a\\b.ris",
        "a.txt",
        "ris",
        "",
        "a//b.ris",
    ] {
        assert_eq!(
            plan(&saving(), file).unwrap_err().kind,
            ErrorKind::InvalidInput,
            "{file}"
        );
    }
    let mut outside = saving();
    outside.roots = vec![("literature".into(), false)];
    assert_eq!(plan(&outside, "a.ris").unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(
        invoke(&saving(), &call(tools::SAVE, &json!({})), None)
            .unwrap_err()
            .kind,
        ErrorKind::InvalidInput
    );
}

#[test]
fn record_from_pubmed_itself_is_read() {
    let Ok(path) = std::env::var("VOICEASSIST_TEST_PUBMED") else {
        eprintln!("skipped: VOICEASSIST_TEST_PUBMED names no recorded answer of efetch for PMID 29768149");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let records = article::records(&text).unwrap();
    let record = &records[0];
    assert_eq!(
        (records.len(), record.pmid.as_str(), record.authors.len()),
        (1, "29768149", 10)
    );
    assert_eq!(record.doi.as_deref(), Some("10.1056/NEJMoa1715274"));
    assert_eq!(record.sections.len(), 4);
    assert_eq!(record.notices, []);
    assert_eq!(
        Style::Vancouver.write(record),
        "O'Byrne PM, FitzGerald JM, Bateman ED, Barnes PJ, Zhong N, Keen C, et al. Inhaled Combined \
         Budesonide-Formoterol as Needed in Mild Asthma. N Engl J Med. 2018 May 17;378(20):1865-1876. doi: \
         10.1056/NEJMoa1715274. PMID: 29768149."
    );
}
