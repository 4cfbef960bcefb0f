//! The egress gate: what it refuses, what it writes down, what it counts.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use http::{HeaderMap, HeaderValue, Method};
use plugin_package::{Access, HttpRule, Phase, Rights, World};
use sha2::{Digest, Sha256};
use sqlx::Row;
use testkit::{Database, SinkServer, Step};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::db::Db;
use voiceassist::egress::{
    AllowedOrigin, Class, ConnectRequest, Egress, EgressError, EgressRequest, EgressSettings, Limits, Origin,
    OriginKind, PhiMode, PluginOrigin, Refusal, Resolve, Resolving,
};

use crate::namespace::enter;
use crate::receipt::{carried, logged};

const PATIENT: &str = "Patient john smith, DOB: 01/15/1990, MRN: 12345678";

/// A database of its own; the folder goes when it is dropped.
pub struct Store {
    pub db: Db,
    _database: Database,
    _folder: tempfile::TempDir,
}

pub async fn store() -> Store {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::fresh(folder.path()).await;
    Store {
        db: voiceassist::db::open(&database.url).await.unwrap(),
        _database: database,
        _folder: folder,
    }
}

pub fn operator(url: &str) -> AllowedOrigin {
    AllowedOrigin {
        origin: Origin::parse(url).unwrap(),
        local: false,
        phi: PhiMode::Never,
    }
}

fn local(url: &str) -> AllowedOrigin {
    AllowedOrigin {
        local: true,
        ..operator(url)
    }
}

pub fn gate(store: &Store, allowed: Vec<AllowedOrigin>) -> Egress {
    gate_within(store, allowed, Limits::default())
}

fn gate_within(store: &Store, allowed: Vec<AllowedOrigin>, limits: Limits) -> Egress {
    let settings = EgressSettings {
        allowed,
        limits,
        ..EgressSettings::default()
    };
    Egress::new(
        settings,
        store.db.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    )
}

fn gate_with_names(store: &Store, allowed: Vec<AllowedOrigin>, names: &Arc<Names>) -> Egress {
    let settings = EgressSettings {
        allowed,
        ..EgressSettings::default()
    };
    Egress::with_resolver(
        settings,
        store.db.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        names.clone(),
    )
}

/// Answers each question for a name with the next of its scripted answers; the last one is repeated.
#[derive(Default)]
struct Names {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn of(name: &str, answers: &[&[&str]]) -> Arc<Self> {
        let parsed = answers
            .iter()
            .map(|one| one.iter().map(|ip| ip.parse().unwrap()).collect())
            .collect();
        Arc::new(Self {
            answers: HashMap::from([(name.to_owned(), parsed)]),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|name| *name == host).count();
        asked.push(host.to_owned());
        let answer = self
            .answers
            .get(host)
            .and_then(|all| all.get(before).or(all.last()))
            .cloned();
        Box::pin(async move { answer.ok_or_else(|| std::io::Error::other("no such name")) })
    }
}

fn post(url: &str, body: &str) -> EgressRequest {
    EgressRequest::post_json("test", url, Class::Public, body.to_owned())
}

fn from_plugin(url: &str) -> EgressRequest {
    granted(&[url], url)
}

/// A request of a plugin that was granted these addresses, as settings that IT entered.
fn granted(addresses: &[&str], url: &str) -> EgressRequest {
    let keys = (0..).map(|number| format!("address-{number}"));
    let settings: BTreeMap<String, String> = keys.zip(addresses.iter().map(|one| (*one).to_owned())).collect();
    let rule = |key: &String| HttpRule {
        origin: plugin_package::Origin::Setting(key.clone()),
        title: None,
        methods: vec![plugin_package::Method::Get],
        read_only_post: Vec::new(),
        requests_per_minute: None,
        public_ids: Vec::new(),
    };
    let plugin = PluginOrigin {
        id: "pubmed".to_owned(),
        access: Access {
            world: World::Integration,
            receives: BTreeMap::new(),
            http: settings.keys().map(rule).collect(),
            credentials: Vec::new(),
            files: Vec::new(),
            rights: Rights::default(),
        },
        settings,
        phase: Phase::Read,
        secrets: Vec::new(),
    };
    EgressRequest {
        origin: OriginKind::Plugin(Arc::new(plugin)),
        method: Method::GET,
        ..post(url, "")
    }
}

async fn ok_sink() -> SinkServer {
    SinkServer::start(|_| Step::response(200, &[], "fine")).await.unwrap()
}

async fn refusal(egress: &Egress, request: EgressRequest) -> Refusal {
    match egress.send(request).await {
        Err(EgressError::Refused(refusal)) => refusal,
        Err(other) => panic!("not refused but {other}"),
        Ok(response) => panic!("not refused but {}", response.status),
    }
}

async fn error(egress: &Egress, request: EgressRequest) -> EgressError {
    match egress.send(request).await {
        Err(error) => error,
        Ok(response) => response.bytes().await.unwrap_err(),
    }
}

#[tokio::test]
async fn with_nothing_configured_nothing_is_reached() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(&store, vec![]);
    let refused = refusal(&egress, post(&sink.origin(), "{}")).await;
    assert_eq!(refused, Refusal::NotAllowed(sink.origin()));
    assert_eq!(sink.connections(), 0);
    let row = &egress.recent(10).await.unwrap()[0];
    assert_eq!(
        row.outcome,
        format!("refused: {} is not on the allow-list", sink.origin())
    );
    assert_eq!((row.bytes_out, row.destination.as_str()), (0, sink.origin().as_str()));
}

