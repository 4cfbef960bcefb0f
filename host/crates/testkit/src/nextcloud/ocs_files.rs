//! OCS of files: direct links and received shares (permissions.md 1 and 2).

use http::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::ocs::{Outcome, is};
use super::sharing::Share;
use super::state::{ALL, SHARE, State};
use super::view::MountKind;

pub(crate) fn serve(state: &mut State, call: &Call, path: &str, uid: &str) -> Outcome {
    match path {
        "/apps/dav/api/v1/direct" if is(call, &Method::POST) => direct(state, call, uid),
        "/apps/files_sharing/api/v1/shares" if call.query("shared_with_me").as_deref() == Some("true") => {
            shared_with_me(state, uid)
        }
        "/apps/files_sharing/api/v1/shares" if is(call, &Method::POST) => share(state, call, uid),
        _ if path.starts_with("/apps/files_sharing/api/v1/shares/") && is(call, &Method::DELETE) => {
            unshare(state, path.rsplit('/').next().unwrap_or_default(), uid)
        }
        _ => Outcome::refused(998, "Invalid query, please check the syntax."),
    }
}

/// permissions.md 1 and 2: 404 when gone, 403 without download, else a link, even to what rules deny.
fn direct(state: &mut State, call: &Call, uid: &str) -> Outcome {
    let params = call.params();
    let id = params["fileId"]
        .as_i64()
        .or_else(|| params["fileId"].as_str()?.parse().ok())
        .unwrap_or(0);
    let Some(seen) = state.places(uid, id).into_iter().next() else {
        return Outcome::not_found();
    };
    if seen.mount.download == Some(false) {
        return Outcome::refused(403, "Permission to download file denied");
    }
    let token = format!("direct{id}x{}", state.next_etag());
    state.direct.insert(token.clone(), id);
    Outcome::ok(json!({ "url": format!("/remote.php/direct/{token}") }))
}

fn shared_with_me(state: &State, uid: &str) -> Outcome {
    let mounts = state.mounts(uid);
    let list: Vec<Value> = mounts
        .iter()
        .filter(|mount| mount.kind == MountKind::Share)
        .flat_map(|mount| mount.shares.iter().map(move |share| (mount, share)))
        .filter_map(|(mount, share)| {
            let record = state.shares.get(share)?;
            let attributes = record.share.download.map(attributes);
            Some(json!({
                "id": record.id.to_string(), "file_source": record.node, "item_source": record.node,
                "file_target": mount.path, "path": mount.path, "uid_owner": record.by, "uid_file_owner": record.owner,
                "permissions": record.share.permissions, "attributes": attributes,
                // permissions.md 1: ignored on user shares.
                "hide_download": 0,
            }))
        })
        .collect();
    Outcome::ok(Value::Array(list))
}

fn share(state: &mut State, call: &Call, uid: &str) -> Outcome {
    let params = call.params();
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let with = params["shareWith"].as_str().unwrap_or_default();
    let mut share = match number(&params["shareType"]) {
        Some(0) if state.users.contains_key(with) => Share::user(with),
        Some(1) if state.groups.contains(with) => Share::group(with),
        Some(3) => Share::link(),
        _ => return Outcome::refused(404, "Please specify a valid account to share with"),
    };
    let Some(seen) = state.resolve(uid, params["path"].as_str().unwrap_or_default()) else {
        return Outcome::refused(404, "Wrong path, file/folder does not exist");
    };
    if seen.permissions & SHARE == 0 {
        return Outcome::refused(404, "You are not allowed to share");
    }
    share.permissions = number(&params["permissions"])
        .and_then(|bits| u32::try_from(bits).ok())
        .unwrap_or(ALL);
    share.permissions &= seen.permissions;
    let id = state.add_share(seen.id, uid, share);
    state.settle();
    Outcome::ok(json!({ "id": id.to_string(), "file_source": seen.id, "path": seen.path, "share_with": with }))
}

fn unshare(state: &mut State, id: &str, uid: &str) -> Outcome {
    let id = id.parse().unwrap_or(0);
    let Some(record) = state.shares.get(&id) else {
        return Outcome::refused(404, "Wrong share ID, share does not exist");
    };
    if record.owner == uid || record.by == uid {
        state.end_share(id);
    } else if state.share_reaches(record, uid) {
        state.leave(uid, id);
    } else {
        return Outcome::refused(404, "Wrong share ID, share does not exist");
    }
    state.settle();
    Outcome::done()
}

/// `nc:share-attributes` of a share whose download attribute is set.
pub(crate) fn attributes(download: bool) -> String {
    format!(r#"[{{"scope":"permissions","key":"download","value":{download}}}]"#)
}
