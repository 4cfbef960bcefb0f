//! The user speaks over an answer: hold it, then cut it off or go on.

use super::Run;
use crate::heard::recent;
use crate::interruption::may_become_phrase;
use crate::state::Ear;
use crate::{Action, Interruption, Mode, Notice, Phase, Why, classify};

impl Run {
    pub(super) fn listen_over(&mut self, turn: u32) {
        self.drop_over();
        let ear = self.new_ear(turn);
        self.state.over = Some(ear);
    }

    pub(super) fn speech_over_answer(&mut self) {
        self.listen_over(self.state.turn + 1);
        let Some(stamp) = self.state.answering() else {
            return;
        };
        if self.state.phase == Phase::Speaking && !self.state.guarded(self.now) {
            self.act(Action::Pause { answer: stamp });
            self.state.phase = Phase::Paused;
        }
    }

    /// What the answer said in the last seconds.
    pub(super) fn spoken_lately(&self) -> String {
        self.state.answer.as_ref().map_or_else(String::new, |answer| {
            recent(&answer.segments, answer.heard_ms, self.state.waits.echo)
        })
    }

    pub(super) fn judge_over(&mut self) {
        let Some(ear) = &self.state.over else {
            return;
        };
        let is_final = ear.is_final;
        let mut meant = classify(&ear.text, &self.spoken_lately());
        if meant == Interruption::Speech && self.is_brief(ear) {
            meant = Interruption::Nothing;
        }
        if meant == Interruption::Speech && !is_final && may_become_phrase(&ear.text) {
            return;
        }
        if meant.interrupts() {
            self.interrupt();
            return;
        }
        if is_final {
            self.state.over = None;
        }
        if is_final || meant != Interruption::Nothing {
            self.resume();
        }
    }

    /// Whether the voice of what began over an answer was too short for words.
    pub(super) fn is_brief(&self, ear: &Ear) -> bool {
        // Its text may come long after its voice, and with another voice meanwhile.
        let until = match ear.finishing {
            Some(at) => at - self.state.waits.speech_stop,
            None => self.state.voiced.map_or(self.state.quiet, |_| self.now),
        };
        until - ear.opened + self.state.waits.hold < self.state.waits.interrupt_words
    }

    /// What was taken for a voice is none: what came of it is forgotten.
    pub(super) fn own_voice(&mut self) {
        let Some(since) = self.state.voiced.filter(|_| self.state.mode == Mode::HandsFree) else {
            return;
        };
        self.state.voiced = None;
        self.state.quiet = self.now;
        let came_of_it = |ear: &Ear| ear.opened >= since;
        if self.state.over.as_ref().is_some_and(came_of_it) {
            self.over_without_text();
        } else if self.state.phase == Phase::Hearing && self.state.heard.iter().all(came_of_it) {
            self.drop_turn();
            self.listen();
        }
    }

    /// Quiet again: the last word on what was said.
    pub(super) fn pause_over_answer(&mut self) {
        let now = self.now;
        let ear = self.state.over.as_mut().map(|ear| {
            ear.finishing = Some(now);
            ear.stamp
        });
        if let Some(ear) = ear {
            self.act(Action::Finish { ear });
        }
    }

    pub(super) fn over_without_text(&mut self) {
        self.drop_over();
        self.resume();
    }

    /// It was no interruption.
    pub(super) fn resume(&mut self) {
        if self.state.phase != Phase::Paused {
            return;
        }
        self.state.phase = Phase::Speaking;
        let now = self.now;
        let stamp = self.state.answer.as_mut().map(|answer| {
            answer.progress = now;
            answer.stamp
        });
        if let Some(answer) = stamp {
            self.act(Action::Resume { answer });
        }
    }

    /// It was one. What the user says before anything of the answer was heard belongs to the question.
    pub(super) fn interrupt(&mut self) {
        let Some(mut ear) = self.state.over.take() else {
            return;
        };
        let unheard = self.state.answer.as_ref().is_none_or(|answer| answer.heard_ms == 0);
        if unheard && !self.state.heard.is_empty() && ear.stamp.turn == self.state.turn {
            self.interrupt_answer(Why::Interrupted);
        } else {
            ear.spoken = Some(self.spoken_lately());
            self.interrupt_answer(Why::Interrupted);
            self.state.heard.clear();
            self.state.turn = ear.stamp.turn.max(self.state.turn + 1);
            self.state.voiced_ms = 0;
        }
        self.hear_on(ear);
    }

    /// Speech that began over an answer becomes the question that is being spoken.
    pub(super) fn hear_on(&mut self, ear: Ear) {
        let stamp = ear.stamp;
        let finishing = ear.finishing.is_some();
        self.state.committed = false;
        self.state.heard.push(ear);
        self.state.phase = Phase::Hearing;
        if finishing {
            self.state.phase = Phase::Ending;
            self.act(Action::Judge { ear: stamp });
        }
    }

    /// The answer ended while somebody spoke over it.
    pub(super) fn answer_ended_under_speech(&mut self, spoken: String, clarifies: bool) -> bool {
        let Some(mut ear) = self.state.over.take() else {
            return false;
        };
        let meant = classify(&ear.text, &spoken);
        if matches!(meant, Interruption::Backchannel | Interruption::Echo) && self.state.voiced.is_none() {
            self.drop_ear(&ear);
            return false;
        }
        if meant == Interruption::Stop {
            self.drop_ear(&ear);
            self.notify(Notice::Stopped);
            return false;
        }
        ear.spoken = Some(spoken);
        ear.reply = clarifies;
        self.state.heard.clear();
        self.state.turn = ear.stamp.turn.max(self.state.turn + 1);
        self.state.voiced_ms = 0;
        self.hear_on(ear);
        true
    }
}
