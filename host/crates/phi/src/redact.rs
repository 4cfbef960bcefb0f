//! Typed placeholders in place of identifiers.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::repeats::Known;
use crate::{Kind, Span, detect_known};

/// A text without its identifiers, and what stood there. No `Debug`: the map holds the identifiers.
pub struct Redacted {
    pub text: String,
    pub map: Placeholders,
}

/// What each placeholder stands for, in the order of first use.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Placeholders(Vec<(String, String)>);

/// Tells how many, never which.
impl std::fmt::Debug for Placeholders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Placeholders({})", self.0.len())
    }
}

impl Placeholders {
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter()
    }
}

/// Replaces every span of [`crate::detect`] by `[NAME_1]` and the like; the same words get the same placeholder.
#[must_use]
pub fn redact(text: &str) -> Redacted {
    let mut redactor = Redactor::default();
    Redacted {
        text: redactor.redact(text),
        map: redactor.finish(),
    }
}

/// Redacts several texts that belong together: the same words get the same placeholder in all of them, and a name found
/// in one is known in those after it.
#[derive(Default)]
pub struct Redactor {
    writer: Writer,
    known: Known,
}

impl Redactor {
    /// Takes up the names of a text without writing it, so that they are known in a text that comes before it.
    pub fn learn(&mut self, text: &str) {
        detect_known(text, &mut self.known);
    }

    /// The text as [`redact`] would give it beside those before.
    #[must_use]
    pub fn redact(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let spans = detect_known(text, &mut self.known);
        self.writer.write(text, 0..text.len(), &spans, &mut out);
        out
    }

    /// What all placeholders stand for.
    #[must_use]
    pub fn finish(self) -> Placeholders {
        self.writer.into_map()
    }
}

/// Writes texts with placeholders, each new value with the next number of its kind.
#[derive(Default)]
pub(crate) struct Writer {
    map: Vec<(String, String)>,
    known: HashMap<(Kind, String), String>,
    counts: HashMap<Kind, u32>,
    /// Placeholders given out, and look-alikes that stood in the text itself.
    taken: HashSet<String>,
}

impl Writer {
    pub fn into_map(self) -> Placeholders {
        Placeholders(self.map)
    }

    /// Writes a range of a text. No span crosses its borders.
    pub fn write(&mut self, text: &str, range: Range<usize>, spans: &[Span], out: &mut String) {
        let mut at = range.start;
        let from = spans.partition_point(|span| span.start < range.start);
        for span in spans[from..].iter().take_while(|span| span.end <= range.end) {
            let (Some(before), Some(value)) = (text.get(at..span.start), text.get(span.start..span.end)) else {
                continue;
            };
            self.plain(before, out);
            let placeholder = self.placeholder(span.kind, value);
            out.push_str(&placeholder);
            at = span.end;
        }
        self.plain(text.get(at..range.end).unwrap_or_default(), out);
    }

    fn placeholder(&mut self, kind: Kind, value: &str) -> String {
        let key = (kind, value.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let count = self.counts.entry(kind).or_default();
        let fresh = loop {
            *count += 1;
            let candidate = format!("[{}_{count}]", kind.word());
            if self.taken.insert(candidate.clone()) {
                break candidate;
            }
        };
        self.map.push((fresh.clone(), value.to_owned()));
        self.known.insert(key, fresh.clone());
        fresh
    }

    /// Text between identifiers. It may hold what looks like a placeholder: one not given out yet stays and is never
    /// given out; for one that was given out another stands, so that it is not restored to something else.
    fn plain(&mut self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some(open) = rest.find('[') {
            let (before, from) = rest.split_at(open);
            out.push_str(before);
            let end = from
                .bytes()
                .take(LONGEST)
                .position(|b| b == b']')
                .map_or(0, |close| close + 1);
            let alike = &from[..end];
            if !is_alike(alike) {
                out.push('[');
                rest = &from[1..];
                continue;
            }
            if self.map.iter().any(|(given, _)| given == alike) {
                let other = self.placeholder(Kind::Other, alike);
                out.push_str(&other);
            } else {
                self.taken.insert(alike.to_owned());
                out.push_str(alike);
            }
            rest = &from[end..];
        }
        out.push_str(rest);
    }
}

/// No placeholder is longer.
const LONGEST: usize = 32;

/// "[NAME_1]": capitals, a low line, digits.
fn is_alike(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner
        .and_then(|inner| inner.split_once('_'))
        .is_some_and(|(word, number)| {
            !word.is_empty()
                && !number.is_empty()
                && word.bytes().all(|b| b.is_ascii_uppercase())
                && number.bytes().all(|b| b.is_ascii_digit())
        })
}
