//! An answer that is being read while the session changes under it.

use std::time::{Duration, Instant};

use api_types::AnswerEvent;
use axum::http::StatusCode;
use http_body_util::BodyExt;
use testkit::{OpenAiDouble, Reply, tokens};
use voiceassist::models::ModelSettings;

use crate::support::{TestApp, bare, parse_events, post, with_body};

const GUIDE: &[u8] = b"# Heparin\n\nGive heparin 5000 units twice daily after hip surgery.\n";

#[tokio::test]
async fn a_stream_outlives_its_access_token_and_ends_within_five_seconds_of_signing_out() {
    // The same sentence again and again, for minutes.
    let sentence = tokens("Give heparin 5000 units twice daily after hip surgery [1]. ");
    let model = OpenAiDouble::start(vec![Reply::Slow {
        tokens: std::iter::repeat_n(sentence, 300).flatten().collect(),
        first: Duration::from_millis(10),
        between: Duration::from_millis(40),
    }])
    .await
    .unwrap();
    let base_url = url::Url::parse(&model.base_url()).unwrap();
    let test = TestApp::start_with(move |config| {
        config.model = Some(ModelSettings {
            base_url,
            name: "slow".into(),
            api_key: None,
            is_local: true,
        });
    })
    .await;
    let anna = test.sign_in("anna").await;
    anna.add("guide.md", GUIDE).await;
    let on = serde_json::json!({ "enabled": true });
    let endpoints = test.app.models.endpoints().await.unwrap();
    let endpoint = endpoints.iter().find(|endpoint| !endpoint.built_in).unwrap();
    let path = format!("/api/v1/admin/endpoints/{}", endpoint.id);
    let switched = anna.send(with_body("PUT", &path, &on)).await;
    assert_eq!(switched.status(), StatusCode::OK);
    let conversation = anna.conversation().await;
    let body = serde_json::json!({ "client_message_id": "1", "text": "How much heparin after hip surgery?" });
    let asked = anna
        .send(post(&format!("/api/v1/conversations/{conversation}/messages"), &body))
        .await;
    assert_eq!(asked.status(), StatusCode::OK);

    let mut stream = asked.into_body();
    let mut seen = Vec::new();
    let began = Instant::now();
    test.clock.advance(11 * 60_000);
    while began.elapsed() < Duration::from_secs(3) {
        let frame = tokio::time::timeout(Duration::from_secs(20), stream.frame())
            .await
            .unwrap();
        seen.extend_from_slice(&frame.expect("still open").unwrap().into_data().unwrap());
    }
    let refused = anna.send(bare("GET", "/api/v1/status")).await;
    assert_eq!(
        refused.status(),
        StatusCode::UNAUTHORIZED,
        "the access token has expired"
    );

    let left = Instant::now();
    let response = anna.send(bare("DELETE", "/api/v1/session")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    while let Some(frame) = stream.frame().await {
        seen.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    assert!(left.elapsed() < Duration::from_secs(5), "{:?}", left.elapsed());
    let events = parse_events(&seen);
    let Some((_, AnswerEvent::Error { problem })) = events.last() else {
        panic!("{:?}", events.last());
    };
    assert_eq!(problem.kind, "/problems/signed-out");
}
