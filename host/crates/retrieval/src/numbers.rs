//! Reads numbers as they stand in clinical text: thousands separators, decimals, words, fractions, Roman numerals.

/// A number read from the start of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Read {
    pub value: f64,
    /// Bytes taken.
    pub length: usize,
}

/// Digits with thousands separators (`,`, thin or no-break space) and a decimal point (`.` or `·`) at the start of `text`.
pub fn read_digits(text: &str) -> Option<Read> {
    let mut digits = String::new();
    let mut at = 0;
    let run = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let first = run(0);
    digits.push_str(&text[..first]);
    at += first;
    if (1..=3).contains(&first) {
        while let Some(separator) = text[at..]
            .chars()
            .next()
            .filter(|c| matches!(c, ',' | '\u{2009}' | '\u{202f}' | '\u{a0}'))
        {
            let from = at + separator.len_utf8();
            if run(from) != 3
                || text[from + 3..].starts_with('.')
                    && text[from + 4..].starts_with(|c: char| c.is_ascii_digit())
                    && separator != ','
            {
                break;
            }
            digits.push_str(&text[from..from + 3]);
            at = from + 3;
        }
    }
    if let Some(point) = text[at..].chars().next().filter(|c| matches!(c, '.' | '·' | '∙')) {
        let from = at + point.len_utf8();
        let decimals = run(from);
        if decimals > 0 {
            digits.push('.');
            digits.push_str(&text[from..from + decimals]);
            at = from + decimals;
        }
    }
    (!digits.is_empty())
        .then(|| digits.parse().ok())
        .flatten()
        .map(|value| Read { value, length: at })
}

/// The value of one number word ("seven", "half", "double"); "one" counts too.
pub fn word_value(word: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("zero", 0.0),
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("eleven", 11.0),
        ("twelve", 12.0),
        ("thirteen", 13.0),
        ("fourteen", 14.0),
        ("fifteen", 15.0),
        ("sixteen", 16.0),
        ("seventeen", 17.0),
        ("eighteen", 18.0),
        ("nineteen", 19.0),
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("forty", 40.0),
        ("fifty", 50.0),
        ("sixty", 60.0),
        ("seventy", 70.0),
        ("eighty", 80.0),
        ("ninety", 90.0),
        ("hundred", 100.0),
        ("thousand", 1e3),
        ("million", 1e6),
        ("billion", 1e9),
        ("dozen", 12.0),
        ("half", 0.5),
        ("halves", 0.5),
        ("quarter", 0.25),
        ("quarters", 0.25),
        ("thirds", 1.0 / 3.0),
        ("single", 1.0),
        ("double", 2.0),
        ("triple", 3.0),
        ("quadruple", 4.0),
        ("twofold", 2.0),
        ("threefold", 3.0),
        ("fourfold", 4.0),
        ("fivefold", 5.0),
        ("sixfold", 6.0),
        ("tenfold", 10.0),
        ("doubled", 2.0),
        ("tripled", 3.0),
        ("halved", 0.5),
        ("½", 0.5),
        ("¼", 0.25),
        ("¾", 0.75),
        ("⅓", 1.0 / 3.0),
        ("⅔", 2.0 / 3.0),
        ("couple", 2.0),
        ("pair", 2.0),
    ];
    WORDS.iter().find(|w| w.0 == word).map(|w| w.1)
}

/// The rank of an ordinal word or of digits with an ordinal ending ("third", "3rd").
pub fn ordinal(word: &str) -> Option<f64> {
    const WORDS: &[&str] = &[
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ];
    if let Some(at) = WORDS.iter().position(|w| *w == word) {
        return u32::try_from(at + 1).ok().map(f64::from);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|s| word.strip_suffix(s))?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// The value of a Roman numeral from I to XX.
pub fn roman(word: &str) -> Option<f64> {
    const NUMERALS: &[&str] = &[
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
        "XVIII", "XIX", "XX",
    ];
    NUMERALS
        .iter()
        .position(|n| *n == word)
        .and_then(|at| u32::try_from(at + 1).ok())
        .map(f64::from)
}

/// Joins the values of a run of number words: [20, 5] is 25, [3, 100, 5] is 305.
pub fn compose(values: &[f64]) -> f64 {
    let mut total = 0.0;
    let mut part = 0.0;
    for &v in values {
        if v >= 1e3 {
            total += if part == 0.0 { 1.0 } else { part } * v;
            part = 0.0;
        } else if v == 100.0 {
            part = if part == 0.0 { 1.0 } else { part } * v;
        } else {
            part += v;
        }
    }
    total + part
}

/// One spelling per value, so that "5", "5.0" and "five" compare equal.
pub fn key(value: f64) -> String {
    let text = format!("{value:.6}");
    format!("#{}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_with_separators_and_decimals() {
        for (text, value, length) in [
            ("1,000 mg", 1000.0, 5),
            ("2.5mg", 2.5, 3),
            (".05", 0.05, 3),
            ("12,5", 12.0, 2),
            ("1·5", 1.5, 4),
            ("9,858", 9858.0, 5),
            ("3.", 3.0, 1),
            ("1,234,567.8", 1_234_567.8, 11),
        ] {
            assert_eq!(read_digits(text), Some(Read { value, length }), "{text}");
        }
        assert_eq!(read_digits("x1"), None);
        assert_eq!(read_digits("."), None);
    }

    #[test]
    fn words_compose() {
        assert!((compose(&[20.0, 5.0]) - 25.0).abs() < 1e-9);
        assert!((compose(&[3.0, 100.0, 5.0]) - 305.0).abs() < 1e-9);
        assert!((compose(&[2.0, 1e3]) - 2000.0).abs() < 1e-9);
        assert_eq!(key(5.0), key(compose(&[5.0])));
        assert_eq!(ordinal("3rd"), ordinal("third"));
        assert_eq!(roman("IV"), Some(4.0));
    }
}
