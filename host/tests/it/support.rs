//! A real application in a temporary folder, driven through its router.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use api_types::{Answer, AnswerEvent, ConversationInfo, DocumentInfo, DocumentList, DocumentStatus, UploadResult};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use testkit::{Database, is_postgres};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use voiceassist::app::App;
use voiceassist::clock::{Clock, SystemRandom};
use voiceassist::config::{Config, Overrides};
use voiceassist::edge::limits::PerMinute;
use voiceassist::knowledge::loading::Loading;
use voiceassist::lifecycle::init::Init;
use voiceassist::lifecycle::{serve, starting};
use voiceassist::{identity, lifecycle, router};

/// A clock that tests move.
pub struct TestClock {
    now: AtomicI64,
    running: OnceLock<Instant>,
}

impl TestClock {
    /// Returns the time before.
    pub fn advance(&self, ms: i64) -> i64 {
        self.now.fetch_add(ms, Ordering::Relaxed)
    }

    /// From now on real time passes, so that what the application measures of itself can be read.
    pub fn run(&self) {
        let _ = self.running.set(Instant::now());
    }
}

impl Clock for TestClock {
    /// Where it stands every look is one millisecond later, so that rows made one after the other have an order.
    fn now_ms(&self) -> i64 {
        match self.running.get() {
            Some(since) => self.now.load(Ordering::Relaxed) + since.elapsed().as_millis() as i64,
            None => self.now.fetch_add(1, Ordering::Relaxed),
        }
    }
}

pub struct TestApp {
    pub app: Arc<App>,
    pub clock: Arc<TestClock>,
    pub router: Router,
    stop: CancellationToken,
    _database: Database,
    _folder: tempfile::TempDir,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// False, and said why, where the tests run on PostgreSQL.
pub fn only_on_sqlite(why: &str) -> bool {
    if is_postgres() {
        skipped(&format!("skipped on PostgreSQL: {why}"));
    }
    !is_postgres()
}

/// Past the test runner, which keeps what a test prints to itself.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stdout(), "{why}");
}

