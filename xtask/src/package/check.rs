//! `cargo xtask package --check`: unpacks the image's layers into a folder and runs it there as its own root
//! file system, with the settings AppAPI would give it.

use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::debian::check_libraries;
use super::image::read_layout;
use super::models;
use crate::command::{children, find, output, run};
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::term::say;

/// The first start makes the database and reads the models.
const START_LIMIT: Duration = Duration::from_secs(60);
const USER: &str = "10001";
const SECRET: &str = "check";
const TUNNEL: [(&str, &str); 3] = [
    ("HP_SHARED_KEY", "a \"quoted\" key"),
    ("HP_FRP_ADDRESS", "harp"),
    ("HP_FRP_PORT", "8782"),
];

/// Runs every check that this machine allows.
///
/// # Errors
/// The first that fails.
pub fn check(paths: &Paths, folder: &Path) -> Result<()> {
    let (layers, config) = read_layout(&folder.join("oci")).context("run `cargo xtask package` first")?;
    let root = fresh_folder(folder.join("check"))?;
    for layer in &layers {
        run(Command::new("tar").arg("-xzf").arg(layer).arg("-C").arg(&root))?;
    }
    let binaries = check_libraries(&root)?;
    say(format!(
        "check: every library that {binaries} programs and libraries name is there"
    ));
    if output(Command::new("id").arg("-u"))?.trim() != "0" || find("unshare").is_none() {
        say("check: skipped the start; it needs root and unshare");
        return Ok(());
    }
    let image = Unpacked { root };
    image.adopts_an_authority()?;
    image.reads_a_scan(&paths.root.join("docs/pictures/answer.png"))?;
    image.write_models(paths)?;
    image.opens_the_tunnel()?;
    let command: Vec<&str> = config["config"]["Cmd"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    image.answers_on_the_socket(&command)?;
    image.answers(&command)?;
    std::fs::remove_dir_all(&image.root)?;
    Ok(())
}

/// The image's files, the last layer on top.
struct Unpacked {
    root: PathBuf,
}

/// A started image; ended with everything in it when dropped.
struct Started {
    child: Child,
    log: PathBuf,
    port: u16,
}

impl Drop for Started {
    fn drop(&mut self) {
        // The image's first process: with it all others of its namespace end. Having dropped its rights it no longer ends
        // by itself with its parent.
        for first in children(self.child.id()) {
            let _ = Command::new("kill").arg("-9").arg(first.to_string()).status();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Unpacked {
    /// A command in the image with its own mounts and processes; the network is the machine's.
    fn command(&self, words: &[&str]) -> Command {
        let mounts = "mount -t proc proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && exec chroot \"$0\" \"$@\"";
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounts])
            .arg(&self.root)
            .args(words)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin");
        command
    }

    /// As HaRP does: a certificate is copied in and the program of the distribution is called.
    fn adopts_an_authority(&self) -> Result<()> {
        let name = "/usr/local/share/ca-certificates/hospital.crt";
        let make = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ed25519",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=Hospital",
            "-keyout",
            "/tmp/hospital.key",
            "-out",
            name,
        ];
        output(&mut self.command(&make))?;
        let system = output(&mut self.command(&["cat", "/etc/os-release"]))?;
        ensure!(system.contains("ID=debian"), "HaRP would not know the system: {system}");
        let said = output(&mut self.command(&["update-ca-certificates"]))?;
        let bundle = std::fs::read_to_string(self.root.join("etc/ssl/certs/ca-certificates.crt"))?;
        let certificate = std::fs::read_to_string(self.root.join(name.trim_start_matches('/')))?;
        ensure!(
            bundle.contains(&certificate),
            "update-ca-certificates left it out: {said}"
        );
        say("check: update-ca-certificates adopts an authority");
        Ok(())
    }

    fn reads_a_scan(&self, picture: &Path) -> Result<()> {
        for segmentation in ["1", "3"] {
            let words = [
                "tesseract",
                "stdin",
                "stdout",
                "-l",
                "eng",
                "--psm",
                segmentation,
                "tsv",
            ];
            let mut command = self.command(&words);
            let read = command.stdin(std::fs::File::open(picture)?).output()?;
            let (text, said) = (
                String::from_utf8_lossy(&read.stdout),
                String::from_utf8_lossy(&read.stderr),
            );
            ensure!(
                read.status.success() && text.contains("VoiceAssist"),
                "tesseract does not read {}: {said}",
                picture.display()
            );
            ensure!(
                !said.contains("version information"),
                "tesseract's libraries do not fit: {said}"
            );
        }
        say("check: tesseract reads a picture");
        Ok(())
    }

    /// Where the documentation says that they are mounted.
    fn write_models(&self, paths: &Paths) -> Result<()> {
        let archive = models::files(paths)?.tar(0)?;
        tar::Archive::new(archive.as_slice()).unpack(&self.root)?;
        Ok(())
    }

    fn start(&self, words: &[&str], extra: &[(&str, &str)]) -> Result<Started> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = self.root.with_extension("log");
        let mut all = vec!["/start.sh"];
        all.extend_from_slice(words);
        let mut command = self.command(&all);
        command
            .env("APP_ID", "voiceassist")
            .env("APP_VERSION", env!("CARGO_PKG_VERSION"))
            .env("APP_SECRET", SECRET)
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", port.to_string())
            .env("APP_PERSISTENT_STORAGE", "/nc_app_voiceassist_data")
            .env("AA_VERSION", "34.0.0")
            // Nobody listens there: a start that needs Nextcloud to answer is a failed one.
            .env("NEXTCLOUD_URL", "http://127.0.0.1:9")
            .envs(extra.iter().copied());
        let output = std::fs::File::create(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Started { child, log, port })
    }

    /// The image as Nextcloud meets it.
    fn answers(&self, command: &[&str]) -> Result<()> {
        let mut started = self.start(command, &[])?;
        let begin = Instant::now();
        let beat = started.wait_for("/heartbeat")?;
        ensure!(started.user()? == USER, "the host runs as {}", started.user()?);
        say(format!("check: the host runs as user {USER}"));
        ensure!(
            beat == 200,
            "GET /heartbeat answers {beat}; Nextcloud would wait in vain ({})",
            started.log.display()
        );
        say(format!(
            "check: the heartbeat answers after {} ms",
            begin.elapsed().as_millis()
        ));
        let port = started.port.to_string();
        let mut health = self.command(&["/healthcheck.sh"]);
        run(health.envs([("APP_HOST", "127.0.0.1"), ("APP_PORT", &port)])).context("the image's own health check")?;
        say("check: the image's own health check agrees");
        started.is_installed()
    }

    /// Behind a tunnel the host listens on a socket, and the health check looks there.
    fn answers_on_the_socket(&self, command: &[&str]) -> Result<()> {
        let mut started = self.start(command, &TUNNEL)?;
        started.poll(|_| {
            let mut health = self.command(&["/healthcheck.sh"]);
            health.envs(TUNNEL).stdout(Stdio::null()).stderr(Stdio::null());
            health.status().is_ok_and(|status| status.success()).then_some(())
        })?;
        say("check: with a tunnel the heartbeat answers on the socket");
        Ok(())
    }

    /// With a stand-in for the tunnel program that writes down what it is given.
    fn opens_the_tunnel(&self) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let program = self.root.join("usr/local/bin/frpc");
        std::fs::create_dir_all(self.root.join("certs/frp"))?;
        std::fs::write(
            &program,
            "#!/bin/sh\nid -u\ncat \"$2\"\necho end of settings\nsleep 60\n",
        )?;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        let mut started = self.start(&["sleep", "60"], &TUNNEL)?;
        let log = started.wait_for_line("end of settings")?;
        let settings: String = log
            .lines()
            .skip_while(|line| *line != USER)
            .collect::<Vec<_>>()
            .join("\n");
        for line in [
            "serverAddr = \"harp\"",
            "metadatas.token = \"a \\\"quoted\\\" key\"",
            "transport.tls.serverName = \"harp.nc\"",
            "unixPath = \"/tmp/exapp.sock\"",
        ] {
            ensure!(settings.contains(line), "the tunnel's settings lack {line}: {log}");
        }
        toml::from_str::<toml::Table>(
            settings
                .split("end of")
                .next()
                .unwrap_or_default()
                .trim_start_matches(USER),
        )
        .context("the tunnel's settings are no TOML")?;
        say("check: the tunnel is started with its settings, as the same user");
        Ok(())
    }
}

