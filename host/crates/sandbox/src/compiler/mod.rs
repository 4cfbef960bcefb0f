//! From components to machine code: compiled once, at install, in a limited child; kept with a MAC.
//!
//! wasmtime does not treat a component that is slow or large to compile as its own fault, and 60 s of Cranelift in
//! the host would be felt by every conversation.

mod cache;
mod child;

use std::{ffi::OsString, path::PathBuf};

use wasmtime::{Engine, component::Component};

pub(crate) use cache::Cache;
pub use child::compile_child;

use crate::{LoadError, SandboxError};

/// How components become machine code, and where that is kept.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// `None`: in this process.
    program: Option<(PathBuf, Vec<OsString>)>,
    folder: Option<PathBuf>,
}

impl Compiler {
    /// In this process, without limits: for components that are trusted as the host is, and for tests.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            program: None,
            folder: None,
        }
    }

    /// In a child process, `program arguments...`, which must do nothing but [`compile_child`].
    #[must_use]
    pub fn child(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self {
            program: Some((program, arguments)),
            folder: None,
        }
    }

    /// Keeps the machine code in `folder`, which is made with mode 0700 and belongs to the host alone.
    #[must_use]
    pub fn cached(self, folder: PathBuf) -> Self {
        Self {
            folder: Some(folder),
            ..self
        }
    }

    pub(crate) fn cache(&self, engine: &Engine) -> Result<Option<Cache>, SandboxError> {
        let open = |folder: &PathBuf| {
            Cache::open(folder, engine)
                .map_err(|error| SandboxError(format!("the folder {} cannot be used: {error}", folder.display())))
        };
        self.folder.as_ref().map(open).transpose()
    }

    /// Compiles a component that [`crate::surface`] has let pass.
    pub(crate) fn compile(
        &self,
        engine: &Engine,
        cache: Option<&Cache>,
        component: &[u8],
        digest: &blake3::Hash,
    ) -> Result<Component, LoadError> {
        let broken = |error: wasmtime::Error| LoadError::Compile(format!("{error:#}"));
        let Some((program, arguments)) = &self.program else {
            let compiled = Component::new(engine, component).map_err(broken)?;
            if let Some(cache) = cache {
                // The code is at hand either way; without the file the next start compiles again.
                let _ = compiled.serialize().map(|code| cache.write(digest, &code));
            }
            return Ok(compiled);
        };
        let code = child::compile(program, arguments, component)?;
        if let Some(cache) = cache {
            let _ = cache.write(digest, &code);
        }
        cache::trusted(engine, &code).map_err(broken)
    }
}
