//! Job: once a day, in each known user's name, also of those who stay away: looks for what has changed, and has a user erased
//! whom Nextcloud does not know any more.
//!
//! The job is stored with the user's first call and comes back for as long as they exist; it runs when nothing else waits.

use std::sync::Arc;
use std::time::Duration;

use nextcloud::ActingUser;

use super::store::looks;
use crate::app::App;
use crate::clock::new_id;
use crate::cloud::account::MayWork;
use crate::cloud::{Cloud, look, settings};
use crate::identity;
use crate::jobs;
use crate::jobs::worker::JobError;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const AGAIN: Duration = Duration::from_secs(60 * 60);
/// Whose folders were looked through within this time is not looked for again: they are here.
const LOOKED_MS: i64 = 20 * 60 * 60 * 1000;
/// Looks that may wait at the same time, so that those who are here never wait behind those who are not.
const LOOKS: i64 = 5;
const LOOK_LATER: Duration = Duration::from_secs(5 * 60);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub async fn run(app: &Arc<App>, acting: Option<ActingUser>) -> Result<(), JobError> {
    match once(app, acting).await {
        // Given up, it would never come back.
        Err(JobError::Retry(error)) => {
            tracing::warn!(error, "what is done for a user once a day is tried again");
            Err(JobError::Later(AGAIN))
        }
        outcome => outcome,
    }
}

async fn once(app: &Arc<App>, acting: Option<ActingUser>) -> Result<(), JobError> {
    let (Some(cloud), Some(user)) = (&app.cloud, acting) else {
        return Ok(());
    };
    if identity::user(&app.db, &identity::id_of(&user)).await?.is_none() {
        return Ok(());
    }
    if let Some(pause) = cloud.pause.left(app.clock.now_ms()) {
        return Err(JobError::Later(pause));
    }
    match cloud.may_work_for(&user).await? {
        MayWork::Yes => look_if_absent(app, &user).await?,
        MayWork::Later(pause) => return Err(JobError::Later(pause)),
        MayWork::No => let_go_if_gone(app, cloud, &user).await?,
    }
    Err(JobError::Later(DAY))
}

async fn look_if_absent(app: &Arc<App>, user: &ActingUser) -> Result<(), JobError> {
    looks::set_gone(&app.db, user.uid(), None).await?;
    let last = looks::look(&app.db, user.uid())
        .await?
        .and_then(|look| look.completed_at);
    if last.is_some_and(|at| app.clock.now_ms() - at < LOOKED_MS) {
        return Ok(());
    }
    if jobs::waiting(&app.db, look::JOB, LOOKS).await? >= LOOKS {
        return Err(JobError::Later(LOOK_LATER));
    }
    Ok(look::once(app, user).await?)
}

/// Who has been unknown to Nextcloud for the whole time of waiting is erased.
async fn let_go_if_gone(app: &Arc<App>, cloud: &Cloud, user: &ActingUser) -> Result<(), JobError> {
    // Disabled, or without a role: theirs stays.
    if cloud.client.knows(user).await? {
        looks::set_gone(&app.db, user.uid(), None).await?;
        return Ok(());
    }
    let now = app.clock.now_ms();
    let since = looks::set_gone(&app.db, user.uid(), Some(now)).await?;
    let Some(days) = settings::departed_days(&app.db).await? else {
        return Ok(());
    };
    if since.is_none_or(|since| now - since < days * DAY_MS) {
        return Ok(());
    }
    let (id, payload) = (new_id(app.random.as_ref()), identity::id_of(user));
    let mut tx = crate::db::begin(&app.db).await?;
    jobs::enqueue_once(&mut tx, &id, identity::ERASE, &payload, now).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}
