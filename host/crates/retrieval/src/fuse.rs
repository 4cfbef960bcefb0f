//! One order out of two: BM25 and cosine scores of the same candidates.
//!
//! A weighted sum of scaled scores (Bruch, Gai and Ingber 2023, doi:10.1145/3596512) keeps how far apart passages are,
//! which ranks alone (reciprocal rank fusion) throw away.

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
/// Without any cosine the order is BM25's. A candidate without one among others that have it, such as a passage in
/// another language, counts as the least similar of them.
pub fn fuse(matches: Vec<Match>) -> Vec<Fused> {
    let top = matches.iter().map(|found| found.bm25).fold(f32::MIN_POSITIVE, f32::max);
    let cosines = || matches.iter().filter_map(|found| found.dense);
    let (low, high) = (
        cosines().fold(f32::INFINITY, f32::min),
        cosines().fold(f32::NEG_INFINITY, f32::max),
    );
    let has_dense = high.is_finite();
    let spread = (high - low).max(f32::MIN_POSITIVE);
    let score = |found: &Match| {
        let words = found.bm25 / top;
        if !has_dense {
            return words;
        }
        let meaning = found.dense.map_or(0.0, |cosine| (cosine - low) / spread);
        DENSE_SHARE * meaning + (1.0 - DENSE_SHARE) * words
    };
    let scores: Vec<f32> = matches.iter().map(score).collect();
    let mut fused: Vec<Fused> = matches
        .into_iter()
        .zip(scores)
        .map(|(found, score)| Fused {
            id: found.id,
            score,
            bm25: found.bm25,
            dense: found.dense,
        })
        .collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    fused
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
        fuse(matches).into_iter().map(|fused| fused.id).collect()
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
    fn nothing_found_stays_nothing() {
        assert!(fuse(Vec::new()).is_empty());
    }
}
