//! Hospitals, practices and other houses, by the word that says what they are.

use super::{Found, NEVER};
use crate::lexicon::{
    AT, CITY, EPONYM, FACILITY, FIRST, FROM, LAST, MONTH, ORG, PARTICLE, PLACE, PUBLIC, STOP, STRONG, TITLE, WORD,
};
use crate::tokens::{Shape, Token, Words};

/// Words before the facility word that may belong to its name.
const BEFORE: usize = 7;

impl Words<'_> {
    /// "St. Mary's Hospital", "Children's Hospital of Philadelphia", "River Valley Clinic"
    pub(super) fn facility(&self, at: usize) -> Found {
        let head = &self.tokens[at];
        if !head.is(FACILITY | STRONG) || !head.is_proper() {
            return None;
        }
        let first = self.facility_start(at);
        let last = self.onward(at);
        let (words, whole) = (&self.tokens[first..at], &self.tokens[first..=last]);
        let strong = whole.iter().any(|t| t.is(STRONG));
        let body = |t: &Token| t.is(ORG) && t.is_proper();
        let public = whole.iter().any(body) || self.tokens[first].is(PUBLIC) && !strong;
        if public || self.get(last + 1).is_some_and(|t| body(t) && t.gap == 1) {
            return None;
        }
        let at_place = self.is_led(first);
        let naming =
            |t: &Token| t.is_proper() && !t.is(NEVER | FACILITY) && (!t.is(WORD) || t.is(FIRST | LAST | CITY | PLACE));
        let named_before = words.iter().any(naming);
        let named = named_before || self.tokens[at + 1..=last].iter().any(naming);
        if named && (strong || at_place || named_before) {
            return Some((first, last, if strong || at_place { 0.85 } else { 0.62 }));
        }
        let titled = words.iter().any(|t| t.is_proper() && !t.is(STOP | ORG));
        (strong && titled || at_place && whole.len() > 1).then_some((first, last, 0.65))
    }

    /// "Dr. Smith's Office", "Dr. K. Brown's clinic"
    pub(super) fn doctors(&self, at: usize) -> Found {
        const ROOMS: [&str; 7] = ["office", "clinic", "practice", "surgery", "ward", "rooms", "lab"];
        const MOST: usize = 3;
        if !self.has(at, TITLE) {
            return None;
        }
        let first = self.after_full_stop(at);
        let name = |at: &usize| self.get(*at).is_some_and(|t| t.is_proper() && t.gap == 1);
        let owner = (first..first + MOST)
            .take_while(name)
            .find(|at| self.tokens[*at].possessive)?;
        let room = self.has_gap(owner + 1, 1) && ROOMS.contains(&self.lower(owner + 1).as_str());
        room.then_some((at, owner + 1, 0.9))
    }

    /// Back over capital words, "of" and "and", hyphens, and abbreviations such as "St."
    fn facility_start(&self, at: usize) -> usize {
        const ABBREVIATIONS: [&str; 13] = [
            "St", "Mt", "Ft", "Med", "Univ", "Hosp", "Ctr", "Gen", "Mem", "N", "S", "E", "W",
        ];
        let mut first = at;
        while let Some(before) = first.checked_sub(1) {
            let (token, gap) = (&self.tokens[before], self.tokens[first].gap);
            // In a text all in capitals "SEEN AT" is written like a name.
            let small_word = token.shape == Shape::Upper && token.is(STOP | AT | FROM);
            let name = token.is_proper() && !small_word && !token.is(MONTH | TITLE) && gap <= 1;
            let mark = matches!(token.shape, Shape::Mark(b'-' | b'&')) && gap <= 1;
            let stop = token.is_mark(b'.')
                && gap <= 1
                && before > 0
                && ABBREVIATIONS
                    .iter()
                    .any(|short| short.eq_ignore_ascii_case(self.word(before - 1)));
            let joint = matches!(self.word(before), "of" | "and" | "the" | "for") && gap == 1;
            if !(name || mark || stop || joint) || at - before > BEFORE {
                break;
            }
            first = before;
        }
        while first < at && !self.tokens[first].is_proper() {
            first += 1;
        }
        first
    }

    /// "at", "in" or the like stands before, perhaps with "the" or "our" between.
    fn is_led(&self, first: usize) -> bool {
        let led = |at: usize| self.before(at).is_some_and(|t| t.is(AT | FROM));
        led(first) || self.before(first).is_some_and(|t| t.is(STOP)) && led(first - 1)
    }

    /// "Stanford", "UCSF"
    pub(super) fn known(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let sure = !token.is(FIRST | LAST | EPONYM | WORD) || self.before(at).is_some_and(|t| t.is(AT | FROM));
        let fits = token.is(PLACE) && token.is_proper() && sure && !self.lends_its_name(at);
        fits.then(|| (at, self.onward(at), 0.75))
    }

    /// "at Fairview on 3 May": whatever is written like a name after "at".
    pub(super) fn after_at(&self, at: usize) -> Found {
        const RESIDENCE: [&str; 9] = [
            "visited", "visiting", "attends", "attended", "outside", "residing", "hometown", "lives", "living",
        ];
        const MOST: usize = 4;
        let cue = &self.tokens[at];
        let sign = cue.is_mark(b'@') && cue.gap > 0;
        if !cue.is(AT) && !sign && !RESIDENCE.contains(&self.word(at)) || self.get(at + 1).is_some_and(|t| t.gap > 1) {
            return None;
        }
        let skipped = matches!(self.word(at + 1), "the" | "The" | "our" | "in" | "at" | "near");
        let first = at + 1 + usize::from(skipped);
        let token = self.get(first)?;
        let name = |t: &Token| t.is_proper() && t.shape != Shape::Initial && !t.is(NEVER);
        let more = |at: usize| self.get(at).is_some_and(|t| t.gap == 1 && name(t));
        let rare = !token.is(WORD) || token.is(LAST | CITY) || more(first + 1);
        let short = token.shape == Shape::Upper && !self.long(first, 3);
        if !name(token) || token.is(PUBLIC) || !rare || short || token.gap > 1 || self.lends_its_name(first) {
            return None;
        }
        let mut last = first;
        while last - first < MOST && (more(last + 1) || self.has(last + 1, PARTICLE) && more(last + 2)) {
            last += 1;
        }
        Some((first, self.onward(last), 0.65))
    }
}
