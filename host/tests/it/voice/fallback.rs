//! The same conversation over single requests, for proxies that pass no WebSocket.

use api_types::Conversation;
use axum::http::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use voice_turn::vap::HostMessage;

use super::talker::{Page, hello, split, spoken, up};
use super::{QUESTION, RULES, SESSIONS, begin};
use crate::support::{Browser, TestApp, bare, bytes};

/// A page that sends every 200 ms and polls.
struct Polling<'a> {
    browser: &'a Browser<'a>,
    session: String,
    page: Page,
    sent: u64,
    had: u64,
}

impl Polling<'_> {
    async fn send(&mut self, messages: &[Message]) -> StatusCode {
        self.sent += 1;
        let response = self.browser.send(up(&self.session, self.sent, messages)).await;
        response.status()
    }

    async fn fetch(&mut self) {
        let path = format!("{SESSIONS}/{}/down?after={}&wait=poll", self.session, self.had);
        let response = self.browser.send(bare("GET", &path)).await;
        assert_eq!(response.status(), StatusCode::OK);
        for message in split(&bytes(response).await) {
            self.had += 1;
            self.page.take(message);
        }
    }

    /// 200 ms of the microphone, and what the player reports meanwhile.
    async fn go_on(&mut self) {
        let mut batch = Vec::new();
        for _ in 0..10 {
            batch.push(self.page.microphone());
            batch.extend(self.page.player());
        }
        let (status, ()) = (
            self.send(&batch).await,
            tokio::time::sleep(std::time::Duration::from_millis(200)).await,
        );
        assert_eq!(status, StatusCode::NO_CONTENT);
        // Acknowledgements come twice a second, so that a poll never waits long.
        self.fetch().await;
    }
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
    let mut polling = Polling {
        browser: &anna,
        session: id.clone(),
        page: Page::new(),
        sent: 0,
        had: 0,
    };
    assert_eq!(polling.send(&[hello(&session, None)]).await, StatusCode::NO_CONTENT);
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
    polling.fetch().await;
    polling.page.says(&spoken(QUESTION));
    let mut rounds = 0;
    loop {
        polling.go_on().await;
        rounds += 1;
        let page = &polling.page;
        let ended = page.find(|one| matches!(one, HostMessage::SayEnd { .. }).then_some(()));
        if !page.heard().is_empty() && !ended.is_empty() && page.state() == "listening" {
            break;
        }
        assert!(rounds < 300, "no answer: {:#?}", page.told);
    }
    let page = &polling.page;
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
    let gone = anna.send(up(&id, polling.sent + 1, &[])).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}
