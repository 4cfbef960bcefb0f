//! Headers in and out: request id, security headers, and the proof that a change comes from our own page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nextcloud::Address;
use tracing::Instrument;

use crate::app::App;
use crate::clock::new_id;
use crate::edge::admit;
use crate::edge::caller::bearer;
use crate::edge::problem::Problem;

/// Browsers let no foreign page send this header without asking us first.
pub const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// For everything that is not a page of its own.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// Gives the request an id in the log, and the answer its security headers.
///
/// The log line holds method, matched route, status and time: no path values, no query, no body.
pub async fn wrap(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = new_id(app.random.as_ref());
    let route = request
        .extensions()
        .get::<axum::extract::MatchedPath>()
        .map_or_else(|| "(asset)".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let started = app.clock.now_ms();
    let encrypted = over_tls(request.headers());
    let span = tracing::info_span!("request", %id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let ms = app.clock.now_ms() - started;
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), ms, "answered"));
    let not_found = response.status() == axum::http::StatusCode::NOT_FOUND;
    let headers = response.headers_mut();
    // A 404 must not tell two requests apart.
    if !not_found && let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if encrypted {
        secure(headers);
    }
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::CONTENT_SECURITY_POLICY, API_POLICY);
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::CACHE_CONTROL, "no-store");
    default(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    response
}

/// Whether the browser's side of the connection is encrypted, by the page's origin or the proxy that does it. Who claims it
/// wrongly only loses the cookies that they are given.
fn over_tls(headers: &HeaderMap) -> bool {
    let says = |name, wanted: fn(&str) -> bool| {
        let value = headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        value.is_some_and(wanted)
    };
    says(header::ORIGIN, |origin| origin.starts_with("https://"))
        || says(FORWARDED_PROTO, |scheme| scheme.eq_ignore_ascii_case("https"))
}

/// Cookies that go back over an encrypted connection alone.
fn secure(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let marked = HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat());
        headers.append(header::SET_COOKIE, marked.unwrap_or(cookie));
    }
}

/// Refuses a change that does not come from our own page or from a program that knows what it does.
pub async fn same_origin(request: Request, next: Next) -> Response {
    let changes = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::DELETE | Method::PATCH
    );
    let nextclouds = admit::called_by_nextcloud(request.uri().path());
    let program = bearer(request.headers()).is_some() && request.headers().get(header::COOKIE).is_none();
    if changes && !nextclouds && !program && request.headers().get(REQUESTED_WITH).is_none() {
        return Problem::forbidden("Send the header `x-requested-with: voiceassist` with every change.")
            .into_response();
    }
    next.run(request).await
}

/// Whether a WebSocket comes from our own page: a browser says which page opens one, and sends its cookie whichever it is.
/// What stands between Nextcloud and this program may give it a `Host` of its own; no page can set the forwarded one.
pub fn from_here(headers: &HeaderMap, nextcloud: Option<&Address>) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let here = [
        text(header::HOST),
        text(FORWARDED_HOST),
        nextcloud.map(Address::authority),
    ];
    origin
        .split_once("://")
        .is_some_and(|(_, from)| here.into_iter().flatten().any(|place| place == from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_opened_by_our_own_page_wherever_it_is_served() {
        let nextcloud = Address::parse("https://cloud.example/nc");
        let opened = |pairs: &[(&'static str, &'static str)], nextcloud: Option<&Address>| {
            let pairs = pairs.iter().map(|(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            });
            from_here(&pairs.collect(), nextcloud)
        };
        let here = ("origin", "https://cloud.example");
        let elsewhere = ("origin", "https://evil.example");
        let (host, forwarded) = (("host", "cloud.example"), ("x-forwarded-host", "cloud.example"));
        assert!(opened(&[here, host], None));
        assert!(opened(&[here, ("host", "127.0.0.1:23000"), forwarded], None));
        assert!(opened(&[here, ("host", "127.0.0.1:23000")], nextcloud.as_ref()));
        assert!(opened(&[host], None), "no browser");
        assert!(!opened(&[here, ("host", "127.0.0.1:23000")], None));
        assert!(!opened(&[elsewhere, host, forwarded], nextcloud.as_ref()));
        assert!(!opened(&[("origin", "null"), host], nextcloud.as_ref()));
    }
}
