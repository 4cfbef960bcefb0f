//! PUT, DELETE, MKCOL, MOVE and COPY, and what they share with the builder.

use axum::response::Response;
use percent_encoding::percent_decode_str;

use super::call::{Call, answer};
use super::dav::{error, forbidden, not_found};
use super::rules::{Client, Denial};
use super::server::empty;
use super::sharing::With;
use super::state::{CREATE, DELETE, State, UPDATE};
use super::tree::split;
use super::view::{MountKind, Seen};
use super::webhooks::Happened;

fn conflict() -> Response {
    error(
        409,
        "Sabre\\DAV\\Exception\\Conflict",
        "Files can only be created as children of collections",
    )
}

fn exists() -> Response {
    error(
        412,
        "Sabre\\DAV\\Exception\\PreconditionFailed",
        "The destination node already exists",
    )
}

impl State {
    fn may(&self, uid: &str, seen: &Seen, bit: u32, client: &Client) -> bool {
        seen.permissions & bit != 0 && self.denial(uid, seen, client) == Denial::No
    }

    /// Moves within the user's tree, with the event.
    pub(crate) fn relocate_seen(&mut self, uid: &str, id: i64, from: &str, to: &str) {
        let (folder, name) = split(to);
        if let Some(folder) = self.resolve(uid, &folder) {
            self.relocate(id, folder.id, &name);
            self.event(Happened::Renamed, uid, id, from, Some((id, to.to_owned())));
        }
    }

    /// Copies within the user's tree, with the event; the copy's id.
    pub(crate) fn copy_seen(&mut self, uid: &str, id: i64, from: &str, to: &str) -> Option<i64> {
        let (folder, name) = split(to);
        let folder = self.resolve(uid, &folder)?;
        let copy = self.duplicate(id, folder.id, &name)?;
        self.event(Happened::Copied, uid, id, from, Some((copy, to.to_owned())));
        Some(copy)
    }

    pub(crate) fn leave(&mut self, uid: &str, share: i64) {
        let Some(record) = self.shares.get_mut(&share) else {
            return;
        };
        if record.share.with == With::user(uid) {
            self.end_share(share);
        } else {
            record.rejected.insert(uid.to_owned());
        }
    }

    pub(crate) fn denied_without_user(&self, seen: &Seen, client: &Client) -> bool {
        self.denial("", seen, client) != Denial::No
    }
}

pub(crate) fn put(state: &mut State, call: &Call, uid: &str, path: &str, client: &Client) -> Response {
    let found = state.resolve(uid, path);
    if let Some(seen) = &found {
        let etag = format!("\"{}\"", state.etag(uid, seen));
        let stale = call
            .header("if-match")
            .is_some_and(|known| known != "*" && known != etag);
        if stale || call.header("if-none-match") == Some("*") {
            return exists();
        }
        if !state.may(uid, seen, UPDATE, client) {
            return forbidden("");
        }
    } else {
        match state.resolve(uid, &split(path).0) {
            None => return conflict(),
            Some(folder) if !state.may(uid, &folder, CREATE, client) => return forbidden(""),
            Some(_) => {}
        }
    }
    let Some((id, new)) = state.put(uid, path, call.body.clone()) else {
        return conflict();
    };
    let etag = state
        .resolve(uid, path)
        .map(|seen| format!("\"{}\"", state.etag(uid, &seen)))
        .unwrap_or_default();
    let file = format!("{id:08}{}", super::auth::INSTANCE);
    let headers = [
        ("etag", etag.as_str()),
        ("oc-etag", etag.as_str()),
        ("oc-fileid", file.as_str()),
    ];
    answer(if new { 201 } else { 204 }, &headers, "")
}

