//! A published guideline that was cited is saved to the reader's own Nextcloud files: proposed, confirmed, then done.

use std::time::Duration;

use api_types::{Answer, AnswerKind, DocumentSource, DocumentStatus};
use serde_json::json;
use testkit::GuidelineSite;

use crate::cloud::Cloud;
use crate::connected::connect;
use crate::plugins::bundled;
use crate::support::{answer_of, bare, bytes, parse_events, post};

const QUESTION: &str = "Should I wear gloves of glass?";
const ORDER: &str = "Download the guideline.";

fn options(answer: &Answer) -> Vec<&str> {
    let back = answer.clarification.as_ref().unwrap();
    back.options.iter().map(|option| option.question.as_str()).collect()
}

/// A second after what was asked before, and as a message of its own.
async fn ask(cloud: &Cloud, uid: &str, conversation: &str, text: &str) -> Answer {
    let id = cloud.test.clock.advance(1_000).to_string();
    answer_of(&cloud.user(uid).events(conversation, &id, text).await)
}

/// What was saved for alice is read, and an answer from her own files cites it.
pub async fn assert_cited_from_own_files(cloud: &Cloud, question: &str) {
    cloud.settle("alice").await;
    let alice = cloud.user("alice");
    let own = alice.documents().await;
    let own = own.iter().find(|one| one.source == DocumentSource::Nextcloud).unwrap();
    let path = format!("/api/v1/conversations/{}/messages", alice.conversation().await);
    let body = json!({ "client_message_id": "own", "text": question, "documents": [own.id] });
    let response = alice.send(post(&path, &body)).await;
    let answer = answer_of(&parse_events(&bytes(response).await));
    assert_eq!(answer.citations[0].document_id, own.id, "{answer:?}");
}

async fn saves(cloud: &Cloud) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE action = 'source.saved'")
        .fetch_one(&cloud.test.app.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_cited_guideline_goes_to_the_readers_files_once_they_confirm_and_is_cited_from_there() {
    if bundled("cdc-guidelines").is_none() {
        return;
    }
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_cdc();
    let origin = site.origin();
    let cloud = Cloud::not_installed_with(|config| config.plugin_private_origins = vec![origin.clone()]).await;
    cloud.nc.install(&cloud.url).await.unwrap();
    let admin = cloud.user("admin");
    connect(&admin, "cdc-guidelines", "mirror", &origin).await;
    admin
        .send(bare("POST", "/api/v1/admin/guidelines/cdc-guidelines/look"))
        .await;
    let alice = cloud.user("alice");
    let mut gloves = None;
    for _ in 0..600 {
        let mut documents = alice.documents().await.into_iter();
        gloves = documents.find(|one| one.title.contains("Glass gloves") && one.status == DocumentStatus::Ready);
        if gloves.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let gloves = gloves.expect("the guideline is read within a minute");

    let conversation = alice.conversation().await;
    let nothing = ask(&cloud, "alice", &conversation, ORDER).await;
    assert!(nothing.notices[0].contains("none to save"), "{nothing:?}");
    let first = ask(&cloud, "alice", &conversation, QUESTION).await;
    assert_eq!(first.citations[0].document_id, gloves.id);
    let proposal = ask(&cloud, "alice", &conversation, ORDER).await;
    assert_eq!(proposal.kind, AnswerKind::Clarification, "{proposal:?}");
    let offered = options(&proposal);
    assert_eq!(offered.len(), 2, "{offered:?}");
    let yes = offered[0].to_owned();
    assert!(yes.contains("Glass gloves"));
    let path = format!("/VoiceAssist/{}", gloves.file_name);
    assert_eq!(
        cloud.nc.id("alice", &path),
        None,
        "nothing happens before it is confirmed"
    );

    // Somebody else's, or without the proposal, it is a question like any other.
    let bob = cloud.user("bob");
    bob.ask(&bob.conversation().await, &yes).await;
    let declined = ask(&cloud, "alice", &conversation, offered[1]).await;
    assert_eq!(declined.notices, ["Nothing was saved."]);
    ask(&cloud, "alice", &conversation, &yes).await;
    assert_eq!((saves(&cloud).await, cloud.nc.id("alice", &path)), (0, None));

    ask(&cloud, "alice", &conversation, ORDER).await;
    cloud.test.clock.advance(6 * 60 * 1_000);
    let late = ask(&cloud, "alice", &conversation, &yes).await;
    assert!(late.notices[0].contains("five minutes"), "{late:?}");
    assert_eq!(saves(&cloud).await, 0);

    ask(&cloud, "alice", &conversation, ORDER).await;
    let saved = ask(&cloud, "alice", &conversation, &yes).await;
    assert!(saved.notices[0].contains(path.trim_start_matches('/')), "{saved:?}");
    assert!(cloud.nc.id("alice", &path).is_some() && cloud.nc.id("bob", &path).is_none());
    assert_eq!(saves(&cloud).await, 2, "what was meant, and what came of it");

    ask(&cloud, "alice", &conversation, ORDER).await;
    let again = ask(&cloud, "alice", &conversation, &yes).await;
    assert!(again.notices[0].contains("already a file"), "{again:?}");

    assert_cited_from_own_files(&cloud, QUESTION).await;
}
