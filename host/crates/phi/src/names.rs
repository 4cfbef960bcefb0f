//! Names of persons: word lists, context and shape together. Eponyms ("Wilson disease") and public bodies stay.

mod bare;
mod cued;
mod parts;
mod series;
mod spoken;

use crate::lexicon::{BY, CUE, HEAD, MALE, MONTH, Marks, ORG, PUBLIC, STOP, STRONG, TITLE};
use crate::tokens::{Shape, Words};
use crate::{Kind, Span};

/// Words that end a name wherever they stand.
const NEVER: Marks = STOP | HEAD | MONTH | ORG | PUBLIC | STRONG | CUE | TITLE;

/// First and last token of a name, and how sure it is.
type Found = Option<(usize, usize, f32)>;

pub(crate) fn find(words: &Words, found: &mut Vec<Span>) {
    let mut at = 0;
    while at < words.tokens.len() {
        let Some((first, last, score)) = words.name(at) else {
            at += 1;
            continue;
        };
        let (start, end) = (words.tokens[first].start, words.tokens[last].end);
        found.push(Span {
            start,
            end,
            kind: Kind::Name,
            score,
        });
        at = last.max(at) + 1;
    }
    series::find(words, found);
}

impl Words<'_> {
    /// The name that begins, or is announced, at a token.
    fn name(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let titled = || token.is(TITLE).then(|| self.titled(at)).flatten();
        let cued = || token.is(CUE | MALE | BY).then(|| self.cued(at)).flatten();
        titled().or_else(cued).or_else(|| match token.shape {
            Shape::Initial => self.initials(at),
            Shape::Capital | Shape::Upper => self
                .reversed(at)
                .or_else(|| self.pair(at))
                .or_else(|| self.surname_initial(at))
                .or_else(|| self.spoken(at))
                .or_else(|| self.foreign(at))
                .or_else(|| self.unlisted_name(at))
                .or_else(|| self.single(at)),
            Shape::Lower => self.lower_pair(at).or_else(|| self.spoken(at)),
            Shape::Number | Shape::Mark(_) => None,
        })
    }
}
