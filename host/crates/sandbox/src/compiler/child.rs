//! Compiling in a child process that limits itself before it reads the first byte.

use std::{
    ffi::OsString,
    io::{Read, Write},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, Signal, setrlimit};

use crate::{LoadError, config};

/// CPython's 18 MB take 20 s optimised on one core of the reference machine.
const CPU_SECONDS: u64 = 60;
const ADDRESS_SPACE: u64 = 4 << 30;
/// For a machine that has other things to do.
const WALL: Duration = Duration::from_secs(240);
/// Machine code is about twice as large as its component, which has at most 32 MiB.
const CODE_BYTES: u64 = 256 << 20;
const MESSAGE_BYTES: usize = 2_000;

/// Compiles the component on standard input to standard output, within 60 s of processor time and 4 GiB of address
/// space. The program given to [`crate::Compiler::child`] calls it first thing and exits with what it returns.
#[must_use]
pub fn compile_child() -> ExitCode {
    let (code, output) = match limit_self().and_then(|()| read_and_compile()) {
        Ok(code) => (ExitCode::SUCCESS, code),
        Err(reason) => (ExitCode::FAILURE, reason.into_bytes()),
    };
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(&output).and_then(|()| stdout.flush()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

fn limit_self() -> Result<(), String> {
    for (resource, amount) in [
        (Resource::Cpu, CPU_SECONDS),
        (Resource::As, ADDRESS_SPACE),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(amount),
            maximum: Some(amount),
        };
        setrlimit(resource, limit).map_err(|error| format!("the compiler could not limit itself: {error}"))?;
    }
    Ok(())
}

fn read_and_compile() -> Result<Vec<u8>, String> {
    // A person waits for a chat answer, nobody for a compiler; where that is not allowed, it is as before.
    let _ = rustix::process::nice(10);
    let mut component = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut component)
        .map_err(|error| error.to_string())?;
    let engine = config::compiling().map_err(|error| format!("{error:#}"))?;
    engine
        .precompile_component(&component)
        .map_err(|error| format!("{error:#}"))
}

/// # Errors
/// `CompileLimit` when the child ended by a limit, `Compile` with the compiler's words otherwise.
pub(super) fn compile(program: &Path, arguments: &[OsString], component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| LoadError::Compile(format!("the compiler did not start: {error}")))?;
    let outcome = converse(&mut child, component);
    // Harmless when it has ended; otherwise nothing it still does matters.
    let _ = child.kill();
    let status = child.wait().map_err(|error| LoadError::Compile(error.to_string()))?;
    let output = outcome?;
    if status.success() {
        return Ok(output);
    }
    Err(match status.signal() {
        Some(signal) if signal == Signal::XCPU.as_raw() || signal == Signal::KILL.as_raw() => {
            LoadError::CompileLimit(format!("{CPU_SECONDS} s of processor time"))
        }
        Some(_) => LoadError::CompileLimit("memory".into()),
        None => {
            let words = String::from_utf8_lossy(&output[..output.len().min(MESSAGE_BYTES)]);
            LoadError::Compile(if words.is_empty() {
                "the compiler gave up".into()
            } else {
                words.into_owned()
            })
        }
    })
}

/// Writes from one thread and reads from another, so that neither pipe can fill up unread.
fn converse(child: &mut Child, component: &[u8]) -> Result<Vec<u8>, LoadError> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(LoadError::Compile("the compiler has no pipes".into()));
    };
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut code = Vec::new();
            let read = stdout.take(CODE_BYTES + 1).read_to_end(&mut code);
            let _ = sender.send(read.map(|_| code));
        });
        scope.spawn(move || {
            // A child that ended early closes the pipe; its status says why.
            let _ = stdin.write_all(component);
        });
        let received = receiver.recv_timeout(WALL);
        if received.is_err() {
            // Ends both threads: their pipes close with the child.
            let _ = child.kill();
        }
        let code = received
            .map_err(|_| LoadError::CompileLimit(format!("{} s", WALL.as_secs())))?
            .map_err(|error| LoadError::Compile(error.to_string()))?;
        if code.len() as u64 > CODE_BYTES {
            let _ = child.kill();
            return Err(LoadError::CompileLimit(format!("{} MiB of code", CODE_BYTES >> 20)));
        }
        Ok(code)
    })
}
