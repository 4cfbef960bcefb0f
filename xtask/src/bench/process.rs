//! CPU time and memory of a process and its children, from /proc.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::command::children;

/// Clock ticks a second, fixed on Linux for programs.
const TICKS: f64 = 100.0;

/// CPU seconds of a process and of its ended children.
pub fn cpu_seconds(id: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).context("the process has ended")?;
    parse_cpu(&stat).context("/proc/…/stat has another form")
}

/// Fields 14 to 17: user and system time, own and of waited-for children.
fn parse_cpu(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: Option<Vec<f64>> = fields.get(11..15)?.iter().map(|field| field.parse().ok()).collect();
    Some(ticks?.iter().sum::<f64>() / TICKS)
}

/// The most memory that a process has used, in kB.
pub fn peak_kb(id: u32) -> Option<u64> {
    status_kb(id, "VmHWM:")
}

/// The memory that a process uses now, in kB.
pub fn resident_kb(id: u32) -> Option<u64> {
    status_kb(id, "VmRSS:")
}

fn status_kb(id: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// Looks for the children of a process and keeps the highest peak of any of them.
pub struct ChildPeak {
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl ChildPeak {
    pub fn watch(id: u32) -> Self {
        let (stop, peak) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (thread_stop, thread_peak) = (Arc::clone(&stop), Arc::clone(&peak));
        let thread = std::thread::spawn(move || {
            while !thread_stop.load(Ordering::Relaxed) {
                let found = children(id).into_iter().filter_map(peak_kb).max().unwrap_or(0);
                thread_peak.fetch_max(found, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        Self { stop, peak, thread }
    }

    pub fn finish(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
        self.peak.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_also_behind_a_name_with_brackets() {
        let stat = "12 (a) b) S 1 12 12 0 -1 4194560 1 2 3 4 100 50 30 20 20 0 3 0 1";
        assert_eq!(parse_cpu(stat), Some(2.0));
    }

    #[test]
    fn own_process_has_used_memory_and_time() {
        let own = std::process::id();
        // The kernel counts per thread and sums up later, so that neither bounds the other exactly.
        assert!(peak_kb(own).unwrap() > 500 && resident_kb(own).unwrap() > 500);
        assert!(cpu_seconds(own).is_ok());
    }
}
