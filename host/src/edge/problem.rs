//! RFC 9457 problems: the one shape of every error a client sees.
//!
//! Driver and model text never reaches a client; it goes to the log under the request id.

use api_types::ProblemBody;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::audit;

#[derive(Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: Option<String>,
}

impl Problem {
    /// Not yours and not existing are the same bytes.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", None)
    }

    pub fn signed_out() -> Self {
        let detail = "Open the sign-in link that `voiceassist` printed, or print a new one with `voiceassist login --user NAME`.";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "signed-out",
            "You are not signed in",
            Some(detail.into()),
        )
    }

    pub fn not_through_nextcloud() -> Self {
        let detail = "This server belongs to a Nextcloud. Open VoiceAssist from Nextcloud's menu.";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not-through-nextcloud",
            "Only Nextcloud may call this server",
            Some(detail.into()),
        )
    }

    pub fn link_expired() -> Self {
        let detail =
            "A sign-in link works once and for 30 minutes. Print a new one with `voiceassist login --user NAME`.";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "link-expired",
            "This sign-in link is used up or expired",
            Some(detail.into()),
        )
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", Some(detail.into()))
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be used",
            Some(detail.into()),
        )
    }

    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "Too large",
            Some(detail.into()),
        )
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict",
            "Not possible now",
            Some(detail.into()),
        )
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Not available now",
            Some(detail.into()),
        )
    }

    /// Logs `error` and shows none of it.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "request failed");
        let detail = "Something went wrong on the server. Nothing you entered is lost; try again.";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Server error",
            Some(detail.into()),
        )
    }

    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: Option<String>) -> Self {
        Self {
            status,
            kind,
            title,
            detail,
        }
    }

    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.kind),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body())).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if audit::Unavailable::is(&error) {
            tracing::error!(%error, "refused, because it could not be recorded");
            return Self::unavailable(
                "The audit trail cannot be written, so this was not done and nothing was shown. Ask your administrator.",
            );
        }
        Self::internal(&error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            return Self::too_large(rejection.body_text());
        }
        Self::bad_request(rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::bad_request(rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

/// JSON whose rejection is a problem.
#[derive(axum::extract::FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Json<T>(pub T);

/// Parts of the path whose rejection is the same 404 as an unknown id.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// A query string whose rejection is a problem.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);
