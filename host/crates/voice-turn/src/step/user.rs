//! The user speaks: from the first voice to the question.

use super::Run;
use crate::state::Ear;
use crate::{Action, Interruption, Mode, Notice, Phase, Stamp, Why, classify};

/// From here on the speaker has probably finished.
const COMPLETE_FROM: u16 = 500;

impl Run {
    pub(super) fn voice_on(&mut self) {
        if self.state.mode == Mode::HandsFree && self.state.lost.is_none() && self.state.voiced.is_none() {
            self.state.voiced = Some(self.now);
            self.state.counted = false;
        }
    }

    pub(super) fn voice_off(&mut self) {
        if self.state.mode == Mode::HandsFree {
            self.quieten();
        }
    }

    /// The end of the current voice.
    pub(super) fn quieten(&mut self) {
        if let Some(since) = self.state.voiced.take() {
            self.state.voiced_ms += self.now - since;
            self.state.quiet = self.now;
        }
    }

    /// The voice has lasted long enough to be speech.
    pub(super) fn speech_started(&mut self) {
        self.state.counted = true;
        match self.state.phase {
            Phase::Listening | Phase::Clarifying => self.open_turn(),
            Phase::Ending if !self.state.committed => self.go_on(),
            // More of a spoken question belongs to it; beside a typed one it is another.
            Phase::Thinking => self.listen_over(self.state.turn + u32::from(self.state.heard.is_empty())),
            Phase::Speaking | Phase::Paused => self.speech_over_answer(),
            Phase::Hearing | Phase::Ending | Phase::Waiting | Phase::Ended => {}
        }
    }

    pub(super) fn open_turn(&mut self) {
        self.state.turn += 1;
        self.state.voiced_ms = 0;
        self.state.committed = false;
        self.state.heard.clear();
        self.open_ear();
    }

    /// The pause was none: the question goes on.
    fn go_on(&mut self) {
        if self.state.answer.is_some() {
            self.cancel();
        }
        self.open_ear();
    }

    fn open_ear(&mut self) {
        let ear = self.new_ear(self.state.turn);
        self.state.heard.push(ear);
        self.state.phase = Phase::Hearing;
    }

    pub(super) fn new_ear(&mut self, turn: u32) -> Ear {
        let stamp = self.draw(turn);
        self.act(Action::Listen { ear: stamp });
        Ear {
            stamp,
            opened: self.now,
            text: String::new(),
            spoken: None,
            reply: false,
            finishing: None,
            is_final: false,
            complete: None,
            failed: false,
        }
    }

    pub(super) fn pause_in_speech(&mut self) {
        self.state.phase = Phase::Ending;
        let now = self.now;
        let Some(ear) = self.state.heard.last_mut() else {
            self.listen();
            return;
        };
        let (stamp, failed, asked) = (ear.stamp, ear.failed, ear.finishing.is_some());
        ear.finishing.get_or_insert(now);
        if failed {
            return;
        }
        if !asked {
            self.act(Action::Finish { ear: stamp });
        }
        if !self.state.committed {
            self.act(Action::Judge { ear: stamp });
        }
    }

    pub(super) fn commit_early(&mut self) {
        match self.state.phase {
            Phase::Hearing => {
                self.state.committed = true;
                self.pause_in_speech();
            }
            Phase::Ending => self.state.committed = true,
            _ => {}
        }
    }

    pub(super) fn key_down(&mut self) {
        if self.state.mode != Mode::PushToTalk || self.state.lost.is_some() || self.state.voiced.is_some() {
            return;
        }
        match self.state.phase {
            Phase::Ending => {
                self.state.committed = false;
                self.go_on();
            }
            Phase::Hearing => {}
            _ => {
                self.interrupt_answer(Why::Interrupted);
                self.drop_over();
                self.open_turn();
            }
        }
        self.state.voiced = Some(self.now);
        self.state.counted = true;
    }

    pub(super) fn key_up(&mut self) {
        if self.state.mode == Mode::PushToTalk && self.state.voiced.is_some() {
            self.quieten();
            self.commit_early();
        }
    }

    pub(super) fn typed(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.drop_turn();
        self.interrupt_answer(Why::Interrupted);
        self.listen();
        self.state.turn += 1;
        self.ask(text.to_owned(), false);
        self.state.phase = Phase::Thinking;
    }

    pub(super) fn judged(&mut self, ear: Stamp, thousandths: u16) {
        let Some(last) = self.state.heard.last_mut().filter(|last| last.stamp == ear) else {
            return;
        };
        last.complete = Some(thousandths >= COMPLETE_FROM);
        self.speculate();
    }

