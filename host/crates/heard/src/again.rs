//! A second look at what was not clear: texts that may have been said, compared by how well each fits the sound.
//!
//! The recogniser tells how likely whole texts are. The best that can be asked is taken where it fits about as well as what
//! was heard freely, where the readings have its ordinary words, and where every text that differs from it in something
//! that matters is clearly less likely.

use crate::align::Alignment;
use crate::cues;
use crate::doubts::{self, Doubt, Edit, Parsed};
use crate::pieces::{Kind, Piece, pieces};
use crate::question::{confirmed, edited, is_sound, question, same};
use crate::review::chips;
use crate::rivals::{Beside, agree, rivals};
use crate::sound::{likeness, sounds};
use crate::vocabulary::Vocabulary;
use crate::{Choice, Reading, Refusal, Review, Verdict};

/// Texts that are compared at first, and forms of one meaning among them.
const CANDIDATES: usize = 14;
const FORMS: usize = 2;
/// Guesses in which garbled names are looked for.
const GUESSES: usize = 2;
/// Names that are tried in the place of a garbled one, and their least likeness to it.
const NAMES: usize = 3;
const TRIED: f32 = 0.55;
/// How often a rival that turns out to be better is looked at for rivals of its own.
const ROUNDS: usize = 2;
/// How far the best text may be behind the likeliest of all, as a logarithm, to be taken.
const BEHIND: f32 = 10.0;
/// And to be asked.
const BEHIND_ASKED: f32 = 5.0;
/// How far each rival must be behind the best.
const AHEAD: f32 = 4.0;
/// And one that has a name where the best has ordinary words, which the recogniser likes better than names.
const AHEAD_OF_NAME: f32 = 15.0;
/// Words of the best text that a reading may lack, where another has all of them.
const UNHEARD: usize = 1;
/// And that the readings together may lack, to be asked.
const UNHEARD_ASKED: usize = 3;
/// Least likeness, over the readings, of a name to what they have in its place.
const LIKE: f32 = 0.55;
/// What one question offers, as whole texts.
const OPTIONS: usize = 2;

/// A text and the logarithm of how likely it is.
#[derive(Clone, Debug)]
pub(crate) struct Weighed {
    pub text: String,
    pub pieces: Vec<Piece>,
    pub likely: f32,
}

/// The best text that can be asked, and others.
struct Weighing {
    best: Weighed,
    /// Those that differ in something that matters, the best first.
    rivals: Vec<Weighed>,
    /// How likely the likeliest of all is.
    freest: f32,
}

/// Looks again at an utterance that [`crate::review`] has not found clear. `guesses` are further texts that may have been
/// said; `compare` tells the logarithm of how likely texts are, given the sound. What it cannot settle stays as in
/// `first`.
///
/// # Errors
/// Those of `compare`.
pub fn look_again<E>(
    first: Review,
    readings: &[Reading],
    guesses: &[String],
    vocabulary: &Vocabulary,
    compare: impl FnMut(&[&str]) -> Result<Vec<f32>, E>,
) -> Result<Review, E> {
    let parsed: Vec<Parsed<'_>> = readings
        .iter()
        .map(|reading| Parsed::of(reading, vocabulary))
        .filter(|reading| !reading.pieces.is_empty())
        .collect();
    if first.verdict == Verdict::Clear || parsed.is_empty() {
        return Ok(first);
    }
    let Some(weighing) = weigh(&parsed, guesses, vocabulary, compare)? else {
        return Ok(first);
    };
    let is_lost = first.verdict
        == Verdict::Refuse {
            reason: Refusal::Unclear,
        };
    let verdict = if !is_lost && weighing.is_settled(&parsed, vocabulary) {
        Verdict::Clear
    } else if let Some(asked) = weighing.asked(&parsed) {
        asked
    } else {
        return Ok(first);
    };
    let text = weighing.best.text;
    Ok(Review {
        chips: chips(&text, vocabulary),
        text,
        verdict,
    })
}

