//! `POST /_control`: the builder's methods as JSON, for tests that drive a browser.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::call::{Call, answer};
use super::faults::Down;
use super::rules::{Condition, Rule};
use super::sharing::{Share, With};
use super::state::{Node, Storage};
use super::webhooks::Delivery;
use super::{Inner, Nextcloud, locked};

type Outcome = Result<Value, String>;

pub(crate) async fn serve(inner: &Arc<Inner>, call: &Call) -> Response {
    let nc = Nextcloud {
        inner: inner.clone(),
        _server: None,
    };
    let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let (status, body) = match nc.control(&asked).await {
        Ok(result) => (200, json!({ "ok": true, "result": result })),
        Err(error) => (400, json!({ "ok": false, "error": error })),
    };
    answer(status, &[("content-type", "application/json")], body.to_string())
}

fn text<'a>(asked: &'a Value, key: &str) -> Result<&'a str, String> {
    asked[key].as_str().ok_or_else(|| format!("{key} is missing"))
}

fn number(asked: &Value, key: &str) -> Result<i64, String> {
    asked[key].as_i64().ok_or_else(|| format!("{key} is missing"))
}

fn on(asked: &Value) -> bool {
    asked["on"].as_bool().unwrap_or(true)
}

impl Nextcloud {
    /// One operation: `{"op":"share","owner":"alice","path":"/x","with":"bob"}`. A file is named by `owner` and `path`, or
    /// by `id`.
    ///
    /// # Errors
    /// What is missing or wrong.
    pub async fn control(&self, asked: &Value) -> Result<Value, String> {
        let op = text(asked, "op")?;
        match self.control_app(op, asked).await {
            Some(outcome) => outcome,
            None => self.control_rest(op, asked),
        }
    }