#[tokio::test]
async fn the_allow_list_means_scheme_host_and_port_and_one_holder() {
    let (store, sink) = (store().await, ok_sink().await);
    let port = sink.address().port();
    let egress = gate(&store, vec![operator(&sink.origin())]);
    for url in [
        format!("https://127.0.0.1:{port}/"),
        "http://127.0.0.1/".to_owned(),
        format!("http://127.0.0.1:{}/", port ^ 1),
        format!("http://127.0.0.2:{port}/"),
        format!("http://localhost:{port}/"),
    ] {
        assert!(
            matches!(refusal(&egress, post(&url, "{}")).await, Refusal::NotAllowed(_)),
            "{url}"
        );
    }
    let someone_elses = refusal(&egress, granted(&[], &sink.origin())).await;
    assert!(matches!(someone_elses, Refusal::Plugin(_)));
    assert_eq!(sink.connections(), 0);
    assert_eq!(egress.send(post(&sink.origin(), "{}")).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_plugin_cannot_reach_inside_however_it_writes_the_address() {
    let (store, sink) = (store().await, ok_sink().await);
    let port = sink.address().port();
    let hosts = [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::7f00:1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "0.0.0.0",
    ];
    for host in hosts {
        let url = format!("http://{host}:{port}/");
        let egress = gate(&store, vec![]);
        let refused = refusal(&egress, from_plugin(&url)).await;
        assert!(matches!(refused, Refusal::Address { .. }), "{url}: {refused}");
    }
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn the_operator_reaches_inside_but_never_a_metadata_service() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(
        &store,
        vec![operator(&sink.origin()), operator("http://169.254.169.254/")],
    );
    assert_eq!(egress.send(post(&sink.origin(), "{}")).await.unwrap().status, 200);
    let refused = refusal(&egress, post("http://169.254.169.254/latest/meta-data", "{}")).await;
    assert!(matches!(
        refused,
        Refusal::Address {
            kind: "a cloud metadata address",
            ..
        }
    ));
}

#[tokio::test]
async fn a_name_is_resolved_once_and_the_connection_goes_to_that_address() {
    let (store, sink) = (store().await, ok_sink().await);
    let url = format!("http://model.hospital.example:{}/v1", sink.address().port());
    let names = Names::of("model.hospital.example", &[&["127.0.0.1"], &["8.8.8.8"]]);
    let egress = gate_with_names(&store, vec![operator(&url)], &names);
    assert_eq!(
        egress.send(post(&url, "{}")).await.unwrap().bytes().await.unwrap(),
        "fine"
    );
    assert_eq!(names.asked(), 1);
    let host = format!("model.hospital.example:{}", sink.address().port());
    assert_eq!(sink.requests()[0].header("host"), Some(host.as_str()));
}

#[tokio::test]
async fn a_rebinding_name_is_refused() {
    let (store, sink) = (store().await, ok_sink().await);
    let url = format!("http://evil.example:{}/", sink.address().port());
    for answer in [
        &["127.0.0.1"][..],
        &["8.8.8.8", "127.0.0.1"],
        &["8.8.8.8", "::ffff:10.0.0.1"],
    ] {
        let names = Names::of("evil.example", &[answer]);
        let egress = gate_with_names(&store, vec![], &names);
        assert!(
            matches!(refusal(&egress, from_plugin(&url)).await, Refusal::Address { .. }),
            "{answer:?}"
        );
    }
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn a_local_name_that_moves_outside_stops_seeing_patients() {
    let (store, sink) = (store().await, ok_sink().await);
    let url = format!("http://model.hospital.example:{}/", sink.address().port());
    let names = Names::of("model.hospital.example", &[&["127.0.0.1"], &["8.8.8.8"]]);
    let egress = gate_with_names(&store, vec![local(&url)], &names);
    let first = egress.send(post(&url, PATIENT)).await.unwrap();
    assert!(!first.remote);
    first.bytes().await.unwrap();
    assert!(matches!(
        refusal(&egress, post(&url, PATIENT)).await,
        Refusal::Phi { .. }
    ));
    assert_eq!(sink.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_destination_is_not_even_looked_up() {
    let store = store().await;
    let names = Names::of("remote.example", &[&["8.8.8.8"]]);
    let egress = gate_with_names(&store, vec![operator("https://remote.example/")], &names);
    refusal(&egress, post("https://other.example/", "{}")).await;
    refusal(&egress, post("https://remote.example/", PATIENT)).await;
    assert_eq!(names.asked(), 0);
}

#[tokio::test]
async fn a_redirect_inside_is_refused_even_when_the_operator_allowed_both_ends() {
    let (store, inner) = (store().await, ok_sink().await);
    for to in [inner.origin(), format!("http://2130706433:{}/", inner.address().port())] {
        let outer = SinkServer::start(move |_| Step::redirect(307, &to)).await.unwrap();
        let egress = gate(&store, vec![operator(&outer.origin()), operator(&inner.origin())]);
        let refused = refusal(&egress, post(&outer.origin(), "{}")).await;
        assert!(
            matches!(
                refused,
                Refusal::Address {
                    kind: "a loopback address",
                    ..
                }
            ),
            "{refused}"
        );
        let rows = egress.recent(2).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.outcome == "sent").count(), 1);
    }
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_an_unlisted_place_a_user_name_or_another_scheme_is_refused() {
    let store = store().await;
    for to in [
        "http://evil.example/",
        "http://169.254.169.254/",
        "http://user:pw@127.0.0.1/",
        "file:///etc/passwd",
    ] {
        let outer = SinkServer::start(move |_| Step::redirect(302, to)).await.unwrap();
        let egress = gate(&store, vec![operator(&outer.origin())]);
        refusal(&egress, post(&outer.origin(), "{}")).await;
        assert_eq!(outer.requests().len(), 1);
    }
}

/// In a namespace that gives this machine the addresses 8.8.8.8 and 9.9.9.9, so that redirects meet public addresses.
/// The environment names a proxy that does not exist: whoever used it would reach nothing.
fn in_a_small_internet(test: &str, story: impl Future<Output = ()>) {
    let setup = "ip address add 8.8.8.8/32 dev lo; ip address add 9.9.9.9/32 dev lo; \
        export http_proxy=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9;";
    if enter(&format!("egress::{test}"), setup) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(story);
    }
}

fn at(ip: &str, sink: &SinkServer) -> String {
    format!("http://{ip}:{}", sink.address().port())
}

#[test]
fn redirects_between_allowed_places_are_followed_and_logged_one_by_one() {
    in_a_small_internet(
        "redirects_between_allowed_places_are_followed_and_logged_one_by_one",
        async {
            for (status, second) in [
                (307, "POST / HTTP/1.1"),
                (308, "POST / HTTP/1.1"),
                (302, "GET / HTTP/1.1"),
                (303, "GET / HTTP/1.1"),
            ] {
                let (store, last) = (
                    store().await,
                    SinkServer::everywhere(|_| Step::response(200, &[], "fine"))
                        .await
                        .unwrap(),
                );
                let to = at("9.9.9.9", &last);
                let first = SinkServer::everywhere(move |_| Step::redirect(status, &to))
                    .await
                    .unwrap();
                let egress = gate(
                    &store,
                    vec![operator(&at("8.8.8.8", &first)), operator(&at("9.9.9.9", &last))],
                );
                let mut request = post(&at("8.8.8.8", &first), "{\"q\":1}");
                let mut key = HeaderValue::from_static("secret");
                key.set_sensitive(true);
                request.headers.insert("x-api-key", key);
                request
                    .headers
                    .insert("authorization", HeaderValue::from_static("Bearer x"));
                request.answer_id = Some("a".into());
                assert_eq!(egress.send(request).await.unwrap().bytes().await.unwrap(), "fine");
                assert_eq!(first.requests()[0].header("x-api-key"), Some("secret"));
                let wire = last.requests().remove(0);
                assert_eq!(
                    (wire.line(), wire.header("x-api-key"), wire.header("authorization")),
                    (second, None, None)
                );
                let repeated = status > 306;
                assert_eq!(wire.body.len(), if repeated { 7 } else { 0 });
                let receipt = egress.receipt("a").await.unwrap();
                let bytes: Vec<i64> = receipt.requests.iter().map(|row| row.bytes_out).collect();
                assert_eq!(
                    (bytes.iter().sum::<i64>(), bytes.len()),
                    (if repeated { 14 } else { 7 }, 2)
                );
                for (sink, ip) in [(&first, "8.8.8.8"), (&last, "9.9.9.9")] {
                    let arrived: Vec<_> = sink.requests().iter().map(carried).collect();
                    assert_eq!(arrived, logged(&store.db, &at(ip, sink)).await);
                }
            }
        },
    );
}

#[test]
fn endless_redirects_end() {
    in_a_small_internet("endless_redirects_end", async {
        let (store, sink) = (
            store().await,
            SinkServer::everywhere(|_| Step::redirect(302, "/again")).await.unwrap(),
        );
        let egress = gate(&store, vec![operator(&at("8.8.8.8", &sink))]);
        assert_eq!(
            refusal(&egress, post(&at("8.8.8.8", &sink), "")).await,
            Refusal::TooManyRedirects(5)
        );
        assert_eq!(sink.requests().len(), 6);
    });
}

#[test]
fn a_plugin_reaches_its_public_host_and_no_redirect_inside() {
    in_a_small_internet("a_plugin_reaches_its_public_host_and_no_redirect_inside", async {
        let (store, inner) = (store().await, ok_sink().await);
        let to = inner.origin();
        let public = SinkServer::everywhere(move |request| match request.line() {
            "GET /away HTTP/1.1" => Step::redirect(302, &to),
            _ => Step::response(200, &[], "fine"),
        })
        .await
        .unwrap();
        let url = at("8.8.8.8", &public);
        let egress = gate(&store, vec![]);
        assert_eq!(
            egress.send(from_plugin(&url)).await.unwrap().bytes().await.unwrap(),
            "fine"
        );
        let refused = refusal(&egress, granted(&[&url, &inner.origin()], &format!("{url}/away"))).await;
        assert!(
            matches!(
                refused,
                Refusal::Address {
                    kind: "a loopback address",
                    ..
                }
            ),
            "{refused}"
        );
        assert_eq!(inner.connections(), 0);
    });
}

#[test]
fn a_name_that_turns_inward_between_two_requests_is_refused_although_a_connection_is_open() {
    in_a_small_internet(
        "a_name_that_turns_inward_between_two_requests_is_refused_although_a_connection_is_open",
        async {
            let store = store().await;
            let sink = SinkServer::everywhere(|_| Step::response(200, &[], "fine"))
                .await
                .unwrap();
            let url = format!("http://rebind.example:{}/", sink.address().port());
            let names = Names::of("rebind.example", &[&["8.8.8.8"], &["127.0.0.1"]]);
            let egress = gate_with_names(&store, vec![], &names);
            assert_eq!(
                egress.send(from_plugin(&url)).await.unwrap().bytes().await.unwrap(),
                "fine"
            );
            assert!(matches!(
                refusal(&egress, from_plugin(&url)).await,
                Refusal::Address { .. }
            ));
            assert_eq!(sink.requests().len(), 1);
        },
    );
}

#[tokio::test]
async fn userinfo_and_unreadable_addresses_are_refused_and_logged_without_it() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(&store, vec![operator(&sink.origin())]);
    let url = format!("http://john:secret@{}/", sink.address());
    assert_eq!(refusal(&egress, post(&url, "{}")).await, Refusal::Userinfo);
    assert_eq!(refusal(&egress, post("not a url", "{}")).await, Refusal::NotAUrl);
    let rows = egress.recent(10).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .all(|row| !row.destination.contains("secret") && !row.outcome.contains("secret"))
    );
}

#[tokio::test]
async fn the_row_is_there_before_the_first_byte_leaves() {
    let store = store().await;
    let sink = SinkServer::start(|_| vec![Step::Hang]).await.unwrap();
    let egress = gate(&store, vec![operator(&sink.origin())]);
    let sending = tokio::spawn({
        let (egress, request) = (egress.clone(), post(&sink.origin(), "{\"q\":1}"));
        async move { egress.send(request).await.is_ok() }
    });
    while sink.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let row = egress.recent(1).await.unwrap().remove(0);
    assert_eq!((row.outcome.as_str(), row.bytes_out), ("sending", 7));
    sending.abort();
}

#[tokio::test]
async fn without_a_log_nothing_is_sent() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(&store, vec![operator(&sink.origin())]);
    sqlx::query("DROP TABLE egress_log").execute(&store.db).await.unwrap();
    let failed = error(&egress, post(&sink.origin(), "{}")).await;
    assert!(matches!(failed, EgressError::LogUnavailable));
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn a_planted_identifier_is_caught_wherever_and_however_it_is_written() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(&store, vec![operator(&sink.origin())]);
    let unicode: String = PATIENT.chars().map(|c| format!("\\u{:04X}", u32::from(c))).collect();
    let nested = serde_json::json!({ "arguments": serde_json::json!({ "note": PATIENT }).to_string() }).to_string();
    let bodies = [
        PATIENT.to_owned(),
        format!("{{\"x\":\"{unicode}\"}}"),
        nested,
        "\u{0}binary".to_owned(),
    ];
    for body in bodies {
        let refused = refusal(&egress, post(&sink.origin(), &body)).await;
        assert_eq!(
            refused,
            Refusal::Phi {
                destination: sink.origin()
            },
            "{body}"
        );
    }
    let query = format!("{}/search?q=Patient%20john%20smith%20MRN%3A%2012345678", sink.origin());
    assert!(matches!(
        refusal(&egress, post(&query, "{}")).await,
        Refusal::Phi { .. }
    ));
    let path = format!("{}/patients/Patient%20john%20smith%20MRN:%2012345678", sink.origin());
    assert!(matches!(refusal(&egress, post(&path, "{}")).await, Refusal::Phi { .. }));
    let mut in_header = post(&sink.origin(), "{}");
    in_header
        .headers
        .insert("x-note", HeaderValue::from_static("Patient john smith, MRN: 12345678"));
    assert!(matches!(refusal(&egress, in_header).await, Refusal::Phi { .. }));
    assert_eq!(sink.connections(), 0);
    assert!(
        egress
            .recent(10)
            .await
            .unwrap()
            .iter()
            .all(|row| row.class == "phi" && row.bytes_out == 0)
    );
}

