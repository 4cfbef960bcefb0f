//! What came of work that was begun.

use api_types::{Answer, AnswerEvent};
use speech::{VoiceStream, from_pcm16};
use voice_turn::vap::HostMessage;
use voice_turn::{Event, Part as Failing, Stamp};

use super::super::input::{Presence, Sounded, Worked};
use super::super::microphone::Window;
use super::super::phrases::Language;
use super::super::whose::Heard;
use super::super::wire::Part;
use super::super::words::{self, Line};
use super::{CloseCode, Session};
use crate::chat;
use crate::chat::ask::Begun;
use crate::edge::problem::Problem;

impl Session {
    pub(super) fn worked(&mut self, worked: Worked) {
        match worked {
            Worked::Windows(windows) => windows.into_iter().for_each(|window| self.window(window)),
            Worked::Partial { ear, text } => {
                if self.ears.was_read(ear)
                    && let Some(text) = text
                {
                    self.partial(ear, text);
                }
            }
            Worked::Caption { ear, text } => self.partial(ear, text),
            Worked::Sent { turn, row } => self.left(turn, row),
            Worked::Fell { stage, turn } => self.fell(stage, turn),
            Worked::Final { ear, review } => {
                self.ears.close(ear);
                self.measure.understood(self.now());
                let Some(Ok(review)) = review else {
                    if let Some(Err(error)) = review {
                        tracing::warn!(%error, "speech could not be recognised");
                    }
                    return self.failed(ear, Failing::Recognition);
                };
                let text = review.text.clone();
                self.reviews.insert(ear, review);
                self.wire.tell(HostMessage::Final {
                    turn: ear.turn,
                    text: text.clone(),
                    words: Vec::new(),
                });
                self.happen(Event::Final { ear, text });
            }
            Worked::Judged { ear, complete } => match complete {
                Some(probability) => {
                    let thousandths = (probability.clamp(0.0, 1.0) * 1_000.0) as u16;
                    self.happen(Event::Judged { ear, thousandths });
                }
                None => self.failed(ear, Failing::TurnDetection),
            },
            Worked::Begun { answer, begun } => self.begun(answer, begun),
            Worked::Answer { answer, events } => events.into_iter().for_each(|event| self.answer_event(answer, event)),
            Worked::Lost { answer } => self.failed(answer, Failing::Model),
            Worked::Sound(sounded) => self.sounded(sounded),
            Worked::Mute { answer } => self.failed(answer, Failing::Voice),
            Worked::Here(presence) => {
                self.checking = false;
                if presence == Presence::No {
                    self.end("signed_out", Some(CloseCode::NotSignedIn));
                }
            }
        }
    }

    fn partial(&mut self, ear: Stamp, text: String) {
        self.wire.mention(HostMessage::Partial {
            turn: ear.turn,
            text: text.clone(),
        });
        self.happen(Event::Partial { ear, text });
    }

    fn failed(&mut self, stamp: Stamp, part: Failing) {
        self.measure.fell_back();
        self.happen(Event::Failed { stamp, part });
    }

    fn window(&mut self, window: Window) {
        if window.again {
            self.ahead += VoiceStream::FRAME_MS;
        }
        match window.heard {
            Some(Heard::On) => {
                let now = self.now();
                self.voiced = Some(now);
                self.measure.voice_on(now);
                self.tell_voice(true);
                self.happen(Event::VoiceOn);
            }
            Some(Heard::Off) => {
                self.ears.pause(&self.understanding);
                self.voice_ended(Event::VoiceOff);
            }
            Some(Heard::Own) => self.voice_ended(Event::OwnVoice),
            None => self.happen(Event::Tick),
        }
    }

    pub(super) fn voice_ended(&mut self, how: Event) {
        if self.voiced.take().is_some() {
            self.measure.voice_off(self.now());
            self.tell_voice(false);
            self.happen(how);
        }
    }

