//! A text as words with their places and how sure the recogniser was of each.

use crate::HeardWord;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub start: usize,
    pub end: usize,
    /// In lower case, without a possessive. A number in digits has no separators of thousands.
    pub lower: String,
    pub confidence: f32,
}

/// The words of `text`: letters, numbers in digits, "%" and "/".
pub(crate) fn words(text: &str, heard: &[HeardWord]) -> Vec<Word> {
    let spans = spans(text, heard);
    let mut words = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = next(text, from) {
        from = end;
        let covering = spans.iter().filter(|span| span.0 < end && span.1 > start);
        let confidence = covering.map(|span| span.2).reduce(f32::min).unwrap_or(0.0);
        words.push(Word {
            start,
            end,
            lower: lower(&text[start..end]),
            confidence,
        });
    }
    words
}

fn lower(word: &str) -> String {
    let word = word.to_lowercase().replace('\u{2019}', "'");
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return word.replace(',', "");
    }
    if word == "a.m" || word == "p.m" {
        return word.replace('.', "");
    }
    word.strip_suffix("'s").unwrap_or(&word).to_owned()
}

/// Where each heard word lies in the text, and its confidence.
fn spans(text: &str, heard: &[HeardWord]) -> Vec<(usize, usize, f32)> {
    let mut from = 0;
    let mut spans = Vec::new();
    for word in heard.iter().filter(|word| !word.text.is_empty()) {
        let Some(at) = text[from..].find(&word.text) else {
            continue;
        };
        let (start, end) = (from + at, from + at + word.text.len());
        let confidence = if word.confidence.is_finite() {
            word.confidence
        } else {
            0.0
        };
        spans.push((start, end, confidence));
        from = end;
    }
    spans
}

/// The next word at or after `from`.
fn next(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut chars = text[from..].char_indices().map(|(at, c)| (from + at, c)).peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, c)| *c);
        if c.is_ascii_digit() || c == '.' && after.is_some_and(|c| c.is_ascii_digit()) {
            return Some((at, at + number(&text[at..])));
        }
        if c.is_alphabetic() {
            return Some((at, at + letters(&text[at..])));
        }
        if c == '%' || c == '/' {
            return Some((at, at + 1));
        }
    }
    None
}

/// Length of the number at the beginning, with an ordinal's ending.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    loop {
        let point = bytes.get(at) == Some(&b'.') && digit(at + 1) && !text[..at].contains('.');
        let thousands = bytes.get(at) == Some(&b',') && (1..=3).all(|n| digit(at + n)) && !digit(at + 4);
        if !(digit(at) || point || thousands) {
            break;
        }
        at += 1;
    }
    let ending = letters(&text[at..]);
    if ["st", "nd", "rd", "th"].contains(&&text[at..at + ending]) {
        at += ending;
    }
    at
}

/// Length of the letters at the beginning, with apostrophes between them; "a.m" and "p.m" are one word.
fn letters(text: &str) -> usize {
    if let Some(head) = text.get(..3)
        && (head.eq_ignore_ascii_case("a.m") || head.eq_ignore_ascii_case("p.m"))
        && !text[3..].starts_with(char::is_alphabetic)
    {
        return 3;
    }
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inner = matches!(c, '\'' | '\u{2019}') && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !(c.is_alphabetic() || inner && at > 0) {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_signs_are_told_apart() {
        let found = |text: &str| -> Vec<String> { words(text, &[]).into_iter().map(|word| word.lower).collect() };
        assert_eq!(
            found("Don't give 1,000.5mg/kg, .5% twenty-five."),
            ["don't", "give", "1000.5", "mg", "/", "kg", ".5", "%", "twenty", "five"]
        );
        assert_eq!(
            found("the patient's 3rd at 8 a.m."),
            ["the", "patient", "3rd", "at", "8", "am"]
        );
        assert_eq!(found("1,2 é’s 5."), ["1", "2", "é", "5"]);
        assert!(found(" ... ").is_empty());
    }

    #[test]
    fn word_has_the_confidence_of_what_covers_it() {
        let heard = [("give", 0.9), ("25mg", 0.4)].map(|(text, confidence)| HeardWord {
            text: text.to_owned(),
            confidence,
        });
        let found: Vec<f32> = words("give 25mg now", &heard)
            .iter()
            .map(|word| word.confidence)
            .collect();
        assert_eq!(found, [0.9, 0.4, 0.4, 0.0]);
    }
}
