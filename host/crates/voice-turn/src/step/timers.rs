//! When the conversation moves on by itself.

use super::Run;
use crate::{Action, End, Interruption, Mode, Phase, State, classify};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    SpeechStart,
    SpeechStop,
    LongestSpeech,
    TurnEnd,
    Filler,
    Model,
    Voice,
    Playback,
    OverStop,
    OverFinal,
    InterruptVoiced,
    Resume,
    Reconnect,
    Idle,
}

impl State {
    /// When to call [`crate::step`] with [`crate::Event::Tick`] if nothing else happens before.
    pub fn deadline(&self) -> Option<i64> {
        self.next_timer().map(|(at, _)| at)
    }

    pub(super) fn next_timer(&self) -> Option<(i64, Timer)> {
        let mut timers = Vec::with_capacity(8);
        match self.phase {
            Phase::Ended => return None,
            Phase::Waiting => timers.push((self.active + self.waits.reconnect, Timer::Reconnect)),
            _ => {}
        }
        self.answer_timers(&mut timers);
        match self.lost {
            Some(lost) => timers.push((lost + self.waits.reconnect, Timer::Reconnect)),
            None => {
                self.user_timers(&mut timers);
                self.over_timers(&mut timers);
            }
        }
        timers.into_iter().min_by_key(|(at, _)| *at)
    }

    fn user_timers(&self, timers: &mut Vec<(i64, Timer)>) {
        let waits = &self.waits;
        if let Some(since) = self.voiced.filter(|_| !self.counted && self.mode == Mode::HandsFree) {
            let enough = match self.phase {
                Phase::Speaking => waits.hold,
                _ => waits.speech_start,
            };
            timers.push((since + enough, Timer::SpeechStart));
        }
        match self.phase {
            Phase::Hearing => {
                if let Some(first) = self.heard.first() {
                    timers.push((first.opened + waits.longest_speech, Timer::LongestSpeech));
                }
                if self.voiced.is_none() {
                    timers.push((self.quiet + waits.speech_stop, Timer::SpeechStop));
                }
            }
            Phase::Ending => timers.extend(self.turn_end().map(|at| (at, Timer::TurnEnd))),
            Phase::Listening | Phase::Clarifying if self.voiced.is_none() => {
                timers.push((self.active + waits.idle, Timer::Idle));
            }
            _ => {}
        }
    }

    /// When the turn is over: enough quiet, and its text is there or waited for long enough.
    fn turn_end(&self) -> Option<i64> {
        let ear = self.heard.last()?;
        let quiet = match (self.committed, self.voiced, ear.complete) {
            (true, ..) => i64::MIN,
            (_, Some(_), _) => return None,
            (_, None, Some(true)) => self.quiet + self.waits.turn_min,
            (_, None, _) => self.quiet + self.waits.turn_max,
        };
        let text = match ear.finishing {
            _ if ear.is_final || ear.failed => i64::MIN,
            Some(since) => since + self.waits.final_text,
            None => i64::MIN,
        };
        Some(quiet.max(text))
    }

    fn over_timers(&self, timers: &mut Vec<(i64, Timer)>) {
        let waits = &self.waits;
        if let Some(ear) = &self.over {
            match (ear.finishing, self.voiced) {
                (Some(since), _) => timers.push((since + waits.final_text, Timer::OverFinal)),
                (None, None) => timers.push((self.quiet + waits.speech_stop, Timer::OverStop)),
                (None, Some(_)) => {}
            }
        }
        if self.phase != Phase::Paused {
            return;
        }
        match self.voiced {
            None => timers.push((self.quiet + waits.resume, Timer::Resume)),
            Some(since)
                if self
                    .over
                    .as_ref()
                    .is_some_and(|ear| classify(&ear.text, "") == Interruption::Nothing) =>
            {
                timers.push((since + waits.interrupt_voiced, Timer::InterruptVoiced));
            }
            Some(_) => {}
        }
    }

    fn answer_timers(&self, timers: &mut Vec<(i64, Timer)>) {
        let waits = &self.waits;
        let Some(answer) = &self.answer else {
            return;
        };
        if !answer.done {
            timers.push((answer.latest + waits.model, Timer::Model));
            let idle = answer.segments.is_empty() && !answer.speculative && !answer.filled;
            if idle && self.lost.is_none() && self.over.is_none() {
                timers.push((answer.latest + waits.filler, Timer::Filler));
            }
        }
        if let Some(since) = answer.voice_since.filter(|_| answer.awaits_voice()) {
            timers.push((since + waits.voice, Timer::Voice));
        }
        let left = answer.sound_ms() - answer.heard_ms;
        if left > 0 && self.lost.is_none() && self.phase == Phase::Speaking {
            timers.push((answer.progress + left + waits.playback, Timer::Playback));
        }
    }
}

impl Run {
    pub(super) fn fire(&mut self, timer: Timer) {
        match timer {
            Timer::SpeechStart => self.speech_started(),
            Timer::SpeechStop => self.pause_in_speech(),
            Timer::LongestSpeech => self.commit_early(),
            Timer::TurnEnd => self.commit(),
            Timer::Filler => {
                let stamp = self.state.answer.as_mut().map(|answer| {
                    answer.filled = true;
                    answer.stamp
                });
                if let Some(answer) = stamp {
                    self.act(Action::Filler { answer });
                }
            }
            Timer::Model => self.model_failed(),
            Timer::Voice => self.voice_failed(),
            Timer::Playback => self.playback_unreported(),
            Timer::OverStop => self.pause_over_answer(),
            Timer::OverFinal => self.over_without_text(),
            Timer::InterruptVoiced => self.interrupt(),
            Timer::Resume => self.resume(),
            Timer::Reconnect => self.end(End::ConnectionLost),
            Timer::Idle => self.end(End::Idle),
        }
    }
}
