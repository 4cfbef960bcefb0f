//! `voiceassist eval say --text TEXT --out FILE.wav`: a text in the voice of this machine, to listen to or to play into a
//! microphone.

use std::path::Path;

use speech::{RATE, SpeechError, Voice, resample, write_wav};
use voice_turn::speakable::speakable;

/// The noise in the voice is the same each time.
const SEED: u64 = 7;

/// Writes one channel of 16 kHz, with a second of quiet before and after.
///
/// # Errors
/// The voice cannot be loaded or cannot say the text, or the file cannot be written.
pub fn run(text: &str, out: &Path, cache_dir: &Path) -> Result<(), SpeechError> {
    let voice = Voice::load(&cache_dir.join("models"))?;
    let sound = voice.say(&speakable(text), 1.0, SEED)?;
    let mut samples = vec![0.0; RATE as usize];
    samples.extend(resample(&sound.samples, sound.rate, RATE));
    samples.extend(std::iter::repeat_n(0.0, RATE as usize));
    write_wav(out, &samples, RATE)
}