pub(crate) fn delete(state: &mut State, uid: &str, path: &str, client: &Client) -> Response {
    let Some(seen) = state.resolve(uid, path) else {
        return not_found(path.trim_start_matches('/'));
    };
    if seen.mount_root && seen.mount.kind == MountKind::Share {
        for share in &seen.mount.shares {
            state.leave(uid, *share);
        }
        return empty(204);
    }
    if seen.mount_root || !state.may(uid, &seen, DELETE, client) {
        return forbidden("");
    }
    state.bin(seen.id, path);
    state.event(Happened::Deleted, uid, seen.id, path, None);
    empty(204)
}

pub(crate) fn mkcol(state: &mut State, uid: &str, path: &str) -> Response {
    if state.resolve(uid, path).is_some() {
        return error(
            405,
            "Sabre\\DAV\\Exception\\MethodNotAllowed",
            "The resource you tried to create already exists",
        );
    }
    match state.resolve(uid, &split(path).0) {
        None => conflict(),
        Some(folder) if folder.permissions & CREATE == 0 => forbidden(""),
        Some(_) => {
            state.make_folders(uid, path);
            empty(201)
        }
    }
}

/// Path of the Destination header in the user's tree.
fn destination(call: &Call, uid: &str) -> Option<String> {
    let header = call.header("destination")?;
    let path = match header.find("/remote.php/") {
        Some(at) => header.get(at..)?,
        None => return None,
    };
    let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
    path.strip_prefix(&format!("/remote.php/dav/files/{uid}"))
        .or_else(|| path.strip_prefix("/remote.php/webdav"))
        .map(|path| path.trim_end_matches('/').to_owned())
}

/// The checks that moving and copying have in common; the status of success.
fn ready(state: &mut State, call: &Call, uid: &str, to: &str, client: &Client) -> Result<u16, Box<Response>> {
    let folder = state.resolve(uid, &split(to).0).ok_or_else(|| Box::new(conflict()))?;
    if !state.may(uid, &folder, CREATE, client) {
        return Err(Box::new(forbidden("")));
    }
    let Some(there) = state.resolve(uid, to) else {
        return Ok(201);
    };
    if call.header("overwrite") == Some("F") {
        return Err(Box::new(exists()));
    }
    if !state.may(uid, &there, DELETE, client) {
        return Err(Box::new(forbidden("")));
    }
    state.bin(there.id, to);
    state.event(Happened::Deleted, uid, there.id, to, None);
    Ok(204)
}

pub(crate) fn relocate(state: &mut State, call: &Call, uid: &str, path: &str, client: &Client) -> Response {
    let path = path.trim_end_matches('/');
    let Some(seen) = state.resolve(uid, path) else {
        return not_found(path.trim_start_matches('/'));
    };
    let Some(to) = destination(call, uid) else {
        return error(
            400,
            "Sabre\\DAV\\Exception\\BadRequest",
            "The destination is not in the own files",
        );
    };
    let mounted = seen.mount_root && seen.mount.kind == MountKind::Share;
    if !mounted && (seen.mount_root || !state.may(uid, &seen, UPDATE, client)) {
        return forbidden("");
    }
    let status = match ready(state, call, uid, &to, client) {
        Ok(status) => status,
        Err(refused) => return *refused,
    };
    if mounted {
        state.targets.insert((uid.to_owned(), seen.id), to);
    } else {
        state.relocate_seen(uid, seen.id, path, &to);
    }
    empty(status)
}

pub(crate) fn copy(state: &mut State, call: &Call, uid: &str, path: &str, client: &Client) -> Response {
    let path = path.trim_end_matches('/');
    let Some(seen) = state.resolve(uid, path) else {
        return not_found(path.trim_start_matches('/'));
    };
    if state.denial(uid, &seen, client) != Denial::No || state.view_refused(&seen) {
        return forbidden("");
    }
    let Some(to) = destination(call, uid) else {
        return error(
            400,
            "Sabre\\DAV\\Exception\\BadRequest",
            "The destination is not in the own files",
        );
    };
    match ready(state, call, uid, &to, client) {
        Ok(status) => {
            state.copy_seen(uid, seen.id, path, &to);
            empty(status)
        }
        Err(refused) => *refused,
    }
}
