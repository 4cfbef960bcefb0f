//! Tools of plugins: what only reads runs at once; what changes something is proposed, confirmed, then done.

pub mod call;
pub mod confirm;
pub mod list;
mod screen;

use api_types::{ToolChange, ToolCitation, ToolContent, ToolEffect, ToolOutcome};
use sandbox::{CallError, Change, Citation, Content, Effect, ErrorKind, ToolResult};

use super::registry::Loaded;
use crate::edge::problem::Problem;

pub(super) fn effect(effect: Effect) -> ToolEffect {
    match effect {
        Effect::Read => ToolEffect::Read,
        Effect::Write => ToolEffect::Write,
        Effect::Irreversible => ToolEffect::Irreversible,
    }
}

/// # Errors
/// The plugin returned what is no JSON.
pub(super) fn outcome(loaded: &Loaded, tool: &str, result: ToolResult) -> Result<ToolOutcome, Problem> {
    let content = result.content.into_iter().filter_map(|content| match content {
        Content::Text(text) => Some(ToolContent::Text { text }),
        Content::Citation(given) => Some(ToolContent::Citation {
            citation: citation(given),
        }),
        Content::File { root, path } => Some(ToolContent::File { folder: root, path }),
        // Cards are drawn from `structured`, with our own widgets.
        Content::Card(_) => None,
    });
    Ok(ToolOutcome {
        plugin: loaded.id().to_owned(),
        plugin_version: loaded.version(),
        tool: tool.to_owned(),
        content: content.collect(),
        structured: result.structured.map(|text| json(&text)).transpose()?,
    })
}

fn citation(given: Citation) -> ToolCitation {
    ToolCitation {
        title: given.title,
        authors: given.authors,
        publisher: given.publisher,
        published: given.published,
        url: given.url.filter(|url| url.starts_with("https://")),
        doi: given.doi,
        pmid: given.pmid,
    }
}

fn changes(changes: Vec<Change>) -> Result<Vec<ToolChange>, Problem> {
    changes
        .into_iter()
        .map(|change| {
            Ok(ToolChange {
                summary: change.summary,
                target: change.target,
                before: change.before.map(|text| json(&text)).transpose()?,
                after: change.after.map(|text| json(&text)).transpose()?,
            })
        })
        .collect()
}

fn json(text: &str) -> Result<serde_json::Value, Problem> {
    serde_json::from_str(text).map_err(|_| Problem::internal(&"a plugin returned what is no JSON"))
}

/// What a person is told; a plugin's own words only where they speak to the person who called.
pub(super) fn problem(loaded: &Loaded, error: CallError) -> Problem {
    let title = loaded.title();
    match error {
        CallError::Plugin(refusal) => match refusal.kind {
            ErrorKind::InvalidInput => Problem::bad_request(refusal.message),
            ErrorKind::NotFound => Problem::not_found(),
            ErrorKind::Conflict => Problem::conflict(
                "What this was prepared for has changed meanwhile. Look at it again and confirm the new proposal.",
            ),
            ErrorKind::AuthRequired => Problem::unavailable(format!(
                "{title} needs a credential. An administrator enters it on the plugins page."
            )),
            ErrorKind::Denied => Problem::forbidden(format!(
                "{title} was not allowed to do this. An administrator sees its grants on the plugins page."
            )),
            ErrorKind::RateLimited => Problem::unavailable(match refusal.retry_after_ms {
                Some(ms) => format!("{title} asks for a pause. Try again in {} seconds.", ms.div_ceil(1000)),
                None => format!("{title} asks for a pause. Try again in a minute."),
            }),
            ErrorKind::Unavailable => Problem::unavailable(format!(
                "{title} cannot reach its service now. Try again later; nothing was changed."
            )),
            ErrorKind::Unsupported | ErrorKind::Internal => {
                tracing::error!(plugin = loaded.id(), kind = ?refusal.kind, "a plugin failed");
                Problem::unavailable(format!(
                    "{title} stopped with an error. An administrator can see its log."
                ))
            }
        },
        CallError::Saturated => Problem::unavailable("Too many plugin calls at once. Try again in a moment."),
        other => {
            tracing::error!(plugin = loaded.id(), error = %other, "a plugin failed");
            Problem::unavailable(format!(
                "{title} stopped without a result. Nothing else is affected; an administrator can see its log."
            ))
        }
    }
}
