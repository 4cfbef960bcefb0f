//! The stretches of speech that are being heard, and the work of understanding them.

use std::sync::Arc;

use heard::{Reading, Review, review};
use speech::{Local, RATE, Recognizer, SpeechError, Utterance, ends_at};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use voice_turn::Stamp;

use super::hearing::{self, Expected, First};
use super::input::{Input, Worked};
use super::pool::Pool;
use super::vendors::{Outside, Stretch};

/// What understanding needs.
#[derive(Clone)]
pub struct Understanding {
    pub speech: Arc<Local>,
    pub pool: Arc<Pool>,
    pub expected: Arc<Expected>,
    pub tell: mpsc::Sender<Input>,
    /// Where a vendor may hear, too.
    pub outside: Option<Outside>,
    /// Names that a vendor is told to expect.
    pub keyterms: Arc<[String]>,
}

struct Ear {
    stamp: Stamp,
    utterance: Utterance,
    /// A partial text is made of what was there.
    partial: bool,
    finishing: bool,
    /// Where a vendor hears it, too.
    stretch: Option<Stretch>,
    ahead: Option<Ahead>,
}

/// What was said until the voice paused, read before it is known that nothing follows.
struct Ahead {
    samples: usize,
    first: JoinHandle<Option<Result<First, SpeechError>>>,
}

/// None when too much waits.
type Heard = Option<Result<Review, SpeechError>>;

/// Samples of quiet, a fifth of a second, that follow when nothing more is said.
const QUIET: usize = RATE as usize / 5;

impl Ear {
    /// It is being read ahead of its end.
    fn is_read_ahead(&self) -> bool {
        self.ahead.as_ref().is_some_and(|ahead| !ahead.first.is_finished())
    }
}

#[derive(Default)]
pub struct Ears(Vec<Ear>);

impl Ears {
    /// Listens from now on, with what was there `before`.
    pub fn open(&mut self, stamp: Stamp, before: &[f32], understanding: &Understanding) {
        let mut utterance = Utterance::default();
        utterance.push(before);
        let outside = understanding.outside.clone();
        let stretch = outside.map(|outside| Stretch::open(outside, &understanding.keyterms, stamp, before));
        self.0.push(Ear {
            stamp,
            utterance,
            partial: false,
            finishing: false,
            stretch,
            ahead: None,
        });
    }

    /// The voice paused: what was said is read at once, and counts unless something follows. A vendor hears the end itself.
    pub fn pause(&mut self, understanding: &Understanding) {
        for ear in self.0.iter_mut().filter(|ear| !ear.finishing && ear.stretch.is_none()) {
            if understanding.pool.waiting() > 0 || ear.is_read_ahead() {
                continue;
            }
            let mut samples = ear.utterance.so_far().to_vec();
            let count = samples.len();
            samples.resize(count + QUIET, 0.0);
            ear.ahead = Some(Ahead {
                samples: count,
                first: tokio::spawn(first(understanding.clone(), samples)),
            });
        }
    }

    pub fn close(&mut self, stamp: Stamp) {
        self.0.retain(|ear| ear.stamp != stamp);
    }

    /// Adds samples to all that are open, and begins partial texts that are due. False when none is.
    pub fn push(&mut self, samples: &[f32], understanding: &Understanding) -> bool {
        let mut open = false;
        for ear in self.0.iter_mut().filter(|ear| !ear.finishing) {
            open = true;
            let elsewhere = ear.stretch.as_ref().is_some_and(|stretch| stretch.push(samples));
            ear.utterance.push(samples);
            // Texts on the way are a courtesy: what must be understood goes first, and a vendor makes its own.
            let busy = elsewhere || ear.partial || ear.is_read_ahead();
            if !busy && understanding.pool.waiting() == 0 && ear.utterance.is_due() {
                ear.partial = true;
                partial(understanding.clone(), ear.stamp, ear.utterance.take_due());
            }
        }
        open
    }

    /// Nothing more comes: the final text is made.
    pub fn finish(&mut self, stamp: Stamp, understanding: &Understanding) {
        let Some(ear) = self.0.iter_mut().find(|ear| ear.stamp == stamp && !ear.finishing) else {
            return;
        };
        ear.finishing = true;
        if let Some(stretch) = &mut ear.stretch {
            stretch.end();
        }
        let samples = ear.utterance.take();
        let ahead = ear.ahead.take().filter(|ahead| ends_at(&samples, ahead.samples));
        match ahead {
            Some(ahead) => known(understanding.clone(), stamp, samples, ahead),
            None => last(understanding.clone(), stamp, samples, ear.stretch.take()),
        }
    }

