//! OCS: the envelope of v1 and v2, users and capabilities (nextcloud.md 3.2).

use std::sync::Arc;

use axum::response::Response;
use http::Method;
use serde_json::{Value, json};

use super::auth::Who;
use super::call::{Call, answer, escape};
use super::state::State;
use super::{Inner, locked, ocs_app, ocs_files};

/// The content of an OCS answer.
pub(crate) struct Outcome {
    /// 100 is success; 996, 997, 998 and HTTP's own otherwise.
    pub code: i64,
    pub message: String,
    pub data: Value,
}

impl Outcome {
    pub(crate) fn ok(data: Value) -> Self {
        Self {
            code: 100,
            message: "OK".to_owned(),
            data,
        }
    }

    pub(crate) fn done() -> Self {
        Self::ok(json!([]))
    }

    pub(crate) fn refused(code: i64, message: &str) -> Self {
        Self {
            code,
            message: message.to_owned(),
            data: json!([]),
        }
    }

    pub(crate) fn unauthorised() -> Self {
        Self::refused(997, "Current user is not logged in")
    }

    pub(crate) fn not_found() -> Self {
        Self::refused(404, "")
    }
}

pub(crate) async fn serve(inner: &Arc<Inner>, call: &Call) -> Response {
    let (first, path) = match call.path.strip_prefix("/ocs/v1.php") {
        Some(path) => (true, path),
        None => (false, call.path.strip_prefix("/ocs/v2.php").unwrap_or_default()),
    };
    if path.is_empty() {
        return answer(404, &[], "");
    }
    let who = locked(inner).identify(call);
    let outcome = match who {
        Err(_) => Outcome::unauthorised(),
        // nextcloud.md 3.2: without OCS-APIRequest 412.
        Ok(_) if call.header("ocs-apirequest").is_none() && !has_token(inner, call) => {
            Outcome::refused(412, "CSRF check failed")
        }
        Ok(who) => outcome(inner, call, path, &who).await,
    };
    envelope(call, first, &outcome)
}

fn has_token(inner: &Inner, call: &Call) -> bool {
    let state = locked(inner);
    state
        .session(call)
        .is_some_and(|uid| state.passes_csrf(call, &Who::Session(uid)))
}

async fn outcome(inner: &Arc<Inner>, call: &Call, path: &str, who: &Who) -> Outcome {
    if let Some(path) = path.strip_prefix("/apps/app_api") {
        return ocs_app::serve(inner, call, path, who).await;
    }
    let mut state = locked(inner);
    if let Some(path) = path.strip_prefix("/apps/webhook_listeners/api/v1/webhooks") {
        return ocs_app::webhooks(&mut state, call, path, who);
    }
    if path == "/cloud/capabilities" {
        return Outcome::ok(capabilities());
    }
    // permissions.md 1: a disabled user's OCS calls are refused.
    let Some(uid) = who
        .uid()
        .filter(|uid| state.users.get(*uid).is_some_and(|user| user.enabled))
    else {
        return Outcome::unauthorised();
    };
    let uid = uid.to_owned();
    match path {
        "/cloud/user" => user(&state, &uid),
        "/cloud/users" if state.is_admin(&uid) => {
            Outcome::ok(json!({ "users": state.users.keys().collect::<Vec<_>>() }))
        }
        "/cloud/groups" if state.is_admin(&uid) => Outcome::ok(json!({ "groups": state.groups })),
        "/cloud/users" | "/cloud/groups" => Outcome::refused(403, "Logged in account must be an admin"),
        _ => match path.strip_prefix("/cloud/users/") {
            // nextcloud.md 5: one's own record, or an admin.
            Some(asked) if asked == uid || state.is_admin(&uid) => user(&state, asked),
            Some(_) => Outcome::refused(998, ""),
            None => ocs_files::serve(&mut state, call, path, &uid),
        },
    }
}

fn user(state: &State, uid: &str) -> Outcome {
    let Some(user) = state.users.get(uid) else {
        return Outcome::refused(404, "User does not exist");
    };
    Outcome::ok(json!({
        "id": uid, "enabled": user.enabled, "displayname": user.display, "display-name": user.display,
        "groups": user.groups, "language": user.language, "locale": user.language, "email": Value::Null,
        "backend": "Database", "quota": { "quota": -3, "used": 0 },
    }))
}

fn capabilities() -> Value {
    json!({
        "version": { "major": 34, "minor": 0, "micro": 1, "string": "34.0.1", "edition": "", "extendedSupport": false },
        "capabilities": {
            "core": { "pollinterval": 60, "webdav-root": "remote.php/webdav" },
            "app_api": { "loglevel": 2, "version": "34.0.0" },
            "files": { "bigfilechunking": true, "undelete": true },
            "theming": { "name": "Nextcloud", "color": "#00679e" },
        },
    })
}

fn envelope(call: &Call, first: bool, outcome: &Outcome) -> Response {
    let status = if first {
        // nextcloud.md 3.2: v1 answers 200 with the code in meta; who is not signed in gets 401 nevertheless.
        match outcome.code {
            997 => 401,
            412 => 412,
            _ => 200,
        }
    } else {
        match outcome.code {
            100 => 200,
            997 => 401,
            996 => 500,
            998 => 404,
            code => u16::try_from(code).unwrap_or(500),
        }
    };
    let code = if !first && outcome.code == 100 {
        200
    } else {
        outcome.code
    };
    let meta = json!({
        "status": if outcome.code == 100 { "ok" } else { "failure" }, "statuscode": code, "message": outcome.message,
    });
    let json = call.query("format").as_deref() == Some("json")
        || call
            .header("accept")
            .is_some_and(|accept| accept.contains("application/json"));
    if json {
        let body = json!({ "ocs": { "meta": meta, "data": outcome.data } });
        return answer(
            status,
            &[("content-type", "application/json; charset=utf-8")],
            body.to_string(),
        );
    }
    let body = format!(
        "<?xml version=\"1.0\"?>\n<ocs><meta>{}</meta><data>{}</data></ocs>\n",
        xml(&meta),
        xml(&outcome.data)
    );
    answer(status, &[("content-type", "application/xml; charset=utf-8")], body)
}

fn xml(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "1".to_owned(),
        Value::Bool(false) => String::new(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => escape(text),
        Value::Array(items) => items
            .iter()
            .map(|item| format!("<element>{}</element>", xml(item)))
            .collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| format!("<{key}>{}</{key}>", xml(value)))
            .collect(),
    }
}

pub(crate) fn is(call: &Call, method: &Method) -> bool {
    call.method == *method
}
