//! A file that is only ever appended to, and flushed to the disk. Opened each time, so that a file which was moved away is
//! not written on unseen.

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// # Errors
/// In words for an operator.
pub async fn append(path: &Path, text: String) -> Result<(), String> {
    let owned = path.to_owned();
    let written = tokio::task::spawn_blocking(move || write(&owned, &text)).await;
    let failed = |reason: String| format!("{} cannot be written: {reason}", path.display());
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .read(true)
        .create(true)
        .mode(0o640)
        .open(path)?;
    if text.is_empty() {
        return Ok(());
    }
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    // A line that was cut off by the end of a process stays alone; it comes again whole.
    if last != *b"\n" {
        file.write_all(b"\n")?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_data()
}
