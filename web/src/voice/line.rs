//! How a session reaches the host: by WebSocket first, by requests where that does not get through, and back again after
//! the connection was lost.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::task::spawn_local;
use voice_turn::vap::{AudioIn, AudioOut, Capabilities, ClientMessage, CloseCode, Codec, UiHints};

use super::{
    link::{Hears, LOST, Link},
    refusal::Refusal,
    session::Session,
    sound::{FRAME_MS, RATE},
};
use crate::{api, base, dom, texts};

/// A WebSocket that has not brought a welcome by then is given up for requests.
const SOCKET_MS: i32 = 1_500;
/// The same for requests, which a slow proxy may delay.
const REQUESTS_MS: i32 = 15_000;
/// Pauses before the attempts to come back; the last one is repeated.
const RETRY_MS: [i32; 4] = [200, 700, 1_500, 3_000];
/// Rates of speech that can be played.
const RATES: [u32; 5] = [16_000, 22_050, 24_000, 44_100, 48_000];

thread_local! {
    /// No WebSocket got through to here, so none is tried again until the page is loaded anew.
    static REQUESTS_ONLY: Cell<bool> = const { Cell::new(false) };
}

/// What is known of the connection.
#[derive(Default)]
pub struct Line {
    /// Counts connections: what an earlier one still tells is not heard.
    epoch: Cell<u32>,
    open: Cell<bool>,
    by_requests: Cell<bool>,
    token: RefCell<Option<String>>,
    window_ms: Cell<f64>,
    lost_at: Cell<Option<f64>>,
    acknowledged: Cell<Option<u32>>,
    attempts: Cell<usize>,
}

impl Line {
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// The host has greeted; true for the first time.
    pub fn welcome(&self, token: &str, window_s: u32) -> bool {
        self.open.set(true);
        self.lost_at.set(None);
        self.attempts.set(0);
        self.window_ms.set(f64::from(window_s) * 1000.0);
        self.token.replace(Some(token.to_owned())).is_none()
    }

    /// What is to be acknowledged now, of the number that arrived last.
    pub fn acknowledges(&self, last: Option<u32>) -> Option<u32> {
        let news = self.open.get() && last.is_some() && self.acknowledged.get() != last;
        if news {
            self.acknowledged.set(last);
        }
        last.filter(|_| news)
    }

    fn lose(&self, now: f64) {
        self.open.set(false);
        self.acknowledged.set(None);
        if self.lost_at.get().is_none() {
            self.lost_at.set(Some(now));
        }
    }

    /// Milliseconds to wait before the next attempt to come back.
    fn attempt(&self) -> i32 {
        let at = self.attempts.get();
        self.attempts.set((at + 1).min(RETRY_MS.len() - 1));
        RETRY_MS[at]
    }

    /// A lost connection has not come back in time.
    fn expired(&self, now: f64) -> bool {
        self.lost_at.get().is_some_and(|lost| now - lost > self.window_ms.get())
    }
}

impl Session {
    /// By what the host offers and the way lets through.
    pub(super) fn connect_first(self: &Rc<Self>) {
        let offers = |name: &str| {
            self.known
                .borrow()
                .as_ref()
                .is_some_and(|known| known.transports.iter().any(|offered| offered == name))
        };
        let requests = !offers("websocket") || base::polls() || REQUESTS_ONLY.get();
        self.line.by_requests.set(requests);
        self.connect();
    }

    fn connect(self: &Rc<Self>) {
        let epoch = self.line.epoch.get().wrapping_add(1);
        self.line.epoch.set(epoch);
        let weak = Rc::downgrade(self);
        let hears: Hears = Rc::new(move |incoming| {
            if let Some(session) = weak.upgrade()
                && session.line.epoch.get() == epoch
                && !session.over.get()
            {
                session.hear(incoming);
            }
        });
        let by_requests = self.line.by_requests.get();
        let link = self.known.borrow().as_ref().and_then(|known| {
            if by_requests {
                Some(Link::requests(&known.session_id, hears))
            } else {
                Link::socket(&known.socket, hears)
            }
        });
        let none = link.is_none();
        drop(self.link.replace(link));
        let session = Rc::clone(self);
        spawn_local(async move {
            let patience = if by_requests { REQUESTS_MS } else { SOCKET_MS };
            dom::sleep(if none { 0 } else { patience }).await;
            if session.line.epoch.get() == epoch && !session.line.is_open() && !session.over.get() {
                session.closed(LOST);
            }
        });
    }

