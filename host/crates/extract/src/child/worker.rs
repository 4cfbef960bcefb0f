//! The child's side.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::Message;
use crate::{ExtractError, Extracted, Format, Tools, extract};

/// Entry of the hidden sub-command: takes the arguments after its name, limits itself, reads, answers on standard output.
pub fn worker(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = match Task::parse(arguments) {
        Some(task) => task.limit().and_then(|()| read(&task)),
        None => Err(ExtractError::Tool("This command is for VoiceAssist itself.".to_owned())),
    };
    match answer(outcome) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

struct Task {
    format: Format,
    cpu_seconds: u64,
    memory_bytes: u64,
    tools: Tools,
    path: PathBuf,
}

impl Task {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut arguments = arguments.into_iter();
        Some(Self {
            format: Format::parse(arguments.next()?.to_str()?)?,
            cpu_seconds: arguments.next()?.to_str()?.parse().ok()?,
            memory_bytes: arguments.next()?.to_str()?.parse().ok()?,
            tools: Tools {
                pdfium: arguments.next()?.into(),
                tesseract: arguments.next().filter(|t| !t.is_empty()).map(PathBuf::from),
            },
            path: arguments.next()?.into(),
        })
    }

    /// Before the first byte of the file is looked at.
    fn limit(&self) -> Result<(), ExtractError> {
        for (resource, amount) in [
            (Resource::Cpu, self.cpu_seconds),
            (Resource::As, self.memory_bytes),
            (Resource::Core, 0),
        ] {
            setrlimit(
                resource,
                Rlimit {
                    current: Some(amount),
                    maximum: Some(amount),
                },
            )
            .map_err(|e| ExtractError::Tool(format!("The reading process could not limit itself: {e}.")))?;
        }
        Ok(())
    }
}

fn read(task: &Task) -> Result<Extracted, ExtractError> {
    let mut progress = |done, total| {
        let _ = send(&mut std::io::stdout().lock(), &Message::Progress(done, total));
    };
    let reading = std::panic::AssertUnwindSafe(|| extract(&task.path, task.format, &task.tools, &mut progress));
    std::panic::catch_unwind(reading).unwrap_or_else(|_| Err(ExtractError::Broken("the reader panicked".to_owned())))
}

fn answer(outcome: Result<Extracted, ExtractError>) -> std::io::Result<()> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    match outcome {
        Ok(Extracted {
            pages,
            title,
            date,
            owner,
            ocr_pages,
        }) => {
            for page in pages {
                send(&mut output, &Message::Page(page))?;
            }
            send(
                &mut output,
                &Message::Done {
                    title,
                    date,
                    owner,
                    ocr_pages,
                },
            )?;
        }
        Err(error) => send(&mut output, &Message::Failed(error))?,
    }
    output.flush()
}

fn send(output: &mut impl Write, message: &Message) -> std::io::Result<()> {
    serde_json::to_writer(&mut *output, message)?;
    output.write_all(b"\n")?;
    output.flush()
}
