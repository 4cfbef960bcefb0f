//! Postal addresses of many countries as they stand in letters and forms, over commas and line breaks: house
//! number, street, flat, town, state or country, postcode, in the order of any land.

use super::Found;
use crate::lexicon::{CITY, COUNTRY, FLAT, HEAD, MONTH, PARTICLE, ROAD, STOP, TITLE};
use crate::tokens::{Shape, Token, Words};

/// Street words that end the name or are joined to it: "Lindenstrasse 91", "Matkovic street", "Kiraly u."
const TRAILING: [&str; 44] = [
    "strasse",
    "gasse",
    "weg",
    "allee",
    "platz",
    "ufer",
    "damm",
    "ring",
    "gata",
    "gatan",
    "gate",
    "vagen",
    "vegen",
    "vej",
    "vejen",
    "gade",
    "straat",
    "laan",
    "plein",
    "gracht",
    "kade",
    "katu",
    "kuja",
    "tie",
    "polku",
    "utca",
    "ut",
    "utja",
    "ter",
    "straede",
    "street",
    "road",
    "avenue",
    "lane",
    "drive",
    "court",
    "terrace",
    "close",
    "crescent",
    "boulevard",
    "brekka",
    "stigur",
    "braut",
    "parkway",
];
/// What announces an address: "Address:", "lives at", "sent to".
const TOLD: [&str; 9] = [
    "address",
    "addresses",
    "lives",
    "living",
    "resides",
    "residing",
    "residence",
    "located",
    "office",
];
/// Most tokens of an address.
const MOST: usize = 30;