impl Started {
    /// The calls of an installation in Nextcloud's order, with its signature and without.
    fn is_installed(&self) -> Result<()> {
        let agent = agent();
        let signature = STANDARD.encode(format!(":{SECRET}"));
        for (method, path, signed, expected) in [
            ("POST", "/init", false, 401),
            ("POST", "/init", true, 200),
            ("PUT", "/enabled?enabled=1", true, 200),
            ("GET", "/public/ping", false, 200),
            ("GET", "/api/v1/session", false, 401),
            ("POST", "/occ/status", true, 200),
        ] {
            let ask = || -> Result<(u16, String)> {
                let mut request = ureq::http::Request::builder()
                    .method(method)
                    .uri(format!("http://127.0.0.1:{}{path}", self.port));
                if signed {
                    request = request
                        .header("aa-version", "34.0.0")
                        .header("ex-app-id", "voiceassist")
                        .header("ex-app-version", env!("CARGO_PKG_VERSION"))
                        .header("authorization-app-api", &signature);
                }
                let answer = agent.run(request.body(())?)?;
                let status = answer.status().as_u16();
                Ok((status, answer.into_body().read_to_string().unwrap_or_default()))
            };
            let begin = Instant::now();
            let (mut status, mut said) = ask()?;
            // Nextcloud enables it when it has heard that everything is loaded; this check hears nothing.
            while status == 503 && begin.elapsed() < START_LIMIT {
                std::thread::sleep(Duration::from_millis(100));
                (status, said) = ask()?;
            }
            let who = if signed { "Nextcloud" } else { "a stranger" };
            ensure!(
                status == expected,
                "{method} {path} by {who} answers {status}, not {expected}: {said}"
            );
        }
        say("check: the calls of an installation are answered, and only Nextcloud's");
        Ok(())
    }

