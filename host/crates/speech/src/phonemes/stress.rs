//! Stress marks: primary and secondary.

use super::VOWELS;

pub(super) const PRIMARY: char = 'ˈ';
pub(super) const SECONDARY: char = 'ˌ';

pub(super) fn is_stressed(phonemes: &str) -> bool {
    phonemes.contains([PRIMARY, SECONDARY])
}

/// Secondary stress on the first vowel of a word that has none.
pub(super) fn lightly(phonemes: &str) -> String {
    let vowel = phonemes.char_indices().find(|(_, c)| VOWELS.contains(*c));
    match vowel {
        Some((at, _)) if !is_stressed(phonemes) => format!("{}{SECONDARY}{}", &phonemes[..at], &phonemes[at..]),
        _ => phonemes.to_owned(),
    }
}

/// Of letters that are spelled out the last is stressed.
pub(super) fn spelled(letters: &str) -> String {
    let even = letters.replace(SECONDARY, "").replace(PRIMARY, "ˌ");
    match even.rsplit_once(SECONDARY) {
        Some((before, after)) => format!("{before}{PRIMARY}{after}"),
        None => even,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stress_is_put_and_moved() {
        assert_eq!(lightly("ðə"), "ðˌə");
        assert_eq!(lightly("stˈɑp"), "stˈɑp");
        assert_eq!(spelled("ˈAʧˈIvˈi"), "ˌAʧˌIvˈi");
    }
}