    /// A partial text was made. False for a stretch that is closed.
    pub fn was_read(&mut self, stamp: Stamp) -> bool {
        let ear = self.0.iter_mut().find(|ear| ear.stamp == stamp);
        ear.map(|ear| ear.partial = false).is_some()
    }
}

fn partial(with: Understanding, ear: Stamp, samples: Vec<f32>) {
    tokio::spawn(async move {
        let speech = Arc::clone(&with.speech);
        let done = with.pool.run(move || speech.recognizer()?.text(&samples));
        // Refused for want of room, or failed: the next one may be made.
        let text = done.await.and_then(Result::ok);
        let _ = with.tell.send(Input::Worked(Worked::Partial { ear, text })).await;
    });
}

fn last(with: Understanding, ear: Stamp, samples: Vec<f32>, stretch: Option<Stretch>) {
    tokio::spawn(async move {
        let review = match stretch {
            Some(stretch) => both(&with, samples, stretch).await,
            None => here(&with, samples).await,
        };
        let _ = with.tell.send(Input::Worked(Worked::Final { ear, review })).await;
    });
}

/// The last text is the one that was made ahead; all is read where that failed.
fn known(with: Understanding, ear: Stamp, samples: Vec<f32>, ahead: Ahead) {
    tokio::spawn(async move {
        let review = match ahead.first.await {
            Ok(Some(Ok(first))) => {
                look(&with, move |recognizer, expected| {
                    hearing::settle(recognizer, first, expected)
                })
                .await
            }
            _ => here(&with, samples).await,
        };
        let _ = with.tell.send(Input::Worked(Worked::Final { ear, review })).await;
    });
}

async fn here(with: &Understanding, samples: Vec<f32>) -> Heard {
    look(with, move |recognizer, expected| {
        hearing::hear(recognizer, &samples, expected)
    })
    .await
}

async fn first(with: Understanding, samples: Vec<f32>) -> Option<Result<First, SpeechError>> {
    look(&with, move |recognizer, expected| {
        hearing::first_look(recognizer, &samples, expected)
    })
    .await
}

async fn look<T: Send + 'static>(
    with: &Understanding,
    work: impl FnOnce(&Recognizer, &Expected) -> Result<T, SpeechError> + Send + 'static,
) -> Option<Result<T, SpeechError>> {
    let (speech, expected) = (Arc::clone(&with.speech), Arc::clone(&with.expected));
    with.pool.run(move || work(&*speech.recognizer()?, &expected)).await
}

/// What a vendor heard is one more reading, and the best, beside those of this server: where they differ it is asked back.
/// Both are made at the same time, so nothing is lost and no time passes when the vendor fails.
async fn both(with: &Understanding, samples: Vec<f32>, stretch: Stretch) -> Heard {
    let speech = Arc::clone(&with.speech);
    let here = with.pool.run(move || {
        let listened = speech.recognizer()?.read(&samples)?;
        Ok::<_, SpeechError>(listened.readings)
    });
    let (here, there) = tokio::join!(here, stretch.heard());
    let there = there.filter(|reading| !reading.text.trim().is_empty());
    let here = match (here, &there) {
        (Some(Ok(transcripts)), _) => transcripts,
        (Some(Err(error)), Some(_)) => {
            tracing::warn!(%error, "speech was recognised by a vendor alone");
            Vec::new()
        }
        (None, Some(_)) => Vec::new(),
        (Some(Err(error)), None) => return Some(Err(error)),
        (None, None) => return None,
    };
    let readings: Vec<Reading> = there
        .into_iter()
        .chain(here.into_iter().map(hearing::reading))
        .collect();
    let expected = Arc::clone(&with.expected);
    // Some milliseconds of comparing names.
    let reviewing = tokio::task::spawn_blocking(move || review(&readings, &expected.vocabulary));
    reviewing.await.ok().map(Ok)
}

/// Whether the speaker has finished, by the sound of the last seconds.
pub fn judge(with: Understanding, ear: Stamp, samples: Vec<f32>) {
    tokio::spawn(async move {
        let speech = Arc::clone(&with.speech);
        let done = with
            .pool
            .run(move || speech.turns().and_then(|turns| turns.complete(&samples)));
        let complete = done.await.and_then(Result::ok);
        let _ = with.tell.send(Input::Worked(Worked::Judged { ear, complete })).await;
    });
}
