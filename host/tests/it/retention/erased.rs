//! A canary in every input of one user, looked for in everything that the server keeps: found before the erasure, nowhere
//! after it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use api_types::{Conversation, HoldKind, PlaceHold, RetentionState};
use axum::http::StatusCode;
use envelope::Key;
use serde_json::json;
use sqlx::{AssertSqlSafe, Column, Row};
use voiceassist::audit::settings::Target;
use voiceassist::audit::verify::{Against, walk};
use voiceassist::backup::{restore, save};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::db::{self, Db};
use voiceassist::holds::{lift, place};
use voiceassist::knowledge::search::SearchRequest;
use voiceassist::retention::{order, reapply};
use voiceassist::vault::master::MasterSource;

use super::{count, status, until, user_id};
use crate::support::{Browser, TestApp, bare, post, with_body};
use crate::vault::{Site, files_holding};

const CANARY: &str = "quokkazepam";

fn key() -> Arc<Key> {
    Arc::new(Key::new([7; 32]).unwrap())
}

/// Columns in which the word is found, of all tables that the database says it has. Nothing is sealed in these tests.
async fn columns_with(db: &Db, word: &str) -> BTreeSet<String> {
    let tables = if db::is_sqlite(db) {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    } else {
        "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()"
    };
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(db).await.unwrap();
    assert!(tables.len() > 30, "{tables:?}");
    let mut found = BTreeSet::new();
    for table in tables.iter().filter(|table| *table != "_sqlx_migrations") {
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}")))
            .fetch_all(db)
            .await
            .unwrap();
        for row in rows {
            for (at, column) in row.columns().iter().enumerate() {
                let text = row.try_get::<Option<String>, _>(at).ok().flatten();
                let bytes = text
                    .map(String::into_bytes)
                    .or_else(|| row.try_get::<Option<Vec<u8>>, _>(at).ok().flatten());
                let bytes = bytes.unwrap_or_default().to_ascii_lowercase();
                if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                    found.insert(format!("{table}.{}", column.name()));
                }
            }
        }
    }
    found
}

/// Passages that hold the word, for each reader that there is, and for `user`.
async fn passages_with(test: &TestApp, user: &str) -> usize {
    let mut readers: Vec<String> = sqlx::query_scalar("SELECT DISTINCT reader FROM readers")
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    readers.push(format!("user:{user}"));
    let request = SearchRequest {
        question: format!("dose of {CANARY}"),
        readers,
        documents: Vec::new(),
        without: Vec::new(),
        public: None,
        vector: None,
        limit: 50,
    };
    let found = test.app.knowledge.search(&request).await.unwrap();
    found.hits.iter().filter(|hit| hit.text.contains(CANARY)).count()
}

/// Columns of a new backup that is restored into an empty folder, and files there.
async fn in_a_new_backup(test: &TestApp) -> (BTreeSet<String>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("new.va");
    save::run(&test.app.config, &key(), &archive, &SystemClock, Arc::new(SystemRandom))
        .await
        .unwrap();
    let elsewhere = Site::new().await;
    let config = elsewhere.configured(MasterSource::None);
    restore::run(&config, key(), &archive, false, 1).await.unwrap();
    let db = db::open(&config.database_url).await.unwrap();
    let columns = columns_with(&db, CANARY).await;
    db.close().await;
    (columns, originals_with(&config.data_dir))
}

fn originals_with(data_dir: &Path) -> usize {
    files_holding(&data_dir.join("blobs"), CANARY).len()
}

