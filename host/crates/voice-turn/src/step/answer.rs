//! An answer is made, spoken and played, or cut off.

use super::Run;
use crate::action::Kept;
use crate::heard::Segment;
use crate::state::Answer;
use crate::{Action, Notice, Phase, Stamp, Why, WordEnd, split_heard};

impl Answer {
    /// Takes a report of the player: never back, never beyond what there is.
    pub(super) fn advance(&mut self, heard_ms: i64, now: i64) {
        self.heard_ms = heard_ms.clamp(self.heard_ms, self.sound_ms().max(self.heard_ms));
        self.progress = now;
    }
}

impl Run {
    fn new_answer(&mut self, question: String, speculative: bool) -> Stamp {
        let stamp = self.draw(self.state.turn);
        self.state.answer = Some(Answer {
            stamp,
            question,
            speculative,
            latest: self.now,
            filled: false,
            done: false,
            clarifies: false,
            why: Why::Complete,
            silent: false,
            segments: Vec::new(),
            voice_since: None,
            heard_ms: 0,
            progress: self.now,
        });
        stamp
    }

    pub(super) fn ask(&mut self, text: String, speculative: bool) {
        let answer = self.new_answer(text.clone(), speculative);
        self.act(Action::Ask {
            answer,
            text,
            speculative,
        });
    }

    /// The early answer is the right one: what it has is spoken.
    pub(super) fn confirm(&mut self) {
        let Some(answer) = self.state.answer.as_mut() else {
            return;
        };
        answer.speculative = false;
        let (stamp, count) = (answer.stamp, answer.segments.len());
        let empty = answer.done && count == 0;
        self.act(Action::Confirm { answer: stamp });
        for index in 0..count {
            self.say(index);
        }
        match empty {
            true => self.append_notice(Notice::NoAnswer),
            false => self.close_if_over(),
        }
    }

    /// Tells the user something instead of an answer.
    pub(super) fn announce(&mut self, notice: Notice) {
        self.listen();
        self.new_answer(String::new(), false);
        if let Some(answer) = self.state.answer.as_mut() {
            answer.done = true;
            answer.filled = true;
        }
        self.state.phase = Phase::Thinking;
        self.append_notice(notice);
    }

    fn append_notice(&mut self, notice: Notice) {
        self.notify(notice);
        if let Some(answer) = self.state.answer.as_mut() {
            answer.segments.push(Segment {
                notice: Some(notice),
                ..Segment::default()
            });
            let last = answer.segments.len() - 1;
            self.say(last);
        }
        self.close_if_over();
    }

    fn say(&mut self, index: usize) {
        let now = self.now;
        let Some(answer) = self.state.answer.as_mut().filter(|answer| !answer.silent) else {
            return;
        };
        if !answer.awaits_voice() {
            answer.voice_since = Some(now);
        }
        let stamp = answer.stamp;
        let (Some(segment), Ok(number)) = (answer.segments.get_mut(index), u16::try_from(index)) else {
            return;
        };
        segment.said = true;
        let action = match segment.notice {
            Some(notice) => Action::Announce {
                answer: stamp,
                segment: number,
                notice,
            },
            None => Action::Say {
                answer: stamp,
                segment: number,
                text: segment.text.clone(),
            },
        };
        self.act(action);
    }

    pub(super) fn sentence(&mut self, stamp: Stamp, text: String) {
        let now = self.now;
        let Some(answer) = self
            .state
            .answer
            .as_mut()
            .filter(|answer| answer.stamp == stamp && !answer.done)
        else {
            return;
        };
        answer.latest = now;
        if text.trim().is_empty() || answer.segments.len() >= usize::from(u16::MAX) {
            return;
        }
        answer.segments.push(Segment {
            text,
            ..Segment::default()
        });
        let (last, speculative) = (answer.segments.len() - 1, answer.speculative);
        if !speculative {
            self.say(last);
        }
    }

    pub(super) fn answered(&mut self, stamp: Stamp, clarifies: bool) {
        let Some(answer) = self
            .state
            .answer
            .as_mut()
            .filter(|answer| answer.stamp == stamp && !answer.done)
        else {
            return;
        };
        answer.done = true;
        answer.clarifies = clarifies;
        match answer.segments.is_empty() && !answer.speculative {
            true => self.append_notice(Notice::NoAnswer),
            false => self.close_if_over(),
        }
    }

