//! Runs due jobs until told to stop. A job that fails comes back later; after five tries it is set aside, and so is one
//! during which the process ended thirty times.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use nextcloud::ActingUser;
use tokio_util::sync::CancellationToken;

use super::Job;
use super::store;
use crate::app::App;

const ATTEMPTS: i64 = 5;
/// A job that kills the process would otherwise be claimed at every start for ever. High, because a process ends for
/// other reasons too: `cargo xtask crash` kills it up to ten times before everything is read.
const PROCESS_ENDS: i64 = 30;
/// Pauses before the second, third … try, in milliseconds.
const BACK_OFF_MS: [i64; 4] = [2_000, 15_000, 60_000, 300_000];
const IDLE: Duration = Duration::from_millis(500);

/// Why a job did not finish.
pub enum JobError {
    /// Worth another try.
    Retry(String),
    /// Never will: set it aside at once.
    Hopeless(String),
    /// Not now: it comes back after this time, as if it had not been tried.
    Later(Duration),
}

impl<E: std::error::Error> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Retry(error.to_string())
    }
}

/// The features' side of the queue: it knows which verb does which kind of job.
pub trait Runner: Send + Sync {
    fn run(
        &self,
        app: Arc<App>,
        kind: String,
        payload: String,
        acting: Option<ActingUser>,
    ) -> BoxFuture<'static, Result<(), JobError>>;

    /// Marks what the job was about, because it will not be tried again.
    fn give_up(&self, app: Arc<App>, kind: String, payload: String) -> BoxFuture<'static, Result<(), sqlx::Error>>;
}

/// Starts `workers` tasks; they end when `stop` is cancelled and their current job is done or dropped.
pub async fn start(
    app: &Arc<App>,
    runner: &Arc<dyn Runner>,
    workers: usize,
    stop: &CancellationToken,
) -> Result<(), sqlx::Error> {
    release(app).await?;
    for _ in 0..workers {
        let (app, runner, stop) = (Arc::clone(app), Arc::clone(runner), stop.clone());
        tokio::spawn(async move {
            stop.run_until_cancelled(work(&app, &runner)).await;
        });
    }
    Ok(())
}

/// Queues again what ran in a process that is gone.
///
/// # Errors
/// Of the database.
pub async fn release(app: &App) -> Result<(), sqlx::Error> {
    let released = store::release(&app.db, &app.hosts.id).await?;
    if released > 0 {
        tracing::info!(released, "jobs of a process that ended are queued again");
        app.new_job.notify_waiters();
    }
    Ok(())
}

async fn work(app: &Arc<App>, runner: &Arc<dyn Runner>) {
    loop {
        let now = app.clock.now_ms();
        let paused = app.cloud.as_ref().is_some_and(|cloud| cloud.pause.left(now).is_some());
        match store::claim(&app.db, &app.hosts.id, now, paused).await {
            Ok(Some(job)) => settle(app, runner, job).await,
            Ok(None) => {
                let _ = tokio::time::timeout(IDLE, app.new_job.notified()).await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot claim a job");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

async fn settle(app: &Arc<App>, runner: &Arc<dyn Runner>, job: Job) {
    let settled = if job.process_ends >= PROCESS_ENDS {
        give_up(app, runner, &job, "it ended the process several times").await
    } else {
        run(app, runner, &job).await
    };
    if let Err(error) = settled {
        tracing::error!(job = job.id, %error, "the job's outcome could not be stored");
    }
}

async fn run(app: &Arc<App>, runner: &Arc<dyn Runner>, job: &Job) -> Result<(), sqlx::Error> {
    // A task of its own, so that a panic in one job ends that job only.
    let (kind, payload, acting) = (job.kind.clone(), job.payload.clone(), job.acting.clone());
    let task = tokio::spawn(runner.run(Arc::clone(app), kind, payload, acting));
    let outcome = task
        .await
        .unwrap_or_else(|error| Err(JobError::Retry(error.to_string())));
    match outcome {
        Ok(()) => store::finish(&app.db, &job.id).await,
        Err(JobError::Later(pause)) => {
            let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            store::postpone(&app.db, &job.id, app.clock.now_ms().saturating_add(pause)).await
        }
        Err(JobError::Retry(error)) if job.attempts < ATTEMPTS => {
            tracing::warn!(
                job = job.id,
                kind = job.kind,
                attempt = job.attempts,
                error,
                "job will be tried again"
            );
            let pause = BACK_OFF_MS[usize::try_from(job.attempts - 1)
                .unwrap_or(0)
                .min(BACK_OFF_MS.len() - 1)];
            store::retry(&app.db, &job.id, app.clock.now_ms() + pause, &error).await
        }
        Err(JobError::Retry(error) | JobError::Hopeless(error)) => give_up(app, runner, job, &error).await,
    }
}

async fn give_up(app: &Arc<App>, runner: &Arc<dyn Runner>, job: &Job, reason: &str) -> Result<(), sqlx::Error> {
    tracing::error!(job = job.id, kind = job.kind, reason, "job is set aside");
    if let Err(error) = runner
        .give_up(Arc::clone(app), job.kind.clone(), job.payload.clone())
        .await
    {
        tracing::error!(job = job.id, %error, "what the job was about could not be marked");
    }
    // Work in a user's name comes again with the next look; nobody looks at a row of it.
    if job.acting.is_some() {
        return store::finish(&app.db, &job.id).await;
    }
    store::set_aside(&app.db, &job.id, app.clock.now_ms(), reason).await
}
