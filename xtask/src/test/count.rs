//! Counts tests from the closing lines of their runners while passing the output on.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::Add;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command::{line, wait_limited};
use crate::term::say;

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Add for Count {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs a test runner, shows its output and adds up what `read` finds in its lines. A runner that
/// fails without counting a failure (it did not compile, it was killed) counts as one.
pub fn run_and_count(command: &mut Command, limit: Duration, read: fn(&str) -> Option<Count>) -> Result<Count> {
    let shown = line(command);
    say(format!("$ {shown}"));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let stdout = child.stdout.take().context("the output is piped")?;
    let reader = std::thread::spawn(move || {
        let mut sum = Count::default();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            say(&line);
            sum = sum + read(&line).unwrap_or_default();
        }
        sum
    });
    let status = wait_limited(&mut child, limit)?;
    let mut sum = reader.join().unwrap_or_default();
    let ended_well = status.is_some_and(|status| status.success());
    if !ended_well && sum.failed == 0 {
        sum.failed = 1;
    }
    if ended_well && sum == Count::default() {
        bail!("`{shown}` ran no test");
    }
    Ok(sum)
}

/// `test result: ok. 12 passed; 0 failed; 0 ignored; …`
pub fn cargo_line(line: &str) -> Option<Count> {
    let rest = line.strip_prefix("test result: ")?;
    Some(Count {
        passed: number_before(rest, " passed")?,
        failed: number_before(rest, " failed")?,
    })
}

/// The closing lines of Node's TAP reporter: `# pass 12`, `# fail 0`.
pub fn node_line(line: &str) -> Option<Count> {
    let number = |start: &str| line.strip_prefix(start)?.trim().parse().ok();
    match (number("# pass "), number("# fail ").or_else(|| number("# cancelled "))) {
        (Some(passed), _) => Some(Count { passed, failed: 0 }),
        (None, Some(failed)) => Some(Count { passed: 0, failed }),
        (None, None) => None,
    }
}

fn number_before(text: &str, word: &str) -> Option<u64> {
    text[..text.find(word)?]
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn script(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    }

    #[test]
    fn closing_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(cargo_line(line), Some(Count { passed: 12, failed: 3 }));
        assert_eq!(cargo_line("running 3 tests"), None);
        assert_eq!(node_line("# pass 7"), Some(Count { passed: 7, failed: 0 }));
        assert_eq!(node_line("# fail 2"), Some(Count { passed: 0, failed: 2 }));
    }

    #[test]
    fn several_binaries_are_added_up() {
        let ok = "test result: ok. 2 passed; 0 failed; 0 ignored";
        let sum = run_and_count(&mut script(&format!("echo '{ok}'; echo '{ok}'")), LIMIT, cargo_line).unwrap();
        assert_eq!(sum, Count { passed: 4, failed: 0 });
    }

    #[test]
    fn runner_that_dies_uncounted_is_a_failure() {
        assert_eq!(
            run_and_count(&mut script("exit 101"), LIMIT, cargo_line)
                .unwrap()
                .failed,
            1
        );
        assert_eq!(
            run_and_count(&mut script("sleep 30"), Duration::from_millis(200), cargo_line)
                .unwrap()
                .failed,
            1
        );
    }

    #[test]
    fn success_without_any_test_is_refused() {
        assert!(run_and_count(&mut script("true"), LIMIT, cargo_line).is_err());
    }
}
