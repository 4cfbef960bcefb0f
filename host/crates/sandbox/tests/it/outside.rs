//! An outside that remembers what reached it and answers as the test says.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use sandbox::{
    Bucket, FileEntry, FilePage, HttpError, HttpRequest, HttpResponse, KeyPage, LogLevel, Outside, PluginError,
    Readiness, Signature, StoreError,
};

type Answer = dyn Fn(&HttpRequest) -> Result<HttpResponse, HttpError> + Send + Sync;

#[derive(Default)]
pub struct Recorder {
    /// In the order in which they came: `log info hello`, `kv set plugin name`, `files read root path`.
    pub events: Mutex<Vec<String>>,
    pub requests: Mutex<Vec<HttpRequest>>,
    pub values: Mutex<BTreeMap<(Bucket, String), Vec<u8>>>,
    pub config: Vec<(String, String)>,
    pub cancelled: AtomicBool,
    pub now_ms: u64,
    /// Without one, a request waits for ever.
    pub answer: Option<Box<Answer>>,
}

impl Recorder {
    pub fn answering(answer: impl Fn(&HttpRequest) -> Result<HttpResponse, HttpError> + Send + Sync + 'static) -> Self {
        Self {
            answer: Some(Box::new(answer)),
            ..Self::default()
        }
    }

    pub fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    pub fn events(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }

    fn note(&self, event: String) {
        self.events.lock().unwrap().push(event);
    }
}

/// A response of `chunks` times `chunk`.
pub fn response(status: u16, chunk: &'static [u8], chunks: usize) -> HttpResponse {
    let chunks = (0..chunks).map(move |_| Ok(Bytes::from_static(chunk)));
    HttpResponse {
        status,
        headers: vec![("content-type".into(), "text/plain".into())],
        body: stream::iter(chunks).boxed(),
    }
}

fn file(path: &str) -> FileEntry {
    FileEntry {
        path: path.into(),
        is_folder: false,
        size: 3,
        mime_type: "text/plain".into(),
        modified: 1,
        etag: "e".into(),
    }
}

#[async_trait]
impl Outside for Recorder {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.answer.as_ref().map(|answer| answer(&request));
        self.requests.lock().unwrap().push(request);
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }

    fn log(&self, level: LogLevel, message: &str, fields: &[(String, String)]) {
        let bytes: usize = fields.iter().map(|(key, value)| key.len() + value.len()).sum();
        self.note(format!("log {level:?} {} {}", message.len(), fields.len()));
        assert!(message.len() + bytes <= 4 << 10);
    }

    fn progress(&self, fraction: Option<f32>, message: Option<&str>) {
        self.note(format!("progress {fraction:?} {:?}", message.map(str::len)));
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    async fn config(&self) -> Vec<(String, String)> {
        self.note("config".into());
        self.config.clone()
    }

    async fn kv_get(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.note(format!("kv get {bucket:?} {key}"));
        Ok(self.values.lock().unwrap().get(&(bucket, key.into())).cloned())
    }

    async fn kv_set(&self, bucket: Bucket, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.note(format!("kv set {bucket:?} {key}"));
        self.values.lock().unwrap().insert((bucket, key.into()), value);
        Ok(())
    }

    async fn kv_delete(&self, bucket: Bucket, key: &str) -> Result<(), StoreError> {
        self.values.lock().unwrap().remove(&(bucket, key.into()));
        Ok(())
    }

    async fn kv_exists(&self, bucket: Bucket, key: &str) -> Result<bool, StoreError> {
        Ok(self.values.lock().unwrap().contains_key(&(bucket, key.into())))
    }

    async fn kv_keys(&self, bucket: Bucket, _: Option<u64>) -> Result<KeyPage, StoreError> {
        let values = self.values.lock().unwrap();
        let keys = values.keys().filter(|(of, _)| *of == bucket);
        Ok(KeyPage {
            keys: keys.map(|(_, key)| key.clone()).collect(),
            cursor: None,
        })
    }

    async fn credential(&self, handle: &str) -> Readiness {
        self.note(format!("credential {handle}"));
        Readiness::Ready
    }

    async fn sign(&self, handle: &str, _: Signature, payload: Vec<u8>) -> Result<Vec<u8>, PluginError> {
        self.note(format!("sign {handle}"));
        Ok(payload)
    }

    async fn files_list(&self, root: &str, path: &str, _: Option<&str>, limit: u32) -> Result<FilePage, PluginError> {
        self.note(format!("files list {root} {path} {limit}"));
        Ok(FilePage {
            entries: vec![file("a.txt")],
            next: None,
        })
    }

    async fn files_read(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, PluginError> {
        self.note(format!("files read {root} {path} {offset} {length}"));
        Ok(vec![1; length as usize + 10])
    }

    async fn files_write(&self, root: &str, path: &str, _: Option<&str>, _: Vec<u8>) -> Result<FileEntry, PluginError> {
        self.note(format!("files write {root} {path}"));
        Ok(file(path))
    }

    fn now_ms(&self) -> u64 {
        self.now_ms
    }
}
