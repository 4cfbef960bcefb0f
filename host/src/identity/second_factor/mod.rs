//! The second factor: time-based codes of an authenticator app (RFC 6238), and recovery codes for when it is lost.
//!
//! A code is accepted once. After five wrong ones in a row none is looked at for a while, twice as long each time.

pub mod code;
pub mod enrol;
pub mod give;
pub mod recovery;
pub mod remove;
mod secret;

use api_types::FreshSecondFactor;

use super::{digest, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_secret;
use crate::db::{Db, Tx};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use store::second_factor::Factor;

/// Wrong codes in a row before the first pause.
const TRIES: i64 = 5;
const FIRST_PAUSE_MS: i64 = 60_000;
const LONGEST_PAUSE_MS: i64 = 60 * 60_000;

/// The user has proven once that their authenticator has the secret.
///
/// # Errors
/// Of the database.
pub async fn enrolled(db: &Db, user: &str) -> Result<bool, sqlx::Error> {
    store::second_factor::enrolled(db, user).await
}

/// When the code was given that `proof` was handed out for.
///
/// # Errors
/// Of the database.
pub async fn proven_at(db: &Db, user: &str, proof: &str) -> Result<Option<i64>, sqlx::Error> {
    store::second_factor::proven_at(db, user, &digest(proof)).await
}

/// What a right code was.
#[derive(Clone, Copy)]
enum Used {
    Authenticator,
    Recovery,
}

/// Uses `given` up in `tx`. A wrong one is counted, audited and committed before the refusal.
///
/// # Errors
/// 403 for a wrong code, 429 while none is looked at.
async fn check(mut tx: Tx, caller: &Caller, factor: &Factor, given: &str, now: i64) -> Result<(Tx, Used), Problem> {
    if factor.locked_until > now {
        return Err(Problem::too_many(
            "Too many wrong codes. None is looked at for a while.",
            factor.locked_until - now,
        ));
    }
    let plain: String = given.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let plain = plain.to_ascii_uppercase();
    let used = match code::step_of(&secret::read(&factor.secret)?, &plain, now) {
        Some(step) if store::second_factor::use_step(&mut tx, caller.id(), step).await? => Some(Used::Authenticator),
        _ if factor.confirmed_at.is_some()
            && store::second_factor::use_recovery(&mut tx, caller.id(), &digest(&plain), now).await? =>
        {
            Some(Used::Recovery)
        }
        _ => None,
    };
    if let Some(used) = used {
        return Ok((tx, used));
    }
    let failures = factor.failures + 1;
    store::second_factor::failed(&mut tx, caller.id(), failures, now + pause(failures)).await?;
    let event = Event::new(caller.id(), "second_factor.given", "user", caller.id()).outcome("refused");
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Err(Problem::second_factor_wrong())
}

/// How long no code is looked at after so many wrong ones in a row.
fn pause(failures: i64) -> i64 {
    if failures < TRIES {
        return 0;
    }
    let doubled = u32::try_from(failures - TRIES).unwrap_or(u32::MAX).min(16);
    (FIRST_PAUSE_MS << doubled).min(LONGEST_PAUSE_MS)
}

/// The caller's session is fresh from now on.
async fn freshen(app: &App, tx: &mut Tx, caller: &Caller, now: i64) -> Result<FreshSecondFactor, sqlx::Error> {
    let fresh = app.config.times.fresh;
    let proof = match caller.session() {
        Some(session) => {
            store::second_factor::freshen_session(tx, session, now).await?;
            None
        }
        None => {
            let proof = new_secret(app.random.as_ref());
            store::second_factor::insert_proof(tx, caller.id(), &digest(&proof), now, now - fresh).await?;
            Some(proof)
        }
    };
    Ok(FreshSecondFactor {
        fresh_until: now + fresh,
        proof,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_codes_make_longer_and_longer_pauses() {
        let minutes: Vec<i64> = (4..=13).map(|failures| pause(failures) / 60_000).collect();
        assert_eq!(minutes, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause(i64::MAX), LONGEST_PAUSE_MS);
    }
}
