//! Where the readings of an utterance cannot be relied on, and what may have been said there.

use std::ops::Range;

use crate::align::{Alignment, merged};
use crate::cues;
use crate::number::sounds_like;
use crate::pieces::{Kind, Piece};
use crate::question::edited;
use crate::vocabulary::{Near, Vocabulary};
use crate::{HeardWord, Reading, Refusal, pieces};

/// Least mean confidence, over readings that agree, of something that matters. The recogniser spreads its confidence over
/// spellings, "25" and "twenty-five", so that agreement says more than confidence.
const ITEM: f32 = 0.3;
/// Of what is easily taken for something else: fifteen, left; and of a name that has a near one.
const CONFUSABLE: f32 = 0.65;
const CONFUSABLE_DRUG: f32 = 0.2;
/// Of a unit, which has many spellings.
const UNIT: f32 = 0.35;
/// Of a name spelled as in the lexicon in every reading.
const NAME: f32 = 0.1;
/// Of an ordinary word.
const WORD: f32 = 0.2;
/// Of an ordinary word on which the readings differ, and of anything that one reading alone hears otherwise.
const DIFFERING: f32 = 0.8;
/// Least mean confidence of all words of several readings whose rest can be relied on.
const REST: f32 = 0.7;
/// What matters and one reading alone hears contradicts the others from here on.
const CONTRADICTS: f32 = 0.5;
/// Least likeness, over the readings, of a garbled name to the drug it is taken for without asking, and how far the next
/// drug must be.
const TAKEN: f32 = 0.78;
const AHEAD: f32 = 0.08;
const AHEAD_OF_CONFUSABLE: f32 = 0.25;
/// Likeness that is assumed where a reading's nearest names do not have one.
const ABSENT: f32 = 0.4;
/// Least likeness of a name that is offered.
const OFFERED: f32 = 0.55;
/// What one question offers.
pub(crate) const MOST: usize = 3;

/// A reading with its pieces.
pub(crate) struct Parsed<'a> {
    pub text: &'a str,
    pub pieces: Vec<Piece>,
}

impl<'a> Parsed<'a> {
    pub fn of(reading: &'a Reading, vocabulary: &Vocabulary) -> Self {
        Self::of_text(&reading.text, &reading.words, vocabulary)
    }

    pub fn of_text(text: &'a str, words: &[HeardWord], vocabulary: &Vocabulary) -> Self {
        Self {
            text,
            pieces: pieces::pieces(text, words, vocabulary),
        }
    }

    /// The bytes of some pieces; where there are none, the place before the next.
    pub fn span(&self, range: &Range<usize>) -> (usize, usize) {
        match self.pieces.get(range.clone()) {
            Some([first, .., last]) => (first.start, last.end),
            Some([only]) => (only.start, only.end),
            _ => {
                let at = self
                    .pieces
                    .get(range.start)
                    .map_or(self.text.len(), |piece| piece.start);
                (at, at)
            }
        }
    }

    /// What the pieces say, garbled names by what they are taken for.
    fn said(&self, range: &Range<usize>) -> String {
        let mut out = String::new();
        let (start, end) = self.span(range);
        let mut from = start;
        for piece in self.pieces.get(range.clone()).unwrap_or_default() {
            if !piece.near.is_empty() {
                out.push_str(&self.text[from..piece.start]);
                out.push_str(&piece.key);
                from = piece.end;
            }
        }
        out.push_str(&self.text[from..end]);
        out
    }
}

/// Bytes of a text and what is put in their place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// Bytes of the best reading and what may stand there.
#[derive(Debug)]
pub(crate) struct Doubt {
    pub start: usize,
    pub end: usize,
    pub options: Vec<String>,
    /// Why there is no question without an option that can be offered.
    pub reason: Refusal,
}

#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Garbled names that are certain.
    pub edits: Vec<Edit>,
    pub doubts: Vec<Doubt>,
    /// Whether the rest cannot be relied on: the readings differ elsewhere, too, or are unsure as a whole.
    pub varied: bool,
}

struct Finder<'a> {
    readings: &'a [Parsed<'a>],
    alignments: Vec<Alignment>,
    vocabulary: &'a Vocabulary,
    found: Found,
}

