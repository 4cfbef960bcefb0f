//! The likeliest texts of a sound, with expected words made likelier.

use onnx::Array;

use super::decoder::{Decoder, Texts, logarithm_of_sum};
use super::tokens::{END, START, Tokens, VOCABULARY};
use super::wanted::{Spelled, Wanted};
use crate::SpeechError;

/// Tokens of each text that are gone on with, beside those of expected words.
const BEST: usize = 12;

#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    pub tokens: Vec<i32>,
    /// The logarithm of how likely they are, and what was expected.
    score: f32,
    spelled: Spelled,
}

struct Step {
    row: usize,
    token: i32,
    score: f32,
    spelled: Spelled,
}

/// Up to `width` texts of up to `most` tokens, the best first.
pub(super) fn search(
    (decoder, tokens, wanted): (&Decoder, &Tokens, &Wanted),
    sound: &Array,
    width: usize,
    most: usize,
) -> Result<Vec<Path>, SpeechError> {
    let mut texts = Texts::begin(sound);
    let mut open = vec![Path::default()];
    let mut ended: Vec<Path> = Vec::new();
    for _ in 0..most {
        let last = |path: &Path| path.tokens.last().copied().unwrap_or(START);
        let ids: Vec<i32> = open.iter().map(last).collect();
        let logits = decoder.next(&mut texts, &ids)?;
        let mut steps: Vec<Step> = Vec::new();
        for (row, (path, logits)) in open.iter().zip(logits.chunks_exact(VOCABULARY)).enumerate() {
            steps.extend(goes_on(path, row, logits, tokens, wanted));
        }
        steps.sort_by(|a, b| b.score.total_cmp(&a.score));
        steps.truncate(width);
        let mut kept = Vec::new();
        let mut rows = Vec::new();
        for step in steps {
            let mut path = open[step.row].clone();
            path.tokens.push(step.token);
            path.score = step.score;
            path.spelled = step.spelled;
            if step.token == END {
                ended.push(path);
            } else {
                rows.push(step.row);
                kept.push(path);
            }
        }
        open = kept;
        ended.sort_by(|a, b| b.score.total_cmp(&a.score));
        let is_settled = ended
            .get(width - 1)
            .is_some_and(|last| open.iter().all(|path| path.score <= last.score));
        if open.is_empty() || is_settled {
            break;
        }
        texts.keep(&rows);
    }
    ended.truncate(width);
    Ok(ended)
}

/// How a text may go on.
fn goes_on(path: &Path, row: usize, logits: &[f32], tokens: &Tokens, wanted: &Wanted) -> Vec<Step> {
    let all = logarithm_of_sum(logits);
    let mut next: Vec<i32> = (0..logits.len() as i32).collect();
    next.select_nth_unstable_by(BEST, |a, b| logits[*b as usize].total_cmp(&logits[*a as usize]));
    next.truncate(BEST);
    next.extend(wanted.next(path.spelled));
    next.sort_unstable();
    next.dedup();
    let step = |token: i32| {
        let likely = logits[token as usize] - all;
        let (gain, spelled) = wanted.take(path.spelled, token, tokens);
        Step {
            row,
            token,
            score: path.score + likely + gain,
            spelled,
        }
    };
    next.into_iter().map(step).collect()
}
