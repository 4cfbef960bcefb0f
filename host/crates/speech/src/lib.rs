//! Speech on this machine: voice detection, end of turn, recognition and synthesis. No sound leaves it.
//!
//! Each part is loaded when it is first used and is pure CPU work that blocks its thread; nothing here opens a
//! connection. All sound is one channel of floats from -1 to 1.

mod espeak;
mod fft;
mod local;
mod mel;
mod moonshine;
mod own;
mod phonemes;
pub mod pinned;
mod resample;
mod silero;
mod smart_turn;
mod utterance;
mod voice;
mod wav;

pub use espeak::Espeak;
pub use local::Local;
pub use moonshine::{Listened, PACES, Recognizer, Transcript, Wanted, ends_at};
pub use own::OwnVoice;
pub use resample::resample;
pub use silero::{Edge, Edges, VoiceDetector, VoiceStream};
pub use smart_turn::TurnDetector;
pub use utterance::Utterance;
pub use voice::{Sound, Voice, Word};
pub use wav::{from_pcm16, read_wav, to_pcm16, write_wav};

use std::path::PathBuf;

use onnx::OnnxError;

/// Samples in a second of everything that listens.
pub const RATE: u32 = 16_000;

#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    #[error(transparent)]
    Model(#[from] OnnxError),
    #[error("the model file {path} has another form than expected: {reason}")]
    File { path: PathBuf, reason: &'static str },
    #[error("the sound cannot be read: {0}")]
    Sound(String),
    #[error("the text still has digits; put numbers into words before it is spoken")]
    Digits,
    #[error("espeak-ng could not be started ({0}); install it: `apt install espeak-ng`")]
    NoEspeak(std::io::Error),
    #[error("espeak-ng failed: {0}")]
    Espeak(String),
    #[error("the voice took longer than {0} ms")]
    TooSlow(u128),
    #[error("speaking was cancelled")]
    Cancelled,
}
