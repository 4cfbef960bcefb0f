//! What the screening of a question found, without its words: administrators count it.

use std::collections::BTreeMap;

use crate::db::Tx;

/// Keeps the class of a question and how many identifiers of each kind it holds.
pub async fn keep(
    tx: &mut Tx,
    message: &str,
    class: &str,
    found: &BTreeMap<&'static str, i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE messages SET phi_class = $1 WHERE id = $2")
        .bind(class)
        .bind(message)
        .execute(&mut **tx)
        .await?;
    for (kind, count) in found {
        sqlx::query("INSERT INTO question_identifiers (message_id, kind, found) VALUES ($1, $2, $3)")
            .bind(message)
            .bind(*kind)
            .bind(*count)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
