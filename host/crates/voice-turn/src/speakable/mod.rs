//! An answer as it is said: numbers, units, abbreviations and citation marks in words, in English.

mod markup;
mod measures;
mod numbers;
mod scan;
mod units;
mod words;

pub use numbers::{cardinal, ordinal};

/// The longest stretch that is spoken as one sound, in characters.
const LONGEST: usize = 250;
/// The first stretch may end at a comma once it has this many: the voice can begin sooner.
const FIRST: usize = 25;

/// `text` with everything written for the eye put into words.
///
/// "Give 2.5 mg b.i.d. [1]" becomes "Give two point five milligrams twice daily, source one."
pub fn speakable(text: &str) -> String {
    let text = markup::citations(&markup::strip(text));
    let said = scan::scan(&text);
    let mut out = String::with_capacity(said.len());
    for word in said.split_whitespace() {
        let joins = word
            .chars()
            .all(|c| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')'));
        if !out.is_empty() && !joins {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Cuts spoken text into stretches for the voice: the first short, at a comma if need be, none too long.
pub fn stretches(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let soft = parts.is_empty();
        let end = cut(rest, soft);
        let (part, tail) = rest.split_at(end);
        parts.push(part.trim());
        rest = tail.trim_start();
    }
    parts
}

/// Where the next stretch ends, in bytes; never at 0.
fn cut(text: &str, soft: bool) -> usize {
    let mut space = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        let end = at + c.len_utf8();
        let before_space = text[end..].starts_with(char::is_whitespace);
        if before_space
            && (matches!(c, '.' | '!' | '?') || (soft && count + 1 >= FIRST && matches!(c, ',' | ';' | ':')))
        {
            return end;
        }
        if c.is_whitespace() || (before_space && matches!(c, ',' | ';' | ':')) {
            space = Some(end);
        }
        if count + 1 >= LONGEST {
            return space.unwrap_or(end);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doses_and_citations() {
        for (written, said) in [
            (
                "Give 2.5 mg b.i.d. [1]",
                "Give two point five milligrams twice daily, source one.",
            ),
            (
                "Start 500 mg PO q8h for 7 d [1][2].",
                "Start five hundred milligrams by mouth every eight hours for seven days, sources one and two.",
            ),
            (
                "Use 15 mg/kg/day. [3]",
                "Use fifteen milligrams per kilogram per day, source three.",
            ),
            (
                "Avoid below 30 mL/min/1.73 m².",
                "Avoid below thirty milliliters per minute per one point seven three square meters.",
            ),
            ("1 g IV once", "one gram intravenous once"),
            ("5–10 mg", "five to ten milligrams"),
            (
                "BP ≥ 140/90 mmHg",
                "BP at least one hundred forty over ninety millimeters of mercury",
            ),
            (
                "Platelets <50 ×10⁹/L",
                "Platelets less than fifty times ten to the power of nine per liter",
            ),
            (
                "SpO2 92% at 38.5°C",
                "oxygen saturation ninety-two percent at thirty-eight point five degrees Celsius",
            ),
            ("1,000 IU", "one thousand international units"),
            ("insulin 4 U/h", "insulin four units per hour"),
        ] {
            assert_eq!(speakable(written), said);
        }
    }

    #[test]
    fn names_dates_and_times() {
        for (written, said) in [
            ("CURB-65 of 3", "CURB sixty-five of three"),
            ("COVID-19 in 2021", "COVID nineteen in twenty twenty-one"),
            (
                "On 2024-03-12 at 14:30",
                "On March twelfth, twenty twenty-four at fourteen thirty",
            ),
            (
                "stage IV, e.g. after the 2nd dose",
                "stage four, for example after the second dose",
            ),
            ("Dr. Smith vs. placebo", "doctor Smith versus placebo"),
            ("a 1/2 tablet at -5", "a one half tablet at minus five"),
            ("well-known beta-blockers", "well-known beta-blockers"),
            ("2D echo", "two D echo"),
            ("male/female ratio 2:1", "male or female ratio two to one"),
            ("HbA1c of 53 mmol/mol", "H b A one C of fifty-three millimoles per mole"),
            ("Is it 5? No, 6!", "Is it five? No, six!"),
            ("(see 3)", "(see three)"),
        ] {
            assert_eq!(speakable(written), said);
        }
    }

    #[test]
    fn markup_is_not_read_out() {
        assert_eq!(
            speakable("## Dose\n- **Adults**: `5` mg\n- [label](https://a.example/b)"),
            "Dose. Adults: five milligrams. label"
        );
        assert_eq!(speakable("| a | b |\n| --- | --- |"), "a, b");
    }

    #[test]
    fn first_stretch_is_short_and_none_is_too_long() {
        let text = "For most adults with mild disease, five days are enough. Then stop.";
        assert_eq!(
            stretches(text),
            [
                "For most adults with mild disease,",
                "five days are enough.",
                "Then stop."
            ]
        );
        let long = "word ".repeat(120);
        assert!(stretches(&long).iter().all(|part| part.chars().count() <= LONGEST));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_no_digit_is_left(text in "[ a-zA-Z0-9.,/:%°²⁹\\[\\]()<>≥×^µ+*|#–−-]{0,60}") {
            let said = speakable(&text);
            prop_assert!(!said.contains(|c: char| c.is_ascii_digit()), "{}", said);
        }

        #[test]
        fn stretches_keep_every_word(text in "\\PC{0,600}") {
            let parts = stretches(&text);
            let words: Vec<&str> = parts.iter().flat_map(|part| part.split_whitespace()).collect();
            prop_assert_eq!(words.concat(), text.split_whitespace().collect::<String>());
        }
    }
}
