use nextcloud::ActingUser;
use sqlx::Row;

use crate::db::{self, Db, Tx};

/// What a run that ended with the process counts in the column `attempts`; any other run counts 1. The two are kept
/// apart because a process ends for reasons that are not the job's: one that failed five times is hopeless, one
/// that was cut off by five restarts is not.
const PROCESS_END: i64 = 1000;
/// From so many process ends on, a job is suspected of causing them and runs with no other suspect beside it: the one
/// that does so soon reaches the limit alone, and those that only ran beside it go on afterwards.
const SUSPECT: i64 = 5;

pub struct Job {
    pub id: String,
    pub kind: String,
    pub payload: String,
    /// In whose name it may go out to Nextcloud.
    pub acting: Option<ActingUser>,
    /// Runs that failed, and the one that was claimed.
    pub attempts: i64,
    /// Runs during which the process ended.
    pub process_ends: i64,
}

/// Adds a job to the transaction that makes it necessary, so that neither exists without the other. It runs at `due` or
/// later.
pub async fn enqueue(tx: &mut Tx, id: &str, kind: &str, key: &str, payload: &str, due: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, key, payload, status, run_after, created_at, rank, turn) \
         VALUES ($1, $2, $3, $4, 'queued', $5, $5, $6, $5)",
    )
    .bind(id)
    .bind(kind)
    .bind(key)
    .bind(payload)
    .bind(due)
    .bind(rank(kind))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// As [`enqueue`], for work in a Nextcloud user's name. The same work that waits already is not added again.
pub async fn enqueue_as(
    tx: &mut Tx,
    id: &str,
    (kind, key, payload): (&str, &str, &str),
    acting: &ActingUser,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, key, payload, acting_user, status, run_after, created_at, rank, turn) \
         SELECT $1, $2, $3, $4, $5, 'queued', $6, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM jobs \
           WHERE status IN ('queued', 'later') AND kind = $2 AND payload = $4 AND acting_user = $5)",
    )
    .bind(id)
    .bind(kind)
    .bind(key)
    .bind(payload)
    .bind(acting.uid())
    .bind(now)
    .bind(rank(kind))
    .bind(if kind == NEWEST_FIRST { -now } else { now })
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// As [`enqueue`] with the payload as key, unless the same work waits already.
pub async fn enqueue_once(tx: &mut Tx, id: &str, kind: &str, payload: &str, now: i64) -> Result<(), sqlx::Error> {
    let waits =
        sqlx::query("SELECT 1 FROM jobs WHERE status IN ('queued', 'later') AND kind = $1 AND payload = $2 LIMIT 1")
            .bind(kind)
            .bind(payload)
            .fetch_optional(&mut **tx)
            .await?;
    match waits {
        Some(_) => Ok(()),
        None => enqueue(tx, id, kind, payload, payload, now).await,
    }
}

/// Fetching takes the newest find first, so that a file just saved does not wait behind a backlog.
const NEWEST_FIRST: &str = "ingest.fetch";

/// First what makes read files ready, then who may read them, then looks for new files, then reading, then fetching, then
/// the daily look for those who stay away.
fn rank(kind: &str) -> i64 {
    match kind {
        "ingest.index" => 0,
        "ingest.look" => 2,
        "ingest.read" => 3,
        NEWEST_FIRST => 4,
        "ingest.daily" => 5,
        _ => 1,
    }
}

const RANKS: [i64; 6] = [0, 1, 2, 3, 4, 5];
/// Ranks of work that asks nothing of Nextcloud, or asks before anything else whether it may.
const WITHOUT_NEXTCLOUD: [i64; 3] = [0, 1, 3];

