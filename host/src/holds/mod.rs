//! Legal holds: what one is on is not removed by a rule, not deleted by its owner and not erased, until it is lifted.

pub mod lift;
pub mod list;
pub mod place;
mod store;

use crate::db::Tx;
use crate::edge::problem::Problem;

const LEAST: usize = 10;
const MOST: usize = 500;

/// Reads a reason that only administrators see.
///
/// # Errors
/// 400 when it is too short or too long.
fn reason(text: &str) -> Result<&str, Problem> {
    let reason = text.trim();
    if (LEAST..=MOST).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(Problem::bad_request(format!(
        "Give a reason of {LEAST} to {MOST} characters. Only administrators read it."
    )))
}

/// Whether a hold is on the user.
///
/// # Errors
/// Of the database.
pub async fn on_user(tx: &mut Tx, user: &str) -> Result<bool, sqlx::Error> {
    store::on_user(tx, user).await
}

/// Whether a hold is on the conversation or on the user whose it is.
///
/// # Errors
/// Of the database.
pub async fn on_conversation(tx: &mut Tx, conversation: &str) -> Result<bool, sqlx::Error> {
    store::on_conversation(tx, conversation).await
}

/// Whether a hold is on anything of the user: then the user cannot be erased.
///
/// # Errors
/// Of the database.
pub async fn on_anything_of(tx: &mut Tx, user: &str) -> Result<bool, sqlx::Error> {
    store::on_anything_of(tx, user).await
}

/// Lifted holds of a user who is erased: their reasons are about that user.
///
/// # Errors
/// Of the database.
pub async fn forget_lifted(tx: &mut Tx, user: &str) -> Result<(), sqlx::Error> {
    store::forget_lifted(tx, user).await
}
