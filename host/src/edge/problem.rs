//! RFC 9457 problems: the one shape of every error a client sees.
//!
//! Driver and model text never reaches a client; it goes to the log under the request id.

use api_types::ProblemBody;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::audit;
pub use crate::edge::body::Json;
use crate::identity::Ended;

#[derive(Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: Option<String>,
    /// Seconds to wait before asking again.
    retry_after: Option<u64>,
}

impl Problem {
    /// Not yours and not existing are the same bytes.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", None)
    }

    /// The header `Allow` says which methods there are.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This address has no such method",
            None,
        )
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

    /// The session was one, and is over.
    pub fn session_ended(why: Ended) -> Self {
        let (kind, detail) = match why {
            Ended::Idle => ("session-idle", "Nothing was done in it for a while. Sign in again."),
            Ended::Reused => (
                "session-reused",
                "A copy of its tokens was used somewhere else, so it was ended everywhere. Sign in again, and tell your administrator if that was not you.",
            ),
            Ended::Disabled => ("session-disabled", "This account is disabled. Ask your administrator."),
            Ended::Closed => (
                "session-closed",
                "It was ended from another session or by an administrator.",
            ),
            Ended::SignedOut | Ended::Expired => ("session-expired", "Sign in again."),
        };
        Self::new(
            StatusCode::UNAUTHORIZED,
            kind,
            "Your session has ended",
            Some(detail.into()),
        )
    }

    /// 403, not 401: who is calling is known, and signing in again would not help.
    pub fn second_factor_needed() -> Self {
        let detail = "Enter a code from your authenticator app or a recovery code: POST /api/v1/auth/second-factor. It counts for a few minutes.";
        Self::new(
            StatusCode::FORBIDDEN,
            "second-factor-needed",
            "A code of your second factor is needed",
            Some(detail.into()),
        )
    }

    pub fn second_factor_missing() -> Self {
        let detail = "This needs a second factor, and your account has none. Set one up under Settings, Security.";
        Self::new(
            StatusCode::FORBIDDEN,
            "second-factor-missing",
            "Set up a second factor first",
            Some(detail.into()),
        )
    }

    pub fn second_factor_wrong() -> Self {
        let detail = "The code is wrong, was used before, or its half minute is over. Enter the next one.";
        Self::new(
            StatusCode::FORBIDDEN,
            "second-factor-wrong",
            "This code does not count",
            Some(detail.into()),
        )
    }

    /// `wait` is in milliseconds.
    pub fn too_many(detail: impl Into<String>, wait: i64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "Too many requests",
            Some(detail.into()),
        );
        problem.retry_after = Some(u64::try_from(wait).unwrap_or_default().div_ceil(1000).max(1));
        problem
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

    pub fn admin_only() -> Self {
        Self::forbidden("Only an admin may do this.")
    }

    pub fn viewer() -> Self {
        Self::forbidden(
            "Your role here is viewer: you can read your conversations and documents, not ask or upload. An administrator can give your group another role.",
        )
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

    /// A legal hold is on it; whose and why is not said.
    pub fn held() -> Self {
        let detail = "It must be kept for now, so it cannot be deleted. Ask your administrator.";
        Self::new(StatusCode::CONFLICT, "held", "This is held", Some(detail.into()))
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
            retry_after: None,
        }
    }

    pub fn status(&self) -> StatusCode {
        self.status
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
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
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
        // Of all characters PostgreSQL keeps no NUL; SQLite does.
        if error.as_database_error().and_then(|error| error.code()).as_deref() == Some("22021") {
            return Self::bad_request("Text with the character NUL cannot be kept.");
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

impl From<MultipartRejection> for Problem {
    fn from(rejection: MultipartRejection) -> Self {
        Self::bad_request(rejection.body_text())
    }
}

impl From<WebSocketUpgradeRejection> for Problem {
    fn from(rejection: WebSocketUpgradeRejection) -> Self {
        Self::bad_request(rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

/// Parts of the path whose rejection is the same 404 as an unknown id.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// A query string whose rejection is a problem.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);
