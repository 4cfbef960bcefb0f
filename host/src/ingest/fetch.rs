//! Job: makes the document of one Nextcloud file agree with what a user has now, as that user.
//!
//! New or changed content is fetched to disk; a file that is not theirs any more loses this reader, and goes with the last.
//! While its storage is away nothing is concluded, and what is missing on an outside storage has a week to come back:
//! a network drive that is not mounted looks like an empty one. Every question asks Nextcloud about it all the same.

use std::sync::Arc;
use std::time::Duration;

use api_types::DocumentSource;
use futures::TryStreamExt;
use nextcloud::{ActingUser, At, NextcloudError, Node};
use tokio_util::io::StreamReader;

use super::receive::{Arrival, receive};
use super::store::{exclusions, files, looks};
use super::{READERS, blob, delete, look};
use crate::app::App;
use crate::clock::new_id;
use crate::cloud::account::MayWork;
use crate::cloud::{Cloud, settings};
use crate::identity;
use crate::jobs;
use crate::jobs::worker::JobError;

/// When a file whose storage is away is tried again.
const AWAY: Duration = Duration::from_secs(300);
/// How long a file that is missing on an outside storage is kept, withheld, for the case that it comes back.
const GRACE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
const ACTOR: &str = "system:nextcloud";

pub async fn run(app: &Arc<App>, payload: &str, acting: Option<ActingUser>) -> Result<(), JobError> {
    let (Some(cloud), Some(user), Ok(file)) = (&app.cloud, acting, payload.parse::<i64>()) else {
        return Ok(());
    };
    if let Some(pause) = cloud.pause.left(app.clock.now_ms()) {
        return Err(JobError::Later(pause));
    }
    // Without a role nothing is done in a user's name, and they can ask nothing either.
    match cloud.may_work_for(&user).await? {
        MayWork::Yes => {}
        MayWork::No => return Ok(()),
        MayWork::Later(pause) => return Err(JobError::Later(pause)),
    }
    compare(app, cloud, &user, file).await.map_err(|stop| match stop {
        Stop::Nextcloud(error) => match cloud.pause.heed(&error, app.clock.now_ms()) {
            Some(pause) => JobError::Later(pause),
            // Its folder counts as looked at, so it must not be given up.
            None if error.is_temporary() => JobError::Later(AWAY),
            None => JobError::Retry(error.to_string()),
        },
        Stop::Other(error) => JobError::Retry(error),
    })
}

enum Stop {
    Nextcloud(NextcloudError),
    Other(String),
}

impl From<NextcloudError> for Stop {
    fn from(error: NextcloudError) -> Self {
        Self::Nextcloud(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.to_string())
    }
}

async fn compare(app: &Arc<App>, cloud: &Cloud, user: &ActingUser, file: i64) -> Result<(), Stop> {
    let found = cloud.client.find(user, &[file]).await?.pop();
    let rules = settings::index_rules(&app.db).await?;
    let reader = identity::reader_of(&identity::id_of(user));
    let Some(node) = found else {
        return missing(app, cloud, user, file, &reader).await;
    };
    let mut tx = crate::db::begin(&app.db).await?;
    let hidden = looks::in_no_index(&mut tx, user.uid(), &node.path).await?
        || exclusions::has(&mut tx, DocumentSource::Nextcloud, &file.to_string()).await?;
    if hidden || !look::wanted(&node, &rules) {
        drop(tx);
        return take_away(app, user, file, &reader).await;
    }
    // Denied for now, as by a rule on the time of day: who was a reader stays one and is asked about at each question.
    if !look::allowed(&node) {
        return Ok(());
    }
    let now = app.clock.now_ms();
    if let Some(row) = files::file(&mut tx, file).await? {
        if files::set_reader(&mut tx, &row.document, &reader, &node, now).await? {
            jobs::enqueue_once(&mut tx, &new_id(app.random.as_ref()), READERS, &row.document, now).await?;
        }
        tx.commit().await?;
        app.new_job.notify_waiters();
        if row.etag.as_deref() == Some(&node.etag) {
            return Ok(());
        }
    } else {
        drop(tx);
    }
    take_in(app, cloud, user, &node, &reader, rules.max_bytes).await
}

