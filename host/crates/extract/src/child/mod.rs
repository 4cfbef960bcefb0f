//! Reads one file in a child process: a hostile file can only end its own process.
//!
//! The parent is blocking; call it where blocking is allowed.

mod worker;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use api_types::Page;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};

use crate::{ExtractError, Extracted, Format, Tools};

pub use worker::worker;

/// Name of the hidden sub-command that [`run`] starts and that must call [`worker`].
pub const SUB_COMMAND: &str = "extract-worker";

/// Makes glibc keep the memory that PDFium gives back with each page for the next one: a tenth of the time of dense pages.
const ALLOCATOR: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.top_pad=33554432:glibc.malloc.trim_threshold=268435456",
);

/// What one file may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub wall: Duration,
    /// For the child and again for every program it starts.
    pub cpu_seconds: u64,
    /// Address space, for the child and again for every program it starts.
    pub memory_bytes: u64,
}

impl Default for Limits {
    /// Room for a scanned book: Tesseract takes 2 to 4 seconds a page.
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(3_600),
            cpu_seconds: 900,
            memory_bytes: 3 << 30,
        }
    }
}

/// What the child writes, one a line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Message {
    Progress(u32, u32),
    Page(Page),
    Done {
        title: Option<String>,
        date: Option<String>,
        owner: Option<String>,
        ocr_pages: u32,
    },
    Failed(ExtractError),
}

/// Longest line taken from the child, in bytes; a page of 100,000 words has some 10 MB.
const MAX_LINE: u64 = 256 << 20;
/// How often cancelling and the clock are looked at.
const TICK: Duration = Duration::from_millis(50);

/// Reads `path` in a child process of `exe`, which must hand its arguments after [`SUB_COMMAND`] to [`worker`].
///
/// # Errors
/// As [`crate::extract`], and `Timeout`, `Memory`, `Cancelled` (set `cancel`), or `Broken` when the child crashed or answered nonsense.
pub fn run(
    exe: &Path,
    path: &Path,
    format: Format,
    tools: &Tools,
    limits: &Limits,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Extracted, ExtractError> {
    let mut child = spawn(exe, path, format, tools, limits)?;
    let outcome = follow(&mut child, limits, cancel, progress);
    // The whole group, so that a running Tesseract ends as well; after a good end there is nobody left to kill.
    if let Some(group) = Pid::from_raw(child.id() as i32) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let status = child.wait().map_err(ExtractError::broken)?;
    outcome.unwrap_or_else(|ended| Err(ended.error(status, limits)))
}

fn spawn(exe: &Path, path: &Path, format: Format, tools: &Tools, limits: &Limits) -> Result<Child, ExtractError> {
    let mut command = Command::new(exe);
    command
        .arg(SUB_COMMAND)
        .arg(format.as_str())
        .arg(limits.cpu_seconds.to_string())
        .arg(limits.memory_bytes.to_string());
    command
        .arg(&tools.pdfium)
        .arg(tools.tesseract.as_deref().map_or(OsStr::new(""), Path::as_os_str))
        .arg(path);
    // Nothing of the host's environment: it holds secrets.
    command.env_clear().env(ALLOCATOR.0, ALLOCATOR.1);
    for name in ["PATH", "LANG", "TESSDATA_PREFIX"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0);
    command
        .spawn()
        .map_err(|e| ExtractError::Tool(format!("The reading process could not be started: {e}.")))
}

/// The child ended or was given up without an answer.
struct Ended {
    error: Option<ExtractError>,
    most_memory: u64,
}

impl Ended {
    fn error(self, status: ExitStatus, limits: &Limits) -> ExtractError {
        if let Some(error) = self.error {
            return error;
        }
        const SIGABRT: i32 = Signal::ABORT.as_raw();
        const SIGKILL: i32 = Signal::KILL.as_raw();
        const SIGXCPU: i32 = Signal::XCPU.as_raw();
        match status.signal() {
            Some(SIGXCPU | SIGKILL) => ExtractError::Timeout,
            // Rust and C++ abort when memory cannot be had; PDFium also traps.
            Some(SIGABRT) => ExtractError::Memory,
            Some(_) if self.most_memory > limits.memory_bytes / 2 => ExtractError::Memory,
            _ => ExtractError::Broken(format!("the reading process ended with {status}")),
        }
    }
}

type Outcome = Result<Result<Extracted, ExtractError>, Ended>;

fn follow(child: &mut Child, limits: &Limits, cancel: &AtomicBool, progress: &mut dyn FnMut(u32, u32)) -> Outcome {
    let deadline = Instant::now() + limits.wall;
    let lines = lines(child);
    let mut pages = Vec::new();
    let mut ended = Ended {
        error: None,
        most_memory: 0,
    };
    loop {
        ended.most_memory = ended.most_memory.max(memory(child.id()));
        if cancel.load(Ordering::Relaxed) {
            return Ok(Err(ExtractError::Cancelled));
        }
        if Instant::now() >= deadline {
            return Ok(Err(ExtractError::Timeout));
        }
        let line = match lines.recv_timeout(TICK) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return Err(wait(child, ended, deadline)),
        };
        match serde_json::from_str(&line) {
            Ok(Message::Progress(done, total)) => progress(done, total),
            Ok(Message::Page(page)) => pages.push(page),
            Ok(Message::Done {
                title,
                date,
                owner,
                ocr_pages,
            }) => {
                return Ok(Ok(Extracted {
                    pages,
                    title,
                    date,
                    owner,
                    ocr_pages,
                }));
            }
            Ok(Message::Failed(error)) => return Ok(Err(error)),
            Err(error) => {
                ended.error = Some(ExtractError::broken(format!(
                    "the reading process answered nonsense: {error}"
                )));
                return Err(ended);
            }
        }
    }
}

/// The child closed its output: gives it a moment to end by itself, so that the signal that ended it is known.
fn wait(child: &mut Child, mut ended: Ended, deadline: Instant) -> Ended {
    let patience = deadline.min(Instant::now() + Duration::from_secs(2));
    while Instant::now() < patience {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return ended;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    ended.error = Some(ExtractError::Broken(
        "the reading process closed its output without an answer".to_owned(),
    ));
    ended
}

/// Lines of the child's output from a thread of their own; the channel is short, so a fast child waits.
fn lines(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = sync_channel(16);
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut reader = BufReader::new(output);
            loop {
                let mut line = Vec::new();
                let read = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
                if !matches!(read, Ok(n) if n > 0) || sender.send(String::from_utf8_lossy(&line).into_owned()).is_err()
                {
                    return;
                }
            }
        });
    }
    receiver
}

/// Address space of a process in bytes; 0 when unknown.
fn memory(pid: u32) -> u64 {
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm"))
        .ok()
        .and_then(|s| s.split(' ').next()?.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}
