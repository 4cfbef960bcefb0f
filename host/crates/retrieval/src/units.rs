//! Units of measure in clinical text, each with one canonical key.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Canonical key of a unit as written. Case decides where it must (mM and mm, Mg and mg).
pub fn unit(word: &str) -> Option<&'static str> {
    BY_CASE.get(word).copied().or_else(|| {
        let lower = word.to_lowercase().replace(['µ', 'μ'], "u");
        FOLDED.get(lower.trim_end_matches('.')).copied()
    })
}

/// Lines of `key: form form …`.
fn table(text: &'static str) -> HashMap<&'static str, &'static str> {
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines
        .flat_map(|(key, forms)| forms.split_whitespace().map(move |form| (form, key)))
        .collect()
}

static BY_CASE: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| table(include_str!("../data/units_by_case.txt")));
static FOLDED: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| table(include_str!("../data/units.txt")));

/// Words of time, counted as units even without a number in front.
pub fn time(word: &str) -> Option<&'static str> {
    unit(word).filter(|k| word.len() > 2 && ["h", "min", "d", "wk", "mo", "y"].contains(k))
}

/// "daily", "weekly" and the like: once per that unit of time.
pub fn frequency(word: &str) -> Option<&'static str> {
    Some(match word {
        "daily" | "od" | "qd" => "d",
        "hourly" => "h",
        "weekly" => "wk",
        "monthly" => "mo",
        "yearly" | "annually" | "annual" => "y",
        _ => return None,
    })
}

/// Words that follow a number with a hyphen ("6-month", "2-fold") without making the two a name.
pub fn counted(word: &str) -> bool {
    unit(word).is_some()
        || [
            "fold",
            "point",
            "item",
            "dose",
            "arm",
            "drug",
            "way",
            "step",
            "dimensional",
            "day",
            "old",
            "mer",
            "times",
            "year",
            "site",
            "center",
            "centre",
            "item",
            "stage",
            "hit",
            "level",
            "minute",
            "second",
            "person",
            "lead",
            "part",
            "tier",
            "digit",
            "and",
            "to",
            "or",
        ]
        .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_and_sizes_stay_apart() {
        assert_eq!(unit("mcg"), unit("µg"));
        assert_eq!(unit("micrograms"), unit("mcg"));
        assert_eq!(unit("hours"), unit("h"));
        assert_ne!(unit("mg"), unit("mcg"));
        assert_ne!(unit("mM"), unit("mm"));
        assert_ne!(unit("mM"), unit("µM"));
        assert_ne!(unit("mmol"), unit("mol"));
        assert_eq!(unit("patients"), None);
        assert_eq!(frequency("daily"), unit("day"));
    }
}