    async fn control_app(&self, op: &str, asked: &Value) -> Option<Outcome> {
        let told = |outcome: Result<(), super::LifecycleError>| {
            outcome.map(|()| Value::Null).map_err(|error| error.to_string())
        };
        let address = || {
            asked["url"]
                .as_str()
                .map(str::to_owned)
                .or_else(|| locked(&self.inner).app.url.clone())
        };
        Some(match op {
            "install" => told(self.install(&address()?).await),
            "update_app" => {
                let url = address()?;
                told(self.update_app(asked["version"].as_str()?, async || url).await)
            }
            "enable_app" => told(self.enable_app().await),
            "disable_app" => told(self.disable_app().await),
            "occ" => {
                let arguments: Vec<(&str, &str)> = asked["arguments"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
                    .collect();
                self.occ(asked["command"].as_str()?, &arguments)
                    .await
                    .map(Value::String)
            }
            "deliver_webhooks" => {
                let seed = asked["seed"].as_u64().unwrap_or(1);
                let first = usize::try_from(asked["n"].as_u64().unwrap_or(0)).unwrap_or(0);
                let delivery = match asked["mode"].as_str().unwrap_or("in_order") {
                    "shuffled" => Delivery::Shuffled(seed),
                    "duplicated" => Delivery::Duplicated,
                    "lost" => Delivery::Lost,
                    "late" => Delivery::Late(first),
                    _ => Delivery::InOrder,
                };
                let delivered = self.deliver_webhooks(delivery).await;
                Ok(delivered
                    .iter()
                    .map(|one| json!({ "class": one.class, "user": one.user, "status": one.status }))
                    .collect())
            }
            _ => return None,
        })
    }

    fn file(&self, asked: &Value) -> Result<i64, String> {
        if let Some(id) = asked["id"].as_i64() {
            return Ok(id);
        }
        let (owner, path) = (text(asked, "owner")?, text(asked, "path")?);
        let trashed = || {
            let state = locked(&self.inner);
            let lies = |node: &&Node| node.trashed.as_ref().is_some_and(|trashed| trashed.path == path);
            state
                .nodes
                .values()
                .filter(lies)
                .find(|node| node.storage == Storage::Home(owner.to_owned()))
                .map(|node| node.id)
        };
        self.id(owner, path)
            .or_else(trashed)
            .ok_or_else(|| format!("{owner} has no {path}"))
    }

    fn control_rest(&self, op: &str, asked: &Value) -> Outcome {
        match op {
            "user" | "enable" | "disable" | "delete_user" | "add_to_group" | "remove_from_group" | "language" => {
                self.control_user(op, asked)
            }
            "put" | "folder" | "share" | "unshare" | "trash" | "restore" | "delete" | "rename" | "move" | "copy"
            | "tag" | "untag" | "slow" | "readable" | "id" => self.control_file(op, asked),
            _ => self.control_server(op, asked),
        }
    }

    fn control_user(&self, op: &str, asked: &Value) -> Outcome {
        let uid = text(asked, "uid")?;
        match op {
            "user" => {
                let groups: Vec<&str> = asked["groups"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                self.user(uid, &groups);
                if let Some(password) = asked["password"].as_str() {
                    self.password(uid, password);
                }
                if let Some(name) = asked["name"].as_str() {
                    self.display_name(uid, name);
                }
            }
            "enable" => self.enable(uid),
            "disable" => self.disable(uid),
            "delete_user" => self.delete_user(uid),
            "add_to_group" => self.add_to_group(uid, text(asked, "group")?),
            "remove_from_group" => self.remove_from_group(uid, text(asked, "group")?),
            _ => self.language(uid, text(asked, "language")?),
        }
        Ok(Value::Null)
    }

    fn control_file(&self, op: &str, asked: &Value) -> Outcome {
        match op {
            "put" => {
                let bytes = match asked["base64"].as_str() {
                    Some(encoded) => STANDARD.decode(encoded).map_err(|error| error.to_string())?,
                    None => text(asked, "content")?.as_bytes().to_vec(),
                };
                return Ok(json!(self.put(text(asked, "owner")?, text(asked, "path")?, bytes)));
            }
            "folder" => return Ok(json!(self.folder(text(asked, "owner")?, text(asked, "path")?))),
            "unshare" if asked["share"].is_i64() => return Ok(json!(self.unshare(number(asked, "share")?))),
            _ => {}
        }
        let id = self.file(asked)?;
        match op {
            "share" => {
                let mut share = match (asked["with"].as_str(), asked["group"].as_str()) {
                    (Some(uid), _) => Share::user(uid),
                    (None, Some(group)) => Share::group(group),
                    (None, None) => Share::link(),
                };
                if let Some(bits) = asked["permissions"].as_u64().and_then(|bits| u32::try_from(bits).ok()) {
                    share.permissions = bits;
                }
                share.download = asked["download"].as_bool();
                share.expires = asked["expires"].as_i64();
                return Ok(json!(self.share(id, share)));
            }
            "unshare" => {
                let with = asked["with"].as_str().map(With::user);
                let ends: Vec<i64> = locked(&self.inner)
                    .shares
                    .values()
                    .filter(|share| share.node == id && with.as_ref().is_none_or(|with| share.share.with == *with))
                    .map(|share| share.id)
                    .collect();
                return Ok(json!(ends.iter().filter(|share| self.unshare(**share)).count()));
            }
            "trash" => self.trash(id),
            "restore" => self.restore(id),
            "delete" => self.delete(id),
            "rename" => self.rename(id, text(asked, "name")?),
            "move" => self.move_to(id, text(asked, "to")?),
            "copy" => return Ok(json!(self.copy(id, text(asked, "to")?))),
            "tag" => self.tag(id, text(asked, "tag")?),
            "untag" => self.untag(id, text(asked, "tag")?),
            "slow" => self.slow(id, Duration::from_millis(asked["ms"].as_u64().unwrap_or(0))),
            "readable" => return Ok(json!(self.readable(text(asked, "uid")?, id))),
            _ => {}
        }
        Ok(json!(id))
    }

    fn control_server(&self, op: &str, asked: &Value) -> Outcome {
        match op {
            "fac" => self.fac(rule(asked)?),
            "clear_fac" => self.clear_fac(),
            "view_without_download" => self.view_without_download(on(asked)),
            "minute" => self.set_minute(u32::try_from(number(asked, "minute")?).unwrap_or(0)),
            "browser_address" => self.browser_address(asked["address"].as_str()),
            "app_url" => self.app_url(text(asked, "url")?),
            "app_enabled" => self.set_app_enabled(on(asked)),
            "harp" => self.harp(on(asked)),
            "delay" => self.delay(Duration::from_millis(asked["ms"].as_u64().unwrap_or(0))),
            "fail" => {
                let n = usize::try_from(number(asked, "n")?).unwrap_or(0);
                let status = u16::try_from(number(asked, "status")?).unwrap_or(503);
                self.fail_next(n, status, asked["retry_after"].as_u64());
            }
            "down" => self.down(match asked["mode"].as_str() {
                Some("unavailable") => Down::Unavailable,
                Some("dropped") => Down::Dropped,
                _ => Down::No,
            }),
            "clear_log" => self.clear_log(),
            "log" => {
                let entry = |one: &super::LogEntry| json!({ "method": one.method, "path": one.path, "user": one.user, "range": one.range, "status": one.status });
                return Ok(self.log().iter().map(entry).collect());
            }
            "registered" => {
                let all = self.registered();
                return Ok(json!({
                    "top_menus": all.top_menus, "scripts": all.scripts, "styles": all.styles, "log": all.log,
                    "initial_states": all.initial_states, "file_actions": all.file_actions,
                    "occ_commands": all.occ_commands, "settings": all.settings, "webhooks": all.webhooks,
                }));
            }
            "notifications" => {
                let entry = |one: &super::Notification| json!({ "user": one.user, "params": one.params });
                return Ok(self.notifications().iter().map(entry).collect());
            }
            "progress" => {
                let (progress, error) = self.progress();
                return Ok(json!({ "progress": progress, "error": error, "enabled": self.app_enabled() }));
            }
            _ => return Err(format!("there is no {op}")),
        }
        Ok(Value::Null)
    }
}

type Named = fn(String) -> Condition;

/// `{"tag":"x"}`, and any of the other conditions beside it.
fn rule(asked: &Value) -> Result<Rule, String> {
    let mut conditions = Vec::new();
    let named: [(&str, Named); 9] = [
        ("tag", Condition::Tag),
        ("in_group", Condition::InGroup),
        ("not_in_group", Condition::NotInGroup),
        ("mime", Condition::Mime),
        ("name", Condition::Name),
        ("address", Condition::Address),
        ("not_address", Condition::NotAddress),
        ("user_agent", Condition::UserAgent),
        ("url", Condition::Url),
    ];
    for (key, condition) in named {
        conditions.extend(asked[key].as_str().map(|value| condition(value.to_owned())));
    }
    if let (Some(from), Some(to)) = (asked["from"].as_u64(), asked["to"].as_u64()) {
        conditions.push(Condition::Time {
            from: u32::try_from(from).unwrap_or(0),
            to: u32::try_from(to).unwrap_or(0),
        });
    }
    if conditions.is_empty() {
        Err("a rule needs a condition".to_owned())
    } else {
        Ok(Rule(conditions))
    }
}
