//! Runs other programs: what is run is printed, a failure names the command.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::term::{say, span};

/// The command as a person would type it.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs to the end with our standard output and error.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = line(command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and returns its standard output; standard error is part of the failure.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = line(command);
    let out = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !out.status.success() {
        bail!(
            "`{shown}` failed ({}): {}",
            out.status,
            String::from_utf8_lossy(&out.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Runs for at most `limit`; then it is killed with everything it started and the answer is `None`.
///
/// Children stay in our process group, so that Ctrl-C ends them with us.
pub fn run_limited(command: &mut Command, limit: Duration) -> Result<Option<ExitStatus>> {
    let shown = line(command);
    let mut child = command.spawn().with_context(|| format!("cannot start `{shown}`"))?;
    wait_limited(&mut child, limit)
}

/// Waits for at most `limit`; then kills the child and everything it started.
pub fn wait_limited(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    kill_tree(child);
    Ok(None)
}

/// Ends a child and its descendants, from the bottom up.
fn kill_tree(child: &mut Child) {
    let mut tree = vec![child.id()];
    let mut at = 0;
    while at < tree.len() {
        tree.extend(children(tree[at]));
        at += 1;
    }
    let ids = tree.iter().rev().map(u32::to_string);
    let _ = Command::new("kill").arg("-9").args(ids).stderr(Stdio::null()).status();
    let _ = child.wait();
}

/// The running children of a process.
pub fn children(id: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The first program of that name on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Cargo as the caller runs it, in the workspace.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    // The outer `cargo run` describes xtask's own package in these; an inner build must not see them.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            command.env_remove(name);
        }
    }
    command
}

/// The same command, giving way to what runs beside it.
pub fn behind(command: &Command) -> Command {
    let mut nice = Command::new("nice");
    nice.args(["-n", "5"])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    nice
}

/// Announces and runs, for at most `limit` where one is given.
pub fn announce(command: &mut Command, limit: Option<Duration>) -> Result<()> {
    let shown = line(command);
    say(format!("$ {shown}"));
    let Some(limit) = limit else {
        return run(command);
    };
    match run_limited(command, limit)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`{shown}` failed ({status})"),
        None => bail!("`{shown}` was ended after {}", span(limit)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn command_over_its_limit_is_killed_with_its_children() {
        let start = Instant::now();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & sleep 60"]);
        let mut child = command.spawn().unwrap();
        let mut started = Vec::new();
        while started.is_empty() && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
            started = children(child.id());
        }
        assert!(!started.is_empty());
        assert!(wait_limited(&mut child, Duration::from_millis(200)).unwrap().is_none());
        assert!(start.elapsed() < Duration::from_secs(50));
        let lives = |id: &u32| {
            // An ended process is listed until whoever inherits it collects it.
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            !stat.is_empty() && ![") Z ", ") X "].iter().any(|dead| stat.contains(dead))
        };
        while started.iter().any(lives) {
            assert!(start.elapsed() < Duration::from_secs(50), "a child outlived its parent");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn announced_command_over_its_limit_is_a_failure_that_says_so() {
        let limit = Some(Duration::from_millis(100));
        let error = announce(Command::new("sleep").arg("60"), limit)
            .unwrap_err()
            .to_string();
        assert!(error.contains("`sleep 60` was ended after 0.1 s"), "{error}");
        assert!(announce(&mut Command::new("true"), Some(Duration::from_secs(60))).is_ok());
        assert!(announce(&mut Command::new("false"), None).is_err());
    }

    #[test]
    fn failure_names_the_command_and_its_error() {
        let error = output(Command::new("sh").args(["-c", "echo broken >&2; exit 3"]))
            .unwrap_err()
            .to_string();
        assert!(error.contains("broken") && error.contains("exit 3"), "{error}");
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-here").is_none());
    }
}
