//! The task that owns one session: what arrives becomes events of the turns, what the turns decide is done.

mod act;
mod answering;
mod attach;
mod client;
mod finish;
mod outside;
mod question;
mod worked;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use api_types::VoiceRequest;
use heard::{Choice, Review, Vocabulary};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use voice_turn::vap::{CloseCode, Inbox, Limits, Pace};
use voice_turn::{Event, Mode, Stamp, State, Waits, step};

use self::answering::Answering;
use super::answers::Asking;
use super::ears::{Ears, Understanding};
use super::hearing::Expected;
use super::input::{Input, Presence, Worked};
use super::measure::Measure;
use super::microphone::Microphone;
use super::mouth::{Speaking, VOICE_RATE};
use super::notes::{self, Note};
use super::phrases::Language;
use super::sessions::{Handle, TICKET_MS};
use super::store::Counts;
use super::vendors::Outside;
use super::wire::Wire;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::identity;
use crate::models::Stage;

/// How often it is asked whether the user may still be here: signing out ends a session within 5 s.
const STILL: Duration = Duration::from_secs(3);
/// A voice whose sound stops coming has ended.
const GAP_MS: i64 = 1_000;

/// What a session begins with.
pub struct Opening {
    pub id: String,
    pub caller: Caller,
    pub request: VoiceRequest,
    pub resume: String,
    pub handle: Handle,
    /// Of what the user may read.
    pub vocabulary: Vocabulary,
    /// Names in it that a vendor is told to expect.
    pub keyterms: Vec<String>,
    /// What a vendor may do in this session.
    pub elsewhere: Vec<Stage>,
}

/// How a session ends.
struct Ending {
    reason: &'static str,
    code: Option<CloseCode>,
    done: Option<oneshot::Sender<()>>,
}

pub struct Session {
    app: Arc<App>,
    id: String,
    caller: Caller,
    resume: String,
    handle: Handle,
    asking: Asking,
    understanding: Understanding,
    /// In which questions back are shown.
    language: Language,
    speaking: Speaking,
    /// 1 is the voice's own pace.
    speed: f32,

    began: Instant,
    /// Sound that comes again after a lost connection takes its time at once: the session's clock is ahead by so much.
    ahead: i64,
    state: State,
    events: VecDeque<Event>,
    stepping: bool,
    ending: Option<Ending>,
    checked: Instant,
    checking: bool,

    wire: Wire,
    links: u64,
    pace: Pace,
    inbox: Inbox,
    acknowledged: i64,
    microphone: Option<Microphone>,
    ears: Ears,
    /// Since when voice is heard without its end, by when its last sound came.
    voiced: Option<i64>,
    /// Where the sound of the current turn begins, and which turn that is.
    turn_from: (u32, u64),

    reviews: HashMap<Stamp, Review>,
    /// A typed question is asked as it stands.
    typed: Option<String>,
    /// What the last question back offered.
    choices: Vec<Choice>,
    answers: HashMap<Stamp, Answering>,
    utterances: u16,

    /// Rows of the egress log for turns whose question is no message yet.
    rows: Vec<(u32, String)>,
    /// Of which turn the user was last told that a vendor failed.
    told: HashMap<Stage, u32>,

    measure: Measure,
    counts: Counts,
    /// When the phase last changed.
    changed: i64,
    notes: Option<mpsc::UnboundedSender<Note>>,
    noting: Option<JoinHandle<()>>,
}

/// Takes the session out of the list, however its task ends.
struct Listed(Arc<App>, String);

impl Drop for Listed {
    fn drop(&mut self) {
        super::ended(&self.0, &self.1);
    }
}

/// Owns the session in a task of its own, from now until it has ended.
pub fn start(app: Arc<App>, opening: Opening, mut inbox: mpsc::Receiver<Input>) {
    tokio::spawn(async move {
        let _listed = Listed(Arc::clone(&app), opening.id.clone());
        let mut session = Session::new(app, opening);
        let ending = loop {
            let due = session.due();
            tokio::select! {
                biased;
                input = inbox.recv() => match input {
                    Some(input) => session.take(input).await,
                    None => session.end("closed", None),
                },
                () = tokio::time::sleep_until(due) => session.wake(),
            }
            if let Some(ending) = session.ending.take() {
                break ending;
            }
        };
        session.finish(ending).await;
    });
}

impl Session {
    fn new(app: Arc<App>, opening: Opening) -> Self {
        let Opening {
            id,
            caller,
            request,
            resume,
            handle,
            vocabulary,
            keyterms,
            elsewhere,
        } = opening;
        let tell = handle.inbox.clone();
        let (notes, noting) = notes::follow(Arc::clone(&app), id.clone(), caller.id().to_owned());
        let asking = Asking {
            app: Arc::clone(&app),
            session: id.clone(),
            conversation: Arc::new(Mutex::new(request.conversation_id)),
            documents: request.documents,
            tell: tell.clone(),
        };
        let outside = |stage: Stage| {
            elsewhere.contains(&stage).then(|| Outside {
                app: Arc::clone(&app),
                tell: tell.clone(),
            })
        };
        let understanding = Understanding {
            speech: Arc::clone(&app.voice.speech),
            pool: Arc::clone(&app.voice.hearing),
            expected: Arc::new(Expected::new(vocabulary)),
            tell: tell.clone(),
            outside: outside(Stage::Hearing),
            keyterms: keyterms.into(),
        };
        let speaking = Speaking {
            speech: Arc::clone(&app.voice.speech),
            pool: Arc::clone(&app.voice.speaking),
            outside: outside(Stage::Speaking),
            tell: tell.clone(),
            rate: VOICE_RATE,
        };
        Self {
            app,
            id,
            caller,
            resume,
            handle,
            asking,
            understanding,
            language: Language::of(request.language.as_deref()),
            speaking,
            speed: 1.0,
            began: Instant::now(),
            ahead: 0,
            state: State::new(Waits::default(), Mode::HandsFree, 0),
            events: VecDeque::new(),
            stepping: false,
            ending: None,
            checked: Instant::now(),
            checking: false,
            wire: Wire::new(),
            links: 0,
            pace: Pace::new(Limits::default()),
            inbox: Inbox::default(),
            acknowledged: 0,
            microphone: None,
            ears: Ears::default(),
            voiced: None,
            turn_from: (0, 0),
            reviews: HashMap::new(),
            typed: None,
            choices: Vec::new(),
            answers: HashMap::new(),
            utterances: 0,
            rows: Vec::new(),
            told: HashMap::new(),
            measure: Measure::default(),
            counts: Counts::default(),
            changed: 0,
            notes: Some(notes),
            noting: Some(noting),
        }
    }

