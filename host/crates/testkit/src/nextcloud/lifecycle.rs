//! Installing, enabling and updating the app, and occ (nextcloud.md 2.2, 5).

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::client::Outgoing;
use super::{Inner, Nextcloud, locked};

/// Between two looks at `/heartbeat`; Nextcloud waits 1 s.
const BEAT: Duration = Duration::from_millis(50);
/// 2.2: up to 600 looks; here for half a minute.
const BEATS: usize = 600;
/// 2.2: 60 s for `/enabled`, 30 s for `/init`.
const ENABLE: Duration = Duration::from_secs(60);
const INIT: Duration = Duration::from_secs(30);

/// Why the app is not in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LifecycleError {
    NoHeartbeat(String),
    /// `/init` answered with this status, or not at all.
    Init(String),
    /// `PUT ex-app/status` told of an error.
    Reported(String),
    /// Progress did not come to 100 within two minutes.
    Stuck(i64),
    /// `/enabled` refused with this error.
    Refused(String),
}

impl fmt::Display for LifecycleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeartbeat(why) => write!(formatter, "no heartbeat: {why}"),
            Self::Init(why) => write!(formatter, "init: {why}"),
            Self::Reported(why) => write!(formatter, "the app reports: {why}"),
            Self::Stuck(progress) => write!(formatter, "initialising stays at {progress} %"),
            Self::Refused(why) => write!(formatter, "not enabled: {why}"),
        }
    }
}

impl std::error::Error for LifecycleError {}

impl Inner {
    /// 2.2: plain, without signature.
    async fn heartbeat(&self) -> Result<(), LifecycleError> {
        let mut last = String::new();
        for _ in 0..BEATS {
            let outgoing = Outgoing {
                method: "GET",
                path: "/heartbeat",
                user: "",
                json: false,
                body: Bytes::new(),
                timeout: Duration::from_secs(5),
            };
            match self.send(outgoing, HeaderMap::new()).await {
                Ok(answer) if answer.status() == 200 && json_of(answer.body())["status"] == json!("ok") => {
                    return Ok(());
                }
                Ok(answer) => last = format!("status {}", answer.status()),
                Err(error) => last = error,
            }
            tokio::time::sleep(BEAT).await;
        }
        Err(LifecycleError::NoHeartbeat(last))
    }

    /// Calls `/enabled`; the app counts as enabled while it runs, and afterwards unless it refused.
    async fn set_enabled(&self, on: bool) -> Result<(), LifecycleError> {
        if on {
            locked(self).app.enabled = true;
        }
        let outgoing = Outgoing {
            method: "PUT",
            path: if on { "/enabled?enabled=1" } else { "/enabled?enabled=0" },
            user: "",
            json: false,
            body: Bytes::new(),
            timeout: ENABLE,
        };
        let refused = match self.call_app(outgoing).await {
            Ok(answer) if answer.status() == 200 => {
                let error = json_of(answer.body())["error"].as_str().unwrap_or_default().to_owned();
                Some(error).filter(|error| !error.is_empty())
            }
            Ok(answer) => Some(format!("status {}", answer.status())),
            Err(error) => Some(error),
        };
        let mut state = locked(self);
        state.app.enabled = on && refused.is_none();
        state.app.refused.clone_from(&refused);
        match refused {
            Some(error) => Err(LifecycleError::Refused(error)),
            None => Ok(()),
        }
    }

    /// Progress came to 100 (or there is no init): heartbeat, then enabled=1 (2.2).
    pub(crate) async fn finish_install(&self) {
        let outcome = match self.heartbeat().await {
            Ok(()) => self.set_enabled(true).await,
            Err(error) => Err(error),
        };
        let mut state = locked(self);
        state.app.installing = false;
        if let Err(error) = outcome {
            state.app.enabled = false;
            state.app.refused.get_or_insert(error.to_string());
        }
    }

    async fn initialise(&self) -> Result<(), LifecycleError> {
        {
            let mut state = locked(self);
            state.app.installing = true;
            state.app.progress = 0;
            state.app.error.clear();
            state.app.refused = None;
        }
        self.heartbeat().await?;
        let outgoing = Outgoing {
            method: "POST",
            path: "/init",
            user: "",
            json: false,
            body: Bytes::new(),
            timeout: INIT,
        };
        match self.call_app(outgoing).await {
            // 2.2: 404 or 501 is "no init".
            Ok(answer) if matches!(answer.status().as_u16(), 404 | 501) => self.finish_install().await,
            Ok(answer) if answer.status().is_client_error() || answer.status().is_server_error() => {
                let mut state = locked(self);
                state.app.installing = false;
                // 2.2: it stays listed as enabled.
                state.app.enabled = true;
                return Err(LifecycleError::Init(format!("status {}", answer.status())));
            }
            Ok(_) => {}
            Err(error) => return Err(LifecycleError::Init(error)),
        }
        for _ in 0..2400 {
            {
                let state = locked(self);
                if !state.app.error.is_empty() {
                    return Err(LifecycleError::Reported(state.app.error.clone()));
                }
                if !state.app.installing {
                    return state
                        .app
                        .refused
                        .clone()
                        .map_or(Ok(()), |why| Err(LifecycleError::Refused(why)));
                }
            }
            tokio::time::sleep(BEAT).await;
        }
        Err(LifecycleError::Stuck(locked(self).app.progress))
    }
}

