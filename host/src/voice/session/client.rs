//! What the client says: sound, and control messages.

use speech::from_pcm16;
use voice_turn::vap::{
    BargeSource, ClientMessage, CloseCode, Codec, Frame, HostMessage, Kind, Message, ModeName, Received, read_client,
};
use voice_turn::{Event, Mode};

use super::Session;

/// How often the client hears what of its sound has arrived.
const ACKNOWLEDGE_MS: i64 = 500;
/// Samples of 16 kHz in a millisecond.
const PER_MS: usize = speech::RATE as usize / 1_000;

impl Session {
    pub(super) fn said(&mut self, message: Message) {
        match message {
            Message::Binary(bytes) => match Frame::decode(&bytes) {
                Ok(frame) => self.frame(&frame),
                Err(error) => self.refuse(&error.to_string()),
            },
            Message::Text(text) => {
                if !self.pace.message(self.now()) {
                    return self.too_fast();
                }
                match read_client(&text) {
                    Ok(envelope) => self.control(envelope.message),
                    Err(error) => self.refuse(&error.to_string()),
                }
            }
        }
    }

    /// What cannot be read ends the session: from here on nobody knows what was meant.
    fn refuse(&mut self, why: &str) {
        tracing::info!(session = self.id, why, "a voice client sent what cannot be read");
        self.wire.tell(HostMessage::Error {
            code: "bad_message".into(),
            fatal: true,
        });
        self.end("bad_message", Some(CloseCode::BadMessage));
    }

    fn too_fast(&mut self) {
        self.wire.tell(HostMessage::Error {
            code: "rate".into(),
            fatal: false,
        });
        self.wire.close(Some(CloseCode::TooFast));
    }

    fn frame(&mut self, frame: &Frame) {
        if frame.kind == Kind::Speech || frame.codec != Codec::Pcm16 {
            return self.refuse("a frame that is no sound of a microphone in 16-bit samples");
        }
        let again = frame.kind == Kind::MicrophoneAgain;
        let ms = (frame.audio.len() / 2 / PER_MS) as i64;
        if !again && !self.pace.frame(ms, self.now()) {
            return self.too_fast();
        }
        if self.inbox.receive(frame.number) == Received::Old {
            return;
        }
        self.acknowledge_sound();
        if self.state.mode() != Mode::Muted {
            self.listen_to(&from_pcm16(&frame.audio), again);
        }
    }

    fn acknowledge_sound(&mut self) {
        let now = self.now();
        if now - self.acknowledged >= ACKNOWLEDGE_MS
            && let Some(up_seq) = self.inbox.last()
        {
            self.acknowledged = now;
            self.wire.mention(HostMessage::Ack { up_seq });
        }
    }

    fn listen_to(&mut self, samples: &[f32], again: bool) {
        let now = self.now();
        let Some(microphone) = &mut self.microphone else { return };
        if !microphone.push(samples, again) {
            self.counts.errors += 1;
        }
        if self.ears.push(samples, &self.understanding) {
            microphone.take();
        }
        if let Some(last) = &mut self.voiced {
            *last = now;
        }
    }

    fn control(&mut self, message: ClientMessage) {
        match message {
            // Said once, at the beginning of a connection.
            ClientMessage::Hello { .. } => self.refuse("a second hello"),
            ClientMessage::ModeSet { mode } => {
                self.voiced = None;
                self.happen(Event::ModeSet(match mode {
                    ModeName::HandsFree => Mode::HandsFree,
                    ModeName::PushToTalk => Mode::PushToTalk,
                    ModeName::Muted => Mode::Muted,
                }));
                if let Some(microphone) = &self.microphone {
                    microphone.forget();
                }
            }
            ClientMessage::KeyDown => {
                self.measure.voice_on(self.now());
                self.happen(Event::KeyDown);
            }
            ClientMessage::KeyUp => {
                self.measure.voice_off(self.now());
                self.happen(Event::KeyUp);
            }
            ClientMessage::TurnCommit => self.happen(Event::Committed),
            ClientMessage::TextInput { text } => self.typed(text),
            ClientMessage::HeardCorrect { text, .. } => {
                self.choices.clear();
                self.typed(text);
            }
            ClientMessage::Settings { speed, pause_ms } => {
                if let Some(speed) = speed {
                    self.speed = speed as f32;
                }
                if let Some(ms) = pause_ms {
                    self.state.set_pause(ms);
                }
            }
            ClientMessage::PlaybackStarted { utt } => {
                if self.answer_of(utt).is_some() {
                    self.measure.playing(self.now());
                }
            }
            ClientMessage::PlaybackProgress { utt, heard_ms, .. } | ClientMessage::PlaybackDone { utt, heard_ms } => {
                self.played(utt, heard_ms);
            }
            ClientMessage::Barge { utt, heard_ms, source } => match source {
                // The page has become quieter by itself; whether it was an interruption is heard here.
                BargeSource::ClientVad => self.played(utt, heard_ms),
                BargeSource::Button | BargeSource::Key => {
                    self.measure.voice_on(self.now());
                    self.happen(Event::Stopped { heard_ms });
                }
            },
            ClientMessage::Ack { down_seq } => self.wire.acknowledge(down_seq),
            // No tool that changes anything is used by voice.
            ClientMessage::ToolConfirm { .. } | ClientMessage::Stats { .. } => {}
            ClientMessage::Bye => self.end("closed", None),
        }
    }

    fn played(&mut self, utt: u16, heard_ms: i64) {
        let Some(answer) = self.answer_of(utt) else { return };
        if let Some(answering) = self.answers.get_mut(&answer) {
            answering.heard_ms = answering.heard_ms.max(heard_ms);
        }
        self.happen(Event::Played { answer, heard_ms });
    }
}
