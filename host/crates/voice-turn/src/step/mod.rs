//! One step of a conversation: what happened, and when, in; what to do next out.
//!
//! Fence: whatever is begun carries a fresh [`Stamp`], and a result is looked at only while the state still holds its
//! stamp. So nothing that was cancelled can act, however late it answers.

mod answer;
mod over;
mod timers;
mod user;

use crate::state::Ear;
use crate::{Action, End, Event, Mode, Notice, Part, Phase, Stamp, State, Why};

/// Timers that may fire in one step; each moves or removes itself, so more would be a mistake of this crate.
const MOST_FIRED: usize = 32;

/// Moves a conversation on. Timers that are due run first, so an owner that wakes late loses nothing.
///
/// `now` is in milliseconds of a clock that never goes back.
pub fn step(state: State, event: Event, now: i64) -> (State, Vec<Action>) {
    let before = state.phase;
    let mut run = Run {
        state,
        now,
        actions: Vec::new(),
    };
    run.due();
    if run.state.phase != Phase::Ended {
        run.take(event);
        run.due();
    }
    if run.state.phase != before {
        let end = run.actions.iter().position(|action| matches!(action, Action::End(_)));
        let last = end.unwrap_or(run.actions.len());
        run.actions.insert(last, Action::Show(run.state.phase));
    }
    (run.state, run.actions)
}

struct Run {
    state: State,
    now: i64,
    actions: Vec<Action>,
}

impl Run {
    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    fn draw(&mut self, turn: u32) -> Stamp {
        self.state.generation += 1;
        Stamp {
            turn,
            generation: self.state.generation,
        }
    }

    fn due(&mut self) {
        for _ in 0..MOST_FIRED {
            match self.state.next_timer() {
                Some((at, timer)) if at <= self.now => self.fire(timer),
                _ => return,
            }
        }
    }

    fn take(&mut self, event: Event) {
        if event != Event::Tick {
            self.state.active = self.now;
        }
        if self.state.phase == Phase::Waiting && !matches!(event, Event::Connected | Event::Closed | Event::ModeSet(_))
        {
            return;
        }
        match event {
            Event::Tick => {}
            Event::Connected => {
                if self.state.phase == Phase::Waiting {
                    self.state.phase = Phase::Listening;
                }
            }
            Event::Disconnected => self.disconnected(),
            Event::Reconnected { heard_ms } => self.reconnected(heard_ms),
            Event::Closed => self.end(End::Closed),
            Event::ModeSet(mode) => self.mode_set(mode),
            Event::KeyDown => self.key_down(),
            Event::KeyUp => self.key_up(),
            Event::Committed => self.commit_early(),
            Event::Typed(text) => self.typed(&text),
            Event::Stopped { heard_ms } => self.stopped(heard_ms),
            Event::VoiceOn => self.voice_on(),
            Event::VoiceOff => self.voice_off(),
            Event::OwnVoice => self.own_voice(),
            Event::Judged { ear, thousandths } => self.judged(ear, thousandths),
            Event::Partial { ear, text } => self.understood(ear, text, false),
            Event::Final { ear, text } => self.understood(ear, text, true),
            Event::Sentence { answer, text } => self.sentence(answer, text),
            Event::Answered { answer, clarifies } => self.answered(answer, clarifies),
            Event::Sounded {
                answer,
                segment,
                ms,
                words,
            } => self.sounded(answer, segment, ms, words),
            Event::Played { answer, heard_ms } => self.played(answer, heard_ms),
            Event::Failed { stamp, part } => self.failed(stamp, part),
        }
    }

    fn disconnected(&mut self) {
        if self.state.lost.is_none() {
            self.quieten();
            self.state.lost = Some(self.now);
        }
    }

    fn reconnected(&mut self, heard_ms: i64) {
        if self.state.lost.take().is_none() {
            return;
        }
        self.state.quiet = self.now;
        let now = self.now;
        let Some(answer) = self.state.answer.as_mut().filter(|answer| !answer.speculative) else {
            return;
        };
        answer.advance(heard_ms, now);
        let (stamp, from_ms) = (answer.stamp, answer.heard_ms);
        if answer.sound_ms() > from_ms {
            self.act(Action::Replay { answer: stamp, from_ms });
        }
        self.close_if_over();
    }

    fn mode_set(&mut self, mode: Mode) {
        self.quieten();
        self.state.mode = mode;
        if mode == Mode::Muted && matches!(self.state.phase, Phase::Hearing | Phase::Ending) {
            self.drop_turn();
            self.listen();
        }
    }

    fn failed(&mut self, stamp: Stamp, part: Part) {
        let is_answer = self.state.answering() == Some(stamp);
        match part {
            Part::Recognition => self.recognition_failed(stamp),
            // Without its judgement the longest pause decides.
            Part::TurnDetection => self.judged(stamp, 0),
            Part::Model if is_answer => self.model_failed(),
            Part::Voice if is_answer => self.voice_failed(),
            Part::Model | Part::Voice => {}
        }
    }

    /// Back to silence, ready to hear. Voice that still goes on counts as new.
    fn listen(&mut self) {
        self.state.phase = Phase::Listening;
        self.state.heard.clear();
        self.drop_over();
        self.state.committed = false;
        self.state.counted = false;
        self.state.active = self.now;
    }

    /// Forgets what the user is saying, with an answer begun ahead of its end.
    fn drop_turn(&mut self) {
        for ear in std::mem::take(&mut self.state.heard) {
            self.drop_ear(&ear);
        }
        if self.state.answer.as_ref().is_some_and(|answer| answer.speculative) {
            self.cancel();
        }
        self.state.committed = false;
    }

    fn drop_over(&mut self) {
        if let Some(ear) = self.state.over.take() {
            self.drop_ear(&ear);
        }
    }

    fn drop_ear(&mut self, ear: &Ear) {
        if !ear.is_final && !ear.failed {
            self.act(Action::Drop { ear: ear.stamp });
        }
    }

    fn end(&mut self, end: End) {
        self.drop_turn();
        self.drop_over();
        self.interrupt_answer(Why::SessionEnded);
        self.state.phase = Phase::Ended;
        self.act(Action::End(end));
    }

    fn notify(&mut self, notice: Notice) {
        self.act(Action::Notify(notice));
    }
}
