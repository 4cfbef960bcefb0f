//! The outside for tests: recorded answers, stores and files in memory, a clock that only waiting moves; and
//! the recorded calls of a plugin's `vectors.json`.

mod vectors;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::{Request, Response, Whole};
use crate::{Bucket, Error, Field, FileEntry, Level, Outside, Readiness, conflict, denied, internal, not_found};

pub use vectors::{Vector, error_json};

/// One answer to a request, found by method, address and, when given, body.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub method: String,
    pub url: String,
    pub body: Option<Value>,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// As it arrives, piece by piece.
    pub answer: Vec<Vec<u8>>,
}

impl Exchange {
    /// A GET answered with 200.
    #[must_use]
    pub fn get(url: &str, answer: &str) -> Self {
        Self {
            method: "GET".into(),
            url: url.into(),
            body: None,
            status: 200,
            headers: Vec::new(),
            answer: vec![answer.into()],
        }
    }

    #[must_use]
    pub fn post(url: &str, answer: &str) -> Self {
        Self {
            method: "POST".into(),
            ..Self::get(url, answer)
        }
    }

    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Delivered in pieces of `size` bytes, whatever they cut through.
    #[must_use]
    pub fn in_pieces(mut self, size: usize) -> Self {
        self.answer = self.answer.concat().chunks(size).map(<[u8]>::to_vec).collect();
        self
    }

    /// The `http` list of an entry in `vectors.json`.
    #[must_use]
    pub fn list(recorded: &Value) -> Vec<Self> {
        let items = recorded.as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().map(Self::recorded).collect()
    }

    fn recorded(item: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (request, response) = (&item["request"], &item["response"]);
        let headers = response["headers"].as_object();
        let answer = match &response["body"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            json => json.to_string(),
        };
        Self {
            method: request["method"].as_str().unwrap_or("GET").into(),
            url: text(&request["url"]),
            body: request.get("body").filter(|body| !body.is_null()).cloned(),
            status: response["status"]
                .as_u64()
                .and_then(|status| status.try_into().ok())
                .unwrap_or(200),
            headers: headers
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.to_ascii_lowercase(), text(value)))
                .collect(),
            answer: vec![answer.into_bytes()],
        }
    }

    fn answers(&self, request: &Request) -> bool {
        let same_body = match &self.body {
            None => true,
            Some(Value::String(text)) => request.body == text.as_bytes(),
            Some(json) => serde_json::from_slice::<Value>(&request.body).is_ok_and(|sent| sent == *json),
        };
        self.method == request.method.as_str() && self.url == request.url && same_body
    }
}

/// Answers each request with the first exchange that matches and has not been used; a request that nothing
/// matches is an error that names it.
#[derive(Default)]
pub struct Recorded {
    exchanges: RefCell<Vec<Exchange>>,
    sent: RefCell<Vec<Request>>,
    pub settings: BTreeMap<String, String>,
    pub credentials: BTreeMap<String, Readiness>,
    pub roots: Vec<(String, bool)>,
    stores: RefCell<BTreeMap<(Bucket, String), Vec<u8>>>,
    files: RefCell<BTreeMap<String, (u32, Vec<u8>)>>,
    now: Cell<u64>,
    cancelled: Cell<bool>,
}

impl Recorded {
    #[must_use]
    pub fn new(exchanges: Vec<Exchange>) -> Self {
        let recorded = Self::default();
        recorded.add(exchanges);
        recorded.now.set(1_800_000_000_000);
        recorded
    }

    #[must_use]
    pub fn with_setting(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(key.into(), value.into());
        self
    }

    pub fn add(&self, exchanges: Vec<Exchange>) {
        self.exchanges.borrow_mut().extend(exchanges);
    }

    /// Requests so far, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Request> {
        self.sent.borrow().clone()
    }

    /// Addresses so far, in order.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.sent.borrow().iter().map(|request| request.url.clone()).collect()
    }

    /// Exchanges that nothing asked for.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.exchanges.borrow().len()
    }

    pub fn cancel(&self) {
        self.cancelled.set(true);
    }

    /// Puts a file where the plugin can find it, as `root/path`; its ETag changes with each writing.
    pub fn put_file(&self, place: &str, contents: &[u8]) {
        let mut files = self.files.borrow_mut();
        let version = files.get(place).map_or(1, |(version, _)| version + 1);
        files.insert(place.into(), (version, contents.to_vec()));
    }

    #[must_use]
    pub fn file(&self, place: &str) -> Option<Vec<u8>> {
        self.files.borrow().get(place).map(|(_, contents)| contents.clone())
    }

    fn entry(path: &str, version: u32, contents: &[u8]) -> FileEntry {
        FileEntry {
            path: path.into(),
            is_folder: false,
            size: u64::try_from(contents.len()).unwrap_or(u64::MAX),
            mime_type: "text/plain".into(),
            modified: 0,
            etag: format!("v{version}"),
        }
    }

    fn granted(&self, root: &str, write: bool) -> Result<(), Error> {
        let mut found = self
            .roots
            .iter()
            .filter(|(name, may_write)| name == root && (!write || *may_write));
        found
            .next()
            .map(|_| ())
            .ok_or_else(|| denied("this folder is not granted"))
    }
}

