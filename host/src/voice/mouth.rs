//! Speaks the segments of one answer, one after the other, a stretch at a time: it can be cut off between any two. Where a
//! vendor may speak it does, until it fails; what it did not say of a segment is then said here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use speech::{Local, SpeechError, resample, to_pcm16};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use voice_turn::speakable::stretches;
use voice_turn::{Stamp, WordEnd};

use super::input::{Input, Sounded, Worked};
use super::pool::Pool;
use super::vendors::{Context, KEEP_ALIVE, Outside, Piece, RATE, Trouble};

/// The rate of the voice of this server; the other one, which never fails, has another.
pub const VOICE_RATE: u32 = 24_000;

/// What speaking needs.
#[derive(Clone)]
pub struct Speaking {
    pub speech: Arc<Local>,
    pub pool: Arc<Pool>,
    pub tell: mpsc::Sender<Input>,
    /// Samples in a second that the client wants.
    pub rate: u32,
    /// Where a vendor may speak.
    pub outside: Option<Outside>,
}

/// Something to say.
pub struct Saying {
    pub segment: u16,
    /// In its spoken form.
    pub text: String,
    /// 1 is the voice's own pace.
    pub speed: f32,
}

/// Silent as soon as it is dropped.
pub struct Mouth {
    queue: mpsc::UnboundedSender<Saying>,
    hush: Hush,
}

/// Nothing more is to be said: for work that blocks, and for work that waits.
#[derive(Clone, Default)]
struct Hush {
    cancelled: Arc<AtomicBool>,
    silent: CancellationToken,
}

impl Drop for Mouth {
    fn drop(&mut self) {
        self.hush.cancelled.store(true, Ordering::Relaxed);
        self.hush.silent.cancel();
    }
}

/// Whose sound it is: the answer, and its number on the wire.
type Of = (Stamp, u16);

impl Mouth {
    /// Where a vendor speaks it is called at once, at this `speed`. `message` is the one that is answered, once it is known.
    pub fn open(with: Speaking, answer: Stamp, utt: u16, speed: f32, message: Option<String>) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel::<Saying>();
        let hush = Hush::default();
        tokio::spawn(speak(with, hush.clone(), (answer, utt), speed, message, waiting));
        Self { queue, hush }
    }

    pub fn say(&self, saying: Saying) {
        // After a failure nobody listens: the answer goes on as text.
        let _ = self.queue.send(saying);
    }
}

async fn speak(
    with: Speaking,
    hush: Hush,
    of: Of,
    speed: f32,
    message: Option<String>,
    mut waiting: mpsc::UnboundedReceiver<Saying>,
) {
    let mut context = match &with.outside {
        Some(outside) => Context::open(outside, of, message.as_deref(), speed).await,
        None => None,
    };
    while let Some(saying) = next(&mut waiting, &mut context).await {
        let mut said = Said::default();
        if let Some(vendor) = &mut context {
            match elsewhere(&with, &hush, of, &saying, vendor, &mut said).await {
                Ok(true) => continue,
                Ok(false) => break,
                Err(trouble) => {
                    if let Some(vendor) = context.take() {
                        vendor.fell(trouble).await;
                    }
                }
            }
        }
        if !segment(&with, &hush.cancelled, of, &saying, said).await {
            break;
        }
    }
    if let Some(context) = context {
        context.close().await;
    }
}

/// What is to be said next; a vendor's context is kept open meanwhile.
async fn next(waiting: &mut mpsc::UnboundedReceiver<Saying>, context: &mut Option<Context>) -> Option<Saying> {
    loop {
        let Some(vendor) = context else {
            return waiting.recv().await;
        };
        match tokio::time::timeout(KEEP_ALIVE, waiting.recv()).await {
            Ok(saying) => return saying,
            Err(_) => {
                if let Err(trouble) = vendor.keep_alive().await
                    && let Some(vendor) = context.take()
                {
                    vendor.fell(trouble).await;
                }
            }
        }
    }
}

/// Has a vendor speak one segment. False when there is nothing more to be said; on trouble, `said` is as far as it came.
async fn elsewhere(
    with: &Speaking,
    hush: &Hush,
    (answer, utt): Of,
    saying: &Saying,
    vendor: &mut Context,
    said: &mut Said,
) -> Result<bool, Trouble> {
    if hush.silent.is_cancelled() {
        return Ok(false);
    }
    vendor.say(&saying.text).await?;
    loop {
        let piece = tokio::select! {
            () = hush.silent.cancelled() => return Ok(false),
            piece = vendor.next() => piece?,
        };
        let last = piece.last;
        let made = Made::of(piece, with.rate);
        said.add(0, &made);
        let sounded = Sounded {
            answer,
            utt,
            segment: saying.segment,
            pcm: made.pcm,
            whole: last.then(|| said.whole()),
            fell_back: false,
        };
        if with.tell.send(Input::Worked(Worked::Sound(sounded))).await.is_err() {
            return Ok(false);
        }
        if last {
            return Ok(true);
        }
    }
}

