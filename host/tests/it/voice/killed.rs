//! The host is killed in the middle of a spoken answer, and started again.

use std::time::Duration;

use api_types::{AnswerStatus, Conversation, VoiceSession};
use serde_json::json;
use tokio::task::block_in_place;
use voice_turn::vap::ClientMessage;

use super::talker::{Talker, hello, spoken};
use super::{QUESTION, RULES, SESSIONS, conversation_of};
use crate::process::Host;

fn begin(host: &mut Host, request: &serde_json::Value) -> VoiceSession {
    serde_json::from_slice(&host.post(SESSIONS, request).body).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_host_keeps_the_conversation_tells_who_comes_back_and_goes_on_in_the_next_session() {
    let folder = tempfile::tempdir().unwrap();
    let (mut host, session) = block_in_place(|| {
        let mut host = Host::start(folder.path(), &[], &[]);
        host.sign_in();
        host.upload("visitors.md", std::str::from_utf8(RULES).unwrap());
        host.wait_until_read(1);
        let session = begin(&mut host, &json!({}));
        (host, session)
    });
    let mut talker = Talker::connect(&host.origin(), host.who(), session).await;
    talker.say(&spoken(QUESTION)).await;
    talker
        .until("it speaks", |talker| talker.page.state() == "speaking")
        .await;
    let conversation = conversation_of(&talker);
    host.process.kill().unwrap();
    talker.until("the line is lost", |talker| talker.closed.is_some()).await;

    let (mut host, next) = block_in_place(|| {
        drop(host);
        let mut host = Host::start(folder.path(), &[], &[]);
        host.sign_in();
        let next = begin(&mut host, &json!({ "conversation_id": conversation }));
        (host, next)
    });
    talker.moved(&host.origin(), host.who());
    let back = hello(&talker.session, Some((talker.page.token(), None)));
    talker.open(back).await;
    talker.until("it is told", |talker| talker.closed.is_some()).await;
    assert_eq!(talker.closed, Some(4410));

    let mut talker = Talker::connect(&host.origin(), host.who(), next).await;
    talker.page.haste = 800;
    let typed = ClientMessage::TextInput {
        text: "When may children visit?".into(),
    };
    talker.control(typed).await;
    talker.answered().await;
    let said = talker.page.segments().join(" ");
    assert!(said.contains("afternoon"), "{said}");
    let path = format!("/api/v1/conversations/{conversation}");
    let mut whole: Conversation = block_in_place(|| host.get(&path));
    for _ in 0..100 {
        if whole.messages.iter().all(|one| one.status != AnswerStatus::Running) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        whole = block_in_place(|| host.get(&path));
    }
    let stood: Vec<_> = whole
        .messages
        .iter()
        .map(|one| (one.status, one.answer.is_some()))
        .collect();
    assert_eq!(stood, [(AnswerStatus::Done, true), (AnswerStatus::Done, true)]);
}