impl Weighing {
    /// Whether the best text may be taken without a question.
    fn is_settled(&self, parsed: &[Parsed<'_>], vocabulary: &Vocabulary) -> bool {
        let best = &self.best;
        let is_far = |rival: &Weighed| {
            let least = match names(&rival.pieces) > names(&best.pieces) {
                true => AHEAD_OF_NAME,
                false => AHEAD,
            };
            best.likely - rival.likely >= least
        };
        let homophone = (0..best.pieces.len()).any(|at| cues::homophone(&best.pieces, at).is_some());
        let beside: Vec<Alignment> = parsed
            .iter()
            .map(|heard| Alignment::of(&best.pieces, &heard.pieces))
            .collect();
        let unheard: Vec<usize> = beside.iter().map(|one| unheard(&best.pieces, one)).collect();
        let is_heard = unheard.contains(&0) && unheard.iter().all(|count| *count <= UNHEARD);
        !homophone
            && self.freest - best.likely <= BEHIND
            && self.rivals.iter().all(is_far)
            && is_heard
            && names_are_like(&best.pieces, &beside, parsed)
            && !keeps_doubt(best, parsed, vocabulary)
    }

    /// A question for the best text and those near it.
    fn asked(&self, parsed: &[Parsed<'_>]) -> Option<Verdict> {
        let best = &self.best;
        let missed = parsed
            .iter()
            .map(|heard| unheard(&best.pieces, &Alignment::of(&best.pieces, &heard.pieces)));
        if self.freest - best.likely > BEHIND_ASKED || missed.sum::<usize>() > UNHEARD_ASKED {
            return None;
        }
        let lacks = |part: &[Piece], whole: &[Piece]| {
            let told = |pieces: &[Piece]| -> Vec<Piece> {
                pieces.iter().filter(|piece| piece.chip().is_some()).cloned().collect()
            };
            let (part, whole) = (told(part), told(whole));
            let mut rest = whole.iter();
            part.len() < whole.len() && part.iter().all(|one| rest.any(|other| other.says_the_same(one)))
        };
        // Who hears an option that only leaves something out does not miss it.
        if parsed.iter().any(|heard| lacks(&best.pieces, &heard.pieces)) {
            return None;
        }
        let near = self.rivals.iter().filter(|rival| best.likely - rival.likely < AHEAD);
        let near: Vec<&Weighed> = near.collect();
        if near.iter().any(|rival| lacks(&best.pieces, &rival.pieces)) {
            return None;
        }
        let near = near.into_iter().filter(|rival| !lacks(&rival.pieces, &best.pieces));
        let options: Vec<Choice> = std::iter::once(best)
            .chain(near.take(OPTIONS))
            .map(|one| Choice {
                label: one.text.trim_end_matches('.').to_owned(),
                text: one.text.clone(),
            })
            .collect();
        Some(Verdict::Ask {
            question: question(&options),
            options,
        })
    }
}

fn names(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| piece.kind == Kind::Drug).count()
}

/// Words, beside names and small ones, that a reading does not have.
fn unheard(of: &[Piece], alignment: &Alignment) -> usize {
    let told = of.iter().zip(&alignment.same);
    told.filter(|(piece, same)| same.is_none() && piece.kind != Kind::Drug && !piece.is_function())
        .count()
}

/// Whether each name sounds like what the readings have in its place.
fn names_are_like(of: &[Piece], beside: &[Alignment], parsed: &[Parsed<'_>]) -> bool {
    let drugs = of.iter().enumerate().filter(|(_, piece)| piece.kind == Kind::Drug);
    drugs.into_iter().all(|(at, piece)| {
        let sound = sounds(&piece.key);
        let like = |(alignment, heard): (&Alignment, &Parsed<'_>)| {
            let (start, end) = heard.span(&alignment.beside(&(at..at + 1)));
            likeness(&sound, &sounds(&heard.text[start..end].to_lowercase()))
        };
        let sum: f32 = beside.iter().zip(parsed).map(like).sum();
        sum >= LIKE * parsed.len() as f32
    })
}

/// Whether the best text has, in the place of a doubt, the ordinary words that were doubted.
fn keeps_doubt(best: &Weighed, parsed: &[Parsed<'_>], vocabulary: &Vocabulary) -> bool {
    let found = doubts::find(parsed, vocabulary);
    let Some(first) = parsed.first() else { return false };
    let alignment = Alignment::of(&first.pieces, &best.pieces);
    found.doubts.iter().any(|doubt: &Doubt| {
        let within = |at: &usize| first.pieces[*at].start >= doubt.start && first.pieces[*at].end <= doubt.end;
        let mut places = (0..first.pieces.len()).filter(within).peekable();
        places.peek().is_some()
            && places.all(|at| {
                let same = alignment.same[at].and_then(|other| best.pieces.get(other));
                same.is_some_and(|piece| piece.kind == Kind::Word)
            })
    })
}

fn weigh<E>(
    parsed: &[Parsed<'_>],
    guesses: &[String],
    vocabulary: &Vocabulary,
    mut compare: impl FnMut(&[&str]) -> Result<Vec<f32>, E>,
) -> Result<Option<Weighing>, E> {
    let mut known: Vec<Weighed> = Vec::new();
    let mut add = |known: &mut Vec<Weighed>, texts: Vec<String>| -> Result<(), E> {
        let mut new: Vec<String> = Vec::new();
        for text in texts {
            if !text.is_empty() && !new.contains(&text) && !known.iter().any(|one| one.text == text) {
                new.push(text);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let fits = compare(&new.iter().map(String::as_str).collect::<Vec<_>>())?;
        known.extend(new.into_iter().zip(fits).map(|(text, likely)| Weighed {
            pieces: pieces(&text, &confirmed(&text), vocabulary),
            text,
            likely,
        }));
        Ok(())
    };
    let readings: Vec<String> = parsed.iter().map(|reading| reading.text.to_owned()).collect();
    let mut texts = candidates(&readings, guesses, vocabulary);
    texts.extend(readings.iter().chain(guesses).cloned());
    add(&mut known, texts)?;
    let best_of = |known: &[Weighed]| {
        let sound = known
            .iter()
            .filter(|one| one.likely.is_finite() && is_sound(&one.pieces));
        sound.max_by(|a, b| a.likely.total_cmp(&b.likely)).cloned()
    };
    let Some(mut best) = best_of(&known) else {
        return Ok(None);
    };
    let freest = known.iter().map(|one| one.likely).fold(f32::NEG_INFINITY, f32::max);
    if freest - best.likely > BEHIND {
        return Ok(None);
    }
    for _ in 0..ROUNDS {
        let heard = parsed.iter().map(|reading| Beside {
            text: reading.text,
            pieces: &reading.pieces,
        });
        let others = known.iter().map(|one| Beside {
            text: &one.text,
            pieces: &one.pieces,
        });
        let more = rivals(
            &best.text,
            &best.pieces,
            &heard.chain(others).collect::<Vec<_>>(),
            vocabulary,
        );
        add(&mut known, more)?;
        match best_of(&known) {
            Some(other) if other.text != best.text => best = other,
            _ => break,
        }
    }
    known.sort_by(|a, b| b.likely.total_cmp(&a.likely));
    let mut rivals: Vec<Weighed> = Vec::new();
    for one in known.iter().filter(|one| is_sound(&one.pieces)) {
        if !agree(&one.pieces, &best.pieces) && !rivals.iter().any(|other| agree(&other.pieces, &one.pieces)) {
            rivals.push(one.clone());
        }
    }
    let freest = freest.max(best.likely);
    Ok(Some(Weighing { best, rivals, freest }))
}

/// Whole texts that could be asked, the likelier guesses first.
fn candidates(readings: &[String], guesses: &[String], vocabulary: &Vocabulary) -> Vec<String> {
    let mut found: Vec<(String, Vec<Piece>)> = Vec::new();
    for heard in guesses.iter().take(GUESSES).chain(readings) {
        for text in named(heard, vocabulary) {
            let pieces = pieces(&text, &confirmed(&text), vocabulary);
            let forms = found.iter().filter(|(_, other)| same(other, &pieces)).count();
            if is_sound(&pieces) && forms < FORMS && !found.iter().any(|(other, _)| *other == text) {
                found.push((text, pieces));
            }
        }
    }
    found.truncate(CANDIDATES);
    found.into_iter().map(|(text, _)| text).collect()
}

/// A text with its garbled names spelled as in the lexicon: the nearest names first, one place changed at a time.
fn named(text: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let pieces = pieces(text, &[], vocabulary);
    let garbled: Vec<&Piece> = pieces.iter().filter(|piece| !piece.near.is_empty()).collect();
    let edit = |piece: &Piece, name: &str| Edit {
        start: piece.start,
        end: piece.end,
        text: name.to_owned(),
    };
    let nearest: Vec<Edit> = garbled.iter().map(|piece| edit(piece, &piece.key)).collect();
    let mut texts = vec![text.to_owned(), edited(text, &nearest)];
    for (at, piece) in garbled.iter().enumerate() {
        let others = piece.near.iter().skip(1).take(NAMES - 1);
        for near in others.filter(|near| near.likeness >= TRIED) {
            let mut edits = nearest.clone();
            edits[at] = edit(piece, &near.name);
            texts.push(edited(text, &edits));
        }
    }
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.kind == Kind::Word) {
        if let Some(other) = cues::homophone(&pieces, at) {
            let mut edits = nearest.clone();
            edits.push(edit(piece, other));
            texts.push(edited(text, &edits));
        }
    }
    texts
}
