//! Numbers dictated digit by digit: "four one five, five five five, one two three four".

use crate::{Kind, Span};

/// From five digits in a row: "one two three" is counting, a record number is longer.
const FEWEST: usize = 5;
/// Written digits may stand between, but most are spoken.
const FEWEST_WORDS: usize = 3;

pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let (mut start, mut end, mut digits, mut words) = (0, 0, 0, 0);
    let mut close = |start: usize, end: usize, digits: usize, words: usize| {
        if digits >= FEWEST && words >= FEWEST_WORDS {
            found.push(Span {
                start,
                end,
                kind: kind(text, start, digits),
                score: 0.7,
            });
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            if !matches!(bytes[at], b' ' | b',' | b'-' | b'\n') {
                close(start, end, digits, words);
                (digits, words) = (0, 0);
            }
            at += 1;
            continue;
        }
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        match spoken(&bytes[from..at]) {
            Some(count) if digits > 0 || count > 0 => {
                if digits == 0 {
                    start = from;
                }
                digits += count;
                if count > 0 {
                    end = at;
                    words += usize::from(at - from > 1);
                }
            }
            _ => {
                close(start, end, digits, words);
                (digits, words) = (0, 0);
            }
        }
    }
    close(start, end, digits, words);
}

/// How many digits a word stands for; `Some(0)` for words that only join.
fn spoken(word: &[u8]) -> Option<usize> {
    const DIGITS: [&[u8]; 13] = [
        b"zero", b"oh", b"one", b"two", b"three", b"four", b"five", b"six", b"seven", b"eight", b"nine", b"niner", b"o",
    ];
    const JOINS: [&[u8]; 7] = [b"dash", b"hyphen", b"double", b"triple", b"slash", b"dot", b"space"];
    let is = |other: &&[u8]| word.eq_ignore_ascii_case(other);
    if !(1..=6).contains(&word.len()) {
        return None;
    }
    if DIGITS.iter().any(is) || word.len() == 1 && word[0].is_ascii_digit() {
        Some(1)
    } else if JOINS.iter().any(is) {
        Some(0)
    } else {
        None
    }
}

fn kind(text: &str, start: usize, digits: usize) -> Kind {
    let from = start.saturating_sub(40);
    let before = text.as_bytes()[from..start].to_ascii_lowercase();
    let says = |label: &[u8]| before.windows(label.len()).any(|w| w == label);
    if says(b"mrn") || says(b"record") {
        Kind::MedicalRecord
    } else if says(b"social") || says(b"ssn") {
        Kind::SocialSecurity
    } else if says(b"fax") {
        Kind::Fax
    } else if digits >= 7 && digits != 9 {
        Kind::Phone
    } else {
        Kind::Other
    }
}
