//! How long the stages of one answer took. All times are milliseconds of the session's clock.

/// What is stored of one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// From the end of the voice to the question.
    pub eou_delay: Option<i64>,
    /// From asking for the final text to having it.
    pub transcription_delay: Option<i64>,
    /// From the question to the first sentence.
    pub llm_ttft: Option<i64>,
    /// From the first sentence to its first sound.
    pub tts_ttfb: Option<i64>,
    /// From the question to the first sound.
    pub ttfa: Option<i64>,
    /// From the end of the voice to the first sound that the client played.
    pub e2e: Option<i64>,
    /// From the voice that interrupted to the order to be silent.
    pub bargein_silence: Option<i64>,
    pub false_interruptions: i64,
    pub fallbacks: i64,
}

#[derive(Debug, Default)]
pub struct Measure {
    voice_on: Option<i64>,
    voice_off: Option<i64>,
    finishing: Option<i64>,
    asked: Option<i64>,
    sentence: Option<i64>,
    measured: Measured,
}

impl Measure {
    pub fn voice_on(&mut self, now: i64) {
        self.voice_on = Some(now);
    }

    pub fn voice_off(&mut self, now: i64) {
        self.voice_off = Some(now);
    }

    pub fn finishing(&mut self, now: i64) {
        self.finishing = Some(now);
    }

    pub fn understood(&mut self, now: i64) {
        self.measured.transcription_delay = self.finishing.take().map(|since| now - since);
    }

    /// A question stands; `spoken` when it was not typed.
    pub fn asked(&mut self, spoken: bool, now: i64) {
        self.voice_off = self.voice_off.filter(|_| spoken);
        self.measured.eou_delay = self.voice_off.map(|since| now - since);
        self.asked = Some(now);
        self.sentence = None;
    }

    pub fn sentence(&mut self, now: i64) {
        if self.sentence.is_none() {
            self.sentence = Some(now);
            self.measured.llm_ttft = self.asked.map(|since| now - since);
        }
    }

    pub fn sound(&mut self, now: i64) {
        if self.measured.ttfa.is_none() {
            self.measured.ttfa = self.asked.map(|since| now - since);
            self.measured.tts_ttfb = self.sentence.map(|since| now - since);
        }
    }

    pub fn playing(&mut self, now: i64) {
        if self.measured.e2e.is_none() {
            self.measured.e2e = self.voice_off.map(|since| now - since);
        }
    }

    pub fn hushed(&mut self, now: i64) {
        if self.measured.bargein_silence.is_none() {
            self.measured.bargein_silence = self.voice_on.map(|since| now - since);
        }
    }

    pub fn went_on(&mut self) {
        self.measured.false_interruptions += 1;
        self.measured.bargein_silence = None;
    }

    pub fn fell_back(&mut self) {
        self.measured.fallbacks += 1;
    }

    /// The answer is over; none when nothing was asked since the last one.
    pub fn take(&mut self) -> Option<Measured> {
        self.asked.take()?;
        self.sentence = None;
        Some(std::mem::take(&mut self.measured))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_is_measured_from_what_came_before_it() {
        let mut measure = Measure::default();
        measure.voice_on(100);
        measure.voice_off(1_000);
        measure.finishing(1_200);
        measure.understood(1_350);
        measure.asked(true, 1_400);
        measure.sentence(1_600);
        measure.sentence(1_700);
        measure.sound(1_800);
        measure.playing(1_900);
        measure.voice_on(3_000);
        measure.hushed(3_210);
        let wanted = Measured {
            eou_delay: Some(400),
            transcription_delay: Some(150),
            llm_ttft: Some(200),
            tts_ttfb: Some(200),
            ttfa: Some(400),
            e2e: Some(900),
            bargein_silence: Some(210),
            false_interruptions: 0,
            fallbacks: 0,
        };
        assert_eq!(measure.take(), Some(wanted));
        assert_eq!(measure.take(), None, "it is told once");
    }

    #[test]
    fn a_typed_question_has_no_end_of_a_voice() {
        let mut measure = Measure::default();
        measure.voice_off(10);
        measure.asked(false, 50);
        measure.playing(90);
        let measured = measure.take().unwrap_or_default();
        assert_eq!((measured.eou_delay, measured.e2e), (None, None));
    }
}
