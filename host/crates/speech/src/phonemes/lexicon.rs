//! misaki's American lexicons and the rules for forms they do not list.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use onnx::read_pinned;
use serde_json::Value;

use super::Next;
use super::stress::{PRIMARY, is_stressed, lightly, spelled};
use crate::pinned::Pinned;
use crate::{SpeechError, pinned};

/// Vowels after which an American t between vowels is a flap.
const BEFORE_FLAP: &str = "AIOWYiuæɑəɛɪɹʊʌ";

struct Entry {
    usual: String,
    /// At the end of a phrase.
    last: Option<String>,
}

pub(super) struct Lexicon {
    gold: HashMap<String, Entry>,
    silver: HashMap<String, Entry>,
}

fn load(models: &Path, (name, sha256): Pinned) -> Result<HashMap<String, Entry>, SpeechError> {
    let wrong = |reason: &'static str| SpeechError::File {
        path: models.join(name),
        reason,
    };
    let packed = read_pinned(models, name, sha256)?;
    let mut text = String::new();
    let mut unpacked = GzDecoder::new(packed.as_slice());
    unpacked
        .read_to_string(&mut text)
        .map_err(|_| wrong("it cannot be unpacked"))?;
    let words: HashMap<String, Value> = serde_json::from_str(&text).map_err(|_| wrong("it is no list of words"))?;
    let entry = |value: Value| match value {
        Value::String(usual) => Some(Entry { usual, last: None }),
        Value::Object(readings) => Some(Entry {
            usual: readings.get("DEFAULT")?.as_str()?.to_owned(),
            last: readings.get("None").and_then(Value::as_str).map(str::to_owned),
        }),
        _ => None,
    };
    Ok(words
        .into_iter()
        .filter_map(|(word, value)| Some((word, entry(value)?)))
        .collect())
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + &chars.as_str().to_lowercase()
}

/// A lower-case entry answers for the capitalized word and the other way round.
fn find<'a>(list: &'a HashMap<String, Entry>, word: &str) -> Option<&'a Entry> {
    list.get(word).or_else(|| {
        let lower = word.to_lowercase();
        if word.chars().count() < 2 {
            None
        } else if word == lower {
            list.get(&capitalized(word))
        } else if word == capitalized(word) {
            list.get(&lower)
        } else {
            None
        }
    })
}

impl Lexicon {
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        Ok(Self {
            gold: load(models, pinned::HIBARI_GOLD)?,
            silver: load(models, pinned::HIBARI_SILVER)?,
        })
    }

    /// How a word is said; none when nothing is known of it. `first` is the first of its sentence.
    pub fn word(&self, word: &str, first: bool, next: Next) -> Option<String> {
        let word = &word.replace('’', "'");
        if let Some(said) = self.small_word(word, first, next) {
            return Some(said);
        }
        let letters = word.replace('.', "");
        let pointed = word.contains('.') && word.split('.').all(|part| part.chars().count() < 3);
        if pointed || letters.chars().count() == 1 {
            return self.spell(&letters);
        }
        let capitals = letters.chars().all(char::is_uppercase);
        if capitals {
            return self.capitals(word, next);
        }
        self.known(word, next)
            .or_else(|| self.known(&word.to_lowercase(), next))
            .or_else(|| self.form(&word.to_lowercase(), next))
    }

    /// Words whose sound depends on their neighbours.
    fn small_word(&self, word: &str, first: bool, next: Next) -> Option<String> {
        let said = match word {
            "a" => "ɐ",
            "A" if first && next != Next::Nothing => "ɐ",
            "an" | "An" => "ɐn",
            "am" | "Am" if next != Next::Nothing => "ɐm",
            "I" => "ˌI",
            "the" | "The" if next == Next::Vowel => "ði",
            "the" | "The" => "ðə",
            "to" | "To" if next == Next::Vowel => "tʊ",
            "to" | "To" if next == Next::Consonant => "tə",
            "in" | "In" if next == Next::Nothing => "ˈɪn",
            "in" | "In" => "ɪn",
            _ => return None,
        };
        Some(said.to_owned())
    }

    /// A word in capitals is said when the lexicon knows it as a word, and spelled otherwise.
    fn capitals(&self, word: &str, next: Next) -> Option<String> {
        let said = |entry: &Entry| reading(entry, next);
        let own = self.gold.get(word).map(said);
        own.or_else(|| {
            let lower = self.gold.get(&word.to_lowercase()).map(said);
            lower.filter(|said| said.contains(PRIMARY))
        })
        .or_else(|| self.spell(word))
    }

    fn spell(&self, word: &str) -> Option<String> {
        let letters = word.chars().filter(|c| c.is_alphabetic());
        let said: Option<String> = letters
            .map(|c| Some(self.gold.get(&c.to_uppercase().to_string())?.usual.as_str()))
            .collect();
        said.map(|said| spelled(&said))
    }

    fn known(&self, word: &str, next: Next) -> Option<String> {
        let entry = find(&self.gold, word).or_else(|| find(&self.silver, word))?;
        Some(reading(entry, next))
    }

    /// Plurals, past tenses and -ing.
    fn form(&self, word: &str, next: Next) -> Option<String> {
        let known = |stem: &str| self.known(stem, next);
        if let Some(owner) = word.strip_suffix("s'").or_else(|| word.strip_suffix('\'')) {
            return known(&format!("{owner}s")).or_else(|| known(owner));
        }
        let plural = || {
            let stem = word
                .strip_suffix('s')
                .filter(|stem| !stem.ends_with('s') && stem.len() > 1);
            stem.and_then(known)
                .or_else(|| word.strip_suffix("'s").and_then(known))
                .or_else(|| {
                    word.strip_suffix("es")
                        .filter(|_| !word.ends_with("ies"))
                        .and_then(known)
                })
                .or_else(|| word.strip_suffix("ies").and_then(|stem| known(&format!("{stem}y"))))
                .map(|stem| with_s(&stem))
        };
        let past = || {
            let stem = word
                .strip_suffix('d')
                .filter(|stem| !stem.ends_with('d') && stem.len() > 2);
            stem.and_then(known)
                .or_else(|| {
                    word.strip_suffix("ed")
                        .filter(|_| !word.ends_with("eed"))
                        .and_then(known)
                })
                .map(|stem| with_ed(&stem))
        };
        let going = || {
            let stem = word.strip_suffix("ing").filter(|stem| stem.len() > 1)?;
            let undoubled = || {
                let mut back = stem.chars().rev();
                let last = back.next().filter(|last| back.next() == Some(*last))?;
                known(stem.strip_suffix(last)?)
            };
            let stem = known(stem).or_else(|| known(&format!("{stem}e"))).or_else(undoubled)?;
            Some(with_ing(&if is_stressed(&stem) { stem } else { lightly(&stem) }))
        };
        plural().or_else(past).or_else(going)
    }
}

