//! Turns text into tokens that say what kind of claim each word makes: number, unit, limit, negation, drug, name.

mod spelling;

use std::ops::Range;

use crate::words::{Piece, pieces};
use crate::{drugs, lexicon, negation, numbers, units};
use spelling::{MEASURES, NOT_ADVERBS, TURNING_ADVERBS, greek, times};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Number,
    Unit,
    /// A limit with the number it limits: "at least 5".
    Limit,
    Negation,
    /// except, unless, only.
    Exception,
    /// must, should, may.
    Modal,
    /// A word with an opposite.
    Polar,
    Drug,
    /// Capitalised or with digits in it.
    Name,
    Content,
    Adverb,
    Function,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub range: Range<usize>,
    pub kind: Kind,
    /// Equal keys mean the same thing.
    pub key: String,
}

/// The text between two neighbouring tokens; empty when both are read from one word.
pub fn between<'a>(text: &'a str, left: &Token, right: &Token) -> &'a str {
    text.get(left.range.end..right.range.start).unwrap_or_default()
}

/// Words of which a following number or Roman numeral is the class.
const CLASSES: &[&str] = &[
    "phase",
    "stage",
    "grade",
    "class",
    "type",
    "factor",
    "group",
    "category",
    "level",
    "degree",
    "part",
    "nyha",
    "collagen",
    "cranial",
    "angiotensin",
    "schedule",
    "mucopolysaccharidosis",
    "diabetes",
];

/// Tokens of `text` in order.
pub fn tokens(text: &str) -> Vec<Token> {
    Reader {
        text,
        pieces: pieces(text),
        at: 0,
        found: Vec::new(),
    }
    .read()
}

struct Reader<'a> {
    text: &'a str,
    pieces: Vec<(Range<usize>, Piece)>,
    at: usize,
    found: Vec<Token>,
}

