//! Names that nothing announces: known by the word lists and by the company they keep.

use super::{Found, NEVER};
use crate::lexicon::{
    BY, CITY, CUE, EPONYM, FACILITY, FIRST, HEAD, LAST, LIVING, MALE, MONTH, ORG, PARTICLE, PLACE, STATE, STOP, STRONG,
    TITLE, WORD,
};
use crate::tokens::{Shape, Token, Words};

impl Words<'_> {
    /// "J. Smith", "J.D.", "J K Rowling"
    pub(super) fn initials(&self, at: usize) -> Found {
        let (mut last, mut dotted, mut next) = (at, 0, at);
        while next - at <= 6
            && self
                .get(next)
                .is_some_and(|t| t.shape == Shape::Initial && (next == at || t.gap <= 1))
        {
            last = next;
            dotted += usize::from(self.full_stop(next + 1));
            next = self.after_full_stop(next);
        }
        let surname = |t: &Token| t.gap <= 1 && t.shape == Shape::Capital && t.is(LAST) && !t.is(NEVER | WORD);
        // "Vitamin K Antagonists": without a stop the initial must not belong to the word before.
        let belongs = |t: &Token| t.is_proper() || t.is(WORD) && !t.is(BY | CUE | STOP);
        if self.get(next).is_some_and(surname)
            && self.long(next, 3)
            && (dotted > 0 || self.has_gap(next, 1) && !self.before(at).is_some_and(belongs))
        {
            let end = self.extend(next);
            return (!self.is_eponym(next, end)).then_some((at, end, 0.65));
        }
        // Initials alone count beside a cue only: "pt J.S.", "initials A.B."
        let cue = |t: &Token| t.is(CUE | MALE) || t.is_mark(b',') || t.is_mark(b':');
        let cued = self.before(at).is_some_and(cue) || at > 0 && self.lower(at - 1) == "initials";
        (cued && dotted == 2 && last > at).then_some((at, last, 0.6))
    }

    /// "Smith, John A."
    pub(super) fn reversed(&self, at: usize) -> Found {
        let (last, first) = (&self.tokens[at], self.get(at + 2)?);
        let upper = last.shape == Shape::Upper;
        // An ordinary word or a city is a surname only where a line begins or in capitals.
        let heading = (last.gap == 2 || upper) && !last.is(NEVER | STATE);
        let surname = last.is(LAST) && (!last.is(NEVER | WORD | CITY | STATE | PLACE) || heading);
        let given = first.is(FIRST) && !first.is(NEVER | STATE) && (upper || !first.is(WORD | CITY));
        let written = first.shape == last.shape && first.gap <= 1 && self.long(at, 2) && self.long(at + 2, 2);
        if !self.comma(at + 1) || !surname || !given || !written || last.possessive || first.possessive {
            return None;
        }
        let end = if self.initial(at + 3) { at + 3 } else { at + 2 };
        // A list of eponyms or cities goes on with another comma.
        let list = self.comma(end + 1) && self.get(end + 2).is_some_and(Token::is_proper);
        (!list).then_some((at, end, 0.75))
    }

    /// "Emily Johnson", "Emily J.", "JOHN SMITH", "Favian Rangel"
    pub(super) fn pair(&self, at: usize) -> Found {
        let (token, next) = (&self.tokens[at], self.get(at + 1)?);
        let barred =
            token.possessive || !self.long(at, 2) || next.gap != 1 || token.is(HEAD | TITLE | CUE | ORG | STRONG);
        // Of the words that never are names, months and a few more are also given names.
        let also_given = token.is(MONTH) || matches!(self.word(at), "Will" | "Christian" | "Summer" | "Autumn");
        if barred || !(token.is(FIRST) || self.is_pair_by_surname(at)) || token.is(STOP) && !also_given {
            return None;
        }
        let ordinary = token.is(WORD | NEVER);
        if ordinary && !self.is_ordinary_pair(at) || token.shape == Shape::Upper && !self.is_upper_pair(at) {
            return None;
        }
        let last = self.extend(at);
        if last == at || self.is_eponym(at, last) || self.is_body(last) {
            return None;
        }
        let known = token.is(FIRST) && !ordinary && (next.is(LAST) || next.shape == Shape::Initial);
        Some((at, last, if known { 0.85 } else { 0.62 }))
    }

    /// An unknown given name before a surname.
    fn is_pair_by_surname(&self, at: usize) -> bool {
        let capital = |at: usize| self.can_be_name(at) && self.tokens[at].shape == Shape::Capital;
        capital(at)
            && capital(at + 1)
            && self.long(at, 3)
            && !self.has(at + 1, WORD | CITY)
            && (self.has(at + 1, LAST) || self.ends_as_surname(at + 1))
    }

    /// "Grace Nowak", "Mark T.": a given name that is also a word needs a sure surname or a dotted initial.
    fn is_ordinary_pair(&self, at: usize) -> bool {
        let (token, next) = (&self.tokens[at], &self.tokens[at + 1]);
        let eponym = next.is(EPONYM) && self.is_named_after(at + 1, at + 1);
        let surname =
            next.shape == Shape::Capital && next.is(LAST) && !next.is(NEVER | WORD) && !eponym && !token.is(BY);
        let month = matches!(self.word(at), "April" | "May" | "June" | "August") && self.word(at + 1) != "I";
        let initial = next.shape == Shape::Initial && self.full_stop(at + 2) && (month || !token.is(NEVER));
        // "Frank Gladu": a surname that no list has, where no sentence begins.
        let within = token.gap == 1
            && self
                .before(at)
                .is_some_and(|t| t.shape == Shape::Lower || t.is_mark(b','));
        let unlisted = within && !token.is(NEVER) && self.is_unlisted(at + 1);
        surname || initial || unlisted || self.is_pair_that_acts(at)
    }

    /// "Will Turner has asthma": both are words too, but what follows is said of persons.
    fn is_pair_that_acts(&self, at: usize) -> bool {
        let (token, next) = (&self.tokens[at], &self.tokens[at + 1]);
        let listed = token.is(FIRST) && next.is(LAST) && next.shape == Shape::Capital && next.gap == 1;
        let barred = next.is(NEVER | FACILITY | CITY | STATE) || token.is(HEAD | ORG | FACILITY);
        let acts =
            matches!(self.word(at + 2), "has" | "is" | "was" | "had" | "takes" | "needs") || self.has(at + 2, LIVING);
        listed && !barred && acts
    }

    /// A capital word of no list that is long enough for a name.
    fn is_unlisted(&self, at: usize) -> bool {
        let fits = |t: &Token| t.shape == Shape::Capital && t.marks == 0 && t.gap == 1;
        self.get(at).is_some_and(fits) && self.long(at, 4) && self.can_be_name(at)
    }

    /// "Galbepra S.", "a man, Rabaton Quis, seen today": names of no list, by the way they stand.
    pub(super) fn unlisted_name(&self, at: usize) -> Found {
        if !self.is_unlisted(at) {
            return None;
        }
        let initial = self.initial(at + 1) && self.word(at + 1) != "I";
        let stopped = initial && self.full_stop(at + 2);
        let led = |t: &Token| t.is_mark(b',') || t.is_mark(b'-') || t.is(BY | CUE | MALE);
        let of = at > 0 && matches!(self.word(at - 1), "of" | "as");
        let apart = (of || self.before(at).is_none_or(led)) && self.is_unlisted(at + 1);
        let mark = |t: &Token| matches!(t.shape, Shape::Mark(b',' | b'('));
        let closed = self.get(at + 2).is_some_and(mark) || matches!(self.word(at + 2), "who" | "seen" | "at");
        let name = stopped || apart && closed;
        (name && !self.is_eponym(at, at + 1)).then_some((at, at + 1, 0.6))
    }

    /// In capitals both must be known: "HEART FAILURE" is written like "JOHN SMITH".
    fn is_upper_pair(&self, at: usize) -> bool {
        let (token, next) = (&self.tokens[at], &self.tokens[at + 1]);
        let surname = next.shape == Shape::Upper && next.is(LAST) && !next.is(NEVER);
        let apart = self.before(at).is_some_and(|t| t.is_mark(b',') || t.is(CUE | MALE));
        if next.shape == Shape::Initial && self.full_stop(at + 2) {
            return self.long(at, 3) && (apart || !token.is(WORD));
        }
        surname && !token.is(WORD) && self.long(at, 3) && self.long(at + 1, 3)
    }

    /// "Wilson J.", "Smith J, 67M"
    pub(super) fn surname_initial(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let surname = token.is(LAST) && !token.is(NEVER) && token.shape == Shape::Capital && !token.possessive;
        let stopped = self.full_stop(at + 2) && !token.is(WORD | EPONYM);
        let aged = self.comma(at + 2) && self.get(at + 3).is_some_and(|t| t.shape == Shape::Number);
        (surname && self.initial(at + 1) && (stopped || aged)).then_some((at, at + 1, 0.62))
    }

    /// A name alone: "Emily reports pain"; a surname or a name that is also a word only amid small letters: "can
    /// Grace have", "ask Kowalczyk about".
    pub(super) fn single(&self, at: usize) -> Found {
        let (token, next) = (&self.tokens[at], self.get(at + 1));
        let led = token.gap == 1
            && self
                .before(at)
                .is_some_and(|t| t.shape == Shape::Lower || t.is(WORD | STOP));
        let followed = next.is_some_and(|t| matches!(t.shape, Shape::Lower | Shape::Mark(b'?' | b',')));
        let amid = led && followed;
        let given = token.is(FIRST) && (amid || !token.is(WORD));
        let surname = token.is(LAST) && !token.is(WORD | CITY) && amid || !token.is(WORD) && self.ends_as_surname(at);
        let hyphen = |t: Option<&Token>| t.is_some_and(|t| t.gap == 0 && (t.is_mark(b'-') || t.is_mark(b'/')));
        let joined = hyphen(next) || token.gap == 0 && self.before(at).is_some_and(|t| t.is_mark(b'-'));
        let plain = token.shape == Shape::Capital
            && (self.long(at, 4) || amid && self.long(at, 3))
            && !token.is(NEVER | STATE | EPONYM | PLACE | FACILITY | PARTICLE);
        let named = (given || surname) && plain && !joined && !self.is_eponym(at, at) && !self.is_body(at);
        (named || self.is_told_of(at)).then_some((at, at, if given { 0.5 } else { 0.45 }))
    }

    /// "Sue's mother", "Smith (67M)", "Hope is 34": a name that may be a word too, by what follows.
    fn is_told_of(&self, at: usize) -> bool {
        let (token, next) = (&self.tokens[at], self.get(at + 1));
        let listed = token.is(FIRST | LAST) && token.shape == Shape::Capital && !token.is(NEVER | EPONYM);
        let kin = token.possessive && token.is(FIRST) && next.is_some_and(|t| t.gap == 1 && t.is(CUE));
        let number = |at: usize| self.word(at).bytes().take_while(u8::is_ascii_digit).count();
        let sexed = |at: usize| {
            let rest = self.word(at).get(number(at)..).unwrap_or_default();
            matches!(rest.as_bytes().first(), Some(b'M' | b'F' | b'm' | b'f' | b'y' | b'Y')) && rest.len() <= 3
        };
        let aged =
            next.is_some_and(|t| matches!(t.shape, Shape::Mark(b'(' | b','))) && number(at + 2) == 2 && sexed(at + 2);
        let is_old =
            token.is(FIRST) && self.word(at + 1) == "is" && number(at + 2) == 2 && self.word(at + 2).len() == 2;
        listed && self.long(at, 3) && (kin || aged || is_old)
    }

    /// "john smith" without any cue.
    pub(super) fn lower_pair(&self, at: usize) -> Found {
        let token = &self.tokens[at];
        let given = self.is_lower_name(at, FIRST, 3) && !token.is(WORD | PARTICLE | CITY) && !token.possessive;
        let listed = self.is_lower_name(at + 1, LAST, 3) && !self.has(at + 1, PARTICLE);
        let foreign = self.ends_as_surname(at + 1) && !self.has(at + 1, WORD | STOP);
        let accented = self
            .get(at + 1)
            .is_some_and(|t| t.foreign && t.shape == Shape::Lower && !t.is(WORD | STOP));
        // "sarah k.", "a man, frank l."
        let apart = self
            .before(at)
            .is_some_and(|t| t.is_mark(b',') || t.is(CUE | MALE | TITLE));
        // A given name that is a city too: "mary johnson".
        let both = self.is_lower_name(at, FIRST, 3) && !token.is(WORD | PARTICLE) && !token.possessive;
        if both && listed && self.has_gap(at + 1, 1) && !self.has(at + 1, WORD | CITY | HEAD | EPONYM) {
            return Some((at, at + 1, 0.6));
        }
        let named = both || apart && self.is_lower_name(at, FIRST, 3) && !token.is(PARTICLE);
        if named && self.small_initial(at + 1) {
            return Some((at, self.extend_lower(at), 0.6));
        }
        // The whole text is one name.
        if given && self.tokens.len() == 1 {
            return Some((at, at, 0.5));
        }
        if given && self.has_gap(at + 1, 1) && (listed || foreign || accented) {
            return (!self.is_eponym(at, at + 1)).then_some((at, at + 1, 0.62));
        }
        // "leidy t muris"
        let initial = self
            .get(at + 1)
            .is_some_and(|t| t.shape == Shape::Lower && t.end - t.start == 1);
        let surname = self.is_lower_name(at + 2, FIRST | LAST, 3) && !self.has(at + 2, WORD | PARTICLE);
        (given && initial && surname).then_some((at, at + 2, 0.6))
    }
}
