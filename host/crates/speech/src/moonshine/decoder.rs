//! What comes after some tokens: one step at a time for several texts of one sound, or over whole texts at once.

use std::path::Path;

use onnx::{Array, Session};

use super::tokens::{END, START, VOCABULARY};
use crate::{SpeechError, pinned};

const LAYERS: usize = 6;
const HEADS: usize = 8;
const HEAD_WIDTH: usize = 36;
/// What a decoder layer keeps from step to step.
const KEPT: [(&str, &str); 4] = [
    ("decoder", "key"),
    ("decoder", "value"),
    ("encoder", "key"),
    ("encoder", "value"),
];

pub(super) struct Decoder(Session);

/// Texts of one sound as far as they have come.
pub(super) struct Texts {
    hidden: Array,
    past: Vec<Array>,
    begun: bool,
}

impl Texts {
    /// One text that is empty.
    pub fn begin(hidden: &Array) -> Self {
        Self {
            hidden: hidden.clone(),
            past: nothing(1),
            begun: false,
        }
    }

    /// Goes on with these texts, in this order; one may go on several times.
    pub fn keep(&mut self, rows: &[usize]) {
        let before = self.hidden.shape().first().copied().unwrap_or(0);
        // What is kept of the sound is the same for every text.
        let as_before = before == rows.len();
        if !as_before {
            self.hidden = taken(&self.hidden, rows);
        }
        for (at, kept) in self.past.iter_mut().enumerate() {
            if !(as_before && is_of_sound(at)) {
                *kept = taken(kept, rows);
            }
        }
    }
}

fn is_of_sound(at: usize) -> bool {
    KEPT[at % KEPT.len()].0 == "encoder"
}

fn nothing(rows: usize) -> Vec<Array> {
    let none = || Array::floats(&[rows, HEADS, 0, HEAD_WIDTH], Vec::new());
    (0..LAYERS * KEPT.len()).map(|_| none()).collect()
}

/// Rows of the first axis.
fn taken(array: &Array, rows: &[usize]) -> Array {
    let mut shape = array.shape().to_vec();
    let Some(count) = shape.first_mut() else {
        return array.clone();
    };
    let data = array.as_floats();
    let width = data.len() / (*count).max(1);
    *count = rows.len();
    let kept = rows.iter().filter_map(|row| data.get(row * width..(row + 1) * width));
    Array::floats(&shape, kept.flatten().copied().collect())
}

