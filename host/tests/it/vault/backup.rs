//! A backup is whole, readable by its key only, and the way back is proven before anything is touched.

use std::path::Path;
use std::sync::Arc;

use api_types::Conversation;
use envelope::Key;
use voiceassist::backup::{self, drill, restore, save};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::config::Config;

use super::{CANARY, MasterSource, configured, holding, key_file, started};
use crate::support::{TestApp, bare, bytes};

fn key(byte: u8) -> Arc<Key> {
    Arc::new(Key::new([byte; 32]).unwrap())
}

async fn with_content(folder: &Path, master: MasterSource) -> (TestApp, String, String) {
    let test = started(folder, master).await;
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
    let folder = tempfile::tempdir().unwrap();
    let master = MasterSource::File(key_file(folder.path(), "master.key", 1));
    let (test, conversation, document) = with_content(folder.path(), master.clone()).await;
    let archive = folder.path().join("nightly.va");
    let saved = saved(&test.app.config, &archive).await;
    assert!(saved.end.originals == 1 && !saved.end.searches.is_empty());
    assert!(saved.manifest.master.is_some());
    assert_eq!(holding(folder.path(), CANARY), Vec::<std::path::PathBuf>::new());

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

    let elsewhere = tempfile::tempdir().unwrap();
    let config = configured(elsewhere.path(), master.clone());
    let restored = restore::run(&config, key(1), &archive, false, 1).await.unwrap();
    assert_eq!(restored.end, saved.end);
    let again = started(elsewhere.path(), master).await;
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
    let folder = tempfile::tempdir().unwrap();
    let (test, ..) = with_content(folder.path(), MasterSource::None).await;
    let archive = folder.path().join("nightly.va");
    saved(&test.app.config, &archive).await;
    let whole = std::fs::read(&archive).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let config = configured(elsewhere.path(), MasterSource::None);
    let refused = async |content: &[u8], byte: u8| {
        let file = folder.path().join("other.va");
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
    let folder = tempfile::tempdir().unwrap();
    let (test, ..) = with_content(folder.path(), MasterSource::None).await;
    let archive = folder.path().join("nightly.va");
    saved(&test.app.config, &archive).await;
    let config = configured(folder.path(), MasterSource::None);
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
    assert!(folder.path().join("data/voiceassist.db.before-restore-7").exists());
    assert!(folder.path().join("data/blobs.before-restore-7").exists());
    assert!(
        backup::archive_key(&config, None).await.is_err(),
        "there is no archive without a key"
    );
}
