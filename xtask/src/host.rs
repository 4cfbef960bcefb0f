//! A really started host with a data folder of its own, and the calls that tests make to it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use crate::command::output;

/// From start to the printed link; the first start makes the database and reads the models.
const START_LIMIT: Duration = Duration::from_secs(120);

pub struct Host {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    /// With the one-time secret.
    pub link: String,
    binary: PathBuf,
    root: PathBuf,
    data: PathBuf,
}

impl Host {
    /// Starts on a free port; `log` receives its log.
    pub fn start(binary: &Path, root: &Path, data: &Path, demo: bool, log: &Path) -> Result<Self> {
        Self::start_with(binary, root, data, demo, log, &[])
    }

    /// As `start`, with more in its environment.
    pub fn start_with(
        binary: &Path,
        root: &Path,
        data: &Path,
        demo: bool,
        log: &Path,
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        std::fs::create_dir_all(data)?;
        let log_file = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = Command::new(binary);
        command
            .current_dir(root)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("VOICEASSIST_DATA_DIR", data)
            // What one person asks for in a minute is no limit for a machine that measures.
            .env("VOICEASSIST_LIMIT_USER_PER_MINUTE", "1000000")
            .env("VOICEASSIST_LIMIT_ASK_PER_MINUTE", "1000000")
            .env("VOICEASSIST_LIMIT_ADDRESS_PER_MINUTE", "1000000")
            .envs(environment.iter().copied());
        if demo {
            command.arg("--demo");
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()?;
        let stdout = child.stdout.take().context("the host's output is piped")?;
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(link) = line.split_whitespace().find(|word| word.contains("/#login=")) {
                    let _ = send.send(link.to_owned());
                }
            }
        });
        let Ok(link) = receive.recv_timeout(START_LIMIT) else {
            let _ = child.kill();
            let _ = child.wait();
            bail!("the host did not start; its log is {}", log.display());
        };
        let origin = link.split("/#").next().unwrap_or_default().to_owned();
        Ok(Self {
            child,
            origin,
            link,
            binary: binary.to_owned(),
            root: root.to_owned(),
            data: data.to_owned(),
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no handler runs.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// An administrator with a token for programs, which lasts longer than any measurement.
    pub fn sign_in(&self) -> Result<Client> {
        self.sign_in_as("admin")
    }

    /// As `sign_in`, for a user who is made if there is none of the name.
    pub fn sign_in_as(&self, user: &str) -> Result<Client> {
        let mut login = Command::new(&self.binary);
        login
            .current_dir(&self.root)
            .args(["login", "--user", user, "--token"])
            .env("VOICEASSIST_DATA_DIR", &self.data);
        let printed = output(&mut login)?;
        let authorization = printed
            .lines()
            .find_map(|line| line.trim().strip_prefix("Authorization: "));
        Ok(Client {
            agent: agent(),
            origin: self.origin.clone(),
            authorization: authorization.context("no token was printed")?.to_owned(),
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.kill();
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(120)))
        .proxy(None)
        .build();
    config.into()
}

/// A signed-in caller of the API.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    origin: String,
    /// The value of the header.
    pub authorization: String,
}

type Response = ureq::http::Response<ureq::Body>;

impl Client {
    fn send(&self, method: &str, path: &str, body: Option<(&str, Vec<u8>)>) -> Result<Response> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header("x-requested-with", "voiceassist")
            .header("authorization", &self.authorization);
        let bytes = match body {
            Some((kind, bytes)) => {
                request = request.header("content-type", kind);
                bytes
            }
            None => Vec::new(),
        };
        let response = self.agent.run(request.body(bytes)?)?;
        if !response.status().is_success() {
            let status = response.status();
            let text = response.into_body().read_to_string().unwrap_or_default();
            return Err(anyhow!("{method} {path}: {status} {text}"));
        }
        Ok(response)
    }

    fn json(response: Response) -> Result<Value> {
        Ok(serde_json::from_reader(response.into_body().into_reader())?)
    }

    pub fn get(&self, path: &str) -> Result<Value> {
        Self::json(self.send("GET", path, None)?)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        Self::json(self.send("POST", path, Some(("application/json", body.to_string().into_bytes())))?)
    }

    pub fn put(&self, path: &str, body: &Value) -> Result<()> {
        self.send("PUT", path, Some(("application/json", body.to_string().into_bytes())))
            .map(|_| ())
    }

    pub fn delete(&self, path: &str) -> Result<()> {
        self.send("DELETE", path, None).map(|_| ())
    }

    /// Uploads one file and returns its outcome.
    pub fn upload(&self, name: &str, content: &[u8]) -> Result<Value> {
        let mark = "7d1e0a3c5b9f";
        let mut body = format!("--{mark}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n").into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{mark}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={mark}");
        let answer = Self::json(self.send("POST", "/api/v1/documents", Some((&kind, body)))?)?;
        Ok(answer["files"][0].clone())
    }

    /// Asks and reads the answer's events to the end; `first` is called when the first one is there.
    pub fn ask(
        &self,
        conversation: &str,
        client_message_id: &str,
        text: &str,
        mut first: impl FnMut(),
    ) -> Result<Value> {
        let body = serde_json::json!({ "client_message_id": client_message_id, "text": text });
        let path = format!("/api/v1/conversations/{conversation}/messages");
        let response = self.send("POST", &path, Some(("application/json", body.to_string().into_bytes())))?;
        for line in BufReader::new(response.into_body().into_reader()).lines() {
            let line = line?;
            let Some(data) = line.strip_prefix("data:") else {
                continue;
            };
            first();
            let event: Value = serde_json::from_str(data.trim())?;
            match event["type"].as_str() {
                Some("done") => return Ok(event["answer"].clone()),
                Some("error") => bail!("the answer ended in an error: {event}"),
                _ => {}
            }
        }
        bail!("the answer's events ended without `done`")
    }
}

/// A folder that is emptied before use and left for inspection.
pub fn fresh_folder(path: PathBuf) -> Result<PathBuf> {
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    Ok(path)
}
