//! The audit trail of a real database, verified from outside and after forgeries.

mod coverage;
mod forgeries;
mod sink;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use voiceassist::audit::verify::{Against, Head, verify};
use voiceassist::config::Config;

use crate::support::TestApp;

/// Without packages that are installed at the start, so that the trail begins empty.
fn without_packages(config: &mut Config) {
    let cache = config.data_dir.join("cache");
    std::fs::create_dir_all(&cache).unwrap();
    for name in ["lib", "models"] {
        std::os::unix::fs::symlink(config.cache_dir.join(name), cache.join(name)).unwrap();
    }
    config.cache_dir = cache;
}

async fn forged(folder: &Path, original: &Path, statement: &str) -> PathBuf {
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let copy = folder.join(format!("forged-{}.db", COPIES.fetch_add(1, Ordering::Relaxed)));
    std::fs::copy(original, &copy).unwrap();
    let db = voiceassist::db::open(&format!("sqlite://{}", copy.display()))
        .await
        .unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(&db)
        .await
        .unwrap();
    db.close().await;
    copy
}

#[tokio::test]
async fn a_forged_row_is_named_and_a_cut_shows_against_a_head_kept_elsewhere() {
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
    let early = verify(&file, &nothing).await.unwrap().head;
    anna.conversation().await;
    anna.ask(&conversation, "And the dose of carvexin in adults?").await;
    let head = verify(&file, &kept(&early)).await.unwrap().head;
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
    assert_eq!(verify(&whole, &kept(&head)).await.unwrap().head, head);
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
        let error = verify(&forged(folder.path(), &whole, statement).await, &nothing)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(named), "{statement}: {error}");
    }
    let cut = format!("DELETE FROM audit WHERE sequence > {}", early.sequence);
    let cut = forged(folder.path(), &whole, &cut).await;
    assert_eq!(verify(&cut, &nothing).await.unwrap().head, early);
    let error = verify(&cut, &kept(&head)).await.unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
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
