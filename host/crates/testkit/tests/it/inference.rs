//! The model servers' doubles against the wire of text-generation-inference and text-embeddings-inference.

use serde_json::{Value, json};
use testkit::{Generation, TeiDouble, TgiDouble, Trouble, tokens};

use crate::probe::{Answer, Probe};

async fn post(probe: &Probe, path: &str, body: &Value) -> Answer {
    let kind = [("content-type", "application/json".to_owned())];
    probe.send("POST", path, &kind, &body.to_string()).await
}

#[tokio::test]
async fn generation_is_a_stream_of_tokens_that_ends_with_its_details() {
    let replies = vec![
        Generation::Tokens(tokens("is swelling"), "eos_token"),
        Generation::ErrorEvent(tokens("is")),
        Generation::Error(429),
    ];
    let double = TgiDouble::start("invented/model", replies).await.unwrap();
    let probe = Probe::at(double.base_url());
    let asked = json!({ "inputs": "Oedema", "parameters": { "max_new_tokens": 5 } });
    let stream = post(&probe, "/generate_stream", &asked).await;
    assert_eq!(stream.header("content-type"), Some("text/event-stream"));
    let text = stream.text();
    let events: Vec<Value> = text
        .split("\n\n")
        .filter_map(|event| serde_json::from_str(event.strip_prefix("data:")?).ok())
        .collect();
    assert_eq!(
        (events.len(), events[0]["token"]["text"].as_str(), &events[0]["details"]),
        (2, Some("is "), &Value::Null)
    );
    assert_eq!(
        (&events[1]["generated_text"], &events[1]["details"]["finish_reason"]),
        (&json!("is swelling"), &json!("eos_token"))
    );
    let broken = post(&probe, "/generate_stream", &asked).await.text();
    assert!(broken.contains("\"error_type\":\"generation\""), "{broken}");
    let busy = post(&probe, "/generate_stream", &asked).await;
    assert_eq!(
        (busy.status, busy.json()["error_type"].as_str()),
        (429, Some("overloaded"))
    );
    let cold = json!({ "inputs": "x", "parameters": { "temperature": 0.0 } });
    assert_eq!(post(&probe, "/generate_stream", &cold).await.status, 422);
    assert_eq!(double.calls()[0].body, asked);
}

#[tokio::test]
async fn embeddings_have_length_one_and_limits_are_kept() {
    let double = TeiDouble::start("invented/embedder", 8, 2, 3).await.unwrap();
    let probe = Probe::at(double.base_url());
    let embed = async |body: Value| post(&probe, "/embed", &body).await;
    let rows: Vec<Vec<f64>> = serde_json::from_value(embed(json!({ "inputs": ["a b", "a b"] })).await.json()).unwrap();
    let length: f64 = rows[0].iter().map(|value| value * value).sum();
    assert!((length - 1.0).abs() < 1e-9 && rows[0] == rows[1]);
    for (body, status, kind) in [
        (json!({ "inputs": ["a", "b", "c"] }), 413, "Validation"),
        (json!({ "inputs": "a b c d" }), 413, "Validation"),
        (json!({ "inputs": [] }), 400, "Empty"),
    ] {
        let refused = embed(body.clone()).await;
        assert_eq!(
            (refused.status, refused.json()["error_type"].as_str()),
            (status, Some(kind)),
            "{body}"
        );
    }
    assert_eq!(
        embed(json!({ "inputs": "a b c d", "truncate": true })).await.status,
        200
    );
    for (trouble, status) in [
        (Trouble::Overloaded, 429),
        (Trouble::Backend, 424),
        (Trouble::Tokenizer, 422),
        (Trouble::Unhealthy, 503),
    ] {
        double.trouble(Some(trouble));
        assert_eq!(embed(json!({ "inputs": "a" })).await.status, status);
    }
    double.trouble(None);
    let info = probe.send("GET", "/info", &[], "").await.json();
    assert_eq!(
        (
            &info["max_client_batch_size"],
            &info["model_type"]["embedding"]["pooling"]
        ),
        (&json!(2), &json!("mean"))
    );
}
