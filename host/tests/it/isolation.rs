//! Not yours is the same as not existing.

use api_types::{AnswerKind, ConversationList};
use axum::http::StatusCode;

use crate::support::{TestApp, bare, bytes};

const SECRET: &str = "# Ward round notes\n\nThe zalutrex pathway requires a morning cortisol of 250 nmol/L before the second infusion.\n";

#[tokio::test]
async fn another_user_learns_nothing_of_a_document() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let bert = test.sign_in("bert").await;
    let document = anna.add("notes.md", SECRET.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer = anna
        .ask(&conversation, "What cortisol does the zalutrex pathway require?")
        .await;
    assert_eq!(answer.kind, AnswerKind::Answered);
    let passage = &answer.citations[0].passage_id;

    assert!(bert.documents().await.is_empty());
    let own = bert.conversation().await;
    let blind = bert.ask(&own, "What cortisol does the zalutrex pathway require?").await;
    assert_eq!(blind.kind, AnswerKind::NotFound);
    let not_found = blind.not_found.unwrap();
    assert_eq!(
        (
            not_found.searched_documents,
            not_found.searched_passages,
            not_found.nearest.len()
        ),
        (0, 0, 0)
    );

    let unknown = "00000000-0000-4000-8000-000000000000";
    for (method, path) in [
        ("GET", format!("/api/v1/documents/{}", document.id)),
        ("GET", format!("/api/v1/documents/{}/content", document.id)),
        ("GET", format!("/api/v1/documents/{}/text", document.id)),
        ("DELETE", format!("/api/v1/documents/{}", document.id)),
        ("GET", format!("/api/v1/passages/{passage}")),
        ("GET", format!("/api/v1/conversations/{conversation}")),
        ("DELETE", format!("/api/v1/conversations/{conversation}")),
        (
            "GET",
            format!("/api/v1/conversations/{conversation}/messages/{unknown}/events"),
        ),
    ] {
        let theirs = bert.send(bare(method, &path)).await;
        let absent = bert
            .send(bare(
                method,
                &path
                    .replace(&document.id, unknown)
                    .replace(passage.as_str(), unknown)
                    .replace(&conversation, unknown),
            ))
            .await;
        assert_eq!(theirs.status(), StatusCode::NOT_FOUND, "{method} {path}");
        assert_eq!(theirs.headers(), absent.headers(), "{method} {path}");
        assert_eq!(bytes(theirs).await, bytes(absent).await, "{method} {path}");
    }
    let found: ConversationList = bert.get("/api/v1/conversations?q=zalutrex").await;
    assert_eq!(
        found
            .conversations
            .iter()
            .map(|info| info.id.as_str())
            .collect::<Vec<_>>(),
        [own.as_str()]
    );
    assert_eq!(anna.documents().await.len(), 1, "a refused delete deletes nothing");
}
