//! Numbers dictated digit by digit or in tens, and words spelled out: "four one five, five five five, one two three
//! four", "mrn forty four fifty five twelve", "S-M-I-T-H".

use crate::{Kind, Span};

/// From five digits in a row: "one two three" is counting, a record number is longer.
const FEWEST: usize = 5;
/// Written digits may stand between, but most are spoken.
const FEWEST_WORDS: usize = 3;
/// Without a label, a row with tens in it ("twenty, thirty, forty") is a number only from so many digits.
const FEWEST_WITH_TENS: usize = 7;
/// White space, commas and words such as "dash" that may stand between two digits, in bytes.
const APART: usize = 24;

#[derive(Default)]
struct Row {
    start: usize,
    end: usize,
    digits: usize,
    words: usize,
    tens: bool,
}

pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut row = Row::default();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            if !matches!(bytes[at], b' ' | b',' | b'-' | b'\n') {
                close(text, &mut row, found);
            }
            at += 1;
            continue;
        }
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        if row.digits > 0 && from - row.end > APART {
            close(text, &mut row, found);
        }
        match spoken(&bytes[from..at]) {
            Some(0) if row.digits > 0 => {}
            Some(count) if count > 0 => {
                if row.digits == 0 {
                    row.start = from;
                }
                // "forty four" is two digits, "forty fifty" four.
                let joins = row.tens && count == 1 && is_tens(last_word(bytes, row.end));
                row.digits += if joins { 0 } else { count };
                row.tens |= count == 2;
                row.end = at;
                row.words += usize::from(at - from > 1);
            }
            _ => close(text, &mut row, found),
        }
    }
    close(text, &mut row, found);
    letters(bytes, found);
}

fn close(text: &str, row: &mut Row, found: &mut Vec<Span>) {
    let row = std::mem::take(row);
    if row.digits < FEWEST || row.words < FEWEST_WORDS {
        return;
    }
    let (kind, told) = kind(text, row.start, row.digits);
    if told || !row.tens || row.digits >= FEWEST_WITH_TENS {
        found.push(Span {
            start: row.start,
            end: row.end,
            kind,
            score: 0.7,
        });
    }
}

/// How many digits a word stands for; `Some(0)` for words that only join.
fn spoken(word: &[u8]) -> Option<usize> {
    const DIGITS: [&[u8]; 13] = [
        b"zero", b"oh", b"one", b"two", b"three", b"four", b"five", b"six", b"seven", b"eight", b"nine", b"niner", b"o",
    ];
    const TEENS: [&[u8]; 10] = [
        b"ten",
        b"eleven",
        b"twelve",
        b"thirteen",
        b"fourteen",
        b"fifteen",
        b"sixteen",
        b"seventeen",
        b"eighteen",
        b"nineteen",
    ];
    const JOINS: [&[u8]; 7] = [b"dash", b"hyphen", b"double", b"triple", b"slash", b"dot", b"space"];
    let is = |other: &&[u8]| word.eq_ignore_ascii_case(other);
    if !(1..=9).contains(&word.len()) {
        return None;
    }
    if DIGITS.iter().any(is) || word.len() == 1 && word[0].is_ascii_digit() {
        Some(1)
    } else if JOINS.iter().any(is) {
        Some(0)
    } else if is_tens(word) || TEENS.iter().any(is) {
        Some(2)
    } else {
        None
    }
}

fn is_tens(word: &[u8]) -> bool {
    const TENS: [&[u8]; 8] = [
        b"twenty", b"thirty", b"forty", b"fifty", b"sixty", b"seventy", b"eighty", b"ninety",
    ];
    TENS.iter().any(|tens| word.eq_ignore_ascii_case(tens))
}

fn last_word(bytes: &[u8], end: usize) -> &[u8] {
    let start = bytes[..end].iter().rposition(|b| !b.is_ascii_alphabetic());
    &bytes[start.map_or(0, |at| at + 1)..end]
}

/// The kind, and whether a label before says so.
fn kind(text: &str, start: usize, digits: usize) -> (Kind, bool) {
    let from = start.saturating_sub(40);
    let before = text.as_bytes()[from..start].to_ascii_lowercase();
    let says = |labels: &[&[u8]]| {
        labels
            .iter()
            .any(|label| before.windows(label.len()).any(|w| w == *label))
    };
    let labelled = [
        (Kind::MedicalRecord, says(&[b"mrn", b"record"])),
        (Kind::SocialSecurity, says(&[b"social", b"ssn"])),
        (Kind::Fax, says(&[b"fax"])),
        (
            Kind::HealthPlan,
            says(&[b"plan", b"policy", b"member", b"insurance", b"medicare", b"medicaid"]),
        ),
        (Kind::Account, says(&[b"account", b"card", b"billing"])),
        (Kind::Phone, says(&[b"phone", b"call", b"reach", b"mobile", b"cell"])),
    ];
    match labelled.iter().find(|(_, said)| *said) {
        Some((kind, _)) => (*kind, true),
        None if digits >= 7 && digits != 9 => (Kind::Phone, false),
        None => (Kind::Other, false),
    }
}

/// "S-M-I-T-H", "j-o-n-e-s": four letters or more; not "A-B-C-D-E" and the like.
fn letters(bytes: &[u8], found: &mut Vec<Span>) {
    const FEWEST: usize = 4;
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let alone = |at: usize| letter(at) && !letter(at + 1) && !bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while at + 2 * FEWEST - 1 <= bytes.len() {
        let begins = alone(at) && bytes[at + 1] == b'-' && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        if !begins {
            at += 1;
            continue;
        }
        let start = at;
        while bytes.get(at + 1) == Some(&b'-') && alone(at + 2) {
            at += 2;
        }
        let spelled = (start..=at).step_by(2);
        let alphabet = spelled
            .clone()
            .zip(spelled.clone().skip(1))
            .all(|(a, b)| bytes[b] == bytes[a] + 1);
        if spelled.count() >= FEWEST && !alphabet {
            found.push(Span {
                start,
                end: at + 1,
                kind: Kind::Name,
                score: 0.65,
            });
        }
        at += 1;
    }
}