impl Outside for Recorded {
    fn send(&self, request: &Request) -> Result<Response, Error> {
        self.sent.borrow_mut().push(request.clone());
        let mut exchanges = self.exchanges.borrow_mut();
        let Some(place) = exchanges.iter().position(|exchange| exchange.answers(request)) else {
            return Err(internal(format!(
                "not recorded: {} {}",
                request.method.as_str(),
                request.url
            )));
        };
        let exchange = exchanges.remove(place);
        let pieces = Box::new(Whole::new(exchange.answer));
        Ok(Response::new(
            exchange.status,
            exchange.headers,
            pieces,
            request.ceiling,
        ))
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.settings.get(key).filter(|value| !value.is_empty()).cloned()
    }

    fn now_ms(&self) -> u64 {
        self.now.get()
    }

    fn wait_ms(&self, time: u64) {
        self.now.set(self.now.get() + time);
    }

    fn recall(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.stores.borrow().get(&(bucket, key.to_owned())).cloned())
    }

    fn keep(&self, bucket: Bucket, key: &str, value: &[u8]) -> Result<(), Error> {
        self.stores
            .borrow_mut()
            .insert((bucket, key.to_owned()), value.to_vec());
        Ok(())
    }

    fn forget(&self, bucket: Bucket, key: &str) -> Result<(), Error> {
        self.stores.borrow_mut().remove(&(bucket, key.to_owned()));
        Ok(())
    }

    fn log(&self, _level: Level, _message: &str, _fields: Vec<Field>) {}

    fn report(&self, _fraction: Option<f32>, _message: Option<&str>) {}

    fn cancelled(&self) -> bool {
        self.cancelled.get()
    }

    fn credential(&self, handle: &str) -> Readiness {
        self.credentials.get(handle).copied().unwrap_or(Readiness::Unknown)
    }

    fn folders(&self) -> Vec<(String, bool)> {
        self.roots.clone()
    }

    fn list_files(
        &self,
        root: &str,
        path: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<FileEntry>, Option<String>), Error> {
        self.granted(root, false)?;
        let folder = if path.is_empty() {
            format!("{root}/")
        } else {
            format!("{root}/{path}/")
        };
        let files = self.files.borrow();
        let inside = files.iter().filter(|(place, _)| {
            place.strip_prefix(&folder).is_some_and(|name| !name.contains('/')) && Some(place.as_str()) > cursor
        });
        let mut found: Vec<_> = inside
            .map(|(place, (version, contents))| {
                (place.clone(), Self::entry(&place[root.len() + 1..], *version, contents))
            })
            .collect();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = (found.len() > limit).then(|| found[limit.saturating_sub(1)].0.clone());
        found.truncate(limit);
        Ok((found.into_iter().map(|(_, entry)| entry).collect(), next))
    }

    fn read_file(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        self.granted(root, false)?;
        let contents = self
            .file(&format!("{root}/{path}"))
            .ok_or_else(|| not_found("there is no such file"))?;
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let taken = usize::try_from(length).unwrap_or(usize::MAX);
        Ok(contents.into_iter().skip(skipped).take(taken).collect())
    }

    fn write_file(&self, root: &str, path: &str, if_etag: Option<&str>, contents: &[u8]) -> Result<FileEntry, Error> {
        self.granted(root, true)?;
        let place = format!("{root}/{path}");
        let etag = self
            .files
            .borrow()
            .get(&place)
            .map(|(version, _)| format!("v{version}"));
        if etag.as_deref() != if_etag {
            return Err(conflict("the file changed"));
        }
        self.put_file(&place, contents);
        let files = self.files.borrow();
        let version = files.get(&place).map_or(0, |(version, _)| *version);
        Ok(Self::entry(path, version, contents))
    }
}
