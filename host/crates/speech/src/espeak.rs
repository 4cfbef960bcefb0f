//! espeak-ng as a child process: the voice that always works. Robotic, and without a model.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::{Sound, SpeechError, Word, from_pcm16};

/// How often a running child is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// Ten minutes of its sound; more is a mistake.
const MOST_BYTES: u64 = 22_050 * 2 * 600;
/// "RIFF", "WAVE", the format and the data chunk's head, as espeak-ng writes to a pipe.
const HEADER: usize = 44;

/// Words per minute at the usual speed.
const USUAL: f32 = 175.0;

/// The program, and how long one text may take it.
#[derive(Clone, Debug)]
pub struct Espeak {
    program: PathBuf,
    limit: Duration,
}

/// Kills the child when it is dropped, however that comes about.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Espeak {
    /// `program` is a path, or a name that is looked up.
    pub fn new(program: &Path, limit: Duration) -> Self {
        Self {
            program: program.to_owned(),
            limit,
        }
    }

    /// Speaks American English, `speed` times as fast as usual. Blocks until the sound is whole, `cancelled` is set, or
    /// the time is over.
    ///
    /// # Errors
    /// The program is missing, failed, was too slow, or was cancelled. It is not running any more then.
    pub fn say(&self, text: &str, speed: f32, cancelled: &AtomicBool) -> Result<Sound, SpeechError> {
        let mut command = Command::new(&self.program);
        command
            .args(["-v", "en-us", "--stdin", "--stdout", "-b", "1", "-s"])
            .arg(format!("{:.0}", USUAL * speed))
            .env_clear();
        for name in ["PATH", "ESPEAK_DATA_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SpeechError::NoEspeak)?;
        let mut running = Running(child);
        let (Some(mut input), Some(output)) = (running.0.stdin.take(), running.0.stdout.take()) else {
            return Err(SpeechError::Espeak("it has no pipes".into()));
        };
        let text_bytes = text.as_bytes().to_vec();
        let writer = std::thread::spawn(move || input.write_all(&text_bytes));
        let (sender, receiver) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = output.take(MOST_BYTES).read_to_end(&mut bytes);
            let _ = sender.send(read.map(|_| bytes));
        });
        let end = Instant::now() + self.limit;
        let finished = self
            .bytes(&receiver, cancelled, end)
            .and_then(|bytes| Ok((bytes, self.exit(&mut running.0, cancelled, end)?)));
        // Its ends of the pipes close with it, which ends both threads.
        drop(running);
        let _ = writer.join();
        let _ = reader.join();
        let (bytes, status) = finished?;
        if !status.success() {
            return Err(SpeechError::Espeak(status.to_string()));
        }
        sound(&bytes, text)
    }

    fn bytes(
        &self,
        receiver: &mpsc::Receiver<std::io::Result<Vec<u8>>>,
        cancelled: &AtomicBool,
        end: Instant,
    ) -> Result<Vec<u8>, SpeechError> {
        loop {
            match receiver.recv_timeout(LOOK) {
                Ok(bytes) => return bytes.map_err(|e| SpeechError::Espeak(e.to_string())),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(SpeechError::Espeak("its output was lost".into()));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.go_on(cancelled, end)?,
            }
        }
    }

    fn exit(&self, child: &mut Child, cancelled: &AtomicBool, end: Instant) -> Result<ExitStatus, SpeechError> {
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => self.go_on(cancelled, end)?,
                Err(e) => return Err(SpeechError::Espeak(e.to_string())),
            }
            std::thread::sleep(LOOK);
        }
    }

    fn go_on(&self, cancelled: &AtomicBool, end: Instant) -> Result<(), SpeechError> {
        if cancelled.load(Ordering::Relaxed) {
            return Err(SpeechError::Cancelled);
        }
        if Instant::now() >= end {
            return Err(SpeechError::TooSlow(self.limit.as_millis()));
        }
        Ok(())
    }
}

/// A WAV file written to a pipe: its lengths are not filled in.
fn sound(bytes: &[u8], text: &str) -> Result<Sound, SpeechError> {
    let wrong = || SpeechError::Espeak("its output is no WAV file of 16-bit samples".into());
    let (head, data) = bytes.split_at_checked(HEADER).ok_or_else(wrong)?;
    let rate = head
        .get(24..28)
        .and_then(|rate| rate.try_into().ok())
        .map(u32::from_le_bytes);
    let fits = head.starts_with(b"RIFF") && head.get(36..40) == Some(b"data") && head.get(34) == Some(&16);
    let rate = rate
        .filter(|rate| fits && (8_000..=48_000).contains(rate))
        .ok_or_else(wrong)?;
    let samples = from_pcm16(data);
    let words = Word::evenly(text, samples.len() as i64 * 1_000 / i64::from(rate));
    Ok(Sound { rate, samples, words })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::{Mutex, MutexGuard};

    use super::*;

    /// A script that is still open for writing in a child of another test cannot be run.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

    fn alone() -> MutexGuard<'static, ()> {
        ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn script(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("voice");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        (folder, path)
    }

    fn runs(pid_file: &Path) -> bool {
        let pid = std::fs::read_to_string(pid_file).unwrap();
        Path::new(&format!("/proc/{}", pid.trim())).exists()
    }

    #[test]
    fn slow_program_is_killed_in_time() {
        let _alone = alone();
        let (folder, path) = script("echo $$ > \"$(dirname $0)/pid\"; exec sleep 60");
        let begun = Instant::now();
        let slow = Espeak::new(&path, Duration::from_millis(400)).say("a", 1.0, &AtomicBool::new(false));
        assert!(matches!(slow, Err(SpeechError::TooSlow(400))));
        let (_folder, path) = script("exec >&-; exec sleep 60");
        let quiet = Espeak::new(&path, Duration::from_millis(200)).say("a", 1.0, &AtomicBool::new(false));
        assert!(matches!(quiet, Err(SpeechError::TooSlow(200))));
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(!runs(&folder.path().join("pid")));
    }

    #[test]
    fn cancelling_ends_it_at_once() {
        let _alone = alone();
        let (folder, path) = script("echo $$ > \"$(dirname $0)/pid\"; exec sleep 60");
        let cancelled = std::sync::Arc::new(AtomicBool::new(false));
        let flag = cancelled.clone();
        let pid = folder.path().join("pid");
        let watcher = std::thread::spawn(move || {
            while !pid.metadata().is_ok_and(|meta| meta.len() > 1) {
                std::thread::yield_now();
            }
            flag.store(true, Ordering::Relaxed);
        });
        let ended = Espeak::new(&path, Duration::from_secs(30)).say("a", 1.0, &cancelled);
        watcher.join().unwrap();
        assert!(matches!(ended, Err(SpeechError::Cancelled)));
        assert!(!runs(&folder.path().join("pid")));
    }

    #[test]
    fn failures_say_what_to_do() {
        let _alone = alone();
        let gone =
            Espeak::new(Path::new("/nowhere/voice"), Duration::from_secs(1)).say("a", 1.0, &AtomicBool::new(false));
        assert!(gone.unwrap_err().to_string().contains("apt install espeak-ng"));
        let (_folder, path) = script("exit 3");
        let failed = Espeak::new(&path, Duration::from_secs(5)).say("a", 1.0, &AtomicBool::new(false));
        assert!(failed.unwrap_err().to_string().contains('3'));
        let (_folder, path) = script("echo hello");
        let odd = Espeak::new(&path, Duration::from_secs(5)).say("a", 1.0, &AtomicBool::new(false));
        assert!(odd.unwrap_err().to_string().contains("no WAV file"));
    }
}
