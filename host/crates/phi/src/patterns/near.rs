//! Where a rule is looked for: a number needs digits, a date the name of a month. Most of a text is neither.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::dates::MONTH;

/// What every match of a rule has in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Near {
    Anything,
    Digits,
    Months,
}

/// The stretches of a text to search, cut at white space.
pub(super) struct Windows {
    all: Range<usize>,
    digits: Vec<Range<usize>>,
    months: Vec<Range<usize>>,
}

/// Label and link before a number take up to so many bytes; after its last digit a match goes on for as many at most
/// (street, city, state).
const AROUND_DIGITS: usize = 120;
/// "the twenty-third day of" before a month, "the twenty-third, nineteen ninety-nine at 10:15" after it.
const AROUND_MONTHS: usize = 80;

impl Windows {
    pub fn of(text: &[u8]) -> Self {
        static MONTHS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!("(?i-u){MONTH}")).ok());
        let digits = text.iter().enumerate().filter(|(_, byte)| byte.is_ascii_digit());
        let months = MONTHS.as_ref().map(|months| months.find_iter(text));
        Self {
            all: 0..text.len(),
            digits: around(text, digits.map(|(at, _)| at), AROUND_DIGITS),
            months: around(
                text,
                months.into_iter().flatten().map(|month| month.start()),
                AROUND_MONTHS,
            ),
        }
    }

    pub fn near(&self, near: Near) -> &[Range<usize>] {
        match near {
            Near::Anything => std::slice::from_ref(&self.all),
            Near::Digits => &self.digits,
            Near::Months => &self.months,
        }
    }
}

fn around(text: &[u8], positions: impl Iterator<Item = usize>, reach: usize) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for at in positions {
        match out.last_mut() {
            Some(last) if at <= last.end + reach => last.end = at + reach,
            _ => out.push(at.saturating_sub(reach)..at + reach),
        }
    }
    for window in &mut out {
        while window.start > 0 && !text[window.start - 1].is_ascii_whitespace() {
            window.start -= 1;
        }
        window.end = window.end.min(text.len());
        while text.get(window.end).is_some_and(|byte| !byte.is_ascii_whitespace()) {
            window.end += 1;
        }
    }
    // Without white space they reach far into each other; joined, every byte is searched once.
    out.dedup_by(|next, last| {
        let joined = next.start <= last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
    out
}

#[cfg(test)]
mod tests {
    use super::super::RULES;
    use super::*;

    const PLAIN: &str = "Patient Anna Nowak, Elm Street, call us, MRN none, in spring nineteen ninety, Paris, TX";

    #[test]
    fn a_rule_for_a_neighbourhood_matches_nothing_elsewhere() {
        for rule in RULES.rules.iter().filter(|rule| rule.near != Near::Anything) {
            assert!(
                !rule.regex.is_match(PLAIN.as_bytes()) || rule.regex.captures_len() > 1,
                "{}",
                rule.regex
            );
        }
        let windows = Windows::of(PLAIN.as_bytes());
        assert!(windows.digits.is_empty() && windows.months.is_empty());
    }

    #[test]
    fn text_without_white_space_is_searched_once() {
        let text = format!("{}1", "a".repeat(500)).repeat(100);
        let whole = 0..text.len();
        assert_eq!(Windows::of(text.as_bytes()).digits, std::slice::from_ref(&whole));
    }
}
