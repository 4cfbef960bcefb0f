//! What the commands say: one line per fact on standard error, so that standard output
//! stays free for results; a progress bar that becomes a line every ten seconds in a log.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Prints one line.
pub fn say(text: impl AsRef<str>) {
    // A closed terminal must not stop a build.
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// Prints one line of the result to standard output.
pub fn result(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// Progress of one download, in bytes.
pub struct Bar {
    label: String,
    total: Option<u64>,
    shown: Option<Instant>,
    terminal: bool,
}

impl Bar {
    pub fn new(label: &str, total: Option<u64>) -> Self {
        Self {
            label: label.to_owned(),
            total,
            shown: None,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    pub fn at(&mut self, done: u64) {
        let pause = if self.terminal {
            Duration::from_millis(100)
        } else {
            Duration::from_secs(10)
        };
        let complete = self.total == Some(done);
        if !complete && self.shown.is_some_and(|at| at.elapsed() < pause) {
            return;
        }
        self.shown = Some(Instant::now());
        let line = bar_line(&self.label, done, self.total);
        let mut out = std::io::stderr();
        let _ = match (self.terminal, complete) {
            (true, false) => write!(out, "\r{line}"),
            (true, true) => writeln!(out, "\r{line}"),
            (false, _) => writeln!(out, "{line}"),
        };
        let _ = out.flush();
    }
}

fn bar_line(label: &str, done: u64, total: Option<u64>) -> String {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let Some(total) = total.filter(|&total| total > 0) else {
        return format!("{label:<28} {:6.1} MB", mb(done));
    };
    let filled = (done.min(total) * 30 / total) as usize;
    format!(
        "{label:<28} [{}{}] {:6.1} of {:.1} MB",
        "#".repeat(filled),
        "-".repeat(30 - filled),
        mb(done),
        mb(total)
    )
}

/// `1 min 05 s`, `3.2 s`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_shows_share_and_size() {
        let line = bar_line("model", 15_000_000, Some(30_000_000));
        assert!(line.contains("###############---------------"), "{line}");
        assert!(line.contains("15.0 of 30.0 MB"), "{line}");
    }

    #[test]
    fn spans_read_well() {
        assert_eq!(span(Duration::from_millis(3_210)), "3.2 s");
        assert_eq!(span(Duration::from_secs(65)), "1 min 05 s");
    }
}
