//! The compiling child alone, for tests and measurements; the host has a subcommand of its own for it.

use std::process::ExitCode;

fn main() -> ExitCode {
    sandbox::compile_child()
}
