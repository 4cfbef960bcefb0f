//! Names that the verb or the phrase beside them gives away: "call me Owen", "says Iwase", "Brosca denies pain".

use super::{Found, NEVER};
use crate::lexicon::{
    AT, BY, CITY, EPONYM, FACILITY, FIRST, FROM, GREETING, LAST, LIVING, MALE, MONTH, PARTICLE, PLACE, SAYING, STATE,
    STOP, WORD,
};
use crate::tokens::{Shape, Token, Words};

/// The two words before a name that a person gives.
const GIVING: [(&str, &str); 12] = [
    ("call", "me"),
    ("named", "him"),
    ("named", "her"),
    ("named", "them"),
    ("calls", "him"),
    ("calls", "her"),
    ("name", "is"),
    ("name", "'s"),
    ("names", "are"),
    ("this", "is"),
    ("i", "am"),
    ("called", "him"),
];

impl Words<'_> {
    pub(super) fn spoken(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let fits = match token.shape {
            Shape::Capital => self.can_be_name(at) || token.is(FIRST | LAST) && !token.is(NEVER),
            Shape::Lower => token.is(FIRST) && !token.is(NEVER | WORD | MALE | CITY | PARTICLE),
            _ => false,
        };
        if !fits || !self.long(at, 3) || token.is(STATE | FACILITY | MONTH | PLACE) || self.is_eponym(at, at) {
            return None;
        }
        let known = token.is(FIRST) && !token.is(WORD | EPONYM);
        let score = if self.is_given(at, known) {
            0.7
        } else if self.acts(at, known) {
            0.62
        } else {
            return None;
        };
        let last = match token.shape {
            Shape::Lower => self.extend_lower(at),
            _ => self.extend(at),
        };
        (!self.is_body(last)).then_some((at, last, score))
    }

    /// "my name is Bekbolat", "call me owen", "said Mai", "Hello Kim,"
    fn is_given(&self, at: usize, known: bool) -> bool {
        let (Some(before), token) = (at.checked_sub(1), &self.tokens[at]) else {
            return false;
        };
        if token.gap != 1 {
            return false;
        }
        let over_comma = if self.comma(before) {
            before.checked_sub(1)
        } else {
            None
        };
        let over = over_comma.unwrap_or(before);
        let is_me = self.word(over).eq_ignore_ascii_case("i'm");
        let addressed = token.shape == Shape::Capital && (is_me || self.comma(at + 1));
        let greeted = self.has(over, GREETING) && (known || addressed);
        let said = over_comma.is_none() && self.has(over, SAYING) && (known || token.shape == Shape::Capital);
        let is = |at: usize, word: &str| self.word(at).eq_ignore_ascii_case(word);
        let earlier = before.wrapping_sub(1);
        let pair = GIVING
            .iter()
            .any(|(first, second)| is(before, second) && is(earlier, first));
        let weak = matches!(self.word(before), "is" | "am") && !is(earlier, "name");
        greeted || said || pair && (known || !weak)
    }

    /// "Brosca denies pain", "samantha lives alone", "angela: who are you?": at the beginning of a sentence or line.
    fn acts(&self, at: usize, known: bool) -> bool {
        let begins = self.begins(at);
        let lives = self.has(at + 1, LIVING) && self.has_gap(at + 1, 1);
        let lives = lives || self.word(at + 1) == "is" && self.word(at + 2) == "from";
        let asked = self.comma(at + 1) && matches!(self.word(at + 2), "can" | "could" | "would" | "please" | "you");
        let is_someone = known && self.has_gap(at + 1, 1) && matches!(self.word(at + 1), "is" | "has" | "was" | "had");
        let speaks = known && self.get(at + 1).is_some_and(|t| t.is_mark(b':') && t.gap == 0) && self.starts_line(at);
        begins && (lives || asked || is_someone || speaks)
    }

    /// Whether a sentence or line begins here.
    fn begins(&self, at: usize) -> bool {
        let closed = |t: &Token| matches!(t.shape, Shape::Mark(b'.' | b'!' | b'?' | b'"' | b';' | b':'));
        self.tokens[at].gap == 2 || self.starts_line(at) || self.before(at).is_none_or(closed)
    }

    /// What follows a name, but seldom a noun.
    fn goes_on_as_person(&self, at: usize) -> bool {
        let person = |t: &Token| t.is_proper() || t.is_mark(b',') || t.is(LIVING | SAYING);
        let verb = matches!(self.word(at + 1), "is" | "was" | "has" | "had" | "and" | "from");
        self.tokens[at].possessive || verb || self.get(at + 1).is_none_or(person)
    }

    fn starts_line(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let from = self.before(at).map_or(0, |before| before.end);
        at == 0 || self.text.as_bytes()[from..token.start].contains(&b'\n')
    }

    /// A capital word with accents, or with letters of another script, is a name in English text unless a list
    /// knows better ("Sjögren", "Ménière").
    pub(super) fn foreign(&self, at: usize) -> Found {
        let fits = |t: &Token, at: usize| {
            let letters = self
                .word(at)
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'\''));
            t.foreign
                && t.shape == Shape::Capital
                && letters
                && self.can_be_name(at)
                && !t.is(STOP | EPONYM | CITY | WORD)
        };
        let token = &self.tokens[at];
        // "moved from Gualöv" is a place.
        let of_place = |t: &Token| t.is(AT) || t.is(FROM) && !t.is(BY);
        if token.gap == 1 && self.before(at).is_some_and(of_place) {
            return None;
        }
        // "Größe der Dosis": where a sentence begins, any word of another language has a capital.
        if self.begins(at) && !self.goes_on_as_person(at) {
            return None;
        }
        let led = self.get(at + 1).is_some_and(|t| t.gap == 1 && fits(t, at + 1));
        let given = led && token.shape == Shape::Capital && self.can_be_name(at) && self.long(at, 3);
        if !(given || fits(token, at) && self.long(at, 3)) {
            return None;
        }
        let last = self.extend(at);
        let named = self.is_eponym(at, last) || self.is_body(last);
        (!named).then_some((at, last, if last > at { 0.65 } else { 0.55 }))
    }
}
