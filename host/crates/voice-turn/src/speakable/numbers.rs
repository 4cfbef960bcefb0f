//! Numbers in words.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [(u64, &str); 4] = [
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];
/// More digits than this, unless they end in zeros, are a code and read one by one.
const READ_AS_NUMBER: usize = 7;

fn small(n: u64) -> &'static str {
    SMALL.get(n as usize).copied().unwrap_or_default()
}

/// `n` below 10^15 in words: "one hundred twenty-three".
pub fn cardinal(n: u64) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = n;
    for (scale, name) in SCALES {
        if rest >= scale {
            parts.push(format!("{} {name}", cardinal(rest / scale)));
            rest %= scale;
        }
    }
    if rest >= 100 {
        parts.push(format!("{} hundred", small(rest / 100)));
        rest %= 100;
    }
    if rest >= 20 {
        let tens = TENS.get((rest / 10) as usize).copied().unwrap_or_default();
        parts.push(match rest % 10 {
            0 => tens.to_owned(),
            ones => format!("{tens}-{}", small(ones)),
        });
    } else if rest > 0 || parts.is_empty() {
        parts.push(small(rest).to_owned());
    }
    parts.join(" ")
}

/// "twenty-fifth"
pub fn ordinal(n: u64) -> String {
    let words = cardinal(n);
    let cut = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let (head, last) = words.split_at(cut);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        other => match other.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{other}th"),
        },
    };
    format!("{head}{last}")
}

pub(super) fn digits(text: &str) -> String {
    let words: Vec<&str> = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|digit| small(u64::from(digit)))
        .collect();
    words.join(" ")
}

/// "2024" as people say a year.
pub(super) fn year(n: u64) -> String {
    let (century, rest) = (n / 100, n % 100);
    match rest {
        _ if (2000..2010).contains(&n) => cardinal(n),
        0 => format!("{} hundred", cardinal(century)),
        1..10 => format!("{} oh {}", cardinal(century), small(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// A number as written, with separators of thousands and a decimal point, in words.
pub(super) fn spoken(written: &str) -> String {
    let plain = written.replace(',', "");
    let (whole, fraction) = match plain.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (plain.as_str(), None),
    };
    let code = whole.len() > READ_AS_NUMBER && !whole.ends_with("000");
    let whole = match whole.parse::<u64>() {
        Ok(n) if n < 1_000_000_000_000_000 && !code && (whole.len() == 1 || !whole.starts_with('0')) => cardinal(n),
        _ => digits(whole),
    };
    match fraction {
        Some(fraction) => format!("{whole} point {}", digits(fraction)),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_say_them() {
        for (written, said) in [
            ("0", "zero"),
            ("15", "fifteen"),
            ("40", "forty"),
            ("101", "one hundred one"),
            ("1,250", "one thousand two hundred fifty"),
            ("2500000", "two million five hundred thousand"),
            ("0.25", "zero point two five"),
            ("120.0", "one hundred twenty point zero"),
            ("007", "zero zero seven"),
            ("12345678", "one two three four five six seven eight"),
            (
                "99999999999999999999",
                "nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine",
            ),
        ] {
            assert_eq!(spoken(written), said);
        }
    }

    #[test]
    fn ordinals_and_years() {
        let said: Vec<String> = [1, 2, 3, 8, 12, 20, 21, 105].into_iter().map(ordinal).collect();
        assert_eq!(
            said,
            [
                "first",
                "second",
                "third",
                "eighth",
                "twelfth",
                "twentieth",
                "twenty-first",
                "one hundred fifth"
            ]
        );
        assert_eq!(year(2024), "twenty twenty-four");
        assert_eq!(year(2005), "two thousand five");
        assert_eq!(year(1906), "nineteen oh six");
        assert_eq!(year(1900), "nineteen hundred");
    }
}
