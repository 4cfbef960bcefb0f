//! A fresh, empty database for one test: a SQLite file, or one on the PostgreSQL server that the test run started.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, AssertSqlSafe, Connection};

/// The address of a server on which databases may be made, such as `postgres:///postgres?host=/tmp/x&user=postgres`.
/// Unset, every test has a SQLite file.
const SERVER: &str = "VOICEASSIST_TEST_DATABASE";

/// Gone when dropped.
pub struct Database {
    /// As `DATABASE_URL`.
    pub url: String,
    /// Of the server; none of a SQLite file.
    server: Option<(String, String)>,
}

/// Whether tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    std::env::var_os(SERVER).is_some()
}

impl Database {
    /// A SQLite file lies in `folder`.
    pub async fn fresh(folder: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var(SERVER) else {
            return Self::file(folder);
        };
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        statement(&server, format!("CREATE DATABASE {name}")).await;
        let mut url = url::Url::parse(&server).expect("an address");
        url.set_path(&name);
        Self {
            url: url.into(),
            server: Some((server, name)),
        }
    }

    /// A SQLite file in `folder`, whatever the test run has started.
    pub fn file(folder: &Path) -> Self {
        Self {
            url: format!("sqlite://{}", folder.join("voiceassist.db").display()),
            server: None,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.server.take() else {
            return;
        };
        // A thread, because the test's own runtime may be the one that is going.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            runtime.block_on(statement(&server, format!("DROP DATABASE {name} WITH (FORCE)")));
        });
        let _ = dropping.join();
    }
}

async fn statement(server: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(server).await.expect("the server answers");
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
    done.expect("the server does it");
    let _ = connection.close().await;
}
