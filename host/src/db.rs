//! The one database: SQLite in WAL mode. Portable SQL text only; migrations go forward.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqlSafeStr, Sqlite, SqlitePool, Transaction};

pub type Db = SqlitePool;
pub type Tx = Transaction<'static, Sqlite>;

const MIGRATIONS: [(i64, &str, &str); 7] = [
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
];

/// Opens (and creates) the database and brings it to the newest version.
///
/// # Errors
/// The folder cannot be written, or the database is newer than this program.
pub async fn open(url: &str) -> Result<Db, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives a power cut, not only a crash of the process.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20));
    let db = SqlitePoolOptions::new()
        .max_connections(8)
        .connect_with(options)
        .await?;
    migrate(&db).await?;
    Ok(db)
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

/// Starts a transaction that writes. It takes the write lock at once, so that reading before writing cannot deadlock.
///
/// # Errors
/// The database is locked for longer than the busy time-out, or gone.
pub async fn begin(db: &Db) -> Result<Tx, sqlx::Error> {
    db.begin_with("BEGIN IMMEDIATE").await
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
        let options = SqliteConnectOptions::from_str(&url).unwrap().create_if_missing(true);
        let old = SqlitePool::connect_with(options).await.unwrap();
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