#[tokio::test]
async fn what_the_caller_knows_to_be_phi_stays_phi() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(&store, vec![operator(&sink.origin())]);
    let request = EgressRequest {
        class: Class::Phi,
        ..post(&sink.origin(), "{\"q\":\"heart failure\"}")
    };
    assert!(matches!(refusal(&egress, request).await, Refusal::Phi { .. }));
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn a_local_endpoint_may_see_patients_and_nothing_left_the_building() {
    let (store, sink) = (store().await, ok_sink().await);
    let egress = gate(&store, vec![local(&sink.origin())]);
    let request = EgressRequest {
        answer_id: Some("a1".into()),
        ..post(&sink.origin(), PATIENT)
    };
    egress.send(request).await.unwrap().bytes().await.unwrap();
    let receipt = egress.receipt("a1").await.unwrap();
    assert_eq!(receipt.left_the_building, "nothing");
    assert_eq!(receipt.requests.len(), 1);
    assert_eq!(
        (receipt.requests[0].class.as_str(), receipt.requests[0].remote),
        ("phi", false)
    );
    assert_eq!(egress.receipt("a2").await.unwrap().requests.len(), 0);
}

#[tokio::test]
async fn the_log_counts_exactly_the_body_on_the_wire() {
    let store = store().await;
    let sink = SinkServer::start(|_| {
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        let chunk = |text: &str| Step::Send(format!("{:x}\r\n{text}\r\n", text.len()).into_bytes());
        vec![
            Step::Send(head),
            chunk("first "),
            Step::Wait(Duration::from_millis(20)),
            chunk("second"),
            chunk(""),
        ]
    })
    .await
    .unwrap();
    let egress = gate(&store, vec![operator(&sink.origin())]);
    let body = serde_json::json!({ "question": "Which dose of an α-blocker at a GFR ≥ 30 mL/min, naïve patients?" })
        .to_string();
    let mut headers = HeaderMap::new();
    headers.insert("content-length", HeaderValue::from_static("3"));
    headers.insert("host", HeaderValue::from_static("other.example"));
    headers.insert("transfer-encoding", HeaderValue::from_static("chunked"));
    let request = EgressRequest {
        headers,
        answer_id: Some("a".into()),
        ..post(&sink.origin(), &body)
    };
    let mut response = egress.send(request).await.unwrap();
    let mut chunks = Vec::new();
    while let Some(chunk) = response.body.next().await {
        chunks.push(chunk.unwrap());
    }
    assert_eq!(chunks, ["first ", "second"]);
    let wire = sink.requests().remove(0);
    assert_eq!(wire.body, body.as_bytes());
    assert_eq!(wire.header("host"), Some(sink.address().to_string().as_str()));
    assert_eq!(wire.header("content-length"), Some(body.len().to_string().as_str()));
    assert_eq!(wire.header("transfer-encoding"), None);
    let receipt = egress.receipt("a").await.unwrap();
    let row = &receipt.requests[0];
    assert_eq!((row.bytes_out, row.bytes_in), (i64::try_from(body.len()).unwrap(), 12));
    assert_eq!((row.outcome.as_str(), row.remote), ("sent", true));
    assert_eq!(
        receipt.left_the_building,
        format!("{} bytes (public) to {}", body.len() + "/".len(), sink.origin())
    );
    let stored = sqlx::query("SELECT body_sha256, finished_at FROM egress_log")
        .fetch_one(&store.db)
        .await
        .unwrap();
    assert_eq!(
        stored.get::<String, _>("body_sha256"),
        hex::encode(Sha256::digest(&body))
    );
    assert!(stored.get::<Option<i64>, _>("finished_at").is_some());
}