fn reading(entry: &Entry, next: Next) -> String {
    match (&entry.last, next) {
        (Some(last), Next::Nothing) => last.clone(),
        _ => entry.usual.clone(),
    }
}

fn with_s(stem: &str) -> String {
    let end = match stem.chars().last() {
        Some('p' | 't' | 'k' | 'f' | 'θ') => "s",
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => "ᵻz",
        _ => "z",
    };
    format!("{stem}{end}")
}

/// The stem without a t that stands after such a vowel as makes it a flap.
fn flapped(stem: &str) -> Option<&str> {
    let before = stem.strip_suffix('t')?;
    before.ends_with(|c| BEFORE_FLAP.contains(c)).then_some(before)
}

fn with_ed(stem: &str) -> String {
    match stem.chars().last() {
        Some('p' | 'k' | 'f' | 'θ' | 'ʃ' | 's' | 'ʧ') => format!("{stem}t"),
        Some('d') => format!("{stem}ᵻd"),
        Some('t') => flapped(stem).map_or_else(|| format!("{stem}ᵻd"), |before| format!("{before}ɾᵻd")),
        _ => format!("{stem}d"),
    }
}

fn with_ing(stem: &str) -> String {
    flapped(stem).map_or_else(|| format!("{stem}ɪŋ"), |before| format!("{before}ɾɪŋ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let entry = |usual: &str| Entry {
            usual: usual.to_owned(),
            last: None,
        };
        let gold = [
            ("dose", "dˈOs"),
            ("treat", "tɹˈit"),
            ("stop", "stˈɑp"),
            ("study", "stˈʌdi"),
            ("B", "bˈi"),
            ("P", "pˈi"),
            ("aids", "ˈAdz"),
            ("paris", "pˈɛɹɪs"),
        ];
        Lexicon {
            gold: gold
                .into_iter()
                .map(|(word, said)| (word.to_owned(), entry(said)))
                .collect(),
            silver: HashMap::new(),
        }
    }

    #[test]
    fn forms_follow_from_their_stems() {
        let lexicon = lexicon();
        for (word, said) in [
            ("doses", "dˈOsᵻz"),
            ("treated", "tɹˈiɾᵻd"),
            ("treating", "tɹˈiɾɪŋ"),
            ("stopping", "stˈɑpɪŋ"),
            ("stopped", ""),
            ("studies", "stˈʌdiz"),
            ("Dose", "dˈOs"),
            ("DOSE", "dˈOs"),
            ("BP", "bˌipˈi"),
            ("b.p.", "bˌipˈi"),
            ("AIDS", "ˈAdz"),
            ("xyzzy", ""),
        ] {
            assert_eq!(
                lexicon.word(word, false, Next::Consonant).unwrap_or_default(),
                said,
                "{word}"
            );
        }
    }

    #[test]
    fn small_words_look_ahead() {
        let lexicon = lexicon();
        let the = |next| lexicon.word("the", false, next).unwrap_or_default();
        assert_eq!((the(Next::Vowel).as_str(), the(Next::Consonant).as_str()), ("ði", "ðə"));
        assert_eq!(lexicon.word("A", true, Next::Consonant).unwrap_or_default(), "ɐ");
    }
}
