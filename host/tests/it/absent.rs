//! Users who stay away, users who are gone, and storages that do not answer.

use api_types::{AnswerKind, SessionInfo};
use sqlx::Row;
use testkit::nextcloud::{ExternalMode, Share};

use crate::cloud::{Cloud, PROTOCOL, QUESTION, learnt};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// The audit rows of an action: when, and what they say.
async fn audited(cloud: &Cloud, action: &str) -> Vec<(i64, String)> {
    let rows = sqlx::query("SELECT at_ms, detail FROM audit WHERE action = $1 ORDER BY sequence")
        .bind(action)
        .fetch_all(&cloud.test.app.db)
        .await
        .unwrap();
    rows.iter().map(|row| (row.get("at_ms"), row.get("detail"))).collect()
}

async fn count(cloud: &Cloud, table: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
        .fetch_one(&cloud.test.app.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn files_of_someone_who_stays_away_are_looked_for_once_a_day() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    assert_eq!(cloud.documents_now().await, 1);
    // No event arrives, and nobody opens the page.
    cloud.nc.put("alice", "/b.md", PROTOCOL.replace("5000", "7500"));
    cloud.documents_become(2, HOUR).await;
    let id = cloud.nc.id("alice", "/a.md").unwrap();
    cloud.nc.delete(id);
    cloud.documents_become(1, HOUR).await;
}

#[tokio::test]
async fn a_deleted_user_is_forgotten_after_a_week_and_what_others_read_stays() {
    let cloud = Cloud::start().await;
    let own = cloud.nc.put("alice", "/own.md", PROTOCOL);
    let shared = cloud.nc.put("bob", "/shared.md", PROTOCOL.replace("5000", "7500"));
    cloud.nc.share(shared, Share::user("alice"));
    cloud.settle("alice").await;
    cloud.settle("bob").await;
    let answer = cloud.ask("alice", QUESTION).await;
    assert_eq!(answer.kind, AnswerKind::Answered);
    cloud
        .user("alice")
        .add("note.md", PROTOCOL.replace("5000", "9999").as_bytes())
        .await;
    assert_eq!(
        (cloud.documents_now().await, count(&cloud, "conversations").await),
        (3, 1)
    );

    cloud.nc.delete_user("alice");
    assert!(cloud.nc.path("bob", own).is_none());
    let deleted = cloud.test.clock.advance(0);
    // The last commit of all says that it is done.
    let mut purged = Vec::new();
    for _ in 0..600 {
        purged = audited(&cloud, "user.erased").await;
        if !purged.is_empty() {
            break;
        }
        cloud.test.clock.advance(5 * HOUR);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((purged.len(), cloud.documents_now().await), (1, 1));
    assert!(purged[0].0 - deleted >= 7 * DAY, "not before a week");
    assert!(
        purged[0].1.contains("\"documents\":2") && purged[0].1.contains("\"shared\":1"),
        "{}",
        purged[0].1
    );
    assert_eq!(count(&cloud, "conversations").await, 0);
    // A job that was under way then may still put itself off once.
    let mut left = 1;
    for _ in 0..600 {
        left = sqlx::query_scalar::<_, i64>(
            "SELECT (SELECT COUNT(*) FROM users WHERE id = 'nextcloud:alice' AND erased_at IS NULL) \
               + (SELECT COUNT(*) FROM jobs WHERE acting_user = 'alice' AND status <> 'running') \
               + (SELECT COUNT(*) FROM readers WHERE reader = 'user:nextcloud:alice') \
               + (SELECT COUNT(*) FROM cloud_folders WHERE uid = 'alice') + (SELECT COUNT(*) FROM cloud_gone)",
        )
        .fetch_one(&cloud.test.app.db)
        .await
        .unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(left, 0);
    let answer = cloud.ask("bob", QUESTION).await;
    assert!(learnt(&answer).contains("7500"), "the other reader keeps it");
}

#[tokio::test]
async fn a_disabled_user_is_not_forgotten_and_neither_is_one_without_a_role() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    let _: SessionInfo = cloud.user("bob").get("/api/v1/session").await;
    cloud.nc.disable("alice");
    let checks = || async {
        let asked = |entry: &testkit::nextcloud::LogEntry| {
            entry.method == "PROPFIND" && entry.path == "/remote.php/dav/files/alice/" && entry.status == 207
        };
        cloud.nc.log().iter().filter(|entry| asked(entry)).count()
    };
    let before = checks().await;
    for _ in 0..600 {
        if checks().await >= before + 10 {
            break;
        }
        cloud.test.clock.advance(12 * HOUR);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(checks().await >= before + 10, "asked day after day");
    assert!(audited(&cloud, "user.erased").await.is_empty());
    assert_eq!(cloud.documents_now().await, 1);
    cloud.nc.enable("alice");
    cloud.test.clock.advance(2 * 60_000);
    assert_eq!(cloud.ask("alice", QUESTION).await.kind, AnswerKind::Answered);
}

#[tokio::test]
async fn an_administrator_can_purge_a_deleted_user_at_once_and_nobody_else() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    let purge = async |user: &str| cloud.nc.occ("voiceassist:purge", &[("user", user)]).await.unwrap();
    let refused = purge("alice").await;
    assert!(refused.contains("Nextcloud has a user alice"), "{refused}");
    assert_eq!(cloud.documents_now().await, 1);
    cloud.nc.delete_user("alice");
    let done = purge("alice").await;
    assert!(done.contains("1 documents"), "{done}");
    assert_eq!(cloud.documents_now().await, 0);
    // The order stands until its job has emptied the database's log.
    let mut again = purge("alice").await;
    for _ in 0..600 {
        if again.contains("nothing of alice") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        again = purge("alice").await;
    }
    assert!(again.contains("nothing of alice"), "{again}");
    let by_hand = cloud.user("bob").send(crate::support::bare("POST", "/occ/purge")).await;
    assert_eq!(by_hand.status(), axum::http::StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_storage_that_is_away_withholds_its_documents_and_keeps_them() {
    let cloud = Cloud::start().await;
    cloud.nc.external("nas", &["bob"]);
    cloud.nc.put("bob", "/nas/deep/heparin.md", PROTOCOL);
    cloud.settle("bob").await;
    assert_eq!(cloud.ask("bob", QUESTION).await.kind, AnswerKind::Answered);
    let version: String = sqlx::query_scalar("SELECT id FROM versions")
        .fetch_one(&cloud.test.app.db)
        .await
        .unwrap();

    cloud.nc.external_mode("nas", ExternalMode::Unavailable);
    // Longer than any time of grace, and through full looks.
    for _ in 0..3 {
        cloud.test.clock.advance(5 * DAY);
        let indexing = cloud.settle("bob").await;
        assert!(indexing.reason.is_some_and(|reason| reason.contains("storage")));
        let answer = cloud.ask("bob", QUESTION).await;
        assert!(!learnt(&answer).contains("5000"), "withheld");
    }
    assert_eq!(cloud.documents_now().await, 1, "kept");

    cloud.nc.external_mode("nas", ExternalMode::Works);
    let indexing = cloud.settle("bob").await;
    assert_eq!((indexing.ready, indexing.reason), (1, None));
    assert_eq!(cloud.ask("bob", QUESTION).await.kind, AnswerKind::Answered);
    let same: String = sqlx::query_scalar("SELECT id FROM versions")
        .fetch_one(&cloud.test.app.db)
        .await
        .unwrap();
    assert_eq!(same, version, "nothing was read again");
}

#[tokio::test]
async fn what_is_missing_on_an_outside_storage_has_a_week_to_come_back() {
    let cloud = Cloud::start().await;
    cloud.nc.external("nas", &["bob"]);
    let outside = cloud.nc.put("bob", "/nas/heparin.md", PROTOCOL);
    let inside = cloud.nc.put("bob", "/own.md", PROTOCOL.replace("5000", "7500"));
    cloud.settle("bob").await;
    assert_eq!(cloud.documents_now().await, 2);
    // A network drive that is not mounted looks like an empty one.
    cloud.nc.delete(outside);
    cloud.nc.delete(inside);
    cloud.settle("bob").await;
    assert_eq!(
        cloud.documents_now().await,
        1,
        "of Nextcloud's own storage gone is gone"
    );
    let answer = cloud.ask("bob", QUESTION).await;
    assert!(!learnt(&answer).contains("5000"), "withheld");
    cloud.test.clock.advance(6 * DAY);
    cloud.settle("bob").await;
    assert_eq!(cloud.documents_now().await, 1, "not yet");
    cloud.test.clock.advance(2 * DAY);
    cloud.settle("bob").await;
    assert_eq!(cloud.documents_now().await, 0);
}
