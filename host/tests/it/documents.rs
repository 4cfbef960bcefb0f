use api_types::{DocumentStatus, ProblemBody, UploadOutcome, UploadResult};
use axum::http::StatusCode;

use crate::support::{TestApp, bare, json};

const FIRST: &str = "# Glove protocol\n\nOwner: Infection control\n\nEffective: 2025-02-01\n\n## Use\n\nWear gloves for every contact with body fluids. Change gloves between patients.\n";
const SECOND: &str = "# Glove protocol\n\n## Use\n\nWear two pairs of gloves during aerosol procedures.\n";

#[tokio::test]
async fn a_file_is_read_and_deleted_everywhere() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let document = anna.add("gloves.md", FIRST.as_bytes()).await;
    assert_eq!(document.status, DocumentStatus::Ready);
    assert_eq!(document.title, "Glove protocol");
    assert_eq!(document.source_date.as_deref(), Some("2025-02-01"));
    assert_eq!(document.source_owner.as_deref(), Some("Infection control"));
    assert!(document.passages >= 1);
    let gone = anna
        .send(bare("DELETE", &format!("/api/v1/documents/{}", document.id)))
        .await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert!(anna.documents().await.is_empty());
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, "When should gloves be changed?").await;
    assert_eq!(answer.kind, api_types::AnswerKind::NotFound);
    for table in ["passages", "vectors", "pages", "versions", "readers"] {
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
            .fetch_one(&test.app.db)
            .await
            .unwrap();
        assert_eq!(count, 0, "{table}");
    }
    assert_eq!(
        voiceassist::ingest::sweep::once(&test.app, 0).await,
        Ok(1),
        "the bytes go with the sweep"
    );
}

#[tokio::test]
async fn the_same_file_twice_is_one() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("gloves.md", FIRST.as_bytes()).await;
    for name in ["gloves.md", "copy of gloves.md"] {
        let again: UploadResult = json(anna.upload(name, FIRST.as_bytes()).await).await;
        assert_eq!(again.files[0].outcome, UploadOutcome::Unchanged);
    }
    assert_eq!(anna.documents().await.len(), 1);
}

#[tokio::test]
async fn a_new_version_replaces_every_passage_of_the_old_one() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let first = anna.add("gloves.md", FIRST.as_bytes()).await;
    let result: UploadResult = json(anna.upload("gloves.md", SECOND.as_bytes()).await).await;
    assert_eq!(result.files[0].outcome, UploadOutcome::Replaced);
    let second = anna.settled(&first.id).await;
    assert_eq!(second.id, first.id);
    let texts: Vec<String> = sqlx::query_scalar("SELECT text FROM passages")
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    assert!(texts.iter().all(|text| !text.contains("body fluids")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("aerosol")));
    let versions: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM versions")
        .fetch_one(&test.app.db)
        .await
        .unwrap();
    assert_eq!(versions, 1);
}

#[tokio::test]
async fn a_broken_file_ends_as_a_failed_row_with_its_reason() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let document = anna.add("broken.pdf", b"%PDF-1.7\nthis is not a PDF at all").await;
    assert_eq!(document.status, DocumentStatus::Failed);
    let reason = document.reason.unwrap();
    assert_eq!(reason.code, "broken");
    assert!(reason.message.len() > 20);
    let good = anna.add("gloves.md", FIRST.as_bytes()).await;
    assert_eq!(good.status, DocumentStatus::Ready, "a broken file harms nothing else");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_at_the_door() {
    let test = TestApp::start_with(|config| config.max_upload_bytes = 4096).await;
    let anna = test.sign_in("anna").await;
    let refused: UploadResult = json(anna.upload("program.exe", b"MZ\x90\x00\x03").await).await;
    assert_eq!(refused.files[0].outcome, UploadOutcome::Refused);
    assert_eq!(refused.files[0].reason.as_ref().unwrap().code, "unsupported");
    let empty: UploadResult = json(anna.upload("empty.txt", b"").await).await;
    assert_eq!(empty.files[0].reason.as_ref().unwrap().code, "empty");
    let large = anna.upload("large.txt", &vec![b'a'; 8192]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(json::<ProblemBody>(large).await.detail.unwrap().contains("large.txt"));
    assert!(anna.documents().await.is_empty());
}

#[tokio::test]
async fn a_watched_folder_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gloves.md");
    std::fs::write(&file, FIRST).unwrap();
    let watched = folder.path().to_owned();
    let test = TestApp::start_with(|config| config.watched_folders = vec![watched]).await;
    let anna = test.sign_in("anna").await;
    let there = |count: usize| {
        let anna = &anna;
        async move {
            for _ in 0..300 {
                if anna.documents().await.len() == count {
                    return true;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            false
        }
    };
    assert!(there(1).await, "the file was not taken in");
    std::fs::remove_file(&file).unwrap();
    assert!(there(0).await, "the vanished file was not removed");
}
