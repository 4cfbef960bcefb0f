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

/// Each column of each table, and all that is in it.
pub async fn contents(database: &str) -> Vec<(String, Vec<u8>)> {
    let db = voiceassist::db::open_to_read(database).await.unwrap();
    let sqlite = voiceassist::db::is_sqlite(&db);
    let names = if sqlite {
        "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE '_sqlx%' AND m.name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) \
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE '_sqlx%'"
    };
    let mut all = Vec::new();
    for row in sqlx::query(names).fetch_all(&db).await.unwrap() {
        let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let bytes = match kind.as_str() {
            _ if sqlite => format!("CAST(\"{column}\" AS BLOB)"),
            "bytea" => format!("\"{column}\""),
            _ => format!("convert_to(CAST(\"{column}\" AS TEXT), 'UTF8')"),
        };
        let values = format!("SELECT {bytes} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let values: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(values))
            .fetch_all(&db)
            .await
            .unwrap();
        all.push((format!("{table}.{column}"), values.join(&b'\n')));
    }
    db.close().await;
    all
}

/// In every column of every table.
pub async fn columns(database: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (place, content) in contents(database).await {
        found.extend(Found::of(&place, &content));
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
