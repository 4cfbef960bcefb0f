//! A small Files page: the list of a folder, upload, sharing, and the registered file actions (nextcloud.md 5).

use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::call::{Call, escape, redirect};
use super::dav::href;
use super::page::{Page, nonce, render};
use super::rules::{Client, Denial};
use super::sharing::With;
use super::state::State;
use super::tree::split;
use super::view::{MountKind, Seen};
use super::{Inner, locked};

const SCRIPT: &str = include_str!("web/files.js");

pub(crate) fn serve(inner: &Inner, call: &Call) -> Response {
    let nonce = nonce(inner);
    let uid = locked(inner).session(call);
    let Some(uid) = uid else {
        return redirect(303, "/index.php/login?redirect_url=/index.php/apps/files/");
    };
    let folder = call.query("dir").unwrap_or_else(|| "/".to_owned());
    let body = {
        let state = locked(inner);
        let client = Client::new(&call.peer.to_string(), call.user_agent(), &call.path);
        content(&state, &uid, &folder, &client)
    };
    let body = format!("{body}<script nonce=\"{nonce}\">{SCRIPT}</script>");
    let page = Page {
        title: "Files",
        active: "",
        head: String::new(),
        body,
        nonce,
    };
    render(inner, call, Some(&uid), &page)
}

fn content(state: &State, uid: &str, folder: &str, client: &Client) -> String {
    let Some(seen) = state.resolve(uid, folder) else {
        return "<main id=\"content\"><div class=\"files\"><h1>Folder not found</h1></div></main>".to_owned();
    };
    let children: Vec<Seen> = state
        .list(uid, &seen)
        .into_iter()
        .filter(|child| !child.mount_root || state.denial(uid, child, client) == Denial::No)
        .collect();
    let actions = if state.app.enabled {
        state.app.registered.file_actions.clone()
    } else {
        Vec::new()
    };
    let files: Vec<Value> = children.iter().map(|child| file(state, uid, folder, child)).collect();
    let rows: String = children
        .iter()
        .zip(&files)
        .enumerate()
        .map(|(number, (child, file))| row(state, uid, number, child, file, &actions))
        .collect();
    let data = json!({
        "user": uid, "dir": seen.path, "app": state.app.spec.id, "files": files, "actions": actions, "groups": state.groups,
    });
    let above = if seen.path == "/" {
        String::new()
    } else {
        format!("<p><a href=\"{}\">Back</a></p>", escape(&address(&split(&seen.path).0)))
    };
    let chosen: String = actions
        .iter()
        .enumerate()
        .map(|(number, action)| {
            let name = escape(action["displayName"].as_str().unwrap_or_default());
            format!("<button data-do=\"act-all\" data-action=\"{number}\">{name}: selection</button> ")
        })
        .collect();
    format!(
        "<main id=\"content\"><div class=\"files\" id=\"app-content\" data-state=\"{}\"><h1>{}</h1>{above}\
         <p><label>Upload <input type=\"file\" id=\"upload\" multiple></label> {chosen}</p>\
         <p id=\"status\" role=\"status\"></p><table><thead><tr><th></th><th>Name</th><th>Owner</th><th>Actions</th>\
         </tr></thead><tbody>{rows}</tbody></table></div></main>\n",
        escape(&data.to_string()),
        escape(&seen.path),
    )
}

fn address(folder: &str) -> String {
    format!(
        "/index.php/apps/files/?dir={}",
        utf8_percent_encode(folder, NON_ALPHANUMERIC)
    )
}

/// A file as AppAPI's file action sends it.
fn file(state: &State, uid: &str, folder: &str, seen: &Seen) -> Value {
    let (is_folder, mime, mtime) = state.nodes.get(&seen.id).map_or((false, String::new(), 0), |node| {
        (node.folder, node.mime.clone(), node.mtime)
    });
    json!({
        "fileId": seen.id, "name": seen.path.rsplit('/').next().unwrap_or_default(), "directory": folder,
        "etag": state.etag(uid, seen), "mime": mime, "fileType": if is_folder { "dir" } else { "file" }, "mtime": mtime,
        "size": state.size(seen.id), "favorite": "false", "permissions": seen.permissions, "userId": uid,
        "shareOwner": state.owner(seen), "shareOwnerId": state.owner(seen), "instanceId": super::auth::INSTANCE,
    })
}

fn row(state: &State, uid: &str, number: usize, seen: &Seen, file: &Value, actions: &[Value]) -> String {
    let name = file["name"].as_str().unwrap_or_default();
    let mime = file["mime"].as_str().unwrap_or_default();
    let link = if file["fileType"] == json!("dir") {
        address(&seen.path)
    } else {
        href(uid, &seen.path, false)
    };
    let mut buttons = String::new();
    for (at, action) in actions.iter().enumerate() {
        // nextcloud.md 5: the browser compares by "contains"; a bare "file" fits nothing.
        let wanted = action["mime"].as_str().unwrap_or_default();
        let fits = wanted.split(',').any(|one| mime.contains(one.trim()));
        if fits {
            let title = escape(action["displayName"].as_str().unwrap_or_default());
            buttons.push_str(&format!(
                "<button data-do=\"act\" data-action=\"{at}\" data-file=\"{number}\">{title}</button> "
            ));
        }
    }
    if seen.mount.kind == MountKind::Home {
        buttons.push_str(&format!(
            "<input type=\"text\" id=\"with-{number}\" aria-label=\"Share {} with\"> \
             <button data-do=\"share\" data-file=\"{number}\">Share</button> ",
            escape(name)
        ));
        for record in state.shares.values().filter(|record| record.node == seen.id) {
            let with = match &record.share.with {
                With::User(with) | With::Group(with) | With::Federated(with) => with.as_str(),
                With::Link => "link",
            };
            buttons.push_str(&format!(
                "<button data-do=\"unshare\" data-file=\"{number}\" data-share=\"{}\">Unshare {}</button> ",
                record.id,
                escape(with)
            ));
        }
    }
    buttons.push_str(&format!(
        "<button data-do=\"delete\" data-file=\"{number}\">Delete</button>"
    ));
    format!(
        "<tr data-name=\"{0}\" data-fileid=\"{1}\"><td><input type=\"checkbox\" name=\"select\" value=\"{number}\" \
         aria-label=\"Select {0}\"></td><td><a href=\"{2}\">{0}</a></td><td>{3}</td><td>{buttons}</td></tr>\n",
        escape(name),
        seen.id,
        escape(&link),
        escape(&state.owner(seen)),
    )
}