    /// The status of the first answer.
    fn wait_for(&mut self, path: &str) -> Result<u16> {
        let agent = agent();
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        self.poll(|_| agent.get(&url).call().ok().map(|answer| answer.status().as_u16()))
    }

    fn wait_for_line(&mut self, line: &str) -> Result<String> {
        self.poll(|log| log.lines().any(|one| one == line).then(|| log.to_owned()))
    }

    fn poll<T>(&mut self, look: impl Fn(&str) -> Option<T>) -> Result<T> {
        let begin = Instant::now();
        loop {
            let mut log = String::new();
            std::fs::File::open(&self.log)?.read_to_string(&mut log)?;
            if let Some(found) = look(&log) {
                return Ok(found);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the image ended ({status}): {log}");
            }
            ensure!(begin.elapsed() < START_LIMIT, "the image does not answer: {log}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The user of the process that the start script became.
    fn user(&self) -> Result<String> {
        let host = *children(self.child.id()).first().context("unshare has a child")?;
        let status = std::fs::read_to_string(format!("/proc/{host}/status"))?;
        let ids = status
            .lines()
            .find_map(|line| line.strip_prefix("Uid:"))
            .unwrap_or_default();
        Ok(ids.split_whitespace().next().unwrap_or_default().to_owned())
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .proxy(None)
        .build();
    config.into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::revision;
    use super::*;

    #[test]
    fn built_image_starts_and_answers() {
        let paths = Paths::find().unwrap();
        let folder = paths.target.join("package");
        let built = read_layout(&folder.join("oci")).ok().and_then(|(_, config)| {
            config["config"]["Labels"]["org.opencontainers.image.revision"]
                .as_str()
                .map(str::to_owned)
        });
        if built.is_none() || built != revision(&paths.root).ok() {
            say("skipped: no image of this revision; `cargo xtask package` builds it");
            return;
        }
        check(&paths, &folder).unwrap();
    }
}
