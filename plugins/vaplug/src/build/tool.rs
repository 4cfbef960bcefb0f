//! Runs other programs.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::print::line;

/// Runs to the end; what the program said is shown when it failed.
pub fn run(command: &mut Command, purpose: &str) -> Result<()> {
    let out = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().to_string_lossy()))?;
    if !out.status.success() {
        for stream in [out.stdout, out.stderr] {
            let text = String::from_utf8_lossy(&stream);
            if !text.trim().is_empty() {
                line(text.trim_end());
            }
        }
        bail!("{purpose} failed; what is above says why");
    }
    Ok(())
}

/// The first program of that name on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
