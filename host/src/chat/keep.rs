//! "Save the guideline": a published source that an answer cited goes into the reader's own Nextcloud files, where its
//! rights allow it, and only after the reader has confirmed which file goes where.

use api_types::{Answer, AnswerEvent, AnswerKind, Clarification, ClarificationOption, Stage};
use nextcloud::{ActingUser, NextcloudError};
use serde_json::json;

use super::calculation::Earlier;
use super::draft::{self, Trail};
use super::run::Outlet;
use super::store::Asked;
use crate::app::App;
use crate::audit::{self, Event, INTENT};
use crate::cloud::{self, Cloud};
use crate::edge::problem::Problem;
use crate::guidelines::Kept;

/// Where it is put, below the reader's files.
const FOLDER: &str = "VoiceAssist";
/// How long a proposal can be confirmed.
const CONFIRMED_WITHIN_MS: i64 = 5 * 60 * 1_000;
/// A longer text says more than that.
const WORDS: usize = 12;
const VERBS: [&str; 5] = ["download", "save", "store", "keep", "copy"];
const THINGS: [&str; 8] = [
    "guideline",
    "guidelines",
    "guidance",
    "source",
    "sources",
    "document",
    "pdf",
    "file",
];
const AGREE: &str = "Yes, save ";
const DECLINE: &str = "No, save nothing.";

/// What the reader says who agrees, and nothing else.
fn confirmation(source: &Kept) -> String {
    format!("{AGREE}\"{}\" to my Nextcloud files.", source.title)
}

/// Where a file of this name is put.
fn path(file_name: &str) -> String {
    let name: String = file_name
        .chars()
        .map(|c| if c == '/' || c.is_control() { ' ' } else { c })
        .collect();
    format!("/{FOLDER}/{}", name.trim().trim_start_matches('.'))
}

/// Whether a text asks for it, such as "Download the guideline PDF."
fn asks(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let polite = [
        "please", "can", "could", "you", "now", "then", "and", "ok", "okay", "yes",
    ];
    let first = words.iter().find(|word| !polite.contains(&word.as_str()));
    words.len() <= WORDS
        && first.is_some_and(|word| VERBS.contains(&word.as_str()))
        && words.iter().any(|word| THINGS.contains(&word.as_str()))
}

/// Proposes to save what the last answer with sources cited, or saves what was just proposed and confirmed. None when the
/// question asks for neither.
///
/// # Errors
/// Of the database, or when the audit cannot be written: nothing is saved then.
pub async fn try_answer(
    app: &App,
    asked: &Asked,
    history: &[Earlier],
    outlet: &mut Outlet,
    trail: &mut Trail,
) -> Result<Option<Answer>, Problem> {
    let text = asked.request.text.trim();
    let answers = text == DECLINE || text.starts_with(AGREE);
    let proposed = history.last().filter(|earlier| answers && earlier.offers(text));
    if proposed.is_none() && !asks(text) {
        return Ok(None);
    }
    let message_id = asked.id.clone();
    let stage = Stage::Checking;
    outlet.send(&AnswerEvent::State { message_id, stage }).await?;
    let cited = history.iter().rev().map(Earlier::documents).find(|ids| !ids.is_empty());
    let sources = match cited {
        Some(ids) => Kept::among(&app.db, ids).await?,
        None => Vec::new(),
    };
    let outcome = match proposed {
        Some(earlier) => Outcome::Said(confirmed(app, asked, earlier, &sources).await?),
        None => proposal(app, asked, &sources),
    };
    let mut metadata = draft::metadata(&app.models.none("saving a source is no question to a model"));
    metadata.ran_at = "this server".to_owned();
    let mut answer = draft::empty(AnswerKind::Answered, metadata);
    match outcome {
        Outcome::Proposed(clarification) => {
            trail.step(app, "propose", format!("{} sources can be saved", sources.len()));
            answer.kind = AnswerKind::Clarification;
            answer.clarification = Some(clarification);
        }
        Outcome::Said(words) => {
            trail.step(app, "save", "answered without a model".to_owned());
            answer.notices.push(words);
        }
    }
    Ok(Some(answer))
}

enum Outcome {
    Proposed(Clarification),
    Said(String),
}

