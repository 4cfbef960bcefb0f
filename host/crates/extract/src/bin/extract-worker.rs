//! The child process on its own, for the tests of this crate; the product's binary has it as a hidden sub-command.

fn main() -> std::process::ExitCode {
    extract::child::worker(std::env::args_os().skip(2))
}