    pub(super) fn sounded(&mut self, stamp: Stamp, segment: u16, ms: i64, words: Vec<WordEnd>) {
        let now = self.now;
        let Some(answer) = self.state.answer.as_mut().filter(|answer| answer.stamp == stamp) else {
            return;
        };
        let was_played_out = answer.heard_ms >= answer.sound_ms();
        let Some(known) = answer.segments.get_mut(usize::from(segment)) else {
            return;
        };
        if !known.said || known.ms.is_some() {
            return;
        }
        known.ms = Some(ms.max(0));
        known.words = words;
        answer.voice_since = Some(now);
        if was_played_out {
            answer.progress = now;
        }
        if self.state.phase == Phase::Thinking {
            self.state.phase = Phase::Speaking;
            self.state.first_sound.get_or_insert(now);
            // Nobody is talked over: whoever speaks already is heard first.
            if self.state.over.is_some() && self.state.voiced.is_some() {
                self.state.phase = Phase::Paused;
                self.act(Action::Pause { answer: stamp });
            }
        }
        self.close_if_over();
    }

    pub(super) fn played(&mut self, stamp: Stamp, heard_ms: i64) {
        let now = self.now;
        if let Some(answer) = self.state.answer.as_mut().filter(|answer| answer.stamp == stamp) {
            answer.advance(heard_ms, now);
            self.close_if_over();
        }
    }

    pub(super) fn model_failed(&mut self) {
        let Some(answer) = self.state.answer.as_mut() else {
            return;
        };
        let stamp = answer.stamp;
        if answer.speculative {
            self.cancel();
            return;
        }
        if answer.done {
            return;
        }
        answer.done = true;
        answer.why = Why::ModelFailed;
        let notice = match answer.segments.is_empty() {
            true => Notice::ModelFailed,
            false => Notice::AnswerBrokeOff,
        };
        self.act(Action::Cancel { answer: stamp });
        self.append_notice(notice);
    }

    pub(super) fn voice_failed(&mut self) {
        let Some(answer) = self.state.answer.as_mut().filter(|answer| !answer.silent) else {
            return;
        };
        answer.silent = true;
        if answer.why == Why::Complete {
            answer.why = Why::VoiceFailed;
        }
        self.notify(Notice::VoiceFailed);
        self.close_if_over();
    }

    /// The player did not say that it finished: what it said it played counts as heard.
    pub(super) fn playback_unreported(&mut self) {
        self.interrupt_answer(Why::Unreported);
        self.after_answer(false);
    }

    pub(super) fn close_if_over(&mut self) {
        let over = |answer: &Answer| !answer.speculative && answer.is_over();
        if !self.state.answer.as_ref().is_some_and(over) {
            return;
        }
        let spoken = self.spoken_lately();
        let Some(answer) = self.state.answer.take() else {
            return;
        };
        self.remember(&answer, answer.why);
        if !self.answer_ended_under_speech(spoken, answer.clarifies) {
            self.after_answer(answer.clarifies);
        }
    }

    fn after_answer(&mut self, clarifies: bool) {
        self.listen();
        if clarifies {
            self.state.phase = Phase::Clarifying;
        }
    }

    fn remember(&mut self, answer: &Answer, why: Why) {
        let (heard, unheard) = split_heard(&answer.segments, answer.heard_ms);
        if heard.is_empty() && unheard.is_empty() {
            return;
        }
        self.act(Action::Remember {
            answer: answer.stamp,
            kept: Kept { heard, unheard, why },
        });
    }

    /// Takes back an answer of which nothing was said.
    pub(super) fn cancel(&mut self) {
        if let Some(answer) = self.state.answer.take() {
            self.act(Action::Cancel { answer: answer.stamp });
        }
    }

    /// Cuts an answer off; the history keeps what was heard.
    pub(super) fn interrupt_answer(&mut self, why: Why) {
        let Some(answer) = self.state.answer.take() else {
            return;
        };
        if !answer.done {
            self.act(Action::Cancel { answer: answer.stamp });
        }
        self.act(Action::Flush { answer: answer.stamp });
        self.remember(&answer, why);
    }
}
