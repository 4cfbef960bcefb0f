//! What a page holds: the microphone, the player, and what it was told.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use api_types::VoiceSession;
use speech::{RATE, from_pcm16, resample, to_pcm16};
use tokio_tungstenite::tungstenite::Message;
use voice_turn::vap::{
    AudioIn, AudioOut, Capabilities, ClientMessage, Codec, Envelope, Flags, Frame, HostMessage, Kind, UiHints,
    read_host, write,
};

/// Samples in 20 ms.
const FRAME: usize = RATE as usize / 50;
/// The rate of what is spoken.
const SPOKEN: u32 = 24_000;

pub(super) fn text_of(message: ClientMessage) -> String {
    write(&Envelope {
        id: None,
        ts: None,
        message,
    })
    .unwrap()
}

/// The first message of a connection; with a token, of one that comes back.
pub fn hello(session: &VoiceSession, resume: Option<(String, Option<u32>)>) -> Message {
    let (resume_token, down_seq) = resume.map_or((None, None), |(token, seen)| (Some(token), seen));
    let hello = ClientMessage::Hello {
        v: 1,
        session_id: session.session_id.clone(),
        ticket: session.ticket.clone(),
        resume_token,
        down_seq,
        heard_ms: 0,
        audio_in: AudioIn {
            codec: Codec::Pcm16,
            rate: RATE,
            frame_ms: 20,
        },
        audio_out: AudioOut {
            codecs: vec![Codec::Pcm16],
            rates: vec![SPOKEN],
        },
        caps: Capabilities::default(),
        ui: UiHints::default(),
    };
    Message::Text(text_of(hello).into())
}

/// Sound of one utterance that has arrived.
#[derive(Default)]
struct Playing {
    samples: u64,
    /// As samples of the microphone's rate.
    sound: Vec<f32>,
    heard_ms: i64,
    ended: bool,
    done: bool,
    held: bool,
}

/// What a page holds: the microphone, the player, and what it was told.
pub struct Page {
    pub told: Vec<HostMessage>,
    /// When each of them came.
    pub times: Vec<Instant>,
    /// When the first sound of each utterance came.
    pub sounded: BTreeMap<u16, Instant>,
    /// When the last thing that was said began and ended.
    pub spoke: Option<(Instant, Instant)>,
    /// Sound of answers, as samples of the microphone's rate, in the order in which it came.
    pub sound: Vec<f32>,
    /// The same as it was played, as far as it was: what comes out of the loudspeaker.
    pub played: Vec<f32>,
    pub frames: usize,
    /// The last frame that arrived.
    pub seen: Option<u32>,
    next: u32,
    /// What is said next; silence where there is nothing.
    mouth: VecDeque<f32>,
    speaking: bool,
    /// Frames that were not acknowledged.
    pub unsure: VecDeque<Frame>,
    playing: BTreeMap<u16, Playing>,
    /// How fast it is played, in percent of life.
    pub haste: i64,
    reported: i64,
    pub flushed: Vec<u16>,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            told: Vec::new(),
            times: Vec::new(),
            sounded: BTreeMap::new(),
            spoke: None,
            sound: Vec::new(),
            played: Vec::new(),
            frames: 0,
            seen: None,
            next: 0,
            mouth: VecDeque::new(),
            speaking: false,
            unsure: VecDeque::new(),
            playing: BTreeMap::new(),
            haste: 800,
            reported: 0,
            flushed: Vec::new(),
        }
    }
}

impl Page {
    pub fn says(&mut self, samples: &[f32]) {
        self.mouth.extend(samples);
    }

    pub fn is_silent(&self) -> bool {
        self.mouth.is_empty()
    }

    /// The next 20 ms of the microphone.
    pub fn microphone(&mut self) -> Message {
        if !self.mouth.is_empty() {
            let now = Instant::now();
            let began = self.spoke.filter(|_| self.speaking).map_or(now, |(began, _)| began);
            self.spoke = Some((began, now));
        }
        self.speaking = !self.mouth.is_empty();
        let samples: Vec<f32> = (0..FRAME).map(|_| self.mouth.pop_front().unwrap_or(0.0)).collect();
        let frame = Frame {
            kind: Kind::Microphone,
            codec: Codec::Pcm16,
            flags: Flags::default(),
            number: self.next,
            time: self.next.wrapping_mul(FRAME as u32),
            stream: 0,
            segment: 0,
            audio: to_pcm16(&samples),
        };
        self.next += 1;
        self.unsure.push_back(frame.clone());
        Message::Binary(frame.encode().into())
    }

