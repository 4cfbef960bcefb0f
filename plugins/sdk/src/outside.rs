//! What a connected plugin can reach.

use crate::http::{Request, Response};
use crate::{Error, Field, FileEntry, Level, Readiness};

/// The stores a plugin has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    /// The plugin's own, for all users.
    Plugin,
    /// Of the user on whose behalf the call runs.
    User,
    /// May be emptied at any time.
    Cache,
}

impl Bucket {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::User => "user",
            Self::Cache => "cache",
        }
    }
}

/// Everything outside the plugin. In a component it is [`Host`](crate::Host), in a test
/// [`Recorded`](crate::testing::Recorded).
///
/// Write functions as `fn search<O: Outside>(outside: &O, ...)`: a component then imports only what its own
/// code calls, and its import list is what IT is shown.
pub trait Outside {
    /// # Errors
    /// `denied` when the request is not granted, `unavailable` when no answer came. A status such as 404 is
    /// an answer.
    fn send(&self, request: &Request) -> Result<Response, Error>;

    /// A value that IT entered, or its default from the manifest; `None` when it is empty or not declared.
    fn setting(&self, key: &str) -> Option<String>;

    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> u64;

    fn wait_ms(&self, time: u64);

    /// # Errors
    /// `denied` when storing is not granted, `unavailable` when it failed.
    fn recall(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, Error>;

    /// # Errors
    /// As [`Self::recall`].
    fn keep(&self, bucket: Bucket, key: &str, value: &[u8]) -> Result<(), Error>;

    /// # Errors
    /// As [`Self::recall`].
    fn forget(&self, bucket: Bucket, key: &str) -> Result<(), Error>;

    /// Treated as patient data; the host cuts it at 4 KiB.
    fn log(&self, level: Level, message: &str, fields: Vec<Field>);

    /// `fraction` from 0 to 1.
    fn report(&self, fraction: Option<f32>, message: Option<&str>);

    /// Whether the user stopped waiting.
    fn cancelled(&self) -> bool;

    /// Integrations and model adapters.
    fn credential(&self, handle: &str) -> Readiness;

    /// Integrations: the folders granted, with whether they may be written.
    fn folders(&self) -> Vec<(String, bool)>;

    /// Integrations: one level of a folder, at most `limit` entries, and where the listing continues.
    ///
    /// # Errors
    /// `denied` outside a granted folder, `not-found`.
    fn list_files(
        &self,
        root: &str,
        path: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<FileEntry>, Option<String>), Error>;

    /// Integrations: at most 1 MiB a call.
    ///
    /// # Errors
    /// As [`Self::list_files`].
    fn read_file(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error>;

    /// Integrations: replaces the whole file.
    ///
    /// # Errors
    /// `conflict` when the file has another `if_etag`, or exists where `if_etag` is `None`; `denied` outside
    /// `invoke` or a folder granted for writing.
    fn write_file(&self, root: &str, path: &str, if_etag: Option<&str>, contents: &[u8]) -> Result<FileEntry, Error>;
}

/// A stored value that is text.
///
/// # Errors
/// As [`Outside::recall`]; a value that is not UTF-8 counts as none.
pub fn recall_text<O: Outside>(outside: &O, bucket: Bucket, key: &str) -> Result<Option<String>, Error> {
    Ok(outside
        .recall(bucket, key)?
        .and_then(|bytes| String::from_utf8(bytes).ok()))
}
