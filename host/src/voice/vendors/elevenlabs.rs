//! ElevenLabs' multi-stream input: an answer is a context, its sentences are spoken as they come, and closing the context
//! silences it.

mod wire;

use http::HeaderName;
use speech::from_pcm16;
use tokio::time::{Duration, Instant, timeout, timeout_at};
use url::Url;
use voice_turn::{Stamp, WordEnd};

use self::wire::{Aligned, Told};
use super::{Outside, Trouble, secret};
use crate::app::App;
use crate::egress::{Received, Socket, SocketRequest};
use crate::models::{AllowedVendor, SpeechSettings, Stage};

/// Samples in a second of what it says.
pub const RATE: u32 = 24_000;
/// Twenty seconds without a message end a context there.
pub const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// The paces that it can speak at.
const SPEEDS: (f32, f32) = (0.7, 1.2);
/// The voice settings that the vendor itself proposes.
const STABILITY: f32 = 0.5;
const SIMILARITY: f32 = 0.8;

/// An answer that a vendor speaks.
pub struct Context {
    outside: Outside,
    vendor: AllowedVendor,
    turn: u32,
    id: String,
    socket: Socket,
    segment: Segment,
}

/// What is being said.
#[derive(Default)]
struct Segment {
    text: Aligned,
    /// Samples of it that came.
    samples: i64,
    /// Something came that told where its characters are.
    aligned: bool,
}

/// Sound of a segment, in order.
pub struct Piece {
    pub samples: Vec<f32>,
    /// Where words end: milliseconds since this piece began, bytes since the segment began.
    pub words: Vec<WordEnd>,
    pub last: bool,
}

impl Context {
    /// None when this server speaks itself.
    pub async fn open(
        outside: &Outside,
        (answer, utt): (Stamp, u16),
        message: Option<&str>,
        speed: f32,
    ) -> Option<Self> {
        let vendor = outside.vendor(Stage::Speaking, answer.turn).await?;
        let id = format!("answer-{}-{utt}", answer.generation);
        match connect(&outside.app, &vendor, &id, message, speed).await {
            Ok(socket) => {
                if message.is_none() {
                    outside.sent(answer.turn, socket.row()).await;
                }
                Some(Self {
                    outside: outside.clone(),
                    vendor,
                    turn: answer.turn,
                    id,
                    socket,
                    segment: Segment::default(),
                })
            }
            Err(trouble) => {
                outside
                    .fell(Stage::Speaking, answer.turn, Some(&vendor), &trouble)
                    .await;
                None
            }
        }
    }