impl Decoder {
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        let mut inputs = vec!["input_ids".to_owned(), "encoder_hidden_states".to_owned()];
        let mut outputs = vec!["logits".to_owned()];
        for layer in 0..LAYERS {
            for (side, part) in KEPT {
                inputs.push(format!("past_key_values.{layer}.{side}.{part}"));
                outputs.push(format!("present.{layer}.{side}.{part}"));
            }
        }
        inputs.push("use_cache_branch".to_owned());
        let names: [Vec<&str>; 2] = [&inputs, &outputs].map(|list| list.iter().map(String::as_str).collect());
        let session = Session::load(models, pinned::MOONSHINE_DECODER, &names[0], &names[1])?;
        Ok(Self(session))
    }

    /// Adds as many tokens to each text, one text after the other. Of every place in every text, how likely each token
    /// comes next, as logarithms plus a constant.
    pub fn next(&self, texts: &mut Texts, tokens: &[i32]) -> Result<Vec<f32>, SpeechError> {
        let rows = texts.hidden.shape().first().copied().unwrap_or(1);
        let ids = Array::ints(&[rows, tokens.len() / rows.max(1)], tokens.to_vec());
        let again = Array::ints(&[1], vec![i32::from(texts.begun)]);
        let mut inputs = vec![&ids, &texts.hidden];
        inputs.extend(&texts.past);
        inputs.push(&again);
        let mut outputs = self.0.run(&inputs)?.into_iter();
        let logits = outputs.next();
        for (at, present) in outputs.enumerate() {
            // What the encoder said is computed once; later steps return it empty.
            if (!is_of_sound(at) || !texts.begun)
                && let Some(slot) = texts.past.get_mut(at)
            {
                *slot = present;
            }
        }
        texts.begun = true;
        Ok(match logits {
            Some(Array::Floats { data, .. }) => data,
            _ => Vec::new(),
        })
    }

    /// The logarithm of how likely each text is, and that it ends. What all of them begin with is followed once.
    pub fn follow(&self, hidden: &Array, texts: &[Vec<i32>]) -> Result<Vec<f32>, SpeechError> {
        let begin = common(texts);
        let mut kept = Texts::begin(hidden);
        let begun: Vec<i32> = std::iter::once(START).chain(begin.iter().copied()).collect();
        let logits = self.next(&mut kept, &begun)?;
        let places: Vec<&[f32]> = logits.chunks_exact(VOCABULARY).collect();
        let base: f32 = places
            .iter()
            .zip(begin)
            .map(|(place, token)| likely(place, *token))
            .sum();
        let rests: Vec<&[i32]> = texts.iter().map(|text| &text[begin.len()..]).collect();
        let longest = rests.iter().map(|rest| rest.len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(rests.len() * longest);
        for rest in &rests {
            ids.extend(*rest);
            // What comes after its end changes nothing before it.
            ids.resize(ids.len() + longest - rest.len(), END);
        }
        let after = match longest {
            0 => Vec::new(),
            _ => {
                kept.keep(&vec![0; rests.len()]);
                self.next(&mut kept, &ids)?
            }
        };
        let mut after = after.chunks_exact(VOCABULARY);
        let totals = rests.iter().map(|rest| {
            let next: Vec<&[f32]> = after.by_ref().take(longest).collect();
            let places = places.last().copied().into_iter().chain(next);
            let tokens = rest.iter().copied().chain([END]);
            base + places
                .zip(tokens)
                .map(|(place, token)| likely(place, token))
                .sum::<f32>()
        });
        Ok(totals.collect())
    }
}

/// What all of some texts begin with.
fn common(texts: &[Vec<i32>]) -> &[i32] {
    let Some((first, others)) = texts.split_first() else {
        return &[];
    };
    let shared = |other: &Vec<i32>| first.iter().zip(other).take_while(|(a, b)| a == b).count();
    &first[..others.iter().map(shared).min().unwrap_or(first.len())]
}

fn likely(logits: &[f32], token: i32) -> f32 {
    logits[token as usize] - logarithm_of_sum(logits)
}

/// The logarithm of the sum of exponentials.
pub(super) fn logarithm_of_sum(logits: &[f32]) -> f32 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    most + logits.iter().map(|logit| (logit - most).exp()).sum::<f32>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_on_in_the_order_that_is_kept() {
        let mut texts = Texts::begin(&Array::floats(&[1, 2], vec![1.0, 2.0]));
        texts.past = vec![Array::floats(&[1, 1], vec![3.0]); 4];
        texts.keep(&[0, 0]);
        assert_eq!(texts.hidden, Array::floats(&[2, 2], vec![1.0, 2.0, 1.0, 2.0]));
        texts.past[0] = Array::floats(&[2, 1], vec![3.0, 4.0]);
        texts.keep(&[1, 0]);
        assert_eq!(texts.past[0], Array::floats(&[2, 1], vec![4.0, 3.0]));
        assert_eq!(texts.past[2], Array::floats(&[2, 1], vec![3.0, 3.0]));
    }

    #[test]
    fn what_texts_begin_with_is_found() {
        assert_eq!(common(&[vec![5, 6, 7], vec![5, 6], vec![5, 6, 8]]), [5, 6]);
        assert_eq!(common(&[vec![5]]), [5]);
        assert!(common(&[]).is_empty() && common(&[vec![5], vec![6]]).is_empty());
    }

    #[test]
    fn sums_of_exponentials_do_not_overflow() {
        assert!((logarithm_of_sum(&[1_000.0, 1_000.0]) - 1_000.693_1).abs() < 1e-3);
    }
}
