//! What is known: drugs of the lexicon and of the user's documents, ordinary and clinical words, units.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use retrieval::drugs;

use crate::sound::{likeness, sounds};

static CLINICAL: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/clinical.txt").split_whitespace().collect());
/// Clinical words that are rarer: they are known, and not expected.
static RARER: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/rarer.txt").split_whitespace().collect());
/// Days and months, and persons and germs after whom diseases, signs and things are called.
static PROPER: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/proper.txt").split_whitespace().collect());
/// Every spelling but the first of a line, with the first.
static SPELLINGS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let mut spellings = HashMap::new();
    for line in include_str!("../data/spellings.txt").lines() {
        let mut names = line.split_whitespace();
        let first = names.next().unwrap_or_default();
        spellings.extend(names.map(|name| (name, first)));
    }
    spellings
});
/// Pairs that have been mistaken for each other in hospitals, or sound as if they could be.
static ALIKE: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let lines = include_str!("../data/alike.txt").lines();
    lines.filter_map(|line| line.split_once(' ')).collect()
});
static UNITS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("../data/units.txt").lines();
    let lines = lines.filter_map(|line| line.split_once(": "));
    lines
        .flat_map(|(unit, words)| words.split(' ').map(move |word| (word, unit)))
        .collect()
});

/// The drugs of the lexicon, each with how it sounds.
static DRUGS: LazyLock<HashMap<&str, Vec<u8>>> = LazyLock::new(|| {
    let more = include_str!("../data/names.txt").split_whitespace();
    drugs::names().chain(more).map(|name| (name, sounds(name))).collect()
});

/// Units of no more letters are symbols, which are not said.
const UNIT_SYMBOL: usize = 4;
/// From this likeness on, two names are asked apart unless they were heard very clearly.
const CONFUSABLE: f32 = 0.8;

/// From this likeness on, words with hypo- and hyper- are mistaken for each other.
const SIDE: f32 = 0.7;

/// A name and how much it sounds like something, from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Near {
    pub name: String,
    pub likeness: f32,
}

/// The words that may be heard. Built once for a user; a review only reads it.
pub struct Vocabulary {
    /// Drugs of the user's documents that the lexicon does not have, each with how it sounds.
    drugs: HashMap<String, Vec<u8>>,
    known: HashSet<String>,
}

