//! Deepgram's live recognition, version 1: sound goes there while it is spoken; texts on the way come back. What is over is
//! decided here, by `Finalize`, whose text is waited for.

mod wire;

use heard::Reading;
use http::header::AUTHORIZATION;
use speech::to_pcm16;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Duration, Instant};
use url::Url;
use voice_turn::Stamp;

use self::wire::{Told, Transcript};
use super::{Outside, Trouble, secret, until};
use crate::egress::{Received, Socket, SocketRequest};
use crate::models::{AllowedVendor, SpeechSettings, Stage};
use crate::voice::input::{Input, Worked};

/// Ten seconds without sound end a connection there.
const KEEP_ALIVE: Duration = Duration::from_secs(4);
/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// Sound in one message, in bytes: 100 ms.
const MESSAGE: usize = 3_200;

/// A stretch of speech that a vendor may hear.
pub struct Stretch {
    /// None once it is over.
    sound: Option<mpsc::UnboundedSender<Vec<u8>>>,
    heard: oneshot::Receiver<Reading>,
}

impl Stretch {
    /// Begins with what was there `before`; nothing leaves unless a vendor is allowed.
    pub fn open(outside: Outside, keyterms: &[String], ear: Stamp, before: &[f32]) -> Self {
        let (sound, sounds) = mpsc::unbounded_channel();
        let (told, heard) = oneshot::channel();
        let stretch = Self {
            sound: Some(sound),
            heard,
        };
        stretch.push(before);
        let keyterms = keyterms.to_vec();
        tokio::spawn(run(outside, keyterms, ear, sounds, told));
        stretch
    }

    /// Samples of 16 kHz. False when no vendor hears them.
    pub fn push(&self, samples: &[f32]) -> bool {
        let Some(sound) = &self.sound else { return false };
        match samples.is_empty() {
            true => !sound.is_closed(),
            false => sound.send(to_pcm16(samples)).is_ok(),
        }
    }

    /// Nothing more comes: the final text is made.
    pub fn end(&mut self) {
        self.sound = None;
    }

    /// The whole text; none when this server's counts.
    pub async fn heard(self) -> Option<Reading> {
        self.heard.await.ok()
    }
}

async fn run(
    outside: Outside,
    keyterms: Vec<String>,
    ear: Stamp,
    mut sounds: mpsc::UnboundedReceiver<Vec<u8>>,
    mut told: oneshot::Sender<Reading>,
) {
    let Some(vendor) = outside.vendor(Stage::Hearing, ear.turn).await else {
        return;
    };
    let listening = Listening {
        outside: &outside,
        vendor: &vendor,
        ear,
    };
    match listening.listen(&keyterms, &mut sounds, &mut told).await {
        Ok(Some((reading, socket))) => {
            vendor.succeeded();
            // Who does not wait for it any more has closed the stretch.
            let _ = told.send(reading);
            goodbye(socket).await;
        }
        Ok(None) => {}
        Err(trouble) => outside.fell(Stage::Hearing, ear.turn, Some(&vendor), &trouble).await,
    }
}

struct Listening<'a> {
    outside: &'a Outside,
    vendor: &'a AllowedVendor,
    ear: Stamp,
}

