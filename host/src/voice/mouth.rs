//! Speaks the segments of one answer, one after the other, a stretch at a time: it can be cut off between any two.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use speech::{Local, SpeechError, resample, to_pcm16};
use tokio::sync::mpsc;
use voice_turn::speakable::stretches;
use voice_turn::{Stamp, WordEnd};

use super::input::{Input, Sounded, Worked};
use super::pool::Pool;

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
    cancelled: Arc<AtomicBool>,
}

impl Drop for Mouth {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Mouth {
    pub fn open(with: Speaking, answer: Stamp, utt: u16) -> Self {
        let (queue, mut waiting) = mpsc::unbounded_channel::<Saying>();
        let cancelled = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&cancelled);
        tokio::spawn(async move {
            while let Some(saying) = waiting.recv().await {
                if !segment(&with, &stop, (answer, utt), saying).await {
                    return;
                }
            }
        });
        Self { queue, cancelled }
    }

    pub fn say(&self, saying: Saying) {
        // After a failure nobody listens: the answer goes on as text.
        let _ = self.queue.send(saying);
    }
}

/// Speaks one segment. False when there is nothing more to be said.
async fn segment(with: &Speaking, stop: &Arc<AtomicBool>, (answer, utt): (Stamp, u16), saying: Saying) -> bool {
    let mut said = Said::default();
    let parts = stretches(&saying.text);
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

    fn whole(&self) -> (i64, Vec<WordEnd>) {
        (self.ms, self.words.clone())
    }
}

struct Made {
    pcm: Vec<u8>,
    ms: i64,
    words: Vec<WordEnd>,
    fell_back: bool,
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