/// Claims the next job that is due and whose key no running job holds, by rank and turn. While Nextcloud has asked for a
/// pause (`paused`) what would ask it stays where it is, untouched however much it is.
///
/// Each step is one place in an index: what a claim costs does not depend on how many jobs wait.
pub async fn claim(db: &Db, host: &str, now: i64, paused: bool) -> Result<Option<Job>, sqlx::Error> {
    wake(db, now).await?;
    for rank in if paused { &WITHOUT_NEXTCLOUD[..] } else { &RANKS[..] } {
        if let Some(job) = claim_of(db, host, now, *rank).await? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// Jobs whose time has come count from now on.
async fn wake(db: &Db, now: i64) -> Result<(), sqlx::Error> {
    let due = sqlx::query("SELECT 1 FROM jobs WHERE status = 'later' AND run_after <= $1 LIMIT 1")
        .bind(now)
        .fetch_optional(db)
        .await?;
    if due.is_some() {
        let mut tx = db::begin(db).await?;
        sqlx::query("UPDATE jobs SET status = 'queued' WHERE status = 'later' AND run_after <= $1")
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn claim_of(db: &Db, host: &str, now: i64, rank: i64) -> Result<Option<Job>, sqlx::Error> {
    // Only reading comes first: most ranks hold nothing, and a look takes no write lock.
    let any = sqlx::query("SELECT 1 FROM jobs WHERE status = 'queued' AND rank = $1 LIMIT 1")
        .bind(rank)
        .fetch_optional(db)
        .await?;
    if any.is_none() {
        return Ok(None);
    }
    // Alone: two claims at once would take the same job, or two jobs of one key.
    let mut tx = db::begin(db).await?;
    let row = sqlx::query(
        "UPDATE jobs SET status = 'running', host = $4, claimed_at = $1, attempts = attempts + 1 WHERE id = (\
           SELECT id FROM jobs AS due WHERE status = 'queued' AND rank = $3 AND run_after <= $1 \
           AND NOT EXISTS (SELECT 1 FROM jobs AS held WHERE held.status = 'running' \
             AND (held.key = due.key OR (held.attempts >= $2 AND due.attempts >= $2))) \
           ORDER BY turn, id LIMIT 1) \
         RETURNING id, kind, payload, acting_user, attempts",
    )
    .bind(now)
    .bind(SUSPECT * PROCESS_END)
    .bind(rank)
    .bind(host)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    row.map(|row| {
        let attempts: i64 = row.try_get("attempts")?;
        Ok(Job {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            payload: row.try_get("payload")?,
            acting: row
                .try_get::<Option<String>, _>("acting_user")?
                .and_then(|uid| ActingUser::of_stored_work(&uid)),
            attempts: attempts % PROCESS_END,
            process_ends: attempts / PROCESS_END,
        })
    })
    .transpose()
}

pub async fn finish(db: &Db, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM jobs WHERE id = $1")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn retry(db: &Db, id: &str, run_after: i64, error: &str) -> Result<(), sqlx::Error> {
    set(db, id, "later", run_after, error).await
}

/// Puts a job back whose run was no failure; it counts as not tried, and others have their turn before it.
pub async fn postpone(db: &Db, id: &str, run_after: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET status = 'later', run_after = $1, attempts = attempts - 1, claimed_at = NULL, \
           turn = CASE WHEN turn < 0 THEN turn ELSE $1 END WHERE id = $2",
    )
    .bind(run_after)
    .bind(id)
    .execute(db)
    .await?;
    Ok(())
}

/// How many jobs of a kind wait for their turn, at most `limit`.
pub async fn waiting(db: &Db, kind: &str, limit: i64) -> Result<i64, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS waiting FROM (SELECT 1 FROM jobs WHERE status = 'queued' AND rank = $1 AND kind = $2 LIMIT $3) AS first",
    )
    .bind(rank(kind))
    .bind(kind)
    .bind(limit)
    .fetch_one(db)
    .await?;
    row.try_get("waiting")
}

/// When the job of a kind of which there is one is due; none when there is none.
pub async fn due(db: &Db, kind: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT MIN(run_after) FROM jobs WHERE kind = $1 AND status <> 'dead'")
        .bind(kind)
        .fetch_one(db)
        .await
}

/// Removes what waits in a user's name. What runs goes on and finds nothing to do.
pub async fn forget(tx: &mut Tx, uid: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM jobs WHERE acting_user = $1 AND status <> 'running'")
        .bind(uid)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn set_aside(db: &Db, id: &str, now: i64, error: &str) -> Result<(), sqlx::Error> {
    set(db, id, "dead", now, error).await
}

async fn set(db: &Db, id: &str, status: &str, run_after: i64, error: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE jobs SET status = $1, run_after = $2, last_error = $3, claimed_at = NULL WHERE id = $4")
        .bind(status)
        .bind(run_after)
        .bind(error)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// What runs at no host that lives goes back into the queue. The claim turns into a process end, so that a job that takes
/// the whole process down with it is set aside some day.
pub async fn release(db: &Db, host: &str) -> Result<u64, sqlx::Error> {
    let released = sqlx::query(
        "UPDATE jobs SET status = 'queued', claimed_at = NULL, attempts = attempts - 1 + $1 WHERE status = 'running' \
         AND (host IS NULL OR (host <> $2 AND NOT EXISTS (SELECT 1 FROM hosts WHERE hosts.id = jobs.host)))",
    )
    .bind(PROCESS_END)
    .bind(host)
    .execute(db)
    .await?;
    Ok(released.rows_affected())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use testkit::Database;

    use super::*;

    async fn queue(database: &Database, ids: &[&str]) -> Db {
        let db = crate::db::open(&database.url).await.unwrap();
        let mut tx = crate::db::begin(&db).await.unwrap();
        for id in ids {
            enqueue(&mut tx, id, "kind", id, "", 0).await.unwrap();
        }
        tx.commit().await.unwrap();
        db
    }

    #[tokio::test]
    async fn failures_and_process_ends_are_counted_apart() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = queue(&database, &["a"]).await;
        for ends in 0..40 {
            let job = claim(&db, "gone", 0, false).await.unwrap().unwrap();
            assert_eq!((job.attempts, job.process_ends), (1, ends));
            assert_eq!(release(&db, "this").await.unwrap(), 1);
        }
        for tries in 1..=3 {
            let job = claim(&db, "gone", 0, false).await.unwrap().unwrap();
            assert_eq!((job.attempts, job.process_ends), (tries, 40));
            retry(&db, "a", 0, "failed").await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_job_that_is_not_due_and_work_for_a_paused_nextcloud_stay_where_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = queue(&database, &["a"]).await;
        let bob = ActingUser::of_stored_work("bob").unwrap();
        let mut tx = crate::db::begin(&db).await.unwrap();
        for _ in 0..2 {
            enqueue_as(&mut tx, "b", (NEWEST_FIRST, "file:1", "1"), &bob, 0)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(waiting(&db, NEWEST_FIRST, 10).await.unwrap(), 1);
        assert_eq!(claim(&db, "gone", 0, true).await.unwrap().unwrap().id, "a");
        assert!(
            claim(&db, "gone", 0, true).await.unwrap().is_none(),
            "Nextcloud has asked for a pause"
        );
        postpone(&db, "a", 50).await.unwrap();
        assert_eq!(claim(&db, "gone", 49, false).await.unwrap().unwrap().id, "b");
        assert!(claim(&db, "gone", 49, false).await.unwrap().is_none(), "not due");
        assert_eq!(claim(&db, "gone", 50, false).await.unwrap().unwrap().id, "a");
        let mut tx = crate::db::begin(&db).await.unwrap();
        enqueue(&mut tx, "c", "chat.erase", "c", "", 90).await.unwrap();
        tx.commit().await.unwrap();
        assert!(
            claim(&db, "gone", 89, false).await.unwrap().is_none(),
            "queued for later"
        );
        assert_eq!(claim(&db, "gone", 90, false).await.unwrap().unwrap().id, "c");
    }

    #[tokio::test]
    async fn a_job_that_ran_beside_the_one_that_ends_the_process_is_spared() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(folder.path()).await;
        let db = queue(&database, &["a", "b"]).await;
        for _ in 0..SUSPECT {
            assert!(
                claim(&db, "gone", 0, false).await.unwrap().is_some()
                    && claim(&db, "gone", 0, false).await.unwrap().is_some()
            );
            release(&db, "this").await.unwrap();
        }
        for ends in SUSPECT..20 {
            let job = claim(&db, "gone", 0, false).await.unwrap().unwrap();
            assert_eq!((job.id.as_str(), job.process_ends), ("a", ends));
            assert!(
                claim(&db, "gone", 0, false).await.unwrap().is_none(),
                "no second suspect"
            );
            release(&db, "this").await.unwrap();
        }
        claim(&db, "gone", 0, false).await.unwrap();
        finish(&db, "a").await.unwrap();
        let spared = claim(&db, "gone", 0, false).await.unwrap().unwrap();
        assert_eq!((spared.id.as_str(), spared.process_ends), ("b", SUSPECT));
    }
}
