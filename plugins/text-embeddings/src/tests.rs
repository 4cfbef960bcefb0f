//! Whole calls against recorded answers.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};
use voiceassist_plugin::embedding::{Matrix, Purpose};
use voiceassist_plugin::testing::{Exchange, Recorded, Vector, error_json};
use voiceassist_plugin::{Error, ErrorKind, Outside};

use crate::{embed, models};

const BASE: &str = "http://tei.hospital.example";
const MODEL: &str = "invented/embedder";

fn info(batch: u32) -> Exchange {
    let info = json!({
        "model_id": MODEL, "model_sha": "abc", "model_dtype": "float32", "model_type": { "embedding": { "pooling": "mean" } },
        "max_concurrent_requests": 512, "max_input_length": 512, "max_batch_tokens": 16384, "max_batch_requests": null,
        "max_client_batch_size": batch, "auto_truncate": false, "tokenization_workers": 2, "version": "1.8.0",
    });
    Exchange::get(&format!("{BASE}/info"), &info.to_string())
}

fn vectors(answer: &Value) -> Exchange {
    Exchange::post(&format!("{BASE}/embed"), &answer.to_string())
}

fn server(exchanges: Vec<Exchange>) -> Recorded {
    Recorded::new(exchanges).with_setting("server", BASE)
}

fn ask(outside: &Recorded, inputs: &[&str]) -> Result<Matrix, Error> {
    let inputs: Vec<String> = inputs.iter().map(|text| (*text).to_owned()).collect();
    embed(outside, MODEL, &inputs, Purpose::Document)
}

/// What the author's tool compares with `expect`.
fn answer(vector: &Vector) -> Value {
    let Some(call) = vector.call.get("embed") else {
        return match models(&vector.outside) {
            Ok(models) => json!({ "models": models.iter().map(|model| json!({
                "id": model.id, "context-tokens": model.context_tokens, "dimensions": model.dimensions,
            })).collect::<Vec<_>>() }),
            Err(error) => error_json(&error),
        };
    };
    let inputs: Vec<String> = call["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap().into())
        .collect();
    let purpose = if call["purpose"] == "query" {
        Purpose::Query
    } else {
        Purpose::Document
    };
    match embed(&vector.outside, call["model"].as_str().unwrap(), &inputs, purpose) {
        Ok(matrix) => json!({ "dimensions": matrix.dimensions, "values": matrix.values }),
        Err(error) => error_json(&error),
    }
}

#[test]
fn every_recorded_call_gives_what_it_is_expected_to() {
    let vectors = Vector::list(include_str!("../vectors.json")).unwrap();
    assert!(vectors.len() >= 4);
    for vector in vectors {
        vector.check(&answer(&vector)).unwrap();
    }
}

#[test]
fn inputs_go_in_batches_the_server_takes_and_come_back_in_order() {
    let outside = server(vec![
        info(2),
        vectors(&json!([[1.0, 0.0], [0.0, 1.0]])),
        vectors(&json!([[0.6, 0.8]])),
    ]);
    let matrix = ask(&outside, &["a", "b", "c"]).unwrap();
    assert_eq!(
        (matrix.dimensions, matrix.values),
        (2, vec![1.0, 0.0, 0.0, 1.0, 0.6, 0.8])
    );
    let bodies: Vec<Value> = outside.sent()[1..]
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    assert_eq!(
        bodies[0],
        json!({ "inputs": ["a", "b"], "normalize": true, "truncate": true })
    );
    assert_eq!(bodies[1]["inputs"], json!(["c"]));
}

#[test]
fn vectors_come_out_with_length_one() {
    let outside = server(vec![info(8), vectors(&json!([[3.0, 4.0], [0.0, -2.0]]))]);
    assert_eq!(ask(&outside, &["a", "b"]).unwrap().values, [0.6, 0.8, 0.0, -1.0]);
}

#[test]
fn what_are_no_vectors_is_refused() {
    for wrong in [
        json!([[1.0, 0.0], [1.0]]),
        json!([[1.0, 0.0]]),
        json!([[], []]),
        json!([[0.0, 0.0], [1.0, 0.0]]),
        json!([[1.0, "x"], [1.0, 0.0]]),
        json!([[1e300, 0.0], [1.0, 0.0]]),
        json!({ "embeddings": [] }),
        json!(3),
    ] {
        let error = ask(&server(vec![info(8), vectors(&wrong)]), &["a", "b"]).unwrap_err();
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::Unavailable, Some("malformed")),
            "{wrong}"
        );
    }
}

