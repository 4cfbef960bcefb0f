//! What is known of the pages between two calls. All of it lies in the cache and can be found again.

use serde_json::{Value, json};
use voiceassist_plugin::{Bucket, Outside, recall_text};

use crate::id_of;
use crate::site::Validators;

const KNOWN: &str = "cdc known";

/// A page of the source.
#[derive(Clone)]
pub struct Known {
    pub path: String,
    pub title: String,
    /// The library, or a page that changed, links to it. A page that is gone is only asked for again when it is.
    pub linked: bool,
}

/// What the last visit found.
#[derive(Clone, Default)]
pub struct State {
    pub validators: Validators,
    pub revision: String,
    pub title: String,
    pub modified: Option<u64>,
    pub withdrawn: bool,
}

/// End of the revision of a page that answered 404 or 410.
pub const GONE: &str = "-gone";

impl State {
    pub fn is_gone(&self) -> bool {
        self.revision.ends_with(GONE)
    }
}

fn state_key(path: &str) -> String {
    format!("cdc page {}", id_of(path))
}

/// Pages kept for the fetch that follows a listing, together: a store may hold 16 MiB a plugin.
const HTML_BYTES: usize = 8 << 20;
const HTML_HELD: &str = "cdc html bytes";

fn html_key(path: &str) -> String {
    format!("cdc html {}", id_of(path))
}

/// Keeps a page for the fetch that follows, so that it is requested once; without room it is requested again.
pub fn keep_html<O: Outside>(outside: &O, path: &str, html: &str) {
    let _ = take_html(outside, path);
    let held = held(outside) + html.len();
    if held <= HTML_BYTES && outside.keep(Bucket::Cache, &html_key(path), html.as_bytes()).is_ok() {
        let _ = outside.keep(Bucket::Cache, HTML_HELD, held.to_string().as_bytes());
    }
}

/// The page that was kept, which then is no longer.
pub fn take_html<O: Outside>(outside: &O, path: &str) -> Option<String> {
    let html = recall_text(outside, Bucket::Cache, &html_key(path)).ok().flatten()?;
    let _ = outside.forget(Bucket::Cache, &html_key(path));
    let left = held(outside).saturating_sub(html.len());
    let _ = outside.keep(Bucket::Cache, HTML_HELD, left.to_string().as_bytes());
    Some(html)
}

fn held<O: Outside>(outside: &O) -> usize {
    let text = recall_text(outside, Bucket::Cache, HTML_HELD).ok().flatten();
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

pub fn known<O: Outside>(outside: &O) -> Vec<Known> {
    let text = recall_text(outside, Bucket::Cache, KNOWN)
        .ok()
        .flatten()
        .unwrap_or_default();
    let list: Value = serde_json::from_str(&text).unwrap_or_default();
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let read = items.iter().map(|item| Known {
        path: item["path"].as_str().unwrap_or_default().into(),
        title: item["title"].as_str().unwrap_or_default().into(),
        linked: item["linked"].as_bool().unwrap_or(false),
    });
    read.filter(|page| page.path.starts_with('/')).collect()
}

pub fn keep_known<O: Outside>(outside: &O, pages: &[Known]) {
    let one = |page: &Known| json!({ "path": page.path, "title": page.title, "linked": page.linked });
    let list: Value = pages.iter().map(one).collect();
    let _ = outside.keep(Bucket::Cache, KNOWN, list.to_string().as_bytes());
}

pub fn state<O: Outside>(outside: &O, path: &str) -> Option<State> {
    let text = recall_text(outside, Bucket::Cache, &state_key(path)).ok().flatten()?;
    let kept: Value = serde_json::from_str(&text).ok()?;
    let text = |key: &str| kept[key].as_str().map(str::to_owned);
    Some(State {
        validators: Validators {
            etag: text("etag"),
            last_modified: text("last_modified"),
        },
        revision: text("revision")?,
        title: text("title")?,
        modified: kept["modified"].as_u64(),
        withdrawn: kept["withdrawn"].as_bool().unwrap_or(false),
    })
}

pub fn keep_state<O: Outside>(outside: &O, path: &str, state: &State) {
    let text = json!({
        "etag": state.validators.etag, "last_modified": state.validators.last_modified, "revision": state.revision,
        "title": state.title, "modified": state.modified, "withdrawn": state.withdrawn,
    });
    let _ = outside.keep(Bucket::Cache, &state_key(path), text.to_string().as_bytes());
}
