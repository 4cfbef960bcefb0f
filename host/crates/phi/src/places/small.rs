//! Places in small letters: "at st. mary's hospital", "ucla medical center, los angeles, ca".

use super::{Found, NEVER};
use crate::lexicon::{AT, CITY, EPONYM, FACILITY, FIRST, FROM, HEAD, LAST, PLACE, START, STATE, STOP, STRONG, WORD};
use crate::tokens::{Shape, Token, Words};

/// Most words of such a name before the word that says what it is.
const MOST: usize = 5;

impl Words<'_> {
    /// After "at", "to" or "in": words of which one is a name, up to "hospital", "clinic" or the like; or a hospital
    /// known by one word.
    pub(super) fn small_facility(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let led = || self.before(at).is_some_and(|t| t.is(AT | FROM) || t.is_mark(b'@')) && self.word(at - 1) != "of";
        if token.shape != Shape::Lower || token.gap != 1 || token.is(STOP | HEAD) || !led() {
            return None;
        }
        if token.is(PLACE) && !token.is(WORD) {
            return Some((at, self.small_onward(at), 0.7));
        }
        let named = |at: usize| {
            let t = &self.tokens[at];
            let listed =
                (t.is(FIRST | LAST | CITY | PLACE) || self.word(at) == "methodist") && !t.is(STOP | HEAD | EPONYM);
            let saint = self.word(at) == "st" || self.word(at) == "saint";
            t.shape == Shape::Lower && (listed || saint || t.marks == 0 || t.possessive && t.is(FIRST | LAST))
        };
        let (mut head, mut name) = (at, false);
        loop {
            name |= named(head);
            if name && self.is_small_head(head) && head > at {
                return Some((at, self.small_onward(head), 0.62));
            }
            let next = self.get(head + 1).filter(|t| t.gap <= 1)?;
            let joins = matches!(next.shape, Shape::Mark(b'.' | b'-' | b'&')) || self.word(head + 1) == "and";
            if self.has(head + 1, STOP) && !self.is_small_head(head + 1) && self.word(head + 1) != "and" {
                return None;
            }
            if head - at >= MOST
                || !(joins || next.shape == Shape::Lower && !next.is(AT | FROM))
                || self.ends_here(head + 1)
            {
                return None;
            }
            head += 1;
        }
    }

    fn is_small_head(&self, at: usize) -> bool {
        let medical = at > 0
            && matches!(
                self.word(at - 1),
                "medical" | "health" | "cancer" | "care" | "med" | "heart"
            );
        self.has(at, STRONG) && !matches!(self.word(at), "medical" | "university" | "memorial")
            || medical && matches!(self.word(at), "center" | "centre" | "group" | "system" | "institute")
            || matches!(self.word(at), "hosp")
            || matches!(self.word(at), "general" | "health") && self.has(at - 1, PLACE | CITY | START)
    }

    /// "we met at baylor. then": a full stop that is not of "st." ends the name.
    fn ends_here(&self, at: usize) -> bool {
        self.full_stop(at) && !matches!(self.word(at - 1), "st" | "mt" | "ft")
    }

    /// More words of the house, then ", boston" and ", ma".
    pub(super) fn small_onward(&self, from: usize) -> usize {
        let lower = |t: &Token| t.shape == Shape::Lower && t.gap == 1;
        let mut last = from;
        while last - from < MOST
            && self
                .get(last + 1)
                .is_some_and(|t| lower(t) && t.is(FACILITY | STRONG | PLACE))
        {
            last += 1;
        }
        let town = |t: &Token| lower(t) && t.is(CITY | START) && !t.is(WORD | NEVER);
        if self.comma(last + 1) && self.get(last + 2).is_some_and(town) {
            last += 2;
        }
        let state = |t: &Token| lower(t) && t.is(STATE) && (t.end - t.start == 2 || !t.is(WORD));
        if self.comma(last + 1) && self.get(last + 2).is_some_and(state) {
            last += 2;
        }
        last
    }
}
