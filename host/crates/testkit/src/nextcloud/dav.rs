//! WebDAV: who may speak, and which part answers (nextcloud.md 3.2, permissions.md).

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::auth::Who;
use super::call::{Call, answer, escape};
use super::rules::Client;
use super::state::{ExternalMode, State};
use super::{Inner, dav_read, dav_search, dav_write, locked};

/// What sabre leaves unencoded in an href.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b'(')
    .remove(b')');

/// `/remote.php/dav/files/bob/Docs/a%20b.md`; folders end with a slash.
pub(crate) fn href(uid: &str, path: &str, folder: bool) -> String {
    let path = format!("/remote.php/dav/files/{uid}{}", path.trim_end_matches('/'));
    let end = if folder { "/" } else { "" };
    format!("{}{end}", utf8_percent_encode(&path, PLAIN))
}

/// sabre's error body.
pub(crate) fn error(status: u16, exception: &str, message: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\">\n  \
         <s:exception>{exception}</s:exception>\n  <s:message>{}</s:message>\n</d:error>\n",
        escape(message)
    );
    answer(status, &[("content-type", "application/xml; charset=utf-8")], body)
}

pub(crate) fn not_found(path: &str) -> Response {
    error(
        404,
        "Sabre\\DAV\\Exception\\NotFound",
        &format!("File with name /{path} could not be located"),
    )
}

pub(crate) fn forbidden(message: &str) -> Response {
    error(403, "OCA\\DAV\\Connector\\Sabre\\Exception\\Forbidden", message)
}

pub(crate) fn unavailable() -> Response {
    error(
        503,
        "Sabre\\DAV\\Exception\\ServiceUnavailable",
        "Storage is temporarily not available",
    )
}

fn unauthorised() -> Response {
    let mut response = error(
        401,
        "Sabre\\DAV\\Exception\\NotAuthenticated",
        "No public access to this resource.",
    );
    response.headers_mut().insert(
        "www-authenticate",
        http::HeaderValue::from_static("Basic realm=\"Nextcloud\", charset=\"UTF-8\""),
    );
    response
}

/// What a rule sees of this request.
pub(crate) fn client(state: &State, call: &Call, who: &Who) -> Client {
    let browser = match who {
        Who::Session(_) => state.browser_address.clone(),
        _ => None,
    };
    Client {
        address: browser.unwrap_or_else(|| call.peer.to_string()),
        user_agent: call.user_agent().to_owned(),
        url: call.path.clone(),
    }
}

pub(crate) async fn serve(inner: &Arc<Inner>, call: &Call) -> Response {
    if let Some(token) = call.path.strip_prefix("/remote.php/direct/") {
        return direct(inner, call, token).await;
    }
    let who = match locked(inner).identify(call) {
        Ok(who) if who.uid().is_some() => who,
        _ => return unauthorised(),
    };
    let reads = matches!(call.method.as_str(), "GET" | "HEAD");
    if !reads && !locked(inner).passes_csrf(call, &who) {
        return unauthorised();
    }
    // permissions.md 1: whether the user is enabled is not asked here.
    let uid = who.uid().unwrap_or_default().to_owned();
    let decoded = call.decoded_path();
    let file = decoded
        .strip_prefix("/remote.php/webdav")
        .map(str::to_owned)
        .or_else(|| {
            let (owner, rest) = owner_and_rest(decoded.strip_prefix("/remote.php/dav/files/")?);
            // nextcloud.md 3.2: another user's path is 404.
            (owner == uid).then(|| format!("/{rest}"))
        });
    let method = call.method.as_str();
    if let Some(path) = file {
        return files(inner, call, &who, &path).await;
    }
    match (decoded.as_str(), method) {
        ("/remote.php/dav" | "/remote.php/dav/", "SEARCH") => {
            let state = locked(inner);
            dav_search::search(&state, call, &uid, &client(&state, call, &who))
        }
        ("/remote.php/dav" | "/remote.php/dav/", "PROPFIND") => dav_read::root(call),
        (path, "PROPFIND") if path.starts_with(&format!("/remote.php/dav/versions/{uid}/versions/")) => {
            let id = path
                .rsplit('/')
                .find(|part| !part.is_empty())
                .and_then(|id| id.parse().ok())
                .unwrap_or(0);
            dav_read::versions(&locked(inner), &uid, id, &call.path)
        }
        _ => not_found(decoded.trim_start_matches("/remote.php/dav/")),
    }
}

fn owner_and_rest(path: &str) -> (&str, &str) {
    path.split_once('/').unwrap_or((path, ""))
}

async fn files(inner: &Arc<Inner>, call: &Call, who: &Who, path: &str) -> Response {
    let uid = who.uid().unwrap_or_default();
    let (mode, slow, client) = {
        let state = locked(inner);
        let seen = state.resolve(uid, path);
        // REAL-NEXTCLOUD.md 2: the root itself is still shown.
        let shown = seen.as_ref().is_some_and(|seen| state.is_away(seen)) && call.method.as_str() == "PROPFIND";
        let mode = seen
            .as_ref()
            .filter(|_| !shown)
            .map_or(ExternalMode::Works, |seen| state.mode(seen.mount.kind));
        let slow = seen.and_then(|seen| state.faults.slow.get(&seen.id).copied());
        (mode, slow, client(&state, call, who))
    };
    match mode {
        ExternalMode::Works => {}
        ExternalMode::Unavailable => return unavailable(),
        ExternalMode::Timeout => {
            tokio::time::sleep(Duration::from_secs(120)).await;
            return unavailable();
        }
    }
    if let Some(wait) = slow.filter(|_| call.method == http::Method::GET) {
        tokio::time::sleep(wait).await;
    }
    let mut state = locked(inner);
    let response = match call.method.as_str() {
        "PROPFIND" => dav_read::propfind(&state, call, uid, path, &client),
        "GET" | "HEAD" => dav_read::get(&state, call, uid, path, &client),
        "PUT" => dav_write::put(&mut state, call, uid, path, &client),
        "DELETE" => dav_write::delete(&mut state, uid, path, &client),
        "MKCOL" => dav_write::mkcol(&mut state, uid, path),
        "MOVE" => dav_write::relocate(&mut state, call, uid, path, &client),
        "COPY" => dav_write::copy(&mut state, call, uid, path, &client),
        "REPORT" => dav_read::report(&state, uid, path),
        "OPTIONS" => answer(
            200,
            &[
                ("dav", "1, 3, extended-mkcol"),
                (
                    "allow",
                    "OPTIONS, GET, HEAD, DELETE, PROPFIND, PUT, PROPPATCH, COPY, MOVE, REPORT",
                ),
            ],
            "",
        ),
        _ => error(
            501,
            "Sabre\\DAV\\Exception\\NotImplemented",
            "There was no handler found for this request",
        ),
    };
    state.settle();
    response
}

/// permissions.md 2: the link has no user, so rules deny with 500.
async fn direct(inner: &Arc<Inner>, call: &Call, token: &str) -> Response {
    let state = locked(inner);
    let found = state.direct.get(token).and_then(|id| state.home_of(*id));
    let Some((owner, path)) = found else {
        return not_found(token);
    };
    let client = client(&state, call, &Who::Nobody);
    let denied = state
        .resolve(&owner, &path)
        .is_none_or(|seen| state.denied_without_user(&seen, &client));
    if denied {
        return error(500, "Sabre\\DAV\\Exception", "Internal Server Error");
    }
    dav_read::get(&state, call, &owner, &path, &client)
}