async fn take_in(
    app: &Arc<App>,
    cloud: &Cloud,
    user: &ActingUser,
    node: &Node,
    reader: &str,
    max_bytes: i64,
) -> Result<(), Stop> {
    let fetched = match cloud.client.read(user, &node.path).await {
        // File Access Control denies what the listing shows.
        Err(NextcloudError::Refused(_) | NextcloudError::NotFound) => return Ok(()),
        fetched => fetched?,
    };
    if fetched.etag != node.etag {
        return Err(Stop::Other("the file changed while it was being fetched".into()));
    }
    let body = StreamReader::new(fetched.reply.body.map_err(std::io::Error::other));
    let limit = u64::try_from(max_bytes).unwrap_or(0);
    let incoming = blob::receive(app, body, limit)
        .await
        .map_err(|error| Stop::Other(error.to_string()))?;
    if incoming.bytes != node.bytes {
        return Err(Stop::Other("the file did not come whole".into()));
    }
    // What is no document after all becomes one that failed, with its reason.
    let format = extract::detect(node.name(), &incoming.head);
    let media_type = format.map_or("application/octet-stream", |format| {
        super::run::media_type(format, node.name())
    });
    let key = node.id.to_string();
    let arrival = Arrival {
        source: DocumentSource::Nextcloud,
        source_key: &key,
        owner: None,
        file_name: node.name(),
        media_type,
        readers: &[reader.to_owned()],
        watermark: None,
        actor: ACTOR,
        file: Some(node),
    };
    receive(app, &arrival, incoming)
        .await
        .map(|_| ())
        .map_err(|error| Stop::Other(error.to_string()))
}

/// A SEARCH does not find the file: it is gone, or its storage is away.
async fn missing(app: &Arc<App>, cloud: &Cloud, user: &ActingUser, file: i64, reader: &str) -> Result<(), Stop> {
    let mut tx = crate::db::begin(&app.db).await?;
    let place = files::place(&mut tx, file, reader).await?;
    drop(tx);
    let Some(place) = place else { return Ok(()) };
    match cloud.client.at(user, &place.path).await? {
        At::Away => return Ok(()),
        At::File(there) if there == file => {
            return Err(Stop::Other("the file came back while it was looked for".into()));
        }
        At::File(_) | At::Nothing => {}
    }
    let now = app.clock.now_ms();
    if place.external && place.missing_since.is_none_or(|since| now - since < GRACE_MS) {
        let mut tx = crate::db::begin(&app.db).await?;
        files::set_missing(&mut tx, &place.document, reader, now).await?;
        tx.commit().await?;
        return Ok(());
    }
    take_away(app, user, file, reader).await
}

/// The file is not this reader's, or not to be indexed for them.
async fn take_away(app: &App, user: &ActingUser, file: i64, reader: &str) -> Result<(), Stop> {
    let mut tx = crate::db::begin(&app.db).await?;
    let Some(row) = files::file(&mut tx, file).await? else {
        return Ok(());
    };
    // Should it come back unchanged, the next look must enter its folders again.
    looks::forget_folders_above(&mut tx, user.uid(), &row.document, reader).await?;
    match files::drop_reader(&mut tx, &row.document, reader).await? {
        None => return Ok(()),
        Some(0) => delete::remove_within(app, &mut tx, ACTOR, &row.document).await?,
        Some(_) => {
            let (id, now) = (new_id(app.random.as_ref()), app.clock.now_ms());
            jobs::enqueue_once(&mut tx, &id, READERS, &row.document, now).await?;
        }
    }
    tx.commit().await?;
    app.new_job.notify_waiters();
    Ok(())
}
