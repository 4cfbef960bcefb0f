//! The word lists of the crate, keyed by `stem`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::drugs;
use crate::stem::stem;

fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split_whitespace()
}

static FUNCTION: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| words(include_str!("../data/function_words.txt")).collect());
static GENERAL: LazyLock<HashSet<String>> =
    LazyLock::new(|| words(include_str!("../data/general.txt")).map(key).collect());
static POLAR: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("../data/polar.txt")).map(key).collect());
static SYNONYMS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut roots: HashMap<String, String> = HashMap::new();
    for line in include_str!("../data/synonyms.txt").lines() {
        let mut forms = words(line).map(stem);
        let Some(root) = forms.next() else { continue };
        // A form that an earlier line has claimed keeps its root, and lends it to the whole line.
        let root = roots.get(&root).cloned().unwrap_or(root);
        for form in forms.chain([root.clone()]).collect::<Vec<_>>() {
            roots.entry(form).or_insert_with(|| root.clone());
        }
    }
    roots
});
static OPPOSITES: LazyLock<HashMap<String, HashSet<String>>> = LazyLock::new(|| {
    let mut pairs: HashMap<String, HashSet<String>> = HashMap::new();
    for line in include_str!("../data/polar.txt").lines() {
        if let [a, b] = words(line).map(key).collect::<Vec<_>>().as_slice() {
            pairs.entry(a.clone()).or_default().insert(b.clone());
            pairs.entry(b.clone()).or_default().insert(a.clone());
        }
    }
    pairs
});
static ABBREVIATIONS: LazyLock<Vec<(&'static str, Vec<String>)>> = LazyLock::new(|| {
    include_str!("../data/abbreviations.txt")
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(short, long)| (short, words(long).map(key).collect()))
        .collect()
});

static RELATED: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    include_str!("../data/related.txt")
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(word, others)| (related_key(word), words(others).map(related_key).collect()))
        .collect()
});

/// The key under which a token of `word` is found.
fn related_key(word: &str) -> String {
    if drugs::is_drug(word) {
        drugs::key(word)
    } else {
        key(word)
    }
}

/// Keys of words that speak about the same as `key` in a question, such as the drugs of a class; never in the support check.
pub fn related(key: &str) -> &'static [String] {
    RELATED.get(key).map_or(&[], Vec::as_slice)
}

/// Comparison key of a lower-case word: its stem, and one word for each group of synonyms.
pub fn key(word: &str) -> String {
    let stem = stem(word);
    SYNONYMS.get(&stem).cloned().unwrap_or(stem)
}

/// Articles, prepositions, conjunctions, pronouns and auxiliaries, without the negative ones.
pub fn is_function(word: &str) -> bool {
    FUNCTION.contains(word)
}

/// Words that an honest rewording may add without saying anything new.
pub fn is_general(key: &str) -> bool {
    GENERAL.contains(key)
}

/// Words with an opposite, such as increase, left, before, benign.
pub fn is_polar(key: &str) -> bool {
    POLAR.contains(key)
}

/// Whether two keys are opposites of each other.
pub fn are_opposites(a: &str, b: &str) -> bool {
    OPPOSITES.get(a).is_some_and(|o| o.contains(b))
        || a.strip_prefix("un").is_some_and(|r| r == b && r.len() > 3)
        || b.strip_prefix("un").is_some_and(|r| r == a && r.len() > 3)
        || a.strip_prefix("in").is_some_and(|r| r == b && r.len() > 4)
        || b.strip_prefix("in").is_some_and(|r| r == a && r.len() > 4)
}

/// Known abbreviations: lower-case short form and the keys of the words it stands for.
pub fn abbreviations() -> &'static [(&'static str, Vec<String>)] {
    &ABBREVIATIONS
}
