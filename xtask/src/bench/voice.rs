//! `cargo xtask bench voice`: a client speaks to a really started host in real time; what it waits for, with the bars, and
//! what the host measured of the same turns, stage by stage.

use std::process::Command;

use anyhow::Result;

use super::example;
use crate::command::announce;
use crate::host::{Host, fresh_folder};
use crate::paths::Paths;
use crate::run;
use crate::setup::Purpose;
use crate::term::result;
use crate::test::host_tests;

/// Four sessions each, of 105.
const USERS: usize = 27;
const SESSIONS: &str = "120";

pub fn bench(paths: &Paths) -> Result<()> {
    if paths.given_binary().is_none() {
        run::build(paths, Purpose::Test)?;
    }
    let mut client: Command = example(paths, "voice")?;
    let work = fresh_folder(paths.target.join("bench-voice"))?;
    let host = Host::start_with(
        &paths.host_binary(),
        &paths.root,
        &work.join("data"),
        true,
        &work.join("host.log"),
        &[("VOICEASSIST_VOICE_SESSIONS", SESSIONS)],
    )?;
    let admin = host.sign_in()?;
    client.args([host.origin.clone(), host.id().to_string()]);
    let tokens: Result<Vec<String>> = (0..USERS)
        .map(|user| Ok(host.sign_in_as(&format!("speaker-{user}"))?.authorization))
        .collect();
    client.env("TOKENS", tokens?.join("\n"));
    result(format!("{}", paths.host_binary().display()));
    announce(&mut client, None)?;
    let analytics = admin.get("/api/admin/panel/voice/tt-analytics?window=1h")?;
    result("the same turns, and those of the crowd, as the host measured them");
    for stage in analytics["stages"].as_array().into_iter().flatten() {
        let ms = |name: &str| stage[name].as_i64().map_or("-".to_owned(), |ms| ms.to_string());
        result(format!(
            "{:<44} {:>4} times  p50 {:>6}  p95 {:>6} ms",
            stage["name"].as_str().unwrap_or_default(),
            stage["count"],
            ms("p50"),
            ms("p95")
        ));
    }
    result("what the host adds to parts that answer at once");
    let mut added = host_tests(paths);
    added
        .args(["--release", "--test", "it", "--", "--nocapture", "voice::added"])
        .env("VOICEASSIST_BENCH_ROUNDS", "40");
    announce(&mut added, None)
}
