//! From components to machine code: compiled once, at install, in a limited child; kept with a MAC.
//!
//! wasmtime does not treat a component that is slow or large to compile as its own fault, and 60 s of Cranelift in
//! the host would be felt by every conversation.

mod cache;
mod child;

use std::{ffi::OsString, path::PathBuf};

use wasmtime::{Engine, component::Component};

pub(crate) use cache::Cache;
use cache::Key;
pub use child::compile_child;

use crate::{LoadError, SandboxError};

/// How components become machine code, and where that is kept.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// `None`: in this process.
    program: Option<(PathBuf, Vec<OsString>)>,
    cache: Option<(PathBuf, Key)>,
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

    /// In a child process, `program arguments...`, which must do nothing but [`compile_child`].
    #[must_use]
    pub fn child(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self {
            program: Some((program, arguments)),
            cache: None,
        }
    }

    /// Keeps the machine code in `folder`, which is made with mode 0700 and belongs to the host alone. Its MACs are
    /// under the key that lies there; `fresh_key`, 32 random bytes, becomes it where none does yet.
    #[must_use]
    pub fn cached(self, folder: PathBuf, fresh_key: [u8; 32]) -> Self {
        Self {
            cache: Some((folder, Key(fresh_key))),
            ..self
        }
    }

    pub(crate) fn cache(&self, engine: &Engine) -> Result<Option<Cache>, SandboxError> {
        let open = |(folder, key): &(PathBuf, Key)| {
            Cache::open(folder, key, engine)
                .map_err(|error| SandboxError(format!("the folder {} cannot be used: {error}", folder.display())))
        };
        self.cache.as_ref().map(open).transpose()
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
