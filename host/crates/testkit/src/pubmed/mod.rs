//! NCBI's E-utilities for PubMed: esearch, esummary and efetch over invented articles, with the rate classes,
//! error bodies and notices of the real service.

mod article;
mod wire;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub use article::{Article, invented};

/// What the next request is answered with, whatever it asks.
#[derive(Clone, Debug)]
pub enum Failure {
    /// 429 in NCBI's shape; the real service sends no `Retry-After` at times.
    TooManyRequests { retry_after: Option<u32> },
    /// Any status with any body.
    Status { status: u16, body: String },
    /// The XML or JSON of the real answer, cut after this many bytes.
    Cut(usize),
    /// 200 with an `ERROR` where the answer should be.
    Backend(String),
}

/// One request, with the fields of its address and its form.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub method: String,
    /// `esearch`, `esummary` or `efetch`.
    pub program: String,
    pub fields: BTreeMap<String, String>,
}

pub struct PubMedDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    articles: Mutex<Vec<Article>>,
    keys: BTreeSet<String>,
    lookups: Mutex<Vec<Lookup>>,
    failures: Mutex<VecDeque<Failure>>,
    /// Times of the last second's requests, by key or for everybody without one.
    recent: Mutex<BTreeMap<String, VecDeque<Instant>>>,
    limits: bool,
}

impl PubMedDouble {
    /// Serves `articles`; whoever sends one of `keys` may ask ten times a second, others three times.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn start(articles: Vec<Article>, keys: &[&str]) -> std::io::Result<Self> {
        Self::with_limits(articles, keys, true).await
    }

    /// The same without rate limits.
    ///
    /// # Errors
    /// No port of 127.0.0.1 can be had.
    pub async fn patient(articles: Vec<Article>) -> std::io::Result<Self> {
        Self::with_limits(articles, &[], false).await
    }

    async fn with_limits(articles: Vec<Article>, keys: &[&str], limits: bool) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            articles: Mutex::new(articles),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            lookups: Mutex::default(),
            failures: Mutex::default(),
            recent: Mutex::default(),
            limits,
        });
        let router = Router::new()
            .route("/entrez/eutils/{program}", any(answer))
            .with_state(shared.clone());
        let server = tokio::spawn(async move {
            // It runs until the double is dropped; a failure shows in the test as a refused connection.
            let _ended = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            server,
        })
    }

    /// Stands for `https://eutils.ncbi.nlm.nih.gov`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn lookups(&self) -> Vec<Lookup> {
        self.shared
            .lookups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The next request fails like this, then the one after it like the next failure.
    pub fn fail(&self, failure: Failure) {
        self.shared
            .failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(failure);
    }

    /// Changes one article, such as by a retraction.
    pub fn change(&self, pmid: &str, change: impl Fn(&mut Article)) {
        let mut articles = self.shared.articles.lock().unwrap_or_else(PoisonError::into_inner);
        articles
            .iter_mut()
            .filter(|article| article.pmid == pmid)
            .for_each(change);
    }
}

impl Drop for PubMedDouble {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    axum::extract::Path(program): axum::extract::Path<String>,
    RawQuery(query): RawQuery,
    method: axum::http::Method,
    body: Bytes,
) -> Response {
    let mut fields = BTreeMap::new();
    for part in [query.unwrap_or_default().as_bytes(), body.as_ref()] {
        fields.extend(url::form_urlencoded::parse(part).map(|(name, value)| (name.into_owned(), value.into_owned())));
    }
    let lookup = Lookup {
        method: method.as_str().to_owned(),
        program: program.trim_end_matches(".fcgi").to_owned(),
        fields,
    };
    shared
        .lookups
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(lookup.clone());
    if let Some(refused) = shared.refuse(&lookup) {
        return refused;
    }
    let failure = shared
        .failures
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front();
    let (kind, text) = {
        let articles = shared.articles.lock().unwrap_or_else(PoisonError::into_inner);
        match wire::answer(&articles, &lookup) {
            Ok(found) => found,
            Err(response) => return *response,
        }
    };
    match failure {
        None => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Some(Failure::Cut(bytes)) => {
            let end = (0..=bytes.min(text.len()))
                .rev()
                .find(|end| text.is_char_boundary(*end))
                .unwrap_or(0);
            ([(header::CONTENT_TYPE, kind)], text[..end].to_owned()).into_response()
        }
        Some(Failure::TooManyRequests { retry_after }) => too_many("192.0.2.1", 3, retry_after),
        Some(Failure::Status { status, body }) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), body).into_response()
        }
        Some(Failure::Backend(message)) => wire::backend_error(&lookup, &message),
    }
}

impl Shared {
    /// Wrong keys and too many requests.
    fn refuse(&self, lookup: &Lookup) -> Option<Response> {
        let key = lookup.fields.get("api_key").filter(|key| !key.is_empty());
        if let Some(key) = key
            && !self.keys.contains(key)
        {
            let body = json!({ "error": "API key invalid", "api-key": key, "count": "1", "limit": "3" });
            return Some((StatusCode::BAD_REQUEST, axum::Json(body)).into_response());
        }
        if !self.limits {
            return None;
        }
        let limit = if key.is_some() { 10 } else { 3 };
        let who = key.map_or("127.0.0.1", String::as_str);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let times = recent.entry(who.to_owned()).or_default();
        let now = Instant::now();
        while times.front().is_some_and(|time| now - *time >= Duration::from_secs(1)) {
            times.pop_front();
        }
        times.push_back(now);
        (times.len() > limit).then(|| too_many(who, limit, Some(1)))
    }
}

fn too_many(who: &str, limit: usize, retry_after: Option<u32>) -> Response {
    let body: Value = json!({
        "error": "API rate limit exceeded", "api-key": who, "count": (limit + 1).to_string(), "limit": limit.to_string(),
    });
    let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", limit.into());
    headers.insert("x-ratelimit-remaining", 0.into());
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
