//! `cargo xtask wasm`: the plugins and the browser's bundle, each only when its sources changed.

mod bundle;
mod plugins;
mod toolchain;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command::{announce, behind, cargo, run};
use crate::paths::Paths;
use crate::run::build_host;
use crate::setup::Purpose;
use crate::term::say;
use toolchain::Toolchain;

/// The program that finishes modules.
pub const FINISHER: &str = "xtask-wasm";

/// `programs` are built by one call, [`FINISHER`] among them: apart they would compile what they share twice.
pub fn wasm(paths: &Paths, purpose: Purpose, programs: &[&str]) -> Result<()> {
    let tools = Tools {
        paths,
        purpose,
        programs,
        toolchain: OnceCell::new(),
        finisher: OnceCell::new(),
    };
    let _ = tools.toolchain()?;
    let of_plugins = tools.again();
    std::thread::scope(|scope| {
        let plugins = scope.spawn(move || plugins::build(&of_plugins));
        // Its last minutes are one thread's.
        let bundle = bundle::build(&tools);
        let plugins = plugins
            .join()
            .unwrap_or_else(|_| bail!("building the plugins panicked"));
        bundle.and(plugins)
    })
}

/// Lints the web client for its own target; skipped with Debian's compiler, which has no clippy.
pub fn clippy_web(paths: &Paths) -> Result<()> {
    let Toolchain::Rustup = toolchain::find_or_install(&paths.root)? else {
        say("the web client is not linted: this machine has no clippy for WebAssembly");
        return Ok(());
    };
    let mut command = cargo(&paths.root.join("web"));
    command.args([
        "clippy",
        "--locked",
        "--target",
        toolchain::TARGET,
        "--",
        "-D",
        "warnings",
    ]);
    announce(
        command.env("CARGO_TARGET_DIR", paths.side_target("web")),
        Purpose::Test.limit(),
    )
}

/// The compiler and the finishing program, found or built when first needed.
struct Tools<'a> {
    paths: &'a Paths,
    purpose: Purpose,
    programs: &'a [&'a str],
    toolchain: OnceCell<Toolchain>,
    finisher: OnceCell<PathBuf>,
}

impl Tools<'_> {
    /// For another thread.
    fn again(&self) -> Self {
        Self {
            toolchain: self.toolchain.clone(),
            finisher: OnceCell::new(),
            ..*self
        }
    }

    fn toolchain(&self) -> Result<&Toolchain> {
        if self.toolchain.get().is_none() {
            let found = toolchain::find_or_install(&self.paths.root)?;
            let _ = self.toolchain.set(found);
        }
        Ok(self.toolchain.get_or_init(|| Toolchain::Rustup))
    }

    /// Builds in `folder` and returns the folder of the modules.
    fn compile(&self, folder: &Path, side: &str, profile: &str) -> Result<PathBuf> {
        let target = self.paths.side_target(side);
        let mut build = self.toolchain()?.build(folder, &target);
        // The host's last crate compiles on one core; what waits for the other must not have delayed it.
        announce(&mut behind(build.args(["--profile", profile])), self.purpose.limit())?;
        Ok(target.join(toolchain::TARGET).join(profile))
    }

    /// Runs `xtask-wasm`, built when first needed.
    fn finish(&self, verb: &str, files: &[&Path]) -> Result<()> {
        if self.finisher.get().is_none() {
            build_host(self.paths, self.purpose, self.programs)?;
            let _ = self.finisher.set(self.paths.target.join("debug").join(FINISHER));
        }
        let program = self.finisher.get_or_init(PathBuf::new);
        run(std::process::Command::new(program).arg(verb).args(files))
    }

    /// What besides the sources decides the result.
    fn salt(&self) -> Result<String> {
        self.toolchain()?.version(&self.paths.root)
    }
}