impl Reader<'_> {
    fn read(mut self) -> Vec<Token> {
        while self.at < self.pieces.len() {
            if self.limit_before() {
                continue;
            }
            if let Some((value, taken)) = self.number_at(self.at) {
                let end = self.at + taken;
                self.push(end, Kind::Number, numbers::key(value));
                self.unit_and_limit(value);
                continue;
            }
            match self.pieces[self.at].1.clone() {
                Piece::Symbol(s) => self.symbol(s),
                Piece::Word(w) => self.word(&w),
                Piece::Number(_) => self.at += 1,
            }
        }
        self.found
    }

    /// Adds a token over the pieces from here up to `end` and moves there.
    fn push(&mut self, end: usize, kind: Kind, key: impl Into<String>) {
        let range = self.pieces[self.at].0.start..self.pieces[end - 1].0.end;
        self.found.push(Token {
            range,
            kind,
            key: key.into(),
        });
        self.at = end;
    }

    fn lower(&self, at: usize) -> Option<String> {
        match self.pieces.get(at).map(|p| &p.1) {
            Some(Piece::Word(w)) => Some(w.to_lowercase()),
            _ => None,
        }
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.lower(at).is_some_and(|w| w == word)
    }

    /// The number that begins at piece `at` and how many pieces it takes.
    fn number_at(&self, at: usize) -> Option<(f64, usize)> {
        match self.pieces.get(at)?.1.clone() {
            Piece::Number(v) => {
                if let Some(scale) = self
                    .lower(at + 1)
                    .filter(|w| matches!(w.as_str(), "hundred" | "thousand" | "million" | "billion"))
                    .and_then(|w| numbers::word_value(&w))
                {
                    return Some((v * scale, 2));
                }
                Some((v, 1))
            }
            Piece::Word(w) => {
                if let Some(v) = self.roman(at, &w) {
                    return Some((v, 1));
                }
                let mut values = vec![numbers::word_value(&w.to_lowercase())?];
                let mut taken = 1;
                while let Some(word) = self.lower(at + taken) {
                    let last = values[values.len() - 1];
                    if word == "and"
                        && last >= 100.0
                        && self
                            .lower(at + taken + 1)
                            .and_then(|w| numbers::word_value(&w))
                            .is_some_and(|v| v >= 1.0 && v < last)
                    {
                        taken += 1;
                        continue;
                    }
                    let Some(v) = numbers::word_value(&word) else { break };
                    let joins =
                        v >= 100.0 || ((20.0..100.0).contains(&last) && v < 10.0) || (last >= 100.0 && v < last);
                    if !joins || v.fract() != 0.0 || last.fract() != 0.0 {
                        break;
                    }
                    values.push(v);
                    taken += 1;
                }
                if let ("a" | "an", _) = (w.as_str(), 0) {
                    return None;
                }
                Some((numbers::compose(&values), taken))
            }
            Piece::Symbol(_) => None,
        }
    }

    fn roman(&self, at: usize, word: &str) -> Option<f64> {
        let value = numbers::roman(word)?;
        let classed = (1..=4).any(|back| {
            at.checked_sub(back).is_some_and(|k| {
                self.lower(k)
                    .is_some_and(|w| CLASSES.contains(&w.trim_end_matches('s')))
            }) && (at - back + 1..at).all(|k| match &self.pieces[k].1 {
                Piece::Symbol(s) => matches!(*s, "/" | "," | "to" | "("),
                Piece::Word(w) => numbers::roman(w).is_some() || matches!(w.as_str(), "or" | "and" | "to"),
                Piece::Number(_) => true,
            })
        });
        (classed || (word.len() >= 2 && !matches!(word, "IV" | "VI" | "XI" | "IX"))).then_some(value)
    }

    /// "at least 5", "no more than 5", "< 5": one limit token with its number; the number follows as its own token.
    fn limit_before(&mut self) -> bool {
        let Some((sign, taken)) = negation::limit_before(|k| match self.pieces.get(self.at + k).map(|p| &p.1) {
            Some(Piece::Word(w)) => Some(w.to_lowercase()),
            Some(Piece::Symbol(s)) => Some((*s).to_owned()),
            _ => None,
        }) else {
            return false;
        };
        let gap = usize::from(
            ["a", "an", "of", "about", "or"]
                .iter()
                .any(|w| self.is_word(self.at + taken, w))
                || matches!(
                    self.pieces.get(self.at + taken),
                    Some((_, Piece::Symbol("$" | "€" | "£" | "(")))
                ),
        );
        let Some((value, _)) = self
            .number_at(self.at + taken)
            .or_else(|| self.number_at(self.at + taken + gap))
        else {
            return false;
        };
        let end = self.at + taken;
        self.push(end, Kind::Limit, format!("{sign}{}", numbers::key(value)));
        true
    }

    /// What belongs to a number just read: "%", "mg/kg/day", "or more".
    fn unit_and_limit(&mut self, value: f64) {
        loop {
            let per = matches!(self.pieces.get(self.at), Some((_, Piece::Symbol("/" | "°"))))
                || self.is_word(self.at, "per")
                || self.is_word(self.at, "a");
            let at = self.at + usize::from(per);
            let name = match self.pieces.get(at).map(|p| p.1.clone()) {
                Some(Piece::Word(w)) => w,
                Some(Piece::Symbol(s @ ("%" | "‰" | "$" | "€"))) => s.to_owned(),
                _ => break,
            };
            let unit = units::unit(&name).or_else(|| (name == "x" || name == "times").then_some("times"));
            let Some(unit) = unit else { break };
            if per && self.is_word(self.at, "a") && units::time(&name).is_none() {
                break;
            }
            self.at = at;
            self.push(at + 1, Kind::Unit, unit);
        }
        if let Some((sign, taken)) = negation::limit_after(|k| self.lower(self.at + k)) {
            let end = self.at + taken;
            self.push(end, Kind::Limit, format!("{sign}{}", numbers::key(value)));
        }
    }

    fn symbol(&mut self, s: &'static str) {
        let end = self.at + 1;
        match s {
            "%" | "‰" | "$" | "€" | "£" => self.push(end, Kind::Unit, units::unit(s).unwrap_or(s)),
            "<" | ">" | "≤" | "≥" => self.push(end, Kind::Limit, s),
            "+" | "-" => self.push(end, Kind::Polar, if s == "+" { "positive" } else { "negative" }),
            _ => self.at = end,
        }
    }

    fn word(&mut self, word: &str) {
        let lower = word.to_lowercase().replace('’', "'");
        let end = self.at + 1;
        let next = self.lower(self.at + 1);
        if let Some((count, per)) = times(&lower) {
            let range = self.pieces[self.at].0.clone();
            self.found.push(Token {
                range: range.clone(),
                kind: Kind::Number,
                key: numbers::key(count),
            });
            if let Some(per) = per {
                self.found.push(Token {
                    range,
                    kind: Kind::Unit,
                    key: "times".into(),
                });
                return self.push(end, Kind::Unit, per);
            }
            self.push(end, Kind::Unit, "times");
            return self.unit_and_limit(count);
        }
        if let Some(rank) = numbers::ordinal(&lower) {
            return self.push(end, Kind::Number, format!("{}th", numbers::key(rank)));
        }
        if let Some((kind, key, taken)) = negation::cue(&lower, next.as_deref()) {
            return self.push(self.at + taken, kind, key);
        }
        if let Some(rest) = lower
            .strip_prefix("non")
            .filter(|r| r.len() >= 5 && !r.starts_with("ethe") && !r.starts_with("sens"))
        {
            self.found.push(Token {
                range: self.pieces[self.at].0.clone(),
                kind: Kind::Negation,
                key: "non".into(),
            });
            return self.push(end, Kind::Content, lexicon::key(rest));
        }
        if let Some(unit) = units::frequency(&lower).or_else(|| units::time(&lower)) {
            return self.push(end, Kind::Unit, unit);
        }
        if let Some(unit) = units::unit(word).filter(|_| MEASURES.contains(&lower.as_str())) {
            return self.push(end, Kind::Unit, unit);
        }
        if drugs::is_drug(&lower) {
            return self.push(end, Kind::Drug, drugs::key(&lower));
        }
        if lexicon::is_function(&lower) && !(word.len() >= 2 && word.chars().all(char::is_uppercase)) {
            return self.push(end, Kind::Function, lower);
        }
        let bare = lower.strip_suffix("'s").unwrap_or(&lower);
        if bare.chars().any(|c| c.is_ascii_digit()) || word.chars().skip(1).filter(|c| c.is_uppercase()).count() > 0 {
            let singular = bare
                .strip_suffix('s')
                .filter(|_| word.ends_with('s') && word.len() > 3)
                .unwrap_or(bare);
            let shouted = word.len() > 5 && word.chars().all(|c| c.is_ascii_uppercase());
            return self.push(
                end,
                Kind::Name,
                if shouted { lexicon::key(bare) } else { greek(singular) },
            );
        }
        let key = lexicon::key(&greek(bare));
        let adverb = lower.ends_with("ly") && lower.len() >= 6 && !NOT_ADVERBS.contains(&lower.as_str());
        if adverb && !TURNING_ADVERBS.contains(&lower.as_str()) {
            return self.push(end, Kind::Adverb, key);
        }
        if adverb || lexicon::is_polar(&key) {
            return self.push(end, Kind::Polar, key);
        }
        let opens = self.found.is_empty()
            || self.text[..self.pieces[self.at].0.start]
                .trim_end()
                .ends_with(['.', ':', '!', '?']);
        let named = word.starts_with(char::is_uppercase) && !opens;
        self.push(end, if named { Kind::Name } else { Kind::Content }, key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        tokens(text)
            .iter()
            .filter(|t| t.kind != Kind::Function)
            .map(|t| t.key.clone())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn numbers_in_digits_and_words_are_the_same_token() {
        assert_eq!(shown("five mg twice daily"), shown("5 mg 2 times a day"));
        assert_eq!(shown("one hundred and five days"), shown("105 days"));
        assert_eq!(shown("phase II"), shown("phase 2"));
        assert_eq!(shown("10 mg/kg/day"), shown("10 mg per kg per day"));
        assert_eq!(shown("2 million"), shown("2,000,000"));
        assert_eq!(shown("5 mg b.i.d."), shown("5 mg twice daily"));
        assert_eq!(shown("23 percent"), shown("23%"));
    }

    #[test]
    fn limits_carry_their_number() {
        assert_eq!(shown("at least 5 mg"), "≥#5 #5 mg");
        assert_eq!(shown("≥ 5 mg"), "≥#5 #5 mg");
        assert_eq!(shown("5 mg or more"), "#5 mg ≥#5");
        assert_eq!(shown("no more than 5 mg"), shown("at most 5 mg"));
        assert_eq!(shown("less than 5 mg"), shown("<5 mg"));
        assert_ne!(shown("<5 mg"), shown("≤5 mg"));
    }

    #[test]
    fn negations_are_seen_in_every_shape() {
        for text in [
            "does not work",
            "doesn't work",
            "cannot work",
            "never work",
            "without work",
            "non-working",
            "fails to work",
            "lack of work",
            "contraindicated",
        ] {
            assert!(tokens(text).iter().any(|t| t.kind == Kind::Negation), "{text}");
        }
        assert!(tokens("heart failure").iter().all(|t| t.kind != Kind::Negation));
    }
}
