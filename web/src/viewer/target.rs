//! What to open, and where the focus goes back to.

use api_types::Citation;
use leptos::prelude::*;

use crate::{dom, state::app};

#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub document_id: String,
    pub title: String,
    pub passage: Option<CitedPassage>,
    /// What this browser must be able to read before it is shown, below Nextcloud's own address.
    pub browser_check: Option<String>,
    /// Id of the element it was opened from.
    pub origin: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CitedPassage {
    pub id: String,
    /// Verbatim from the passage.
    pub quote: String,
    /// Byte range of the quote in the passage's text.
    pub range: (u32, u32),
}

impl Target {
    pub fn cited(citation: &Citation, origin: String) -> Target {
        Target {
            document_id: citation.document_id.clone(),
            title: citation.document_title.clone(),
            passage: Some(CitedPassage {
                id: citation.passage_id.clone(),
                quote: citation.quote.clone(),
                range: (citation.quote_start, citation.quote_end),
            }),
            browser_check: citation.browser_check.clone(),
            origin,
        }
    }

    pub fn document(id: &str, title: &str, origin: String) -> Target {
        Target {
            document_id: id.to_owned(),
            title: title.to_owned(),
            passage: None,
            browser_check: None,
            origin,
        }
    }

    /// Opens it; the focus follows.
    pub fn open(self) {
        let app = app();
        app.say(self.title.clone());
        app.nav_open.set(false);
        app.viewer.set(Some(self));
        dom::focus_soon("va-viewer-title");
    }
}

/// Closes the document and gives the focus back.
pub fn close() {
    let app = app();
    let Some(target) = app.viewer.get_untracked() else {
        return;
    };
    app.viewer.set(None);
    dom::focus_soon(target.origin);
}
