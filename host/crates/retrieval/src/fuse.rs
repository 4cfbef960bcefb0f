//! One order out of two: BM25 and cosine scores of the same candidates.
//!
//! A weighted sum of scaled scores (Bruch, Gai and Ingber 2023, doi:10.1145/3596512) keeps how far apart passages are,
//! which ranks alone (reciprocal rank fusion) throw away.

use std::collections::{HashMap, HashSet};

use crate::exact::Match;

/// Share of the cosine in the fused score; the rest is BM25's.
pub const DENSE_SHARE: f32 = 0.6;

/// A candidate with its fused score, 0 to 1, comparable within one search only.
#[derive(Clone, Debug, PartialEq)]
pub struct Fused {
    pub id: String,
    pub score: f32,
    pub bm25: f32,
    pub dense: Option<f32>,
}

/// Orders candidates best first; equal scores go by id.
///
/// `beside`: cosines of some of them in a second vector space. A candidate that has both counts with their mean, one
/// that only the second space found with that.
///
/// Without any cosine the order is BM25's. A candidate without one among others that have it, such as a passage in
/// another language, counts as the least similar of them.
pub fn fuse(mut matches: Vec<Match>, beside: &[Match]) -> Vec<Fused> {
    let second: HashMap<&str, f32> = scaled(
        beside
            .iter()
            .filter_map(|found| Some((found.id.as_str(), found.dense?))),
    );
    let known: HashSet<String> = matches.iter().map(|found| found.id.clone()).collect();
    let only_second = beside.iter().filter(|found| !known.contains(&found.id));
    matches.extend(only_second.map(|found| Match {
        dense: None,
        ..found.clone()
    }));
    let first: HashMap<&str, f32> = scaled(
        matches
            .iter()
            .filter_map(|found| Some((found.id.as_str(), found.dense?))),
    );
    let top = matches.iter().map(|found| found.bm25).fold(f32::MIN_POSITIVE, f32::max);
    let score = |found: &Match| {
        let words = found.bm25 / top;
        if first.is_empty() && second.is_empty() {
            return words;
        }
        let meaning = match (first.get(found.id.as_str()), second.get(found.id.as_str())) {
            (Some(one), Some(other)) => f32::midpoint(*one, *other),
            (Some(one), None) | (None, Some(one)) => *one,
            (None, None) => 0.0,
        };
        DENSE_SHARE * meaning + (1.0 - DENSE_SHARE) * words
    };
    let mut fused: Vec<Fused> = matches
        .iter()
        .map(|found| Fused {
            id: found.id.clone(),
            score: score(found),
            bm25: found.bm25,
            dense: found.dense,
        })
        .collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    fused
}

/// Cosines by id, the least as 0 and the greatest as 1.
fn scaled<'a>(cosines: impl Iterator<Item = (&'a str, f32)>) -> HashMap<&'a str, f32> {
    let mut scaled: HashMap<&str, f32> = cosines.collect();
    let low = scaled.values().copied().fold(f32::INFINITY, f32::min);
    let high = scaled.values().copied().fold(f32::NEG_INFINITY, f32::max);
    let spread = (high - low).max(f32::MIN_POSITIVE);
    scaled
        .values_mut()
        .for_each(|cosine| *cosine = (*cosine - low) / spread);
    scaled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(id: &str, bm25: f32, dense: Option<f32>) -> Match {
        Match {
            id: id.into(),
            bm25,
            dense,
        }
    }

    fn order(matches: Vec<Match>) -> Vec<String> {
        fuse(matches, &[]).into_iter().map(|fused| fused.id).collect()
    }

    #[test]
    fn good_in_both_beats_good_in_one() {
        assert_eq!(
            order(vec![
                found("words", 9.0, Some(0.1)),
                found("meaning", 1.0, Some(0.8)),
                found("both", 8.0, Some(0.7))
            ])[0],
            "both"
        );
    }

    #[test]
    fn without_cosines_the_order_is_that_of_bm25() {
        assert_eq!(order(vec![found("a", 1.0, None), found("b", 2.0, None)]), ["b", "a"]);
    }

    #[test]
    fn a_second_space_finds_and_counts_beside_the_first() {
        let first = vec![
            found("a", 0.0, Some(0.4)),
            found("b", 0.0, Some(0.5)),
            found("c", 0.0, Some(0.3)),
        ];
        let second = [
            found("a", 0.0, Some(0.9)),
            found("b", 0.0, Some(0.1)),
            found("d", 0.0, Some(0.8)),
        ];
        let fused = fuse(first, &second);
        let order: Vec<&str> = fused.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(order, ["d", "a", "b", "c"]);
        assert_eq!(fused[0].dense, None);
    }

    #[test]
    fn nothing_found_stays_nothing() {
        assert!(fuse(Vec::new(), &[]).is_empty());
    }
}
