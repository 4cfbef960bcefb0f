//! What the app registers and reports (nextcloud.md 5), and webhook_listeners (5.1).

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use super::app::{Registered, upsert};
use super::auth::Who;
use super::call::Call;
use super::ocs::{Outcome, is};
use super::state::{Notification, State};
use super::{Inner, locked};

pub(crate) async fn serve(inner: &Arc<Inner>, call: &Call, path: &str, who: &Who) -> Outcome {
    if !who.is_app() {
        return Outcome::unauthorised();
    }
    let params = call.params();
    if path == "/ex-app/status" || path.starts_with("/apps/status") {
        return progress(inner, &params).await;
    }
    let mut state = locked(inner);
    match path {
        "/ex-app/state" => Outcome::ok(json!(i64::from(state.app.enabled))),
        "/api/v1/users" => Outcome::ok(json!(state.users.keys().collect::<Vec<_>>())),
        "/api/v1/info/nextcloud_url/absolute" => {
            let asked = params["url"].as_str().unwrap_or_default();
            Outcome::ok(
                json!({ "absolute_url": format!("http://{}/{}", inner.address, asked.trim_start_matches('/')) }),
            )
        }
        "/api/v1/log" => {
            state.app.registered.log.push(params);
            Outcome::done()
        }
        "/api/v1/notification" => notify(&mut state, who, params),
        // nextcloud.md 5: the controller is gone.
        "/api/v1/events_listener" => Outcome::refused(996, "Internal Server Error"),
        _ if path.starts_with("/api/v1/ex-app/") => settings(&mut state, call, path, who, &params),
        _ => register(&mut state, call, path, params),
    }
}

/// nextcloud.md 2.2 traps: at 100 Nextcloud calls `/heartbeat` and `/enabled?enabled=1` before it answers.
async fn progress(inner: &Arc<Inner>, params: &Value) -> Outcome {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let (done, error) = {
        let mut state = locked(inner);
        let progress = number(&params["progress"]).unwrap_or(0);
        let error = params["error"].as_str().unwrap_or_default().to_owned();
        state.app.progress = progress;
        state.app.error.clone_from(&error);
        // 2.2 traps: it counts only while the app is installed or updated.
        (progress >= 100 && state.app.installing, error)
    };
    if done && error.is_empty() {
        inner.finish_install().await;
    }
    Outcome::done()
}

fn notify(state: &mut State, who: &Who, params: Value) -> Outcome {
    // nextcloud.md 5: without a user 996.
    let Some(uid) = who.uid() else {
        return Outcome::refused(996, "Internal Server Error");
    };
    state.notifications.push(Notification {
        user: uid.to_owned(),
        params: params["params"].clone(),
    });
    Outcome::ok(params["params"].clone())
}

fn settings(state: &mut State, call: &Call, path: &str, who: &Who, params: &Value) -> Outcome {
    let user = who.uid().unwrap_or_default().to_owned();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let keys: Vec<String> = params["configKeys"]
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .collect();
    let personal = path.starts_with("/api/v1/ex-app/preference");
    if personal && user.is_empty() {
        return Outcome::unauthorised();
    }
    if path.ends_with("/get-values") {
        let found = keys.iter().filter_map(|key| {
            let value = if personal {
                state.app.preferences.get(&(user.clone(), key.clone()))
            } else {
                state.app.config.get(key)
            };
            value.map(|value| json!({ "configkey": key, "configvalue": value }))
        });
        return Outcome::ok(found.collect());
    }
    if is(call, &Method::DELETE) {
        for key in keys {
            state.app.config.remove(&key).filter(|_| !personal);
            state.app.preferences.remove(&(user.clone(), key)).filter(|_| personal);
        }
        return Outcome::done();
    }
    let (key, value) = (text(&params["configKey"]), text(&params["configValue"]));
    if personal {
        state.app.preferences.insert((user, key.clone()), value.clone());
    } else {
        state.app.config.insert(key.clone(), value.clone());
    }
    Outcome::ok(json!({ "configkey": key, "configvalue": value }))
}

