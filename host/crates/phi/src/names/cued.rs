//! Names that something announces: "Dr", "patient", "a 45-year-old male,", "seen by".

use super::{Found, NEVER};
use crate::lexicon::{CITY, CUE, EPONYM, FIRST, HEAD, LAST, MALE, PARTICLE, STOP, WORD};
use crate::tokens::{Shape, Token, Words};

impl Words<'_> {
    /// "Dr. Clara Bennett", "mrs jones", "Dr. K."
    pub(super) fn titled(&self, at: usize) -> Found {
        let title = &self.tokens[at];
        // Multiple sclerosis, milliseconds and the like.
        if matches!(self.word(at), "MS" | "FR" | "COL" | "REV" | "LT" | "ms") {
            return None;
        }
        let next = self.after_full_stop(at);
        let token = self.get(next)?;
        if token.gap > 1 || token.gap == 0 && next == at + 1 {
            return None;
        }
        if let Some(surname) = self.over_particles(next) {
            return Some((at, self.extend(surname), 0.92));
        }
        let surname = title.shape != Shape::Lower && self.can_be_surname(next);
        if token.shape == Shape::Initial || surname || self.can_be_name(next) {
            return Some((at, self.extend(next), 0.92));
        }
        let short = matches!(self.lower(at).as_str(), "mr" | "mrs" | "ms" | "miss" | "dr" | "mx");
        // "dr. a. barnes"
        if short && self.small_initial(at + 2) && next == at + 2 {
            let surname = self.is_lower_name(next + 2, FIRST | LAST, 3) && self.has_gap(next + 2, 1);
            return Some((at, if surname { next + 2 } else { next }, 0.85));
        }
        let listed = token.shape == Shape::Lower && token.is(FIRST | LAST) && !token.is(STOP | HEAD | CUE);
        (listed && self.long(next, 2) && (short || !token.is(WORD))).then(|| (at, self.extend_lower(next), 0.85))
    }

    /// The capital word after small particles: "van der Berg".
    fn over_particles(&self, from: usize) -> Option<usize> {
        const MOST: usize = 3;
        let particle = |at: &usize| self.get(*at).is_some_and(|t| t.is(PARTICLE) && t.shape == Shape::Lower);
        let to = (from..from + MOST).take_while(particle).last()? + 1;
        let capital = |t: &Token| t.shape == Shape::Capital && t.gap == 1 && !t.is(NEVER);
        self.get(to).is_some_and(capital).then_some(to)
    }

    /// After "patient", "named", "male," or "by".
    pub(super) fn cued(&self, at: usize) -> Found {
        let cue = &self.tokens[at];
        let only_by = !cue.is(CUE | MALE);
        if cue.possessive && !cue.is(CUE) {
            return None;
        }
        let next = if only_by { at + 1 } else { self.after_joints(at + 1) };
        let token = self.get(next)?;
        if token.gap > 1 || next == at + 1 && token.gap == 0 {
            return None;
        }
        match token.shape {
            Shape::Initial => {
                let single = !only_by && self.full_stop(next + 1) && self.word(next) != "I";
                self.initials(next).or(single.then_some((next, next, 0.6)))
            }
            Shape::Lower if !only_by => self.cued_lower(next),
            // "spoke with maria"
            Shape::Lower => {
                let given = self.is_lower_name(next, FIRST, 4) && !token.is(WORD | CITY | PARTICLE | EPONYM);
                (given && !self.is_eponym(next, next)).then(|| (next, self.extend_lower(next), 0.5))
            }
            _ if !only_by && self.comma_given(next).is_some() => self.comma_given(next).map(|last| (next, last, 0.85)),
            _ => self.cued_proper(next, only_by),
        }
    }

    /// Over what may stand between cue and name: "Name: ", "patient is called ".
    fn after_joints(&self, from: usize) -> usize {
        const MOST: usize = 3;
        let joins = |at: usize| {
            let mark = |shape| {
                matches!(
                    shape,
                    Shape::Mark(b':' | b',' | b'=' | b'(' | b'-' | b'#' | b'"' | b'.' | b'?')
                )
            };
            let word = |word: &str| {
                matches!(
                    word,
                    "name" | "named" | "is" | "called" | "patient" | "pt" | "initials" | "was" | "like" | "client"
                )
            };
            self.get(at).is_some_and(|t| mark(t.shape)) || word(&self.lower(at))
        };
        (from..from + MOST).find(|at| !joins(*at)).unwrap_or(from + MOST)
    }

    fn cued_proper(&self, at: usize, only_by: bool) -> Found {
        if !self.can_be_name(at) {
            return None;
        }
        let (token, last) = (&self.tokens[at], self.extend(at));
        let listed = self.tokens[at..=last].iter().filter(|t| t.is(FIRST | LAST)).count();
        let known = token.is(FIRST | LAST) && token.shape == Shape::Capital || listed > 1;
        let naming = matches!(self.lower(at - 1).as_str(), "named" | "name" | "called");
        let several = last > at && token.shape == Shape::Capital;
        if self.is_named_after(at, last) || self.is_body(last) || only_by && last == at && token.is(CITY) {
            return None;
        }
        let by = known && !token.is(WORD) || naming;
        let cued = known || several || naming;
        (if only_by { by } else { cued }).then_some((at, last, 0.85))
    }

    fn cued_lower(&self, at: usize) -> Found {
        if !self.is_lower_name(at, FIRST | LAST, 3) {
            return None;
        }
        let (token, last) = (&self.tokens[at], self.extend_lower(at));
        // "user: tina roelink": after a given name beyond doubt the next word may be an unknown one.
        let unlisted = |t: &Token| t.shape == Shape::Lower && t.gap == 1 && t.marks == 0;
        let doubtless = last == at && token.is(FIRST) && !token.is(WORD | CITY) && !token.possessive;
        let last = if doubtless && self.long(at + 1, 4) && self.get(at + 1).is_some_and(unlisted) {
            at + 1
        } else {
            last
        };
        let pair = last > at && token.is(FIRST);
        let sure = !token.is(WORD) && (token.is(FIRST) || last > at);
        ((pair || sure) && !self.is_eponym(at, last)).then_some((at, last, if pair { 0.85 } else { 0.65 }))
    }

    /// "WASHINGTON, DENZEL M." where a name is expected.
    fn comma_given(&self, at: usize) -> Option<usize> {
        let (surname, given) = (self.get(at)?, self.get(at + 2)?);
        let written = surname.is_proper() && surname.shape == given.shape && surname.shape != Shape::Initial;
        let named = surname.is(LAST | FIRST) && given.is(FIRST) && !given.is(NEVER) && !surname.is(STOP | HEAD);
        let end = if self.initial(at + 3) { at + 3 } else { at + 2 };
        (written && named && self.comma(at + 1)).then_some(end)
    }
}
