//! Reading and writing sabre's XML.

use std::collections::BTreeMap;

use axum::response::Response;
use chrono::DateTime;
use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

use super::call::{answer, escape};
use super::dav::href;
use super::ocs_files::attributes;
use super::rules::Client;
use super::state::State;
use super::view::Seen;

const DAV: &str = "DAV:";
const OC: &str = "http://owncloud.org/ns";
const NC: &str = "http://nextcloud.org/ns";

/// Namespace and local name.
pub(crate) type Name = (String, String);

/// An element with its members and the text directly in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    pub name: Name,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub(crate) fn child(&self, local: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name.1 == local)
    }

    pub(crate) fn names(&self) -> Vec<Name> {
        self.children.iter().map(|child| child.name.clone()).collect()
    }
}

/// The root element; `None` for what is not XML.
pub(crate) fn parse(bytes: &[u8]) -> Option<Element> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_resolved_event().ok()? {
            (namespace, Event::Start(start)) => open.push(element(&namespace, start.local_name().as_ref())),
            (namespace, Event::Empty(start)) => {
                let empty = element(&namespace, start.local_name().as_ref());
                open.last_mut()?.children.push(empty);
            }
            (_, Event::End(_)) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            (_, Event::Text(text)) => open.last_mut()?.text.push_str(text.trim()),
            (_, Event::GeneralRef(entity)) => open.last_mut()?.text.push_str(character(&entity)),
            (_, Event::Eof) => break,
            _ => {}
        }
    }
    if open.len() != 1 {
        return None;
    }
    open.pop()?.children.into_iter().next()
}

fn character(entity: &str) -> &'static str {
    match entity {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

fn element(namespace: &ResolveResult<'_>, local: &str) -> Element {
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
        _ => String::new(),
    };
    Element {
        name: (namespace, local.to_owned()),
        ..Element::default()
    }
}

/// Properties of a PROPFIND without a list.
pub(crate) fn usual() -> Vec<Name> {
    [
        "getlastmodified",
        "getcontentlength",
        "resourcetype",
        "getetag",
        "getcontenttype",
    ]
    .iter()
    .map(|local| (DAV.to_owned(), (*local).to_owned()))
    .collect()
}

pub(crate) fn date(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .unwrap_or_default()
        .format("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn value(state: &State, uid: &str, seen: &Seen, client: &Client, name: &Name) -> Option<String> {
    let node = state.nodes.get(&seen.id)?;
    let display = |uid: &str| state.users.get(uid).map(|user| user.display.clone());
    if state.is_away(seen) {
        // REAL-NEXTCLOUD.md 2: all that is left of a storage that does not answer.
        match (name.0.as_str(), name.1.as_str()) {
            (DAV, "getetag") => return Some("&quot;&quot;".to_owned()),
            (OC, "fileid") => return Some("-1".to_owned()),
            (OC, "permissions") => return Some("MG".to_owned()),
            _ => {}
        }
    }
    let text = match (name.0.as_str(), name.1.as_str()) {
        (DAV, "resourcetype") => return Some(if node.folder { "<d:collection/>" } else { "" }.to_owned()),
        (DAV, "getetag") => format!("\"{}\"", state.etag(uid, seen)),
        (DAV, "getcontentlength") if !node.folder => node.bytes.len().to_string(),
        (DAV, "getcontenttype") if !node.folder => node.mime.clone(),
        (DAV, "getlastmodified") => date(node.mtime),
        (DAV, "displayname") => seen.path.rsplit('/').next().unwrap_or_default().to_owned(),
        (OC, "fileid") => node.id.to_string(),
        (OC, "id") => format!("{:08}{}", node.id, super::auth::INSTANCE),
        (OC, "permissions") => state.letters(seen, state.mask(uid, seen, client)),
        (OC, "size") => state.size(node.id).to_string(),
        (OC, "owner-id") => state.owner(seen),
        (OC, "owner-display-name") => display(&state.owner(seen))?,
        (NC, "share-attributes") => seen.mount.download.map_or_else(|| "[]".to_owned(), attributes),
        (NC, "mount-type") => seen.mount.kind.name().to_owned(),
        (NC, "is-mount-root") => seen.mount_root.to_string(),
        (NC, "has-preview") => "false".to_owned(),
        _ => return None,
    };
    Some(escape(&text))
}

/// `d:response` of a node.
pub(crate) fn response(state: &State, uid: &str, seen: &Seen, client: &Client, names: &[Name]) -> String {
    let folder = state.nodes.get(&seen.id).is_some_and(|node| node.folder);
    let (mut found, mut missing) = (String::new(), String::new());
    for name in names {
        let (tag, declared) = tag(name);
        match value(state, uid, seen, client, name) {
            Some(value) if value.is_empty() => found.push_str(&format!("<{tag}{declared}/>")),
            Some(value) => found.push_str(&format!("<{tag}{declared}>{value}</{tag}>")),
            None => missing.push_str(&format!("<{tag}{declared}/>")),
        }
    }
    let propstat = |props: &str, status: &str| {
        if props.is_empty() {
            return String::new();
        }
        format!("<d:propstat><d:prop>{props}</d:prop><d:status>HTTP/1.1 {status}</d:status></d:propstat>")
    };
    format!(
        "<d:response><d:href>{}</d:href>{}{}</d:response>",
        href(uid, &seen.path, folder),
        propstat(&found, "200 OK"),
        propstat(&missing, "404 Not Found")
    )
}

fn tag((namespace, local): &Name) -> (String, String) {
    let prefixes = BTreeMap::from([(DAV, "d"), (OC, "oc"), (NC, "nc")]);
    match prefixes.get(namespace.as_str()) {
        Some(prefix) => (format!("{prefix}:{local}"), String::new()),
        None => (format!("x1:{local}"), format!(" xmlns:x1=\"{}\"", escape(namespace))),
    }
}

pub(crate) fn multistatus(responses: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\"?>\n<d:multistatus xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\" \
         xmlns:oc=\"{OC}\" xmlns:nc=\"{NC}\">{responses}</d:multistatus>\n"
    );
    answer(
        207,
        &[
            ("content-type", "application/xml; charset=utf-8"),
            ("vary", "Brief,Prefer"),
            ("dav", "1, 3, extended-mkcol"),
        ],
        body,
    )
}