    fn tell_voice(&mut self, speech: bool) {
        let samples = self.microphone.as_ref().map_or(0, |microphone| microphone.count());
        // It wraps as the numbers of frames do.
        let pts = samples as u32;
        self.wire.mention(HostMessage::Voice { speech, pts });
    }

    fn begun(&mut self, answer: Stamp, begun: Result<Begun, Problem>) {
        match begun {
            Ok(Begun { conversation, message }) => {
                if let Some(answering) = self.answers.get_mut(&answer) {
                    answering.message = Some(message.clone());
                }
                self.account(answer.turn, &message);
                self.wire.tell(HostMessage::Conversation {
                    conversation_id: conversation,
                    message_id: message,
                });
            }
            Err(problem) => {
                let body = problem.body();
                self.wire.tell(HostMessage::Notice {
                    code: "not_asked".into(),
                    text: body.detail.unwrap_or(body.title),
                });
                self.failed(answer, Failing::Model);
            }
        }
    }

    fn answer_event(&mut self, answer: Stamp, event: AnswerEvent) {
        let Some(answering) = self.answers.get_mut(&answer) else {
            return;
        };
        match event {
            AnswerEvent::State { .. } | AnswerEvent::Metadata(_) => {}
            AnswerEvent::Citation(citation) => {
                if citation.browser_check.is_some() {
                    answering.guarded.insert(citation.number);
                }
            }
            AnswerEvent::Sentence(sentence) => {
                let mut citations = sentence.citations.iter();
                let guarded = citations.any(|number| answering.guarded.contains(number));
                if guarded || answering.lines.len() >= words::SPOKEN {
                    answering.unsaid.add(&sentence);
                } else if let Some(line) = Line::of(&sentence.text) {
                    self.line(answer, line);
                }
            }
            AnswerEvent::Done { answer: whole, .. } => self.whole(answer, &whole),
            AnswerEvent::Error { .. } => self.failed(answer, Failing::Model),
        }
    }

    /// The whole answer is there: what was not said as it came.
    fn whole(&mut self, answer: Stamp, whole: &Answer) {
        let Some(answering) = self.answers.get(&answer) else {
            return;
        };
        let (said, unsaid) = (answering.lines.len(), answering.unsaid);
        let guarded = whole.citations.iter().any(|citation| citation.browser_check.is_some());
        match words::options(whole) {
            Some((question, choices)) if !guarded => {
                let labels = choices.iter().map(|choice| choice.label.clone()).collect();
                self.choices = choices;
                self.ask_back(answer, &question, (question.clone(), Language::English), labels);
            }
            _ => {
                let language = Language::of(chat::language::other_than_english(whole));
                self.conclude(answer, words::rest(whole, said, unsaid, language), false);
            }
        }
    }

    fn sounded(&mut self, sounded: Sounded) {
        let now = self.now();
        let Sounded {
            answer,
            utt,
            segment,
            pcm,
            whole,
            fell_back,
        } = sounded;
        if fell_back {
            self.measure.fell_back();
        }
        let rate = self.speaking.rate;
        let Some(answering) = self.answers.get_mut(&answer) else {
            return;
        };
        if let Some(microphone) = &self.microphone {
            microphone.said(utt, from_pcm16(&pcm));
        }
        if answering.filler == Some(utt) {
            let part = Part { utt, segment, time: 0 };
            self.wire.sound(part, &pcm, rate, now);
            let time = (pcm.len() / 2) as u32;
            self.wire.last(Part { time, ..part }, now);
            return self.wire.tell(HostMessage::SayEnd { utt });
        }
        let time = answering.samples;
        answering.samples = time.wrapping_add((pcm.len() / 2) as u32);
        self.wire.sound(Part { utt, segment, time }, &pcm, rate, now);
        self.measure.sound(now);
        if let Some((ms, words)) = whole {
            answering.sounded += 1;
            self.happen(Event::Sounded {
                answer,
                segment,
                ms,
                words,
            });
            self.close_sound(answer);
        }
    }
}
