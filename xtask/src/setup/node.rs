//! The browser tests run on Node; older than 20 lacks parts of its test runner.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::output;

pub fn check() -> Result<()> {
    let text = output(Command::new("node").arg("--version")).context("Node is missing: the browser tests need it")?;
    match major(&text) {
        Some(20..) => Ok(()),
        _ => bail!(
            "Node {} is too old for the browser tests, which need 20 or newer; Debian 12 ships 18: \
             install a newer nodejs package and run this again",
            text.trim()
        ),
    }
}

/// `v20.20.2` -> 20
fn major(text: &str) -> Option<u32> {
    text.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v18.19.0"), Some(18));
        assert_eq!(major("none"), None);
    }
}
