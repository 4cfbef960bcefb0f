//! Detect, classify and redact protected health information. Text in, spans out: no I/O, no clock, never fails.
//!
//! Rules over patterns, checksums, word lists and context, English only. The gate in front of every
//! outgoing body relies on [`classify`], so a doubtful case counts as found: what is missed leaves
//! the building, what is flagged in vain only stays at home.

mod judge;
mod kind;
mod lexicon;
mod merge;
mod names;
mod normal;
mod parts;
mod patterns;
mod places;
mod redact;
mod repeats;
mod restore;
mod self_test;
mod stream;
mod tokens;
mod zip;

pub use judge::{Doubt, Judgement, doubt, judge};
pub use kind::{Class, Kind, Span};
pub use redact::{Placeholders, Redacted, Redactor, redact};
pub use restore::{LOST, Restorer, restore};
pub use self_test::self_test;
pub use stream::Stream;
pub use zip::zip_prefix;

/// Whether a lower-case word is an ordinary English one. Clinical terms and names are not.
#[must_use]
pub fn is_english(lower: &str) -> bool {
    lexicon::marks(lower) & lexicon::WORD != 0
}

/// Spans of identifiers in byte offsets of `text`, on character boundaries, sorted and never overlapping.
#[must_use]
pub fn detect(text: &str) -> Vec<Span> {
    detect_known(text, &mut repeats::Known::default())
}

/// As [`detect`], with names known from texts before.
fn detect_known(text: &str, known: &mut repeats::Known) -> Vec<Span> {
    let (mut spans, mut from) = (Vec::new(), 0);
    for part in parts::all(text) {
        spans.extend(detect_part(part, known).into_iter().map(|span| Span {
            start: span.start + from,
            end: span.end + from,
            ..span
        }));
        from += part.len();
    }
    spans
}

/// What shows by its form, a label or a checksum alone: numbers, addresses, dates. The quick first stage of [`detect`],
/// for texts in which no person is named, such as the lines of a log. Spans may overlap.
#[must_use]
pub fn detect_forms(text: &str) -> Vec<Span> {
    let normal = normal::Normal::of(text);
    let mut spans = patterns::find(&normal.text);
    normal.map_back(&mut spans);
    spans
}

/// The spans of one part; names found in it are added to the known ones.
fn detect_part(text: &str, known: &mut repeats::Known) -> Vec<Span> {
    let normal = normal::Normal::of(text);
    let tokens = tokens::tokens(&normal);
    let mut found = patterns::find(&normal.text);
    let words = tokens::Words {
        text: &normal.text,
        tokens: &tokens,
    };
    places::find(&words, &mut found);
    names::find(&words, &mut found);
    repeats::find(&words, known, &mut found);
    let mut spans = merge::merge(found);
    normal.map_back(&mut spans);
    merge::merge(spans)
}

/// What a text may be used for; see [`Class`]. It trusts that the text is English; [`judge`] does not.
#[must_use]
pub fn classify(text: &str) -> Class {
    class_of(&detect(text))
}

/// The class of a text from the spans found in it.
///
/// A name, a number of a person or two kinds together make [`Class::Phi`]; a lone date, place or
/// weak name (a guideline's date of issue, a city) makes [`Class::Possible`].
#[must_use]
pub fn class_of(spans: &[Span]) -> Class {
    let Some(first) = spans.first() else {
        return Class::None;
    };
    let strong = |span: &Span| span.score >= 0.6 && !matches!(span.kind, Kind::Date | Kind::Location);
    if spans.iter().any(strong) || spans.iter().any(|span| span.kind != first.kind) {
        Class::Phi
    } else {
        Class::Possible
    }
}

#[cfg(test)]
#[expect(clippy::panic, reason = "tests")]
mod tests;
