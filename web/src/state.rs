//! What the whole page knows: who is signed in, what the server is, which document lies open.

use std::cell::Cell;

use api_types::{ConversationInfo, DocumentInfo, ProblemBody, SessionInfo, SystemStatus};
use leptos::prelude::*;

use crate::{
    api, base,
    chat::{
        model::Chats,
        scope::{self, Scope},
    },
    documents::uploads::Upload,
    dom,
    route::{self, Route},
    texts::{nc, t},
    viewer::Target,
    voice::Voice,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    /// Not asked yet.
    Unknown,
    /// Nobody; with the reason when a sign-in has just failed.
    Nobody(Option<ProblemBody>),
    Someone(SessionInfo),
}

#[derive(Clone)]
pub struct Toast {
    pub id: u64,
    pub text: String,
    pub bad: bool,
    /// Takes back what the message tells, as long as it is shown.
    pub undo: Option<Callback<()>>,
}

/// Seconds for which a deletion can be taken back; the server gives a minute.
const UNDO: u64 = 12;

/// Sentences kept for listeners: more than an answer has, or those of a replay would be gone before they are read.
const SPOKEN: usize = 100;

/// Signals that live as long as the page.
#[derive(Clone, Copy)]
pub struct App {
    pub session: RwSignal<Session>,
    pub route: RwSignal<Route>,
    pub status: RwSignal<Option<SystemStatus>>,
    pub conversations: RwSignal<Option<Vec<ConversationInfo>>>,
    /// The words the conversation list is searched for.
    pub search: RwSignal<String>,
    pub viewer: RwSignal<Option<Target>>,
    /// The list as last read, or why it could not be read.
    pub documents: RwSignal<Option<Result<Vec<DocumentInfo>, ProblemBody>>>,
    /// Where the list goes on that `documents` begins.
    pub documents_next: RwSignal<Option<String>>,
    pub uploads: RwSignal<Vec<Upload>>,
    /// A plugin's package that was dropped on the page.
    pub package: RwSignal<Option<web_sys::File>, LocalStorage>,
    pub toasts: RwSignal<Vec<Toast>>,
    /// Sentences for people who listen to the page, newest last.
    pub spoken: RwSignal<Vec<(u64, String)>>,
    pub nav_open: RwSignal<bool>,
    /// What is typed but not asked yet; it outlives the page that shows the field.
    pub draft: RwSignal<String>,
    /// Search words that the next tool's form begins with. Not in the address: they may be about a patient.
    pub for_tool: RwSignal<Option<String>>,
    /// What a conversation that is about to begin is restricted to.
    pub scope: RwSignal<Option<Scope>>,
    pub chats: StoredValue<Chats, LocalStorage>,
    pub voice: Voice,
    counter: StoredValue<u64>,
}

thread_local! {
    static APP: Cell<Option<App>> = const { Cell::new(None) };
}

/// Creates the state under the current owner, which must be the root.
pub fn create() -> App {
    let app = App {
        session: RwSignal::new(Session::Unknown),
        route: route::follow(),
        status: RwSignal::new(None),
        conversations: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        viewer: RwSignal::new(None),
        documents: RwSignal::new(None),
        documents_next: RwSignal::new(None),
        uploads: RwSignal::new(Vec::new()),
        package: RwSignal::new_local(None),
        toasts: RwSignal::new(Vec::new()),
        spoken: RwSignal::new(Vec::new()),
        nav_open: RwSignal::new(false),
        draft: RwSignal::new(String::new()),
        for_tool: RwSignal::new(None),
        scope: RwSignal::new(None),
        chats: StoredValue::new_local(Chats::default()),
        voice: Voice::create(),
        counter: StoredValue::new(0),
    };
    APP.with(|cell| cell.set(Some(app)));
    app.voice.follow(app.route);
    app
}

/// The state of the page.
pub fn app() -> App {
    match APP.with(Cell::get) {
        Some(app) => app,
        None => create(),
    }
}

/// A request was refused for want of a session.
pub fn signed_out(problem: &ProblemBody) {
    let app = app();
    if matches!(app.session.get_untracked(), Session::Someone(_)) {
        // A page of our own says how to come back; why the session is over is worth saying where it is known.
        let known = base::webroot().is_some() || problem.kind.starts_with("/problems/session-");
        app.session.set(Session::Nobody(known.then(|| problem.clone())));
        app.forget();
    }
}