/// One signed-in browser.
pub struct Browser<'a> {
    test: &'a TestApp,
    headers: Vec<(&'static str, String)>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("voiceassist.toml");
        std::fs::write(&file, "").unwrap();
        let mut config = Config::load(&Overrides {
            file: Some(file),
            ..Overrides::default()
        })
        .unwrap();
        config.data_dir = folder.path().join("data");
        let database = Database::fresh(&config.data_dir).await;
        config.database_url.clone_from(&database.url);
        config.demo_dir = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../demo"));
        // By this clock a whole test may be over within a second.
        let plenty = NonZeroU32::new(1_000_000).unwrap();
        config.limits = PerMinute {
            sign_in: plenty,
            ask: plenty,
            user: plenty,
            address: plenty,
        };
        // Tests look when they want to.
        config.health_every = Duration::from_secs(24 * 60 * 60);
        change(&mut config);
        // 2026-03-02T08:00:00Z
        let clock = Arc::new(TestClock {
            now: AtomicI64::new(1_772_438_400_000),
            running: OnceLock::new(),
        });
        let exe = PathBuf::from(env!("CARGO_BIN_EXE_voiceassist"));
        let app = lifecycle::serve::build(config, clock.clone(), Arc::new(SystemRandom), exe)
            .await
            .unwrap();
        let stop = CancellationToken::new();
        lifecycle::serve::start_work(&app, &stop).await.unwrap();
        Self {
            router: router::router(Arc::clone(&app)),
            app,
            clock,
            stop,
            _database: database,
            _folder: folder,
        }
    }

    pub async fn link(&self, user: &str) -> String {
        let (clock, random) = (self.app.clock.as_ref(), self.app.random.as_ref());
        identity::login::link(&self.app.config, &self.app.db, clock, random, user)
            .await
            .unwrap()
    }

    pub async fn sign_in(&self, user: &str) -> Browser<'_> {
        let token = self.link(user).await;
        let response = self
            .send(post("/api/v1/session", &serde_json::json!({ "token": token })))
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        self.browser(vec![("cookie", cookies(&response))])
    }

    /// A browser whose every request carries these headers.
    pub fn browser(&self, headers: Vec<(&'static str, String)>) -> Browser<'_> {
        Browser { test: self, headers }
    }

    /// Serves the application on a port of its own, as after its start; returns its address.
    pub async fn serve(&self) -> String {
        let (_, routes) = watch::channel(Some(self.router.clone()));
        self.serve_behind(routes, Arc::default()).await
    }

    /// As [`TestApp::serve`], with the routes that come once everything is loaded.
    pub async fn serve_behind(&self, routes: watch::Receiver<Option<Router>>, loading: Arc<Loading>) -> String {
        let (_, cloud) = watch::channel(self.app.cloud.clone());
        let init = self.app.cloud.as_ref().map(|known| {
            let identity = known.client.identity().clone();
            Arc::new(Init::new(identity, cloud, routes.clone(), Arc::clone(&loading)))
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = axum::serve(serve::at_once(listener), starting::router(routes, init, loading));
        tokio::spawn(
            serving
                .with_graceful_shutdown(self.stop.clone().cancelled_owned())
                .into_future(),
        );
        format!("http://{address}")
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }
}

/// What a browser sends back of the cookies that it was given; none when it was given none.
pub fn cookies(response: &Response<Body>) -> String {
    let given = response.headers().get_all("set-cookie").iter();
    let pairs = given.filter_map(|cookie| cookie.to_str().unwrap().split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

pub fn post(path: &str, body: &impl serde::Serialize) -> Request<Body> {
    with_body("POST", path, body)
}

pub fn with_body(method: &str, path: &str, body: &impl serde::Serialize) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .header("x-requested-with", "voiceassist")
        .body(Body::from(serde_json::to_vec(body).unwrap()))
        .unwrap()
}

pub fn bare(method: &str, path: &str) -> Request<Body> {
    let builder = Request::builder()
        .method(method)
        .uri(path)
        .header("x-requested-with", "voiceassist");
    builder.body(Body::empty()).unwrap()
}

/// A form with one file.
pub fn upload_form(name: &str, content: &[u8]) -> Request<Body> {
    let boundary = "----voiceassist-test-boundary";
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Request::builder()
        .method("POST")
        .uri("/api/v1/documents")
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .header("x-requested-with", "voiceassist")
        .body(Body::from(body))
        .unwrap()
}

pub async fn bytes(response: Response<Body>) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

pub async fn json<T: DeserializeOwned>(response: Response<Body>) -> T {
    let status = response.status();
    let body = bytes(response).await;
    serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{status} {error}: {}", String::from_utf8_lossy(&body)))
}

/// The events of a stream with their ids.
pub fn parse_events(body: &[u8]) -> Vec<(i64, AnswerEvent)> {
    String::from_utf8_lossy(body)
        .split("\n\n")
        .filter_map(|block| {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
            Some((
                field("id:")?.parse().unwrap(),
                serde_json::from_str(field("data:")?).unwrap(),
            ))
        })
        .collect()
}

impl Browser<'_> {
    pub fn cookie(&self) -> String {
        let mut cookies = self.headers.iter().filter(|(name, _)| *name == "cookie");
        cookies.next().map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The headers that say who it is.
    pub fn who(&self) -> Vec<(&'static str, String)> {
        self.headers.clone()
    }

    pub async fn send(&self, mut request: Request<Body>) -> Response<Body> {
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        self.test.send(request).await
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let response = self.send(bare("GET", path)).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        json(response).await
    }

    pub async fn upload(&self, name: &str, content: &[u8]) -> Response<Body> {
        self.send(upload_form(name, content)).await
    }

    /// Uploads and waits until the file is ready or failed.
    pub async fn add(&self, name: &str, content: &[u8]) -> DocumentInfo {
        let result: UploadResult = json(self.upload(name, content).await).await;
        let id = result.files[0].document.as_ref().expect("a document").id.clone();
        self.settled(&id).await
    }

    pub async fn settled(&self, id: &str) -> DocumentInfo {
        for _ in 0..600 {
            let info: DocumentInfo = self.get(&format!("/api/v1/documents/{id}")).await;
            if matches!(info.status, DocumentStatus::Ready | DocumentStatus::Failed) {
                return info;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the document was not read within a minute");
    }

    pub async fn documents(&self) -> Vec<DocumentInfo> {
        let mut all = Vec::new();
        let mut path = "/api/v1/documents".to_owned();
        loop {
            let page: DocumentList = self.get(&path).await;
            all.extend(page.documents);
            let Some(next) = page.next else { return all };
            path = format!("/api/v1/documents?after={next}");
        }
    }

    pub async fn conversation(&self) -> String {
        let response = self.send(bare("POST", "/api/v1/conversations")).await;
        json::<ConversationInfo>(response).await.id
    }

    pub async fn events(&self, conversation: &str, client_id: &str, text: &str) -> Vec<(i64, AnswerEvent)> {
        let body = serde_json::json!({ "client_message_id": client_id, "text": text });
        let response = self
            .send(post(&format!("/api/v1/conversations/{conversation}/messages"), &body))
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        parse_events(&bytes(response).await)
    }

    pub async fn ask(&self, conversation: &str, text: &str) -> Answer {
        // As of a real client, the id says nothing of the question: it is stored as it is, to be found again.
        let id = hex::encode(Sha256::digest(text));
        answer_of(&self.events(conversation, &id, text).await)
    }
}

pub fn answer_of(events: &[(i64, AnswerEvent)]) -> Answer {
    match events.last() {
        Some((_, AnswerEvent::Done { answer, .. })) => (**answer).clone(),
        other => panic!("no answer: {other:?}"),
    }
}
