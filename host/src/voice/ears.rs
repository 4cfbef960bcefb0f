//! The stretches of speech that are being heard, and the work of understanding them.

use std::sync::Arc;

use heard::{Reading, Review, review};
use speech::{Local, SpeechError, Utterance};
use tokio::sync::mpsc;
use voice_turn::Stamp;

use super::hearing::{self, Expected};
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
        });
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
            if !elsewhere && !ear.partial && understanding.pool.waiting() == 0 && ear.utterance.is_due() {
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
        last(understanding.clone(), stamp, samples, ear.stretch.take());
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
            None => {
                let (speech, expected) = (Arc::clone(&with.speech), Arc::clone(&with.expected));
                let done = with.pool.run(move || {
                    let recognizer = speech.recognizer()?;
                    hearing::hear(&recognizer, &samples, &expected)
                });
                done.await
            }
        };
        let _ = with.tell.send(Input::Worked(Worked::Final { ear, review })).await;
    });
}

/// What a vendor heard is one more reading, and the best, beside those of this server: where they differ it is asked back.
/// Both are made at the same time, so nothing is lost and no time passes when the vendor fails.
async fn both(with: &Understanding, samples: Vec<f32>, stretch: Stretch) -> Option<Result<Review, SpeechError>> {
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
