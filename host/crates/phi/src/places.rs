//! Cities, hospitals and practices by name, list and context. Streets and postcodes are patterns.

mod block;
mod facility;
mod small;
mod town;

use crate::lexicon::{CITY, FACILITY, HEAD, LAST, MONTH, Marks, ORG, PLACE, START, STATE, STOP, STRONG, TITLE, WORD};
use crate::tokens::{Shape, Token, Words};
use crate::{Kind, Span};

/// Words that end the name of a place.
const NEVER: Marks = STOP | HEAD | MONTH | ORG | TITLE;

/// First and last token of a place, and how sure it is.
type Found = Option<(usize, usize, f32)>;

pub(crate) fn find(words: &Words, found: &mut Vec<Span>) {
    let mut after_block = 0;
    for at in 0..words.tokens.len() {
        let block = if at < after_block { None } else { words.block(at) };
        if let Some((_, last, _)) = block {
            after_block = last + 1;
        }
        let hit = block.or_else(|| {
            words
                .phrase(at)
                .or_else(|| words.facility(at))
                .or_else(|| words.doctors(at))
                .or_else(|| words.saint(at))
                .or_else(|| words.known(at))
                .or_else(|| words.after_at(at))
                .or_else(|| words.small_facility(at))
                .or_else(|| words.city(at))
                .or_else(|| words.unlisted_town(at))
        });
        if let Some((first, last, score)) = hit {
            let last = &words.tokens[last];
            let end = if last.possessive { last.end + 2 } else { last.end };
            found.push(Span {
                start: words.tokens[first].start,
                end,
                kind: Kind::Location,
                score,
            });
        }
    }
}

/// Small words, and some capital ones, that go on with a place: "Dallas clinic", "Lakeview Nursing Home".
const SITES: [&str; 14] = [
    "clinic", "hospital", "office", "facility", "campus", "branch", "practice", "Home", "House", "Office", "Building",
    "Tower", "Wing", "Pavilion",
];

impl Words<'_> {
    /// The rest of a place: more facility words, "of Philadelphia", "at Irvine", "- East Campus", ", Boston".
    fn onward(&self, from: usize) -> usize {
        const MOST: usize = 6;
        let mut last = from;
        while last - from < MOST {
            match self.step(last) {
                Some(next) => last = next,
                None => break,
            }
        }
        last
    }

    fn step(&self, last: usize) -> Option<usize> {
        let (here, next, then) = (&self.tokens[last], self.get(last + 1)?, self.get(last + 2));
        let joint = self.word(last + 1);
        if next.gap > 1 || here.possessive && next.gap == 0 {
            return None;
        }
        let town = |t: &Token| t.is_proper() && t.is(CITY | STATE | START) && t.gap == 1;
        if next.gap == 1 && (is_place(next) || SITES.contains(&joint) && !here.is(STOP)) {
            return Some(last + 1);
        }
        if next.is_mark(b',') {
            return then.is_some_and(town).then_some(last + 2);
        }
        let binds = |t: &Token| match joint {
            // "Baylor Scott & White"
            "&" if next.gap == 1 => is_place(t) || t.shape == Shape::Capital && t.is(LAST),
            "of" | "at" | "-" | "&" => is_place(t),
            "and" | "in" => is_place(t) && t.is(FACILITY | CITY | START),
            "." => next.gap == 0 && t.is(FACILITY | STRONG) && t.is_proper(),
            _ => false,
        };
        then.is_some_and(|t| t.gap <= 1 && binds(t)).then_some(last + 2)
    }

    /// "Berlin criteria", "Boston Scientific Corporation", "Norwalk virus"
    fn lends_its_name(&self, last: usize) -> bool {
        self.get(last + 1)
            .is_some_and(|t| t.gap <= 1 && (t.is(HEAD) || t.is(ORG) && t.is_proper()))
    }
}

fn is_place(token: &Token) -> bool {
    let listed = token.is(FACILITY | STRONG | CITY | PLACE | START | LAST);
    token.is_proper() && !token.is(NEVER) && (listed || !token.is(WORD))
}
