use api_types::{DocumentStatus, ProblemBody, UploadOutcome, UploadResult};
use axum::http::StatusCode;
use testkit::Database;

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
    let nameless = anna.upload("", b"Aspirin is given with meals.").await;
    assert_eq!(nameless.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_file_gets_its_new_content_though_another_file_holds_it_already() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let a = anna.add("a.md", FIRST.as_bytes()).await;
    anna.add("b.md", SECOND.as_bytes()).await;
    let result: UploadResult = json(anna.upload("a.md", SECOND.as_bytes()).await).await;
    assert_eq!(result.files[0].outcome, UploadOutcome::Replaced);
    assert_eq!(result.files[0].document.as_ref().unwrap().id, a.id);
    anna.settled(&a.id).await;
    let texts: Vec<String> = sqlx::query_scalar("SELECT text FROM passages")
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    assert!(texts.iter().all(|text| !text.contains("body fluids")), "{texts:?}");
    assert_eq!(anna.documents().await.len(), 2);
}

#[tokio::test]
async fn the_sweep_spares_what_is_in_use_or_young() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let document = anna.add("gloves.md", FIRST.as_bytes()).await;
    let incoming = test.app.config.data_dir.join("blobs/incoming/left-behind");
    std::fs::write(&incoming, "half a file").unwrap();
    assert_eq!(voiceassist::ingest::sweep::once(&test.app, 60_000).await, Ok(0));
    assert!(incoming.exists());
    assert_eq!(voiceassist::ingest::sweep::once(&test.app, 0).await, Ok(1));
    assert!(!incoming.exists());
    let content = anna
        .send(bare("GET", &format!("/api/v1/documents/{}/content", document.id)))
        .await;
    assert_eq!(content.status(), StatusCode::OK);
}

/// Waits until so many documents are there.
async fn there(test: &TestApp, count: usize) -> bool {
    let anna = test.sign_in("anna").await;
    for _ in 0..300 {
        if anna.documents().await.len() == count {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    false
}

#[tokio::test]
async fn a_watched_folder_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gloves.md");
    std::fs::write(&file, FIRST).unwrap();
    std::fs::write(folder.path().join("more gloves.md"), SECOND).unwrap();
    std::fs::write(folder.path().join("large.txt"), vec![b'a'; 8192]).unwrap();
    let watched = folder.path().to_owned();
    let test = TestApp::start_with(|config| {
        config.watched_folders = vec![watched];
        config.max_upload_bytes = 4096;
    })
    .await;
    assert!(there(&test, 2).await, "the files were not taken in");
    std::fs::remove_file(&file).unwrap();
    assert!(there(&test, 1).await, "the vanished file was not removed");
}

#[tokio::test]
async fn documents_outlast_an_unmounted_share_but_not_the_removal_of_their_folder() {
    let (data, share, other) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    std::fs::write(share.path().join("gloves.md"), FIRST).unwrap();
    std::fs::write(other.path().join("more gloves.md"), SECOND).unwrap();
    let database = Database::fresh(data.path()).await;
    let start = |folders: Vec<std::path::PathBuf>| {
        let (data, url) = (data.path().to_owned(), database.url.clone());
        TestApp::start_with(move |config| {
            config.database_url = url;
            config.data_dir = data;
            config.watched_folders = folders;
        })
    };
    let both = vec![share.path().to_owned(), other.path().to_owned()];
    let test = start(both.clone()).await;
    assert!(there(&test, 2).await);
    drop(test);
    std::fs::remove_file(share.path().join("gloves.md")).unwrap();
    std::fs::write(other.path().join("third.md"), "# Third\n\nWash your hands.\n").unwrap();
    let test = start(both).await;
    assert!(there(&test, 3).await);
    // Taken in by the next look, after the first one has removed what it took for gone.
    std::fs::write(other.path().join("fourth.md"), "# Fourth\n\nWash them again.\n").unwrap();
    assert!(there(&test, 4).await, "documents of an empty share were removed");
    drop(test);
    let test = start(Vec::new()).await;
    assert!(there(&test, 0).await, "documents of no configured folder were kept");
}

#[tokio::test]
async fn a_job_that_keeps_ending_the_process_is_set_aside_and_its_document_says_so() {
    let data = tempfile::tempdir().unwrap();
    let database = Database::fresh(data.path()).await;
    let start = || {
        let (data, url) = (data.path().to_owned(), database.url.clone());
        TestApp::start_with(move |config| {
            config.database_url = url;
            config.data_dir = data;
        })
    };
    let test = start().await;
    let anna = test.sign_in("anna").await;
    let document = anna.add("gloves.md", FIRST.as_bytes()).await;
    sqlx::query("UPDATE versions SET indexed = 0, status = 'embedding', progress = 0.98")
        .execute(&test.app.db)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO jobs (id, kind, key, payload, status, attempts, run_after, created_at) \
         VALUES ('poison', 'ingest.index', $1, $1, 'queued', 30000, 0, 0)",
    )
    .bind(&document.id)
    .execute(&test.app.db)
    .await
    .unwrap();
    let failed = anna.settled(&document.id).await;
    assert_eq!(failed.status, DocumentStatus::Failed);
    assert!(failed.reason.unwrap().message.contains("search"));
    let set_aside = || async {
        sqlx::query_as::<_, (String, Option<String>)>("SELECT status, last_error FROM jobs WHERE id = 'poison'")
            .fetch_one(&test.app.db)
            .await
            .unwrap()
    };
    for _ in 0..100 {
        if set_aside().await.0 == "dead" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let said = "it ended the process several times".to_owned();
    assert_eq!(set_aside().await, ("dead".to_owned(), Some(said)));
    let again = start().await;
    let anna = again.sign_in("anna").await;
    let ready = anna.settled(&document.id).await;
    assert_eq!((ready.status, ready.reason.is_none()), (DocumentStatus::Ready, true));
}

#[tokio::test]
async fn a_file_whose_reading_was_stored_but_not_its_job_s_end_is_read_again_and_is_there_once() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let document = anna.add("gloves.md", FIRST.as_bytes()).await;
    let rows = || async {
        let mut counts = Vec::new();
        for table in ["passages", "pages", "vectors"] {
            let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
                .fetch_one(&test.app.db)
                .await
                .unwrap();
            counts.push(count);
        }
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM passages ORDER BY ordinal")
            .fetch_all(&test.app.db)
            .await
            .unwrap();
        (ids, counts)
    };
    let before = rows().await;
    sqlx::query(
        "INSERT INTO jobs (id, kind, key, payload, status, attempts, run_after, created_at, rank) \
         SELECT 'again', 'ingest.read', id, current_version, 'queued', 1000, 0, 0, 3 FROM documents",
    )
    .execute(&test.app.db)
    .await
    .unwrap();
    let mut left = 1;
    for _ in 0..600 {
        left = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM jobs WHERE kind IN ('ingest.read', 'ingest.index')")
            .fetch_one(&test.app.db)
            .await
            .unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(left, 0, "the job ended");
    assert_eq!(anna.settled(&document.id).await.status, DocumentStatus::Ready);
    assert_eq!(rows().await, before);
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, "When should gloves be changed?").await;
    assert_eq!(answer.kind, api_types::AnswerKind::Answered);
}
