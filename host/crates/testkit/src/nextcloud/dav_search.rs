//! SEARCH by file ids (permissions.md 3 and 4; REAL-NEXTCLOUD.md 2 for external storages).

use axum::response::Response;
use percent_encoding::percent_decode_str;

use super::call::Call;
use super::dav::error;
use super::dav_xml::{Element, multistatus, parse, response, usual};
use super::rules::Client;
use super::state::{ExternalMode, State};
use super::tree::parts;
use super::view::Seen;

/// permissions.md 3: 101 are one too many.
const MOST: usize = 100;

fn failed(message: &str) -> Response {
    error(500, "InvalidArgumentException", message)
}

pub(crate) fn search(state: &State, call: &Call, uid: &str, client: &Client) -> Response {
    let Some(basic) = parse(&call.body).and_then(|root| root.child("basicsearch").cloned()) else {
        return error(400, "Sabre\\DAV\\Exception\\BadRequest", "Missing basicsearch");
    };
    let scope = basic
        .child("from")
        .and_then(|from| from.child("scope"))
        .and_then(|scope| scope.child("href"))
        .map(|href| percent_decode_str(&href.text).decode_utf8_lossy().into_owned())
        .unwrap_or_default();
    let scope = parts(&scope).join("/");
    let Some(below) = scope
        .strip_prefix(&format!("files/{uid}"))
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    else {
        return failed("Search is only supported on the own files");
    };
    let mut ids = Vec::new();
    for member in basic
        .child("where")
        .map(|conditions| conditions.children.as_slice())
        .unwrap_or_default()
    {
        if let Err(message) = collect(member, &mut ids) {
            return failed(message);
        }
    }
    if ids.len() > MOST {
        return failed("Search exceeded maximum operator limit of 100 exceeded");
    }
    let names = basic
        .child("select")
        .and_then(|select| select.child("prop"))
        .map_or_else(usual, Element::names);
    let mut all = String::new();
    let mut known = std::collections::BTreeSet::new();
    for id in ids.into_iter().filter(|id| known.insert(*id)) {
        // REAL-NEXTCLOUD.md 2: what lies on a storage that does not answer is left out without a word.
        let there = |seen: &Seen| state.mode(seen.mount.kind) == ExternalMode::Works;
        for seen in state.places(uid, id).into_iter().filter(there) {
            if parts(&seen.path).starts_with(&parts(below)) {
                all.push_str(&response(state, uid, &seen, client, &names));
            }
        }
    }
    multistatus(&all)
}

fn collect(condition: &Element, ids: &mut Vec<i64>) -> Result<(), &'static str> {
    match condition.name.1.as_str() {
        "or" => condition.children.iter().try_for_each(|child| collect(child, ids)),
        "eq" => {
            let asked = condition
                .child("prop")
                .and_then(|prop| prop.children.first())
                .map(|prop| prop.name.1.as_str());
            if asked != Some("fileid") {
                return Err("Unsupported property");
            }
            let literal = condition
                .child("literal")
                .map(|literal| literal.text.as_str())
                .unwrap_or_default();
            ids.push(literal.parse().map_err(|_| "Invalid property value for fileid")?);
            Ok(())
        }
        _ => Err("Unsupported operator"),
    }
}