impl Words<'_> {
    /// An address that begins at a token.
    pub(super) fn block(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let number = self.is_house_number(at);
        let leads =
            token.shape == Shape::Capital && self.has(at, ROAD) || self.word(at) == "ul" && self.full_stop(at + 1);
        let street = token.shape == Shape::Capital && self.is_number(at + 1, 1, 5) && self.is_trailing(at);
        let boxed = self.is_flat(at);
        if !(number || leads || street || boxed) {
            return None;
        }
        let (mut last, mut proofs, mut next) = (at, 0, at);
        let told = self.is_told(at);
        let numbered_road = number && self.has(at + 1, ROAD);
        proofs += usize::from(told) + usize::from(leads) + usize::from(numbered_road);
        while next - at < MOST && (next == at || self.belongs(next)) {
            let t = &self.tokens[next];
            if matches!(t.shape, Shape::Mark(_)) {
                next += 1;
                continue;
            }
            proofs += usize::from(self.is_flat(next))
                + usize::from(t.is_proper() && next > at && self.is_trailing(next))
                + usize::from(next > at && self.is_postcode(next) && self.is_land(next - 1)) * 2
                + usize::from(next > at && self.has(next, ROAD));
            // A small joint ends no address.
            if t.is_proper() || t.shape == Shape::Number || self.is_trailing(next) {
                last = next;
            }
            let ends = next > at && self.is_postcode(next) && self.is_land(next - 1);
            next += 1;
            if ends {
                break;
            }
        }
        let parts = last - at;
        let proper = self.tokens[at..=last]
            .iter()
            .any(|t| matches!(t.shape, Shape::Capital | Shape::Upper) && !t.is(STOP));
        let flat = number && (at..last).any(|at| self.is_flat(at));
        let sure = proofs > 1 || flat && parts > 3;
        (parts > 1 && proper && (sure || told && number)).then_some((at, last, if sure { 0.8 } else { 0.6 }))
    }

    /// A number that nothing makes a quantity, alone or before a capital.
    fn is_house_number(&self, at: usize) -> bool {
        let follows = |at: usize| {
            self.get(at)
                .is_some_and(|t| t.gap == 1 && (t.is_proper() || self.has(at, ROAD)))
        };
        self.is_number(at, 1, 6) && (follows(at + 1) || self.is_number(at + 1, 1, 6) && follows(at + 2))
    }

    fn is_number(&self, at: usize, least: usize, most: usize) -> bool {
        let word = self.word(at).as_bytes();
        let digits = word.iter().take_while(|b| b.is_ascii_digit()).count();
        (least..=most).contains(&digits) && word.len() <= digits + 1
    }

    fn is_postcode(&self, at: usize) -> bool {
        self.is_number(at, 4, 6) && self.has_gap(at, 1)
    }

    /// The last word of a country, or a state, before a postcode.
    fn is_land(&self, at: usize) -> bool {
        let at = if self.get(at).is_some_and(|t| t.is_mark(b')')) {
            at.saturating_sub(1)
        } else {
            at
        };
        let state = |t: &Token| matches!(t.shape, Shape::Upper | Shape::Initial) && !self.long(at, 4);
        let country = |t: &Token| t.is_proper() && (t.is(CITY) || self.is_country(at));
        self.get(at).is_some_and(|t| state(t) || country(t))
    }

    fn is_flat(&self, at: usize) -> bool {
        let number = self.after_full_stop(at);
        self.get(at).is_some_and(Token::is_proper) && self.has(at, FLAT) && self.is_number(number, 1, 5)
    }

    fn is_trailing(&self, at: usize) -> bool {
        let word = self.word(at).as_bytes();
        TRAILING.iter().any(|ending| {
            let from = word.len().checked_sub(ending.len());
            let fits = from.is_some_and(|from| word[from..].eq_ignore_ascii_case(ending.as_bytes()));
            fits && if from == Some(0) {
                ending.len() > 3
            } else {
                from > Some(2) && ending.len() > 2
            }
        })
    }

    /// Whether the address goes on with this token.
    fn belongs(&self, at: usize) -> bool {
        let Some(token) = self.get(at) else { return false };
        let near = token.gap < 2;
        match token.shape {
            Shape::Capital | Shape::Upper | Shape::Initial => {
                let country = self.is_country(at) || token.shape == Shape::Capital && self.is_country(at + 1);
                (near || country && self.is_land_with_postcode(at))
                    && !token.is(MONTH | TITLE | HEAD)
                    && (!token.is(STOP) || country || self.is_trailing(at))
            }
            Shape::Number => near && self.is_number(at, 1, 6),
            Shape::Lower => {
                let next = self
                    .get(if token.is(ROAD) {
                        self.after_full_stop(at)
                    } else {
                        at + 1
                    })
                    .is_some_and(|t| t.gap == 1 && (t.is_proper() || t.shape == Shape::Number));
                token.gap == 1
                    && next
                    && (token.is(PARTICLE)
                        || token.is(ROAD)
                        || matches!(self.word(at), "of" | "the" | "u" | "sur" | "en" | "ul" | "nan" | "na"))
            }
            // Quoted lines of a letter.
            Shape::Mark(b'>') => near,
            Shape::Mark(b',' | b'.' | b'-' | b'/' | b'(' | b')' | b'\'') => {
                near && self.get(at + 1).is_some_and(|t| t.gap < 2) && !self.ends_sentence(at)
            }
            Shape::Mark(_) => false,
        }
    }

    fn is_land_with_postcode(&self, at: usize) -> bool {
        self.is_postcode(at + 1) || self.is_postcode(at + 2)
    }

    fn is_country(&self, at: usize) -> bool {
        self.has(at, COUNTRY)
    }

    /// A full stop after a word of some length ends the sentence, unless a number follows on the line.
    fn ends_sentence(&self, at: usize) -> bool {
        let stop = self.full_stop(at);
        let long = at > 0 && self.long(at - 1, 4) && self.tokens[at - 1].shape != Shape::Number;
        stop && (long
            || self.get(at + 1).is_none_or(|t| {
                t.gap > 0
                    && t.shape == Shape::Capital
                    && !self.is_flat(at + 1)
                    && self.tokens[at - 1].shape == Shape::Number
            }))
    }

    fn is_told(&self, at: usize) -> bool {
        const BACK: usize = 6;
        (at.saturating_sub(BACK)..at).any(|before| TOLD.contains(&self.lower(before).as_str()))
    }
}
