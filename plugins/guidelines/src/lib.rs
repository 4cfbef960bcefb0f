//! Guideline sites as sources of documents: what the CDC and the WHO component have in common.
//!
//! Use this for a publisher's public pages. Do not use it for a site behind a sign-in, or one whose terms
//! forbid copying: robots.txt is a request, not a licence.
//!
//! - [`Site`] asks politely: robots.txt (RFC 9309), crawl delay, conditional requests, back-off.
//! - [`Page`] turns HTML into sections with heading path, anchor and CommonMark.
//! - [`cdc`] and [`who`] list and fetch.

pub mod cdc;
mod dates;
mod html;
mod links;
mod markdown;
mod robots;
mod site;
mod tags;
pub mod who;

#[cfg(test)]
mod tests;

pub use html::{Link, Page};
pub use robots::Robots;
pub use site::{Answer, Site, Validators};

use sha2::{Digest, Sha256};

/// The revision of a text: it changes when what is read changes, not when a server renames its ETag.
fn revision(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A stable name of at most 64 lower-case letters, digits and hyphens.
fn id_of(path: &str) -> String {
    let base = path
        .trim_matches('/')
        .trim_end_matches(".html")
        .trim_end_matches(".htm");
    let mut id = String::new();
    for c in base.to_ascii_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.len() <= 64 {
        return id.to_owned();
    }
    // The end tells pages of one folder apart; the hash tells the folders apart.
    let tail = id[id.len() - 47..].trim_start_matches('-');
    format!("{}-{tail}", revision(&[path]))
}

/// Words with which publishers say that a document no longer holds, looked for at its beginning.
const WITHDRAWN: [&str; 10] = [
    "has been withdrawn",
    "has been retracted",
    "has been rescinded",
    "has been superseded",
    "has been archived",
    "is archived",
    "archived for historical",
    "no longer in effect",
    "no longer being updated",
    "no longer being maintained",
];

fn says_withdrawn(opening: &str) -> bool {
    let low = opening.to_lowercase();
    WITHDRAWN.iter().any(|words| low.contains(words))
}
