//! The browser journey inside Nextcloud: the double of testkit and an installed host, each a program of its own.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::browser;
use super::count::{Count, node_line, run_and_count};
use crate::command::{announce, cargo, find};
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::setup::{Purpose, node};

const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Of no installation but these.
pub const SECRET: &str = "only-for-tests";

/// Ends with the value.
pub struct Program(Child);

impl Program {
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn test(paths: &Paths) -> Result<Count> {
    build_double(paths)?;
    let folder = paths.root.join("web/tests");
    browser::install(&folder)?;
    let journeys = ["nextcloud.mjs", "flow.mjs"];
    journeys
        .iter()
        .map(|journey| alone(paths, &folder, journey))
        .try_fold(Count::default(), |sum, count| Ok(sum + count?))
}

/// One journey, with a Nextcloud and a host of its own.
fn alone(paths: &Paths, folder: &Path, journey: &str) -> Result<Count> {
    let work = fresh_folder(paths.target.join("nextcloud"))?;
    let port = free_port()?;
    let double = double(paths, port)?;
    let _host = host(paths, &work, port, &double)?;
    let mut command = Command::new(node::program(paths)?);
    command
        .current_dir(folder)
        .args(["--test", "--test-reporter=tap", "--test-concurrency=1", journey])
        .env("VOICEASSIST_TEST_NEXTCLOUD", format!("{}/", double.nextcloud))
        .env("VOICEASSIST_TEST_GUIDELINES", &double.guidelines)
        .env("VOICEASSIST_TEST_PROGRAM", paths.host_binary())
        .env("VOICEASSIST_TEST_SHOTS", paths.target.join("screenshots"))
        .env("CHROMIUM", find("chromium").context("chromium is missing")?);
    run_and_count(&mut command, LIMIT, node_line)
}

pub fn build_double(paths: &Paths) -> Result<()> {
    announce(
        cargo(&paths.root).args(["build", "--locked", "--workspace", "--example", "nextcloud"]),
        Purpose::Test.limit(),
    )
}

pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The double, where it is, and where the guideline site beside it is; it ends with the value.
pub struct Double {
    pub nextcloud: String,
    guidelines: String,
    _program: Program,
}

pub fn double(paths: &Paths, app_port: u16) -> Result<Double> {
    let program = paths.target.join("debug/examples/nextcloud");
    let mut child = Command::new(&program)
        .args(["--app-url", &format!("http://127.0.0.1:{app_port}")])
        .args(["--secret", SECRET, "--harp", "on"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let stdout = child.stdout.take().context("its output is piped")?;
    let child = Program(child);
    let mut lines = BufReader::new(stdout).lines();
    let mut address = || -> Result<String> {
        let line = lines.next().context("the Nextcloud double has ended")??;
        ensure!(
            line.starts_with("http://127.0.0.1:"),
            "the Nextcloud double printed {line:?}"
        );
        Ok(line)
    };
    Ok(Double {
        nextcloud: address()?,
        guidelines: address()?,
        _program: child,
    })
}

/// The host as AppAPI starts it; the double waits for its heartbeat.
pub fn host(paths: &Paths, work: &Path, port: u16, double: &Double) -> Result<Program> {
    let log = std::fs::File::create(work.join("host.log"))?;
    let child = Command::new(paths.host_binary())
        .current_dir(&paths.root)
        .arg("serve")
        .env("APP_ID", "voiceassist")
        .env("APP_VERSION", env!("CARGO_PKG_VERSION"))
        .env("APP_SECRET", SECRET)
        .env("APP_HOST", "127.0.0.1")
        .env("APP_PORT", port.to_string())
        .env("APP_PERSISTENT_STORAGE", work.join("data"))
        .env("NEXTCLOUD_URL", format!("{}/index.php", double.nextcloud))
        .env("VOICEASSIST_PLUGIN_PRIVATE_ORIGINS", &double.guidelines)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(Program(child))
}
