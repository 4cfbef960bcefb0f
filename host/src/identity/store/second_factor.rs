//! Secrets of authenticators, recovery codes, and proofs that a code was given.

use sqlx::Row;

use crate::db::{Db, Tx};
use crate::vault::{Place, Vault};

pub struct Factor {
    pub secret: String,
    pub confirmed_at: Option<i64>,
    pub failures: i64,
    pub locked_until: i64,
}

fn secret_at(user: &str) -> Place<'_> {
    Place::new("second_factors", "secret", user)
}

pub async fn enrolled(db: &Db, user: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT user_id FROM second_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL")
        .bind(user)
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

pub async fn of(tx: &mut Tx, vault: &Vault, user: &str) -> Result<Option<Factor>, sqlx::Error> {
    let row = sqlx::query("SELECT secret, confirmed_at, failures, locked_until FROM second_factors WHERE user_id = $1")
        .bind(user)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Factor {
        secret: vault.open(secret_at(user), row.try_get("secret")?)?,
        confirmed_at: row.try_get("confirmed_at")?,
        failures: row.try_get("failures")?,
        locked_until: row.try_get("locked_until")?,
    }))
}

/// A secret that waits for its first code, in place of one that waited before. Wrong codes go on being counted.
pub async fn begin(tx: &mut Tx, vault: &Vault, user: &str, secret: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO second_factors (user_id, secret, last_step, failures, locked_until, created_at) \
         VALUES ($1, $2, 0, 0, 0, $3) \
         ON CONFLICT (user_id) DO UPDATE SET secret = $2, last_step = 0, created_at = $3 \
         WHERE second_factors.confirmed_at IS NULL",
    )
    .bind(user)
    .bind(vault.seal(secret_at(user), secret)?)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn confirm(tx: &mut Tx, user: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE second_factors SET confirmed_at = $1 WHERE user_id = $2")
        .bind(now)
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Uses a time step up; false when it, or a later one, was used before.
pub async fn use_step(tx: &mut Tx, user: &str, step: i64) -> Result<bool, sqlx::Error> {
    let used = sqlx::query(
        "UPDATE second_factors SET last_step = $1, failures = 0, locked_until = 0 WHERE user_id = $2 AND last_step < $1",
    )
    .bind(step)
    .bind(user)
    .execute(&mut **tx)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Uses a recovery code up; false for one that is none, or no more.
pub async fn use_recovery(tx: &mut Tx, user: &str, hash: &str, now: i64) -> Result<bool, sqlx::Error> {
    let used =
        sqlx::query("UPDATE recovery_codes SET used_at = $1 WHERE user_id = $2 AND hash = $3 AND used_at IS NULL")
            .bind(now)
            .bind(user)
            .bind(hash)
            .execute(&mut **tx)
            .await?;
    if used.rows_affected() == 0 {
        return Ok(false);
    }
    failed(tx, user, 0, 0).await?;
    Ok(true)
}

pub async fn failed(tx: &mut Tx, user: &str, failures: i64, locked_until: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE second_factors SET failures = $1, locked_until = $2 WHERE user_id = $3")
        .bind(failures)
        .bind(locked_until)
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn replace_recovery(tx: &mut Tx, user: &str, hashes: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user)
        .execute(&mut **tx)
        .await?;
    for hash in hashes {
        sqlx::query("INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)")
            .bind(user)
            .bind(hash)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

pub async fn recovery_left(db: &Db, user: &str) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT COUNT(*) AS codes FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL")
        .bind(user)
        .fetch_one(db)
        .await?
        .try_get("codes")
}

/// Removes secret, recovery codes and proofs; false when there was no second factor.
pub async fn remove(tx: &mut Tx, user: &str) -> Result<bool, sqlx::Error> {
    for statement in [
        "DELETE FROM recovery_codes WHERE user_id = $1",
        "DELETE FROM second_factor_proofs WHERE user_id = $1",
        "UPDATE sessions SET second_factor_at = NULL WHERE user_id = $1",
    ] {
        sqlx::query(statement).bind(user).execute(&mut **tx).await?;
    }
    let removed = sqlx::query("DELETE FROM second_factors WHERE user_id = $1")
        .bind(user)
        .execute(&mut **tx)
        .await?;
    Ok(removed.rows_affected() == 1)
}

pub async fn freshen_session(tx: &mut Tx, session: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET second_factor_at = $1 WHERE id = $2")
        .bind(now)
        .bind(session)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps a proof and forgets those given before `old`.
pub async fn insert_proof(tx: &mut Tx, user: &str, hash: &str, now: i64, old: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM second_factor_proofs WHERE given_at < $1")
        .bind(old)
        .execute(&mut **tx)
        .await?;
    sqlx::query("INSERT INTO second_factor_proofs (hash, user_id, given_at) VALUES ($1, $2, $3)")
        .bind(hash)
        .bind(user)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn proven_at(db: &Db, user: &str, hash: &str) -> Result<Option<i64>, sqlx::Error> {
    let row = sqlx::query("SELECT given_at FROM second_factor_proofs WHERE hash = $1 AND user_id = $2")
        .bind(hash)
        .bind(user)
        .fetch_optional(db)
        .await?;
    row.map(|row| row.try_get("given_at")).transpose()
}
