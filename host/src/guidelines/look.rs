//! Reads the list of a source when it is due, and queues what changed.

use std::sync::Arc;
use std::time::Duration;

use plugin_package::World;
use sandbox::CallError;

use super::{FETCH, LOOK, store};
use crate::app::App;
use crate::clock::new_id;
use crate::db;
use crate::jobs;
use crate::jobs::worker::JobError;
use crate::plugins::{Loaded, OnBehalf, Reach, Real};

/// How often it is asked which source is due.
const EVERY: Duration = Duration::from_secs(60);
const PAGE: u32 = 100;
/// Pages of one look; a longer list goes on at the next.
const PAGES: usize = 20;
/// A source is not asked more often than this, whatever it says itself.
const AT_LEAST_MS: i64 = 60 * 60 * 1000;
/// After an error that names no time of its own.
const AGAIN_MS: i64 = 15 * 60 * 1000;

/// Queues a look at every source that is due, until the task is dropped.
pub async fn forever(app: Arc<App>) {
    loop {
        for loaded in scrapers(&app) {
            if let Err(error) = queue_if_due(&app, loaded.id()).await {
                tracing::error!(%error, "a look at a guideline source could not be queued");
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Those that run and may reach their sites.
fn scrapers(app: &App) -> Vec<Arc<Loaded>> {
    let current = app.plugins.running();
    let scraper = |loaded: &Arc<Loaded>| loaded.access().world == World::Scraper && !loaded.access().http.is_empty();
    current.into_iter().filter(scraper).collect()
}

async fn queue_if_due(app: &App, plugin: &str) -> Result<(), sqlx::Error> {
    let now = app.clock.now_ms();
    if store::next(&app.db, plugin).await?.is_some_and(|next| next > now) {
        return Ok(());
    }
    queue(app, plugin).await
}

/// # Errors
/// Of the database.
pub async fn queue(app: &App, plugin: &str) -> Result<(), sqlx::Error> {
    let mut tx = db::begin(&app.db).await?;
    jobs::enqueue_once(&mut tx, &new_id(app.random.as_ref()), LOOK, plugin, app.clock.now_ms()).await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}

/// # Errors
/// Of the database; a source that cannot be read is no error but stands with its reason.
pub async fn run(app: &Arc<App>, plugin: &str) -> Result<(), JobError> {
    let Some(loaded) = scrapers(app).into_iter().find(|one| one.id() == plugin) else {
        return Ok(());
    };
    let outside = Arc::new(Real::new(Reach::of(app), &loaded, OnBehalf::default()));
    let calls = app.plugins.calls();
    let describing = loaded.plugin().describe(Arc::clone(&outside) as _);
    let info = match calls.timed(loaded.part("describe"), describing).await {
        Ok(info) => info,
        Err(error) => return failed(app, plugin, &error).await,
    };
    store::keep_source(&app.db, plugin, &info, app.clock.now_ms()).await?;
    let mut cursor = store::cursor(&app.db, plugin).await?;
    for _ in 0..PAGES {
        let listing = loaded
            .plugin()
            .list(Arc::clone(&outside) as _, None, cursor.as_deref(), PAGE);
        let page = match calls.timed(loaded.part("list"), listing).await {
            Ok(page) => page,
            Err(error) => return failed(app, plugin, &error).await,
        };
        let mut tx = db::begin(&app.db).await?;
        for entry in &page.entries {
            if store::note(&mut tx, plugin, entry).await? {
                let payload = format!("{plugin}\n{}", entry.id);
                let id = new_id(app.random.as_ref());
                jobs::enqueue_once(&mut tx, &id, FETCH, &payload, app.clock.now_ms()).await?;
            }
        }
        cursor = page.next;
        let now = app.clock.now_ms();
        let pause = i64::from(info.refresh_seconds).saturating_mul(1000).max(AT_LEAST_MS);
        store::looked(&mut tx, plugin, cursor.as_deref(), now, now + pause).await?;
        tx.commit().await?;
        app.new_job.notify_waiters();
        if cursor.is_none() {
            break;
        }
    }
    Ok(())
}

async fn failed(app: &App, plugin: &str, error: &CallError) -> Result<(), JobError> {
    let now = app.clock.now_ms();
    let asked = match error {
        CallError::Plugin(refusal) => refusal.retry_after_ms.map(i64::from),
        _ => None,
    };
    let next = now + asked.unwrap_or(AGAIN_MS).max(60_000);
    store::failed(&app.db, plugin, &error.to_string(), now, next).await?;
    Ok(())
}
