//! What went wrong, always as a problem a person can act on.

use api_types::ProblemBody;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::texts::{self, nc, t};

/// The problem an error response carries; a proxy's own error page becomes one by its status.
pub async fn read(response: &Response) -> ProblemBody {
    let status = response.status();
    let text = match response.text() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default(),
        Err(_) => String::new(),
    };
    parse(&text, status)
}

/// The problem in `text`, or the one the status stands for.
pub fn parse(text: &str, status: u16) -> ProblemBody {
    let Ok(mut problem) = serde_json::from_str::<ProblemBody>(text) else {
        return by_status(status);
    };
    if let Some(title) = texts::problem_title(&problem.kind) {
        problem.title = title.to_owned();
    }
    problem
}

/// The problem a bare status stands for.
fn by_status(status: u16) -> ProblemBody {
    ProblemBody {
        kind: "about:blank".to_owned(),
        title: match status {
            401 => t().problem_signed_out,
            403 => t().problem_forbidden,
            404 => t().problem_missing,
            413 => t().problem_too_large,
            429 => t().problem_too_many,
            _ => t().problem_server,
        }
        .to_owned(),
        status,
        detail: None,
    }
}

/// The server cannot be reached.
pub fn offline() -> ProblemBody {
    ProblemBody {
        kind: "about:blank".to_owned(),
        title: t().problem_offline.to_owned(),
        status: 0,
        detail: Some(t().problem_offline_detail.to_owned()),
    }
}

/// The server answered something this page does not understand.
pub fn unreadable() -> ProblemBody {
    ProblemBody {
        kind: "about:blank".to_owned(),
        title: t().problem_unreadable.to_owned(),
        status: 0,
        detail: Some(t().problem_unreadable_detail.to_owned()),
    }
}

/// Nextcloud does not let this browser read a file that the server may read.
pub fn unconfirmed() -> ProblemBody {
    ProblemBody {
        kind: "about:blank".to_owned(),
        title: nc().unconfirmed_document.to_owned(),
        status: 403,
        detail: Some(nc().unconfirmed_document_detail.to_owned()),
    }
}