    /// What the player reports after another 20 ms.
    pub fn player(&mut self) -> Vec<Message> {
        let mut said = Vec::new();
        let step = 20 * self.haste / 100;
        self.reported += 20;
        let reports = self.reported >= 100;
        let Some((utt, playing)) = self.playing.iter_mut().find(|(_, playing)| !playing.done) else {
            return Vec::new();
        };
        let there = (playing.samples * 1_000 / u64::from(SPOKEN)) as i64;
        if playing.heard_ms == 0 && there > 0 {
            said.push(ClientMessage::PlaybackStarted { utt: *utt });
        }
        if !playing.held {
            let place = |ms: i64| (ms as usize * RATE as usize / 1_000).min(playing.sound.len());
            let before = place(playing.heard_ms);
            playing.heard_ms = (playing.heard_ms + step).min(there);
            self.played
                .extend_from_slice(&playing.sound[before..place(playing.heard_ms)]);
        }
        let heard_ms = playing.heard_ms;
        if playing.ended && heard_ms >= there {
            playing.done = true;
            said.push(ClientMessage::PlaybackDone { utt: *utt, heard_ms });
        } else if reports {
            self.reported = 0;
            said.push(ClientMessage::PlaybackProgress {
                utt: *utt,
                segment: 0,
                heard_ms,
                buffered_ms: 0,
                out_latency_ms: 0,
            });
        }
        said.into_iter()
            .map(|message| Message::Text(text_of(message).into()))
            .collect()
    }

    pub fn take(&mut self, message: Message) {
        match message {
            Message::Binary(bytes) => {
                let frame = Frame::decode(&bytes).unwrap();
                self.seen = Some(frame.number);
                self.frames += 1;
                self.sounded.entry(frame.stream).or_insert_with(Instant::now);
                let samples = from_pcm16(&frame.audio);
                let playing = self.playing.entry(frame.stream).or_default();
                playing.samples += samples.len() as u64;
                let samples = resample(&samples, SPOKEN, RATE);
                playing.sound.extend_from_slice(&samples);
                self.sound.extend(samples);
            }
            Message::Text(text) => {
                let message = read_host(&text).unwrap().message;
                match &message {
                    HostMessage::SayEnd { utt } => self.playing.entry(*utt).or_default().ended = true,
                    HostMessage::AudioPause { utt } => self.playing.entry(*utt).or_default().held = true,
                    HostMessage::AudioResume { utt } => self.playing.entry(*utt).or_default().held = false,
                    HostMessage::AudioFlush { utt } => {
                        self.playing.entry(*utt).or_default().done = true;
                        self.flushed.push(*utt);
                    }
                    HostMessage::Ack { up_seq } => self.unsure.retain(|frame| frame.number > *up_seq),
                    _ => {}
                }
                self.told.push(message);
                self.times.push(Instant::now());
            }
            _ => {}
        }
    }

    pub fn find<T>(&self, wanted: impl Fn(&HostMessage) -> Option<T>) -> Vec<T> {
        self.told.iter().filter_map(wanted).collect()
    }

    /// Texts that were heard.
    pub fn heard(&self) -> Vec<String> {
        self.find(|message| match message {
            HostMessage::Heard { text, .. } => Some(text.clone()),
            _ => None,
        })
    }

    /// What is shown of what was said.
    pub fn segments(&self) -> Vec<String> {
        self.find(|message| match message {
            HostMessage::SaySegment { display, .. } => Some(display.clone()),
            _ => None,
        })
    }

    pub fn state(&self) -> String {
        let states = self.find(|message| match message {
            HostMessage::TurnState { state, .. } => Some(state.clone()),
            _ => None,
        });
        states.last().cloned().unwrap_or_default()
    }

    pub fn token(&self) -> String {
        let tokens = self.find(|message| match message {
            HostMessage::Welcome { resume_token, .. } => Some(resume_token.clone()),
            _ => None,
        });
        tokens.first().cloned().expect("a welcome")
    }
}