fn register(state: &mut State, call: &Call, path: &str, params: Value) -> Outcome {
    let Some((list, keys)) = list(&mut state.app.registered, path) else {
        return Outcome::refused(998, "Invalid query, please check the syntax.");
    };
    let same = |entry: &Value| keys.iter().all(|key| entry.get(*key) == params.get(*key));
    match call.method {
        Method::POST => {
            let named = keys
                .iter()
                .all(|key| params[*key].as_str().is_some_and(|text| !text.is_empty()));
            let schema = path.ends_with("/settings") && params["formScheme"]["id"].is_string();
            if !named && !schema {
                return Outcome::refused(400, "Bad request");
            }
            // nextcloud.md 5: at most ten scripts.
            if path.ends_with("/script") && list.len() >= 10 && !list.iter().any(same) {
                return Outcome::refused(400, "Too many scripts");
            }
            upsert(list, params, keys);
            Outcome::done()
        }
        Method::DELETE => {
            let before = list.len();
            list.retain(|entry| !same(entry));
            if list.len() == before {
                Outcome::not_found()
            } else {
                Outcome::done()
            }
        }
        Method::GET => list
            .iter()
            .find(|entry| same(entry))
            .map_or_else(Outcome::not_found, |entry| Outcome::ok(entry.clone())),
        _ => Outcome::refused(405, "Method not allowed"),
    }
}

fn list<'a>(registered: &'a mut Registered, path: &str) -> Option<(&'a mut Vec<Value>, &'static [&'static str])> {
    Some(match path {
        "/api/v1/ui/top-menu" => (&mut registered.top_menus, &["name"]),
        "/api/v1/ui/script" => (&mut registered.scripts, &["type", "name", "path"]),
        "/api/v1/ui/style" => (&mut registered.styles, &["type", "name", "path"]),
        "/api/v1/ui/initial-state" => (&mut registered.initial_states, &["type", "name", "key"]),
        "/api/v1/ui/files-actions-menu" | "/api/v2/ui/files-actions-menu" => (&mut registered.file_actions, &["name"]),
        "/api/v1/ui/settings" => (&mut registered.settings, &["formId"]),
        "/api/v1/occ_command" => (&mut registered.occ_commands, &["name"]),
        _ => return None,
    })
}

/// nextcloud.md 5.1: with the app's signature and no user, or an admin; POST always inserts.
pub(crate) fn webhooks(state: &mut State, call: &Call, path: &str, who: &Who) -> Outcome {
    let allowed = match who {
        Who::Nobody => return Outcome::unauthorised(),
        Who::App(None) => true,
        _ => who.uid().is_some_and(|uid| state.is_admin(uid)),
    };
    if !allowed {
        return Outcome::refused(403, "Logged in account must be an admin");
    }
    let id: Option<i64> = path.strip_prefix('/').and_then(|id| id.parse().ok());
    let hooks = &mut state.app.registered.webhooks;
    match (&call.method, id) {
        (&Method::GET, None) => Outcome::ok(Value::Array(hooks.clone())),
        (&Method::GET, Some(id)) => hooks
            .iter()
            .find(|hook| hook["id"] == json!(id))
            .map_or_else(Outcome::not_found, |hook| Outcome::ok(hook.clone())),
        (&Method::POST, None) => {
            state.app.last_webhook += 1;
            let mut hook = call.params();
            if hook["uri"].as_str().is_none() || hook["event"].as_str().is_none() {
                return Outcome::refused(400, "Bad request");
            }
            // REAL-NEXTCLOUD.md 4: not every event can be had.
            if hook["event"].as_str().is_some_and(|event| event.ends_with("\\MoveToTrashEvent")) {
                return Outcome::refused(400, "not an event class compatible with webhooks");
            }
            hook["id"] = json!(state.app.last_webhook);
            hook["appId"] = if who.is_app() {
                json!(state.app.spec.id)
            } else {
                Value::Null
            };
            hook["userId"] = json!(who.uid().unwrap_or_default());
            hooks.push(hook.clone());
            Outcome::ok(hook)
        }
        (&Method::DELETE, Some(id)) => {
            let before = hooks.len();
            hooks.retain(|hook| hook["id"] != json!(id));
            Outcome::ok(json!(hooks.len() < before))
        }
        _ => Outcome::refused(405, "Method not allowed"),
    }
}
