//! What a connected plugin reaches under test: recorded answers, values in memory, and nothing else.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use plugin_package::{Access, CallVector, Exchange, HttpRule, Manifest, Phase, Vectors};
use sandbox::{
    Bucket, ErrorKind, FileEntry, FilePage, HttpError, HttpRequest, HttpResponse, KeyPage, LogLevel, Outside,
    PluginError, Readiness, Signature, StoreError,
};
use serde_json::Value;

use super::egress::Egress;

/// 2026-01-01T00:00:00Z: a plugin that looks at the clock finds the same time in every test.
const NOW_MS: u64 = 1_767_225_600_000;

/// Status, headers and body.
pub type Answer = (u16, Vec<(String, String)>, Vec<u8>);

/// Answers requests that no recording answers.
#[async_trait]
pub trait Wire: Send + Sync {
    /// `Err` says why there is no answer.
    async fn send(&self, request: &HttpRequest) -> Result<Answer, String>;
}

/// One call's outside.
pub struct Bench {
    access: Access,
    settings: BTreeMap<String, String>,
    /// Handles that are ready.
    ready: Vec<String>,
    wire: Option<Box<dyn Wire>>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    recorded: Vec<Exchange>,
    stored: BTreeMap<(Bucket, String), Vec<u8>>,
    files: BTreeMap<(String, String), Vec<u8>>,
    egress: Egress,
    /// Requests that were refused or had no recorded answer, and what the plugin logged.
    notes: Vec<String>,
}

impl Bench {
    pub fn recorded(manifest: &Manifest, vector: &CallVector) -> Self {
        let bench = Self::new(manifest, &vector.settings, vector.credentials.clone(), None);
        let mut seen = bench.seen();
        seen.recorded.clone_from(&vector.http);
        for (root, files) in &vector.files {
            for (path, text) in files {
                seen.files
                    .insert((root.clone(), path.clone()), text.clone().into_bytes());
            }
        }
        drop(seen);
        bench
    }

    /// `wire` answers what is not recorded; without one, nothing does.
    pub fn new(
        manifest: &Manifest,
        settings: &BTreeMap<String, String>,
        ready: Vec<String>,
        wire: Option<Box<dyn Wire>>,
    ) -> Self {
        let defaults = manifest.config.iter().map(|one| (one.key.clone(), one.default.clone()));
        let mut all: BTreeMap<_, _> = defaults.collect();
        all.extend(settings.clone());
        Self {
            access: Access::clone(&manifest.request()),
            settings: all,
            ready,
            wire,
            seen: Mutex::default(),
        }
    }

    /// Answers with everything vectors.json holds.
    pub fn replaying(
        manifest: &Manifest,
        settings: &BTreeMap<String, String>,
        ready: Vec<String>,
        vectors: &Vectors,
    ) -> Self {
        let bench = Self::new(manifest, settings, ready, None);
        bench.seen().recorded = vectors.calls.iter().flat_map(|vector| vector.http.clone()).collect();
        bench
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn egress(&self) -> Egress {
        self.seen().egress.clone()
    }

    pub fn notes(&self) -> Vec<String> {
        self.seen().notes.clone()
    }

    /// Recorded answers that nobody asked for.
    pub fn unused(&self) -> Vec<String> {
        let seen = self.seen();
        seen.recorded
            .iter()
            .map(|one| format!("{} {}", one.request.method, one.request.url))
            .collect()
    }

    fn answer(&self, request: &HttpRequest) -> Option<Answer> {
        let mut seen = self.seen();
        let place = seen.recorded.iter().position(|one| matches(one, request))?;
        let response = seen.recorded.remove(place).response;
        let headers = response.headers.clone().into_iter().collect();
        Some((response.status, headers, response.bytes()))
    }

    fn store(&self, bucket: Bucket, key: &str) -> (Bucket, String) {
        (bucket, key.to_owned())
    }
}

fn matches(exchange: &Exchange, request: &HttpRequest) -> bool {
    let recorded = &exchange.request;
    let body = match &recorded.body {
        None => true,
        Some(Value::String(text)) => text.as_bytes() == request.body,
        Some(json) => serde_json::from_slice::<Value>(&request.body).is_ok_and(|sent| sent == *json),
    };
    body && recorded.method == request.method && parts(&recorded.url) == parts(&request.url)
}

/// Address and sorted query: the order of parameters says nothing.
fn parts(url: &str) -> (&str, Vec<&str>) {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let mut query: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    query.sort_unstable();
    (address, query)
}

fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |at| after + at);
    &url[..end]
}