#[tokio::test]
async fn a_dropped_response_is_counted_as_far_as_it_was_read() {
    let store = store().await;
    let sink = SinkServer::start(|_| vec![Step::Send(b"HTTP/1.1 200 OK\r\n\r\nfive!".to_vec()), Step::Hang])
        .await
        .unwrap();
    let egress = gate(&store, vec![operator(&sink.origin())]);
    let mut response = egress.send(post(&sink.origin(), "{}")).await.unwrap();
    assert_eq!(response.body.next().await.unwrap().unwrap(), "five!");
    drop(response);
    let row = egress.recent(1).await.unwrap().remove(0);
    assert_eq!((row.outcome.as_str(), row.bytes_out, row.bytes_in), ("sent", 2, 5));
}

#[tokio::test]
async fn slow_servers_are_left_waiting() {
    let store = store().await;
    let limits = Limits {
        first_byte: Duration::from_millis(150),
        between_chunks: Duration::from_millis(150),
        total: Duration::from_millis(500),
        ..Limits::default()
    };
    let head = || Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
    let silent = SinkServer::start(|_| vec![Step::Hang]).await.unwrap();
    let stalls = SinkServer::start(move |_| vec![head(), Step::Send(b"x".to_vec()), Step::Hang])
        .await
        .unwrap();
    let drips = SinkServer::start(move |_| {
        let drip = [Step::Wait(Duration::from_millis(40)), Step::Send(b"x".to_vec())];
        std::iter::once(head())
            .chain(drip.into_iter().cycle().take(200))
            .collect()
    })
    .await
    .unwrap();
    for (sink, what) in [(&silent, "response"), (&stalls, "more data"), (&drips, "more data")] {
        let egress = gate_within(&store, vec![operator(&sink.origin())], limits.clone());
        let started = std::time::Instant::now();
        let failed = error(&egress, post(&sink.origin(), "{}")).await;
        assert!(
            matches!(failed, EgressError::Timeout { what: it, .. } if it == what),
            "{failed}"
        );
        assert!(started.elapsed() < Duration::from_secs(3));
        let row = egress.recent(1).await.unwrap().remove(0);
        assert!(
            row.outcome.starts_with("failed: no ") && row.bytes_out == 2,
            "{}",
            row.outcome
        );
    }
}

