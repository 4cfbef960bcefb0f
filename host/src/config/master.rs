//! Where the key comes from that wraps all others.

use std::path::PathBuf;

use super::{ConfigError, Values};
use crate::vault::master::MasterSource;

pub(super) fn key(values: &Values) -> Result<MasterSource, ConfigError> {
    let set = |key: &str| values.get(key).filter(|value| !value.is_empty());
    match (set("master_key_file"), set("master_key_command")) {
        (None, None) => Ok(MasterSource::None),
        (Some(file), None) => Ok(MasterSource::File(PathBuf::from(file))),
        (None, Some(command)) => Ok(MasterSource::Command(command.clone())),
        (Some(_), Some(_)) => Err(ConfigError::Combination(
            "MASTER_KEY_FILE and MASTER_KEY_COMMAND are both set. Set one of them.".into(),
        )),
    }
}