/// `readings` are not none, and the first has pieces.
pub(crate) fn find(readings: &[Parsed<'_>], vocabulary: &Vocabulary) -> Found {
    let Some((best, others)) = readings.split_first() else {
        return Found::default();
    };
    let alignments: Vec<Alignment> = others
        .iter()
        .map(|other| Alignment::of(&best.pieces, &other.pieces))
        .collect();
    let mut regions: Vec<Range<usize>> = alignments.iter().flat_map(Alignment::differences).collect();
    let homophones = (0..best.pieces.len()).filter(|at| cues::homophone(&best.pieces, *at).is_some());
    regions.extend(homophones.map(|at| at..at + 1));
    let mut finder = Finder {
        readings,
        alignments,
        vocabulary,
        found: Found::default(),
    };
    let regions = merged(regions);
    for region in &regions {
        finder.differing(region);
    }
    for at in 0..best.pieces.len() {
        if !regions.iter().any(|region| region.contains(&at)) {
            finder.agreed(at);
        }
    }
    let words: Vec<&Piece> = readings.iter().flat_map(|reading| &reading.pieces).collect();
    let mean = words.iter().map(|piece| piece.confidence).sum::<f32>() / words.len().max(1) as f32;
    finder.found.varied |= readings.len() > 1 && mean < REST;
    finder.found.doubts.sort_by_key(|doubt| doubt.start);
    finder.found
}

impl Finder<'_> {
    fn best(&self) -> &Parsed<'_> {
        &self.readings[0]
    }

    /// The pieces of each reading that lie in a region of the best.
    fn variants(&self, region: &Range<usize>) -> Vec<(&Parsed<'_>, Range<usize>)> {
        let mut variants = vec![(self.best(), region.clone())];
        for (alignment, other) in self.alignments.iter().zip(&self.readings[1..]) {
            variants.push((other, alignment.beside(region)));
        }
        variants
    }

    fn doubt(&mut self, range: &Range<usize>, mut options: Vec<String>, reason: Refusal) {
        let (start, end) = self.best().span(range);
        let mut seen = Vec::new();
        options.retain(|option| {
            let key = option.to_lowercase();
            let is_new = !seen.contains(&key);
            seen.push(key);
            is_new
        });
        self.found.doubts.push(Doubt {
            start,
            end,
            options,
            reason,
        });
    }

    /// A place where the readings do not say the same.
    fn differing(&mut self, region: &Range<usize>) {
        let variants = self.variants(region);
        let parts = variants.iter().map(|(parsed, range)| &parsed.pieces[range.clone()]);
        let all: Vec<&Piece> = parts.clone().flatten().collect();
        let homophone = region.clone().find_map(|at| self.with_homophone(region, at));
        if homophone.is_none() && all.iter().all(|piece| piece.is_function()) {
            return;
        }
        let ordinary = all.iter().all(|piece| piece.kind == Kind::Word && piece.known);
        let sure = |piece: &Piece| piece.confidence >= DIFFERING;
        if homophone.is_none() && ordinary && !region.is_empty() && self.best().pieces[region.clone()].iter().all(sure)
        {
            self.found.varied = true;
            return;
        }
        let clear = |piece: &Piece| sure(piece) && piece.known && piece.near.is_empty();
        let best = &self.best().pieces[region.clone()];
        let agreeing = parts.clone().filter(|part| {
            part.len() == best.len() && part.iter().zip(best).all(|(a, b)| a.says_the_same(b) && clear(a))
        });
        let is_new = |piece: &Piece| !best.iter().any(|other| other.says_the_same(piece));
        let contradicts = all.iter().any(|piece| {
            piece.chip().is_some() && piece.near.is_empty() && piece.confidence >= CONTRADICTS && is_new(piece)
        });
        if homophone.is_none() && !best.is_empty() && !contradicts && agreeing.count() > 1 {
            self.found.varied = true;
            return;
        }
        let names: Vec<&Piece> = parts.clone().filter(|part| part.len() == 1).flatten().collect();
        if names.len() == variants.len() && names.iter().all(|piece| piece.kind == Kind::Drug) {
            let names: Vec<Piece> = names.into_iter().cloned().collect();
            return self.name(region, &names);
        }
        let is_guessed = |piece: &Piece| piece.near.first().is_some_and(|near| near.likeness < TAKEN);
        let has_drug = |part: &&[Piece]| part.iter().any(|piece| piece.kind == Kind::Drug && !is_guessed(piece));
        let any_drug = parts.clone().any(|part| has_drug(&part));
        let mut options: Vec<String> = homophone.into_iter().collect();
        for (parsed, range) in &variants {
            let part = &parsed.pieces[range.clone()];
            if !part.iter().any(is_guessed) && (!any_drug || has_drug(&part)) {
                options.push(parsed.said(range));
            }
        }
        let heard = self.best().text[self.best().span(region).0..self.best().span(region).1].to_owned();
        self.doubt(region, options, Refusal::UnknownWord(heard));
    }

    /// What the best reading has in a region, with one small word as what it may have been.
    fn with_homophone(&self, region: &Range<usize>, at: usize) -> Option<String> {
        let best = self.best();
        let other = cues::homophone(&best.pieces, at)?;
        let ((start, end), piece) = (best.span(region), &best.pieces[at]);
        let edit = Edit {
            start: piece.start - start,
            end: piece.end - start,
            text: other.to_owned(),
        };
        Some(edited(&best.text[start..end], &[edit]))
    }

    /// A place where every reading has one drug, though not the same, or not by its name.
    fn name(&mut self, range: &Range<usize>, names: &[Piece]) {
        let (start, end) = self.best().span(range);
        let here = self.best().text[start..end].to_owned();
        let weighed = weighed(names);
        let Some(first) = weighed.first().cloned() else { return };
        let others = self.vocabulary.confusable(&first.name);
        let too_near = |near: &Near| {
            let ahead = if others.contains(&near.name) {
                AHEAD_OF_CONFUSABLE
            } else {
                AHEAD
            };
            first.likeness - near.likeness < ahead
        };
        let is_doubtful = first.likeness < TAKEN || weighed[1..].iter().any(too_near);
        let exact: Vec<&Piece> = names.iter().filter(|piece| piece.near.is_empty()).collect();
        let is_one = exact.iter().all(|piece| piece.key == first.name);
        let all_exact = is_one && exact.len() == names.len();
        if !is_one || !all_exact && is_doubtful {
            return self.doubt(range, offered(weighed), Refusal::UnknownWord(here));
        }
        if !all_exact {
            self.found.edits.push(Edit {
                start,
                end,
                text: first.name.clone(),
            });
        }
        let confidence = names.iter().map(|piece| piece.confidence).sum::<f32>() / names.len().max(1) as f32;
        if all_exact && (confidence < NAME || confidence < CONFUSABLE_DRUG && !others.is_empty()) {
            let options = std::iter::once(first.name).chain(others).take(MOST).collect();
            self.doubt(range, options, Refusal::UnknownWord(here));
        }
    }

    /// A piece on which all readings agree.
    fn agreed(&mut self, at: usize) {
        let range = at..at + 1;
        let piece = self.best().pieces[at].clone();
        let same: Vec<&Piece> = self
            .variants(&range)
            .into_iter()
            .filter_map(|(parsed, range)| {
                parsed
                    .pieces
                    .get(range)?
                    .iter()
                    .find(|other| other.says_the_same(&piece))
            })
            .collect();
        let confidence = same.iter().map(|piece| piece.confidence).sum::<f32>() / same.len().max(1) as f32;
        let here = self.best().text[piece.start..piece.end].to_owned();
        let unknown = || Refusal::UnknownWord(here.clone());
        match piece.kind {
            _ if piece.kind != Kind::Drug && !piece.known => self.doubt(&range, Vec::new(), unknown()),
            Kind::Word if confidence < WORD && !piece.is_function() => {
                self.doubt(&range, vec![here.clone()], unknown())
            }
            Kind::Word => {}
            Kind::Drug => {
                let names: Vec<Piece> = same.into_iter().cloned().collect();
                self.name(&range, &names);
            }
            _ => {
                let other = partner(&piece);
                let least = match (piece.kind, &other) {
                    (Kind::Unit, _) => UNIT,
                    (_, Some(_)) => CONFUSABLE,
                    _ => ITEM,
                };
                if confidence < least {
                    let options = std::iter::once(here.clone()).chain(other).collect();
                    self.doubt(&range, options, unknown());
                }
            }
        }
    }
}