#[tokio::test]
async fn an_oversized_response_is_cut_and_an_oversized_request_refused() {
    let store = store().await;
    let sink = SinkServer::start(|_| {
        let megabyte = Step::Send(vec![b'x'; 1 << 20]);
        let head = Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
        std::iter::once(head).chain(std::iter::repeat_n(megabyte, 50)).collect()
    })
    .await
    .unwrap();
    let limits = Limits {
        response_bytes: 1 << 20,
        request_bytes: 100,
        ..Limits::default()
    };
    let egress = gate_within(&store, vec![operator(&sink.origin())], limits);
    let failed = error(&egress, post(&sink.origin(), "{}")).await;
    assert!(matches!(failed, EgressError::ResponseTooLarge { limit: 1_048_576 }));
    let row = egress.recent(1).await.unwrap().remove(0);
    assert!(row.bytes_in < 3 << 20, "{}", row.bytes_in);
    let refused = refusal(&egress, post(&sink.origin(), &"x ".repeat(51))).await;
    assert_eq!(refused, Refusal::RequestTooLarge { limit: 100 });
}

#[tokio::test]
async fn a_caller_may_ask_for_less_but_not_for_more() {
    let store = store().await;
    let sink = SinkServer::start(|_| Step::response(200, &[], "0123456789"))
        .await
        .unwrap();
    let egress = gate_within(
        &store,
        vec![operator(&sink.origin())],
        Limits {
            response_bytes: 5,
            ..Limits::default()
        },
    );
    let more = Limits {
        response_bytes: 1000,
        ..Limits::default()
    };
    let failed = error(
        &egress,
        EgressRequest {
            limits: Some(more),
            ..post(&sink.origin(), "{}")
        },
    )
    .await;
    assert!(matches!(failed, EgressError::ResponseTooLarge { limit: 5 }));
}