    /// Milliseconds of the session's clock.
    fn now(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX) + self.ahead
    }

    fn at(&self, ms: i64) -> Instant {
        self.began + Duration::from_millis(u64::try_from(ms - self.ahead).unwrap_or(0))
    }

    /// Nobody has connected yet.
    fn is_new(&self) -> bool {
        self.links == 0
    }

    /// When to look again if nothing comes.
    fn due(&self) -> Instant {
        if self.is_new() {
            return self.at(TICKET_MS);
        }
        let still = self.checked + STILL;
        let gap = self.voiced.map(|last| self.at(last + GAP_MS));
        let deadline = self.state.deadline().map(|ms| self.at(ms));
        [gap, deadline].into_iter().flatten().fold(still, Instant::min)
    }

    async fn take(&mut self, input: Input) {
        match input {
            Input::Attach(attach) => self.attach(*attach).await,
            Input::Said { link, message } if self.wire.is(link) => self.said(message),
            Input::Lost { link } if self.wire.is(link) => self.disconnected(),
            Input::Said { .. } | Input::Lost { .. } => {}
            Input::Worked(worked) => self.worked(worked),
            Input::End { why, done } => {
                self.end(why, None);
                if let Some(ending) = &mut self.ending {
                    ending.done = Some(done);
                }
            }
        }
        // The wire finds out by itself that a client takes nothing any more.
        if !self.is_new() && !self.wire.is_connected() && self.state.is_connected() {
            self.disconnected();
        }
    }

    /// What is due by time alone.
    fn wake(&mut self) {
        if self.is_new() {
            return self.end("unused", None);
        }
        if self.voiced.is_some_and(|last| self.now() >= last + GAP_MS) {
            self.voice_ended(Event::VoiceOff);
            if let Some(microphone) = &self.microphone {
                microphone.forget();
            }
        }
        if self.checked.elapsed() >= STILL {
            self.checked = Instant::now();
            self.check();
        }
        self.happen(Event::Tick);
    }

    /// Asks beside whether the user may still be here, and whether a client that asks by single requests still does.
    fn check(&mut self) {
        if self.wire.is_forsaken() {
            self.disconnected();
        }
        if std::mem::replace(&mut self.checking, true) {
            return;
        }
        let (app, caller, tell) = (Arc::clone(&self.app), self.caller.clone(), self.handle.inbox.clone());
        tokio::spawn(async move {
            let here = match caller.still_here(&app).await {
                Ok(role) => identity::can_ask(role),
                // That it cannot be asked right now ends nothing.
                Err(problem) => problem.status().is_server_error(),
            };
            let presence = if here { Presence::Yes } else { Presence::No };
            let _ = tell.send(Input::Worked(Worked::Here(presence))).await;
        });
    }

    fn disconnected(&mut self) {
        self.wire.disconnect();
        self.voiced = None;
        if let Some(microphone) = &self.microphone {
            microphone.forget();
        }
        self.happen(Event::Disconnected);
    }

    /// Moves the conversation on, and does what that makes necessary.
    fn happen(&mut self, event: Event) {
        self.events.push_back(event);
        if std::mem::replace(&mut self.stepping, true) {
            return;
        }
        while let Some(event) = self.events.pop_front() {
            let (state, actions) = step(self.state.clone(), event, self.now());
            self.state = state;
            for action in actions {
                self.act(action);
            }
            self.drop_answers();
        }
        self.stepping = false;
        let mut status = self.handle.status.lock().unwrap_or_else(PoisonError::into_inner);
        status.turn = self.state.turn();
        status.connected = self.wire.is_connected();
    }

    /// An answer that the conversation no longer holds is over.
    fn drop_answers(&mut self) {
        let held = self.state.answering();
        let over: Vec<Stamp> = self
            .answers
            .keys()
            .copied()
            .filter(|stamp| Some(*stamp) != held)
            .collect();
        for stamp in over {
            let Some(answering) = self.answers.remove(&stamp) else {
                continue;
            };
            answering.cancel.cancel();
            if answering.asked
                && let Some(measured) = self.measure.take()
            {
                self.counts.turns += 1;
                let number = self.counts.turns;
                self.note(Note::Measured { number, measured });
            }
        }
    }

    fn note(&self, note: Note) {
        if let Some(notes) = &self.notes {
            // The task that writes them ends after this one.
            let _ = notes.send(note);
        }
    }

    /// Ends the session; what is under way is cut off and kept as far as it was heard.
    fn end(&mut self, reason: &'static str, code: Option<CloseCode>) {
        if self.ending.is_none() {
            self.ending = Some(Ending {
                reason,
                code,
                done: None,
            });
            self.happen(Event::Closed);
        }
    }
}
