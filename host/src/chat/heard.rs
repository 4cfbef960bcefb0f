//! Keeps what was heard of a spoken answer that was cut off: later questions follow on that, not on what nobody heard.

use super::store;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// `heard` is the written text up to the last word that sounded, `ms` how long it had sounded.
///
/// # Errors
/// Of the database.
pub async fn keep(app: &App, caller: &Caller, message: &str, heard: &str, ms: i64) -> Result<(), Problem> {
    let mut tx = crate::db::begin(&app.db).await?;
    store::heard::keep(&mut tx, &app.vault, caller.id(), message, (heard, ms)).await?;
    Ok(tx.commit().await?)
}
