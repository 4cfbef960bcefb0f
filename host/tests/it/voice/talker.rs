//! A client of `vap.v1` as a page is one: it sends a microphone's sound in real time, plays what it gets, and reports it.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use api_types::VoiceSession;
use axum::body::Body;
use axum::http::Request;
use futures::{SinkExt, StreamExt};
use speech::{RATE, Voice, from_pcm16, resample, to_pcm16};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use voice_turn::vap::{
    AudioIn, AudioOut, BargeSource, Capabilities, ClientMessage, Codec, Envelope, Flags, Frame, HostMessage, Kind,
    UiHints, read_host, write,
};
use voiceassist::config::{Config, Overrides};

use crate::support::Browser;

/// Samples in 20 ms.
const FRAME: usize = RATE as usize / 50;
/// However busy the machine is.
const PATIENCE: Duration = Duration::from_secs(90);
/// The rate of what is spoken.
const SPOKEN: u32 = 24_000;

/// A text as somebody says it into a microphone.
pub fn spoken(text: &str) -> Vec<f32> {
    static VOICE: OnceLock<Mutex<Voice>> = OnceLock::new();
    let voice = VOICE.get_or_init(|| {
        let config = Config::load(&Overrides::default()).unwrap();
        let models: PathBuf = config.cache_dir.join("models");
        Mutex::new(Voice::load(&models).unwrap())
    });
    let sound = voice.lock().unwrap().say(text, 1.0, 7).unwrap();
    resample(&sound.samples, sound.rate, RATE)
}