    /// Begins a segment, after all of the one before has come.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn say(&mut self, text: &str) -> Result<(), Trouble> {
        self.segment = Segment {
            text: Aligned::new(text),
            ..Segment::default()
        };
        Ok(self.socket.text(wire::text(&self.id, text)).await?)
    }

    /// The segment's next sound. Nothing is lost when it is no longer waited for.
    ///
    /// # Errors
    /// Nothing came in time, or what came is no sound of it.
    pub async fn next(&mut self) -> Result<Piece, Trouble> {
        let end = Instant::now() + self.vendor.settings().patience;
        loop {
            let Ok(received) = timeout_at(end, self.socket.next()).await else {
                // Without an alignment only silence tells that a segment is over.
                return match self.segment.samples > 0 && !self.segment.aligned {
                    true => Ok(Piece {
                        samples: Vec::new(),
                        words: Vec::new(),
                        last: true,
                    }),
                    false => Err(Trouble::Slow),
                };
            };
            if let Some(piece) = self.take(received)? {
                if piece.last {
                    self.vendor.succeeded();
                }
                return Ok(piece);
            }
        }
    }

    fn take(&mut self, received: Received) -> Result<Option<Piece>, Trouble> {
        let text = match received {
            Received::Text(text) => text,
            Received::Binary(_) => return Err(Trouble::Unreadable),
            Received::Closed(why) => return Err(Trouble::Closed(why.map(|(code, _)| code))),
        };
        let (sound, alignment) = match wire::read(&text)? {
            Told::Sound { of, sound, alignment } if of == self.id => (sound, alignment),
            Told::Sound { .. } | Told::Nothing => return Ok(None),
            // It was not asked to end.
            Told::Final { of } if of == self.id => return Err(Trouble::Closed(None)),
            Told::Final { .. } => return Ok(None),
            Told::Error => return Err(Trouble::Reported),
        };
        let samples = from_pcm16(&sound);
        let segment = &mut self.segment;
        segment.samples += samples.len() as i64;
        let ms = samples.len() as i64 * 1_000 / i64::from(RATE);
        let words = alignment.map(|alignment| {
            segment.aligned = true;
            segment.text.take(&alignment, ms)
        });
        Ok(Some(Piece {
            samples,
            words: words.unwrap_or_default(),
            last: segment.text.is_whole(),
        }))
    }

    /// So that a pause of the answer does not end the context.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn keep_alive(&mut self) -> Result<(), Trouble> {
        Ok(self.socket.text(wire::keep_alive(&self.id)).await?)
    }

    /// It failed: from here on this server speaks.
    pub async fn fell(self, trouble: Trouble) {
        let vendor = Some(&self.vendor);
        self.outside.fell(Stage::Speaking, self.turn, vendor, &trouble).await;
    }

    /// Nothing more is said, also of what was begun.
    pub async fn close(mut self) {
        let leaving = async {
            for message in [wire::close_context(&self.id), wire::CLOSE_SOCKET.to_owned()] {
                if self.socket.text(message).await.is_err() {
                    return;
                }
            }
            while !matches!(self.socket.next().await, Received::Closed(_)) {}
        };
        // One that does not answer is left alone.
        let _ = timeout(GOODBYE, leaving).await;
    }
}

async fn connect(
    app: &App,
    vendor: &AllowedVendor,
    id: &str,
    message: Option<&str>,
    speed: f32,
) -> Result<Socket, Trouble> {
    let settings = vendor.settings();
    let url = address(settings);
    let opening = app.egress.websocket(SocketRequest {
        purpose: Stage::Speaking.purpose(),
        url: &url,
        headers: secret(HeaderName::from_static("xi-api-key"), "", &settings.api_key)?,
        answer_id: message,
        agreement: vendor.agreement(),
    });
    let mut socket = timeout(settings.patience, opening).await.map_err(|_| Trouble::Slow)??;
    let speed = speed.clamp(SPEEDS.0, SPEEDS.1);
    socket.text(wire::begin(id, STABILITY, SIMILARITY, speed)).await?;
    Ok(socket)
}

/// What is said counts as patient information, so nothing of it may be kept there.
fn address(settings: &SpeechSettings) -> Url {
    let mut url = settings.url.clone();
    let voice = settings.voice.as_deref().unwrap_or_default();
    url.set_path(&format!("/v1/text-to-speech/{voice}/multi-stream-input"));
    url.query_pairs_mut().extend_pairs([
        ("model_id", settings.model.as_str()),
        ("output_format", "pcm_24000"),
        ("auto_mode", "true"),
        ("sync_alignment", "true"),
        ("enable_logging", "false"),
    ]);
    url
}

/// Has one word said.
pub(super) async fn greet(app: &App, vendor: &AllowedVendor) -> Result<(), Trouble> {
    const WORD: &str = "Ready.";
    let mut socket = connect(app, vendor, "trial", None, 1.0).await?;
    socket.text(wire::text("trial", WORD)).await?;
    loop {
        let received = timeout(vendor.settings().patience, socket.next()).await;
        match received.map_err(|_| Trouble::Slow)? {
            Received::Text(text) => match wire::read(&text)? {
                Told::Sound { .. } => break,
                Told::Error => return Err(Trouble::Reported),
                Told::Final { .. } | Told::Nothing => {}
            },
            Received::Binary(_) => return Err(Trouble::Unreadable),
            Received::Closed(why) => return Err(Trouble::Closed(why.map(|(code, _)| code))),
        }
    }
    for message in [wire::close_context("trial"), wire::CLOSE_SOCKET.to_owned()] {
        socket.text(message).await?;
    }
    Ok(())
}