fn response(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> HttpResponse {
    HttpResponse {
        status,
        headers,
        body: Box::pin(futures::stream::iter([Ok(Bytes::from(body))])),
    }
}

#[async_trait]
impl Outside for Bench {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let phase = match request.phase {
            sandbox::Phase::Read => Phase::Read,
            sandbox::Phase::Prepare => Phase::Prepare,
            sandbox::Phase::Invoke => Phase::Invoke,
        };
        if let Err(refusal) = HttpRule::check(&self.access, &self.settings, &request.method, &request.url, phase) {
            self.seen().notes.push(format!("a request was refused: {refusal}"));
            return Err(HttpError::Denied(refusal.to_string()));
        }
        let answer = match (self.answer(&request), &self.wire) {
            (Some(answer), _) => Ok(answer),
            (None, Some(wire)) => wire.send(&request).await,
            (None, None) => Err("there is no recorded answer".to_owned()),
        };
        match answer {
            Ok((status, headers, body)) => {
                self.seen()
                    .egress
                    .add(origin(&request.url), request.body.len(), body.len());
                Ok(response(status, headers, body))
            }
            Err(why) => {
                self.seen()
                    .notes
                    .push(format!("{} {}: {why}", request.method, request.url));
                Err(HttpError::Connect)
            }
        }
    }

    fn log(&self, level: LogLevel, message: &str, fields: &[(String, String)]) {
        let fields: String = fields.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        self.seen().notes.push(format!("log {level:?}: {message}{fields}"));
    }

    fn progress(&self, _fraction: Option<f32>, _message: Option<&str>) {}

    fn cancelled(&self) -> bool {
        false
    }

    async fn config(&self) -> Vec<(String, String)> {
        self.settings.clone().into_iter().collect()
    }

    async fn kv_get(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.seen().stored.get(&self.store(bucket, key)).cloned())
    }

    async fn kv_set(&self, bucket: Bucket, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.seen().stored.insert(self.store(bucket, key), value);
        Ok(())
    }

    async fn kv_delete(&self, bucket: Bucket, key: &str) -> Result<(), StoreError> {
        self.seen().stored.remove(&self.store(bucket, key));
        Ok(())
    }

    async fn kv_exists(&self, bucket: Bucket, key: &str) -> Result<bool, StoreError> {
        Ok(self.seen().stored.contains_key(&self.store(bucket, key)))
    }

    async fn kv_keys(&self, bucket: Bucket, _cursor: Option<u64>) -> Result<KeyPage, StoreError> {
        let seen = self.seen();
        let keys = seen.stored.keys().filter(|(own, _)| *own == bucket);
        Ok(KeyPage {
            keys: keys.map(|(_, key)| key.clone()).collect(),
            cursor: None,
        })
    }

    async fn credential(&self, handle: &str) -> Readiness {
        if self.access.credential(handle).is_none() {
            Readiness::Unknown
        } else if self.ready.iter().any(|ready| ready == handle) {
            Readiness::Ready
        } else {
            Readiness::Missing
        }
    }

    async fn sign(&self, _: &str, _: Signature, _: Vec<u8>) -> Result<Vec<u8>, PluginError> {
        Err(refused(ErrorKind::Unsupported, "signatures are made by the host only"))
    }

    async fn files_list(&self, root: &str, path: &str, _: Option<&str>, limit: u32) -> Result<FilePage, PluginError> {
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let seen = self.seen();
        let files = seen
            .files
            .iter()
            .filter(|((own, name), _)| own == root && name.starts_with(&below));
        let entries = files.map(|((_, name), bytes)| entry(name, bytes));
        Ok(FilePage {
            entries: entries.take(limit as usize).collect(),
            next: None,
        })
    }

    async fn files_read(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, PluginError> {
        let seen = self.seen();
        let bytes = seen.files.get(&(root.to_owned(), path.to_owned()));
        let bytes = bytes.ok_or_else(|| refused(ErrorKind::NotFound, "there is no such file"))?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(length as usize).min(bytes.len());
        Ok(bytes[start..end].to_vec())
    }

    async fn files_write(
        &self,
        root: &str,
        path: &str,
        if_etag: Option<&str>,
        contents: Vec<u8>,
    ) -> Result<FileEntry, PluginError> {
        let mut seen = self.seen();
        let name = (root.to_owned(), path.to_owned());
        let known = seen.files.get(&name).map(|bytes| etag(bytes));
        if known.as_deref() != if_etag {
            return Err(refused(
                ErrorKind::Conflict,
                "the file is another than the one expected",
            ));
        }
        let written = entry(path, &contents);
        seen.files.insert(name, contents);
        Ok(written)
    }

    fn now_ms(&self) -> u64 {
        NOW_MS
    }
}

fn entry(path: &str, bytes: &[u8]) -> FileEntry {
    FileEntry {
        path: path.to_owned(),
        is_folder: false,
        size: bytes.len() as u64,
        mime_type: "application/octet-stream".into(),
        modified: NOW_MS,
        etag: etag(bytes),
    }
}

fn etag(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(&Sha256::digest(bytes)[..8])
}

fn refused(kind: ErrorKind, message: &str) -> PluginError {
    PluginError {
        kind,
        code: None,
        message: message.to_owned(),
        retry_after_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_query_parameters_says_nothing() {
        assert_eq!(parts("https://a.b/c?x=1&y=2"), parts("https://a.b/c?y=2&x=1"));
        assert_ne!(parts("https://a.b/c?x=1"), parts("https://a.b/c?x=2"));
        assert_ne!(parts("https://a.b/c"), parts("https://a.b/d"));
        assert_eq!(origin("https://a.b:8443/c?d"), "https://a.b:8443");
        assert_eq!(origin("https://a.b?d"), "https://a.b");
    }
}