impl Listening<'_> {
    /// The text of all that was said; none when nobody wants it any more.
    async fn listen(
        &self,
        keyterms: &[String],
        sounds: &mut mpsc::UnboundedReceiver<Vec<u8>>,
        told: &mut oneshot::Sender<Reading>,
    ) -> Result<Option<(Reading, Socket)>, Trouble> {
        let settings = self.vendor.settings();
        let url = address(settings, keyterms);
        let opening = self.outside.app.egress.websocket(SocketRequest {
            purpose: Stage::Hearing.purpose(),
            url: &url,
            headers: secret(AUTHORIZATION, "Token ", &settings.api_key)?,
            answer_id: None,
            agreement: self.vendor.agreement(),
        });
        tokio::pin!(opening);
        let mut early = Vec::new();
        let mut end = None;
        let mut socket = loop {
            tokio::select! {
                opened = &mut opening => break opened?,
                sound = sounds.recv(), if end.is_none() => match sound {
                    Some(sound) => early.extend(sound),
                    None => end = Some(Instant::now() + settings.patience),
                },
                () = until(end) => return Err(Trouble::Slow),
                () = told.closed() => return Ok(None),
            }
        };
        self.outside.sent(self.ear.turn, socket.row()).await;
        send(&mut socket, &early).await?;
        let mut transcript = Transcript::default();
        let mut idle = Instant::now() + KEEP_ALIVE;
        let mut finalized = false;
        loop {
            if end.is_some() && !std::mem::replace(&mut finalized, end.is_some()) {
                socket.text(wire::FINALIZE.to_owned()).await?;
            }
            tokio::select! {
                sound = sounds.recv(), if end.is_none() => match sound {
                    Some(sound) => {
                        send(&mut socket, &sound).await?;
                        idle = Instant::now() + KEEP_ALIVE;
                    }
                    None => end = Some(Instant::now() + settings.patience),
                },
                received = socket.next() => {
                    if self.take(received, &mut transcript).await? && finalized {
                        return Ok(Some((transcript.reading(), socket)));
                    }
                }
                () = tokio::time::sleep_until(idle), if end.is_none() => {
                    socket.text(wire::KEEP_ALIVE.to_owned()).await?;
                    idle = Instant::now() + KEEP_ALIVE;
                }
                () = until(end) => return Err(Trouble::Slow),
                () = told.closed() => {
                    // It is of no use any more, also if it does not arrive.
                    let _ = socket.text(wire::CLOSE_STREAM.to_owned()).await;
                    return Ok(None);
                }
            }
        }
    }

    /// True for the text that a `Finalize` asked for.
    async fn take(&self, received: Received, transcript: &mut Transcript) -> Result<bool, Trouble> {
        let text = match received {
            Received::Text(text) => text,
            Received::Binary(_) => return Err(Trouble::Unreadable),
            Received::Closed(why) => return Err(Trouble::Closed(why.map(|(code, _)| code))),
        };
        match wire::read(&text)? {
            Told::Results(results) => {
                let is_last = results.from_finalize;
                if let Some(text) = transcript.take(results) {
                    let caption = Worked::Caption { ear: self.ear, text };
                    let _ = self.outside.tell.send(Input::Worked(caption)).await;
                }
                Ok(is_last)
            }
            Told::Error => Err(Trouble::Reported),
            Told::Other => Ok(false),
        }
    }
}

/// A message without a byte would end the stream.
async fn send(socket: &mut Socket, sound: &[u8]) -> Result<(), Trouble> {
    for message in sound.chunks(MESSAGE) {
        socket.binary(message.to_vec()).await?;
    }
    Ok(())
}

async fn goodbye(mut socket: Socket) {
    let leaving = async {
        if socket.text(wire::CLOSE_STREAM.to_owned()).await.is_ok() {
            while !matches!(socket.next().await, Received::Closed(_)) {}
        }
    };
    // One that does not answer is left alone.
    let _ = tokio::time::timeout(GOODBYE, leaving).await;
}

/// What is said counts as patient information, so nothing of it may be kept to improve models.
pub(super) fn address(settings: &SpeechSettings, keyterms: &[String]) -> Url {
    let mut url = settings.url.clone();
    url.set_path("/v1/listen");
    let fixed = [
        ("model", settings.model.as_str()),
        ("language", "en-US"),
        ("encoding", "linear16"),
        ("sample_rate", "16000"),
        ("channels", "1"),
        ("interim_results", "true"),
        ("punctuate", "true"),
        ("smart_format", "true"),
        ("endpointing", "300"),
        ("mip_opt_out", "true"),
    ];
    url.query_pairs_mut()
        .extend_pairs(fixed)
        .extend_pairs(keyterms.iter().map(|term| ("keyterm", term.as_str())));
    url
}

/// Ends a stream without a sound.
pub(super) async fn greet(mut socket: Socket) -> Result<(), Trouble> {
    socket.text(wire::CLOSE_STREAM.to_owned()).await?;
    loop {
        match socket.next().await {
            Received::Text(text) if wire::is_metadata(&text) => return Ok(()),
            Received::Text(text) => match wire::read(&text)? {
                Told::Results(_) | Told::Other => {}
                Told::Error => return Err(Trouble::Reported),
            },
            Received::Binary(_) => return Err(Trouble::Unreadable),
            Received::Closed(why) => return Err(Trouble::Closed(why.map(|(code, _)| code))),
        }
    }
}
