//! Messages of Deepgram's live recognition, version 1, and the text that they add up to.
//!
//! After the types of deepgram-sdk 7.17.0 (`listen/v1/types`).

use heard::{HeardWord, Reading};
use serde::Deserialize;

use super::super::Trouble;

pub const KEEP_ALIVE: &str = r#"{"type":"KeepAlive"}"#;
pub const FINALIZE: &str = r#"{"type":"Finalize"}"#;
pub const CLOSE_STREAM: &str = r#"{"type":"CloseStream"}"#;

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
pub enum Told {
    Results(Results),
    /// What it says is not shown to anyone.
    Error,
    /// Beginnings and ends of speech, which are heard here, and types that are newer than this program.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub struct Results {
    #[serde(default)]
    is_final: bool,
    #[serde(default)]
    pub from_finalize: bool,
    channel: Channel,
}

#[derive(Debug, Deserialize)]
struct Channel {
    alternatives: Vec<Alternative>,
}

#[derive(Debug, Default, Deserialize)]
struct Alternative {
    transcript: String,
    #[serde(default)]
    confidence: f32,
    #[serde(default)]
    words: Vec<Word>,
}

#[derive(Debug, Deserialize)]
struct Word {
    word: String,
    confidence: f32,
    punctuated_word: Option<String>,
}

pub fn read(text: &str) -> Result<Told, Trouble> {
    serde_json::from_str(text).map_err(|_| Trouble::Unreadable)
}

/// What a stream ends with.
pub fn is_metadata(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Typed {
        r#type: String,
    }
    serde_json::from_str::<Typed>(text).is_ok_and(|typed| typed.r#type == "Metadata")
}

/// The final parts so far, and what is not final yet.
#[derive(Default)]
pub struct Transcript {
    words: Vec<HeardWord>,
    shown: String,
}

impl Transcript {
    /// The text to show, when it has changed.
    pub fn take(&mut self, results: Results) -> Option<String> {
        let best = results.channel.alternatives.into_iter().next().unwrap_or_default();
        let words = best.words();
        let interim: Vec<HeardWord> = match results.is_final {
            true => {
                self.words.extend(words);
                Vec::new()
            }
            false => words,
        };
        let all: Vec<&str> = self
            .words
            .iter()
            .chain(&interim)
            .map(|word| word.text.as_str())
            .collect();
        let text = all.join(" ");
        if text.is_empty() || text == self.shown {
            return None;
        }
        self.shown.clone_from(&text);
        Some(text)
    }

    /// All that is final.
    pub fn reading(self) -> Reading {
        let texts: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        Reading {
            text: texts.join(" "),
            words: self.words,
        }
    }
}

impl Alternative {
    fn words(self) -> Vec<HeardWord> {
        if self.words.is_empty() {
            let confidence = self.confidence;
            let words = self.transcript.split_whitespace();
            return words
                .map(|text| HeardWord {
                    text: text.to_owned(),
                    confidence,
                })
                .collect();
        }
        let words = self.words.into_iter().map(|word| HeardWord {
            text: word.punctuated_word.unwrap_or(word.word),
            confidence: word.confidence,
        });
        words.collect()
    }
}

#[cfg(test)]
#[expect(clippy::panic, clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn results(text: &str) -> Results {
        match read(text).unwrap() {
            Told::Results(results) => results,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn final_parts_add_up_and_an_interim_one_is_only_shown() {
        let mut transcript = Transcript::default();
        let interim = r#"{"type":"Results","channel_index":[0,1],"start":0.0,"duration":1.0,"is_final":false,
            "speech_final":false,"channel":{"alternatives":[{"transcript":"give met","confidence":0.6,"words":[
            {"word":"give","start":0.1,"end":0.3,"confidence":0.9,"punctuated_word":"Give"},
            {"word":"met","start":0.3,"end":0.5,"confidence":0.4}]}]},
            "metadata":{"request_id":"r","model_info":{},"model_uuid":"m"}}"#;
        assert_eq!(transcript.take(results(interim)).as_deref(), Some("Give met"));
        assert_eq!(transcript.take(results(interim)), None, "it is shown once");
        let last = r#"{"type":"Results","is_final":true,"channel":{"alternatives":[{"transcript":"Give metformin.",
            "confidence":0.9,"words":[{"word":"give","confidence":0.9,"punctuated_word":"Give"},
            {"word":"metformin","confidence":0.8,"punctuated_word":"metformin."}]}]}}"#;
        transcript.take(results(last));
        let empty = r#"{"type":"Results","is_final":true,"from_finalize":true,"channel":{"alternatives":[
            {"transcript":"","confidence":0.0,"words":[]}]}}"#;
        let empty = results(empty);
        assert!(empty.from_finalize);
        transcript.take(empty);
        let reading = transcript.reading();
        assert_eq!(reading.text, "Give metformin.");
        assert_eq!((reading.words.len(), reading.words[1].confidence), (2, 0.8));
    }

    #[test]
    fn unknown_types_are_passed_over_and_what_is_no_message_is_trouble() {
        for other in [
            r#"{"type":"SpeechStarted","channel":[0,1],"timestamp":0.2}"#,
            r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.0}"#,
            r#"{"type":"Newer"}"#,
        ] {
            assert!(matches!(read(other), Ok(Told::Other)), "{other}");
        }
        let error = r#"{"type":"Error","variant":"SchemaError","description":"no"}"#;
        assert!(matches!(read(error), Ok(Told::Error)));
        assert!(read("{\"type\":\"Results\"}").is_err() && read("oops").is_err());
        assert!(is_metadata(r#"{"type":"Metadata","request_id":"r"}"#) && !is_metadata(error));
    }
}
