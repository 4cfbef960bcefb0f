//! What a user sets for talking: which microphone, how fast the voice speaks, how long a pause may be.

use std::ops::RangeInclusive;

/// Times the voice's own pace, in hundredths.
pub const SPEED: RangeInclusive<u32> = 80..=130;
/// Milliseconds of quiet after which a question counts as finished.
pub const PAUSE: RangeInclusive<u32> = 1_500..=4_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// As the browser names it; its own choice when empty.
    pub device: String,
    pub speed: u32,
    pub pause_ms: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            device: String::new(),
            speed: 100,
            pause_ms: 2_500,
        }
    }
}

impl Settings {
    /// As kept by [`Settings::kept`]; what is missing or out of bounds is as in the beginning.
    pub fn read(kept: &str) -> Self {
        let mut parts = kept.splitn(3, ' ');
        let mut number = |bounds: RangeInclusive<u32>| {
            parts
                .next()
                .and_then(|part| part.parse().ok())
                .filter(|value| bounds.contains(value))
        };
        let (speed, pause) = (number(SPEED), number(PAUSE));
        let fresh = Self::default();
        Self {
            device: parts.next().unwrap_or_default().to_owned(),
            speed: speed.unwrap_or(fresh.speed),
            pause_ms: pause.unwrap_or(fresh.pause_ms),
        }
    }

    pub fn kept(&self) -> String {
        format!("{} {} {}", self.speed, self.pause_ms, self.device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_kept_and_bad_ones_are_left_out() {
        let settings = Settings {
            device: "a b".into(),
            speed: 120,
            pause_ms: 4_000,
        };
        assert_eq!(Settings::read(&settings.kept()), settings);
        assert_eq!(Settings::read(""), Settings::default());
        assert_eq!(Settings::read("300 1 x").device, "x");
        assert_eq!(Settings::read("300 1 x").speed, 100);
    }
}
