//! PROPFIND, GET and HEAD (permissions.md 1 and 2).

use axum::response::Response;
use bytes::Bytes;
use http::Method;

use super::call::{Call, answer};
use super::dav::{error, forbidden, not_found, unavailable};
use super::dav_xml::{date, multistatus, parse, response, usual};
use super::rules::{Client, Denial, Read};
use super::state::{READ, State};
use super::view::{MountKind, Seen};

pub(crate) fn root(call: &Call) -> Response {
    multistatus(&format!(
        "<d:response><d:href>{}</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop>\
         <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>",
        call.path
    ))
}

pub(crate) fn versions(state: &State, uid: &str, id: i64, path: &str) -> Response {
    if state.places(uid, id).is_empty() {
        return not_found("versions");
    }
    multistatus(&format!(
        "<d:response><d:href>{path}</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop>\
         <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    ))
}

/// permissions.md 1: oc:filter-files finds nothing, ever.
pub(crate) fn report(state: &State, uid: &str, path: &str) -> Response {
    if state.resolve(uid, path).is_none() {
        return not_found(path.trim_start_matches('/'));
    }
    multistatus("")
}

pub(crate) fn propfind(state: &State, call: &Call, uid: &str, path: &str, client: &Client) -> Response {
    let Some(seen) = state.resolve(uid, path) else {
        return not_found(path.trim_start_matches('/'));
    };
    let names = match parse(&call.body) {
        Some(root) => root.child("prop").map_or_else(usual, super::dav_xml::Element::names),
        None if call.body.is_empty() => usual(),
        None => {
            return error(
                400,
                "Sabre\\DAV\\Exception\\BadRequest",
                "This XML document is not valid",
            );
        }
    };
    let mut all = response(state, uid, &seen, client, &names);
    let folder = state.nodes.get(&seen.id).is_some_and(|node| node.folder);
    if folder && call.header("depth") != Some("0") && !state.is_away(&seen) {
        for child in state.list(uid, &seen) {
            if !vanishes(state, uid, &child, client) {
                all.push_str(&response(state, uid, &child, client, &names));
            }
        }
    }
    multistatus(&all)
}

/// permissions.md 2: a denied single-file share is missing from the listing, a denied child of a folder is not.
fn vanishes(state: &State, uid: &str, seen: &Seen, client: &Client) -> bool {
    let single = seen.mount_root && seen.mount.kind == MountKind::Share;
    let file = state.nodes.get(&seen.id).is_some_and(|node| !node.folder);
    single && file && state.denial(uid, seen, client) == Denial::Masked
}

pub(crate) fn get(state: &State, call: &Call, uid: &str, path: &str, client: &Client) -> Response {
    let missing = || not_found(path.trim_start_matches('/'));
    let Some(seen) = state.resolve(uid, path) else {
        return missing();
    };
    let whole = match state.nodes.get(&seen.id) {
        Some(node) if !node.folder => node.bytes.clone(),
        _ => {
            return error(
                501,
                "Sabre\\DAV\\Exception\\NotImplemented",
                "GET is only implemented for file objects",
            );
        }
    };
    let read = state.read(uid, path, client);
    if state.view_refused(&seen)
        && let Read::Forbidden(message) = read
    {
        return forbidden(message);
    }
    let etag = format!("\"{}\"", state.etag(uid, &seen));
    // permissions.md 2: 304 also for what rules deny.
    if call
        .header("if-none-match")
        .is_some_and(|known| known == "*" || known.split(',').any(|one| one.trim() == etag))
    {
        return answer(304, &[("etag", &etag)], "");
    }
    if call.method == Method::HEAD {
        // permissions.md 2: 200 also for what rules deny.
        return if seen.permissions & READ != 0 {
            content(state, &seen, &etag, None, whole)
        } else {
            missing()
        };
    }
    match read {
        Read::Content => content(state, &seen, &etag, call.header("range"), whole),
        Read::Gone | Read::Folder => error(404, "Sabre\\DAV\\Exception\\NotFound", ""),
        Read::Forbidden(message) => forbidden(message),
        Read::Unavailable | Read::Silent => unavailable(),
    }
}

fn content(state: &State, seen: &Seen, etag: &str, range: Option<&str>, whole: Bytes) -> Response {
    let size = whole.len();
    let (mime, mtime) = state
        .nodes
        .get(&seen.id)
        .map_or((String::new(), 0), |node| (node.mime.clone(), node.mtime));
    let modified = date(mtime);
    let mut headers = vec![
        ("content-type", mime.as_str()),
        ("etag", etag),
        ("oc-etag", etag),
        ("last-modified", modified.as_str()),
        ("accept-ranges", "bytes"),
        ("content-security-policy", "default-src 'none';"),
    ];
    // permissions.md 1: an empty file answers 200 to every range.
    let Some((start, end)) = range.filter(|_| size > 0).and_then(|range| span(range, size)) else {
        return answer(200, &headers, whole);
    };
    if start >= size || start > end {
        return error(
            416,
            "Sabre\\DAV\\Exception\\RequestedRangeNotSatisfiable",
            &format!("The start offset ({start}) exceeded the size of the entity ({size})"),
        );
    }
    let shown = format!("bytes {start}-{end}/{size}");
    headers.push(("content-range", &shown));
    answer(206, &headers, whole.slice(start..=end))
}

/// First and last byte; an end of 0 counts as none (permissions.md 1, range trap).
fn span(range: &str, size: usize) -> Option<(usize, usize)> {
    let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<usize>().ok();
    match (start.is_empty(), end.is_empty()) {
        (true, true) => None,
        (true, false) => Some((size.saturating_sub(number(end)?), size - 1)),
        (false, _) => {
            let end = if end.is_empty() { 0 } else { number(end)? };
            let end = if end == 0 { size - 1 } else { end.min(size - 1) };
            Some((number(start)?, end))
        }
    }
}