impl App {
    pub fn user(&self) -> Option<SessionInfo> {
        match self.session.get() {
            Session::Someone(info) => Some(info),
            _ => None,
        }
    }

    /// Drops everything that belonged to the last user.
    pub fn forget(&self) {
        self.voice.forget();
        self.viewer.set(None);
        self.conversations.set(None);
        self.search.set(String::new());
        self.status.set(None);
        self.documents.set(None);
        self.documents_next.set(None);
        self.uploads.set(Vec::new());
        self.package.set(None);
        self.draft.set(String::new());
        self.scope.set(None);
        scope::forget();
        self.chats.set_value(Chats::default());
    }

    /// Signed in with a role that may ask and upload.
    pub fn can_ask(&self) -> bool {
        self.session
            .with(|session| matches!(session, Session::Someone(info) if info.can_ask))
    }

    /// Inside Nextcloud, which signs in and out.
    pub fn in_nextcloud(&self) -> bool {
        self.session
            .with(|session| matches!(session, Session::Someone(info) if info.nextcloud))
    }

    /// How documents come here.
    pub fn how_to_begin(&self) -> &'static str {
        if self.in_nextcloud() {
            nc().no_files_yet
        } else {
            t().no_documents_yet_detail
        }
    }

    fn number(&self) -> u64 {
        self.counter.update_value(|n| *n += 1);
        self.counter.get_value()
    }

    /// Says a sentence to people who listen to the page, once.
    pub fn say(&self, text: impl Into<String>) {
        let entry = (self.number(), text.into());
        self.spoken.update(|all| {
            all.push(entry);
            let surplus = all.len().saturating_sub(SPOKEN);
            all.drain(..surplus);
        });
    }

    pub fn toast(&self, text: impl Into<String>) {
        self.show(text.into(), false, None);
    }

    pub fn fail(&self, problem: &ProblemBody) {
        let text = match &problem.detail {
            Some(detail) => format!("{} {detail}", sentence(&problem.title)),
            None => sentence(&problem.title),
        };
        self.show(text, true, None);
    }

    /// Tells that something is gone, with a button that brings it back.
    pub fn toast_with_undo(&self, text: impl Into<String>, undo: Callback<()>) {
        let id = self.show(text.into(), false, Some(undo));
        dom::focus_soon(undo_id(id));
    }

    fn show(&self, text: String, bad: bool, undo: Option<Callback<()>>) -> u64 {
        let id = self.number();
        let app = *self;
        self.toasts.update(|all| all.push(Toast { id, text, bad, undo }));
        let stay = match (bad, undo) {
            (_, Some(_)) => UNDO,
            (true, None) => 12,
            (false, None) => 5,
        };
        set_timeout(move || app.dismiss(id), std::time::Duration::from_secs(stay));
        id
    }

    /// Takes a message away. The focus does not vanish with it.
    pub fn dismiss(&self, id: u64) {
        if dom::has_focus(&toast_id(id)) {
            dom::focus_first_soon(&["va-search", "app-content"]);
        }
        self.toasts.update(|all| all.retain(|toast| toast.id != id));
    }

    pub async fn load_status(self) {
        if let Ok(status) = api::get::<SystemStatus>("status").await {
            self.status.set(Some(status));
        }
    }

    pub async fn load_conversations(self) {
        let words = self.search.get_untracked();
        let path = format!("conversations?q={}", api::query(words.trim()));
        match api::get::<api_types::ConversationList>(&path).await {
            // An answer to words that have changed meanwhile is stale.
            Ok(list) if self.search.get_untracked() == words => self.conversations.set(Some(list.conversations)),
            Ok(_) => {}
            Err(problem) if problem.status != 401 => self.fail(&problem),
            Err(_) => {}
        }
    }
}

/// The element that shows a message.
pub fn toast_id(id: u64) -> String {
    format!("va-toast-{id}")
}

/// The button in it that takes back what it tells.
pub fn undo_id(id: u64) -> String {
    format!("va-undo-{id}")
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
