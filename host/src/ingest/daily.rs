//! Job: once a day, in each known user's name, also of those who stay away: looks for what has changed, and lets go of what
//! belonged to a user whom Nextcloud does not know any more.
//!
//! The job is stored with the user's first call and comes back for as long as they exist; it runs when nothing else waits.

use std::sync::Arc;
use std::time::Duration;

use nextcloud::ActingUser;

use super::purge;
use super::store::looks;
use crate::app::App;
use crate::cloud::account::MayWork;
use crate::cloud::{Cloud, look};
use crate::jobs;
use crate::jobs::worker::JobError;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const AGAIN: Duration = Duration::from_secs(60 * 60);
/// Whose folders were looked through within this time is not looked for again: they are here.
const LOOKED_MS: i64 = 20 * 60 * 60 * 1000;
/// Looks that may wait at the same time, so that those who are here never wait behind those who are not.
const LOOKS: i64 = 5;
const LOOK_LATER: Duration = Duration::from_secs(5 * 60);
/// A directory that cannot be reached makes its users unknown for a while; only who stays unknown for so long is gone.
const GRACE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

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
    if let Some(pause) = cloud.pause.left(app.clock.now_ms()) {
        return Err(JobError::Later(pause));
    }
    match cloud.may_work_for(&user).await? {
        MayWork::Yes => look_if_absent(app, &user).await?,
        MayWork::Later(pause) => return Err(JobError::Later(pause)),
        MayWork::No => {
            if gone(app, cloud, &user).await? {
                return Ok(());
            }
        }
    }
    Err(JobError::Later(DAY))
}

async fn look_if_absent(app: &Arc<App>, user: &ActingUser) -> Result<(), JobError> {
    looks::set_gone(&app.db, user.uid(), None).await?;
    let last = looks::look(&app.db, user.uid()).await?.and_then(|look| look.completed_at);
    if last.is_some_and(|at| app.clock.now_ms() - at < LOOKED_MS) {
        return Ok(());
    }
    if jobs::waiting(&app.db, look::JOB, LOOKS).await? >= LOOKS {
        return Err(JobError::Later(LOOK_LATER));
    }
    Ok(look::once(app, user).await?)
}

/// True when the user has been unknown to Nextcloud for the whole time of grace, and everything of theirs is removed.
async fn gone(app: &Arc<App>, cloud: &Cloud, user: &ActingUser) -> Result<bool, JobError> {
    // Disabled, or without a role: theirs stays.
    if cloud.client.knows(user).await? {
        looks::set_gone(&app.db, user.uid(), None).await?;
        return Ok(false);
    }
    let now = app.clock.now_ms();
    let since = looks::set_gone(&app.db, user.uid(), Some(now)).await?;
    if since.is_none_or(|since| now - since < GRACE_MS) {
        return Ok(false);
    }
    let removed = purge::user(app, user.uid()).await?;
    tracing::info!(
        documents = removed.documents,
        conversations = removed.conversations,
        "a user whom Nextcloud does not know any more was removed"
    );
    Ok(true)
}