    /// The first message of each connection.
    pub(super) fn greet(&self) {
        let Some((session_id, ticket)) = self
            .known
            .borrow()
            .as_ref()
            .map(|known| (known.session_id.clone(), known.ticket.clone()))
        else {
            return;
        };
        let resume_token = self.line.token.borrow().clone();
        let resumes = resume_token.is_some();
        self.send(ClientMessage::Hello {
            v: 1,
            session_id,
            ticket: if resumes { String::new() } else { ticket },
            resume_token,
            down_seq: self.inbox.borrow().last().filter(|_| resumes),
            heard_ms: if resumes { self.heard.get().1 } else { 0 },
            audio_in: AudioIn {
                codec: Codec::Pcm16,
                rate: RATE,
                frame_ms: FRAME_MS,
            },
            audio_out: AudioOut {
                codecs: vec![Codec::Pcm16],
                rates: RATES.to_vec(),
            },
            caps: Capabilities {
                echo_cancelling: true,
                noise_suppression: true,
                gain_control: true,
                worklet: true,
                headset: false,
            },
            ui: UiHints {
                language: texts::language().tag().to_owned(),
                time_zone: String::new(),
            },
        });
    }

    pub(super) fn closed(self: &Rc<Self>, code: u16) {
        drop(self.link.take());
        let first = self.line.token.borrow().is_none();
        if let Some(why) = CloseCode::from_code(code)
            && !why.may_resume()
        {
            return self.end(Some(reason(why).to_owned()));
        }
        match (first, self.line.by_requests.get()) {
            (true, false) => spawn_local(Rc::clone(self).fall_back()),
            (true, true) => self.refuse(Refusal::Host(api::offline())),
            (false, _) => {
                self.line.lose(dom::now_ms());
                self.voice.lost();
                spawn_local(Rc::clone(self).come_back());
            }
        }
    }

    /// With a new place on the host: the ticket of the old one may be used up.
    async fn fall_back(self: Rc<Self>) {
        REQUESTS_ONLY.set(true);
        self.forget();
        self.line.by_requests.set(true);
        match self.ticket().await {
            Ok(known) => {
                self.known.replace(Some(known));
                if self.over.get() {
                    self.forget();
                } else {
                    self.connect();
                }
            }
            Err(problem) => self.refuse(Refusal::Host(problem)),
        }
    }

    async fn come_back(self: Rc<Self>) {
        dom::sleep(self.line.attempt()).await;
        if self.over.get() || self.line.is_open() {
            return;
        }
        if self.line.expired(dom::now_ms()) {
            return self.end(Some("connection_lost".to_owned()));
        }
        self.connect();
    }
}

/// As the host names it when it still can.
fn reason(why: CloseCode) -> &'static str {
    match why {
        CloseCode::NotSignedIn => "signed_out",
        CloseCode::NotAllowed => "not_allowed",
        CloseCode::Idle => "idle",
        CloseCode::Superseded => "superseded",
        CloseCode::Gone => "server_stopped",
        CloseCode::BadMessage => "bad_message",
        CloseCode::TooFast | CloseCode::NoCapacity => "no_capacity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_acknowledged_and_all_of_it_again_after_a_reconnect() {
        let line = Line::default();
        assert_eq!(line.acknowledges(Some(3)), None, "nobody is there");
        assert!(line.welcome("t", 30));
        assert_eq!(line.acknowledges(None), None);
        assert_eq!(line.acknowledges(Some(3)), Some(3));
        assert_eq!(line.acknowledges(Some(3)), None);
        line.lose(0.0);
        assert!(!line.welcome("u", 30), "it is no first time");
        assert_eq!(line.acknowledges(Some(3)), Some(3));
    }

    #[test]
    fn a_connection_may_stay_away_for_as_long_as_the_host_keeps_its_place() {
        let line = Line::default();
        line.welcome("t", 30);
        line.lose(1_000.0);
        line.lose(20_000.0);
        assert!(!line.expired(30_000.0));
        assert!(line.expired(31_001.0));
    }

    #[test]
    fn attempts_to_come_back_grow_apart_and_begin_anew_after_a_welcome() {
        let line = Line::default();
        let pauses: Vec<i32> = (0..6).map(|_| line.attempt()).collect();
        assert_eq!(pauses, [200, 700, 1_500, 3_000, 3_000, 3_000]);
        line.welcome("t", 30);
        assert_eq!(line.attempt(), 200);
    }
}
