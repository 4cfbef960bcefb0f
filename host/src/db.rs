//! The one database: SQLite in WAL mode. Portable SQL text only; migrations go forward.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqlSafeStr, Sqlite, SqlitePool, Transaction};

pub type Db = SqlitePool;
pub type Tx = Transaction<'static, Sqlite>;

const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "init", include_str!("../../migrations/sqlite/0001_init.sql")),
    (20, "egress", include_str!("../../migrations/sqlite/0020_egress.sql")),
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
    let migrations = MIGRATIONS
        .into_iter()
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
