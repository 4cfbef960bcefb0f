//! Who asks: the app in a user's name (nextcloud.md 3.2), or a user with password or session.

use super::app::higher;
use super::call::{Call, basic, credentials};
use super::state::State;

pub(crate) const SESSION: &str = "oc_sessionPassphrase";
/// Of this instance, as `ocxxxxxxxxxx`.
pub(crate) const INSTANCE: &str = "ocdouble00001";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    /// The app, in a user's name or in none.
    App(Option<String>),
    Basic(String),
    Session(String),
}

impl Who {
    pub(crate) fn uid(&self) -> Option<&str> {
        match self {
            Self::Nobody | Self::App(None) => None,
            Self::App(Some(uid)) | Self::Basic(uid) | Self::Session(uid) => Some(uid),
        }
    }

    pub(crate) fn is_app(&self) -> bool {
        matches!(self, Self::App(_))
    }
}

/// The credentials are wrong: 401.
#[derive(Debug)]
pub(crate) struct Unauthorised;

impl State {
    pub(crate) fn identify(&mut self, call: &Call) -> Result<Who, Unauthorised> {
        if call.headers.contains_key("authorization-app-api") {
            return self.identify_app(call).ok_or(Unauthorised);
        }
        if let Some((uid, password)) = basic(&call.headers) {
            return if self.knows(&uid, &password) {
                Ok(Who::Basic(uid))
            } else {
                Err(Unauthorised)
            };
        }
        Ok(match self.session(call) {
            Some(uid) => Who::Session(uid),
            None => Who::Nobody,
        })
    }

    /// The user of a browser, by session or password; never by the app's signature.
    pub(crate) fn identify_browser(&self, call: &Call) -> Option<String> {
        if let Some((uid, password)) = basic(&call.headers) {
            return self.knows(&uid, &password).then_some(uid);
        }
        self.session(call)
    }

    pub(crate) fn knows(&self, uid: &str, password: &str) -> bool {
        self.users
            .get(uid)
            .is_some_and(|user| user.enabled && user.password == password)
    }

    /// The signed-in user of the session cookie; a disabled user's session is over.
    pub(crate) fn session(&self, call: &Call) -> Option<String> {
        let uid = self.sessions.get(call.cookie(SESSION)?)?;
        self.users.get(uid).filter(|user| user.enabled).map(|_| uid.clone())
    }

    fn identify_app(&mut self, call: &Call) -> Option<Who> {
        let state_asked = call.path.ends_with("/apps/app_api/ex-app/state");
        let progress = call.path.ends_with("/apps/app_api/ex-app/status");
        if call.header("ex-app-id")? != self.app.spec.id {
            return None;
        }
        // nextcloud.md 2.2 traps: a missing version is 401.
        let version = call.header("ex-app-version")?.to_owned();
        let (uid, secret) = credentials(call.header("authorization-app-api")?)?;
        if secret != self.app.spec.secret {
            return None;
        }
        // nextcloud.md 2.2 traps: while disabled everything is 401 but the state; progress while installing.
        let open = self.app.enabled || state_asked || (progress && self.app.installing);
        if !open {
            return None;
        }
        // nextcloud.md 2.2 traps: a higher version silently becomes the stored one, a lower is ignored.
        if higher(&version, &self.app.spec.version) {
            self.app.spec.version = version;
        }
        if uid.is_empty() {
            return Some(Who::App(None));
        }
        // nextcloud.md 3.2: an unknown user is 401; permissions.md 1: a disabled one is not.
        self.users.contains_key(&uid).then_some(Who::App(Some(uid)))
    }

    /// Whether a state-changing request of a session carries the page's token.
    pub(crate) fn passes_csrf(&self, call: &Call, who: &Who) -> bool {
        !matches!(who, Who::Session(_))
            || call.headers.contains_key("ocs-apirequest")
            || call.header("requesttoken") == call.cookie(SESSION).map(request_token).as_deref()
    }
}

/// `data-requesttoken` of a session.
pub(crate) fn request_token(session: &str) -> String {
    format!("token-{}", session.chars().rev().collect::<String>())
}
