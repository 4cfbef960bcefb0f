//! The same conversation over single requests, for proxies that pass no WebSocket.

use std::time::Duration;

use api_types::Conversation;
use axum::http::StatusCode;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tower::ServiceExt;
use voice_turn::vap::HostMessage;

use super::talker::{Page, hello, split, spoken, up};
use super::{QUESTION, RULES, SESSIONS, begin};
use crate::support::{Browser, TestApp, bare, bytes};

/// Polls for ever, as a page does beside what it sends.
fn poll(test: &TestApp, browser: &Browser<'_>, session: &str) -> mpsc::UnboundedReceiver<Message> {
    let (to, messages) = mpsc::unbounded_channel();
    let (router, cookie, session) = (test.router.clone(), browser.cookie(), session.to_owned());
    tokio::spawn(async move {
        let mut had = 0;
        loop {
            let path = format!("{SESSIONS}/{session}/down?after={had}&wait=poll");
            let mut request = bare("GET", &path);
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
            let response = router.clone().oneshot(request).await.unwrap();
            if response.status() != StatusCode::OK {
                return;
            }
            for message in split(&bytes(response).await) {
                had += 1;
                if to.send(message).is_err() {
                    return;
                }
            }
        }
    });
    messages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_question_is_asked_and_answered_over_single_requests() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("visitors.md", RULES).await;
    let session = begin(&anna, &json!({})).await;
    let id = session.session_id.clone();
    let early = anna.send(bare("GET", &format!("{SESSIONS}/{id}/down"))).await;
    assert_eq!(early.status(), StatusCode::CONFLICT, "nobody said hello");
    assert_eq!(
        anna.send(up(&id, 1, &[hello(&session, None)])).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        anna.send(up(&id, 1, &[])).await.status(),
        StatusCode::NO_CONTENT,
        "once more is not taken"
    );
    assert_eq!(
        anna.send(up(&id, 7, &[])).await.status(),
        StatusCode::CONFLICT,
        "one is missing"
    );
    let another = test.sign_in("ben").await;
    assert_eq!(another.send(up(&id, 2, &[])).await.status(), StatusCode::NOT_FOUND);
    let mut messages = poll(&test, &anna, &id);
    let mut page = Page::default();
    page.says(&spoken(QUESTION));
    let mut sent = 1;
    loop {
        // 200 ms of the microphone, and what the player reports meanwhile.
        let mut batch = Vec::new();
        for _ in 0..10 {
            batch.push(page.microphone());
            batch.extend(page.player());
        }
        sent += 1;
        assert_eq!(anna.send(up(&id, sent, &batch)).await.status(), StatusCode::NO_CONTENT);
        tokio::time::sleep(Duration::from_millis(200)).await;
        while let Ok(message) = messages.try_recv() {
            page.take(message);
        }
        let ended = page.find(|one| matches!(one, HostMessage::SayEnd { .. }).then_some(()));
        if !page.heard().is_empty() && !ended.is_empty() && page.state() == "listening" {
            break;
        }
        assert!(sent < 400, "no answer: {:#?}", page.told);
    }
    assert!(
        page.segments().join(" ").contains("eight in the evening"),
        "{:?}",
        page.segments()
    );
    assert!(page.frames > 20);
    let conversations = page.find(|message| match message {
        HostMessage::Conversation { conversation_id, .. } => Some(conversation_id.clone()),
        _ => None,
    });
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{}", conversations[0])).await;
    assert_eq!(shown.messages.len(), 1);
    let ended = anna.send(bare("DELETE", &format!("{SESSIONS}/{id}"))).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    let gone = anna.send(up(&id, sent + 1, &[])).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}
