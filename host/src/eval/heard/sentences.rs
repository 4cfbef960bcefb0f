//! The sentences that are spoken, with what matters in each, written down in `sentences.tsv`.

use std::fmt;

use heard::{ChipKind, Item};

/// Thresholds were chosen on one half only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    Tuning,
    HeldOut,
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tuning => "tuning half",
            Self::HeldOut => "held-out half",
        })
    }
}

pub struct Sentence {
    /// Numbers in words.
    pub said: String,
    pub items: Vec<Item>,
    pub half: Half,
}

/// All of them, in an order that mixes the halves: of any number of first ones, half are held out.
pub fn sentences() -> Vec<Sentence> {
    let lines = include_str!("sentences.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'));
    let mut lines: Vec<(u64, &str, &str)> = lines
        .enumerate()
        .map(|(at, (said, items))| (super::spoken::mixed(at as u64), said, items))
        .collect();
    lines.sort_unstable();
    let sentences = lines.into_iter().enumerate().map(|(at, (_, said, marked))| Sentence {
        said: said.to_owned(),
        items: items(marked),
        half: if at % 2 == 0 { Half::Tuning } else { Half::HeldOut },
    });
    sentences.collect()
}

/// "drug metformin; number 500; unit mg"
fn items(marked: &str) -> Vec<Item> {
    let items = marked.split("; ").filter_map(|item| {
        let (kind, value) = item.split_once(' ')?;
        let kind = match kind {
            "drug" => ChipKind::Drug,
            "number" => ChipKind::Number,
            "unit" => ChipKind::Unit,
            "side" => ChipKind::Side,
            "negation" => ChipKind::Negation,
            _ => return None,
        };
        Some(Item {
            kind,
            value: value.to_owned(),
        })
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_found_in_every_sentence() {
        let vocabulary = heard::Vocabulary::new(std::iter::empty());
        let all = sentences();
        assert_eq!(all.len(), 200);
        for sentence in &all {
            assert_eq!(
                heard::items(&sentence.said, &vocabulary),
                sentence.items,
                "{}",
                sentence.said
            );
        }
        let held_out = all.iter().filter(|sentence| sentence.half == Half::HeldOut).count();
        assert_eq!(held_out, 100);
    }
}
