//! How many conversations by voice there may be.

use super::{ConfigError, Values, invalid, parse};

/// The setting, with what it accepts.
pub(super) const SESSIONS: (&str, &str) = ("voiceassist_voice_sessions", "a whole number from 0 (no voice) to 256");
/// One that speaks and listens takes about a fifth of a core.
const DEFAULT: usize = 8;
const MOST: usize = 256;

/// Sessions at the same time; 0 is no voice.
pub(super) fn sessions(values: &Values) -> Result<usize, ConfigError> {
    match parse::<usize>(values, SESSIONS.0)? {
        None => Ok(DEFAULT),
        Some(sessions) if sessions <= MOST => Ok(sessions),
        Some(sessions) => Err(invalid(SESSIONS.0, &sessions.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voice_can_be_limited_and_switched_off() {
        let read = |text: &str| sessions(&[(SESSIONS.0.to_owned(), text.to_owned())].into());
        assert!(read("0").is_ok_and(|sessions| sessions == 0));
        assert!(sessions(&Values::new()).is_ok_and(|sessions| sessions == DEFAULT));
        let wrong = read("257").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(wrong.contains("0 (no voice) to 256"), "{wrong}");
    }
}
