//! The real program as a process of its own, and a client that counts what it opens.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use api_types::{Answer, ConversationInfo, DocumentList, DocumentStatus, UploadResult};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::{answer_of, parse_events};

/// The real program, and one browser that is signed in to it.
pub struct Host {
    pub process: Child,
    address: SocketAddr,
    cookie: String,
    /// Connections that this test has opened.
    pub opened: i64,
    link_token: String,
}

impl Drop for Host {
    fn drop(&mut self) {
        if self.process.kill().is_ok() {
            let _reaped = self.process.wait();
        }
    }
}

pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Host {
    /// Data and settings lie in `folder`.
    pub fn start(folder: &Path, words: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_voiceassist"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(words)
            .current_dir(folder)
            .env("VOICEASSIST_DATA_DIR", folder.join("data"))
            .env("VOICEASSIST_DEMO_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../demo"))
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let link = lines
            .find_map(|line| line.ok().filter(|line| line.contains("/#login=")))
            .expect("a sign-in link");
        let (origin, token) = link.trim().split_once("/#login=").unwrap();
        let address = origin.strip_prefix("http://").unwrap().parse().unwrap();
        let link_token = token.to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            address,
            cookie: String::new(),
            opened: 0,
            link_token,
        }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Headers of the signed-in browser.
    pub fn who(&self) -> Vec<(&'static str, String)> {
        vec![("cookie", self.cookie.clone())]
    }

    /// A request for a WebSocket, as the signed-in browser makes it.
    pub fn socket(&self, path: &str) -> axum::http::Request<()> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        request
    }

    pub fn call(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).unwrap();
        self.opened += 1;
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nx-requested-with: voiceassist\r\n\
             cookie: {}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).unwrap();
        let end = raw.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = raw.split_off(end + 4);
        let head = String::from_utf8(raw).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut reply = Reply { status, head, body };
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = unchunked(&reply.body);
        }
        reply
    }

    pub fn get<T: DeserializeOwned>(&mut self, path: &str) -> T {
        let reply = self.call("GET", path, "application/json", b"");
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice(&reply.body).unwrap()
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Reply {
        let reply = self.call("POST", path, "application/json", body.to_string().as_bytes());
        assert!(
            reply.status < 300,
            "{path}: {} {}",
            reply.status,
            String::from_utf8_lossy(&reply.body)
        );
        reply
    }

    pub fn sign_in(&mut self) {
        let token = self.link_token.clone();
        let reply = self.post("/api/v1/session", &json!({ "token": token }));
        let cookie = reply.header("set-cookie").unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    pub fn upload(&mut self, name: &str, content: &str) {
        let boundary = "voiceassist-test-boundary";
        let body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/markdown\r\n\r\n{content}\r\n--{boundary}--\r\n"
        );
        let kind = format!("multipart/form-data; boundary={boundary}");
        let reply = self.call("POST", "/api/v1/documents", &kind, body.as_bytes());
        let result: UploadResult = serde_json::from_slice(&reply.body).unwrap();
        assert!(
            result.files[0].document.is_some(),
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
    }

    /// Until every file of the shelf and of this test is ready.
    pub fn wait_until_read(&mut self, at_least: usize) -> DocumentList {
        let patience = Instant::now() + Duration::from_secs(600);
        loop {
            let list: DocumentList = self.get("/api/v1/documents");
            let failed: Vec<_> = list
                .documents
                .iter()
                .filter(|one| one.status == DocumentStatus::Failed)
                .collect();
            assert!(failed.is_empty(), "{failed:?}");
            if list.documents.len() >= at_least && list.documents.iter().all(|one| one.status == DocumentStatus::Ready)
            {
                return list;
            }
            assert!(
                Instant::now() < patience,
                "files are still being read: {:?}",
                list.documents
            );
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// A new one's id.
    pub fn conversation(&mut self) -> String {
        let reply = self.post("/api/v1/conversations", &json!({}));
        serde_json::from_slice::<ConversationInfo>(&reply.body).unwrap().id
    }

    pub fn ask(&mut self, conversation: &str, id: &str, text: &str) -> Answer {
        let path = format!("/api/v1/conversations/{conversation}/messages");
        let reply = self.post(&path, &json!({ "client_message_id": id, "text": text }));
        answer_of(&parse_events(&reply.body))
    }
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let values = self.head.lines().filter_map(|line| line.split_once(':'));
        values
            .into_iter()
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(line) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
    whole
}
