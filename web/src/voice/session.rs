//! One voice session of the page: begins with the microphone and a ticket, sends what is heard, plays what is said, and
//! ends with the microphone off.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use api_types::{ProblemBody, VoiceRequest, VoiceSession};
use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};
use voice_turn::vap::{
    ClientMessage, Envelope, Frame, HostMessage, Inbox, Message, ModeName, Outbox, read_host, write,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AudioContext;

use super::{
    Voice,
    audio::{Audio, Hears},
    ear::Ear,
    line::Line,
    link::{Incoming, Link},
    mouth::Mouth,
    refusal::Refusal,
    view::Effect,
};
use crate::{api, dom};

/// What was said and not acknowledged is kept for this long, and at most this much of it.
const WINDOW_MS: i64 = 30_000;
const WINDOW_BYTES: usize = 1 << 20;
pub struct Session {
    pub(super) voice: Voice,
    pub(super) request: VoiceRequest,
    pub(super) known: RefCell<Option<VoiceSession>>,
    pub(super) link: RefCell<Option<Link>>,
    pub(super) line: Line,
    pub(super) outbox: RefCell<Outbox>,
    pub(super) inbox: RefCell<Inbox>,
    pub(super) audio: RefCell<Option<Audio>>,
    pub(super) ear: RefCell<Ear>,
    pub(super) mouth: RefCell<Option<Mouth>>,
    player_rate: f64,
    pub(super) mode: Cell<ModeName>,
    /// The key of push-to-talk is down.
    pub(super) held: Cell<bool>,
    /// What was to be said before the host was there.
    waiting: RefCell<Vec<ClientMessage>>,
    /// Utterance and milliseconds that were played last.
    pub(super) heard: Cell<(u16, i64)>,
    pub(super) frames: Cell<u32>,
    /// What the player is told about loudness.
    pub(super) ducked: Cell<bool>,
    ticking: Cell<Option<IntervalHandle>>,
    pub(super) over: Cell<bool>,
}

impl Session {
    /// Begins; `context` was made in the click that asked for it.
    pub fn begin(voice: Voice, request: VoiceRequest, mode: ModeName, context: AudioContext) -> Rc<Self> {
        let rate = f64::from(context.sample_rate());
        let session = Rc::new(Self {
            voice,
            request,
            known: RefCell::new(None),
            link: RefCell::new(None),
            line: Line::default(),
            outbox: RefCell::new(Outbox::new(WINDOW_MS, WINDOW_BYTES)),
            inbox: RefCell::new(Inbox::default()),
            audio: RefCell::new(None),
            ear: RefCell::new(Ear::new(rate)),
            mouth: RefCell::new(None),
            player_rate: rate,
            mode: Cell::new(mode),
            held: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
            heard: Cell::new((0, 0)),
            frames: Cell::new(0),
            ducked: Cell::new(false),
            ticking: Cell::new(None),
            over: Cell::new(false),
        });
        let weak = Rc::downgrade(&session);
        let tick = move || {
            if let Some(session) = weak.upgrade() {
                session.acknowledge();
            }
        };
        let ticking = set_interval_with_handle(tick, std::time::Duration::from_millis(500));
        session.ticking.set(ticking.ok());
        spawn_local(Rc::clone(&session).open(context));
        session
    }

    /// Microphone and ticket at the same time: each may take its time.
    async fn open(self: Rc<Self>, context: AudioContext) {
        let answer = Rc::new(RefCell::new(None));
        let asking = {
            let (answer, session) = (Rc::clone(&answer), Rc::clone(&self));
            future_to_promise(async move {
                let ticket = session.ticket().await;
                *answer.borrow_mut() = Some(ticket);
                Ok(JsValue::UNDEFINED)
            })
        };
        let device = self.voice.settings.get_untracked().device;
        let audio = Audio::open(context, &device, self.hears()).await;
        let _ = JsFuture::from(asking).await;
        let known = answer.borrow_mut().take();
        let Some(known) = known else { return };
        if let Ok(known) = &known {
            self.known.replace(Some(known.clone()));
        }
        match (audio, known) {
            // The audio that nobody takes is dropped, and its microphone with it.
            _ if self.over.get() => self.forget(),
            (Ok(audio), Ok(_)) => {
                self.audio.replace(Some(audio));
                self.apply_mute();
                self.voice.list_microphones();
                self.connect_first();
            }
            (Err(refusal), _) => {
                self.forget();
                self.refuse(refusal);
            }
            (_, Err(problem)) => self.refuse(Refusal::Host(problem)),
        }
    }

    pub(super) async fn ticket(&self) -> Result<VoiceSession, ProblemBody> {
        api::post("voice/sessions", &self.request).await
    }

    /// Gives the place on the host back, where no farewell can be sent.
    pub(super) fn forget(&self) {
        if let Some(known) = self.known.take() {
            spawn_local(async move {
                let _ = api::tell("DELETE", &format!("voice/sessions/{}", known.session_id)).await;
            });
        }
    }

    fn hears(self: &Rc<Self>) -> Hears {
        let [one, two, three] = [Rc::downgrade(self), Rc::downgrade(self), Rc::downgrade(self)];
        Hears {
            samples: Box::new(move |samples| {
                if let Some(session) = one.upgrade() {
                    session.listen(&samples);
                }
            }),
            played: Box::new(move |played| {
                if let Some(session) = two.upgrade() {
                    session.played(played);
                }
            }),
            gone: Box::new(move || {
                if let Some(session) = three.upgrade() {
                    session.refuse(Refusal::Missing);
                }
            }),
        }
    }

    pub(super) fn refuse(&self, refusal: Refusal) {
        self.voice.refusal.set(Some(refusal));
        self.end(None);
    }

    /// Ends from this side or, with a reason, because the host or the line did.
    pub fn end(&self, reason: Option<String>) {
        if self.over.replace(true) {
            return;
        }
        self.send(ClientMessage::Bye);
        if !self.line.is_open() {
            self.forget();
        }
        if let Some(ticking) = self.ticking.take() {
            ticking.clear();
        }
        drop(self.link.take());
        drop(self.audio.take());
        self.voice.ended(reason);
    }

    pub(super) fn hear(self: &Rc<Self>, incoming: Incoming) {
        match incoming {
            Incoming::Open => self.greet(),
            Incoming::Closed(code) => self.closed(code),
            Incoming::Message(Message::Text(text)) => match read_host(&text) {
                Ok(envelope) => self.told(envelope.message),
                Err(error) => dom::log_error(&error.to_string()),
            },
            Incoming::Message(Message::Binary(bytes)) => match Frame::decode(&bytes) {
                Ok(frame) => self.speak(&frame),
                Err(error) => dom::log_error(&error.to_string()),
            },
        }
    }

    fn told(self: &Rc<Self>, message: HostMessage) {
        match &message {
            HostMessage::Welcome {
                resume_token,
                resume_window_s,
                up_seq,
                rate,
                ..
            } => self.welcome(resume_token, *resume_window_s, *up_seq, f64::from(*rate)),
            HostMessage::Ack { up_seq } => self.outbox.borrow_mut().acknowledge(*up_seq),
            _ => {}
        }
        match self.voice.told(message) {
            Some(Effect::Pause) => self.with_audio(|audio| audio.pause(true)),
            Some(Effect::Resume) => self.with_audio(|audio| audio.pause(false)),
            Some(Effect::Flush(utt)) => self.flush(utt),
            Some(Effect::Open(conversation)) => self.voice.show(&conversation),
            Some(Effect::End) => self.end(self.voice.view.with_untracked(|view| view.reason.clone())),
            None => {}
        }
    }

    /// The host is there, for the first time or again.
    fn welcome(&self, token: &str, window_s: u32, up_seq: Option<u32>, rate: f64) {
        let first = self.line.welcome(token, window_s);
        // Also what was said while the line was being opened: it comes faster than it was spoken, and is marked so.
        let frames = self.outbox.borrow_mut().again(up_seq, dom::now_ms() as i64);
        if first {
            self.mouth.replace(Some(Mouth::new(rate, self.player_rate)));
            self.send_settings();
        }
        if first && self.mode.get() != ModeName::HandsFree {
            self.send(ClientMessage::ModeSet { mode: self.mode.get() });
        }
        let waiting: Vec<ClientMessage> = self.waiting.take();
        let (ups, others): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|message| matches!(message, ClientMessage::KeyUp));
        others.into_iter().for_each(|message| self.send(message));
        frames.iter().for_each(|frame| self.post(frame));
        ups.into_iter().for_each(|message| self.send(message));
    }

    pub fn send_settings(&self) {
        let settings = self.voice.settings.get_untracked();
        self.send(ClientMessage::Settings {
            speed: Some(f64::from(settings.speed) / 100.0),
            pause_ms: Some(i64::from(settings.pause_ms)),
        });
    }

    /// Now, or once the host is there.
    pub(super) fn send(&self, message: ClientMessage) {
        if !self.line.is_open() && !matches!(message, ClientMessage::Hello { .. }) {
            let passes = matches!(
                message,
                ClientMessage::Ack { .. } | ClientMessage::PlaybackProgress { .. } | ClientMessage::Bye
            );
            if !passes {
                self.waiting.borrow_mut().push(message);
            }
            return;
        }
        let envelope = Envelope {
            id: None,
            ts: Some(dom::now_ms() as i64),
            message,
        };
        match (write(&envelope), self.link.borrow().as_ref()) {
            (Ok(text), Some(link)) => link.send(Message::Text(text)),
            (Err(error), _) => dom::log_error(&error.to_string()),
            (Ok(_), None) => {}
        }
    }

    pub(super) fn post(&self, frame: &Frame) {
        if let Some(link) = self.link.borrow().as_ref() {
            link.send(Message::Binary(frame.encode()));
        }
    }

    fn acknowledge(&self) {
        let last = self.inbox.borrow().last();
        if let Some(down_seq) = self.line.acknowledges(last) {
            self.send(ClientMessage::Ack { down_seq });
        }
    }
}
