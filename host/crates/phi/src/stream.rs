//! Redaction of a text that arrives in pieces. What comes out is, put together, what [`crate::redact`] makes of the whole.

use crate::redact::{Placeholders, Writer};
use crate::repeats::{self, Known};
use crate::{detect_part, parts};

/// So many words at the end wait: no rule looks further ahead, and a name tells of itself so far back.
pub(crate) const AHEAD: usize = 64 + repeats::BACK;
/// Bytes that must have come since the text was last read, so that small pieces cost no reading each.
const WORTH: usize = 512;

/// Takes pieces of a text, cut anywhere, and gives back the text without its identifiers, some words behind.
#[derive(Default)]
pub struct Stream {
    /// The part in work, from its first byte.
    part: String,
    /// Names found in the parts before.
    known: Known,
    writer: Writer,
    /// Bytes of `part` that are written out.
    done: usize,
    /// Length of `part` when it was last read.
    read: usize,
}

impl Stream {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece; gives what is settled since the last one, often nothing.
    #[must_use]
    pub fn push(&mut self, piece: &str) -> String {
        self.part.push_str(piece);
        let mut out = String::new();
        while let Some(end) = parts::first(&self.part) {
            let rest = self.part.split_off(end);
            self.close(&mut out);
            self.part = rest;
        }
        if self.part.len() - self.read >= WORTH {
            self.read = self.part.len();
            self.settle(&mut out);
        }
        out
    }

    /// The rest of the text, and what all placeholders stand for.
    #[must_use]
    pub fn finish(mut self) -> (String, Placeholders) {
        let mut out = String::new();
        self.close(&mut out);
        (out, self.writer.into_map())
    }

    /// Writes all of the part and forgets it.
    fn close(&mut self, out: &mut String) {
        let spans = detect_part(&self.part, &mut self.known);
        self.writer.write(&self.part, self.done..self.part.len(), &spans, out);
        self.part.clear();
        (self.done, self.read) = (0, 0);
    }

    /// Writes what no later word can change.
    fn settle(&mut self, out: &mut String) {
        let Some(mut end) = settled(&self.part[self.done..]).map(|end| end + self.done) else {
            return;
        };
        let spans = detect_part(&self.part, &mut self.known.clone());
        if let Some(open) = spans.iter().find(|span| span.start < end && end <= span.end) {
            end = open.start;
        }
        // A look-alike of a placeholder is never cut.
        while end > self.done && !self.part[..end].ends_with(|c: char| c.is_ascii_whitespace()) {
            end -= 1;
            while !self.part.is_char_boundary(end) {
                end -= 1;
            }
        }
        if end > self.done {
            self.writer.write(&self.part, self.done..end, &spans, out);
            self.done = end;
        }
    }
}

/// Where the last words begin that are still to wait.
fn settled(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let starts = |at: &usize| bytes[*at - 1].is_ascii_whitespace() && !bytes[*at].is_ascii_whitespace();
    (1..bytes.len()).rev().filter(starts).nth(AHEAD)
}
