//! An app that records what reaches it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::StreamExt;
use http::{HeaderMap, Method, StatusCode, Uri};

use super::probe::{Probe, signed};

#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Who the signature names.
    pub fn user(&self) -> Option<String> {
        let bytes = STANDARD.decode(self.header("authorization-app-api")?).ok()?;
        Some(String::from_utf8(bytes).ok()?.split_once(':')?.0.to_owned())
    }
}

#[derive(Default)]
pub struct Behaviour {
    pub seen: Vec<Seen>,
    pub init: Option<u16>,
    pub refuse: String,
    /// Nextcloud's address, when `/init` is to report progress.
    pub report_to: Option<Arc<Probe>>,
    pub error: String,
}

#[derive(Clone, Default)]
pub struct FakeApp {
    pub state: Arc<Mutex<Behaviour>>,
    pub url: String,
}

impl FakeApp {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = Self {
            state: Arc::default(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let router = Router::new().fallback(answer).with_state(app.state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        app
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    pub fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }

    pub fn lines(&self) -> Vec<String> {
        self.seen()
            .iter()
            .map(|seen| format!("{} {}", seen.method, seen.target))
            .collect()
    }

    pub fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.state.lock().unwrap());
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Behaviour>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    state.lock().unwrap().seen.push(Seen {
        method: method.to_string(),
        target,
        headers,
        body,
    });
    match uri.path() {
        "/heartbeat" => r#"{"status":"ok"}"#.into_response(),
        "/enabled" => {
            let error = state.lock().unwrap().refuse.clone();
            serde_json::json!({ "error": error }).to_string().into_response()
        }
        "/init" => init(&state),
        "/api/old" => (StatusCode::FOUND, [("location", "/api/new?x=1")]).into_response(),
        "/api/new" => "new".into_response(),
        "/api/cookies" => {
            let mut response = "x".into_response();
            for cookie in ["a=1", "b=2"] {
                response.headers_mut().append("set-cookie", cookie.parse().unwrap());
            }
            response
                .headers_mut()
                .insert("cache-control", "no-store".parse().unwrap());
            response
                .headers_mut()
                .insert("content-security-policy", "default-src 'self'".parse().unwrap());
            response
        }
        "/api/page.html" => "<p>1</p><script>one</script><script>two</script>".into_response(),
        "/public/stream" => {
            let parts = futures::stream::iter([0_u64, 400]).then(|wait| async move {
                tokio::time::sleep(Duration::from_millis(wait)).await;
                Ok::<_, std::io::Error>(Bytes::from("data: x\n\n"))
            });
            ([("content-type", "text/event-stream")], Body::from_stream(parts)).into_response()
        }
        _ => "fine".into_response(),
    }
}

fn init(state: &Arc<Mutex<Behaviour>>) -> Response {
    let (status, probe, error) = {
        let behaviour = state.lock().unwrap();
        (behaviour.init, behaviour.report_to.clone(), behaviour.error.clone())
    };
    if let Some(status) = status {
        return StatusCode::from_u16(status).unwrap().into_response();
    }
    if let Some(probe) = probe {
        tokio::spawn(async move {
            for progress in [50, 100] {
                let body = serde_json::json!({ "progress": progress, "error": error }).to_string();
                let mut headers = signed("");
                headers.push(("content-type", "application/json".to_owned()));
                probe
                    .send("PUT", "/ocs/v1.php/apps/app_api/ex-app/status", &headers, &body)
                    .await;
            }
        });
    }
    "{}".into_response()
}