    pub(super) fn understood(&mut self, ear: Stamp, text: String, is_final: bool) {
        if let Some(over) = self.state.over.as_mut().filter(|over| over.stamp == ear) {
            over.take_text(text, is_final);
            self.judge_over();
            return;
        }
        if !matches!(self.state.phase, Phase::Hearing | Phase::Ending) {
            return;
        }
        let Some(known) = self.state.heard.iter_mut().find(|known| known.stamp == ear) else {
            return;
        };
        known.take_text(text, is_final);
        self.speculate();
    }

    /// Begins to answer before the turn is surely over; a wrong guess is taken back without a trace.
    pub(super) fn speculate(&mut self) {
        let question = self.state.question();
        let outdated = self.state.answer.as_ref();
        if outdated.is_some_and(|answer| answer.speculative && !same_words(&answer.question, &question)) {
            self.cancel();
        }
        let short = |ear: &Ear| self.now - ear.opened < self.state.waits.speculate_below;
        let likely = self.state.heard.last().is_some_and(|ear| {
            ear.complete == Some(true) && classify(&ear.text, "") != Interruption::Stop && ear.spoken.is_none()
        });
        if self.state.phase == Phase::Ending
            && self.state.answer.is_none()
            && likely
            && self.state.heard.first().is_some_and(short)
            && !question.is_empty()
        {
            self.ask(question, true);
        }
    }

    /// The turn is over.
    pub(super) fn commit(&mut self) {
        let question = self.state.question();
        let (mut last, mut over, mut failed) = (Interruption::Nothing, false, false);
        if let Some(ear) = self.state.heard.last() {
            over = ear.spoken.is_some();
            failed = ear.failed;
            last = classify(&ear.text, ear.spoken.as_deref().unwrap_or_default());
        }
        let scrap = matches!(&self.state.heard[..], [ear] if over && !ear.reply && self.is_brief(ear));
        for mut ear in std::mem::take(&mut self.state.heard) {
            self.drop_ear(&ear);
            ear.is_final = true;
            self.state.heard.push(ear);
        }
        let listening_sound = over && matches!(last, Interruption::Backchannel | Interruption::Echo);
        if last == Interruption::Stop || listening_sound || scrap {
            self.drop_turn();
            if last == Interruption::Stop {
                self.notify(Notice::Stopped);
            }
            self.listen();
        } else if question.is_empty() {
            self.drop_turn();
            match (failed, self.state.voiced_ms >= self.state.waits.unheard) {
                (true, _) => self.announce(Notice::RecognitionFailed),
                (false, true) => self.announce(Notice::NotUnderstood),
                (false, false) => self.listen(),
            }
        } else {
            self.question_stands(question);
        }
    }

    fn question_stands(&mut self, question: String) {
        self.state.phase = Phase::Thinking;
        let guessed = self.state.answer.as_ref().map(|answer| answer.question.clone());
        match guessed {
            Some(guess) if same_words(&guess, &question) => self.confirm(),
            Some(_) => {
                self.cancel();
                self.ask(question, false);
            }
            None => self.ask(question, false),
        }
    }

    pub(super) fn recognition_failed(&mut self, stamp: Stamp) {
        if self.state.over.as_ref().is_some_and(|over| over.stamp == stamp) {
            self.state.over = None;
            self.resume();
            return;
        }
        if !matches!(self.state.phase, Phase::Hearing | Phase::Ending) {
            return;
        }
        let Some(ear) = self.state.heard.last_mut().filter(|ear| ear.stamp == stamp) else {
            return;
        };
        ear.failed = true;
        if self.state.question().is_empty() {
            self.drop_turn();
            self.announce(Notice::RecognitionFailed);
        }
    }

    pub(super) fn stopped(&mut self, heard_ms: i64) {
        if let Some(answer) = self.state.answer.as_mut() {
            answer.advance(heard_ms, self.now);
        }
        if matches!(
            self.state.phase,
            Phase::Listening | Phase::Clarifying | Phase::Waiting | Phase::Ended
        ) {
            return;
        }
        self.drop_turn();
        self.interrupt_answer(Why::Interrupted);
        self.notify(Notice::Stopped);
        self.listen();
    }
}

impl Ear {
    /// A partial text that comes after the final one is old.
    pub(super) fn take_text(&mut self, text: String, is_final: bool) {
        if is_final || !self.is_final {
            self.text = text;
            self.is_final |= is_final;
        }
    }
}

/// Whether two texts differ only in case and punctuation.
fn same_words(a: &str, b: &str) -> bool {
    let words = |text: &str| {
        let plain = text.to_lowercase();
        let parts: Vec<String> = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        parts
    };
    words(a) == words(b)
}