#[tokio::test]
async fn a_server_that_is_not_there_received_nothing() {
    let store = store().await;
    let gone = ok_sink().await.origin();
    let egress = gate(&store, vec![operator(&gone), operator("http://no-such-name.invalid/")]);
    let request = EgressRequest {
        answer_id: Some("a".into()),
        ..post(&gone, "{}")
    };
    assert!(matches!(error(&egress, request).await, EgressError::NotConnected));
    let names = Names::of("other", &[]);
    let egress_without_names = gate_with_names(&store, vec![operator("http://no-such-name.invalid/")], &names);
    let unknown = error(&egress_without_names, post("http://no-such-name.invalid/", "{}")).await;
    assert!(matches!(unknown, EgressError::NameNotResolved));
    let receipt = egress.receipt("a").await.unwrap();
    assert_eq!(receipt.left_the_building, "nothing");
    assert_eq!(receipt.requests[0].bytes_out, 0);
}

#[tokio::test]
async fn a_connection_that_is_not_http_is_checked_counted_and_logged() {
    let store = store().await;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut got = [0; 6];
        stream.read_exact(&mut got).await.unwrap();
        stream.write_all(b"220 mail\r\n").await.unwrap();
        got
    });
    let smtp = |local| AllowedOrigin {
        origin: Origin::tcp("smtp", "127.0.0.1", port).unwrap(),
        local,
        phi: PhiMode::Never,
    };
    let request = || ConnectRequest {
        purpose: "mail",
        scheme: "smtp",
        host: "127.0.0.1",
        port,
        agreement: None,
        answer_id: Some("a"),
    };

    let unlisted = gate(&store, vec![]).connect(request()).await;
    assert!(matches!(unlisted, Err(EgressError::Refused(Refusal::NotAllowed(_)))));
    let remote = gate(&store, vec![smtp(false)]).connect(request()).await;
    assert!(matches!(remote, Err(EgressError::Refused(Refusal::Phi { .. }))));

    let egress = gate(&store, vec![smtp(true)]);
    let mut connection = egress.connect(request()).await.unwrap();
    connection.write_all(b"EHLO x").await.unwrap();
    let mut greeting = String::new();
    connection.read_to_string(&mut greeting).await.unwrap();
    assert_eq!(
        (greeting.as_str(), server.await.unwrap().as_slice()),
        ("220 mail\r\n", b"EHLO x".as_slice())
    );
    drop(connection);
    let receipt = egress.receipt("a").await.unwrap();
    assert_eq!(receipt.left_the_building, "nothing");
    let sent: Vec<_> = receipt.requests.iter().filter(|row| row.outcome == "sent").collect();
    assert_eq!(
        (sent.len(), sent[0].bytes_out, sent[0].bytes_in, sent[0].class.as_str()),
        (1, 6, 10, "phi")
    );
    assert_eq!(sent[0].destination, format!("smtp://127.0.0.1:{port}"));
}
