//! Knows a drug name when it sees one: a list of common names, and the stems that international names end in.

use std::collections::HashSet;
use std::sync::LazyLock;

static NAMES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../data/drugs.txt").split_whitespace().collect());

/// Endings of international non-proprietary names that few other words share.
static ENDINGS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../data/drug_endings.txt").split_whitespace().collect());

/// Words with such an ending that are no drugs.
static NOT_DRUGS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/not_drugs.txt").split_whitespace().collect());

/// The listed names, in lower case.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// Whether a lower-case word is the name of a drug, by list or by shape. Plural "s" is ignored.
pub fn is_drug(word: &str) -> bool {
    let bare = word.strip_suffix('s').filter(|w| w.len() > 4).unwrap_or(word);
    if NAMES.contains(word) || NAMES.contains(bare) {
        return true;
    }
    bare.len() >= 6
        && bare.chars().all(|c| c.is_ascii_alphabetic())
        && !NOT_DRUGS.contains(bare)
        && ENDINGS.iter().any(|e| bare.len() >= e.len() + 3 && bare.ends_with(e))
}

/// The exact key of a drug name: spelling variants and the plural meet, near names do not.
pub fn key(word: &str) -> String {
    let bare = word
        .strip_suffix('s')
        .filter(|w| w.len() > 4 && is_drug(w))
        .unwrap_or(word);
    bare.replace("sulph", "sulf")
        .replace("oestr", "estr")
        .replace("ceph", "cef")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_list_and_by_shape() {
        for drug in [
            "aspirin",
            "metformin",
            "hydralazine",
            "hydroxyzine",
            "zolbetuximab",
            "statins",
            "inavolisib",
            "vorasidenib",
            "warfarin",
        ] {
            assert!(is_drug(drug), "{drug}");
        }
        for word in [
            "peptide", "patient", "gene", "accept", "membrane", "concept", "disease", "headline",
        ] {
            assert!(!is_drug(word), "{word}");
        }
    }

    #[test]
    fn near_names_have_different_keys() {
        assert_ne!(key("hydroxyzine"), key("hydralazine"));
        assert_ne!(key("prednisone"), key("prednisolone"));
        assert_eq!(key("statins"), key("statins"));
        assert_eq!(key("sulphasalazine"), key("sulfasalazine"));
    }
}
