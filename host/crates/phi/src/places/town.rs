//! Cities of the list, and hospitals known by several words.

use super::{Found, NEVER, SITES};
use crate::lexicon::{self, AT, CITY, COUNTRY, EPONYM, FIRST, FROM, HEAD, LAST, MOVING, START, STATE, STOP, WORD};
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
            let end = words[words.len() - 1].end;
            let listed = |end| {
                let raw = self.text.get(token.start..end).unwrap_or_default();
                lexicon::is_place_phrase(&raw.replace(['\n', '\r'], " ").to_ascii_lowercase())
            };
            words[1..].iter().all(|t| t.gap <= 1)
                && (listed(end) || words[words.len() - 1].possessive && listed(end + 2))
                && !(lower && words.iter().all(ordinary))
                && !self.lends_its_name(*last)
        };
        let longest = (at + 1..=at + MORE_WORDS)
            .rev()
            .filter(|last| *last < self.tokens.len())
            .find(fits)?;
        Some(if lower {
            (at, self.small_onward(longest), 0.6)
        } else {
            (at, self.onward(longest), 0.8)
        })
    }

    /// "Chicago"; a city that is also a name or a word needs "in", "from" or the like before it.
    pub(super) fn city(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        if !token.is(CITY) || token.is(NEVER | EPONYM | STATE) || self.lends_its_name(at) {
            return None;
        }
        let led = token.gap == 1 && self.before(at).is_some_and(|t| t.is(FROM | AT));
        let plain = !token.is(FIRST | LAST | WORD);
        // "our Dallas facility"
        let site = self.has_gap(at + 1, 1) && SITES.contains(&self.lower(at + 1).as_str()) && !token.is(WORD);
        // "of aurora", "to mobile" say little; "in boston" is a place also in small letters.
        let led_closely = led && !matches!(self.word(at - 1), "of" | "to" | "area");
        match token.shape {
            Shape::Capital if (led || site) && !token.is(WORD) => Some((at, self.onward(at), 0.7)),
            Shape::Capital if plain => Some((at, self.onward(at), 0.58)),
            Shape::Upper if (led_closely || site) && !token.is(WORD) && self.long(at, 4) => {
                Some((at, at + usize::from(site), 0.6))
            }
            Shape::Upper if plain && self.long(at, 5) => Some((at, at, 0.55)),
            Shape::Lower if (led_closely || site) && !token.is(WORD) && self.long(at, 4) => {
                Some((at, if site { at + 1 } else { self.small_onward(at) }, 0.5))
            }
            _ => None,
        }
    }

    /// A town that no list has: written with accents after "in", or after a word of moving or living: "grew up in Howick".
    pub(super) fn unlisted_town(&self, at: usize) -> Found {
        const BACK: usize = 4;
        let token = &self.tokens[at];
        let proper = matches!(token.shape, Shape::Capital | Shape::Upper) && self.long(at, 4);
        let led = || self.before(at).is_some_and(|t| t.is(FROM | AT));
        if !proper
            || token.gap != 1
            || !led()
            || token.is(NEVER | STATE | COUNTRY | WORD | EPONYM)
            || self.lends_its_name(at)
        {
            return None;
        }
        // "Lisa M. from Bisegna"
        let person = |t: &Token| t.is_mark(b'.') || t.shape == Shape::Capital && t.is(FIRST | LAST);
        let hails = matches!(self.word(at - 1), "from" | "in" | "of") && at > 1 && person(&self.tokens[at - 2]);
        let moving = (at.saturating_sub(BACK)..at).any(|before| self.has(before, MOVING));
        (moving || hails || token.foreign).then(|| (at, self.onward(at), 0.58))
    }

    /// "St. Luke's", "St. Mary's on Monday": a saint's possession is a hospital, school or church; without one it is
    /// a place after "at". Wort and signs are not.
    pub(super) fn saint(&self, at: usize) -> Found {
        let small = matches!(self.word(at), "st" | "saint");
        if !small && !matches!(self.word(at), "St" | "Saint" | "Sts" | "Ste" | "ST" | "SAINT") {
            return None;
        }
        let name = self.after_full_stop(at);
        let token = self.get(name)?;
        let led = self.before(at).is_some_and(|t| t.is(AT));
        let named = matches!(token.shape, Shape::Capital | Shape::Upper) && token.gap == 1 && !token.is(NEVER);
        let owns = token.possessive && !self.has(name + 1, HEAD);
        if small {
            return (owns && token.gap == 1 && token.is(FIRST)).then_some((at, self.small_onward(name), 0.7));
        }
        (named && (owns || led) && !self.lends_its_name(name)).then(|| (at, self.onward(name), 0.75))
    }
}
