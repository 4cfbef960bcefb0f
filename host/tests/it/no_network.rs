//! Nothing leaves by default: the real program starts, reads files, searches and answers in a network namespace of its
//! own, and the kernel's counters there show no attempt to reach anything but the test's own requests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use api_types::{
    Answer, AnswerKind, ConversationInfo, DocumentList, DocumentStatus, EgressLog, PluginList, UploadResult,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::namespace::{Counters, enter};
use crate::support::{answer_of, parse_events};

const NOTE: &str = "# Cold chain for ward vaccines\n\n\
    Keep ward vaccines between 2 and 8 degrees Celsius. Do not freeze ward vaccines. \
    Report a fridge temperature above 8 degrees Celsius to the pharmacy on the same day.\n";

struct Host {
    process: Child,
    address: SocketAddr,
    cookie: String,
    /// Connections that this test has opened.
    opened: i64,
    link_token: String,
}

impl Drop for Host {
    fn drop(&mut self) {
        if self.process.kill().is_ok() {
            let _reaped = self.process.wait();
        }
    }
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Host {
    /// With a remote model in the configuration, which nobody switched on.
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_voiceassist"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .env("VOICEASSIST_DATA_DIR", folder.join("data"))
            .env("VOICEASSIST_DEMO_DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/../demo"))
            .env("MODEL_BASE_URL", "https://models.example.com/v1")
            .env("MODEL_NAME", "remote-model")
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

    fn call(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Reply {
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

    fn get<T: DeserializeOwned>(&mut self, path: &str) -> T {
        let reply = self.call("GET", path, "application/json", b"");
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.body));
        serde_json::from_slice(&reply.body).unwrap()
    }

    fn post(&mut self, path: &str, body: &Value) -> Reply {
        let reply = self.call("POST", path, "application/json", body.to_string().as_bytes());
        assert!(
            reply.status < 300,
            "{path}: {} {}",
            reply.status,
            String::from_utf8_lossy(&reply.body)
        );
        reply
    }

    fn sign_in(&mut self) {
        let token = self.link_token.clone();
        let reply = self.post("/api/v1/session", &json!({ "token": token }));
        let cookie = reply.header("set-cookie").unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    fn upload(&mut self, name: &str, content: &str) {
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
    fn wait_until_read(&mut self, at_least: usize) -> DocumentList {
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

    fn ask(&mut self, conversation: &str, id: &str, text: &str) -> Answer {
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

#[test]
fn starting_ingesting_searching_and_answering_open_no_connection() {
    if !enter(
        "no_network::starting_ingesting_searching_and_answering_open_no_connection",
        "",
    ) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let before = Counters::now();
    let mut host = Host::start(folder.path());
    host.sign_in();
    host.upload("cold-chain.md", NOTE);
    let list = host.wait_until_read(7);
    assert!(
        list.documents.iter().any(|one| one.ocr_pages > 0),
        "the scanned page was read"
    );

    let conversation = host.post("/api/v1/conversations", &json!({}));
    let conversation: ConversationInfo = serde_json::from_slice(&conversation.body).unwrap();
    let answer = host.ask(&conversation.id, "1", "At which temperature are ward vaccines kept?");
    assert_eq!(answer.kind, AnswerKind::Answered, "{answer:?}");
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");
    assert_eq!(
        (answer.metadata.model.as_str(), answer.metadata.receipt.requests.len()),
        ("extractive", 0)
    );
    let patient = host.ask(
        &conversation.id,
        "2",
        "Patient john smith, MRN: 12345678: at which temperature are his vaccines kept?",
    );
    assert_eq!(patient.metadata.receipt.left_the_building, "nothing");
    let unknown = host.ask(&conversation.id, "3", "What is the capital of Mongolia?");
    assert_eq!(unknown.kind, AnswerKind::NotFound);
    assert!(!host.get::<PluginList>("/api/v1/plugins").plugins.is_empty());
    host.ask(
        &conversation.id,
        "4",
        "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes",
    );
    assert!(host.get::<EgressLog>("/api/v1/admin/egress").records.is_empty());

    let after = Counters::now();
    assert_eq!(after.outbound_since(&before), []);
    assert_eq!(
        after.opened_since(&before),
        host.opened,
        "a connection was opened that this test did not open"
    );
}

#[test]
fn the_counters_see_every_kind_of_attempt() {
    if !enter("no_network::the_counters_see_every_kind_of_attempt", "") {
        return;
    }
    let attempts: [(&str, fn()); 5] = [
        ("tcp 4", || drop(TcpStream::connect("192.0.2.1:443"))),
        ("tcp 6", || drop(TcpStream::connect("[2001:db8::1]:443"))),
        ("udp 4", || {
            drop(UdpSocket::bind("0.0.0.0:0").and_then(|socket| socket.send_to(b"x", "192.0.2.1:53")))
        }),
        ("udp to a local resolver", || {
            drop(UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"x", "127.0.0.53:53")));
        }),
        ("a name", || drop(("voiceassist.example", 443).to_socket_addrs())),
    ];
    for (name, attempt) in attempts {
        let before = Counters::now();
        attempt();
        let seen = Counters::now().outbound_since(&before);
        assert!(!seen.is_empty(), "{name} was not seen");
    }
    let before = Counters::now();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let _stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let after = Counters::now();
    assert_eq!(
        (after.opened_since(&before), after.outbound_since(&before)),
        (1, vec![])
    );
}
