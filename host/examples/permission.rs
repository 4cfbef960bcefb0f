//! Prints how long one permission check takes against the Nextcloud double, which answers each request after 5 ms:
//! 20 candidate files, of which 6 are cited. Requests pass the egress gate with its log on disk, as in the server.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use testkit::nextcloud::{AppSpec, Share};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::cloud::{self, Cloud};
use voiceassist::config::Installed;
use voiceassist::egress::{Egress, EgressSettings};

const CHECKS: usize = 200;
const LIMIT_MS: f64 = 40.0;
const SECRET: &str = "secret";

#[tokio::main]
async fn main() {
    let double = testkit::nextcloud::Nextcloud::start(AppSpec::new("voiceassist", SECRET))
        .await
        .unwrap();
    double.user("alice", &[]);
    double.user("bob", &[]);
    let folder = double.folder("alice", "/Shared");
    let files: Vec<i64> = (0..20)
        .map(|n| double.put("alice", &format!("/Shared/{n}.md"), "text"))
        .collect();
    double.share(folder, Share::user("bob"));
    double.set_app_enabled(true);
    double.delay(Duration::from_millis(5));

    let data = tempfile::tempdir().unwrap();
    let db = voiceassist::db::open(&format!("sqlite://{}", data.path().join("bench.db").display()))
        .await
        .unwrap();
    let installed = Installed {
        identity: nextcloud::AppIdentity {
            id: "voiceassist".into(),
            version: "0.1.0".into(),
            secret: SECRET.into(),
        },
        address: nextcloud::Address::parse(&double.url()).unwrap(),
        socket: None,
    };
    let gate = EgressSettings {
        allowed: vec![cloud::origin(&installed).unwrap()],
        ..EgressSettings::default()
    };
    let egress = Egress::new(gate, db.clone(), Arc::new(SystemClock), Arc::new(SystemRandom));
    let cloud = Cloud::new(&installed, egress, db, Arc::new(SystemClock));
    let identity = &installed.identity;
    let user = identity.verify(&signed(identity)).unwrap().acting().unwrap().clone();

    double.clear_log();
    let mut took = Vec::new();
    for _ in 0..CHECKS {
        let began = Instant::now();
        let deadline = nextcloud::deadline();
        let listed = cloud.client.may_list(&user, &files, deadline).await;
        let cited: Vec<_> = files[..6].iter().map(|id| listed.readable[id].clone()).collect();
        let verdicts = cloud.client.may_read(&user, &cited, deadline).await;
        took.push(began.elapsed().as_secs_f64() * 1000.0);
        assert!(verdicts.len() == 6 && verdicts.values().all(|one| *one == nextcloud::Verdict::Readable));
    }
    let log = double.log();
    let per_check = |method: &str| {
        log.iter()
            .filter(|entry| entry.method == method && entry.path.contains("/remote.php/dav"))
            .count()
            / CHECKS
    };
    let accounts = log.iter().filter(|entry| entry.path.contains("/cloud/user")).count() / CHECKS;
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((CHECKS - 1) as f64 * share) as usize];
    println!(
        "permission check of 20 candidates, 6 cited: {} SEARCH, {} GET, {accounts} account; p50 {:.1} ms, p95 {:.1} ms = {:.2} of the {LIMIT_MS} ms allowed",
        per_check("SEARCH"),
        per_check("GET"),
        at(0.5),
        at(0.95),
        at(0.95) / LIMIT_MS
    );
}

fn signed(identity: &nextcloud::AppIdentity) -> http::HeaderMap {
    use base64::Engine;
    let token = base64::engine::general_purpose::STANDARD.encode(format!("bob:{SECRET}"));
    let mut headers = http::HeaderMap::new();
    headers.insert("ex-app-id", identity.id.parse().unwrap());
    headers.insert("ex-app-version", identity.version.parse().unwrap());
    headers.insert("authorization-app-api", token.parse().unwrap());
    headers
}
