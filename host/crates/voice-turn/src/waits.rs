//! Every wait of a voice conversation.

/// All in milliseconds. What a person notices as haste or slowness is decided here and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Voice for this long is somebody speaking; a cough is shorter.
    pub speech_start: i64,
    /// Voice for this long over a spoken answer holds it: it goes on again when that was a cough.
    pub hold: i64,
    /// Quiet for this long is a pause, at which the turn detector is asked.
    pub speech_stop: i64,
    /// The least quiet before an answer when the turn is judged complete.
    pub turn_min: i64,
    /// The quiet after which a turn ends whatever the detector says; a setting of the user, 1500 to 4000.
    pub turn_max: i64,
    /// How long after a pause the final text may take before the latest partial text is used.
    pub final_text: i64,
    /// An utterance longer than this is not answered ahead of its end.
    pub speculate_below: i64,
    /// A turn ends here even when the voice does not.
    pub longest_speech: i64,
    /// Speech without words that was at least this long is answered with "I did not catch that".
    pub unheard: i64,
    /// Silence of the model after which a filler is said.
    pub filler: i64,
    /// Silence of the model after which the question counts as failed.
    pub model: i64,
    /// Silence of the voice after which an answer goes on as text only.
    pub voice: i64,
    /// How much later than its length an answer's end may be reported.
    pub playback: i64,
    /// Voice for this long over an answer interrupts it even when no word was understood yet.
    pub interrupt_voiced: i64,
    /// Words that are no stop word interrupt an answer only when their voice lasted this long: of less, what comes back of the
    /// answer's own sound is understood as anything.
    pub interrupt_words: i64,
    /// A held answer goes on after this much quiet.
    pub resume: i64,
    /// After the first sound of a session only words interrupt: the browser's echo cancelling is still learning.
    pub guard: i64,
    /// What was spoken this recently may come back through the microphone.
    pub echo: i64,
    /// A lost connection may come back within this time.
    pub reconnect: i64,
    /// A session in which nothing happens ends.
    pub idle: i64,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            speech_start: 160,
            hold: 96,
            speech_stop: 200,
            turn_min: 300,
            turn_max: 2_500,
            final_text: 1_000,
            speculate_below: 10_000,
            longest_speech: 60_000,
            unheard: 1_000,
            filler: 900,
            model: 30_000,
            voice: 4_000,
            playback: 3_000,
            interrupt_voiced: 900,
            interrupt_words: 400,
            resume: 1_000,
            guard: 3_000,
            echo: 5_000,
            reconnect: 30_000,
            idle: 600_000,
        }
    }
}