/// The canary in a file with its name, a question, an answer, a patient context, a title, a plugin's memory and the reason
/// of a hold that was lifted.
async fn planted(test: &TestApp, anna: &Browser<'_>) -> String {
    let text = format!("# Dose of {CANARY}\n\nThe dose of {CANARY} is 5 mg daily.\n");
    anna.add(&format!("{CANARY}.md"), text.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, &format!("What is the dose of {CANARY}?")).await;
    assert!(answer.sentences.iter().any(|sentence| sentence.text.contains(CANARY)));
    let one = format!("/api/v1/conversations/{conversation}");
    for (path, body) in [
        (format!("{one}/context"), json!({ "medications": [CANARY] })),
        (one, json!({ "title": format!("About {CANARY}") })),
    ] {
        assert!(anna.send(with_body("PUT", &path, &body)).await.status().is_success());
    }
    let id = user_id(test, "anna").await;
    for (sql, bound) in [
        (
            "INSERT INTO plugins (id, enabled, granted, updated_at) VALUES ($1, 0, '{}', 0)",
            "memory",
        ),
        (
            "INSERT INTO plugin_values (plugin_id, bucket, owner, name, value, updated_at) \
             SELECT 'memory', 'user', id, 'last', CAST('quokkazepam' AS BLOB), 0 FROM users WHERE id = $1",
            id.as_str(),
        ),
    ] {
        let sql = if db::is_sqlite(&test.app.db) {
            sql.to_owned()
        } else {
            sql.replace("AS BLOB", "AS BYTEA")
        };
        sqlx::query(AssertSqlSafe(sql))
            .bind(bound)
            .execute(&test.app.db)
            .await
            .unwrap();
    }
    let request = PlaceHold {
        kind: HoldKind::User,
        subject_id: id.clone(),
        reason: format!("Who prescribed {CANARY}?"),
    };
    let hold = place::place(&test.app, "admin", &request)
        .await
        .unwrap_or_else(|problem| panic!("{:?}", problem.body()));
    assert_eq!(status(lift::lift(&test.app, "admin", &hold.id).await), None);
    id
}

#[tokio::test]
async fn who_is_erased_is_in_no_table_index_file_or_new_backup_and_the_trail_holds() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let (anna, ben) = (test.sign_in("anna").await, test.sign_in("ben").await);
    ben.add("own.md", b"# Furosemide\n\nThe dose of furosemide is 40 mg daily.\n")
        .await;
    let bens = ben.conversation().await;
    ben.ask(&bens, "What is the dose of furosemide?").await;
    let before: Conversation = ben.get(&format!("/api/v1/conversations/{bens}")).await;
    let id = planted(&test, &anna).await;

    // The same look finds it while it is there.
    let there = columns_with(&test.app.db, CANARY).await;
    for column in [
        "answer_events.event",
        "clinical_contexts.facts",
        "conversations.title",
        "documents.file_name",
        "documents.source_key",
        "legal_holds.reason",
        "messages.answer",
        "messages.question",
        "messages.request",
        "pages.blocks",
        "passages.heading",
        "passages.text",
        "plugin_values.value",
        "versions.title",
    ] {
        assert!(there.contains(column), "{column} is not in {there:?}");
    }
    let data_dir = &test.app.config.data_dir;
    assert!(passages_with(&test, &id).await > 0 && originals_with(data_dir) == 1);
    let (columns, originals) = in_a_new_backup(&test).await;
    assert_eq!((columns, originals), (there, 1));

    assert_eq!(
        status(order::order(&test.app, "admin", &id, "Anna").await),
        Some(400),
        "another name"
    );
    assert_eq!(status(order::order(&test.app, "admin", &id, "anna").await), None);
    let out = anna.send(bare("GET", "/api/v1/conversations")).await;
    assert_eq!(out.status(), StatusCode::UNAUTHORIZED, "at once");
    until(&test, "SELECT COUNT(*) FROM erasures WHERE finished_at IS NOT NULL", 1).await;

    assert_eq!(columns_with(&test.app.db, CANARY).await, BTreeSet::new());
    assert_eq!(passages_with(&test, &id).await, 0, "nobody finds it");
    assert_eq!(
        files_holding(data_dir, CANARY),
        Vec::<String>::new(),
        "originals, database and its log"
    );
    assert_eq!(in_a_new_backup(&test).await, (BTreeSet::new(), 0));
    until(&test, "SELECT COUNT(*) FROM jobs WHERE kind = 'retention.erase'", 0).await;
    // By id, too: what is left is the row without a name, the erasure and the trail.
    let by_id = columns_with(&test.app.db, &id).await;
    let known = [
        "audit.actor",
        "audit.detail",
        "audit.resource_id",
        "erasures.user_id",
        "users.id",
        "users.name",
    ];
    let beside: Vec<&String> = by_id
        .iter()
        .filter(|column| !known.contains(&column.as_str()))
        .collect();
    assert_eq!(beside, Vec::<&String>::new());
    assert_eq!(count(&test, "SELECT COUNT(*) FROM users WHERE name = 'anna'").await, 0);

    walk(&test.app.db, &Against::default()).await.expect("the trail holds");
    let entry = "SELECT COUNT(*) FROM audit WHERE action = 'user.erased' AND actor = 'system:retention'";
    assert_eq!(count(&test, entry).await, 1);
    let state: RetentionState = admin.get("/api/v1/admin/retention").await;
    let erasure = &state.erasures[0];
    assert_eq!((erasure.conversations, erasure.documents, erasure.held), (1, 1, false));

    let after: Conversation = ben.get(&format!("/api/v1/conversations/{bens}")).await;
    assert_eq!(after, before, "another user's data is as it was");
    let answer = ben.ask(&bens, "What is the dose of furosemide?").await;
    assert!(answer.sentences.iter().any(|sentence| sentence.text.contains("40 mg")));
    let _again = test.sign_in("anna").await;
    assert_ne!(
        user_id(&test, "anna").await,
        id,
        "who comes with the name is somebody else"
    );
}

