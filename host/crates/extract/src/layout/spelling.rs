//! Joins words cut at the end of a line, guided by how the document writes them elsewhere.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What comes between the last word of a line and the first of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    Space,
    /// The words are one; the first loses its hyphen.
    DropHyphen,
    /// The words are one; a hyphen that is part of the spelling stays.
    KeepHyphen,
}

/// Words seen so far, as hashes: a document of 5,000 pages has some 100,000 different ones.
#[derive(Default)]
pub(crate) struct Spelling {
    seen: HashSet<u64>,
}

impl Spelling {
    /// Takes in words in the order of the file. The halves of a word cut at the end of a line teach nothing.
    pub fn learn<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        let mut cut = false;
        for word in words {
            let follows_a_cut = std::mem::replace(&mut cut, word.ends_with(['-', '\u{ad}', '\u{2010}']));
            let core = word.trim_matches(|c: char| !c.is_alphanumeric());
            if cut || follows_a_cut || core.len() < 3 {
                continue;
            }
            self.seen.insert(hash(&[core]));
            for part in core.split('-').filter(|p| p.len() > 2 && p.len() < core.len()) {
                self.seen.insert(hash(&[part]));
            }
        }
    }

    fn knows(&self, parts: &[&str]) -> bool {
        self.seen.contains(&hash(parts))
    }

    pub fn joint(&self, last: &str, next: &str) -> Joint {
        if last.ends_with('\u{ad}') {
            return Joint::DropHyphen;
        }
        if is_address(last)
            && next.chars().next().is_some_and(char::is_alphanumeric)
            && last.ends_with(['/', '-', '_', '=', '.', '?', '&'])
            && (next.contains(['/', '.', '-', '_', '=']) || !last.ends_with('.') || is_file_ending(next))
        {
            return Joint::KeepHyphen;
        }
        let Some(stem) = last.strip_suffix(['-', '\u{2010}']) else {
            return Joint::Space;
        };
        if !stem.chars().next_back().is_some_and(char::is_alphanumeric) {
            return Joint::Space;
        }
        let Some(first) = next.chars().next() else {
            return Joint::Space;
        };
        if !first.is_lowercase() || stem.chars().next_back().is_some_and(|c| c.is_ascii_digit()) {
            // "COVID-19", "Jean-Pierre", "10-day"; but a dash before a new sentence keeps its space.
            return if first.is_alphanumeric() {
                Joint::KeepHyphen
            } else {
                Joint::Space
            };
        }
        let start = stem
            .rsplit(|c: char| !c.is_alphanumeric() && c != '-')
            .next()
            .unwrap_or(stem);
        let end = next
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .next()
            .unwrap_or(next);
        if self.knows(&[start, "-", end]) {
            return Joint::KeepHyphen;
        }
        if self.knows(&[start, end]) {
            return Joint::DropHyphen;
        }
        // "hospital-based": both halves are words of their own here, the whole is not.
        let tail = start.rsplit('-').next().unwrap_or(start);
        if start.contains('-') || (tail.len() > 3 && end.len() > 3 && self.knows(&[tail]) && self.knows(&[end])) {
            return Joint::KeepHyphen;
        }
        Joint::DropHyphen
    }

    /// Whether the document has a word of these halves with a hyphen between them.
    pub fn has_compound(&self, start: &str, end: &str) -> bool {
        let inner = |c: char| c.is_alphanumeric() || c == '-';
        let start = start.rsplit(|c| !inner(c)).next().unwrap_or(start);
        let end = end.split(|c| !inner(c)).next().unwrap_or(end);
        !start.is_empty() && !end.is_empty() && self.knows(&[start, "-", end])
    }
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.contains("www.")
}

/// The "pdf" of an address whose line ends after the full stop.
fn is_file_ending(word: &str) -> bool {
    let word = word.trim_end_matches([')', ']', ',', ';', '.']);
    matches!(word, "pdf" | "html" | "htm" | "shtml" | "php" | "asp" | "aspx")
}

fn hash(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for c in parts.iter().flat_map(|p| p.chars()).flat_map(char::to_lowercase) {
        c.hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_word_is_joined_and_a_compound_keeps_its_hyphen() {
        let mut spelling = Spelling::default();
        spelling.learn("hospital based evidence-based (infection) recom- mend".split(' '));
        assert_eq!(spelling.joint("recom-", "mend"), Joint::DropHyphen);
        assert_eq!(spelling.joint("infec-", "tion"), Joint::DropHyphen);
        assert_eq!(spelling.joint("hospital-", "based"), Joint::KeepHyphen);
        assert_eq!(spelling.joint("evidence-", "based"), Joint::KeepHyphen);
        assert_eq!(spelling.joint("COVID-", "19"), Joint::KeepHyphen);
        assert_eq!(spelling.joint("dose\u{ad}", "s"), Joint::DropHyphen);
        assert_eq!(spelling.joint("-", "and"), Joint::Space);
        assert_eq!(spelling.joint("dose", "and"), Joint::Space);
        assert_eq!(
            spelling.joint("http://www.example.org/", "page.html"),
            Joint::KeepHyphen
        );
        assert_eq!(
            spelling.joint("http://www.example.org/page.", "pdf),"),
            Joint::KeepHyphen
        );
        assert_eq!(spelling.joint("http://www.example.org/page.", "It"), Joint::Space);
    }
}
