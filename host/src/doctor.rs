//! `voiceassist doctor`: what this machine lacks, and the command that mends it.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use extract::Tools;
use speech::{Recognizer, TurnDetector, Voice, VoiceDetector};

use crate::config::Config;

/// One thing that was looked at.
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// What to do about it; empty when `ok`.
    pub fix: String,
}

/// Where to look.
pub struct Places<'a> {
    pub cache_dir: &'a Path,
    pub data_dir: &'a Path,
    pub web_dir: &'a Path,
}

/// Checks everything, prints it to `out` and ends with failure when something is missing. While the server runs its port
/// is taken, by itself.
///
/// # Errors
/// Only when `out` cannot be written.
pub fn run(config: &Config, serving: bool, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let places = Places {
        cache_dir: &config.cache_dir,
        data_dir: &config.data_dir,
        web_dir: &config.web_dir,
    };
    let mut list = checks(&places);
    if let Some(issuer) = &config.oidc_issuer {
        list.push(provider(issuer));
    }
    // An installation is reached at the port or socket that Nextcloud chose.
    if !serving && config.installed.is_none() {
        list.push(port(config.listen));
    }
    print(&list, out)?;
    Ok(if list.iter().all(|check| check.ok) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every check of what is on disk, in the order in which a person would mend them.
#[must_use]
pub fn checks(places: &Places) -> Vec<Check> {
    let tools = Tools::find(places.cache_dir);
    vec![
        models(places.cache_dir),
        pdfium(&tools.pdfium),
        tesseract(tools.tesseract.as_deref()),
        speech(&places.cache_dir.join("models")),
        espeak(),
        plugins(&places.cache_dir.join("plugins")),
        web(places.web_dir),
        data(places.data_dir),
    ]
}

fn print(list: &[Check], out: &mut dyn Write) -> std::io::Result<()> {
    for check in list {
        let mark = if check.ok { "ok     " } else { "MISSING" };
        writeln!(out, "{mark}  {:<12}  {}", check.name, check.detail)?;
        if !check.ok {
            writeln!(out, "         {:<12}  -> {}", "", check.fix)?;
        }
    }
    Ok(())
}

fn check(name: &'static str, found: Result<String, String>, fix: impl Into<String>) -> Check {
    match found {
        Ok(detail) => Check {
            name,
            ok: true,
            detail,
            fix: String::new(),
        },
        Err(detail) => Check {
            name,
            ok: false,
            detail,
            fix: fix.into(),
        },
    }
}

const SETUP: &str = "cargo xtask setup (downloads are pinned and resumed)";
const WASM: &str = "cargo xtask wasm";

fn models(cache: &Path) -> Check {
    let folder = cache.join("models/all-MiniLM-L6-v2");
    let found = match onnx::Embedder::load(&folder) {
        Ok(_) => Ok(format!("all-MiniLM-L6-v2 in {}", folder.display())),
        Err(error) => Err(error.to_string()),
    };
    check("models", found, SETUP)
}

fn pdfium(library: &Path) -> Check {
    let found = match std::fs::metadata(library) {
        Ok(meta) if meta.is_file() && meta.len() > 1_000_000 => Ok(library.display().to_string()),
        Ok(_) => Err(format!("{} is not the library", library.display())),
        Err(_) => Err(format!("no {}; PDF files cannot be read", library.display())),
    };
    check("libpdfium", found, SETUP)
}

fn tesseract(program: Option<&Path>) -> Check {
    let found = program
        .ok_or_else(|| "no tesseract; scanned pages cannot be read".to_owned())
        .and_then(|program| {
            let listed = Command::new(program).arg("--list-langs").stdin(Stdio::null()).output();
            let listed = listed.map_err(|error| format!("{} does not start: {error}", program.display()))?;
            let text = [listed.stdout, listed.stderr].concat();
            match String::from_utf8_lossy(&text).lines().any(|line| line.trim() == "eng") {
                true => Ok(format!("{} with English", program.display())),
                false => Err(format!("{} has no English data", program.display())),
            }
        });
    check("tesseract", found, "apt-get install tesseract-ocr tesseract-ocr-eng")
}

fn speech(folder: &Path) -> Check {
    let loaded = VoiceDetector::load(folder)
        .and_then(|_| TurnDetector::load(folder))
        .and_then(|_| Recognizer::load(folder))
        .and_then(|_| Voice::load(folder));
    let found = match loaded {
        Ok(_) => Ok(format!(
            "Silero, Smart Turn, Moonshine and hibari in {}",
            folder.display()
        )),
        Err(error) => Err(format!("{error}; there is no voice")),
    };
    check("speech", found, SETUP)
}

/// Speaks where the voice cannot.
fn espeak() -> Check {
    let version = Command::new("espeak-ng").arg("--version").stdin(Stdio::null()).output();
    let found = match version {
        Ok(output) => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Err(error) => Err(format!(
            "espeak-ng does not start: {error}; nothing speaks where the voice fails"
        )),
    };
    check("espeak-ng", found, "apt-get install espeak-ng")
}

fn plugins(folder: &Path) -> Check {
    let count = components(folder).len();
    let found = match count {
        0 => Err(format!(
            "no plugins in {}; calculators are not available",
            folder.display()
        )),
        count => Ok(format!("{count} in {}", folder.display())),
    };
    check("plugins", found, WASM)
}

fn components(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "wasm"))
        .collect()
}

