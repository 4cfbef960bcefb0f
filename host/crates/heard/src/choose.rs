//! What a spoken reply to a question means. When in doubt, nothing.

use crate::Choice;
use crate::number::number;
use crate::sound::{likeness, sounds};
use crate::words::{Word, words};

/// What is said around an answer.
const AROUND: [&str; 30] = [
    "i", "said", "say", "mean", "meant", "the", "it", "is", "its", "it's", "that", "that's", "please", "yes", "yeah",
    "option", "number", "1", "answer", "choice", "was", "a", "an", "of", "course", "uh", "um", "to", "be", "correct",
];
const YES: [&str; 9] = ["yes", "yeah", "yep", "correct", "exactly", "sure", "yup", "true", "ok"];
const NO: [&str; 12] = [
    "no",
    "not",
    "nope",
    "neither",
    "none",
    "nor",
    "wrong",
    "cancel",
    "stop",
    "never",
    "incorrect",
    "different",
];
const PLACES: [&[&str]; 4] = [
    &["first", "former", "1st"],
    &["second", "2nd"],
    &["third", "3rd"],
    &["fourth", "4th"],
];
/// A reply garbled by the recogniser sounds like one option so much, and so much less like every other.
const LIKE: f32 = 0.75;
const AHEAD: f32 = 0.2;

/// Which of the options the user chose, if that is beyond doubt. "Yes" means the option when there is one only.
pub fn choose(options: &[Choice], reply: &str) -> Option<usize> {
    let said = keys(reply);
    if said.is_empty() {
        return None;
    }
    let labels: Vec<Vec<String>> = options.iter().map(|option| keys(&option.label)).collect();
    let texts: Vec<Vec<String>> = options.iter().map(|option| keys(&option.text)).collect();
    for whole in [&labels, &texts] {
        if let Some(at) = only(whole.iter().map(|label| *label == said)) {
            return Some(at);
        }
    }
    if said
        .iter()
        .any(|word| NO.contains(&word.as_str()) || word.ends_with("n't"))
    {
        return None;
    }
    if options.len() == 1
        && said
            .iter()
            .all(|word| YES.contains(&word.as_str()) || AROUND.contains(&word.as_str()))
    {
        return said.iter().any(|word| YES.contains(&word.as_str())).then_some(0);
    }
    by_place(options.len(), &said)
        .or_else(|| by_words(&labels, &said))
        .or_else(|| by_sound(options, reply))
}

/// "The second", "option two", "the last".
fn by_place(count: usize, said: &[String]) -> Option<usize> {
    let named = |word: &str| match word {
        "last" | "latter" if count > 1 => Some(count - 1),
        _ => PLACES.iter().position(|names| names.contains(&word)),
    };
    let counted = |word: &str| word.parse::<usize>().ok()?.checked_sub(1);
    let mut places: Vec<usize> = said.iter().filter_map(|word| named(word)).collect();
    let pairs = said
        .windows(2)
        .filter(|pair| matches!(pair[0].as_str(), "option" | "number" | "answer" | "choice"));
    let after: Vec<&String> = pairs.map(|pair| &pair[1]).collect();
    places.extend(after.iter().filter_map(|word| counted(word)));
    places.sort_unstable();
    places.dedup();
    let is_rest = |word: &&String| named(word).is_none() && !AROUND.contains(&word.as_str()) && !after.contains(word);
    match (places.as_slice(), said.iter().find(is_rest)) {
        ([place], None) if *place < count => Some(*place),
        _ => None,
    }
}

/// All that was said belongs to one label, and some of it to no other.
fn by_words(labels: &[Vec<String>], said: &[String]) -> Option<usize> {
    let told: Vec<&String> = said.iter().filter(|word| !AROUND.contains(&word.as_str())).collect();
    if told.is_empty() {
        return None;
    }
    only(labels.iter().enumerate().map(|(at, label)| {
        let is_own = |word: &String| {
            labels
                .iter()
                .enumerate()
                .all(|(other, label)| other == at || !label.contains(word))
        };
        told.iter().all(|word| label.contains(word)) && told.iter().any(|word| is_own(word))
    }))
}

/// What was said sounds like one label.
fn by_sound(options: &[Choice], reply: &str) -> Option<usize> {
    let told = |text: &str| -> String {
        let words = words(text, &[]).into_iter().map(|word| word.lower);
        words.filter(|word| !AROUND.contains(&word.as_str())).collect()
    };
    let reply = told(reply);
    if reply.chars().any(|c| c.is_ascii_digit()) || reply.len() < 5 {
        return None;
    }
    let reply = sounds(&reply);
    let mut likes: Vec<(f32, usize)> = options
        .iter()
        .enumerate()
        .map(|(at, option)| (likeness(&reply, &sounds(&told(&option.label))), at))
        .collect();
    likes.sort_by(|a, b| b.0.total_cmp(&a.0));
    let next = likes.get(1).map_or(0.0, |(like, _)| *like);
    let (like, at) = likes.first()?;
    let has_digits = |option: &Choice| option.label.chars().any(|c| c.is_ascii_digit());
    (*like >= LIKE && like - next >= AHEAD && !options.iter().any(has_digits)).then_some(*at)
}

fn only(mut matches: impl Iterator<Item = bool>) -> Option<usize> {
    let first = matches.by_ref().position(|is| is)?;
    (!matches.any(|is| is)).then_some(first)
}

/// The words in lower case, numbers and units by their key.
fn keys(text: &str) -> Vec<String> {
    let words: Vec<Word> = words(text, &[]);
    let mut keys: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let is_place = PLACES.iter().any(|names| names.contains(&word.lower.as_str()));
        let unit = crate::vocabulary::unit(&word.lower).filter(|_| !is_place);
        let (key, count) = match number(&words[at..]).filter(|_| !is_place) {
            Some(found) => found,
            None => (unit.unwrap_or(&word.lower).to_owned(), 1),
        };
        keys.push(key);
        at += count;
    }
    keys
}
