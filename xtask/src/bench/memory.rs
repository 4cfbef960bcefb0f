//! `cargo xtask bench memory`: an installed host as Nextcloud starts it, against the double: how soon the heartbeat answers,
//! and how much memory it uses before and after the models are loaded. Figures beside their bars; nothing is asserted.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::process::{peak_kb, resident_kb};
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::run;
use crate::setup::Purpose;
use crate::term::result;
use crate::test::nextcloud::{SECRET, build_double, double, free_port, host};

const IDLE_MB: f64 = 150.0;
const LOADED_MB: f64 = 450.0;
const HEARTBEAT_MS: f64 = 1000.0;
const IMAGE_MB: f64 = 150.0;
const PATIENCE: Duration = Duration::from_secs(60);
const TEXT: &str = "# Heparin\n\nGive heparin 5000 units twice daily after hip surgery.\n";

pub fn bench(paths: &Paths) -> Result<()> {
    if paths.given_binary().is_none() {
        run::build(paths, Purpose::Run)?;
    }
    build_double(paths)?;
    let work = fresh_folder(paths.target.join("bench-memory"))?;
    let port = free_port()?;
    let double = double(paths, port)?;
    let began = Instant::now();
    let program = host(paths, &work, port, &double)?;
    let installed = Installed::at(port, double.nextcloud.clone());
    installed.until("the heartbeat", || installed.heartbeat())?;
    let heartbeat = began.elapsed();
    installed.control(&json!({ "op": "install" }))?;
    let idle = settled(program.id())?;

    let put = json!({ "op": "put", "owner": "alice", "path": "/heparin.md", "content": TEXT });
    installed.control(&put)?;
    installed.as_alice("POST", "/api/v1/nextcloud/look", None)?;
    installed.until("the file", || {
        let indexing = installed.as_alice("GET", "/api/v1/nextcloud/indexing", None)?;
        Ok(indexing["ready"].as_i64() == Some(1) && indexing["waiting"].as_i64() == Some(0))
    })?;
    let conversation = installed.as_alice("POST", "/api/v1/conversations", None)?;
    let id = conversation["id"]
        .as_str()
        .context("a conversation has an id")?
        .to_owned();
    let ask = json!({ "client_message_id": "1", "text": "How much heparin after hip surgery?" });
    installed.as_alice(
        "POST",
        &format!("/api/v1/conversations/{id}/messages?wait=poll"),
        Some(&ask),
    )?;
    installed.until("the answer", || {
        let whole = installed.as_alice("GET", &format!("/api/v1/conversations/{id}"), None)?;
        Ok(whole["messages"][0]["answer"].to_string().contains("5000"))
    })?;
    let loaded = settled(program.id())?;
    let peak = peak_kb(program.id()).context("the host has ended")? as f64 / 1000.0;

    let line = |name: &str, figure: f64, bar: f64, unit: &str| {
        let verdict = if figure <= bar { "within" } else { "ABOVE" };
        result(format!("{name:<40} {figure:>8.1} {unit:<3} {verdict} {bar:.0}"));
    };
    result(format!("{}", paths.host_binary().display()));
    line(
        "start to heartbeat",
        heartbeat.as_secs_f64() * 1000.0,
        HEARTBEAT_MS,
        "ms",
    );
    line("memory, idle, no model loaded", idle, IDLE_MB, "MB");
    line("memory, models loaded, question answered", loaded, LOADED_MB, "MB");
    line("memory, peak", peak, LOADED_MB, "MB");
    match image_mb(paths) {
        Some(image) => line("image without models, unpacked", image, IMAGE_MB, "MB"),
        None => result("image: not built here; `cargo xtask package` builds it and keeps its bar"),
    }
    Ok(())
}

/// Memory in MB, once it has stopped changing by more than a tenth of a MB.
fn settled(id: u32) -> Result<f64> {
    let mut last = 0.0_f64;
    loop {
        let now = resident_kb(id).context("the host has ended")? as f64 / 1000.0;
        if (now - last).abs() < 0.1 {
            return Ok(now);
        }
        last = now;
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// As the last `cargo xtask package` has written it.
fn image_mb(paths: &Paths) -> Option<f64> {
    let text = std::fs::read_to_string(paths.target.join("package/size.json")).ok()?;
    let size: Value = serde_json::from_str(&text).ok()?;
    Some(size["unpacked"].as_f64()? / 1e6)
}

struct Installed {
    agent: ureq::Agent,
    app: String,
    nextcloud: String,
}

impl Installed {
    fn at(port: u16, nextcloud: String) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .proxy(None)
            .build();
        Self {
            agent: config.into(),
            app: format!("http://127.0.0.1:{port}"),
            nextcloud,
        }
    }

    fn heartbeat(&self) -> Result<bool> {
        let answer = self.agent.get(format!("{}/heartbeat", self.app)).call();
        Ok(answer.is_ok_and(|answer| answer.status().as_u16() == 200))
    }

    fn until(&self, what: &str, look: impl Fn() -> Result<bool>) -> Result<()> {
        let began = Instant::now();
        while !look()? {
            ensure!(began.elapsed() < PATIENCE, "{what} does not come");
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    fn control(&self, asked: &Value) -> Result<()> {
        let url = format!("{}/_control", self.nextcloud);
        let answer = self
            .agent
            .post(url)
            .send(asked.to_string())?
            .into_body()
            .read_to_string()?;
        ensure!(answer.contains("\"ok\":true"), "the double says {answer}");
        Ok(())
    }

    /// A request that Nextcloud hands on in a user's name.
    fn as_alice(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.app))
            .header("ex-app-id", "voiceassist")
            .header("ex-app-version", env!("CARGO_PKG_VERSION"))
            .header("authorization-app-api", STANDARD.encode(format!("alice:{SECRET}")))
            .header("x-requested-with", "voiceassist")
            .header("content-type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())?;
        let answer = self.agent.run(request)?;
        let status = answer.status().as_u16();
        let text = answer.into_body().read_to_string()?;
        ensure!(status < 300, "{method} {path} answers {status}: {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}
