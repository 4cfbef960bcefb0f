//! Where they are looked for.

use std::path::Path;

use sqlx::Row;

use super::planted::found_in;

/// One identifier in one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// `table.column`, a file, or another place by its name.
    pub place: String,
    pub canary: &'static str,
}

impl Found {
    pub fn of(place: &str, bytes: &[u8]) -> Vec<Found> {
        let canaries = found_in(bytes).into_iter();
        let found = canaries.map(|canary| Found {
            place: place.to_owned(),
            canary,
        });
        found.collect()
    }
}

/// In every column of every table.
pub async fn columns(database: &str) -> Vec<Found> {
    let db = sqlx::SqlitePool::connect(database).await.unwrap();
    let names = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND m.name NOT LIKE '_sqlx%' AND m.name NOT LIKE 'sqlite_%'";
    let mut found = Vec::new();
    for row in sqlx::query(names).fetch_all(&db).await.unwrap() {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let values = format!("SELECT CAST(\"{column}\" AS BLOB) FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let values: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(values))
            .fetch_all(&db)
            .await
            .unwrap();
        found.extend(Found::of(&format!("{table}.{column}"), &values.join(&b'\n')));
    }
    found.sort();
    found.dedup();
    found
}

/// In every file below the data folder, sealed originals too, but the database itself.
pub fn files(folder: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            found.extend(Found::of("names of files", name.as_bytes()));
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() && !name.starts_with("voiceassist.db") {
                found.extend(Found::of(&name, &std::fs::read(&path).unwrap()));
            }
        }
    }
    found
}
