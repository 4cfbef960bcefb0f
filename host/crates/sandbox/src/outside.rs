//! The seam between a connected guest and everything real.

use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;

use crate::PluginError;

/// What a call may do outside. The host's rules for methods and writes depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Listing, fetching, reading tools: nothing may change.
    Read,
    /// A writing tool says what it would change; nothing may change yet.
    Prepare,
    /// A person approved the plan, or a model is asked: what the manifest declares is allowed.
    Invoke,
}

/// Everything a connected guest can reach, as the host (egress gate, database, Nextcloud) or an author's tool
/// (recordings, refusals) gives it. Made for one call, so it knows on whose behalf.
///
/// The sandbox has already checked the grant, the phase for file writes, the form of paths and every size, and
/// drops a pending future at the call's deadline.
#[async_trait]
pub trait Outside: Send + Sync {
    /// Sends a request: the only way out. Follows no redirect unless it checks the target as it checked the first.
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;

    /// At most 1,000 records a call, 4 KiB each, cut by the sandbox. They may hold patient data.
    fn log(&self, level: LogLevel, message: &str, fields: &[(String, String)]);

    /// `fraction` is within 0 to 1.
    fn progress(&self, fraction: Option<f32>, message: Option<&str>);

    /// Whether the caller has lost interest.
    fn cancelled(&self) -> bool;

    async fn config(&self) -> Vec<(String, String)>;

    async fn kv_get(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError>;
    async fn kv_set(&self, bucket: Bucket, key: &str, value: Vec<u8>) -> Result<(), StoreError>;
    async fn kv_delete(&self, bucket: Bucket, key: &str) -> Result<(), StoreError>;
    async fn kv_exists(&self, bucket: Bucket, key: &str) -> Result<bool, StoreError>;
    /// Some keys, and where to continue.
    async fn kv_keys(&self, bucket: Bucket, cursor: Option<u64>) -> Result<KeyPage, StoreError>;

    async fn credential(&self, handle: &str) -> Readiness;
    async fn sign(&self, handle: &str, algorithm: Signature, payload: Vec<u8>) -> Result<Vec<u8>, PluginError>;

    /// `path` is relative, without `..`, empty segments, NUL or backslash; the empty path is the root itself.
    async fn files_list(
        &self,
        root: &str,
        path: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<FilePage, PluginError>;
    /// At most 1 MiB.
    async fn files_read(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, PluginError>;
    /// Replaces the whole file if its etag is still `if_etag`; with `None`, creates it.
    async fn files_write(
        &self,
        root: &str,
        path: &str,
        if_etag: Option<&str>,
        contents: Vec<u8>,
    ) -> Result<FileEntry, PluginError>;

    /// Wall clock, in milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;
}

/// A request as the guest made it, body and all: what leaves is screened, so it is complete before it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Upper case.
    pub method: String,
    /// Absolute, `http` or `https`.
    pub url: String,
    /// Names in lower case, without `host` and connection headers. Values are ASCII.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    pub phase: Phase,
}

pub type HttpBody = Pin<Box<dyn Stream<Item = Result<Bytes, HttpError>> + Send>>;

pub struct HttpResponse {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: HttpBody,
}

/// Why a request got no answer, or an answer no end. The guest sees the matching `wasi:http` error code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// A rule of the host. The reason is for the host's log; the guest is not told.
    #[error("refused: {0}")]
    Denied(String),
    #[error("the name was not found")]
    Dns,
    #[error("no connection")]
    Connect,
    #[error("no secure connection")]
    Tls,
    #[error("no answer in time")]
    Timeout,
    #[error("the request is too large")]
    RequestTooLarge,
    #[error("the response is too large")]
    ResponseTooLarge,
    #[error("the answer is not HTTP")]
    Protocol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// Whose values: the installation's, the calling user's, or disposable ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    Plugin,
    User,
    Cache,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPage {
    pub keys: Vec<String>,
    pub cursor: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("denied")]
    Denied,
    /// Told to the guest.
    #[error("{0}")]
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Unknown,
    Missing,
    Expired,
    Ready,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    HmacSha256,
    HmacSha1,
    Ed25519,
    RsaPkcs1Sha256,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    pub path: String,
    pub is_folder: bool,
    pub size: u64,
    pub mime_type: String,
    /// Milliseconds since the Unix epoch.
    pub modified: u64,
    pub etag: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePage {
    pub entries: Vec<FileEntry>,
    pub next: Option<String>,
}

/// Nothing at all: every answer is a refusal. For calls made as nobody, and as a start for fakes.
pub struct Nowhere;

#[async_trait]
impl Outside for Nowhere {
    async fn http(&self, _: HttpRequest) -> Result<HttpResponse, HttpError> {
        Err(HttpError::Denied("a call without a caller".into()))
    }
    fn log(&self, _: LogLevel, _: &str, _: &[(String, String)]) {}
    fn progress(&self, _: Option<f32>, _: Option<&str>) {}
    fn cancelled(&self) -> bool {
        false
    }
    async fn config(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    async fn kv_get(&self, _: Bucket, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Denied)
    }
    async fn kv_set(&self, _: Bucket, _: &str, _: Vec<u8>) -> Result<(), StoreError> {
        Err(StoreError::Denied)
    }
    async fn kv_delete(&self, _: Bucket, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Denied)
    }
    async fn kv_exists(&self, _: Bucket, _: &str) -> Result<bool, StoreError> {
        Err(StoreError::Denied)
    }
    async fn kv_keys(&self, _: Bucket, _: Option<u64>) -> Result<KeyPage, StoreError> {
        Err(StoreError::Denied)
    }
    async fn credential(&self, _: &str) -> Readiness {
        Readiness::Unknown
    }
    async fn sign(&self, _: &str, _: Signature, _: Vec<u8>) -> Result<Vec<u8>, PluginError> {
        Err(PluginError::denied())
    }
    async fn files_list(&self, _: &str, _: &str, _: Option<&str>, _: u32) -> Result<FilePage, PluginError> {
        Err(PluginError::denied())
    }
    async fn files_read(&self, _: &str, _: &str, _: u64, _: u32) -> Result<Vec<u8>, PluginError> {
        Err(PluginError::denied())
    }
    async fn files_write(&self, _: &str, _: &str, _: Option<&str>, _: Vec<u8>) -> Result<FileEntry, PluginError> {
        Err(PluginError::denied())
    }
    fn now_ms(&self) -> u64 {
        0
    }
}
