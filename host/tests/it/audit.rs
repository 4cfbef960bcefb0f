//! The audit trail of a real database, verified from outside and after forgeries.

mod coverage;
mod forgeries;
mod sink;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use voiceassist::audit::verify::{Against, Head, verify};
use voiceassist::config::Config;

use crate::support::{TestApp, only_on_sqlite};

/// Without packages that are installed at the start, so that the trail begins empty.
fn without_packages(config: &mut Config) {
    let cache = config.data_dir.join("cache");
    std::fs::create_dir_all(&cache).unwrap();
    for name in ["lib", "models"] {
        std::os::unix::fs::symlink(config.cache_dir.join(name), cache.join(name)).unwrap();
    }
    config.cache_dir = cache;
}

fn address(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

async fn forged(folder: &Path, original: &Path, statement: &str) -> PathBuf {
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let copy = folder.join(format!("forged-{}.db", COPIES.fetch_add(1, Ordering::Relaxed)));
    std::fs::copy(original, &copy).unwrap();
    let db = voiceassist::db::open(&address(&copy)).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(&db)
        .await
        .unwrap();
    db.close().await;
    copy
}

#[tokio::test]
async fn a_forged_row_is_named_and_a_cut_shows_against_a_head_kept_elsewhere() {
    if !only_on_sqlite("it forges copies of the file") {
        return;
    }
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("dose.md", b"# Dose\n\nThe dose of carvexin is 5 mg.\n").await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "What is the dose of carvexin?").await;
    let file = test.app.config.data_dir.join("voiceassist.db");
    let nothing = Against::default();
    let kept = |head: &Head| Against {
        kept: Some(*head),
        ..Against::default()
    };
    let early = verify(&address(&file), &nothing).await.unwrap().head;
    anna.conversation().await;
    anna.ask(&conversation, "And the dose of carvexin in adults?").await;
    let head = verify(&address(&file), &kept(&early)).await.unwrap().head;
    assert!(head.sequence > early.sequence && early.sequence > 2);
    assert_eq!(head.to_string().parse::<Head>(), Ok(head));
    assert!("7:xyz".parse::<Head>().is_err());

    // A copy of one file, with nothing left in a journal.
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.db");
    sqlx::query("VACUUM INTO $1")
        .bind(whole.to_str().unwrap())
        .execute(&test.app.db)
        .await
        .unwrap();
    assert_eq!(verify(&address(&whole), &kept(&head)).await.unwrap().head, head);
    for (statement, named) in [
        (
            "UPDATE audit SET actor = actor || 'x' WHERE sequence = 2",
            "audit entry 2: its contents",
        ),
        (
            "UPDATE audit SET at_ms = at_ms + 1 WHERE sequence = 3",
            "audit entry 3: its contents",
        ),
        (
            "UPDATE audit SET sequence = -1 WHERE sequence = 1",
            "audit entry 1: an entry with sequence 0",
        ),
        (
            "UPDATE audit SET actor = x'ff00' WHERE sequence = 3",
            "audit entry 3: its row cannot be read",
        ),
        (
            "UPDATE audit SET hash = upper(hash) WHERE sequence = 3",
            "audit entry 3: its contents",
        ),
        (
            "UPDATE audit SET hash = 'none' WHERE sequence = 3",
            "audit entry 3: its contents",
        ),
        (
            "DELETE FROM audit WHERE sequence = 2",
            "audit entry 2: an entry with sequence 3",
        ),
        (
            "UPDATE audit SET previous_hash = hash WHERE sequence = 3",
            "audit entry 3: its previous hash",
        ),
    ] {
        let copy = forged(folder.path(), &whole, statement).await;
        let error = verify(&address(&copy), &nothing).await.unwrap_err();
        assert!(error.to_string().contains(named), "{statement}: {error}");
    }
    let cut = format!("DELETE FROM audit WHERE sequence > {}", early.sequence);
    let cut = forged(folder.path(), &whole, &cut).await;
    assert_eq!(verify(&address(&cut), &nothing).await.unwrap().head, early);
    let error = verify(&address(&cut), &kept(&head)).await.unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
}

#[tokio::test]
async fn the_program_verifies_the_database_that_is_served_and_names_what_was_forged_in_it() {
    let test = TestApp::start_with(without_packages).await;
    let anna = test.sign_in("anna").await;
    anna.add("dose.md", b"# Dose\n\nThe dose of carvexin is 5 mg.\n").await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "What is the dose of carvexin?").await;
    let config = &test.app.config;
    // What it says, and whether that is that the trail holds.
    let said = async |words: &[&str]| {
        let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_voiceassist"));
        program
            .arg("verify-audit")
            .args(words)
            .current_dir(&config.data_dir)
            .env("VOICEASSIST_DATA_DIR", &config.data_dir)
            .env("DATABASE_URL", &config.database_url);
        let done = program.output().await.unwrap();
        let text = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        (done.status.success(), text)
    };
    let write = async |statement: &'static str| sqlx::query(statement).execute(&test.app.db).await.unwrap();
    let (holds, text) = said(&[]).await;
    let head = verify(&config.database_url, &Against::default()).await.unwrap().head;
    assert!(holds && head.sequence > 3, "{text}");
    assert!(text.contains(&format!("of {} rows holds. Its head: {head}", head.sequence)));
    let kept = head.to_string();
    for (forged, mended, named) in [
        (
            "UPDATE audit SET actor = actor || 'x' WHERE sequence = 2",
            "UPDATE audit SET actor = substr(actor, 1, length(actor) - 1) WHERE sequence = 2",
            "audit entry 2: its contents",
        ),
        (
            "UPDATE audit SET sequence = -1 WHERE sequence = 1",
            "UPDATE audit SET sequence = 1 WHERE sequence = -1",
            "audit entry 1: an entry with sequence 0",
        ),
        (
            "UPDATE audit SET hash = 'none' || hash WHERE sequence = 3",
            "UPDATE audit SET hash = substr(hash, 5) WHERE sequence = 3",
            "audit entry 3: its contents",
        ),
    ] {
        write(forged).await;
        let (holds, text) = said(&[]).await;
        assert!(!holds && text.contains(named), "{forged}: {text}");
        write(mended).await;
    }
    assert!(said(&["--head", &kept]).await.0);
    write("DELETE FROM audit WHERE sequence = (SELECT MAX(a.sequence) FROM audit AS a)").await;
    assert!(said(&[]).await.0, "a cut holds by itself");
    let (holds, text) = said(&["--head", &kept]).await;
    assert!(!holds && text.contains("cut off"), "{text}");
}

#[tokio::test]
async fn who_did_what_is_found_and_shown_by_name() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("dose.md", b"# Dose\n\nThe dose of carvexin is 5 mg.\n").await;
    let id = anna.get::<api_types::SessionInfo>("/api/v1/session").await.user.id;
    for who in ["anna", &id] {
        let page: api_types::AuditPage = anna
            .get(&format!("/api/v1/admin/audit?actor={who}&action=document."))
            .await;
        assert!(!page.records.is_empty(), "{who}");
        for record in &page.records {
            assert_eq!((&record.actor, record.actor_name.as_deref()), (&id, Some("anna")));
        }
    }
    let nobody: api_types::AuditPage = anna.get("/api/v1/admin/audit?actor=hans").await;
    assert!(nobody.records.is_empty());
}
