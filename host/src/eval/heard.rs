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
use std::time::Instant;

use anyhow::{Context, Result};
use heard::{HeardWord, Reading, Vocabulary, review};
use serde::{Deserialize, Serialize};
use speech::Recognizer;

pub use judge::{Outcome, judge};
pub use sentences::{Half, Sentence, sentences};
pub use spoken::{Condition, Speakers};

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
    /// Keeps the readings in this file, or takes them from it when it exists, which is quick
    #[arg(long)]
    readings: Option<PathBuf>,
}

/// What was recognised of one utterance.
#[derive(Serialize, Deserialize)]
struct Utterance {
    sentence: usize,
    condition: String,
    /// Texts with the words and their confidence.
    readings: Vec<Vec<(String, f32)>>,
}

/// Runs it all, writes the table and prints the shares of both halves.
///
/// # Errors
/// A model or espeak-ng is missing, a file cannot be read or written, or something was changed silently.
pub fn run(arguments: &Arguments, cache_dir: &Path, report: &mut impl Write) -> Result<()> {
    let sentences = sentences();
    let count = arguments.limit.unwrap_or(sentences.len()).min(sentences.len());
    let begun = Instant::now();
    let utterances = match arguments.readings.as_deref().filter(|path| path.exists()) {
        Some(path) => kept(path)?,
        None => recognised(&sentences[..count], arguments.seed, &cache_dir.join("models"))?,
    };
    if let Some(path) = arguments.readings.as_deref().filter(|path| !path.exists()) {
        let bytes = serde_json::to_vec(&utterances)?;
        std::fs::write(path, bytes).with_context(|| path.display().to_string())?;
    }
    let recognised = begun.elapsed();
    let vocabulary = Vocabulary::new(std::iter::empty());
    let mut table = String::from("half\tcondition\tsaid\theard\tverdict\tcounts as\n");
    let mut shares: BTreeMap<Half, Shares> = BTreeMap::new();
    let mut silent = Vec::new();
    let begun = Instant::now();
    for utterance in utterances.iter().filter(|utterance| utterance.sentence < count) {
        let sentence = &sentences[utterance.sentence];
        let readings: Vec<Reading> = utterance.readings.iter().map(|heard| reading(heard)).collect();
        let review = review(&readings, &vocabulary);
        let outcome = judge(&review, sentence, &vocabulary);
        let heard = readings.first().map_or("", |reading| reading.text.as_str());
        let verdict = judge::verdict_in_words(&review);
        let (half, condition) = (sentence.half, &utterance.condition);
        writeln!(
            table,
            "{half}\t{condition}\t{}\t{heard}\t{verdict}\t{outcome}",
            sentence.said
        )?;
        shares.entry(half).or_default().count(outcome);
        if outcome == Outcome::Silent {
            silent.push(format!(
                "{half}, {condition}: said \"{}\", heard \"{heard}\", {verdict}",
                sentence.said
            ));
        }
    }
    std::fs::write(&arguments.out, table).with_context(|| arguments.out.display().to_string())?;
    for (half, shares) in &shares {
        writeln!(report, "{half}: {shares}")?;
    }
    writeln!(report, "all: {}", shares.values().fold(Shares::default(), Shares::plus))?;
    writeln!(
        report,
        "readings in {:.0} s, reviewed in {:.1} s",
        recognised.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    )?;
    for line in &silent {
        writeln!(report, "changed silently: {line}")?;
    }
    anyhow::ensure!(silent.is_empty(), "{} silent changes; there must be none", silent.len());
    Ok(())
}

fn reading(heard: &[(String, f32)]) -> Reading {
    let texts: Vec<&str> = heard.iter().map(|(text, _)| text.as_str()).collect();
    let word = |(text, confidence)| HeardWord { text, confidence };
    Reading {
        text: texts.join(" "),
        words: heard.iter().cloned().map(word).collect(),
    }
}

fn kept(path: &Path) -> Result<Vec<Utterance>> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} holds no readings; remove it", path.display()))
}

fn recognised(sentences: &[Sentence], seed: u64, models: &Path) -> Result<Vec<Utterance>> {
    let recognizer = Recognizer::load(models)?;
    let speakers = Speakers::load(models)?;
    let mut utterances = Vec::new();
    for (at, sentence) in sentences.iter().enumerate() {
        for condition in Condition::of(at, seed) {
            let samples = speakers.say(&sentence.said, &condition)?;
            let transcripts = recognizer.read(&samples)?;
            utterances.push(Utterance {
                sentence: at,
                condition: condition.to_string(),
                readings: transcripts.into_iter().map(|transcript| transcript.words).collect(),
            });
        }
    }
    Ok(utterances)
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
