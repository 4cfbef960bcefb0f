//! A deleted conversation is gone at once, comes back when asked to within a minute, and is erased after it.

use std::time::Duration;

use api_types::{Conversation, ConversationList};
use axum::http::StatusCode;
use sqlx::Row;

use crate::support::{Browser, TestApp, bare, bytes};

const NOTES: &str = "# Pumps\n\nCheck the syringe pump every four hours and write the volume into the chart.\n";
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

async fn asked(anna: &Browser<'_>) -> String {
    anna.add("pumps.md", NOTES.as_bytes()).await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "How often is the syringe pump checked?").await;
    conversation
}

/// Every way to a conversation, each compared byte for byte with one that never existed.
async fn is_as_if_it_had_never_been(anna: &Browser<'_>, conversation: &str) {
    for (method, path) in [
        ("GET", "/api/v1/conversations/ID".to_owned()),
        ("DELETE", "/api/v1/conversations/ID".to_owned()),
        ("GET", format!("/api/v1/conversations/ID/messages/{UNKNOWN}/events")),
    ] {
        let gone = anna.send(bare(method, &path.replace("ID", conversation))).await;
        let absent = anna.send(bare(method, &path.replace("ID", UNKNOWN))).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "{method} {path}");
        assert_eq!(gone.headers(), absent.headers(), "{method} {path}");
        assert_eq!(bytes(gone).await, bytes(absent).await, "{method} {path}");
    }
    let list: ConversationList = anna.get("/api/v1/conversations?q=pump").await;
    assert!(list.conversations.is_empty());
}

async fn rows(test: &TestApp, conversation: &str) -> i64 {
    let sql = "SELECT (SELECT COUNT(*) FROM conversations WHERE id = $1) + \
               (SELECT COUNT(*) FROM messages WHERE conversation_id = $1) AS n";
    let row = sqlx::query(sql).bind(conversation).fetch_one(&test.app.db).await;
    row.unwrap().get("n")
}

#[tokio::test]
async fn a_deleted_conversation_comes_back_with_its_answers() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let bert = test.sign_in("bert").await;
    let conversation = asked(&anna).await;
    let path = format!("/api/v1/conversations/{conversation}");
    let before: Conversation = anna.get(&path).await;
    assert_eq!(anna.send(bare("DELETE", &path)).await.status(), StatusCode::NO_CONTENT);
    is_as_if_it_had_never_been(&anna, &conversation).await;

    let restore = format!("{path}/restore");
    assert_eq!(bert.send(bare("POST", &restore)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(anna.send(bare("POST", &restore)).await.status(), StatusCode::NO_CONTENT);
    let after: Conversation = anna.get(&path).await;
    assert_eq!(after.messages, before.messages);
    assert_eq!(anna.send(bare("POST", &restore)).await.status(), StatusCode::NOT_FOUND);

    // The erasing that the first deletion left behind finds nothing to erase.
    test.clock.advance(120_000);
    for _ in 0..200 {
        let waiting = sqlx::query("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'chat.erase'");
        if waiting.fetch_one(&test.app.db).await.unwrap().get::<i64, _>("n") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(rows(&test, &conversation).await, 2);
}

#[tokio::test]
async fn after_a_minute_nothing_is_left_of_a_deleted_conversation() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let conversation = asked(&anna).await;
    let path = format!("/api/v1/conversations/{conversation}");
    assert_eq!(anna.send(bare("DELETE", &path)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(rows(&test, &conversation).await, 2);
    test.clock.advance(61_000);
    let late = anna.send(bare("POST", &format!("{path}/restore"))).await;
    assert_eq!(late.status(), StatusCode::NOT_FOUND);
    for _ in 0..200 {
        if rows(&test, &conversation).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(rows(&test, &conversation).await, 0);
    is_as_if_it_had_never_been(&anna, &conversation).await;
    let erased = "SELECT COUNT(*) AS n FROM audit WHERE action = 'conversation.erased'";
    let row = sqlx::query(erased).fetch_one(&test.app.db).await.unwrap();
    assert_eq!(row.get::<i64, _>("n"), 1);
}
