//! Job: tells a user in Nextcloud's notifications when reading their files is done, and what could not be read.

use std::sync::Arc;
use std::time::Duration;

use nextcloud::{ActingUser, Notification};

use super::store::files;
use crate::app::App;
use crate::cloud::account::MayWork;
use crate::identity;
use crate::jobs::worker::JobError;

/// Job without payload, in the user's name.
pub const JOB: &str = "ingest.notice";
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// A file or two that was just saved is no news to who saved it.
const WORTH_SAYING: i64 = 5;

pub async fn run(app: &Arc<App>, acting: Option<ActingUser>) -> Result<(), JobError> {
    let (Some(cloud), Some(user)) = (&app.cloud, acting) else {
        return Ok(());
    };
    if cloud.may_work_for(&user).await? != MayWork::Yes {
        return Ok(());
    }
    let now = app.clock.now_ms();
    let reader = identity::reader_of(&identity::id_of(&user));
    let (to_fetch, _) = files::pace(&app.db, user.uid(), now).await?;
    if to_fetch > 0 || files::any_unread(&app.db, &reader).await? {
        return Err(JobError::Later(LOOK_AGAIN));
    }
    let news = files::take_news(&app.db, user.uid(), &reader, now).await?;
    let (mut ready, mut failed) = (0, 0);
    for part in news.chunks(100) {
        let ids: Vec<i64> = part.iter().map(|(file, _)| *file).collect();
        let listed = cloud.client.may_list(&user, &ids, nextcloud::deadline()).await;
        for (_, bad) in part.iter().filter(|(file, _)| listed.readable.contains_key(file)) {
            *if *bad { &mut failed } else { &mut ready } += 1;
        }
    }
    if ready < WORTH_SAYING && failed == 0 {
        return Ok(());
    }
    let subject = format!("VoiceAssist has read {}", files_text(ready));
    let message = match failed {
        0 => "They can be asked now.".to_owned(),
        failed => format!("{} could not be read; the Documents page says why.", files_text(failed)),
    };
    let notification = Notification {
        subject: &subject,
        message: &message,
        object: "indexing",
        object_id: user.uid(),
    };
    // A notice that does not arrive is not worth another try.
    if let Err(error) = cloud.client.notify(&user, &notification).await {
        tracing::warn!(%error, "a notification was not delivered");
    }
    Ok(())
}

fn files_text(count: i64) -> String {
    match count {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    }
}