fn text_of(message: ClientMessage) -> String {
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

/// A batch for a connection without a WebSocket.
pub fn up(session: &str, number: u64, messages: &[Message]) -> Request<Body> {
    let mut body = Vec::new();
    for message in messages {
        let (kind, bytes) = match message {
            Message::Text(text) => (0, text.as_bytes().to_vec()),
            other => (1, other.clone().into_data().to_vec()),
        };
        body.extend((bytes.len() as u32).to_le_bytes());
        body.push(kind);
        body.extend(bytes);
    }
    Request::post(format!("/api/v1/voice/sessions/{session}/up?seq={number}"))
        .header("content-type", "application/octet-stream")
        .header("x-requested-with", "voiceassist")
        .body(Body::from(body))
        .unwrap()
}

/// The messages of a batch from there.
pub fn split(mut body: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Some((length, rest)) = body.split_first_chunk::<4>() {
        let (bytes, tail) = rest[1..].split_at(u32::from_le_bytes(*length) as usize);
        messages.push(match rest[0] {
            0 => Message::Text(String::from_utf8(bytes.to_vec()).unwrap().into()),
            _ => Message::Binary(bytes.to_vec().into()),
        });
        body = tail;
    }
    messages
}

/// Sound of one utterance that has arrived.
#[derive(Default)]
struct Playing {
    samples: u64,
    heard_ms: i64,
    ended: bool,
    done: bool,
    held: bool,
}

/// What a page holds: the microphone, the player, and what it was told.
pub struct Page {
    pub told: Vec<HostMessage>,
    /// Sound of answers, as samples of the microphone's rate, in the order in which it came.
    pub sound: Vec<f32>,
    pub frames: usize,
    /// The last frame that arrived.
    pub seen: Option<u32>,
    next: u32,
    /// What is said next; silence where there is nothing.
    mouth: VecDeque<f32>,
    /// Frames that were not acknowledged.
    pub unsure: VecDeque<Frame>,
    playing: BTreeMap<u16, Playing>,
    /// How fast it is played, in percent of life.
    pub haste: i64,
    reported: i64,
    pub flushed: Vec<u16>,
}

impl Page {
    pub fn new() -> Self {
        Self {
            told: Vec::new(),
            sound: Vec::new(),
            frames: 0,
            seen: None,
            next: 0,
            mouth: VecDeque::new(),
            unsure: VecDeque::new(),
            playing: BTreeMap::new(),
            haste: 800,
            reported: 0,
            flushed: Vec::new(),
        }
    }

    pub fn says(&mut self, samples: &[f32]) {
        self.mouth.extend(samples);
    }

    pub fn is_silent(&self) -> bool {
        self.mouth.is_empty()
    }

    /// The next 20 ms of the microphone.
    pub fn microphone(&mut self) -> Message {
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
            playing.heard_ms = (playing.heard_ms + step).min(there);
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
                let samples = from_pcm16(&frame.audio);
                self.playing.entry(frame.stream).or_default().samples += samples.len() as u64;
                self.sound.extend(resample(&samples, SPOKEN, RATE));
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

/// A page with its connection.
pub struct Talker {
    pub page: Page,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    address: String,
    cookie: String,
    pub session: VoiceSession,
    pub closed: Option<u16>,
}

impl Talker {
    /// Connects with the ticket.
    pub async fn connect(address: &str, browser: &Browser<'_>, session: VoiceSession) -> Self {
        let mut talker = Self {
            page: Page::new(),
            socket: None,
            address: address.to_owned(),
            cookie: browser.cookie(),
            session,
            closed: None,
        };
        let first = hello(&talker.session, None);
        talker.open(first).await;
        talker
    }

    async fn open(&mut self, first: Message) {
        let mut request = format!("{}/api/v1/voice", self.address.replace("http", "ws"))
            .into_client_request()
            .unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "vap.v1".parse().unwrap());
        let (socket, response) = tokio_tungstenite::connect_async(request).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "vap.v1");
        self.closed = None;
        self.socket = Some(socket);
        self.send(first).await;
    }

    /// The line is cut, without a word.
    pub fn cut(&mut self) {
        self.socket = None;
    }

    /// Comes back with the token, and sends what may not have arrived.
    pub async fn come_back(&mut self) {
        let token = self.page.token();
        let first = hello(&self.session, Some((token, self.page.seen)));
        self.open(first).await;
        let before = self.page.told.len();
        let began = Instant::now();
        let up_seq = loop {
            assert!(began.elapsed() < PATIENCE, "no welcome");
            self.read(Duration::from_millis(20)).await;
            let welcome = self.page.told[before..].iter().find_map(|message| match message {
                HostMessage::Welcome { up_seq, .. } => Some(*up_seq),
                _ => None,
            });
            if let Some(up_seq) = welcome {
                break up_seq;
            }
        };
        let missing: Vec<Frame> = self
            .page
            .unsure
            .iter()
            .filter(|frame| up_seq.is_none_or(|arrived| frame.number > arrived))
            .cloned()
            .collect();
        for mut frame in missing {
            frame.kind = Kind::MicrophoneAgain;
            self.send(Message::Binary(frame.encode().into())).await;
        }
    }

    pub async fn send(&mut self, message: Message) {
        if let Some(socket) = &mut self.socket {
            // A line that the server has closed is seen when it is read.
            let _ = socket.send(message).await;
        }
    }

    pub async fn control(&mut self, message: ClientMessage) {
        self.send(Message::Text(text_of(message).into())).await;
    }

    pub async fn stop(&mut self) {
        let barge = ClientMessage::Barge {
            utt: 0,
            heard_ms: 0,
            source: BargeSource::Button,
        };
        self.control(barge).await;
    }

    /// Reads what comes for so long.
    async fn read(&mut self, long: Duration) {
        let end = tokio::time::Instant::now() + long;
        while let Some(socket) = &mut self.socket {
            match tokio::time::timeout_at(end, socket.next()).await {
                Err(_) => return,
                Ok(Some(Ok(Message::Close(frame)))) => {
                    self.closed = frame.map(|frame| frame.code.into()).or(Some(1005));
                    self.socket = None;
                }
                Ok(Some(Ok(message))) => self.page.take(message),
                Ok(Some(Err(_)) | None) => {
                    self.closed = self.closed.or(Some(1006));
                    self.socket = None;
                }
            }
        }
        tokio::time::sleep_until(end).await;
    }

    /// Goes on in real time, 20 ms by 20 ms, until it is so.
    pub async fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let began = Instant::now();
        let mut due = tokio::time::Instant::now();
        while !is_so(self) {
            assert!(
                began.elapsed() < PATIENCE,
                "{what}: not within {PATIENCE:?}; closed {:?}; told {:#?}",
                self.closed,
                self.page
                    .told
                    .iter()
                    .filter(|one| !matches!(one, HostMessage::Ack { .. }))
                    .collect::<Vec<_>>()
            );
            let frame = self.page.microphone();
            if self.socket.is_some() {
                self.send(frame).await;
                for report in self.page.player() {
                    self.send(report).await;
                }
            }
            due += Duration::from_millis(20);
            let now = tokio::time::Instant::now();
            // A machine that is behind does not catch up at once: that would be too fast for the server.
            if due < now {
                due = now;
            }
            self.read(due - now).await;
        }
    }

    /// Says something and waits until all of it was sent.
    pub async fn say(&mut self, text: &str) {
        self.page.says(&spoken(text));
        self.until("it was said", |talker| talker.page.is_silent()).await;
    }

    /// Waits until an answer was spoken and the page listens again.
    pub async fn answered(&mut self) {
        let before = self
            .page
            .find(|one| matches!(one, HostMessage::SayEnd { .. }).then_some(()))
            .len();
        self.until("the answer was spoken", |talker| {
            let ended = talker
                .page
                .find(|one| matches!(one, HostMessage::SayEnd { .. }).then_some(()));
            ended.len() > before && ["listening", "clarifying"].contains(&talker.page.state().as_str())
        })
        .await;
    }
}
