//! Talking to VoiceAssist: the microphone button beside the field for questions, what it opens, and the session behind it.

mod audio;
pub mod button;
mod captions;
mod chips;
mod controls;
pub mod dock;
mod ear;
mod heard;
mod keys;
mod line;
mod link;
mod mouth;
mod panel;
mod refusal;
mod session;
mod settings;
mod sound;
mod sounding;
mod standing;
mod talk;
mod view;
pub mod window;

use std::{cell::RefCell, rc::Rc};

use api_types::VoiceRequest;
use leptos::{prelude::*, task::spawn_local};
use voice_turn::vap::{BargeSource, HostMessage, ModeName};

use self::{
    refusal::Refusal,
    session::Session,
    settings::Settings,
    view::{Effect as Asked, View},
};
use crate::{
    activity,
    chat::run,
    dom,
    route::{self, Route},
    state::app,
    texts::{language, vo},
};

const KEPT: &str = "voiceassist.voice";

thread_local! {
    static SESSION: RefCell<Option<Rc<Session>>> = const { RefCell::new(None) };
}

/// What the page knows of talking. Signals that live as long as the page.
#[derive(Clone, Copy)]
pub struct Voice {
    /// The panel is shown.
    pub open: RwSignal<bool>,
    pub view: RwSignal<View>,
    /// How full the meter is, 0 to 1.
    pub level: RwSignal<f32>,
    pub refusal: RwSignal<Option<Refusal>>,
    pub muted: RwSignal<bool>,
    /// The talk button or key is held.
    pub held: RwSignal<bool>,
    pub settings: RwSignal<Settings>,
    /// What the browser calls each microphone, and its name.
    pub microphones: RwSignal<Vec<(String, String)>>,
}

fn current() -> Option<Rc<Session>> {
    SESSION.with_borrow(Clone::clone)
}

impl Voice {
    pub fn create() -> Self {
        Self {
            open: RwSignal::new(false),
            view: RwSignal::new(View::default()),
            level: RwSignal::new(0.0),
            refusal: RwSignal::new(None),
            muted: RwSignal::new(false),
            held: RwSignal::new(false),
            settings: RwSignal::new(Settings::read(&dom::kept(KEPT).unwrap_or_default())),
            microphones: RwSignal::new(Vec::new()),
        }
    }

    /// A session is there, so that the page itself need not say what is spoken.
    pub fn runs(self) -> bool {
        self.view.with_untracked(|view| view.standing.runs())
    }

    /// Hands-free: begins, or ends what runs.
    pub fn toggle(self) {
        if self.runs() {
            self.end();
        } else {
            self.begin(ModeName::HandsFree);
        }
    }

    fn begin(self, mode: ModeName) {
        self.refusal.set(None);
        self.muted.set(false);
        let context = match audio::context() {
            Ok(context) => context,
            Err(refusal) => return self.refusal.set(Some(refusal)),
        };
        self.view.update(View::connecting);
        let session = Session::begin(self, request(), mode, context);
        SESSION.with_borrow_mut(|held| *held = Some(session));
    }

    pub fn end(self) {
        if let Some(session) = current() {
            session.end(None);
        }
    }

    /// Ends, and keeps nothing of what was said.
    pub fn forget(self) {
        self.end();
        self.open.set(false);
        self.view.set(View::default());
    }

    /// The talk button is held down long enough, or its key: what is said until it is let go is one question.
    pub fn hold(self) {
        if !self.runs() {
            self.begin(ModeName::PushToTalk);
        }
        if self.view.with_untracked(|view| view.standing.answers()) {
            self.stop_answer(BargeSource::Key);
        }
        if let Some(session) = current().filter(|_| self.runs()) {
            self.muted.set(false);
            self.held.set(true);
            session.key(true);
        }
    }

    pub fn release(self) {
        self.held.set(false);
        if let Some(session) = current() {
            session.key(false);
        }
    }