/// A line of the list of options for each source that may be stored.
fn proposal(app: &App, asked: &Asked, sources: &[Kept]) -> Outcome {
    if let Err(why) = place(app, asked) {
        return Outcome::Said(why.to_owned());
    }
    let allowed: Vec<&Kept> = sources.iter().filter(|source| may_store(app, source)).collect();
    let Some(first) = allowed.first() else {
        return Outcome::Said(match sources.first() {
            Some(source) => format!("\"{}\" may not be stored; open it at its publisher.", source.title),
            None => "No published guideline was cited in this conversation, so there is none to save.".to_owned(),
        });
    };
    let question = match allowed.len() {
        1 => format!(
            "Save \"{}\" to the folder {FOLDER} of your Nextcloud files?",
            first.title
        ),
        _ => format!("Which of these goes to the folder {FOLDER} of your Nextcloud files?"),
    };
    let mut options: Vec<ClarificationOption> = allowed
        .iter()
        .map(|source| ClarificationOption {
            label: match allowed.len() {
                1 => "Save it".to_owned(),
                _ => format!("Save \"{}\"", source.title),
            },
            question: confirmation(source),
            citation: None,
        })
        .collect();
    options.push(ClarificationOption {
        label: "Save nothing".to_owned(),
        question: DECLINE.to_owned(),
        citation: None,
    });
    Outcome::Proposed(Clarification { question, options })
}

async fn confirmed(app: &App, asked: &Asked, earlier: &Earlier, sources: &[Kept]) -> Result<String, Problem> {
    let text = asked.request.text.trim();
    if text == DECLINE {
        return Ok("Nothing was saved.".to_owned());
    }
    if asked.asked_at - earlier.asked_at() > CONFIRMED_WITHIN_MS {
        return Ok("The proposal is more than five minutes old. Ask for it again. Nothing was saved.".to_owned());
    }
    let (cloud, user) = match place(app, asked) {
        Ok(there) => there,
        Err(why) => return Ok(why.to_owned()),
    };
    let chosen = sources.iter().find(|source| confirmation(source) == text);
    let Some(source) = chosen.filter(|source| may_store(app, source)) else {
        return Ok("This source may not be stored any more. Nothing was saved.".to_owned());
    };
    let original = source.bytes(app).await.map_err(|error| Problem::internal(&error))?;
    let size = original.len();
    let event = |outcome: &'static str| {
        Event::new(&asked.user, "source.saved", "document", &source.id)
            .outcome(outcome)
            .detail(json!({ "plugin": source.plugin, "bytes": size }))
    };
    audit::record_alone(&app.db, app.clock.now_ms(), &event(INTENT)).await?;
    let path = path(&source.file_name);
    let written = cloud.client.write(user, &path, None, original.into()).await;
    let outcome = if written.is_ok() { "done" } else { "failed" };
    audit::record_alone(&app.db, app.clock.now_ms(), &event(outcome)).await?;
    let shown = path.trim_start_matches('/');
    Ok(match written {
        Ok(_) => {
            cloud::look::once(app, user).await?;
            format!("Saved as {shown} in your Nextcloud files. It is read now; your next questions can cite it.")
        }
        Err(NextcloudError::Status { status: 412, .. }) => {
            format!("There is already a file {shown} in your Nextcloud files. Nothing was changed.")
        }
        Err(NextcloudError::Refused(_)) => format!("Nextcloud does not let you write {shown}. Nothing was saved."),
        Err(_) => "Nextcloud cannot be reached now. Nothing was saved; ask again in a minute.".to_owned(),
    })
}

/// The files of whom, or why there are none.
fn place<'a>(app: &'a App, asked: &'a Asked) -> Result<(&'a Cloud, &'a ActingUser), &'static str> {
    match (&app.cloud, &asked.acting) {
        (Some(cloud), Some(user)) => Ok((cloud, user)),
        _ => Err(
            "Sources are saved to Nextcloud files, so this works inside Nextcloud only. Open the source to keep it.",
        ),
    }
}

fn may_store(app: &App, source: &Kept) -> bool {
    let plugin = app.plugins.find(&source.plugin);
    plugin.is_some_and(|loaded| loaded.access().rights.may_store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_order_asks_for_it() {
        for text in [
            "Download the guideline PDF.",
            "Please save this guideline",
            "Could you store that document in my files?",
            "keep the source",
        ] {
            assert!(asks(text), "{text}");
        }
        for text in [
            "Which guideline says to store insulin in the fridge?",
            "How long do I keep the file of a patient?",
            "Save the patient from harm",
            "Store heparin below 25 degrees",
            "",
        ] {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn a_title_from_outside_stays_one_name_in_the_folder() {
        assert_eq!(path("a/../b\n.pdf"), "/VoiceAssist/a .. b .pdf");
        assert_eq!(path(".noindex"), "/VoiceAssist/noindex");
    }
}
