//! Control messages: JSON objects with a type `t`, and optionally a number `id` and the sender's clock `ts`.
//!
//! Fields that are not known are ignored, so that a newer client can say more; types that are not known are an error
//! for the sender alone.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Codec, HeardChip, VerdictName};

/// Longest control message, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;
/// Longest typed question, in characters.
const MAX_TEXT: usize = 4_000;
/// Longest token, ticket or identifier, in bytes.
const MAX_NAME: usize = 512;
/// Milliseconds of quiet that a user may choose.
const PAUSES: std::ops::RangeInclusive<i64> = 1_500..=4_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Milliseconds of the sender's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ts: Option<i64>,
    #[serde(flatten)]
    pub message: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeName {
    HandsFree,
    PushToTalk,
    Muted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BargeSource {
    ClientVad,
    Button,
    Key,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioIn {
    pub codec: Codec,
    /// Samples in a second.
    pub rate: u32,
    pub frame_ms: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioOut {
    pub codecs: Vec<Codec>,
    pub rates: Vec<u32>,
}

/// What the browser does to the sound before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    pub echo_cancelling: bool,
    pub noise_suppression: bool,
    pub gain_control: bool,
    pub worklet: bool,
    pub headset: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UiHints {
    pub language: String,
    pub time_zone: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum ClientMessage {
    #[serde(rename = "hello")]
    Hello {
        v: u32,
        session_id: String,
        ticket: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resume_token: Option<String>,
        /// The last frame of ours that arrived before the connection was lost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        down_seq: Option<u32>,
        /// How much of the answer was played, with a resume token.
        #[serde(default)]
        heard_ms: i64,
        audio_in: AudioIn,
        audio_out: AudioOut,
        #[serde(default)]
        caps: Capabilities,
        #[serde(default)]
        ui: UiHints,
    },
    #[serde(rename = "mode.set")]
    ModeSet { mode: ModeName },
    #[serde(rename = "ptt.down")]
    KeyDown,
    #[serde(rename = "ptt.up")]
    KeyUp,
    #[serde(rename = "turn.commit")]
    TurnCommit,
    #[serde(rename = "text.input")]
    TextInput { text: String },
    /// What was heard, put right by the user: it is asked instead.
    #[serde(rename = "heard.correct")]
    HeardCorrect { turn: u32, text: String },
    /// How the user wants to be spoken to; what is left out stays as it is.
    #[serde(rename = "settings")]
    Settings {
        /// 1 is the voice's own pace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speed: Option<f64>,
        /// The quiet after which a question is over, whatever it sounds like.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pause_ms: Option<i64>,
    },
    #[serde(rename = "playback.started")]
    PlaybackStarted { utt: u16 },
    #[serde(rename = "playback.progress")]
    PlaybackProgress {
        utt: u16,
        segment: u16,
        heard_ms: i64,
        #[serde(default)]
        buffered_ms: i64,
        #[serde(default)]
        out_latency_ms: i64,
    },
    #[serde(rename = "playback.done")]
    PlaybackDone { utt: u16, heard_ms: i64 },
    #[serde(rename = "barge")]
    Barge {
        utt: u16,
        heard_ms: i64,
        source: BargeSource,
    },
    #[serde(rename = "tool.confirm")]
    ToolConfirm { call_id: String, ok: bool },
    #[serde(rename = "ack")]
    Ack { down_seq: u32 },
    #[serde(rename = "stats")]
    Stats {
        #[serde(default)]
        rtt: f64,
        #[serde(default)]
        underruns: u32,
        #[serde(default)]
        mic_clip: bool,
        #[serde(default)]
        level_dbfs: f64,
    },
    #[serde(rename = "bye")]
    Bye,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    pub w: String,
    /// Milliseconds since the turn began.
    pub s: i64,
    pub e: i64,
    /// Confidence, 0 to 1.
    pub c: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum HostMessage {
    #[serde(rename = "welcome")]
    Welcome {
        session_id: String,
        resume_token: String,
        resume_window_s: u32,
        /// The last frame of the client that arrived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up_seq: Option<u32>,
        codec: Codec,
        rate: u32,
        /// Whether no sound leaves the house.
        local: bool,
    },
    #[serde(rename = "listening")]
    Listening { ready_ms: i64 },
    #[serde(rename = "vad")]
    Voice { speech: bool, pts: u32 },
    #[serde(rename = "stt.partial")]
    Partial { turn: u32, text: String },
    #[serde(rename = "stt.final")]
    Final {
        turn: u32,
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<Word>,
    },
    /// What will be asked, with the words that matter.
    #[serde(rename = "heard")]
    Heard {
        turn: u32,
        text: String,
        chips: Vec<HeardChip>,
        verdict: VerdictName,
    },
    /// The question is a message of this conversation: its answer can be read there, with its citations.
    #[serde(rename = "conversation")]
    Conversation {
        conversation_id: String,
        message_id: String,
    },
    #[serde(rename = "turn.state")]
    TurnState { turn: u32, state: String },
    #[serde(rename = "say.begin")]
    SayBegin { utt: u16, turn: u32, kind: String },
    #[serde(rename = "say.segment")]
    SaySegment {
        utt: u16,
        segment: u16,
        text: String,
        display: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audio_ms: Option<i64>,
    },
    #[serde(rename = "say.end")]
    SayEnd { utt: u16 },
    #[serde(rename = "audio.flush")]
    AudioFlush { utt: u16 },
    #[serde(rename = "audio.pause")]
    AudioPause { utt: u16 },
    #[serde(rename = "audio.resume")]
    AudioResume { utt: u16 },
    #[serde(rename = "say.truncated")]
    SayTruncated {
        utt: u16,
        heard_text: String,
        unheard_text: String,
        heard_ms: i64,
    },
    #[serde(rename = "tool.started")]
    ToolStarted {
        call_id: String,
        name: String,
        label: String,
    },
    #[serde(rename = "tool.done")]
    ToolDone {
        call_id: String,
        name: String,
        ms: i64,
        ok: bool,
    },
    #[serde(rename = "clarify")]
    Clarify {
        turn: u32,
        question: String,
        /// Language of the question, "en" or "de"; the options are English.
        language: String,
        options: Vec<String>,
    },
    #[serde(rename = "ack")]
    Ack { up_seq: u32 },
    #[serde(rename = "notice")]
    Notice { code: String, text: String },
    #[serde(rename = "error")]
    Error { code: String, fatal: bool },
    #[serde(rename = "session.end")]
    SessionEnd { reason: String },
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    #[error("a control message has {0} bytes; at most 65536 are allowed")]
    Long(usize),
    #[error("not a control message: {0}")]
    Format(String),
    #[error("`{0}` is too long")]
    Field(&'static str),
    #[error("protocol version {0} is not known; send 1")]
    Version(u32),
    #[error("`{0}` is not a number that can be used")]
    Number(&'static str),
}

fn read<T: DeserializeOwned>(text: &str) -> Result<Envelope<T>, ControlError> {
    if text.len() > MAX_MESSAGE {
        return Err(ControlError::Long(text.len()));
    }
    // serde's words can quote what was sent; where it stands is enough to find it.
    serde_json::from_str(text).map_err(|error| {
        let kind = match error.classify() {
            serde_json::error::Category::Data => "a field or type is not known, missing or of another kind",
            _ => "no JSON object",
        };
        ControlError::Format(format!("{kind}, near column {}", error.column()))
    })
}

/// # Errors
/// Too long, no JSON, a type or field of another kind, or a value out of bounds. Close with 4400.
pub fn read_client(text: &str) -> Result<Envelope<ClientMessage>, ControlError> {
    let envelope: Envelope<ClientMessage> = read(text)?;
    let name = |field: &'static str, value: &str| match value.len() <= MAX_NAME {
        true => Ok(()),
        false => Err(ControlError::Field(field)),
    };
    match &envelope.message {
        ClientMessage::Hello { v, .. } if *v != 1 => return Err(ControlError::Version(*v)),
        ClientMessage::Hello {
            session_id,
            ticket,
            resume_token,
            audio_in,
            audio_out,
            ui,
            ..
        } => {
            name("session_id", session_id)?;
            name("ticket", ticket)?;
            name("resume_token", resume_token.as_deref().unwrap_or_default())?;
            name("ui.language", &ui.language)?;
            name("ui.time_zone", &ui.time_zone)?;
            if !(8_000..=48_000).contains(&audio_in.rate) {
                return Err(ControlError::Number("audio_in.rate"));
            }
            if !(5..=100).contains(&audio_in.frame_ms) {
                return Err(ControlError::Number("audio_in.frame_ms"));
            }
            if audio_out.codecs.len() > 8 || audio_out.rates.len() > 8 {
                return Err(ControlError::Field("audio_out"));
            }
        }
        ClientMessage::TextInput { text } | ClientMessage::HeardCorrect { text, .. }
            if text.chars().count() > MAX_TEXT =>
        {
            return Err(ControlError::Field("text"));
        }
        ClientMessage::Settings { speed: Some(speed), .. } if !(0.5..=2.0).contains(speed) => {
            return Err(ControlError::Number("speed"));
        }
        ClientMessage::Settings { pause_ms: Some(ms), .. } if !PAUSES.contains(ms) => {
            return Err(ControlError::Number("pause_ms"));
        }
        ClientMessage::ToolConfirm { call_id, .. } => name("call_id", call_id)?,
        ClientMessage::PlaybackProgress { heard_ms, .. }
        | ClientMessage::PlaybackDone { heard_ms, .. }
        | ClientMessage::Barge { heard_ms, .. }
            if *heard_ms < 0 =>
        {
            return Err(ControlError::Number("heard_ms"));
        }
        _ => {}
    }
    Ok(envelope)
}

/// # Errors
/// As [`read_client`], for the client's side.
pub fn read_host(text: &str) -> Result<Envelope<HostMessage>, ControlError> {
    read(text)
}

/// The text of a message.
///
/// # Errors
/// A number that JSON cannot hold.
pub fn write<T: Serialize>(envelope: &Envelope<T>) -> Result<String, ControlError> {
    serde_json::to_string(envelope).map_err(|error| ControlError::Format(error.to_string()))
}

impl Serialize for Codec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Pcm16 => "pcm_s16le",
            Self::Opus => "opus",
            Self::Mulaw => "pcmu",
        })
    }
}

impl<'de> Deserialize<'de> for Codec {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "pcm_s16le" => Ok(Self::Pcm16),
            "opus" => Ok(Self::Opus),
            "pcmu" => Ok(Self::Mulaw),
            _ => Err(serde::de::Error::custom("no codec of the protocol")),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::super::ChipName;
    use super::*;

    const HELLO: &str = r#"{"t":"hello","id":1,"ts":5,"v":1,"session_id":"s","ticket":"k",
        "audio_in":{"codec":"pcm_s16le","rate":16000,"frame_ms":20},
        "audio_out":{"codecs":["pcm_s16le"],"rates":[24000]},"caps":{"headset":true},"newer":[1]}"#;

    #[test]
    fn messages_have_the_published_names() {
        let hello = read_client(HELLO).unwrap();
        assert_eq!((hello.id, hello.ts), (Some(1), Some(5)));
        assert!(matches!(
            hello.message,
            ClientMessage::Hello {
                caps: Capabilities { headset: true, .. },
                ..
            }
        ));
        let mode = read_client(r#"{"t":"mode.set","mode":"push_to_talk"}"#).unwrap();
        assert_eq!(
            mode.message,
            ClientMessage::ModeSet {
                mode: ModeName::PushToTalk
            }
        );
        let correct = read_client(r#"{"t":"heard.correct","turn":2,"text":"No metformin?"}"#).unwrap();
        assert_eq!(
            correct.message,
            ClientMessage::HeardCorrect {
                turn: 2,
                text: "No metformin?".into()
            }
        );
        let flush = Envelope {
            id: None,
            ts: None,
            message: HostMessage::AudioFlush { utt: 3 },
        };
        assert_eq!(write(&flush).unwrap(), r#"{"t":"audio.flush","utt":3}"#);
    }

    #[test]
    fn what_was_written_is_read_back() {
        for message in [
            HostMessage::Listening { ready_ms: 12 },
            HostMessage::Partial {
                turn: 2,
                text: "a \"b\"".into(),
            },
            HostMessage::Ack { up_seq: u32::MAX },
            HostMessage::Heard {
                turn: 3,
                text: "no metformin".into(),
                chips: vec![HeardChip {
                    start: 3,
                    end: 12,
                    kind: ChipName::Drug,
                    alternatives: vec!["metoprolol".into()],
                }],
                verdict: VerdictName::Asked,
            },
            HostMessage::Conversation {
                conversation_id: "c".into(),
                message_id: "m".into(),
            },
            HostMessage::Welcome {
                session_id: "s".into(),
                resume_token: "r".into(),
                resume_window_s: 30,
                up_seq: None,
                codec: Codec::Pcm16,
                rate: 24_000,
                local: true,
            },
        ] {
            let envelope = Envelope {
                id: Some(9),
                ts: None,
                message,
            };
            assert_eq!(read_host(&write(&envelope).unwrap()).unwrap(), envelope);
        }
    }

    #[test]
    fn malformed_messages_are_refused_without_quoting_them() {
        for (text, part) in [
            ("", "no JSON object"),
            ("[1,2]", "near column"),
            (r#"{"id":1}"#, "near column"),
            (r#"{"t":"secret word"}"#, "not known"),
            (r#"{"t":"ack","down_seq":-1}"#, "another kind"),
            (r#"{"t":"ack","down_seq":4294967296}"#, "another kind"),
            (r#"{"t":"mode.set","mode":"loud"}"#, "not known"),
        ] {
            let error = read_client(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
            assert!(!error.contains("secret") && !error.contains("loud"), "{error}");
        }
    }

    #[test]
    fn values_out_of_bounds_are_refused() {
        let with = |from: &str, to: &str| read_client(&HELLO.replace(from, to)).unwrap_err();
        assert_eq!(with("\"v\":1", "\"v\":2"), ControlError::Version(2));
        assert_eq!(with("16000", "1"), ControlError::Number("audio_in.rate"));
        assert_eq!(with(":20}", ":2000}"), ControlError::Number("audio_in.frame_ms"));
        assert_eq!(
            with("\"k\"", &format!("\"{}\"", "k".repeat(600))),
            ControlError::Field("ticket")
        );
        let typed = format!(r#"{{"t":"text.input","text":"{}"}}"#, "x".repeat(4_001));
        assert_eq!(read_client(&typed).unwrap_err(), ControlError::Field("text"));
        let long = format!(r#"{{"t":"text.input","text":"{}"}}"#, "x".repeat(70_000));
        assert!(matches!(read_client(&long).unwrap_err(), ControlError::Long(_)));
        for (settings, field) in [(r#""speed":9"#, "speed"), (r#""pause_ms":20"#, "pause_ms")] {
            let error = read_client(&format!(r#"{{"t":"settings",{settings}}}"#)).unwrap_err();
            assert_eq!(error, ControlError::Number(field));
        }
        let back = r#"{"t":"playback.done","utt":1,"heard_ms":-5}"#;
        assert_eq!(read_client(back).unwrap_err(), ControlError::Number("heard_ms"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}", cut in 0usize..200) {
            let _ = read_client(&text);
            let end = HELLO.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(HELLO.len());
            prop_assert_eq!(read_client(&HELLO[..end]).is_ok(), end == HELLO.len());
        }
    }
}