#[test]
fn server_is_asked_about_itself_once_in_five_minutes() {
    let one = || vectors(&json!([[1.0]]));
    let outside = server(vec![info(8), one(), one(), one(), info(8)]);
    assert_eq!(models(&outside).unwrap()[0].dimensions, Some(1));
    ask(&outside, &["a"]).unwrap();
    assert_eq!(outside.sent().len(), 3, "info, a vector for its length, the vector");
    outside.wait_ms(300_000);
    ask(&outside, &["a"]).unwrap();
    assert_eq!(outside.unused(), 0);
    let error = embed(&outside, "another/model", &["a".into()], Purpose::Query).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[test]
fn vectors_of_another_length_than_before_are_refused() {
    let outside = server(vec![info(8), vectors(&json!([[1.0, 0.0]])), vectors(&json!([[1.0]]))]);
    models(&outside).unwrap();
    assert_eq!(ask(&outside, &["a"]).unwrap_err().code.as_deref(), Some("malformed"));
}

#[test]
fn questions_and_documents_take_their_own_prompt() {
    let outside = server(vec![info(8), vectors(&json!([[1.0]]))])
        .with_setting("query-prompt", "query")
        .with_setting("truncate", "false");
    embed(&outside, MODEL, &["a".into()], Purpose::Query).unwrap();
    let body: Value = serde_json::from_slice(&outside.sent()[1].body).unwrap();
    assert_eq!(
        body,
        json!({ "inputs": ["a"], "normalize": true, "truncate": false, "prompt_name": "query" })
    );
}

#[test]
fn refusals_say_what_the_host_can_do() {
    let refused = |status: u16, kind: &str| {
        let body = json!({ "error": "why", "error_type": kind });
        ask(&server(vec![info(8), vectors(&body).status(status)]), &["a"]).unwrap_err()
    };
    assert_eq!(refused(413, "Validation").kind, ErrorKind::InvalidInput);
    assert_eq!(refused(422, "Tokenizer").kind, ErrorKind::InvalidInput);
    assert_eq!(refused(424, "Backend").kind, ErrorKind::Unavailable);
    assert_eq!(refused(503, "Unhealthy").kind, ErrorKind::Unavailable);
    let busy = refused(429, "Overloaded");
    assert_eq!((busy.kind, busy.retry_after_ms), (ErrorKind::RateLimited, Some(1_000)));
    let plain = server(vec![
        info(8),
        Exchange::post(&format!("{BASE}/embed"), "Unauthorized").status(401),
    ]);
    assert_eq!(ask(&plain, &["a"]).unwrap_err().kind, ErrorKind::AuthRequired);
    assert_eq!(
        ask(&Recorded::new(Vec::new()), &["a"]).unwrap_err().kind,
        ErrorKind::InvalidInput,
        "no address"
    );
}

#[test]
fn reranker_is_no_embedding_model() {
    let reranker = r#"{"model_id":"r","model_type":{"reranker":{"id2label":{},"label2id":{}}},"max_input_length":512}"#;
    let outside = server(vec![Exchange::get(&format!("{BASE}/info"), reranker)]);
    assert_eq!(models(&outside).unwrap_err().code.as_deref(), Some("malformed"));
    let older = r#"{"model_id":"o","model_pooling":"cls","max_input_length":256,"dimensions":1}"#;
    let outside = server(vec![Exchange::get(&format!("{BASE}/info"), older)]);
    assert_eq!(models(&outside).unwrap()[0].context_tokens, 256);
}

#[test]
fn nothing_to_embed_gives_no_rows() {
    let outside = server(vec![info(8)]);
    assert_eq!(ask(&outside, &[]).unwrap().values, Vec::<f32>::new());
}
