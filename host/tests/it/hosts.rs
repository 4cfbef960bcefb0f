//! Two processes on one database: what is changed at one is obeyed by the other, also while Redis is away.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api_types::{AnswerKind, LiveEvents, ModelEndpointList};
use futures::StreamExt;
use serde_json::json;
use testkit::{Database, OpenAiDouble, Reply, tokens};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::process::Host;
use crate::support::skipped;

/// Debian's server, on a port that was free a moment ago.
struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    fn start(port: Option<u16>) -> Self {
        let port = port.unwrap_or_else(|| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
        let process = Command::new("redis-server")
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server, which `cargo xtask setup --tests` installs");
        until("Redis answers", Duration::from_secs(20), || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Self { process, port }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns how long it took.
fn until(what: &str, patience: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < patience, "not within {patience:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    start.elapsed()
}

/// Whether a question is answered from a document, asked in a conversation of its own.
fn finds(host: &mut Host, text: &str) -> bool {
    let conversation = host.conversation();
    host.ask(&conversation, "1", text).kind == AnswerKind::Answered
}

fn switch(host: &mut Host, enabled: bool) {
    let list: ModelEndpointList = host.get("/api/v1/admin/endpoints");
    let path = format!("/api/v1/admin/endpoints/{}", list.endpoints[1].id);
    let reply = host.call(
        "PUT",
        &path,
        "application/json",
        json!({ "enabled": enabled }).to_string().as_bytes(),
    );
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
}

/// The ids of live events that a host pushes to its administrator from now on, in the order in which they come.
fn watched(host: &Host) -> Arc<Mutex<Vec<i64>>> {
    let request = host.socket("/api/admin/panel/ws?after=0");
    let seen: Arc<Mutex<Vec<i64>>> = Arc::default();
    let pushed = Arc::clone(&seen);
    tokio::spawn(async move {
        let (mut socket, _) = connect_async(request).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                let events: LiveEvents = serde_json::from_str(&text).unwrap();
                pushed
                    .lock()
                    .unwrap()
                    .extend(events.events.iter().map(|event| event.id));
            }
        }
    });
    seen
}

/// Waits until both administrators have seen every event so far, each once and in order; returns how many there are.
fn both_see_all(host: &mut Host, seen: &[Arc<Mutex<Vec<i64>>>; 2]) -> usize {
    let all: LiveEvents = host.get("/api/admin/panel/events?after=0");
    let all: Vec<i64> = all.events.iter().map(|event| event.id).collect();
    let took = until("both see every event", PATIENCE, || {
        seen.iter().all(|seen| seen.lock().unwrap().len() >= all.len())
    });
    assert!(took < SOON, "{took:?}");
    assert_eq!(all, (1..=all.len() as i64).collect::<Vec<_>>());
    for seen in seen {
        assert_eq!(seen.lock().unwrap()[..all.len()], all);
    }
    all.len()
}

const PATIENCE: Duration = Duration::from_secs(60);
/// What the issue asks of a switch, and of a document without Redis.
const SOON: Duration = Duration::from_secs(2);

fn two_hosts(folder: &Path, database: &str, double: &OpenAiDouble) {
    let redis = Redis::start(None);
    let url = format!("redis://127.0.0.1:{}", redis.port);
    let model = double.base_url();
    let settings = [
        ("DATABASE_URL", database),
        ("REDIS_URL", &url),
        ("MODEL_BASE_URL", &model),
        ("MODEL_NAME", "double"),
        ("MODEL_IS_LOCAL", "true"),
    ];
    let mut first = Host::start(folder, &[], &settings);
    let mut second = Host::start(folder, &[], &settings);
    first.sign_in();
    second.sign_in();

    let seen = [watched(&first), watched(&second)];

    // A document read at one is found at the other.
    first.upload("carvexin.md", "# Dose\n\nThe dose of carvexin is 5 mg a day.\n");
    first.wait_until_read(1);
    let took = until("the second host finds it", PATIENCE, || {
        finds(&mut second, "What is the dose of carvexin?")
    });
    assert!(took < SOON, "{took:?}");

    // A switch counts at the other for the next question.
    let question = "What is the dose of carvexin a day?";
    switch(&mut first, true);
    assert!(finds(&mut second, question));
    let calls = double.calls().len();
    assert!(calls > 0, "the model was not asked");
    switch(&mut first, false);
    assert!(finds(&mut second, question));
    assert_eq!(
        double.calls().len(),
        calls,
        "the model was asked after it was switched off"
    );

    let before = both_see_all(&mut first, &seen);
    assert!(before > 2, "{before}");

    // Redis goes and comes back: what was told meanwhile arrives, and what is told afterwards.
    let port = redis.port;
    drop(redis);
    first.upload("morvalin.md", "# Dose\n\nThe dose of morvalin is 7 mg a day.\n");
    first.wait_until_read(2);
    let took = until("found without Redis", PATIENCE, || {
        finds(&mut second, "What is the dose of morvalin?")
    });
    assert!(took < SOON, "{took:?}");
    let without = both_see_all(&mut second, &seen);
    assert!(without > before, "{without}");
    let _redis = Redis::start(Some(port));
    second.upload("telaxine.md", "# Dose\n\nThe dose of telaxine is 9 mg a day.\n");
    second.wait_until_read(3);
    let took = until("found after Redis is back", PATIENCE, || {
        finds(&mut first, "What is the dose of telaxine?")
    });
    assert!(took < SOON, "{took:?}");
    let after = both_see_all(&mut first, &seen);
    assert!(after > without, "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_of_one_database_obey_each_other_and_lose_nothing_in_a_restart_of_redis() {
    if !testkit::is_postgres() {
        skipped("skipped on SQLite: its file belongs to one host");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = Database::fresh(folder.path()).await;
    let reply = Reply::Tokens(tokens("The dose is 5 mg a day. [1]"));
    let double = OpenAiDouble::start(vec![reply]).await.unwrap();
    tokio::task::block_in_place(|| two_hosts(folder.path(), &database.url, &double));
}