    pub fn stop_answer(self, source: BargeSource) {
        if let Some(session) = current() {
            session.stop_answer(source);
        }
        self.view.update(View::stopped);
    }

    /// A microphone that was held to talk is hands-free after it was muted.
    pub fn mute(self, muted: bool) {
        self.muted.set(muted);
        let mode = if muted { ModeName::Muted } else { ModeName::HandsFree };
        if let Some(session) = current().filter(|session| session.mode() != mode) {
            session.turn_to(mode);
        }
        if muted {
            self.level.set(0.0);
        }
    }

    pub fn correct(self, turn: u32, text: String) {
        if let Some(session) = current().filter(|_| self.runs()) {
            session.correct(turn, text.clone());
            self.view.update(|view| view.correct(text));
        }
    }

    pub fn choose(self, option: String) {
        if let Some(session) = current() {
            session.choose(option);
        }
        self.view.update(|view| view.clarify = None);
    }

    /// Speed and pause count at once; another microphone from the next beginning on.
    pub fn set(self, change: impl FnOnce(&mut Settings)) {
        self.settings.update(change);
        self.settings
            .with_untracked(|settings| dom::keep(KEPT, &settings.kept()));
        if let Some(session) = current().filter(|_| self.runs()) {
            session.send_settings();
        }
    }

    pub fn list_microphones(self) {
        spawn_local(async move { self.microphones.set(audio::microphones().await) });
    }

    fn told(self, message: HostMessage) -> Option<Asked> {
        if matches!(message, HostMessage::Partial { .. } | HostMessage::Heard { .. }) {
            activity::here();
        }
        self.view.try_update(|view| view.hear(message)).flatten()
    }

    fn playing(self, playing: Option<(u16, u16)>) {
        if self.view.with_untracked(|view| view.playing) != playing {
            self.view.update(|view| view.playing = playing);
        }
    }

    fn lost(self) {
        self.view.update(View::lost);
    }

    fn ended(self, reason: Option<String>) {
        drop(SESSION.with_borrow_mut(Option::take));
        self.level.set(0.0);
        self.held.set(false);
        self.muted.set(false);
        self.view.update(|view| view.over(reason));
    }

    /// A question has become a message of this conversation: the page shows it there, with its sources.
    fn show(self, conversation: &str) {
        if window::tell(conversation) {
            return;
        }
        let app = app();
        match app.route.get_untracked() {
            Route::Chat(None) => route::replace(app.route, Route::Chat(Some(conversation.to_owned()))),
            _ => run::refresh(conversation),
        }
        spawn_local(app.load_conversations());
    }

    /// Ends when the page turns away from conversations: nobody would see that the microphone is on.
    pub fn follow(self, route: RwSignal<Route>) {
        Effect::new(move |_| {
            if !matches!(route.get(), Route::Chat(_)) {
                self.open.set(false);
                self.end();
            }
        });
    }
}

/// Questions go on in the conversation that is open, restricted as it is.
fn request() -> VoiceRequest {
    let app = app();
    let conversation_id = match app.route.get_untracked() {
        Route::Chat(id) => id,
        _ => None,
    };
    let scope = match &conversation_id {
        Some(id) => run::open(id).scope,
        None => app.scope.into(),
    };
    VoiceRequest {
        conversation_id,
        documents: scope
            .with_untracked(|scope| scope.as_ref().map(|scope| scope.documents.clone()).unwrap_or_default()),
        language: Some(language().tag().to_owned()),
    }
}

/// Why a session ended, for people; nothing where they ended it themselves.
fn why(reason: &str) -> Option<&'static str> {
    let vo = vo();
    Some(match reason {
        "closed" => return None,
        "idle" => vo.ended_idle,
        "connection_lost" => vo.ended_lost,
        "signed_out" => vo.ended_signed_out,
        "superseded" => vo.ended_superseded,
        "no_capacity" => vo.ended_full,
        "server_stopped" => vo.ended_restarted,
        _ => vo.ended_other,
    })
}
