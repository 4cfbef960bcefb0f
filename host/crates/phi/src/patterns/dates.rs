//! Dates in digits and words, and ages over 89. A year alone is not an identifier under Safe Harbor.

use super::{Check, Hit, Rule, always, near::Near};
use crate::Kind;

pub(super) const MONTH: &str = r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?";
const GATE: &str = r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:st|nd|rd|th|of|\d)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";
const DAY: &str = r"(?:[12]\d|3[01]|0?[1-9])(?:\s?(?:st|nd|rd|th))?\b";
const DAY_WORD: &str = r"(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)\b";
const YEAR: &str = r"(?:(?:19|20)\d{2}\b|'\d{2}\b|(?:nineteen|twenty)[- ](?:[a-z]+(?:teen|ty)|ten|eleven|twelve|oh)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?\b|two thousand(?:(?: and)? [a-z]+(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)?\b)";
const TIME: &str = r"(?:[T ,]{1,2}(?:at )?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\b)?(?:Z|[+-]\d{2}:?\d{2})?)?";

/// The first ones of the list have a month in words, the next one needs no digit.
const MONTHS: usize = 3;
const WORDED: usize = 4;

pub(super) const COUNT: usize = 13;

pub(super) fn rules() -> Vec<Rule> {
    #[rustfmt::skip]
    let sources: [(f32, &str, String, Check); COUNT] = [
        (0.95, GATE, format!(r"(?i)\b{MONTH}[\s-]{{0,2}}(?:the )?(?:{DAY}|{DAY_WORD})(?:[\s,-]{{1,3}}(?:of )?{YEAR})?{TIME}"), worded),
        (0.95, GATE, format!(r"(?i)\b(?:the )?(?:{DAY}|{DAY_WORD})(?:\s+of)?(?:\s+day of)?[\s-]{{0,2}}{MONTH}(?:[\s,-]{{1,3}}{YEAR})?{TIME}"), worded),
        (0.85, GATE, format!(r"(?i)\b{MONTH}(?:[\s,-]{{1,2}}(?:of )?){YEAR}"), worded),
        (0.85, r"(?i)(?:ninet|hundred|centenarian|nonagenarian|\b90s)", r"(?i)\b(?:aged?\s+ninety(?:[- ][a-z]+)?|in (?:his|her|their|the|my) (?:(?:early|mid|late)[- ])?(?:nineties|90s)|(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a |one )?hundred(?:(?: and)? [a-z]+)?)[- ]years?[- ](?:old|of age)|nonagenarian|centenarian)\b".into(), always),
        (0.95, r"\d[-/.]\d", format!(r"(?i)\b(?:19|20)\d{{2}}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9]){TIME}"), year_first),
        (0.95, r"\d[-/.]\d", format!(r"\b(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|[12]\d|3[01])[/.-](?:1[89]|20)\d{{2}}\b{TIME}"), numeric),
        (0.8, r"\d/\d", r"\b(?:0?[1-9]|[12]\d|3[01])[/](?:0?[1-9]|[12]\d|3[01])[/]'?\d{2}\b".into(), numeric),
        (0.75, r"\d[-/.]\d", r"\b(?:0[1-9]|[12]\d|3[01])[-.](?:0[1-9]|[12]\d|3[01])[-.]\d{2}\b".into(), numeric),
        (0.75, r"\d/\d", r"(?i)\b(?:on|dob|d\.o\.b\.?|born|dated?|since|admitted|discharged|seen|visit|until|by|from|through|birthday)\b[\s:]{1,3}(?:on )?((?:0?[1-9]|1[0-2])/(?:[12]\d|3[01]|0?[1-9]))\b".into(), short),
        (0.75, r"\d/\d", r"\b(?:0?[1-9]|1[0-2])/(?:19|20)\d{2}\b".into(), always),
        (0.9, r"(?i)(?:dob|d\.o\.b|birth|born)", r"(?i)\b(?:dob|d\.o\.b\.?|birth\s?date|date of birth|born(?: in| on)?|birth\s?year)\W{0,4}((?:19|20)\d{2})\b".into(), always),
        (0.9, r"\d{8}", r"\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b".into(), compact),
        (0.9, r"9\d|1[0-2]\d", r"(?i)\b(?:(?:age|aged|age is|turned|turning)\W{0,3}((?:9\d|1[0-2]\d))\b|((?:9\d|1[0-2]\d)[- ]?(?:y(?:ea)?rs?|y/?o|yo)\b\.?(?:[- ]?(?:old|of age))?))".into(), over_89),
    ];
    let rows: Vec<_> = sources
        .iter()
        .map(|(score, gate, source, keep)| (Kind::Date, *score, *gate, source.as_str(), *keep))
        .collect();
    let (worded, digits) = rows.split_at(WORDED);
    let (months, ages) = worded.split_at(MONTHS);
    let mut all = super::rules(Near::Months, months);
    all.extend(super::rules(Near::Anything, ages));
    all.extend(super::rules(Near::Digits, digits));
    all
}

/// Both separators are the same, and no digit goes on.
fn year_first(hit: &Hit) -> bool {
    let separators: Vec<u8> = hit
        .value()
        .iter()
        .take(10)
        .copied()
        .filter(|b| matches!(b, b'-' | b'/' | b'.'))
        .collect();
    matches!(separators.as_slice(), [a, b, ..] if a == b) && !matches!(hit.after(1), [b'0'..=b'9'])
}

/// One of the first two numbers is a month.
fn numeric(hit: &Hit) -> bool {
    let mut numbers = hit
        .value()
        .split(|b| !b.is_ascii_digit())
        .filter(|n| !n.is_empty())
        .map(number);
    let (first, second) = (numbers.next().unwrap_or(99), numbers.next().unwrap_or(99));
    let joined = matches!(hit.before(1), [b'/' | b'.' | b'-']) || matches!(hit.after(2), [b'/' | b'-', b'0'..=b'9']);
    (first <= 12 || second <= 12) && !joined && !hit.has_unit()
}

fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .take(4)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit.wrapping_sub(b'0') % 10))
}

fn short(hit: &Hit) -> bool {
    !matches!(hit.after(2), [b'/', ..] | [b'0'..=b'9', ..])
        && !hit.has_unit()
        && !hit.after(10).starts_with(b" strength")
}

/// "may 5 mg", "march 10 steps", "Mar 40": months that are words need a capital, an ordinal or a year; a dose is no date.
fn worded(hit: &Hit) -> bool {
    let value = hit.value().to_ascii_lowercase();
    let word = |name: &[u8]| value.windows(name.len()).any(|w| w == name);
    let plain = hit.value().iter().all(|b| !b.is_ascii_uppercase());
    let ordinal_or_year = word(b"th") || word(b"st") || word(b"nd") || word(b"rd") || hit.digits() >= 4;
    if plain && (word(b"may") || word(b"march") || word(b"mar") || word(b"dec") || word(b"sep")) && !ordinal_or_year {
        return false;
    }
    (hit.digits() >= 4 || !hit.has_unit()) && hit.value().iter().filter(|b| b.is_ascii_alphanumeric()).count() > 3
}

fn compact(hit: &Hit) -> bool {
    !hit.is_reference() && !hit.has_unit()
}

fn over_89(hit: &Hit) -> bool {
    let digits: Vec<u8> = hit.value().iter().copied().filter(u8::is_ascii_digit).collect();
    let before = hit.before(8).to_ascii_lowercase();
    (90..=125).contains(&number(&digits))
        && !matches!(hit.before(1), [b'.' | b'-' | b'/'])
        && !before.ends_with(b"sample ")
}
