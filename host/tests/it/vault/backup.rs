//! A backup is whole, readable by its key only, and the way back is proven before anything is touched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api_types::Conversation;
use envelope::Key;
use voiceassist::audit::verify::{Against, verify};
use voiceassist::backup::{self, drill, restore, save};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::config::Config;

use super::{CANARY, MasterSource, Site, files_holding};
use crate::support::{TestApp, bare, bytes, only_on_sqlite, skipped};

fn key(byte: u8) -> Arc<Key> {
    Arc::new(Key::new([byte; 32]).unwrap())
}

async fn with_content(site: &Site, master: MasterSource) -> (TestApp, String, String) {
    let test = site.started(master).await;
    let anna = test.sign_in("anna").await;
    let text =
        format!("# Dose of {CANARY}\n\nThe dose of {CANARY} is 5 mg daily.\n\n# Children\n\nChildren take 2 mg.\n");
    let document = anna.add("dose.md", text.as_bytes()).await.id;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, &format!("What is the dose of {CANARY}?")).await;
    (test, conversation, document)
}

async fn saved(config: &Config, out: &Path) -> save::Saved {
    save::run(config, &key(1), out, &SystemClock, Arc::new(SystemRandom))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_proven_by_a_drill_and_starts_elsewhere() {
    let site = Site::new().await;
    let master = site.key("master.key", 1);
    let (test, conversation, document) = with_content(&site, master.clone()).await;
    let archive = site.path().join("nightly.va");
    let saved = saved(&test.app.config, &archive).await;
    assert!(saved.end.originals == 1 && !saved.end.searches.is_empty());
    assert!(saved.manifest.master.is_some());
    assert_eq!(files_holding(site.path(), CANARY), Vec::<String>::new());

    let scratch = tempfile::tempdir().unwrap();
    let random = Arc::new(SystemRandom);
    let proven = drill::run(&test.app.config, key(1), &archive, scratch.path(), &SystemClock, random)
        .await
        .unwrap();
    assert_eq!(proven.searches, saved.end.searches.len());
    assert!(proven.rows > 10 && proven.rto_seconds > 0.0 && proven.audit_head.contains(':'));
    assert_eq!(
        std::fs::read_dir(scratch.path()).unwrap().count(),
        0,
        "a drill leaves nothing"
    );

    let elsewhere = Site::new().await;
    let config = elsewhere.configured(master.clone());
    let restored = restore::run(&config, key(1), &archive, false, 1).await.unwrap();
    assert_eq!(restored.end, saved.end);
    let again = elsewhere.started(master).await;
    let anna = again.sign_in("anna").await;
    let kept: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(kept.messages.len(), 1);
    let original = anna
        .send(bare("GET", &format!("/api/v1/documents/{document}/content")))
        .await;
    assert!(String::from_utf8_lossy(&bytes(original).await).contains(CANARY));
    assert!(
        !anna
            .ask(&conversation, "And what do children take?")
            .await
            .sentences
            .is_empty()
    );
}

#[tokio::test]
async fn an_archive_that_is_not_whole_or_of_another_key_changes_nothing() {
    let site = Site::new().await;
    let (test, ..) = with_content(&site, MasterSource::None).await;
    let archive = site.path().join("nightly.va");
    saved(&test.app.config, &archive).await;
    let whole = std::fs::read(&archive).unwrap();
    let elsewhere = Site::new().await;
    let config = elsewhere.configured(MasterSource::None);
    let refused = async |content: &[u8], byte: u8| {
        let file = site.path().join("other.va");
        std::fs::write(&file, content).unwrap();
        let error = restore::run(&config, key(byte), &file, true, 1)
            .await
            .err()
            .expect("a refusal");
        assert!(!config.data_dir.exists(), "something was written");
        format!("{error:#}")
    };
    assert!(refused(&whole, 2).await.contains("no archive of this key"));
    for length in [0, 40, 1000, whole.len() / 2, whole.len() - 1] {
        let said = refused(&whole[..length], 1).await;
        assert!(
            said.contains("no archive") || said.contains("cut off"),
            "{length}: {said}"
        );
    }
    for at in [3, 30, 70, whole.len() / 3, whole.len() / 2, whole.len() - 2] {
        let mut flipped = whole.clone();
        flipped[at] ^= 4;
        refused(&flipped, 1).await;
    }
    assert!(
        restore::run(&config, key(1), &archive, false, 1).await.is_ok(),
        "the whole one is taken"
    );
}

#[tokio::test]
async fn data_that_is_there_is_set_aside_only_when_told_to_and_not_under_a_running_server() {
    if !only_on_sqlite("there, a restore needs an empty database") {
        return;
    }
    let site = Site::new().await;
    let (test, ..) = with_content(&site, MasterSource::None).await;
    let archive = site.path().join("nightly.va");
    saved(&test.app.config, &archive).await;
    let config = site.configured(MasterSource::None);
    let said = |force| {
        let (config, archive) = (&config, &archive);
        async move {
            let refused = restore::run(config, key(1), archive, force, 7).await;
            format!("{:#}", refused.err().expect("a refusal"))
        }
    };
    assert!(said(false).await.contains("--force"));
    assert!(said(true).await.contains("Stop it"));
    test.app.db.close().await;
    drop(test);
    restore::run(&config, key(1), &archive, true, 7).await.unwrap();
    assert!(site.path().join("data/voiceassist.db.before-restore-7").exists());
    assert!(site.path().join("data/blobs.before-restore-7").exists());
    assert!(
        backup::archive_key(&config, None).await.is_err(),
        "there is no archive without a key"
    );
}

/// A backup of what `site` holds, its drill, and the head of the trail that both know.
async fn proven(site: &Site, master: &MasterSource) -> (save::Saved, PathBuf, String) {
    let config = site.configured(master.clone());
    let archive = site.path().join("proven.va");
    let saved = saved(&config, &archive).await;
    let scratch = tempfile::tempdir().unwrap();
    let proven = drill::run(
        &config,
        key(1),
        &archive,
        scratch.path(),
        &SystemClock,
        Arc::new(SystemRandom),
    );
    let proven = proven.await.unwrap();
    let of_archive = (saved.end.tables.len(), saved.end.searches.len());
    assert_eq!((proven.tables, proven.searches), of_archive);
    assert!(of_archive.1 > 0);
    let head = verify(&config.database_url, &Against::default()).await.unwrap().head;
    assert_eq!(proven.audit_head, head.to_string());
    (saved, archive, proven.audit_head)
}

#[tokio::test]
async fn what_sqlite_wrote_postgresql_takes_in_and_gives_back_row_by_row() {
    if !testkit::is_postgres() {
        skipped("skipped on SQLite: it is about the way to PostgreSQL and back");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let on_sqlite = |name: &str| Site::of_file(folder.path().join(name));
    let (old, server, new) = (on_sqlite("old"), Site::new().await, on_sqlite("new"));
    let master = old.key("master.key", 1);
    let (test, conversation, _) = with_content(&old, master.clone()).await;
    test.app.db.close().await;
    drop(test);
    let (first, archive, head) = proven(&old, &master).await;
    let sums = |saved: &save::Saved| {
        let sums = saved.end.tables.iter();
        sums.map(|sum| (sum.table.clone(), (sum.rows, sum.hash.clone())))
            .collect::<BTreeMap<_, _>>()
    };

    restore::run(&server.configured(master.clone()), key(1), &archive, false, 1)
        .await
        .unwrap();
    let (second, archive, there) = proven(&server, &master).await;
    assert_eq!((sums(&second), there), (sums(&first), head.clone()));
    let db = voiceassist::db::open_to_read(&server.database.url).await.unwrap();
    let drills = "SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'voiceassist_drill%'";
    let left: i64 = sqlx::query_scalar(drills).fetch_one(&db).await.unwrap();
    assert_eq!(left, 0, "a drill leaves nothing");
    db.close().await;

    restore::run(&new.configured(master.clone()), key(1), &archive, false, 1)
        .await
        .unwrap();
    let (third, _, back) = proven(&new, &master).await;
    assert_eq!((sums(&third), back), (sums(&first), head));
    let refused = restore::run(&server.configured(master.clone()), key(1), &archive, true, 1).await;
    assert!(
        refused
            .err()
            .expect("a refusal")
            .to_string()
            .contains("there is data already")
    );

    // Whichever serves it next goes on where the first one ended.
    for site in [server, new] {
        let again = site.started(master.clone()).await;
        let anna = again.sign_in("anna").await;
        let answer = anna.ask(&conversation, "And what do children take?").await;
        assert!(!answer.sentences.is_empty());
    }
}
