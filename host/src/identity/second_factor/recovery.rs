//! Recovery codes: ten, each for one time, kept as hashes.

use std::sync::Arc;

use api_types::{FreshSecondFactor, RecoveryCodes};
use axum::extract::State;
use data_encoding::BASE32_NOPAD;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Random;
use crate::db::Tx;
use crate::edge::caller::FreshCaller;
use crate::edge::problem::Problem;
use crate::identity::digest;

const CODES: usize = 10;

/// Ten new ones; those before count no more.
#[utoipa::path(post, path = "/api/v1/auth/second-factor/recovery-codes",
    responses((status = 200, body = RecoveryCodes), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    FreshCaller(caller): FreshCaller,
) -> Result<axum::Json<RecoveryCodes>, Problem> {
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    let codes = replace(&app, &mut tx, caller.id()).await?;
    let event = Event::new(caller.id(), "second_factor.recovery_codes", "user", caller.id());
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    let fresh = FreshSecondFactor {
        fresh_until: caller.fresh_until().unwrap_or(now),
        proof: None,
    };
    Ok(axum::Json(RecoveryCodes { codes, fresh }))
}

/// Replaces a user's codes; returns them as they are to be shown.
pub async fn replace(app: &App, tx: &mut Tx, user: &str) -> Result<Vec<String>, sqlx::Error> {
    let codes: Vec<String> = (0..CODES).map(|_| one(app.random.as_ref())).collect();
    let hashes: Vec<String> = codes.iter().map(|code| digest(&code.replace('-', ""))).collect();
    store::second_factor::replace_recovery(tx, user, &hashes).await?;
    Ok(codes)
}

/// 80 random bits as four groups of four letters and digits.
fn one(random: &dyn Random) -> String {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let text = BASE32_NOPAD.encode(&bytes);
    let groups = [&text[..4], &text[4..8], &text[8..12], &text[12..]];
    groups.join("-")
}
