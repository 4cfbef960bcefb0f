//! An administrator takes a file out: it is removed, and does not come back by itself.

use api_types::DocumentSource;

use super::INDEX;
use super::store::{self, exclusions, looks};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::db;
use crate::edge::problem::Problem;
use crate::jobs;

/// # Errors
/// 404, or 409 for what comes from somewhere else than people's files.
pub async fn out(app: &App, actor: &str, document: &str) -> Result<(), Problem> {
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let named = exclusions::named(&mut tx, document)
        .await?
        .ok_or_else(Problem::not_found)?;
    if matches!(named.source, DocumentSource::Demo | DocumentSource::Guideline) {
        return Err(Problem::conflict(
            "Guidelines and samples cannot be taken out one by one. Switch off the plugin or the sample shelf they come from.",
        ));
    }
    let id = new_id(app.random.as_ref());
    exclusions::insert(&mut tx, &id, &named, actor, now).await?;
    store::delete_document(&mut tx, document).await?;
    jobs::enqueue(&mut tx, &new_id(app.random.as_ref()), INDEX, document, document, now).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(actor, "document.excluded", "document", document),
    )
    .await?;
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}

/// Lets a file in again; it comes with the next look at where it lies, an upload with the next upload.
///
/// # Errors
/// 404.
pub async fn back_in(app: &App, actor: &str, id: &str) -> Result<(), Problem> {
    let now = app.clock.now_ms();
    let mut tx = db::begin(&app.db).await?;
    let source = exclusions::remove(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    audit::record(&mut tx, now, &Event::new(actor, "document.let_in", "exclusion", id)).await?;
    tx.commit().await?;
    if source == DocumentSource::Nextcloud {
        // Its folder has not changed; the next look enters it all the same.
        looks::forget_looks(&app.db).await?;
    }
    Ok(())
}
