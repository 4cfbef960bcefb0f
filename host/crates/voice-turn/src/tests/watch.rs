//! What must hold of every conversation, watched action by action.

use std::collections::HashSet;

use crate::{Action, Notice, Phase, Stamp};

#[derive(Default)]
pub struct Watch {
    ended: HashSet<Stamp>,
    /// The answer that is being made.
    live: Option<Stamp>,
    /// Answers that the model was told to stop; what they had may still be said.
    cancelled: HashSet<Stamp>,
    latest: u32,
    /// A question that was put and has no outcome yet.
    owed: Option<Stamp>,
    closed: bool,
}

impl Watch {
    pub fn see(&mut self, actions: &[Action]) {
        for action in actions {
            assert!(!self.closed, "{action:?} after the end");
            if let Some(stamp) = action.starts() {
                assert!(!self.ended.contains(&stamp), "{action:?} of what was ended");
            }
            self.take(action);
        }
    }

    fn take(&mut self, action: &Action) {
        match action {
            Action::Listen { ear } => self.fresh(*ear),
            Action::Ask {
                answer, speculative, ..
            } => {
                let held = self.live.filter(|live| !self.cancelled.contains(live));
                assert_eq!(held, None, "two answers at once");
                self.fresh(*answer);
                self.live = Some(*answer);
                if !speculative {
                    self.owed = Some(*answer);
                }
            }
            // The last of its answer: nothing has to end it before another begins.
            Action::Announce { answer, .. } => {
                if self.live != Some(*answer) {
                    let held = self.live.filter(|live| !self.cancelled.contains(live));
                    assert_eq!(held, None, "two answers at once");
                    self.fresh(*answer);
                    self.live = Some(*answer);
                }
                self.cancelled.insert(*answer);
            }
            Action::Confirm { answer } => {
                assert_eq!(self.live, Some(*answer));
                self.owed = Some(*answer);
            }
            Action::Say { answer, .. }
            | Action::Filler { answer }
            | Action::Pause { answer }
            | Action::Resume { answer }
            | Action::Replay { answer, .. } => assert_eq!(self.live, Some(*answer), "{action:?}"),
            Action::Cancel { answer } => {
                self.cancelled.insert(*answer);
                self.owed = self.owed.filter(|owed| owed != answer);
            }
            Action::Flush { answer } => self.gone(*answer),
            Action::Drop { ear } => {
                self.ended.insert(*ear);
            }
            Action::Remember { answer, .. } => {
                self.gone(*answer);
                self.owed = None;
            }
            // The model is done and had nothing to say: nothing has to end it either.
            Action::Notify(Notice::NoAnswer) => {
                self.owed = None;
                self.cancelled.extend(self.live);
            }
            Action::Notify(_) => self.owed = None,
            // The user went on speaking: the same question is put again, or another.
            Action::Show(Phase::Hearing | Phase::Ending | Phase::Thinking) => {}
            Action::Show(phase @ (Phase::Listening | Phase::Clarifying)) => {
                assert_eq!(self.owed, None, "{phase:?} without an outcome");
                self.live = None;
            }
            Action::End(_) => self.closed = true,
            Action::Finish { .. } | Action::Judge { .. } | Action::Show(_) => {}
        }
    }

    fn fresh(&mut self, stamp: Stamp) {
        assert!(stamp.generation > self.latest, "{stamp:?} is not new");
        self.latest = stamp.generation;
    }

    fn gone(&mut self, stamp: Stamp) {
        if self.live == Some(stamp) {
            self.live = None;
        }
        self.ended.insert(stamp);
        self.owed = self.owed.filter(|owed| *owed != stamp);
    }
}
