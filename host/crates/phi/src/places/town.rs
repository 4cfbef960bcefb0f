//! Cities of the list, and hospitals known by several words.

use super::{Found, NEVER};
use crate::lexicon::{self, AT, CITY, COUNTRY, EPONYM, FIRST, FROM, LAST, START, STATE, STOP, WORD};
use crate::tokens::{Shape, Token, Words};

impl Words<'_> {
    /// "Johns Hopkins", "New Orleans", "san diego"
    pub(super) fn phrase(&self, at: usize) -> Found {
        const MORE_WORDS: usize = 4;
        let token = &self.tokens[at];
        if !token.is(START) {
            return None;
        }
        let lower = token.shape == Shape::Lower;
        let fits = |last: &usize| {
            let words = &self.tokens[at..=*last];
            let ordinary = |t: &Token| t.is(WORD | STOP) || matches!(t.shape, Shape::Mark(_));
            let raw = &self.text[token.start..words[words.len() - 1].end];
            words[1..].iter().all(|t| t.gap <= 1)
                && lexicon::is_place_phrase(&raw.replace(['\n', '\r'], " ").to_ascii_lowercase())
                && !(lower && words.iter().all(ordinary))
                && !self.lends_its_name(*last)
        };
        let longest = (at + 1..=at + MORE_WORDS)
            .rev()
            .filter(|last| *last < self.tokens.len())
            .find(fits)?;
        Some((at, self.onward(longest), if lower { 0.6 } else { 0.8 }))
    }

    /// "Chicago"; a city that is also a name or a word needs "in", "from" or the like before it.
    pub(super) fn city(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        if !token.is(CITY) || token.is(NEVER | EPONYM | STATE) || self.lends_its_name(at) {
            return None;
        }
        let led = token.gap == 1 && self.before(at).is_some_and(|t| t.is(FROM | AT));
        let plain = !token.is(FIRST | LAST | WORD);
        // "of aurora", "to mobile" say little; "in boston" is a place also in small letters.
        let led_closely = led && !matches!(self.word(at - 1), "of" | "to" | "area");
        match token.shape {
            Shape::Capital if led && !token.is(WORD) => Some((at, self.onward(at), 0.7)),
            Shape::Capital if plain => Some((at, self.onward(at), 0.58)),
            Shape::Upper if plain && self.long(at, 5) => Some((at, at, 0.55)),
            Shape::Lower if led_closely && !token.is(WORD) && self.long(at, 4) => Some((at, at, 0.5)),
            _ => None,
        }
    }

    /// A town that no list has: written with accents after "in", or after a word of moving or living: "grew up in Howick".
    pub(super) fn unlisted(&self, at: usize) -> Found {
        const MOVING: [&str; 24] = [
            "moved",
            "born",
            "based",
            "lives",
            "lived",
            "living",
            "originally",
            "raised",
            "grew",
            "flew",
            "relocated",
            "travelled",
            "traveled",
            "travelling",
            "traveling",
            "resides",
            "residing",
            "located",
            "returned",
            "arrived",
            "vacationing",
            "immigrated",
            "emigrated",
            "staying",
        ];
        const BACK: usize = 4;
        let token = &self.tokens[at];
        let proper = matches!(token.shape, Shape::Capital | Shape::Upper) && self.long(at, 4);
        let led = token.gap == 1 && self.before(at).is_some_and(|t| t.is(FROM | AT))
            || self.lower(at.saturating_sub(1)) == "to";
        if !proper || !led || token.is(NEVER | STATE | COUNTRY | WORD | EPONYM) || self.lends_its_name(at) {
            return None;
        }
        let moving = (at.saturating_sub(BACK)..at).any(|before| MOVING.contains(&self.lower(before).as_str()));
        (moving || token.foreign).then(|| (at, self.onward(at), 0.58))
    }
}