#[tokio::test]
async fn a_local_user_can_erase_themselves_and_the_last_admin_cannot() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let anna = test.sign_in("anna").await;
    planted(&test, &anna).await;
    let path = "/api/v1/account/erasure";
    let wrong = anna.send(post(path, &json!({ "name": "ben" }))).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    let last = admin.send(post(path, &json!({ "name": "admin" }))).await;
    assert_eq!(last.status(), StatusCode::CONFLICT);
    let done = anna.send(post(path, &json!({ "name": "anna" }))).await;
    assert_eq!(done.status(), StatusCode::ACCEPTED);
    until(&test, "SELECT COUNT(*) FROM erasures WHERE finished_at IS NOT NULL", 1).await;
    assert_eq!(columns_with(&test.app.db, CANARY).await, BTreeSet::new());
    assert_eq!(
        admin.send(bare("GET", "/api/v1/conversations")).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_older_backup_brings_the_user_back_until_the_second_copy_of_the_trail_erases_them_again() {
    let folder = tempfile::tempdir().unwrap();
    let sink = folder.path().join("audit.jsonl");
    let test = TestApp::start_with(|config| config.audit.sink = Some(Target::File(sink.clone()))).await;
    let _admin = test.sign_in("admin").await;
    let id = planted(&test, &test.sign_in("anna").await).await;
    let archive = folder.path().join("old.va");
    save::run(&test.app.config, &key(), &archive, &SystemClock, Arc::new(SystemRandom))
        .await
        .unwrap();
    assert_eq!(status(order::order(&test.app, "admin", &id, "anna").await), None);
    until(&test, "SELECT COUNT(*) FROM erasures WHERE finished_at IS NOT NULL", 1).await;
    test.app.audit.deliver().await.unwrap();

    let elsewhere = Site::new().await;
    let config = elsewhere.configured(MasterSource::None);
    restore::run(&config, key(), &archive, false, 1).await.unwrap();
    let files = [sink.clone()];
    let again = reapply::run(&config, &files, &SystemClock, &SystemRandom)
        .await
        .unwrap();
    assert_eq!(again, 1);
    assert_eq!(
        reapply::run(&config, &files, &SystemClock, &SystemRandom)
            .await
            .unwrap(),
        0,
        "once is enough"
    );
    let restored = TestApp::start_with(|changed| {
        changed.data_dir.clone_from(&config.data_dir);
        changed.database_url.clone_from(&config.database_url);
    })
    .await;
    // Jobs of the restored database are due by the system's clock.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let ahead = i64::try_from(now.as_millis()).unwrap() - restored.clock.advance(0);
    restored.clock.advance(ahead.max(0) + 60_000);
    until(
        &restored,
        "SELECT COUNT(*) FROM erasures WHERE finished_at IS NOT NULL",
        1,
    )
    .await;
    assert_eq!(columns_with(&restored.app.db, CANARY).await, BTreeSet::new());
    assert_eq!(originals_with(&config.data_dir), 0);

    let forged = std::fs::read_to_string(&sink)
        .unwrap()
        .replacen("user.erased", "user.erasee", 1);
    std::fs::write(&sink, forged).unwrap();
    assert!(
        reapply::run(&config, &files, &SystemClock, &SystemRandom)
            .await
            .is_err(),
        "a line was changed"
    );
}