fn web(folder: &Path) -> Check {
    let found = ["index.html", "manifest.json"]
        .iter()
        .find(|name| !folder.join(name).is_file())
        .map_or_else(
            || Ok(folder.display().to_string()),
            |name| Err(format!("no {name} in {}; the page cannot be shown", folder.display())),
        );
    check("web client", found, WASM)
}

/// Writes and removes a file where the data will lie, or in the nearest folder above that exists.
fn data(folder: &Path) -> Check {
    let existing = folder.ancestors().find(|above| above.is_dir()).unwrap_or(folder);
    let found = match tempfile::NamedTempFile::new_in(existing) {
        Ok(_) if existing == folder => Ok(format!("{} can be written", folder.display())),
        Ok(_) => Ok(format!("{} will be made at the first start", folder.display())),
        Err(error) => Err(format!("{} cannot be written: {error}", existing.display())),
    };
    check(
        "data folder",
        found,
        "give this user the folder, or set VOICEASSIST_DATA_DIR to another",
    )
}

/// Whether it answers is asked through the gate, by the running server.
fn provider(issuer: &url::Url) -> Check {
    let found = Ok(format!("{issuer}; the self-test page asks it who it is"));
    check("OIDC issuer", found, "")
}

fn port(listen: SocketAddr) -> Check {
    let found = match TcpListener::bind(listen) {
        Ok(_) => Ok(format!("{listen} is free")),
        Err(error) => Err(format!("{listen} cannot be used: {error}")),
    };
    check(
        "port",
        found,
        "stop what uses it (is VoiceAssist running already?), or start with --listen 127.0.0.1:0",
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn places(empty: &Path) -> Places<'_> {
        Places {
            cache_dir: empty,
            data_dir: empty,
            web_dir: empty,
        }
    }

    #[test]
    fn empty_machine_is_told_what_to_do_about_everything_missing() {
        let empty = tempfile::tempdir().unwrap();
        let list = checks(&places(empty.path()));
        for name in ["models", "libpdfium", "speech", "plugins", "web client"] {
            let found = list.iter().find(|check| check.name == name).unwrap();
            assert!(!found.ok && !found.fix.is_empty(), "{name}");
        }
        assert!(list.iter().find(|check| check.name == "data folder").unwrap().ok);
        let mut out = Vec::new();
        print(&list, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("-> cargo xtask setup"), "{text}");
    }

    #[test]
    fn busy_port_is_found() {
        let busy = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(!port(busy.local_addr().unwrap()).ok);
    }

    #[test]
    fn truncated_library_is_not_taken_for_the_library() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("libpdfium.so"), "short").unwrap();
        assert!(!pdfium(&folder.path().join("libpdfium.so")).ok);
    }
}
