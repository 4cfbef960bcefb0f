//! A client of `vap.v1` as a page is one: it sends a microphone's sound in real time, plays what it gets, and reports it.

mod page;

use std::time::{Duration, Instant};

use api_types::VoiceSession;
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use voice_turn::vap::{BargeSource, ClientMessage, Frame, HostMessage, Kind};

use self::page::text_of;
pub use self::page::{Page, hello};

/// However busy the machine is.
const PATIENCE: Duration = Duration::from_secs(90);

/// Begins a session as a page does; `who` are the headers that say who speaks.
pub async fn begin(address: &str, who: &[(&'static str, String)]) -> VoiceSession {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let mut request = Request::post(format!("{address}/api/v1/voice/sessions"))
        .header("content-type", "application/json")
        .header("x-requested-with", "voiceassist")
        .body(Full::from("{}"))
        .unwrap();
    for (name, value) in who {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let response = client.request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

/// A page with its connection.
pub struct Talker {
    pub page: Page,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    address: String,
    /// Headers that say who speaks.
    who: Vec<(&'static str, String)>,
    pub session: VoiceSession,
    pub closed: Option<u16>,
}

impl Talker {
    /// Connects with the ticket; `who` are the headers that say who speaks.
    pub async fn connect(address: &str, who: Vec<(&'static str, String)>, session: VoiceSession) -> Self {
        let mut talker = Self {
            page: Page::default(),
            socket: None,
            address: address.to_owned(),
            who,
            session,
            closed: None,
        };
        let first = hello(&talker.session, None);
        talker.open(first).await;
        talker
    }

    /// From now on the host is there.
    pub fn moved(&mut self, address: &str, who: Vec<(&'static str, String)>) {
        address.clone_into(&mut self.address);
        self.who = who;
    }

    /// Connects, and says `first`.
    pub async fn open(&mut self, first: Message) {
        let mut request = format!("{}/api/v1/voice", self.address.replace("http", "ws"))
            .into_client_request()
            .unwrap();
        for (name, value) in &self.who {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "vap.v1".parse().unwrap());
        let (socket, response) = tokio_tungstenite::connect_async_with_config(request, None, true)
            .await
            .unwrap();
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
    pub async fn read(&mut self, long: Duration) {
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

    /// Says something, as samples of the microphone's rate, and waits until all of it was sent.
    pub async fn say(&mut self, samples: &[f32]) {
        self.page.says(samples);
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
