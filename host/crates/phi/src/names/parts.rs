//! What can be part of a name, where a name ends, and what is only named after a person.

use super::NEVER;
use crate::lexicon::{
    BY, CUE, EPONYM, FACILITY, FIRST, HEAD, LAST, MALE, ORG, PARTICLE, PLACE, STATE, STOP, STRONG, SUFFIX, TITLE, WORD,
};
use crate::tokens::{Shape, Token, Words};

/// Most parts of a name: "Maria de la Cruz Jr."
const PARTS: usize = 5;

impl Words<'_> {
    /// Known or unknown, a capital word that can be part of a name.
    pub(super) fn can_be_name(&self, at: usize) -> bool {
        self.get(at).is_some_and(|t| {
            let unknown = !t.is(WORD | FACILITY | PLACE | STATE) && !self.is_compound(at);
            t.is_proper() && t.shape != Shape::Initial && !t.is(NEVER) && (t.is(FIRST | LAST) || unknown)
        })
    }

    /// The same, or a capital word of the surname list although it is also something else: "White", "Young", "May".
    pub(super) fn can_be_surname(&self, at: usize) -> bool {
        let listed = |t: &Token| t.shape == Shape::Capital && t.is(LAST) && !t.is(HEAD | CUE | TITLE | ORG | STRONG);
        self.can_be_name(at) || self.get(at).is_some_and(listed)
    }

    /// "II-specific", "Pol-delta": a hyphen before a small letter.
    fn is_compound(&self, at: usize) -> bool {
        self.word(at)
            .as_bytes()
            .windows(2)
            .any(|w| w[0] == b'-' && w[1].is_ascii_lowercase())
    }

    /// Endings of surnames in languages whose names the list does not exhaust.
    pub(super) fn ends_as_surname(&self, at: usize) -> bool {
        const ENDINGS: [&str; 31] = [
            "ski", "ska", "sky", "skaya", "ov", "ova", "ev", "eva", "enko", "chuk", "ovic", "evic", "icz", "czyk",
            "escu", "sson", "dottir", "sen", "nen", "yan", "idis", "poulos", "shvili", "oglu", "yeva", "evich",
            "ovich", "ovna", "evna", "ason", "iyev",
        ];
        self.long(at, 6) && ENDINGS.iter().any(|ending| self.word(at).ends_with(ending))
    }

    /// Last token of a name that begins at `from`: more names, initials, particles, "Jr."
    pub(super) fn extend(&self, from: usize) -> usize {
        let (mut last, mut parts) = (from, 1);
        while parts < PARTS && !self.tokens[last].possessive {
            let next = self.after_abbreviation(last);
            let Some(token) = self.get(next) else { break };
            if token.gap > 1 || token.gap == 0 && next == last + 1 || !self.goes_on(from, next, parts) {
                break;
            }
            last = next;
            parts += 1;
        }
        last
    }

    fn goes_on(&self, from: usize, next: usize, parts: usize) -> bool {
        let token = &self.tokens[next];
        let capital = |t: &Token| t.shape == Shape::Capital && t.gap == 1 && !t.is(NEVER);
        let surname_after = self.get(next + 1).is_some_and(capital) || self.has(next + 1, PARTICLE);
        let initial = token.shape == Shape::Initial
            && self.word(next) != "I"
            && (parts == 1 || !token.is(WORD) || self.full_stop(next + 1));
        let particle = token.is(PARTICLE) && token.shape != Shape::Upper && surname_after;
        let suffix = token.is(SUFFIX) && token.is_proper() && !token.is(STOP) && parts > 1;
        // "Emily Johnson ECG": capitals go on with capitals, or are a known surname of some length.
        let same_case = token.shape != Shape::Upper || self.tokens[from].shape == Shape::Upper;
        let surname = (same_case || token.is(LAST) && self.long(next, 4)) && self.can_be_surname(next);
        initial || particle || suffix || surname
    }

    /// The token after a word that may carry a full stop: "J. Smith", "St. Clair".
    fn after_abbreviation(&self, at: usize) -> usize {
        let token = &self.tokens[at];
        if token.shape == Shape::Initial || token.is(SUFFIX | PARTICLE) {
            self.after_full_stop(at)
        } else {
            at + 1
        }
    }

    /// A lower-case surname after a lower-case given name.
    pub(super) fn extend_lower(&self, at: usize) -> usize {
        // "alice k. smith", "robert j."
        let initial = self.small_initial(at + 1);
        let next = if initial { at + 3 } else { self.after_abbreviation(at) };
        let listed = self.is_lower_name(next, FIRST | LAST, 2) && (!self.has(next, WORD) || self.has(next, LAST));
        let foreign = |t: &Token| t.shape == Shape::Lower && !t.is(WORD | NEVER) && t.foreign;
        let unlisted =
            self.get(next).is_some_and(foreign) || !self.has(next, WORD | NEVER) && self.ends_as_surname(next);
        let fits = self.has_gap(next, 1) && !self.tokens[at].possessive && (listed || unlisted);
        match (fits, initial) {
            (true, _) => next,
            (false, true) => at + 1,
            (false, false) => at,
        }
    }

    /// A small letter alone with a full stop.
    pub(super) fn small_initial(&self, at: usize) -> bool {
        let letter = |t: &Token| t.shape == Shape::Lower && t.gap == 1 && t.end - t.start == 1;
        self.get(at).is_some_and(letter) && self.full_stop(at + 1)
    }

    /// A small word of the name lists, at least so many letters long, that nothing keeps from being a name.
    pub(super) fn is_lower_name(&self, at: usize, lists: u32, letters: usize) -> bool {
        let fits = |t: &Token| t.shape == Shape::Lower && t.is(lists) && !t.is(NEVER | BY | MALE | FACILITY);
        self.long(at, letters) && self.get(at).is_some_and(fits)
    }

    /// A disease, sign, score or device named after somebody, or a name known only from such.
    pub(super) fn is_eponym(&self, first: usize, last: usize) -> bool {
        first == last && self.tokens[first].is(EPONYM) || self.is_named_after(first, last)
    }

    /// "disease" or the like follows, at once or after one word: "Wells score", "Gleason grade group".
    pub(super) fn is_named_after(&self, first: usize, last: usize) -> bool {
        let near = |at: usize| self.get(at).filter(|t| t.gap <= 1 || t.is_mark(b'-'));
        let (next, then) = (near(last + 1), near(last + 2));
        let head = next.is_some_and(|t| t.is(HEAD));
        let between = next.filter(|t| !matches!(t.shape, Shape::Mark(b',' | b'.' | b';' | b'(' | b')' | b':')));
        let later = between.is_some() && then.is_some_and(|t| t.is(HEAD));
        if first == last {
            return head || later && between.is_some_and(|t| t.shape != Shape::Capital);
        }
        // A person of two names may have a disease; only known discoverers lend it theirs.
        (head || later) && self.tokens[first..=last].iter().all(|t| t.is(EPONYM | PARTICLE))
    }

    /// The name of a foundation, trial or hospital goes on after the name.
    pub(super) fn is_body(&self, last: usize) -> bool {
        self.get(last + 1)
            .is_some_and(|t| t.gap == 1 && t.is(ORG | FACILITY) && t.is_proper())
    }
}
