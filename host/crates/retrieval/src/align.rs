//! Pairs the tokens of a sentence with those of its source: in order first, then blocks that moved.

use crate::tokens::{Kind, Token};

/// Which token of the source each token of the sentence is, and the reverse.
pub struct Alignment {
    pub to_source: Vec<Option<usize>>,
    pub to_sentence: Vec<Option<usize>>,
    /// Pairs that stand in the same order in both, as opposed to moved ones.
    pub in_order: Vec<bool>,
}

/// What the next pair in a row adds, so that whole phrases stay together.
const ADJACENT: f32 = 0.3;

fn weight(token: &Token) -> f32 {
    if token.kind == Kind::Function { 0.2 } else { 1.0 }
}

/// Aligns `sentence` with `source`; every token has at most one partner.
pub fn align(sentence: &[Token], source: &[Token]) -> Alignment {
    let mut to_source = vec![None; sentence.len()];
    let mut to_sentence = vec![None; source.len()];
    let mut in_order = vec![false; sentence.len()];
    for (i, j) in longest_in_order(sentence, source) {
        to_source[i] = Some(j);
        to_sentence[j] = Some(i);
        in_order[i] = true;
    }
    while let Some((i, j, length)) = longest_moved(sentence, source, &to_source, &to_sentence) {
        for k in 0..length {
            to_source[i + k] = Some(j + k);
            to_sentence[j + k] = Some(i + k);
        }
    }
    Alignment {
        to_source,
        to_sentence,
        in_order,
    }
}

/// The heaviest common subsequence, adjacent pairs preferred.
fn longest_in_order(a: &[Token], b: &[Token]) -> Vec<(usize, usize)> {
    let (n, m) = (a.len(), b.len());
    // best[i][j]: heaviest alignment of the first i and j tokens; here[i][j]: the same, ending in the pair (i-1, j-1).
    let mut best = vec![vec![0.0f32; m + 1]; n + 1];
    let mut here = vec![vec![f32::NEG_INFINITY; m + 1]; n + 1];
    for i in 1..=n {
        for j in 1..=m {
            if a[i - 1].key == b[j - 1].key {
                here[i][j] = weight(&a[i - 1]) + best[i - 1][j - 1].max(here[i - 1][j - 1] + ADJACENT);
            }
            best[i][j] = here[i][j].max(best[i - 1][j]).max(best[i][j - 1]);
        }
    }
    let (mut i, mut j) = (n, m);
    let mut pairs = Vec::new();
    let mut must_pair = false;
    while i > 0 && j > 0 {
        if must_pair || (here[i][j] >= best[i][j] && here[i][j].is_finite()) {
            pairs.push((i - 1, j - 1));
            must_pair = here[i - 1][j - 1] + ADJACENT >= best[i - 1][j - 1] && here[i - 1][j - 1].is_finite();
            i -= 1;
            j -= 1;
        } else if best[i - 1][j] >= best[i][j - 1] {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs.reverse();
    pairs
}

/// The longest run of unpaired tokens that the two share, function words alone not counted.
fn longest_moved(
    a: &[Token],
    b: &[Token],
    taken_a: &[Option<usize>],
    taken_b: &[Option<usize>],
) -> Option<(usize, usize, usize)> {
    let mut best: Option<(usize, usize, usize, f32)> = None;
    for i in 0..a.len() {
        for j in 0..b.len() {
            let length = a[i..]
                .iter()
                .zip(&b[j..])
                .enumerate()
                .take_while(|(k, (x, y))| x.key == y.key && taken_a[i + k].is_none() && taken_b[j + k].is_none())
                .count();
            let total: f32 = a[i..i + length].iter().map(weight).sum();
            if total >= 1.0 && best.is_none_or(|b| total > b.3) {
                best = Some((i, j, length, total));
            }
        }
    }
    best.map(|(i, j, length, _)| (i, j, length))
}
