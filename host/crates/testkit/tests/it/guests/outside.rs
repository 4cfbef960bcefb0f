//! The host's side of a connected plugin, against the doubles: requests to a publisher's origin go to its double,
//! only reading requests leave while nothing is approved, and a key is added on the way out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt;
use http::Request;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use sandbox::{
    Bucket, Compiler, ErrorKind, FileEntry, FilePage, Grants, HttpError, HttpRequest, HttpResponse, KeyPage, Limits,
    LogLevel, Outside, Phase, Plugin, PluginError, Readiness, Sandbox, Signature, StoreError,
};

/// A component that `cargo xtask wasm` built; `None`, with a notice, where it has not run.
pub async fn plugin(name: &str, grants: &Grants) -> Option<Plugin> {
    let folder = match std::env::var_os("VOICEASSIST_TEST_PLUGINS") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir()?.join(".cache/voiceassist/plugins"),
    };
    let Ok(component) = std::fs::read(folder.join(format!("{name}.wasm"))) else {
        eprintln!("skipped: no {name}.wasm in {}", folder.display());
        return None;
    };
    let sandbox = Sandbox::new(Limits::default(), Compiler::in_process()).unwrap();
    Some(sandbox.load(component, grants, None).await.unwrap())
}

pub fn granted() -> Grants {
    Grants {
        http: true,
        config: true,
        keyvalue: true,
        credentials: ["ncbi-key".to_owned(), "server-key".to_owned()].into(),
        files: BTreeMap::from([("literature".to_owned(), true)]),
    }
}

pub struct Gate {
    client: Client<HttpConnector, Body>,
    /// Published origin and where its double listens.
    routes: Vec<(&'static str, String)>,
    settings: Vec<(String, String)>,
    /// Added to requests to NCBI.
    key: Option<String>,
    stored: Mutex<BTreeMap<(Bucket, String), Vec<u8>>>,
    files: Mutex<BTreeMap<String, (u32, Vec<u8>)>>,
    pub refused: Mutex<Vec<String>>,
    /// Runs fast, so that a plugin's pauses between requests have always passed already.
    now: AtomicU64,
}

impl Gate {
    pub fn new(routes: Vec<(&'static str, String)>, settings: &[(&str, &str)]) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            routes,
            settings: settings
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            key: None,
            stored: Mutex::default(),
            files: Mutex::default(),
            refused: Mutex::default(),
            now: AtomicU64::new(1_800_000_000_000),
        }
    }

    pub fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    pub fn put_file(&self, path: &str, contents: &[u8]) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let version = files.get(path).map_or(1, |(version, _)| version + 1);
        files.insert(path.to_owned(), (version, contents.to_vec()));
    }

    pub fn file(&self, path: &str) -> Option<String> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files
            .get(path)
            .map(|(_, contents)| String::from_utf8(contents.clone()).unwrap())
    }

    fn target(&self, request: &HttpRequest) -> Option<String> {
        let (origin, to) = self.routes.iter().find(|(origin, _)| request.url.starts_with(origin))?;
        // The addresses that the manifests declare as `read-only-post`.
        let declared = ["/efetch.fcgi", "/embed"]
            .iter()
            .any(|path| request.url.ends_with(path));
        let reads = declared || matches!(request.method.as_str(), "GET" | "HEAD");
        if !reads && request.phase != Phase::Invoke {
            return None;
        }
        let mut url = format!("{to}{}", &request.url[origin.len()..]);
        if let Some(key) = self.key.as_ref().filter(|_| origin.contains("ncbi")) {
            url += &format!("{}api_key={key}", if url.contains('?') { '&' } else { '?' });
        }
        Some(url)
    }
}

fn denied(message: &str, kind: ErrorKind) -> PluginError {
    PluginError {
        kind,
        code: None,
        message: message.to_owned(),
        retry_after_ms: None,
    }
}

