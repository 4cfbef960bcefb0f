//! All parts of one machine, each loaded when it is first asked for and then kept until they are unloaded.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use crate::{Espeak, Recognizer, Sound, SpeechError, TurnDetector, Voice, VoiceDetector};

struct Kept<T>(Mutex<Option<Arc<T>>>);

impl<T> Kept<T> {
    fn none() -> Self {
        Self(Mutex::new(None))
    }

    /// Who asks while it is being loaded waits for it; a failure is not kept.
    fn get(&self, load: impl FnOnce() -> Result<T, SpeechError>) -> Result<Arc<T>, SpeechError> {
        let mut kept = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(part) = kept.as_ref() {
            return Ok(part.clone());
        }
        let part = Arc::new(load()?);
        *kept = Some(part.clone());
        Ok(part)
    }

    fn forget(&self) {
        *self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = None;
    }
}

/// The speech of this machine.
pub struct Local {
    models: PathBuf,
    espeak: Espeak,
    detector: Kept<VoiceDetector>,
    turns: Kept<TurnDetector>,
    recognizer: Kept<Recognizer>,
    voice: Kept<Voice>,
}

impl Local {
    /// `models` is the folder of [`crate::pinned`]'s files; nothing is read yet.
    pub fn new(models: &Path, espeak: Espeak) -> Self {
        Self {
            models: models.to_owned(),
            espeak,
            detector: Kept::none(),
            turns: Kept::none(),
            recognizer: Kept::none(),
            voice: Kept::none(),
        }
    }

    /// # Errors
    /// As [`VoiceDetector::load`].
    pub fn detector(&self) -> Result<Arc<VoiceDetector>, SpeechError> {
        self.detector.get(|| VoiceDetector::load(&self.models))
    }

    /// # Errors
    /// As [`TurnDetector::load`].
    pub fn turns(&self) -> Result<Arc<TurnDetector>, SpeechError> {
        self.turns.get(|| TurnDetector::load(&self.models))
    }

    /// # Errors
    /// As [`Recognizer::load`].
    pub fn recognizer(&self) -> Result<Arc<Recognizer>, SpeechError> {
        self.recognizer.get(|| Recognizer::load(&self.models))
    }

    /// Gives the memory of all parts back, of one in use when its work is done; who asks next loads it again.
    pub fn unload(&self) {
        self.detector.forget();
        self.turns.forget();
        self.recognizer.forget();
        self.voice.forget();
    }

    /// Speaks with the voice, or with espeak-ng where the voice cannot be loaded or fails.
    ///
    /// # Errors
    /// The text has digits, or espeak-ng, too, failed or was cancelled.
    pub fn say(&self, text: &str, speed: f32, seed: u64, cancelled: &AtomicBool) -> Result<Sound, SpeechError> {
        let voice = self.voice.get(|| Voice::load(&self.models));
        match voice.and_then(|voice| voice.say(text, speed, seed)) {
            Ok(sound) => Ok(sound),
            Err(SpeechError::Digits) => Err(SpeechError::Digits),
            Err(_) => self.espeak.say(text, speed, cancelled),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering::Relaxed;
    use std::time::Duration;

    use super::*;

    #[test]
    fn part_is_loaded_once_and_a_failure_is_tried_again() {
        let kept = Kept::none();
        let loads = AtomicUsize::new(0);
        let load = |fails: bool| {
            kept.get(|| {
                loads.fetch_add(1, Relaxed);
                if fails { Err(SpeechError::Cancelled) } else { Ok(7) }
            })
        };
        assert!(load(true).is_err());
        assert_eq!((*load(false).unwrap(), *load(true).unwrap()), (7, 7));
        assert_eq!(loads.load(Relaxed), 2);
        kept.forget();
        assert_eq!((*load(false).unwrap(), loads.load(Relaxed)), (7, 3));
    }

    #[test]
    fn without_models_and_espeak_the_error_says_what_to_install() {
        let espeak = Espeak::new(Path::new("/nowhere/espeak"), Duration::from_secs(1));
        let local = Local::new(Path::new("/nowhere"), espeak);
        let error = local.say("Hello.", 1.0, 1, &AtomicBool::new(false)).unwrap_err();
        assert!(error.to_string().contains("apt install espeak-ng"), "{error}");
    }
}
