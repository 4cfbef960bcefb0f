//! Requests from Nextcloud to the app, signed as nextcloud.md 3.1.

use std::time::Duration;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body_util::BodyExt;

use super::{Inner, locked};

/// One request of Nextcloud's own.
pub(crate) struct Outgoing<'a> {
    pub method: &'a str,
    /// With its query.
    pub path: &'a str,
    /// Empty for none.
    pub user: &'a str,
    /// Whether a Content-Type says JSON.
    pub json: bool,
    pub body: Bytes,
    pub timeout: Duration,
}

impl Inner {
    /// Headers that sign a request in a user's name.
    pub(crate) fn signature(&self, user: &str, aa_version: &'static str) -> HeaderMap {
        let (id, version, secret, language) = {
            let state = locked(self);
            let spec = &state.app.spec;
            let language = state
                .users
                .get(user)
                .map_or("en", |user| user.language.as_str())
                .to_owned();
            (spec.id.clone(), spec.version.clone(), spec.secret.clone(), language)
        };
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        put("aa-version", aa_version);
        put("ex-app-id", &id);
        put("ex-app-version", &version);
        put("aa-request-id", &format!("double{:08}", self.request_number()));
        put("authorization-app-api", &STANDARD.encode(format!("{user}:{secret}")));
        put("accept-language", &language);
        headers
    }

    /// The whole answer to one signed request.
    ///
    /// # Errors
    /// The app is unknown, does not listen, or does not answer in time.
    pub(crate) async fn call_app(&self, outgoing: Outgoing<'_>) -> Result<Response<Bytes>, String> {
        let signature = self.signature(outgoing.user, "34.0.0");
        self.send(outgoing, signature).await
    }

    pub(crate) async fn send(&self, outgoing: Outgoing<'_>, headers: HeaderMap) -> Result<Response<Bytes>, String> {
        let base = locked(self).app.url.clone().ok_or("the app has no address")?;
        let path = format!("/{}", outgoing.path.trim_start_matches('/'));
        let mut request = Request::builder().method(outgoing.method).uri(format!("{base}{path}"));
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        if outgoing.json {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if outgoing.body.is_empty() && matches!(outgoing.method, "POST" | "PUT") {
            request = request.header(header::CONTENT_LENGTH, "0");
        }
        let request = request
            .body(Body::from(outgoing.body))
            .map_err(|error| error.to_string())?;
        let whole = async {
            let (parts, body) = self
                .client
                .request(request)
                .await
                .map_err(|error| error.to_string())?
                .into_parts();
            let bytes = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            Ok(Response::from_parts(parts, bytes))
        };
        tokio::time::timeout(outgoing.timeout, whole)
            .await
            .map_err(|_| "the app does not answer".to_owned())?
    }
}
