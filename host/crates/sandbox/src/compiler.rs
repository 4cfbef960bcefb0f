//! Where and how components are compiled.

use std::{ffi::OsString, path::PathBuf};

/// How components become machine code, and where that is kept.
#[derive(Clone, Debug)]
pub struct Compiler {
    pub(crate) program: Option<(PathBuf, Vec<OsString>)>,
    pub(crate) cache: Option<PathBuf>,
}

impl Compiler {
    /// In this process, without limits: for components that are trusted as the host is, and for tests.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            program: None,
            cache: None,
        }
    }

    /// In a child process, `program arguments...`, which must do nothing but [`crate::compile_child`].
    #[must_use]
    pub fn child(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self {
            program: Some((program, arguments)),
            cache: None,
        }
    }

    /// Keeps the machine code in `folder`, which is made with mode 0700 and belongs to the host alone.
    #[must_use]
    pub fn cached(self, folder: PathBuf) -> Self {
        Self {
            cache: Some(folder),
            ..self
        }
    }
}
