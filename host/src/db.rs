//! The one database: SQLite in WAL mode, or PostgreSQL. Portable SQL text only; migrations go forward.

use std::time::Duration;

use sqlx::any::{AnyArguments, AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{
    Any, AnyConnection, AnyPool, Arguments, AssertSqlSafe, ConnectOptions, Encode, SqlSafeStr, Transaction, Type,
};

/// How a `DATABASE_URL` may begin.
pub const SCHEMES: [&str; 3] = ["sqlite://", "postgres://", "postgresql://"];

pub type Db = AnyPool;
pub type Tx = Transaction<'static, Any>;
/// What a query returns. Integers are `i64`, also 0 and 1 for no and yes; a `bool` cannot be read from it.
pub type Row = sqlx::any::AnyRow;

/// One step of the schema, in both dialects: what is missing in one does not compile.
struct Step {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! step {
    ($version:literal, $name:literal, $file:literal) => {
        Step {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../../migrations/postgres/", $file)),
        }
    };
}

const MIGRATIONS: [Step; 20] = [
    step!(1, "init", "0001_init.sql"),
    step!(20, "egress", "0020_egress.sql"),
    step!(30, "nextcloud", "0030_nextcloud.sql"),
    step!(31, "undo", "0031_undo.sql"),
    step!(32, "absent", "0032_absent.sql"),
    step!(40, "plugins", "0040_plugins.sql"),
    step!(41, "adapter_vectors", "0041_adapter_vectors.sql"),
    step!(42, "audit_checkpoints", "0042_audit_checkpoints.sql"),
    step!(45, "sessions", "0045_sessions.sql"),
    step!(46, "second_factor", "0046_second_factor.sql"),
    step!(49, "endpoint_modes", "0049_endpoint_modes.sql"),
    step!(52, "vault", "0052_vault.sql"),
    step!(53, "clinical_contexts", "0053_clinical_contexts.sql"),
    step!(54, "live", "0054_live.sql"),
    step!(60, "hosts", "0060_hosts.sql"),
    step!(61, "panel", "0061_panel.sql"),
    step!(62, "exclusions", "0062_exclusions.sql"),
    step!(63, "health", "0063_health.sql"),
    step!(65, "retention", "0065_retention.sql"),
    step!(70, "voice", "0070_voice.sql"),
];

/// An acknowledged write survives a power cut, not only a crash of the process, and what was deleted or sealed is gone from
/// the file. Who finds the database locked waits 20 s.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// A query whose text grows with what is bound to it. `sqlx::QueryBuilder` writes `?` for both databases, which PostgreSQL
/// does not know; this numbers the places.
pub struct Growing {
    text: String,
    values: AnyArguments,
}

impl Growing {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            values: AnyArguments::default(),
        }
    }

    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// # Errors
    /// The value cannot be written as one of SQL.
    pub fn bind<'q, T: Encode<'q, Any> + Type<Any>>(&mut self, value: T) -> Result<&mut Self, sqlx::Error> {
        self.values.add(value).map_err(sqlx::Error::Encode)?;
        let place = format!("${}", self.values.len());
        Ok(self.push(&place))
    }

    /// The values with commas between them.
    ///
    /// # Errors
    /// As [`Growing::bind`].
    pub fn list(&mut self, values: &[String]) -> Result<&mut Self, sqlx::Error> {
        for (at, value) in values.iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " }).bind(value)?;
        }
        Ok(self)
    }

    /// The text must be the program's own; what others say is bound.
    pub fn build(self) -> Query<'static, Any, AnyArguments> {
        sqlx::query_with(AssertSqlSafe(self.text), self.values)
    }
}

/// Opens (and, for SQLite, creates) the database and brings it to the newest version.
///
/// # Errors
/// The folder cannot be written, the server cannot be reached, or the database is newer than this program.
pub async fn open(url: &str) -> Result<Db, sqlx::Error> {
    let db = connect(url, "mode=rwc", SQLITE_SETTINGS).await?;
    migrate(&db).await?;
    Ok(db)
}

/// Opens a database as it is, without bringing it to a version; a SQLite file without a way to change it.
///
/// # Errors
/// There is no such database, or the server cannot be reached.
pub async fn open_to_read(url: &str) -> Result<Db, sqlx::Error> {
    connect(url, "mode=ro", "PRAGMA busy_timeout = 20000").await
}

async fn connect(url: &str, mode: &str, settings: &'static str) -> Result<Db, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut options: AnyConnectOptions = url.parse()?;
    if options.database_url.scheme() == "sqlite" {
        options.database_url.set_query(Some(mode));
    }
    // Who waits for the write lock of PostgreSQL holds a connection meanwhile.
    let connections = if options.database_url.scheme() == "sqlite" {
        8
    } else {
        20
    };
    AnyPoolOptions::new()
        .max_connections(connections)
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

async fn up_to(db: &Db, steps: &[Step]) -> Result<(), sqlx::Error> {
    let sqlite = is_sqlite(db);
    let migrations = steps
        .iter()
        .map(|step| {
            let sql = if sqlite { step.sqlite } else { step.postgres };
            Migration::new(
                step.version,
                step.name.into(),
                MigrationType::Simple,
                sql.into_sql_str(),
                false,
            )
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
    if is_sqlite(db) {
        return db.begin_with("BEGIN IMMEDIATE").await;
    }
    // The lock is any number that nothing else uses. It ends with the transaction.
    begun(db, "SET LOCAL lock_timeout = '20s'; SELECT pg_advisory_xact_lock(8377)").await
}

/// Starts a transaction that only reads: all it reads was so at one moment.
///
/// # Errors
/// The database is gone.
pub async fn snapshot(db: &Db) -> Result<Tx, sqlx::Error> {
    if is_sqlite(db) {
        return db.begin_with("BEGIN").await;
    }
    begun(db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").await
}

/// In a task of its own: sqlx 0.9 forgets a `BEGIN` whose caller goes away before the answer, and the connection would go
/// back to the others inside of a transaction.
async fn begun(db: &Db, then: &'static str) -> Result<Tx, sqlx::Error> {
    let db = db.clone();
    let task = tokio::spawn(async move {
        let mut tx = db.begin().await?;
        sqlx::raw_sql(then).execute(&mut *tx).await?;
        Ok(tx)
    });
    task.await.map_err(|_| sqlx::Error::WorkerCrashed)?
}

/// What may be said of a `DATABASE_URL` that may hold a password.
pub fn place(url: &str) -> &str {
    match url.strip_prefix("sqlite://") {
        Some(file) => file,
        None => {
            let address = url.split_once('?').map_or(url, |(address, _)| address);
            address.rsplit_once('@').map_or("PostgreSQL", |(_, place)| place)
        }
    }
}

/// A file, which one process has for itself.
pub fn is_sqlite(db: &Db) -> bool {
    db.connect_options().database_url.scheme() == "sqlite"
}

/// SQLite's own driver on the same file, only reading; none for PostgreSQL.
///
/// # Errors
/// The file cannot be opened.
pub async fn sqlite_reader(db: &Db) -> Result<Option<SqlitePool>, sqlx::Error> {
    if !is_sqlite(db) {
        return Ok(None);
    }
    let mut url = db.connect_options().database_url.clone();
    url.set_query(Some("mode=ro"));
    let options = SqliteConnectOptions::from_url(&url)?
        .busy_timeout(Duration::from_secs(20))
        .row_buffer_size(1_000);
    let pool = SqlitePoolOptions::new().max_connections(2).test_before_acquire(false);
    Ok(Some(pool.connect_with(options).await?))
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
