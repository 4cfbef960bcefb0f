//! The audit trail's key and its second copy.

use std::path::PathBuf;

use super::{ConfigError, Values, boolean, invalid, parse};
use crate::audit::settings::{AuditSettings, Target};

const KEY_FILE: &str = "audit_signing_key_file";
const SINK: &str = "audit_sink";
const REQUIRED: &str = "audit_sink_required";

pub(super) const KNOWN: [(&str, &str); 3] = [
    (KEY_FILE, "the absolute path of a file with 64 hexadecimal digits"),
    (SINK, "file:/PATH, syslog:unix:/PATH or syslog:tcp://HOST:PORT"),
    (REQUIRED, "true or false"),
];

pub(super) fn settings(values: &Values) -> Result<AuditSettings, ConfigError> {
    let given = |key: &str| values.get(key).filter(|value| !value.is_empty());
    let key_file = given(KEY_FILE).map(PathBuf::from);
    if let Some(path) = key_file.as_ref().filter(|path| !path.is_absolute()) {
        return Err(invalid(KEY_FILE, &path.display().to_string()));
    }
    let sink: Option<Target> = match given(SINK) {
        Some(_) => parse(values, SINK)?,
        None => None,
    };
    let sink_required = boolean(values, REQUIRED)?.unwrap_or(false);
    if sink_required && sink.is_none() {
        return Err(ConfigError::Combination(
            "AUDIT_SINK_REQUIRED is set but AUDIT_SINK is not. Say where the second copy of the audit trail goes."
                .into(),
        ));
    }
    Ok(AuditSettings {
        key_file,
        sink,
        sink_required,
        ..AuditSettings::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<AuditSettings, ConfigError> {
        let values = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        settings(&values.collect())
    }

    #[test]
    fn a_required_sink_must_be_named_and_a_wrong_one_says_what_is_allowed() {
        assert!(read(&[]).is_ok_and(|settings| settings.sink.is_none() && !settings.sink_required));
        let both = [
            ("audit_sink", "file:/var/log/audit.jsonl"),
            ("audit_sink_required", "true"),
        ];
        assert!(read(&both).is_ok_and(|settings| settings.sink_required));
        let said = |pairs: &[(&str, &str)]| read(pairs).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said(&both[1..]).contains("AUDIT_SINK"));
        assert!(said(&[("audit_sink", "udp://x")]).contains("syslog:tcp://HOST:PORT"));
        assert!(said(&[("audit_signing_key_file", "key")]).contains("absolute"));
    }
}
