//! Does what the turns decide.

use voice_turn::vap::{CloseCode, HostMessage};
use voice_turn::{Action, End, Kept, Notice, Phase, Stamp, Why};

use super::super::ears;
use super::super::mouth::{Mouth, Saying};
use super::super::notes::Note;
use super::super::wire::Part;
use super::super::words::{self, Line};
use super::Session;
use super::answering::Answering;
use crate::chat;

impl Session {
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Listen { ear } => self.listen(ear),
            Action::Finish { ear } => {
                self.measure.finishing(self.now());
                self.ears.finish(ear, &self.understanding);
            }
            Action::Judge { ear } => {
                if let Some(microphone) = &self.microphone {
                    ears::judge(self.understanding.clone(), ear, microphone.since(self.turn_from.1));
                }
            }
            Action::Drop { ear } => {
                self.ears.close(ear);
                self.reviews.remove(&ear);
            }
            Action::Ask {
                answer,
                text,
                speculative,
            } => {
                self.open(answer, text);
                // A guess is kept until it is known to be right: a question that was never meant must leave no row.
                if !speculative {
                    self.question(answer);
                }
            }
            Action::Confirm { answer } => self.question(answer),
            Action::Cancel { answer } => {
                if let Some(answering) = self.answers.get(&answer) {
                    answering.cancel.cancel();
                }
            }
            Action::Say { answer, segment, text } => self.say(answer, segment, text),
            Action::Announce {
                answer,
                segment,
                notice,
            } => self.announce(answer, segment, notice),
            Action::Filler { answer } => self.filler(answer),
            Action::Pause { answer } => {
                self.measure.hushed(self.now());
                self.on_sound(answer, |utt| HostMessage::AudioPause { utt });
                self.microphone.iter().for_each(|microphone| microphone.held(true));
            }
            Action::Resume { answer } => {
                self.measure.went_on();
                self.on_sound(answer, |utt| HostMessage::AudioResume { utt });
                self.microphone.iter().for_each(|microphone| microphone.held(false));
            }
            Action::Flush { answer } => self.flush(answer),
            // What had not arrived was sent again with the welcome.
            Action::Replay { .. } => {}
            Action::Remember { answer, kept } => self.remember(answer, &kept),
            Action::Notify(notice) => self.notify(notice),
            Action::Show(phase) => self.show(phase),
            Action::End(end) => {
                let (reason, code) = match end {
                    End::Closed => ("closed", None),
                    End::ConnectionLost => ("connection_lost", None),
                    End::Idle => ("idle", Some(CloseCode::Idle)),
                };
                self.end(reason, code);
            }
        }
    }

    fn listen(&mut self, ear: Stamp) {
        let Some(microphone) = &mut self.microphone else { return };
        if self.turn_from.0 != ear.turn {
            self.turn_from = (ear.turn, microphone.began());
        }
        self.ears.open(ear, &microphone.before(), &self.understanding);
        microphone.take();
    }

    /// Holds an answer that is to come.
    fn open(&mut self, answer: Stamp, question: String) {
        let utt = self.next_utterance();
        self.answers.insert(answer, Answering::new(utt, question));
    }

    /// 0 is the microphone's.
    fn next_utterance(&mut self) -> u16 {
        self.utterances = self.utterances.checked_add(1).unwrap_or(1);
        self.utterances
    }

    pub(super) fn answer_of(&self, utt: u16) -> Option<Stamp> {
        let mut answers = self.answers.iter();
        answers.find(|(_, one)| one.utt == utt).map(|(stamp, _)| *stamp)
    }

    fn say(&mut self, answer: Stamp, segment: u16, text: String) {
        let lines = self
            .answers
            .get(&answer)
            .map(|one| one.lines.as_slice())
            .unwrap_or_default();
        let display = lines
            .get(usize::from(segment))
            .map_or_else(|| text.clone(), |line| line.shown.clone());
        self.measure.sentence(self.now());
        self.speak(answer, segment, text, display);
    }

    fn announce(&mut self, answer: Stamp, segment: u16, notice: Notice) {
        if !self.answers.contains_key(&answer) {
            self.open(answer, String::new());
            if let Some(answering) = self.answers.get_mut(&answer) {
                answering.kind = "notice";
            }
        }
        if let Some(answering) = self.answers.get_mut(&answer) {
            answering.complete = true;
        }
        if let Some(Line { spoken, shown }) = Line::of(words::notice(notice).1) {
            self.speak(answer, segment, spoken, shown);
        }
    }

    fn speak(&mut self, answer: Stamp, segment: u16, text: String, display: String) {
        let speed = self.speed;
        let Some(answering) = self.answers.get_mut(&answer) else {
            return;
        };
        let utt = answering.utt;
        if !std::mem::replace(&mut answering.opened, true) {
            self.wire.tell(HostMessage::SayBegin {
                utt,
                turn: answer.turn,
                kind: answering.kind.to_owned(),
            });
        }
        self.wire.tell(HostMessage::SaySegment {
            utt,
            segment,
            text: text.clone(),
            display,
            audio_ms: None,
        });
        answering.said += 1;
        if let Some(mouth) = self.mouth(answer) {
            mouth.say(Saying { segment, text, speed });
        }
    }

    /// Who speaks an answer; where a vendor does, it is called before there is anything to say.
    pub(super) fn mouth(&mut self, answer: Stamp) -> Option<&mut Mouth> {
        let answering = self.answers.get_mut(&answer)?;
        let open = || {
            let message = answering.message.clone();
            Mouth::open(self.speaking.clone(), answer, answering.utt, self.speed, message)
        };
        Some(answering.mouth.get_or_insert_with(open))
    }

    /// Says that it takes a moment, as an utterance of its own: it is no part of what is heard of the answer.
    fn filler(&mut self, answer: Stamp) {
        if !self.answers.contains_key(&answer) {
            return;
        }
        let utt = self.next_utterance();
        self.wire.tell(HostMessage::SayBegin {
            utt,
            turn: answer.turn,
            kind: "filler".into(),
        });
        self.wire.tell(HostMessage::SaySegment {
            utt,
            segment: 0,
            text: words::FILLER.into(),
            display: words::FILLER.into(),
            audio_ms: None,
        });
        if let Some(answering) = self.answers.get_mut(&answer) {
            answering.filler = Some(utt);
            let filler = Mouth::open(
                self.speaking.clone(),
                answer,
                utt,
                self.speed,
                answering.message.clone(),
            );
            filler.say(Saying {
                segment: 0,
                text: words::FILLER.to_owned(),
                speed: self.speed,
            });
            answering.murmur = Some(filler);
        }
    }

    /// Tells the client something about the sound of an answer, where there is any.
    fn on_sound(&mut self, answer: Stamp, message: impl Fn(u16) -> HostMessage) {
        let Some(answering) = self.answers.get(&answer) else {
            return;
        };
        let own = answering.opened.then_some(answering.utt);
        for utt in answering.filler.into_iter().chain(own) {
            self.wire.tell(message(utt));
        }
    }

    fn flush(&mut self, answer: Stamp) {
        self.measure.hushed(self.now());
        self.on_sound(answer, |utt| HostMessage::AudioFlush { utt });
        if let Some(answering) = self.answers.get_mut(&answer) {
            answering.mouth = None;
            answering.murmur = None;
            for utt in answering.filler.into_iter().chain([answering.utt]) {
                self.wire.forget(utt);
            }
        }
    }

    fn remember(&mut self, answer: Stamp, kept: &Kept) {
        let cut_off = matches!(kept.why, Why::Interrupted | Why::SessionEnded);
        let Some(answering) = self
            .answers
            .get(&answer)
            .filter(|_| cut_off && !kept.unheard.is_empty())
        else {
            return;
        };
        if kept.why == Why::Interrupted {
            self.counts.bargeins += 1;
        }
        let heard_ms = answering.heard_ms;
        let message = answering.message.clone();
        let heard = words::heard(&answering.lines, kept);
        self.wire.tell(HostMessage::SayTruncated {
            utt: answering.utt,
            heard_text: kept.heard.clone(),
            unheard_text: kept.unheard.clone(),
            heard_ms,
        });
        let Some(message) = message else { return };
        let (app, caller) = (self.app.clone(), self.caller.clone());
        tokio::spawn(async move {
            if let Err(problem) = chat::heard::keep(&app, &caller, &message, &heard, heard_ms).await {
                tracing::error!(status = %problem.status(), "what was heard of an answer could not be kept");
            }
        });
    }

    fn notify(&mut self, notice: Notice) {
        let failed = !matches!(notice, Notice::NotUnderstood | Notice::NoAnswer | Notice::Stopped);
        self.counts.errors += i64::from(failed);
        let (code, text) = words::notice(notice);
        self.wire.tell(HostMessage::Notice {
            code: code.to_owned(),
            text: text.to_owned(),
        });
    }

    fn show(&mut self, phase: Phase) {
        let (now, to) = (self.now(), words::phase(phase));
        let turn = self.state.turn();
        let from = {
            let mut status = self
                .handle
                .status
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            status.since = tokio::time::Instant::now();
            std::mem::replace(&mut status.state, to)
        };
        self.wire.tell(HostMessage::TurnState {
            turn,
            state: to.to_owned(),
        });
        let after_ms = now - std::mem::replace(&mut self.changed, now);
        self.note(Note::Changed {
            turn,
            from,
            to,
            after_ms,
        });
        if let Some(microphone) = &self.microphone
            && !matches!(phase, Phase::Thinking | Phase::Speaking | Phase::Paused)
        {
            microphone.played();
        }
        // What was said before belongs to no question any more.
        if phase == Phase::Listening {
            self.reviews.clear();
        }
    }

    /// The last of an answer's sound was sent.
    pub(super) fn close_sound(&mut self, answer: Stamp) {
        let now = self.now();
        let Some(answering) = self.answers.get_mut(&answer).filter(|one| one.is_sent() && !one.closed) else {
            return;
        };
        answering.closed = true;
        let part = Part {
            utt: answering.utt,
            segment: u16::try_from(answering.said.saturating_sub(1)).unwrap_or(u16::MAX),
            time: answering.samples,
        };
        self.wire.last(part, now);
        self.wire.tell(HostMessage::SayEnd { utt: part.utt });
    }
}