fn entry(path: &str, version: u32, contents: &[u8]) -> FileEntry {
    FileEntry {
        path: path.to_owned(),
        is_folder: false,
        size: contents.len() as u64,
        mime_type: "text/plain".into(),
        modified: 0,
        etag: format!("v{version}"),
    }
}

#[async_trait]
impl Outside for Gate {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let Some(url) = self.target(&request) else {
            let line = format!("{} {}", request.method, request.url);
            self.refused.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            return Err(HttpError::Denied("no route".into()));
        };
        let mut outgoing = Request::builder().method(request.method.as_str()).uri(url);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        let outgoing = outgoing
            .body(Body::from(request.body))
            .map_err(|_| HttpError::Protocol)?;
        let response = self.client.request(outgoing).await.map_err(|_| HttpError::Connect)?;
        let (parts, body) = response.into_parts();
        let headers = parts
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let pieces = body
            .into_data_stream()
            .map(|piece: Result<Bytes, _>| piece.map_err(|_| HttpError::Protocol));
        Ok(HttpResponse {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: Box::pin(pieces),
        })
    }

    fn log(&self, _: LogLevel, _: &str, _: &[(String, String)]) {}

    fn progress(&self, _: Option<f32>, _: Option<&str>) {}

    fn cancelled(&self) -> bool {
        false
    }

    async fn config(&self) -> Vec<(String, String)> {
        self.settings.clone()
    }

    async fn kv_get(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(stored.get(&(bucket, key.to_owned())).cloned())
    }

    async fn kv_set(&self, bucket: Bucket, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.stored
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((bucket, key.to_owned()), value);
        Ok(())
    }

    async fn kv_delete(&self, bucket: Bucket, key: &str) -> Result<(), StoreError> {
        self.stored
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&(bucket, key.to_owned()));
        Ok(())
    }

    async fn kv_exists(&self, bucket: Bucket, key: &str) -> Result<bool, StoreError> {
        Ok(self.kv_get(bucket, key).await?.is_some())
    }

    async fn kv_keys(&self, bucket: Bucket, _: Option<u64>) -> Result<KeyPage, StoreError> {
        let stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = stored
            .keys()
            .filter(|(own, _)| *own == bucket)
            .map(|(_, key)| key.clone());
        Ok(KeyPage {
            keys: keys.collect(),
            cursor: None,
        })
    }

    async fn credential(&self, _: &str) -> Readiness {
        if self.key.is_some() {
            Readiness::Ready
        } else {
            Readiness::Missing
        }
    }

    async fn sign(&self, _: &str, _: Signature, _: Vec<u8>) -> Result<Vec<u8>, PluginError> {
        Err(denied("nothing is signed here", ErrorKind::Denied))
    }

    async fn files_list(&self, _: &str, path: &str, _: Option<&str>, _: u32) -> Result<FilePage, PluginError> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let inside = files
            .iter()
            .filter(|(name, _)| name.rsplit_once('/').map_or("", |(folder, _)| folder) == path);
        Ok(FilePage {
            entries: inside
                .map(|(name, (version, contents))| entry(name, *version, contents))
                .collect(),
            next: None,
        })
    }

    async fn files_read(&self, _: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, PluginError> {
        let text = self
            .file(path)
            .ok_or_else(|| denied("no such file", ErrorKind::NotFound))?;
        Ok(text
            .into_bytes()
            .into_iter()
            .skip(offset as usize)
            .take(length as usize)
            .collect())
    }

    async fn files_write(
        &self,
        _: &str,
        path: &str,
        if_etag: Option<&str>,
        contents: Vec<u8>,
    ) -> Result<FileEntry, PluginError> {
        let version = {
            let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.get(path).map(|(version, _)| format!("v{version}"))
        };
        if version.as_deref() != if_etag {
            return Err(denied("the file changed", ErrorKind::Conflict));
        }
        self.put_file(path, &contents);
        Ok(entry(path, 1, &contents))
    }

    fn now_ms(&self) -> u64 {
        self.now.fetch_add(20_000, Ordering::SeqCst)
    }
}
