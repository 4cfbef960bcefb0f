//! Numbers in words and digits as one key: "twenty five", "25" and "25.0" are "25", "point five" is "0.5".

use std::collections::HashMap;
use std::sync::LazyLock;

use voice_turn::speakable::{cardinal, ordinal};

use crate::words::Word;

/// Numbers of one word, as they are said, with their value.
static CARDINALS: LazyLock<HashMap<String, u64>> = LazyLock::new(|| {
    let numbers = (0..20).chain((20..100).step_by(10));
    numbers.map(|number| (cardinal(number), number)).collect()
});
static ORDINALS: LazyLock<HashMap<String, u64>> =
    LazyLock::new(|| (1..=20).chain([30]).map(|number| (ordinal(number), number)).collect());
const TIMES: [&str; 3] = ["once", "twice", "thrice"];

/// The number at the beginning of `words`, and of how many words it is.
pub(crate) fn number(words: &[Word]) -> Option<(String, usize)> {
    let first = words.first()?;
    if let Some(at) = TIMES.iter().position(|word| *word == first.lower) {
        return Some((format!("{}x", at + 1), 1));
    }
    if let Some(number) = ORDINALS.get(&first.lower) {
        return Some((format!("{number}."), 1));
    }
    let digits = first.lower.trim_end_matches(char::is_alphabetic);
    if digits.len() < first.lower.len() && digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Some((format!("{digits}."), 1));
    }
    if first.lower == "half" {
        return Some(("0.5".to_owned(), 1));
    }
    let (mut value, mut count) = whole(words).unwrap_or((0.0, 0));
    let fraction = fraction(&words[count..]);
    if let Some((digits, more)) = fraction {
        count += more;
        value = format!("{value}.{digits}").parse().unwrap_or(value);
    }
    if count > 0
        && ["and", "a", "half"]
            .iter()
            .enumerate()
            .all(|(n, word)| is(words, count + n, word))
    {
        count += 3;
        value += 0.5;
    }
    (count > 0).then(|| (format!("{value}"), count))
}

/// The other of a pair that is mistaken in speech: fifteen for fifty, and fifty for fifteen.
pub(crate) fn sounds_like(key: &str) -> Option<String> {
    let number: u32 = key.parse().ok()?;
    match number {
        13..=19 => Some(((number - 10) * 10).to_string()),
        30 | 40 | 50 | 60 | 70 | 80 | 90 => Some((number / 10 + 10).to_string()),
        113..=119 => Some((100 + (number - 110) * 10).to_string()),
        130 | 140 | 150 | 160 | 170 | 180 | 190 => Some((100 + (number - 100) / 10 + 10).to_string()),
        _ => None,
    }
}

fn is(words: &[Word], at: usize, word: &str) -> bool {
    words.get(at).is_some_and(|found| found.lower == word)
}

/// A whole number in words, or a number in digits, with its hundreds and thousands.
fn whole(words: &[Word]) -> Option<(f64, usize)> {
    let (mut total, mut part): (f64, Option<f64>) = (0.0, None);
    let mut count = 0;
    let scale = |at: usize| is(words, at, "hundred") || is(words, at, "thousand");
    while let Some(word) = words.get(count) {
        let lower = word.lower.as_str();
        let new = match (lower, part) {
            ("a", None) if total == 0.0 && scale(count + 1) => Some(1.0),
            ("hundred", Some(part)) if part < 100.0 => Some(part * 100.0),
            ("thousand", Some(value)) if total == 0.0 => {
                total = value * 1_000.0;
                part = None;
                count += 1;
                continue;
            }
            ("and", Some(part)) if part >= 100.0 && part % 100.0 == 0.0 && small(words.get(count + 1)).is_some() => {
                Some(part)
            }
            _ => match (small(Some(word)), part) {
                (Some(next), part) => joined(part, next),
                (None, None) if lower.starts_with(|c: char| c.is_ascii_digit() || c == '.') => lower.parse().ok(),
                _ => None,
            },
        };
        let Some(new) = new else { break };
        part = Some(new);
        count += 1;
    }
    (count > 0).then(|| (total + part.unwrap_or(0.0), count))
}

/// Below one hundred, in words.
fn small(word: Option<&Word>) -> Option<f64> {
    CARDINALS.get(&word?.lower).map(|value| *value as f64)
}

/// The number so far with the next word: "twenty" and "five", "one hundred" and "fifty", "one" and "fifty" for 150.
fn joined(part: Option<f64>, next: f64) -> Option<f64> {
    let Some(part) = part else { return Some(next) };
    let after_hundred = part >= 100.0 && part % 100.0 == 0.0;
    let after_tens = part % 100.0 >= 20.0 && part % 10.0 == 0.0 && (1.0..10.0).contains(&next);
    let spoken_short = (1.0..20.0).contains(&part) && next >= 20.0;
    if after_hundred || after_tens {
        Some(part + next)
    } else if spoken_short {
        Some(part * 100.0 + next)
    } else {
        None
    }
}

/// "point five", "point one two five", "point 5": the digits, and of how many words.
fn fraction(words: &[Word]) -> Option<(String, usize)> {
    if !is(words, 0, "point") {
        return None;
    }
    let mut digits = String::new();
    let mut count = 1;
    while let Some(word) = words.get(count) {
        let lower = word.lower.as_str();
        let value = small(Some(word));
        if let Some(digit) = value.filter(|value| *value < 10.0) {
            digits.push_str(&digit.to_string());
        } else if digits.is_empty() && lower.bytes().all(|b| b.is_ascii_digit()) {
            digits.push_str(lower);
        } else if let Some(value) = value.filter(|_| digits.is_empty()) {
            digits.push_str(&value.to_string());
        } else {
            break;
        }
        count += 1;
    }
    (!digits.is_empty()).then_some((digits, count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn words_and_digits_have_one_key() {
        for (text, key, count) in [
            ("twenty five milligrams", "25", 2),
            ("25.0 mg", "25", 1),
            ("point five", "0.5", 2),
            (".5", "0.5", 1),
            ("one point two five", "1.25", 4),
            ("one hundred and fifty", "150", 4),
            ("one fifty", "150", 2),
            ("a hundred twenty", "120", 3),
            ("fifteen thousand", "15000", 2),
            ("1,500", "1500", 1),
            ("two and a half", "2.5", 4),
            ("twice", "2x", 1),
            ("third", "3.", 1),
            ("thirtieth", "30.", 1),
            ("3rd", "3.", 1),
            ("five six", "5", 1),
            ("point of care", "", 0),
            ("and", "", 0),
        ] {
            let found = number(&words(text, &[])).unwrap_or_default();
            assert_eq!(found, (key.to_owned(), count), "{text}");
        }
    }

    #[test]
    fn teens_and_tens_sound_alike() {
        assert_eq!(sounds_like("15").as_deref(), Some("50"));
        assert_eq!(sounds_like("50").as_deref(), Some("15"));
        assert_eq!(sounds_like("118").as_deref(), Some("180"));
        assert_eq!(sounds_like("180").as_deref(), Some("118"));
        assert_eq!(sounds_like("25"), None);
        assert_eq!(sounds_like("0.5"), None);
    }
}