/// How much each name is like what the readings heard, over all of them, nearest first.
fn weighed(names: &[Piece]) -> Vec<Near> {
    let likeness = |piece: &Piece, name: &str| match piece.near.iter().find(|near| near.name == name) {
        Some(near) => near.likeness,
        None if piece.near.is_empty() && piece.key == name => 1.0,
        None => ABSENT,
    };
    let candidates = names.iter().flat_map(|piece| {
        let near = piece.near.iter().map(|near| near.name.as_str());
        near.chain(piece.near.is_empty().then_some(piece.key.as_str()))
    });
    let mut out: Vec<Near> = Vec::new();
    for name in candidates {
        if !out.iter().any(|near| near.name == name) {
            let sum: f32 = names.iter().map(|piece| likeness(piece, name)).sum();
            out.push(Near {
                name: name.to_owned(),
                likeness: sum / names.len() as f32,
            });
        }
    }
    out.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.name.cmp(&b.name)));
    out
}

/// The names worth asking for, of names with the nearest first.
fn offered(names: Vec<Near>) -> Vec<String> {
    let names = names.into_iter().filter(|near| near.likeness >= OFFERED);
    names.map(|near| near.name).take(MOST).collect()
}

/// What a number, a unit or a side is taken for.
pub(crate) fn partner(piece: &Piece) -> Option<String> {
    let fixed = |word: &str| Some(word.to_owned());
    match (piece.kind, piece.key.as_str()) {
        (Kind::Number, key) => sounds_like(key),
        (Kind::Unit, "mg") => fixed("micrograms"),
        (Kind::Unit, "mcg") => fixed("milligrams"),
        (Kind::Side, "left") => fixed("right"),
        (Kind::Side, "right") => fixed("left"),
        (Kind::Side, key) => {
            let hypo = key.strip_prefix("hypo").map(|rest| format!("hyper{rest}"));
            hypo.or_else(|| key.strip_prefix("hyper").map(|rest| format!("hypo{rest}")))
        }
        _ => None,
    }
}
