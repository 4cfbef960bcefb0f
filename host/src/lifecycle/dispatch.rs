//! Which verb does which kind of job.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use nextcloud::ActingUser;

use crate::app::App;
use crate::chat;
use crate::cloud;
use crate::guidelines;
use crate::identity;
use crate::ingest;
use crate::jobs::worker::{JobError, Runner};
use crate::retention;
use crate::vault::reseal;

pub struct Dispatch;

/// An upload that began under an older key is waited for.
const ARRIVING: Duration = Duration::from_millis(200);

/// Rows, then files; only when all are sealed under the current key is an older one destroyed.
async fn seal_everything(app: &App) -> Result<(), JobError> {
    reseal::rows(app).await?;
    if !ingest::reseal::seal_all(app).await? {
        return Err(JobError::Later(ARRIVING));
    }
    reseal::finish(app).await
}

impl Runner for Dispatch {
    fn run(
        &self,
        app: Arc<App>,
        kind: String,
        payload: String,
        acting: Option<ActingUser>,
    ) -> BoxFuture<'static, Result<(), JobError>> {
        async move {
            if let Some(user) = &acting
                && identity::is_erased(&app.db, &identity::id_of(user)).await?
            {
                return Ok(());
            }
            match kind.as_str() {
                ingest::READ => ingest::run::run(&app, &payload).await,
                chat::delete::ERASE => chat::delete::erase(&app, &payload).await,
                ingest::INDEX => ingest::index::run(&app, &payload).await,
                cloud::look::JOB => ingest::look::run(&app, acting).await,
                ingest::READERS => ingest::index::readers(&app, &payload).await,
                retention::RUN => retention::run::run(&app).await,
                identity::ERASE => retention::erase::run(&app, &payload).await,
                identity::DAILY => ingest::daily::run(&app, acting).await,
                ingest::notice::JOB => ingest::notice::run(&app, acting).await,
                cloud::look::FETCH => ingest::fetch::run(&app, &payload, acting).await,
                guidelines::LOOK => guidelines::look(&app, &payload).await,
                guidelines::FETCH => guidelines::fetch(&app, &payload).await,
                reseal::RESEAL => seal_everything(&app).await,
                other => Err(JobError::Hopeless(format!("no such kind of job: {other}"))),
            }
        }
        .boxed()
    }

    fn give_up(&self, app: Arc<App>, kind: String, payload: String) -> BoxFuture<'static, Result<(), sqlx::Error>> {
        async move {
            match kind.as_str() {
                ingest::READ => ingest::run::give_up(&app, &payload).await,
                ingest::INDEX => ingest::index::give_up(&app, &payload).await,
                _ => Ok(()),
            }
        }
        .boxed()
    }
}
