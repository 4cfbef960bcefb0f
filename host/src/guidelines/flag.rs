//! Marks what answers cite from guidelines that have changed since.

use std::collections::BTreeMap;

use api_types::{Message, Superseded};

use super::store;
use crate::app::App;
use crate::edge::problem::Problem;

/// # Errors
/// Of the database.
pub async fn mark(app: &App, messages: &mut [Message]) -> Result<(), Problem> {
    let mut found: BTreeMap<(String, i64), Option<(i64, String)>> = BTreeMap::new();
    for message in messages {
        let Some(answer) = &mut message.answer else { continue };
        for citation in &mut answer.citations {
            let key = (citation.document_id.clone(), message.asked_at);
            if !found.contains_key(&key) {
                let change = store::change_after(&app.db, &key.0, key.1).await?;
                found.insert(key.clone(), change);
            }
            citation.superseded = found.get(&key).and_then(Option::as_ref).map(|(at, body)| Superseded {
                at: *at,
                quote_kept: plain(body).contains(&plain(&citation.quote)),
            });
        }
    }
    Ok(())
}

/// Words alone: marks of lists and emphasis are not part of what was said.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | '|' | '`' | '\\'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
