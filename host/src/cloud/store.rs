use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;

use crate::db::{Db, Tx};

pub async fn setting<T: DeserializeOwned>(db: &Db, name: &str) -> Result<Option<T>, sqlx::Error> {
    let row = sqlx::query("SELECT value FROM settings WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    row.map(|row| serde_json::from_str(row.try_get("value")?).map_err(|error| sqlx::Error::Decode(Box::new(error))))
        .transpose()
}

pub async fn set_setting<T: Serialize>(tx: &mut Tx, name: &str, value: &T, now: i64) -> Result<(), sqlx::Error> {
    let value = serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query(
        "INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET value = $2, updated_at = $3",
    )
    .bind(name)
    .bind(value)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
