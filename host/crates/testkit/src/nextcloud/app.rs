//! The ExApp as Nextcloud knows it: secret, version, routes, and what it registered (nextcloud.md 2, 4.4, 5).

use std::collections::BTreeMap;

use serde_json::Value;

/// Who may use a proxied route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    Public,
    User,
    Admin,
}

#[derive(Clone, Debug)]
pub struct Route {
    /// A regular expression, such as `^/api/.*`.
    pub url: String,
    /// Such as `GET,POST`.
    pub verbs: String,
    pub access: Access,
}

impl Route {
    pub fn new(url: &str, verbs: &str, access: Access) -> Self {
        Self {
            url: url.to_owned(),
            verbs: verbs.to_owned(),
            access,
        }
    }
}

/// What info.xml and `app_api:app:register` say.
#[derive(Clone, Debug)]
pub struct AppSpec {
    pub id: String,
    pub name: String,
    pub version: String,
    pub secret: String,
    pub routes: Vec<Route>,
}

impl AppSpec {
    /// Version 0.1.0 and the routes of this product's info.xml.
    pub fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: "VoiceAssist".to_owned(),
            version: "0.1.0".to_owned(),
            secret: secret.to_owned(),
            routes: vec![
                Route::new(
                    "^/api/v1/admin/(nextcloud|roles|indexing|address-rules)$",
                    "GET,POST,PUT,DELETE",
                    Access::Admin,
                ),
                Route::new("^/api/.*", "GET,POST,PUT,DELETE", Access::User),
                Route::new("^/ui/action$", "POST", Access::User),
                Route::new("^/ui/.*", "GET", Access::User),
                Route::new("^/assets-[0-9a-f]+/.*", "GET", Access::User),
                Route::new("^/voice$", "GET", Access::User),
                Route::new("^/public/.*", "GET", Access::Public),
            ],
        }
    }

    pub fn version(mut self, version: &str) -> Self {
        self.version = version.to_owned();
        self
    }

    pub fn routes(mut self, routes: Vec<Route>) -> Self {
        self.routes = routes;
        self
    }
}

/// What the app registered, each as its request's body; webhooks with their `id` and `appId`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registered {
    pub top_menus: Vec<Value>,
    pub scripts: Vec<Value>,
    pub styles: Vec<Value>,
    pub initial_states: Vec<Value>,
    pub file_actions: Vec<Value>,
    pub occ_commands: Vec<Value>,
    pub settings: Vec<Value>,
    pub webhooks: Vec<Value>,
    /// Lines of `POST log`.
    pub log: Vec<Value>,
}

pub(crate) struct App {
    pub spec: AppSpec,
    /// Where it listens, such as `http://127.0.0.1:23000`.
    pub url: Option<String>,
    pub enabled: bool,
    /// `PUT ex-app/status` is taken only while it is installed or updated.
    pub installing: bool,
    pub progress: i64,
    pub error: String,
    /// What `/enabled` answered when it refused.
    pub refused: Option<String>,
    pub registered: Registered,
    pub config: BTreeMap<String, String>,
    pub preferences: BTreeMap<(String, String), String>,
    pub last_webhook: i64,
}

impl App {
    pub(crate) fn new(spec: AppSpec) -> Self {
        Self {
            spec,
            url: None,
            enabled: false,
            installing: false,
            progress: 0,
            error: String::new(),
            refused: None,
            registered: Registered::default(),
            config: BTreeMap::new(),
            preferences: BTreeMap::new(),
            last_webhook: 0,
        }
    }
}

/// Replaces the entry that agrees in all `keys`, or adds it.
pub(crate) fn upsert(list: &mut Vec<Value>, entry: Value, keys: &[&str]) {
    let same = |other: &Value| keys.iter().all(|key| other.get(key) == entry.get(key));
    match list.iter().position(same) {
        Some(at) => {
            if let Some(old) = list.get_mut(at) {
                *old = entry;
            }
        }
        None => list.push(entry),
    }
}

/// Whether versions such as `1.10.0` compare higher.
pub(crate) fn higher(version: &str, than: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        text.split(['.', '-', '+'])
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    numbers(version) > numbers(than)
}