impl Vocabulary {
    /// `words` are those of the user's own documents, in any case; the built-in lexicon is always there.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let words = words.map(str::to_lowercase);
        let (drugs, known): (HashSet<String>, HashSet<String>) = words
            .filter(|word| word.chars().all(char::is_alphabetic))
            .partition(|word| drugs::is_drug(word));
        let own = drugs.into_iter().filter(|name| !DRUGS.contains_key(name.as_str()));
        let with_sound = |name: String| {
            let sound = sounds(&name);
            (name, sound)
        };
        Self {
            drugs: own.map(with_sound).collect(),
            known,
        }
    }

    fn drugs(&self) -> impl Iterator<Item = (&str, &Vec<u8>)> {
        let own = self.drugs.iter().map(|(name, sound)| (name.as_str(), sound));
        DRUGS.iter().map(|(name, sound)| (*name, sound)).chain(own)
    }

    /// The drugs that may be heard, in lower case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.drugs().map(|(name, _)| name)
    }

    /// Words that are said on a ward more often than elsewhere, units among them, in lower case.
    pub fn terms(&self) -> impl Iterator<Item = &'static str> {
        let units = UNITS.keys().copied().filter(|word| word.len() > UNIT_SYMBOL);
        CLINICAL.iter().copied().chain(units).chain(crate::cues::words())
    }

    /// The key of a drug's name; spellings of one name have one key.
    pub(crate) fn drug(&self, lower: &str) -> Option<String> {
        let listed = |name: &str| DRUGS.contains_key(name) || self.drugs.contains_key(name);
        let singular = lower.strip_suffix('s').filter(|name| name.len() > 4 && listed(name));
        let name = singular.or(Some(lower).filter(|name| listed(name)))?;
        Some(self.key(name))
    }

    fn key(&self, name: &str) -> String {
        (*SPELLINGS.get(name).unwrap_or(&name)).to_owned()
    }

    /// Whether a lower-case word is an ordinary, a clinical or one of the user's words.
    pub(crate) fn knows(&self, lower: &str) -> bool {
        let lists = [&CLINICAL, &RARER, &PROPER];
        let built_in = |word: &str| lists.iter().any(|list| list.contains(word)) || phi::is_english(word);
        let listed = |word: &str| built_in(word) || self.known.contains(word);
        listed(lower) || lower.strip_suffix('s').is_some_and(listed) || lower.chars().count() == 1
    }

    /// Up to `most` drugs, spellings of one name counted once, that sound like the letters, nearest first.
    pub(crate) fn near(&self, letters: &str, most: usize) -> Vec<Near> {
        let sound = sounds(letters);
        let mut best: HashMap<String, f32> = HashMap::new();
        for (name, other) in self.drugs() {
            // A word of half the length is another one, and need not be compared.
            if sound.len().abs_diff(other.len()) > sound.len().max(other.len()) / 2 {
                continue;
            }
            let likeness = likeness(&sound, other);
            if likeness >= 0.4 {
                let entry = best.entry(self.key(name)).or_default();
                *entry = entry.max(likeness);
            }
        }
        let mut near: Vec<Near> = best
            .into_iter()
            .map(|(name, likeness)| Near { name, likeness })
            .collect();
        near.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.name.cmp(&b.name)));
        near.truncate(most);
        near
    }

    /// Words with hypo- or hyper- that sound like this one.
    pub(crate) fn sides(&self, word: &str) -> Vec<&'static str> {
        let sound = sounds(word);
        let is_side = |other: &&str| other.starts_with("hypo") || other.starts_with("hyper");
        let others = CLINICAL.iter().chain(RARER.iter()).copied().filter(is_side);
        others
            .filter(|other| *other != word && likeness(&sound, &sounds(other)) >= SIDE)
            .collect()
    }

    /// The drugs that are mistaken for this one: by record, then by sound.
    pub(crate) fn confusable(&self, key: &str) -> Vec<String> {
        let pairs = ALIKE.iter().filter_map(|(a, b)| match (*a == key, *b == key) {
            (true, _) => Some((*b).to_owned()),
            (_, true) => Some((*a).to_owned()),
            _ => None,
        });
        let mut found: Vec<String> = pairs.collect();
        let near = self.near(key, 4).into_iter().filter(|near| near.likeness >= CONFUSABLE);
        for name in near.map(|near| near.name) {
            if name != key && !found.contains(&name) {
                found.push(name);
            }
        }
        found.truncate(3);
        found
    }
}

/// The key of a unit's name, in any of its forms.
pub(crate) fn unit(lower: &str) -> Option<&'static str> {
    UNITS.get(lower).copied()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_listed_pair_is_in_the_lexicon() {
        let vocabulary = Vocabulary::new(std::iter::empty());
        for (a, b) in ALIKE.iter() {
            for name in [a, b] {
                assert_eq!(vocabulary.drug(name).as_deref(), Some(*name));
            }
            assert!(vocabulary.confusable(a).contains(&(*b).to_owned()), "{a} {b}");
        }
    }

    #[test]
    fn words_of_the_users_documents_are_known_and_its_drugs_are_drugs() {
        let before = Vocabulary::new(std::iter::empty());
        assert!(!before.knows("kowalski") && before.drug("vorasidenib").is_none());
        let after = Vocabulary::new(["Kowalski", "Vorasidenib", "x9"].into_iter());
        assert!(after.knows("kowalski") && after.knows("x"));
        assert_eq!(after.drug("vorasidenib").as_deref(), Some("vorasidenib"));
        assert!(!after.knows("x9"));
    }

    #[test]
    fn garbled_name_is_nearest_to_its_own() {
        let vocabulary = Vocabulary::new(std::iter::empty());
        for (heard, meant) in [
            ("lisinapril", "lisinopril"),
            ("metforman", "metformin"),
            ("epixiban", "apixaban"),
        ] {
            assert_eq!(vocabulary.near(heard, 1).first().unwrap().name, meant);
        }
        assert_eq!(vocabulary.drug("acyclovir"), vocabulary.drug("aciclovir"));
        assert_ne!(vocabulary.drug("prednisone"), vocabulary.drug("prednisolone"));
    }
}
