//! An original file for the child process that reads it: what is sealed never lies opened on the disk.

use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use super::blob::{self, Kept};
use crate::app::App;

/// A path from which a child process reads a content. What is sealed lies opened in memory only, for as long as this lives.
pub struct ForChild {
    path: PathBuf,
    _memory: Option<std::fs::File>,
}

impl ForChild {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Blocking.
///
/// # Errors
/// As [`blob::open`].
pub fn open(app: &App, hash: &str) -> std::io::Result<ForChild> {
    match blob::kept_file(&app.config.data_dir, hash)? {
        Kept::Plain(_) => Ok(ForChild {
            path: blob::place(&app.config.data_dir, hash),
            _memory: None,
        }),
        Kept::Sealed(file) => {
            let memory = rustix::fs::memfd_create("original", rustix::fs::MemfdFlags::CLOEXEC)?;
            let path = format!("/proc/{}/fd/{}", std::process::id(), memory.as_raw_fd());
            let mut memory = std::fs::File::from(memory);
            std::io::copy(&mut blob::unsealed(file, &app.vault)?, &mut memory)?;
            Ok(ForChild {
                path: path.into(),
                _memory: Some(memory),
            })
        }
    }
}
