//! Sources that are lost while an answer is being made, and options that are made of a file's headings.

use std::time::{Duration, Instant};

use api_types::{Answer, AnswerKind};
use axum::http::StatusCode;
use testkit::nextcloud::Share;
use testkit::{OpenAiDouble, Reply, tokens};
use voiceassist::models::ModelSettings;

use crate::cloud::{Cloud, PROTOCOL, QUESTION, learnt};
use crate::support::{answer_of, bytes, parse_events, post, with_body};

const WRITTEN: &str = "Give heparin 5000 units twice daily after hip surgery [1]. ";

/// A model that has said its first sentence soon and then goes on for minutes.
async fn slow_model() -> OpenAiDouble {
    let mut all = tokens(WRITTEN);
    all.extend(vec!["and ".to_owned(); 3000]);
    let reply = Reply::Slow {
        tokens: all,
        first: Duration::from_millis(10),
        between: Duration::from_millis(40),
    };
    OpenAiDouble::start(vec![reply]).await.unwrap()
}

async fn with_model(model: &OpenAiDouble) -> Cloud {
    let base_url = url::Url::parse(&model.base_url()).unwrap();
    let cloud = Cloud::not_installed_with(move |config| {
        config.model = Some(ModelSettings {
            base_url,
            name: "slow".into(),
            api_key: None,
            is_local: true,
        });
        config.check_again = Duration::from_millis(300);
    })
    .await;
    cloud.nc.install(&cloud.url).await.unwrap();
    let admin = cloud.user("admin");
    let listed: api_types::ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    let id = &listed.endpoints[1].id;
    let body = serde_json::json!({ "enabled": true });
    let response = admin
        .send(with_body("PUT", &format!("/api/v1/admin/endpoints/{id}"), &body))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    cloud
}

async fn ask_while(cloud: &Cloud, happens: impl AsyncFnOnce()) -> Answer {
    let bob = cloud.user("bob");
    let conversation = bob.conversation().await;
    let body = serde_json::json!({ "client_message_id": "1", "text": QUESTION });
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let (response, ()) = tokio::join!(bob.send(post(&path, &body)), happens());
    let events = parse_events(&bytes(response).await);
    answer_of(&events)
}

#[tokio::test]
async fn a_share_that_ends_while_a_model_writes_ends_the_answer() {
    let model = slow_model().await;
    let cloud = with_model(&model).await;
    let file = cloud.nc.put("alice", "/heparin.md", PROTOCOL);
    let share = cloud.nc.share(file, Share::user("bob"));
    cloud.settle("bob").await;
    let began = Instant::now();
    let answer = ask_while(&cloud, async || {
        for _ in 0..200 {
            if !model.calls().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Some checks pass first.
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(model.open_streams(), 1, "it is still writing");
        cloud.nc.unshare(share);
    })
    .await;
    // The whole would take two minutes.
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    assert!(!learnt(&answer).contains("5000"), "{answer:?}");
    assert!(answer.sentences.is_empty() && answer.citations.is_empty());
    assert!(answer.notices[0].contains("cannot be opened for you now"), "{:?}", answer.notices);
    for _ in 0..200 {
        if model.open_streams() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the model is still writing");
}

const SECTIONS: &str = "# Ward guide\n\n## Delirium screening\n\nScreen each patient for delirium twice a day.\n\n\
## Delirium prevention\n\nKeep the lights low at night to prevent delirium in old patients.\n\n\
## Delirium medication\n\nHaloperidol is given for severe delirium only.\n\n\
## Delirium aftercare\n\nTell the family about delirium before discharge.\n";

#[tokio::test]
async fn headings_of_a_readable_file_are_offered_and_withheld_with_it() {
    let cloud = Cloud::start().await;
    let file = cloud.nc.put("alice", "/ward.md", SECTIONS);
    let share = cloud.nc.share(file, Share::user("bob"));
    cloud.settle("bob").await;
    let bob = cloud.user("bob");
    let conversation = bob.conversation().await;
    let answer = bob.ask(&conversation, "delirium").await;
    assert_eq!(answer.kind, AnswerKind::Clarification, "{answer:?}");
    let options = answer.clarification.as_ref().unwrap().options.clone();
    assert!(options.len() >= 3 && options.iter().any(|option| option.label == "Delirium screening"), "{options:?}");
    for option in &options {
        let citation = answer.citations.iter().find(|one| Some(one.number) == option.citation).unwrap();
        assert!(citation.quote.is_empty() && citation.browser_check.is_some(), "{citation:?}");
    }

    cloud.nc.unshare(share);
    let denied = bob.ask(&bob.conversation().await, "delirium").await;
    assert!(!learnt(&denied).contains("screening"), "{denied:?}");
    let old: api_types::Conversation = bob.get(&format!("/api/v1/conversations/{conversation}")).await;
    let text = serde_json::to_string(&old).unwrap();
    assert!(!text.contains("screening") && !text.contains("ward"), "{text}");
}
