//! How long things last, as named settings.

use std::collections::BTreeMap;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;

/// Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// An access token; the browser then fetches the next pair.
    pub access: i64,
    /// A session in which nothing is done.
    pub idle: i64,
    /// A session, whatever is done in it.
    pub absolute: i64,
    /// A used refresh token gives its successor again: two tabs refresh at once.
    pub grace: i64,
    /// A code of the second factor opens what needs one.
    pub fresh: i64,
}

const ACCESS: &str = "voiceassist_access_token_minutes";
const IDLE: &str = "voiceassist_session_idle_minutes";
const ABSOLUTE: &str = "voiceassist_session_hours";
const GRACE: &str = "voiceassist_refresh_grace_seconds";
const FRESH: &str = "voiceassist_second_factor_minutes";

/// Each with what it accepts. None can be set looser than the rules for patient data allow.
pub const SETTINGS: [(&str, &str); 5] = [
    (ACCESS, "whole minutes from 5 to 15"),
    (IDLE, "whole minutes from 1 to 15"),
    (ABSOLUTE, "whole hours from 1 to 12"),
    (GRACE, "whole seconds from 0 to 30"),
    (FRESH, "whole minutes from 1 to 5"),
];

impl Default for Times {
    fn default() -> Self {
        Self {
            access: 10 * MINUTE,
            idle: 15 * MINUTE,
            absolute: 12 * HOUR,
            grace: 10 * 1000,
            fresh: 5 * MINUTE,
        }
    }
}

impl Times {
    /// # Errors
    /// Name and value of the first setting that is not allowed.
    pub fn read(values: &BTreeMap<String, String>) -> Result<Self, (&'static str, String)> {
        let default = Self::default();
        let read = |name: &'static str, from: i64, to: i64, unit: i64, otherwise: i64| match values.get(name) {
            None => Ok(otherwise),
            Some(text) => match text.parse::<i64>() {
                Ok(number) if (from..=to).contains(&number) => Ok(number * unit),
                _ => Err((name, text.clone())),
            },
        };
        Ok(Self {
            access: read(ACCESS, 5, 15, MINUTE, default.access)?,
            idle: read(IDLE, 1, 15, MINUTE, default.idle)?,
            absolute: read(ABSOLUTE, 1, 12, HOUR, default.absolute)?,
            grace: read(GRACE, 0, 30, 1000, default.grace)?,
            fresh: read(FRESH, 1, 5, MINUTE, default.fresh)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_looser_than_allowed_is_refused_by_name() {
        let read = |name: &str, value: &str| Times::read(&BTreeMap::from([(name.to_owned(), value.to_owned())]));
        assert_eq!(read(IDLE, "5").map(|times| times.idle), Ok(5 * MINUTE));
        assert_eq!(read(IDLE, "120"), Err((IDLE, "120".to_owned())));
        assert_eq!(read(FRESH, "6"), Err((FRESH, "6".to_owned())));
        assert_eq!(read("something", "else"), Ok(Times::default()));
    }
}
