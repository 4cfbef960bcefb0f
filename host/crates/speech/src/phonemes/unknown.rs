//! Words that no lexicon has: hibari's network of letters, read off as in CTC.

use std::collections::HashMap;
use std::path::Path;

use onnx::{Array, Session, read_pinned};

use crate::{SpeechError, pinned};

pub(super) struct Unknown {
    session: Session,
    letters: HashMap<char, i32>,
    phonemes: Vec<String>,
    longest: usize,
}

impl Unknown {
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        let (name, sha256) = pinned::HIBARI_UNKNOWN_ALPHABET;
        let wrong = || SpeechError::File {
            path: models.join(name),
            reason: "the alphabet cannot be read",
        };
        let alphabet: serde_json::Value =
            serde_json::from_slice(&read_pinned(models, name, sha256)?).map_err(|_| wrong())?;
        let list = |key: &str| -> Result<Vec<String>, SpeechError> {
            let list = alphabet[key].as_array().ok_or_else(wrong)?;
            Ok(list.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect())
        };
        let letters = list("in")?
            .iter()
            .enumerate()
            .filter_map(|(at, c)| Some((c.chars().next()?, at as i32 + 1)))
            .collect();
        Ok(Self {
            session: Session::load(models, pinned::HIBARI_UNKNOWN, &["chars"], &["ids"])?,
            letters,
            phonemes: list("out")?,
            longest: alphabet["maxlen"].as_u64().ok_or_else(wrong)? as usize,
        })
    }

    pub fn word(&self, word: &str) -> Result<String, SpeechError> {
        let ids: Vec<i32> = word
            .chars()
            .filter_map(|c| self.letters.get(&c).copied())
            .take(self.longest)
            .collect();
        if ids.is_empty() {
            return Ok(String::new());
        }
        let outputs = self.session.run(&[&Array::ints(&[1, ids.len()], ids)])?;
        let read = outputs.first().map(Array::as_ints).unwrap_or_default();
        let mut said = String::new();
        let mut before = 0;
        for &id in read {
            if id != before && id != 0 {
                let known = usize::try_from(id - 1).ok().and_then(|at| self.phonemes.get(at));
                said.push_str(known.map_or("", String::as_str));
            }
            before = id;
        }
        Ok(said)
    }
}
