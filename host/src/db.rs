//! The one database: SQLite in WAL mode, or PostgreSQL. Portable SQL text only; migrations go forward.

use std::path::Path;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, SqlSafeStr, Transaction};

pub type Db = AnyPool;
pub type Tx = Transaction<'static, Any>;
/// What a query returns. Integers are `i64`, also 0 and 1 for no and yes; a `bool` cannot be read from it.
pub type Row = sqlx::any::AnyRow;

const MIGRATIONS: [(i64, &str, &str); 11] = [
    (1, "init", include_str!("../../migrations/sqlite/0001_init.sql")),
    (20, "egress", include_str!("../../migrations/sqlite/0020_egress.sql")),
    (
        30,
        "nextcloud",
        include_str!("../../migrations/sqlite/0030_nextcloud.sql"),
    ),
    (31, "undo", include_str!("../../migrations/sqlite/0031_undo.sql")),
    (32, "absent", include_str!("../../migrations/sqlite/0032_absent.sql")),
    (40, "plugins", include_str!("../../migrations/sqlite/0040_plugins.sql")),
    (
        41,
        "adapter_vectors",
        include_str!("../../migrations/sqlite/0041_adapter_vectors.sql"),
    ),
    (
        42,
        "audit_checkpoints",
        include_str!("../../migrations/sqlite/0042_audit_checkpoints.sql"),
    ),
    (52, "vault", include_str!("../../migrations/sqlite/0052_vault.sql")),
    (
        53,
        "clinical_contexts",
        include_str!("../../migrations/sqlite/0053_clinical_contexts.sql"),
    ),
    (54, "live", include_str!("../../migrations/sqlite/0054_live.sql")),
];

/// An acknowledged write survives a power cut, not only a crash of the process, and what was deleted or sealed is gone from
/// the file. Who finds the database locked waits 20 s.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// Opens (and, for SQLite, creates) the database and brings it to the newest version.
///
/// # Errors
/// The folder cannot be written, the server cannot be reached, or the database is newer than this program.
pub async fn open(url: &str) -> Result<Db, sqlx::Error> {
    let db = connect(url, "mode=rwc", SQLITE_SETTINGS).await?;
    migrate(&db).await?;
    Ok(db)
}

/// Opens a SQLite file as it is, without a way to change it.
///
/// # Errors
/// There is no such file, or it is no database.
pub async fn open_to_read(file: &Path) -> Result<Db, sqlx::Error> {
    connect(
        &format!("sqlite://{}", file.display()),
        "mode=ro",
        "PRAGMA busy_timeout = 20000",
    )
    .await
}

async fn connect(url: &str, mode: &str, settings: &'static str) -> Result<Db, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut options: AnyConnectOptions = url.parse()?;
    if options.database_url.scheme() == "sqlite" {
        options.database_url.set_query(Some(mode));
    }
    AnyPoolOptions::new()
        .max_connections(8)
        .after_connect(move |connection, _| Box::pin(set(connection, settings)))
        .connect_with(options)
        .await
}

async fn set(connection: &mut AnyConnection, settings: &'static str) -> Result<(), sqlx::Error> {
    if connection.backend_name() == "SQLite" {
        sqlx::raw_sql(settings).execute(connection).await?;
    }
    Ok(())
}

async fn migrate(db: &Db) -> Result<(), sqlx::Error> {
    up_to(db, &MIGRATIONS).await
}

async fn up_to(db: &Db, migrations: &[(i64, &'static str, &'static str)]) -> Result<(), sqlx::Error> {
    let migrations = migrations
        .iter()
        .copied()
        .map(|(version, name, sql)| {
            Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        })
        .collect();
    Migrator::with_migrations(migrations)
        .run(db)
        .await
        .map_err(|error| sqlx::Error::Migrate(Box::new(error)))
}

/// Starts a transaction that writes. It takes the one write lock at once: reading before writing cannot deadlock, and what it
/// read is still so when it writes.
///
/// # Errors
/// The database is locked for longer than 20 s, or gone.
pub async fn begin(db: &Db) -> Result<Tx, sqlx::Error> {
    db.begin_with(if is_sqlite(db) {
        "BEGIN IMMEDIATE"
    } else {
        // The lock is any number that nothing else uses. It ends with the transaction.
        "BEGIN; SET LOCAL lock_timeout = '20s'; SELECT pg_advisory_xact_lock(8377)"
    })
    .await
}

/// Starts a transaction that only reads: all it reads was so at one moment.
///
/// # Errors
/// The database is gone.
pub async fn snapshot(db: &Db) -> Result<Tx, sqlx::Error> {
    db.begin_with(if is_sqlite(db) {
        "BEGIN"
    } else {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    })
    .await
}

pub fn is_sqlite(db: &Db) -> bool {
    db.connect_options().database_url.scheme() == "sqlite"
}

/// Moves all that SQLite's write-ahead log holds into the database file and empties it, so that no older page stays behind.
/// False while somebody reads older pages.
///
/// # Errors
/// Of the database.
pub async fn empty_log(db: &Db) -> Result<bool, sqlx::Error> {
    if !is_sqlite(db) {
        return Ok(true);
    }
    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(db)
        .await?;
    Ok(busy == 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use sqlx::Row;

    use super::*;

    #[tokio::test]
    async fn an_update_and_the_way_back_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let old = connect(&url, "mode=rwc", SQLITE_SETTINGS).await.unwrap();
        let previous = &MIGRATIONS[..3];
        up_to(&old, previous).await.unwrap();
        for statement in [
            "INSERT INTO users (id, name, role, created_at) VALUES ('a', 'anna', 'admin', 1), \
             ('nextcloud:bob', 'nextcloud:bob', 'viewer', 1)",
            "INSERT INTO jobs (id, kind, key, payload, status, run_after, created_at) \
             VALUES ('due', 'k', 'k', '', 'queued', 1, 1), ('paused', 'k', 'l', '', 'queued', 9, 1)",
        ] {
            sqlx::query(statement).execute(&old).await.unwrap();
        }
        let names = async |db: &Db| -> Vec<String> {
            let rows = sqlx::query("SELECT name FROM users").fetch_all(db).await.unwrap();
            rows.iter().map(|row| row.get("name")).collect()
        };
        let updated = open(&url).await.unwrap();
        assert_eq!(names(&updated).await, ["anna", "nextcloud:bob"]);
        let jobs: Vec<(String, String, Option<String>)> =
            sqlx::query_as("SELECT id, status, acting_user FROM jobs ORDER BY id")
                .fetch_all(&updated)
                .await
                .unwrap();
        let job =
            |id: &str, status: &str, user: Option<&str>| (id.to_owned(), status.to_owned(), user.map(str::to_owned));
        assert_eq!(
            jobs,
            [
                job("daily:nextcloud:bob", "later", Some("bob")),
                job("due", "queued", None),
                job("paused", "later", None)
            ]
        );
        // The previous program refuses what it does not know, and touches nothing.
        assert!(up_to(&old, previous).await.is_err());
        assert_eq!(names(&old).await, ["anna", "nextcloud:bob"]);
        assert_eq!(names(&open(&url).await.unwrap()).await, ["anna", "nextcloud:bob"]);
    }
}
