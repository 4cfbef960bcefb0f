//! The sound of a session: from the microphone to the host, from the host to the player, and what the user does about it.

use leptos::prelude::Set;
use voice_turn::vap::{BargeSource, ClientMessage, Codec, Flags, Frame, Kind, ModeName, Received};

use super::{
    audio::{Audio, Piece, Played, PlayedKind},
    ear::Heard,
    mouth::Sound,
    session::Session,
    sound::meter,
};
use crate::dom;

/// Frames between two looks of the meter: a sixteenth of a second.
const METER_FRAMES: u32 = 3;

impl Session {
    pub(super) fn with_audio(&self, act: impl FnOnce(&Audio)) {
        if let Some(audio) = self.audio.borrow().as_ref() {
            act(audio);
        }
    }

    fn sends(&self) -> bool {
        match self.mode.get() {
            ModeName::HandsFree => true,
            ModeName::PushToTalk => self.held.get(),
            ModeName::Muted => false,
        }
    }

    pub(super) fn listen(&self, samples: &[f32]) {
        if self.over.get() {
            return;
        }
        let heard = self.ear.borrow_mut().push(samples);
        for one in heard {
            self.frames.set(self.frames.get().wrapping_add(1));
            if self.frames.get().is_multiple_of(METER_FRAMES) {
                let level = if self.sends() { meter(one.loudness) } else { 0.0 };
                self.voice.level.set(level);
            }
            let duck = one.voice && self.sends();
            if duck != self.ducked.replace(duck) {
                self.with_audio(|audio| audio.duck(duck));
            }
            if self.sends() {
                self.post_heard(one);
            }
        }
    }

    fn post_heard(&self, heard: Heard) {
        let frame = Frame {
            kind: Kind::Microphone,
            codec: Codec::Pcm16,
            flags: Flags {
                voice: heard.voice,
                ..Flags::default()
            },
            number: 0,
            time: heard.time,
            stream: 0,
            segment: 0,
            audio: heard.pcm,
        };
        let frame = self.outbox.borrow_mut().send(frame, dom::now_ms() as i64);
        if self.line.is_open() {
            self.post(&frame);
        }
    }

    pub(super) fn speak(&self, frame: &Frame) {
        if self.inbox.borrow_mut().receive(frame.number) == Received::Old {
            return;
        }
        let sound = self.mouth.borrow_mut().as_mut().and_then(|mouth| mouth.take(frame));
        if let Some(sound) = sound {
            let Sound {
                utt,
                segment,
                at,
                samples,
                last,
            } = &sound;
            self.with_audio(|audio| {
                audio.play(&Piece {
                    utt: *utt,
                    segment: *segment,
                    at: *at,
                    samples,
                    last: *last,
                });
            });
        }
    }

    pub(super) fn played(&self, played: Played) {
        let Played {
            kind,
            utt,
            segment,
            heard_ms,
            buffered_ms,
        } = played;
        self.heard.set((utt, heard_ms));
        self.voice.playing((kind != PlayedKind::Done).then_some((utt, segment)));
        if kind == PlayedKind::Started {
            self.send(ClientMessage::PlaybackStarted { utt });
        }
        if kind == PlayedKind::Done {
            return self.send(ClientMessage::PlaybackDone { utt, heard_ms });
        }
        let mut out_latency_ms = 0;
        self.with_audio(|audio| out_latency_ms = audio.latency_ms());
        self.send(ClientMessage::PlaybackProgress {
            utt,
            segment,
            heard_ms,
            buffered_ms,
            out_latency_ms,
        });
    }

    pub(super) fn flush(&self, utt: u16) {
        if let Some(mouth) = self.mouth.borrow_mut().as_mut() {
            mouth.drop_utterance(utt);
        }
        self.with_audio(Audio::flush);
    }

    /// Stops the answer, here at once.
    pub fn stop_answer(&self, source: BargeSource) {
        let (utt, heard_ms) = self.heard.get();
        self.flush(utt);
        self.send(ClientMessage::Barge { utt, heard_ms, source });
    }

    pub fn key(&self, down: bool) {
        if self.held.replace(down) == down {
            return;
        }
        if down && self.mode.replace(ModeName::PushToTalk) != ModeName::PushToTalk {
            self.send(ClientMessage::ModeSet {
                mode: ModeName::PushToTalk,
            });
            self.apply_mute();
        }
        self.with_audio(Audio::wake);
        self.send(if down {
            ClientMessage::KeyDown
        } else {
            ClientMessage::KeyUp
        });
    }

    pub fn turn_to(&self, mode: ModeName) {
        if self.mode.replace(mode) != mode {
            self.send(ClientMessage::ModeSet { mode });
        }
        self.apply_mute();
    }

    pub fn mode(&self) -> ModeName {
        self.mode.get()
    }

    /// Off at its source, so that a muted microphone hears nothing at all.
    pub(super) fn apply_mute(&self) {
        let on = self.mode.get() != ModeName::Muted;
        self.with_audio(|audio| audio.listen(on));
    }

    pub fn correct(&self, turn: u32, text: String) {
        self.flush(self.heard.get().0);
        self.send(ClientMessage::HeardCorrect { turn, text });
    }

    pub fn choose(&self, option: String) {
        self.send(ClientMessage::TextInput { text: option });
    }
}