/// Speaks one segment, or what is left of it. False when there is nothing more to be said.
async fn segment(with: &Speaking, stop: &Arc<AtomicBool>, of: Of, saying: &Saying, mut said: Said) -> bool {
    let (answer, utt) = of;
    let mut parts = stretches(&saying.text[said.byte()..]);
    if parts.is_empty() {
        // Its last words were said already; that it is over is still to be told.
        parts.push(&saying.text[saying.text.len()..]);
    }
    let count = parts.len();
    for (index, part) in parts.into_iter().enumerate() {
        let at = part.as_ptr() as usize - saying.text.as_ptr() as usize;
        let (speech, cancelled, text) = (Arc::clone(&with.speech), Arc::clone(stop), part.to_owned());
        let (speed, rate) = (saying.speed, with.rate);
        let seed = (u64::from(answer.generation) << 16) | u64::from(saying.segment);
        let made = with
            .pool
            .run(move || stretch(&speech, &text, (speed, seed), rate, &cancelled))
            .await;
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        let told = match made {
            Some(Ok(made)) => {
                said.add(at, &made);
                Worked::Sound(Sounded {
                    answer,
                    utt,
                    segment: saying.segment,
                    pcm: made.pcm,
                    whole: (index + 1 == count).then(|| said.whole()),
                    fell_back: made.fell_back,
                })
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "a segment could not be spoken");
                let _ = with.tell.send(Input::Worked(Worked::Mute { answer })).await;
                return false;
            }
            None => {
                let _ = with.tell.send(Input::Worked(Worked::Mute { answer })).await;
                return false;
            }
        };
        if with.tell.send(Input::Worked(told)).await.is_err() {
            return false;
        }
    }
    true
}

/// The stretches of a segment so far.
#[derive(Default)]
struct Said {
    ms: i64,
    words: Vec<WordEnd>,
}

impl Said {
    fn add(&mut self, at: usize, made: &Made) {
        let words = made.words.iter().map(|word| WordEnd {
            ms: self.ms + word.ms,
            byte: at + word.byte,
        });
        self.words.extend(words);
        self.ms += made.ms;
    }

    /// Where in the text its words end.
    fn byte(&self) -> usize {
        self.words.last().map_or(0, |word| word.byte)
    }

    fn whole(&self) -> (i64, Vec<WordEnd>) {
        (self.ms, self.words.clone())
    }
}

#[derive(Default)]
struct Made {
    pcm: Vec<u8>,
    ms: i64,
    words: Vec<WordEnd>,
    fell_back: bool,
}

impl Made {
    fn of(piece: Piece, rate: u32) -> Self {
        let ms = piece.samples.len() as i64 * 1_000 / i64::from(RATE);
        let samples = match RATE == rate {
            true => piece.samples,
            false => resample(&piece.samples, RATE, rate),
        };
        Self {
            pcm: to_pcm16(&samples),
            ms,
            words: piece.words,
            fell_back: false,
        }
    }
}

/// Blocks.
fn stretch(
    speech: &Local,
    text: &str,
    (speed, seed): (f32, u64),
    rate: u32,
    cancelled: &AtomicBool,
) -> Result<Made, SpeechError> {
    if cancelled.load(Ordering::Relaxed) {
        return Err(SpeechError::Cancelled);
    }
    if text.is_empty() {
        return Ok(Made::default());
    }
    let sound = speech.say(text, speed, seed, cancelled)?;
    let words = sound.words.iter().map(|word| WordEnd {
        ms: word.ms,
        byte: word.byte,
    });
    let words = words.collect();
    let samples = match sound.rate == rate {
        true => sound.samples,
        false => resample(&sound.samples, sound.rate, rate),
    };
    Ok(Made {
        ms: samples.len() as i64 * 1_000 / i64::from(rate.max(1)),
        pcm: to_pcm16(&samples),
        words,
        fell_back: sound.rate != VOICE_RATE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_later_stretches_end_later_in_sound_and_text() {
        let made = |words: &[(i64, usize)]| Made {
            pcm: Vec::new(),
            ms: 500,
            words: words
                .iter()
                .map(|(ms, byte)| WordEnd { ms: *ms, byte: *byte })
                .collect(),
            fell_back: false,
        };
        let mut said = Said::default();
        said.add(0, &made(&[(500, 4)]));
        said.add(5, &made(&[(200, 2), (500, 6)]));
        let (ms, words) = said.whole();
        let ends: Vec<_> = words.iter().map(|word| (word.ms, word.byte)).collect();
        assert_eq!((ms, ends), (1_000, vec![(500, 4), (700, 7), (1_000, 11)]));
    }
}