fn json_of(bytes: &Bytes) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

impl Nextcloud {
    /// Where the app listens, such as `http://127.0.0.1:23000`.
    pub fn app_url(&self, url: &str) {
        locked(&self.inner).app.url = Some(url.trim_end_matches('/').to_owned());
    }

    /// Counts the app as enabled or not, without asking it.
    pub fn set_app_enabled(&self, on: bool) {
        locked(&self.inner).app.enabled = on;
    }

    pub fn app_enabled(&self) -> bool {
        locked(&self.inner).app.enabled
    }

    /// The stored version; a request with a higher one bumps it.
    pub fn app_version(&self) -> String {
        locked(&self.inner).app.spec.version.clone()
    }

    /// Last progress and error that the app reported.
    pub fn progress(&self) -> (i64, String) {
        let state = locked(&self.inner);
        (state.app.progress, state.app.error.clone())
    }

    /// `app_api:app:register`: heartbeat, `/init`, progress to 100, heartbeat, `/enabled?enabled=1`.
    ///
    /// # Errors
    /// A step failed.
    pub async fn install(&self, app_url: &str) -> Result<(), LifecycleError> {
        self.app_url(app_url);
        self.inner.initialise().await
    }

    /// # Errors
    /// The app refused; it is disabled nevertheless (2.2).
    pub async fn disable_app(&self) -> Result<(), LifecycleError> {
        self.inner.set_enabled(false).await
    }

    /// # Errors
    /// The app refused, and stays disabled.
    pub async fn enable_app(&self) -> Result<(), LifecycleError> {
        self.inner.heartbeat().await?;
        self.inner.set_enabled(true).await
    }

    /// `app_api:app:update`: enabled=0, the new version, heartbeat, init, progress to 100, heartbeat, enabled=1 (2.2).
    /// `redeploy` replaces the running app and says where it listens now; the registrations stay.
    ///
    /// # Errors
    /// A step failed.
    pub async fn update_app<F>(&self, version: &str, redeploy: F) -> Result<(), LifecycleError>
    where
        F: AsyncFnOnce() -> String,
    {
        // 2.2: it is disabled whatever it answers.
        let _refused = self.inner.set_enabled(false).await;
        let url = redeploy().await;
        self.app_url(&url);
        locked(&self.inner).app.spec.version = version.to_owned();
        self.inner.initialise().await
    }

    /// `app_api:app:unregister`: enabled=0, then everything it registered is gone (2.2).
    pub async fn unregister(&self) {
        let _refused = self.inner.set_enabled(false).await;
        let mut state = locked(&self.inner);
        state.app.registered = super::Registered::default();
        state.app.config.clear();
        state.app.preferences.clear();
    }

    /// Runs a registered command; what the app printed.
    ///
    /// # Errors
    /// The command is not registered, or the app does not answer with 200.
    pub async fn occ(&self, command: &str, arguments: &[(&str, &str)]) -> Result<String, String> {
        let handler = {
            let state = locked(&self.inner);
            if !state.app.enabled {
                return Err(format!("Command \"{command}\" is not defined."));
            }
            let commands = &state.app.registered.occ_commands;
            let found = commands.iter().find(|entry| entry["name"] == json!(command));
            found
                .and_then(|entry| entry["execute_handler"].as_str())
                .map(str::to_owned)
        };
        let handler = handler.ok_or_else(|| format!("Command \"{command}\" is not defined."))?;
        let arguments: Map<String, Value> = arguments
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let arguments = if arguments.is_empty() {
            Value::Null
        } else {
            Value::Object(arguments)
        };
        let answer = self
            .inner
            .call_app(Outgoing {
                method: "POST",
                path: &handler,
                user: "",
                json: true,
                body: json!({ "occ": { "arguments": arguments, "options": Value::Null } })
                    .to_string()
                    .into(),
                timeout: ENABLE,
            })
            .await?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        if answer.status() == 200 {
            Ok(text)
        } else {
            Err(format!("status {}: {text}", answer.status()))
        }
    }
}
