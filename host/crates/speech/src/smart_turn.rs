//! Smart Turn 3.2: has the speaker finished, by the sound of the last eight seconds.

use std::path::Path;

use onnx::{Array, Session};

use crate::mel::{FRAMES, MELS, MelFeatures};
use crate::{SpeechError, pinned};

pub struct TurnDetector {
    session: Session,
    features: MelFeatures,
}

impl TurnDetector {
    /// # Errors
    /// The model file is missing or is not the pinned one.
    pub fn load(models: &Path) -> Result<Self, SpeechError> {
        Ok(Self {
            session: Session::load(models, pinned::SMART_TURN, &["input_features"], &["logits"])?,
            features: MelFeatures::new(),
        })
    }

    /// The probability, 0 to 1, that speech of 16 kHz which ends in a pause is complete. Only recorded speech is judged
    /// well; synthetic speech that is cut off sounds complete.
    ///
    /// # Errors
    /// The model failed.
    pub fn complete(&self, samples: &[f32]) -> Result<f32, SpeechError> {
        let input = Array::floats(&[1, MELS, FRAMES], self.features.of(samples));
        let outputs = self.session.run(&[&input])?;
        // The output is named logits and is a probability already.
        let probability = outputs.first().and_then(|output| output.as_floats().first().copied());
        Ok(probability.unwrap_or_default())
    }
}
