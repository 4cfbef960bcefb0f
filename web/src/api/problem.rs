//! What went wrong, always as a problem a person can act on.

use api_types::ProblemBody;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::texts::t;

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
    serde_json::from_str(&text).unwrap_or_else(|_| by_status(status))
}

/// The problem a bare status stands for.
pub fn by_status(status: u16) -> ProblemBody {
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
