//! The only place that writes to the terminal.

use std::io::Write;

/// A terminal that is gone is no reason to fail.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// `  label      text`
pub fn row(label: &str, text: &str) {
    line(&format!("  {label:<12} {text}"));
}

/// Of a build in kB or MB.
pub fn size(bytes: usize) -> String {
    if bytes < 1_000_000 {
        format!("{} kB", bytes.div_ceil(1000))
    } else {
        format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    }
}
