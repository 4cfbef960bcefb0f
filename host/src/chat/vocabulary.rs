//! The words of what a user may read: what they say is most likely one of these.

use std::collections::BTreeSet;

use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// Passages that are looked at, of the newest documents: some 20 ms.
const PASSAGES: i64 = 2_000;

/// Each word once, in lower case.
///
/// # Errors
/// Of the database.
pub async fn words(app: &App, caller: &Caller) -> Result<BTreeSet<String>, Problem> {
    let texts = app.knowledge.texts(&caller.readers(), PASSAGES).await?;
    let words = texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    Ok(words.filter(|word| word.len() > 1).map(str::to_lowercase).collect())
}
