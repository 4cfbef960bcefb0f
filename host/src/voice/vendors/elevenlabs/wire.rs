//! Messages of ElevenLabs' multi-stream input, and where the characters of a text are in its sound.
//!
//! After the types of elevenlabs 2.78.0 (`types/*_multi.py`): the client's names are in snake case, the server's in camel
//! case.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use voice_turn::WordEnd;

use super::super::Trouble;

pub const CLOSE_SOCKET: &str = r#"{"close_socket":true}"#;

/// The first message of a context; its text must be one blank.
pub fn begin(id: &str, stability: f32, similarity: f32, speed: f32) -> String {
    let settings = json!({ "stability": stability, "similarity_boost": similarity, "speed": speed });
    json!({ "text": " ", "context_id": id, "voice_settings": settings }).to_string()
}

/// Text ends with a blank and is spoken at once.
pub fn text(id: &str, text: &str) -> String {
    json!({ "text": format!("{} ", text.trim_end()), "context_id": id, "flush": true }).to_string()
}

pub fn keep_alive(id: &str) -> String {
    json!({ "text": "", "context_id": id }).to_string()
}

pub fn close_context(id: &str) -> String {
    json!({ "context_id": id, "close_context": true }).to_string()
}

/// What the server says.
#[derive(Debug, PartialEq)]
pub enum Told {
    Sound {
        of: String,
        /// 16-bit samples.
        sound: Vec<u8>,
        alignment: Option<Alignment>,
    },
    Final {
        of: String,
    },
    /// What it says is not shown to anyone.
    Error,
    Nothing,
}

/// Times are relative to the sound that it came with.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Alignment {
    chars: Vec<String>,
    char_start_times_ms: Vec<i64>,
    char_durations_ms: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    audio: Option<String>,
    context_id: Option<String>,
    is_final: Option<bool>,
    alignment: Option<Alignment>,
    error: Option<serde_json::Value>,
    code: Option<serde_json::Value>,
}

pub fn read(text: &str) -> Result<Told, Trouble> {
    let message: Message = serde_json::from_str(text).map_err(|_| Trouble::Unreadable)?;
    if message.error.is_some() || message.code.is_some() {
        return Ok(Told::Error);
    }
    let of = message.context_id.unwrap_or_default();
    match message.audio {
        Some(audio) if !audio.is_empty() => {
            let sound = STANDARD.decode(audio).map_err(|_| Trouble::Unreadable)?;
            if sound.len() % 2 != 0 {
                return Err(Trouble::Unreadable);
            }
            Ok(Told::Sound {
                of,
                sound,
                alignment: message.alignment,
            })
        }
        _ if message.is_final == Some(true) => Ok(Told::Final { of }),
        _ => Ok(Told::Nothing),
    }
}

/// A text of which more and more was said.
#[derive(Default)]
pub struct Aligned {
    text: String,
    /// Bytes that were said.
    at: usize,
}

impl Aligned {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.trim_end().to_owned(),
            at: 0,
        }
    }

    /// What is left, if anything, is not spoken.
    pub fn is_whole(&self) -> bool {
        !self.text[self.at..].contains(char::is_alphanumeric)
    }

    /// The ends of words in a piece of `ms`. Characters that are not the text's next are passed over.
    pub fn take(&mut self, alignment: &Alignment, ms: i64) -> Vec<WordEnd> {
        let times = alignment.char_start_times_ms.iter().zip(&alignment.char_durations_ms);
        let mut ends = Vec::new();
        for (character, (start, duration)) in alignment.chars.iter().zip(times) {
            let rest = &self.text[self.at..];
            let next = rest.trim_start();
            if character.trim().is_empty() || !next.starts_with(character.as_str()) {
                continue;
            }
            self.at += rest.len() - next.len() + character.len();
            let rest = &self.text[self.at..];
            if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                let end = start.saturating_add(*duration).clamp(0, ms);
                ends.push(WordEnd { ms: end, byte: self.at });
            }
        }
        ends
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alignment(text: &str, each: i64) -> Alignment {
        let chars: Vec<String> = text.chars().map(String::from).collect();
        Alignment {
            char_start_times_ms: (0..chars.len() as i64).map(|at| at * each).collect(),
            char_durations_ms: vec![each; chars.len()],
            chars,
        }
    }

    #[test]
    fn what_is_sent_has_the_names_of_the_protocol() {
        assert_eq!(
            text("a-1", "Give it."),
            r#"{"context_id":"a-1","flush":true,"text":"Give it. "}"#
        );
        assert_eq!(close_context("a-1"), r#"{"close_context":true,"context_id":"a-1"}"#);
        assert!(begin("a-1", 0.5, 0.8, 1.0).contains(r#""text":" ""#));
    }

    #[test]
    fn sound_ends_and_errors_are_told_apart() {
        let sound = r#"{"audio":"AAABAA==","contextId":"a","alignment":{"chars":["H"],"charStartTimesMs":[0],
            "charDurationsMs":[5]},"normalizedAlignment":null}"#;
        let told = read(sound).unwrap();
        assert!(matches!(told, Told::Sound { ref of, ref sound, alignment: Some(_) } if of == "a" && sound.len() == 4));
        let end = r#"{"audio":null,"isFinal":true,"contextId":"a"}"#;
        assert_eq!(read(end).unwrap(), Told::Final { of: "a".into() });
        let error = r#"{"message":"no","error":"quota","code":1008}"#;
        assert_eq!(read(error).unwrap(), Told::Error);
        assert!(read(r#"{"audio":"AAA=","contextId":"a"}"#).is_err() || read("oops").is_err());
        assert!(read(r#"{"audio":"!"}"#).is_err() && read("oops").is_err());
    }

    #[test]
    fn words_end_where_their_last_character_does_across_pieces() {
        let mut text = Aligned::new("Give it twice. ");
        assert!(!text.is_whole());
        let first = text.take(&alignment("Give i", 10), 60);
        assert_eq!(first, [WordEnd { ms: 40, byte: 4 }]);
        assert!(!text.is_whole());
        let second = text.take(&alignment("t twice. ", 10), 55);
        assert_eq!(second, [WordEnd { ms: 10, byte: 7 }, WordEnd { ms: 55, byte: 14 }]);
        assert!(text.is_whole());
    }

    proptest! {
        #[test]
        fn no_alignment_leaves_the_text(text in "\\PC{0,40}", other in "\\PC{0,60}") {
            let mut aligned = Aligned::new(&text);
            let ends = aligned.take(&alignment(&other, 7), 1_000);
            prop_assert!(ends.iter().all(|end| text.is_char_boundary(end.byte)));
            let mut whole = Aligned::new(&text);
            whole.take(&alignment(&text, 7), 1_000);
            prop_assert!(whole.is_whole());
        }
    }
}
