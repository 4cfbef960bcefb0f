//! What a plain-HTTP server received is what the egress log, the receipt and the audit say left: byte for byte.

use api_types::{Answer, PhiHandling, SwitchEndpoint};
use axum::http::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::Row;
use testkit::pubmed::invented;
use testkit::{OpenAiDouble, PubMedDouble, RawRequest, Reply, Tap, TeiDouble, tokens};
use voiceassist::db::Db;
use voiceassist::models::ModelSettings;

use crate::connected::connect;
use crate::models::on;
use crate::plugins::bundled;
use crate::support::{TestApp, post};

/// Length and digest of path and query, and of the body.
type Carried = (i64, String, i64, String);

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub fn carried(request: &RawRequest) -> Carried {
    let target = request.line().split(' ').nth(1).unwrap();
    (
        target.len() as i64,
        sha256(target.as_bytes()),
        request.body.len() as i64,
        sha256(&request.body),
    )
}

/// What the egress log says reached a destination, in no order.
pub async fn logged(db: &Db, destination: &str) -> Vec<Carried> {
    let rows = sqlx::query(
        "SELECT target_bytes, target_sha256, bytes_out, body_sha256 FROM egress_log WHERE destination = $1 \
         AND outcome NOT LIKE 'refused%' AND outcome NOT LIKE 'failed before sending%'",
    )
    .bind(destination)
    .fetch_all(db)
    .await
    .unwrap();
    let mut rows: Vec<Carried> = rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();
    rows.sort();
    rows
}

async fn differs(db: &Db, tap: &Tap) -> usize {
    let mut arrived: Vec<Carried> = tap.requests().iter().map(carried).collect();
    arrived.sort();
    let logged = logged(db, &tap.origin()).await;
    let bytes: i64 = arrived.iter().map(|one| one.0 + one.2).sum();
    println!("{}: {} requests, {bytes} bytes arrived", tap.origin(), arrived.len());
    assert!(!arrived.is_empty(), "nothing reached {}", tap.origin());
    assert_eq!(arrived, logged, "{}", tap.origin());
    0
}

#[tokio::test]
async fn every_byte_that_arrived_is_in_the_log_the_receipt_and_the_audit() {
    if bundled("text-embeddings").is_none() || bundled("pubmed").is_none() {
        return;
    }
    let said = "Give antibiotics within one hour [1].";
    let broken = Reply::Error {
        status: 500,
        message: String::new(),
    };
    let model = OpenAiDouble::start(vec![broken, Reply::Tokens(tokens(said))])
        .await
        .unwrap();
    let embeddings = TeiDouble::start("NeuML/pubmedbert-base-embeddings", 768, 8, 400)
        .await
        .unwrap();
    let articles = invented();
    let pmid = articles[0].pmid.clone();
    let pubmed = PubMedDouble::patient(articles).await.unwrap();
    let to_model = Tap::before(model.base_url().trim_end_matches("/v1")).await.unwrap();
    let to_embeddings = Tap::before(&embeddings.base_url()).await.unwrap();
    let to_pubmed = Tap::before(&pubmed.origin()).await.unwrap();
    let settings = ModelSettings {
        base_url: format!("{}/v1", to_model.origin()).parse().unwrap(),
        name: "remote-model".into(),
        api_key: Some("sk-test".into()),
        is_local: false,
    };
    let test = TestApp::start_with(|config| {
        config.plugin_private_origins = vec![to_embeddings.origin(), to_pubmed.origin()];
        config.enable_pubmedbert_adapter = true;
        config.demo = true;
        config.model = Some(settings);
    })
    .await;
    let admin = test.sign_in("admin").await;
    connect(&admin, "text-embeddings", "server", &to_embeddings.origin()).await;
    connect(&admin, "pubmed", "mirror", &to_pubmed.origin()).await;
    until_ready(&admin).await;
    test.app.knowledge.public_space().unwrap().fill().await.unwrap();
    let id = test.app.models.endpoints().await.unwrap()[1].id.clone();
    let redact = SwitchEndpoint {
        phi_handling: Some(PhiHandling::RedactAndRestore),
        ..on()
    };
    test.app.models.switch(&id, &redact, "admin").await.unwrap();
    test.app.models.test(&id, "admin").await.unwrap();

    let conversation = admin.conversation().await;
    let mut answers: Vec<Answer> = Vec::new();
    for question in [
        "How is sepsis treated in the first hour?",
        "How is sepsis treated in John Smith, MRN: 12345678?",
        "Which antibiotics are given for sepsis?",
    ] {
        answers.push(admin.ask(&conversation, question).await);
    }
    let fetch = json!({ "arguments": { "pmids": [pmid] } });
    let fetched = admin.send(post("/api/v1/tools/pubmed/fetch", &fetch)).await;
    assert_eq!(fetched.status(), StatusCode::OK);

    test.app.egress.recent(1).await.unwrap();
    let mut different = 0;
    for tap in [&to_model, &to_embeddings, &to_pubmed] {
        different += differs(&test.app.db, tap).await;
    }
    assert_eq!(different, 0, "bytes that differ");
    assert!(
        to_model
            .requests()
            .iter()
            .any(|one| String::from_utf8_lossy(&one.body).contains("[NAME_1]"))
    );

    for answer in &answers {
        let ids: Vec<&str> = answer
            .metadata
            .receipt
            .requests
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        for request in &answer.metadata.receipt.requests {
            let row = sqlx::query("SELECT bytes_out, target_bytes, body_sha256, outcome FROM egress_log WHERE id = $1")
                .bind(&request.id)
                .fetch_one(&test.app.db)
                .await
                .unwrap();
            assert_eq!(
                (
                    row.get::<i64, _>(0),
                    row.get::<i64, _>(1),
                    row.get::<Option<String>, _>(2),
                    row.get::<String, _>(3)
                ),
                (
                    request.bytes_out,
                    request.target_bytes,
                    request.body_sha256.clone(),
                    request.outcome.clone()
                )
            );
        }
        let recorded: Vec<String> = sqlx::query_scalar("SELECT detail FROM audit WHERE action = 'answer.given'")
            .fetch_all(&test.app.db)
            .await
            .unwrap();
        let same = recorded.iter().any(|detail| {
            let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
            detail["requests"] == json!(ids)
                && detail["left_the_building"] == json!(answer.metadata.receipt.left_the_building)
        });
        assert!(same, "{ids:?} in {recorded:?}");
    }
}

async fn until_ready(someone: &crate::support::Browser<'_>) {
    for document in someone.documents().await {
        someone.settled(&document.id).await;
    }
}
