//! Everything that is kept of one user, file by file.

use std::fmt::Write;

use api_types::{Conversation, ConversationInfo, UserInfo};
use serde::Serialize;
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::archive::{Archive, Gone};
use super::page;
use crate::app::App;
use crate::chat;
use crate::clinical::context;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::ingest::blob;
use crate::retention::store::export as store;

const TOGETHER: i64 = 50;
/// Characters of a title in a file's name.
const NAMED: usize = 60;

/// Whose data it is, and who takes it.
pub struct Whose {
    pub user: UserInfo,
    /// The user who takes their own; none when an administrator does.
    pub owner: Option<Caller>,
}

#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub conversations: usize,
    pub documents: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Gone(#[from] Gone),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Disk(#[from] std::io::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Refused(String),
}

impl From<Problem> for ExportError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem.body().title)
    }
}

/// Writes all files; `counts` grows meanwhile.
pub async fn write(app: &App, whose: &Whose, archive: &Archive, counts: &mut Counts) -> Result<(), ExportError> {
    let user = &whose.user;
    let mut index = format!(
        "<p>What VoiceAssist keeps of {}, taken on {}. Each conversation is here as a page and, with every detail, as JSON. \
         Files of Nextcloud are not: they are Nextcloud's, where they can be downloaded.</p>",
        page::escaped(&user.name),
        page::time(app.clock.now_ms())
    );
    let account = store::account(&app.db, &user.id).await?;
    put(archive, "account.json", &json!({ "user": user, "kept": account })).await?;
    put(archive, "sessions.json", &store::sessions(&app.db, &user.id).await?).await?;
    put(
        archive,
        "voice-sessions.json",
        &store::voice_sessions(&app.db, &user.id).await?,
    )
    .await?;
    let kept = store::plugin_values(&app.db, &app.vault, &user.id).await?;
    put(archive, "plugin-settings.json", &kept).await?;
    let sent = store::sent(&app.db, &user.id).await?;
    put(archive, "left-the-building.json", &sent).await?;
    index.push_str("<h2>Conversations</h2><ul>");
    let mut after = String::new();
    loop {
        let some = chat::export::some(app, &user.id, &after, TOGETHER, whose.owner.is_none()).await?;
        let Some(last) = some.last() else { break };
        after.clone_from(&last.id);
        for info in some {
            counts.conversations += 1;
            conversation(app, whose, archive, (counts.conversations, info), &mut index).await?;
        }
    }
    index.push_str("</ul><h2>Files you added</h2><ul>");
    for document in store::documents(&app.db, &user.id).await? {
        counts.documents += 1;
        let name = format!("files/{:04} {}", counts.documents, file_name(&document.file_name));
        let item = format!(
            "<li>{}, {} bytes</li>",
            page::escaped(&document.file_name),
            document.bytes
        );
        index.push_str(&item);
        let mut original = blob::open(app, &document.content_hash).await?.content;
        archive.begin(name).await?;
        loop {
            let mut part = vec![0; 64 * 1024];
            let read = original.read(&mut part).await?;
            if read == 0 {
                break;
            }
            part.truncate(read);
            archive.write(part).await?;
        }
    }
    index.push_str("</ul>");
    archive
        .file("index.html".to_owned(), page::whole("My data in VoiceAssist", &index))
        .await?;
    Ok(())
}

#[derive(Serialize)]
struct Taken<'a> {
    #[serde(flatten)]
    conversation: &'a Conversation,
    patient_context: Option<serde_json::Value>,
    /// Looks that administrators took at the context.
    looks: Vec<api_types::ContextAccess>,
}

async fn conversation(
    app: &App,
    whose: &Whose,
    archive: &Archive,
    (number, info): (usize, ConversationInfo),
    index: &mut String,
) -> Result<(), ExportError> {
    let conversation = chat::export::whole(app, whose.owner.as_ref(), &whose.user.id, info).await?;
    let id = conversation.info.id.as_str();
    let context = context::store::of(&app.db, &app.vault, id)
        .await?
        .map(|kept| kept.context);
    let name = format!("conversations/{number:04} {}", file_name(&conversation.info.title));
    let taken = Taken {
        conversation: &conversation,
        patient_context: context.as_ref().map(serde_json::to_value).transpose()?,
        looks: context::store::looks(&app.db, &app.vault, id, context::store::Looked::Context).await?,
    };
    put(archive, &format!("{name}.json"), &taken).await?;
    archive
        .file(
            format!("{name}.html"),
            page::conversation(&conversation, context.as_ref()),
        )
        .await?;
    let _ = write!(
        index,
        "<li><a href=\"{}.html\">{}</a> <small>{}</small></li>",
        page::escaped(&name.replace('%', "%25").replace('#', "%23").replace('?', "%3F")),
        page::escaped(&conversation.info.title),
        page::time(conversation.info.updated_at)
    );
    Ok(())
}

async fn put(archive: &Archive, name: &str, value: &impl Serialize) -> Result<(), ExportError> {
    Ok(archive.file(name.to_owned(), serde_json::to_vec_pretty(value)?).await?)
}

/// What every system takes as the name of a file.
fn file_name(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let whole = words.join(" ");
    let (stem, ending) = whole
        .rsplit_once('.')
        .filter(|(_, ending)| (1..=5).contains(&ending.len()) && ending.chars().all(char::is_alphanumeric))
        .map_or((whole.as_str(), String::new()), |(stem, ending)| {
            (stem, format!(".{ending}"))
        });
    let stem: String = stem.chars().take(NAMED).collect();
    format!("{}{ending}", stem.trim_end_matches(['.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_stays_in_its_folder_and_keeps_its_ending() {
        assert_eq!(file_name("../../etc/passwd"), ".. .. etc passwd");
        assert_eq!(file_name("What is CURB-65?"), "What is CURB-65");
        assert_eq!(
            file_name(&format!("{}.pdf", "a".repeat(200))),
            format!("{}.pdf", "a".repeat(60))
        );
    }
}
