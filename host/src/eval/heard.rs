//! `voiceassist eval heard --out heard.tsv`: whether a drug, number, unit, side or negation is ever changed without
//! anybody being told. Two hundred sentences are spoken by both voices, at several paces and with noise, recognised,
//! reviewed, and each verdict is compared with what was said.

mod judge;
mod sentences;
mod spoken;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use heard::Vocabulary;
use speech::Recognizer;

pub use judge::{Outcome, judge};
pub use sentences::{Half, Sentence, sentences};
pub use spoken::{Condition, Speakers};

use crate::voice::hearing::{Expected, hear};

#[derive(clap::Args)]
pub struct Arguments {
    /// One line per utterance: half, condition, what was said, what was heard, the verdict, how that counts
    #[arg(long)]
    out: PathBuf,
    /// No more than so many sentences
    #[arg(long)]
    limit: Option<usize>,
    /// Decides which sentence gets which pace and which noise
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs it all, writes the table and prints the shares of both halves.
///
/// # Errors
/// A model or espeak-ng is missing, a file cannot be read or written, or something was changed silently.
pub fn run(arguments: &Arguments, cache_dir: &Path, report: &mut impl Write) -> Result<()> {
    let sentences = sentences();
    let count = arguments.limit.unwrap_or(sentences.len()).min(sentences.len());
    let models = cache_dir.join("models");
    let (recognizer, speakers) = (Recognizer::load(&models)?, Speakers::load(&models)?);
    let expected = Expected::new(Vocabulary::new(std::iter::empty()));
    let mut table = String::from("half\tcondition\tsaid\theard\tverdict\tcounts as\n");
    let mut shares: BTreeMap<Half, Shares> = BTreeMap::new();
    let mut silent = Vec::new();
    let mut taken: Vec<Duration> = Vec::new();
    for (at, sentence) in sentences[..count].iter().enumerate() {
        for condition in Condition::of(at, arguments.seed) {
            let samples = speakers.say(&sentence.said, &condition)?;
            let begun = Instant::now();
            let review = hear(&recognizer, &samples, &expected)?;
            taken.push(begun.elapsed());
            let outcome = judge(&review, sentence, &expected.vocabulary);
            let verdict = judge::verdict_in_words(&review);
            let (half, said, heard) = (sentence.half, &sentence.said, &review.text);
            writeln!(table, "{half}\t{condition}\t{said}\t{heard}\t{verdict}\t{outcome}")?;
            shares.entry(half).or_default().count(outcome);
            if outcome == Outcome::Silent {
                silent.push(format!(
                    "{half}, {condition}: said \"{said}\", heard \"{heard}\", {verdict}"
                ));
            }
        }
    }
    std::fs::write(&arguments.out, table).with_context(|| arguments.out.display().to_string())?;
    for (half, shares) in &shares {
        writeln!(report, "{half}: {shares}")?;
    }
    writeln!(report, "all: {}", shares.values().fold(Shares::default(), Shares::plus))?;
    writeln!(
        report,
        "heard in {:.1} s, one in twenty in more than {:.1} s",
        at_most(&mut taken, 0.5).as_secs_f64(),
        at_most(&mut taken, 0.95).as_secs_f64()
    )?;
    for line in &silent {
        writeln!(report, "changed silently: {line}")?;
    }
    anyhow::ensure!(silent.is_empty(), "{} silent changes; there must be none", silent.len());
    Ok(())
}

/// What so large a part of all is at most.
fn at_most(all: &mut [Duration], part: f64) -> Duration {
    all.sort_unstable();
    let at = (all.len() as f64 * part) as usize;
    all.get(at).or(all.last()).copied().unwrap_or_default()
}

#[derive(Clone, Copy, Default)]
struct Shares {
    right: usize,
    asked: usize,
    refused: usize,
    silent: usize,
}

impl Shares {
    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Right => &mut self.right,
            Outcome::Asked => &mut self.asked,
            Outcome::Refused => &mut self.refused,
            Outcome::Silent => &mut self.silent,
        } += 1;
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            right: self.right + other.right,
            asked: self.asked + other.asked,
            refused: self.refused + other.refused,
            silent: self.silent + other.silent,
        }
    }
}

impl std::fmt::Display for Shares {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self.right + self.asked + self.refused + self.silent;
        let share = |part: usize| part as f64 * 100.0 / all.max(1) as f64;
        write!(
            f,
            "{all} utterances, {:.1} % heard right, {:.1} % asked back, {:.1} % refused, {} changed silently",
            share(self.right),
            share(self.asked),
            share(self.refused),
            self.silent
        )
    }
}
