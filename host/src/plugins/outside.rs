//! What a running plugin reaches here: the egress gate, its own values, its secrets by name, the caller's files.

mod files;
mod secrets;

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use nextcloud::ActingUser;
use sandbox::{
    Bucket, ErrorKind, FileEntry, FilePage, HttpError, HttpRequest, HttpResponse, KeyPage, LogLevel, Outside, Phase,
    PluginError, Readiness, Signature, StoreError,
};
use tokio_util::sync::CancellationToken;

use super::registry::Loaded;
use super::set::Plugins;
use super::store::values::{self, Place};
use crate::app::App;
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::db::{self, Db};
use crate::edge::caller::Caller;
use crate::egress::{Class, Egress, EgressError, EgressRequest, Limits, OriginKind, PluginOrigin, Release};
use crate::vault::Vault;

/// Bytes a plugin may keep in all its buckets.
const KEPT_BYTES: i64 = 16 << 20;
/// Of one value.
const VALUE_BYTES: usize = 1 << 20;
const NAME_BYTES: usize = 512;
const NAMES_A_PAGE: i64 = 500;

/// For whom a call runs.
#[derive(Clone, Default)]
pub struct OnBehalf {
    user: Option<String>,
    acting: Option<ActingUser>,
    answer: Option<String>,
    class: Option<Class>,
    published: Vec<String>,
    release: Release,
    cancel: CancellationToken,
}

impl OnBehalf {
    pub fn caller(caller: &Caller) -> Self {
        Self {
            user: Some(caller.id().to_owned()),
            acting: caller.acting().cloned(),
            ..Self::default()
        }
    }

    /// The answer whose receipt shows what leaves.
    pub fn answering(mut self, answer: &str, cancel: &CancellationToken) -> Self {
        self.answer = Some(answer.to_owned());
        self.cancel = cancel.clone();
        self
    }

    /// Published texts in the call: they may name places and dates, wherever the plugin may send something.
    pub fn publishing(mut self, published: Vec<String>) -> Self {
        self.published = published;
        self
    }

    /// What the caller knows to be in the call; the gate may raise it.
    pub fn carrying(mut self, class: Class) -> Self {
        self.class = Some(class);
        self
    }

    /// What an administrator's choice for a model made of the call's patient information.
    pub fn releasing(mut self, release: Release) -> Self {
        self.release = release;
        self
    }
}

/// What there is to reach.
#[derive(Clone)]
pub struct Reach {
    pub db: Db,
    pub vault: Vault,
    pub clock: Arc<dyn Clock>,
    pub egress: Egress,
    pub plugins: Arc<Plugins>,
    pub cloud: Option<Arc<Cloud>>,
}

impl Reach {
    pub fn of(app: &App) -> Self {
        Self {
            db: app.db.clone(),
            vault: app.vault.clone(),
            clock: Arc::clone(&app.clock),
            egress: app.egress.clone(),
            plugins: Arc::clone(&app.plugins),
            cloud: app.cloud.clone(),
        }
    }
}

/// Made for one call.
pub struct Real {
    reach: Reach,
    loaded: Arc<Loaded>,
    on_behalf: OnBehalf,
}

impl Real {
    pub fn new(reach: Reach, loaded: &Arc<Loaded>, on_behalf: OnBehalf) -> Self {
        Self {
            reach,
            loaded: Arc::clone(loaded),
            on_behalf,
        }
    }

    /// None in the bucket `user` when nobody called.
    fn place(&self, bucket: Bucket) -> Result<Place<'_>, StoreError> {
        let (bucket, owner) = match bucket {
            Bucket::Plugin => ("plugin", ""),
            Bucket::Cache => ("cache", ""),
            Bucket::User => ("user", self.on_behalf.user.as_deref().ok_or(StoreError::Denied)?),
        };
        Ok(Place {
            plugin: self.loaded.id(),
            bucket,
            owner,
        })
    }

    async fn origin(&self, phase: Phase) -> Result<PluginOrigin, HttpError> {
        // What was switched off or taken away since the call began holds for its next request.
        let current = self.reach.plugins.find(self.loaded.id());
        let current = current.ok_or_else(|| HttpError::Denied("the plugin was switched off".to_owned()))?;
        let secrets = secrets::of(&self.reach, &current)
            .await
            .map_err(|error| HttpError::Denied(error.to_string()))?;
        Ok(PluginOrigin {
            id: self.loaded.id().to_owned(),
            access: self.loaded.access_under(&current),
            settings: current.settings(),
            phase: match phase {
                Phase::Read => plugin_package::Phase::Read,
                Phase::Prepare => plugin_package::Phase::Prepare,
                Phase::Invoke => plugin_package::Phase::Invoke,
            },
            secrets,
        })
    }
}

#[async_trait::async_trait]
impl Outside for Real {
    async fn http(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let origin = self.origin(request.phase).await?;
        let denied = |why: &str| HttpError::Denied(why.to_owned());
        let sent = EgressRequest {
            purpose: format!("plugin:{}", self.loaded.id()),
            origin: OriginKind::Plugin(Arc::new(origin)),
            class: self.on_behalf.class.unwrap_or(Class::Public),
            answer_id: self.on_behalf.answer.clone(),
            method: Method::from_bytes(request.method.as_bytes()).map_err(|_| denied("no such method"))?,
            url: request.url,
            headers: headers(request.headers).ok_or_else(|| denied("unreadable headers"))?,
            body: request.body,
            published: self.on_behalf.published.clone(),
            release: self.on_behalf.release.clone(),
            limits: Some(limits()),
        };
        let response = self.reach.egress.send(sent).await.map_err(failure)?;
        let given = response.headers.iter().filter(|(name, _)| for_a_plugin(name));
        let headers = given.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        Ok(HttpResponse {
            status: response.status.as_u16(),
            headers: headers.collect(),
            body: Box::pin(response.body.map_err(failure)),
        })
    }

    fn log(&self, level: LogLevel, _message: &str, fields: &[(String, String)]) {
        // A plugin's words may be a patient's: the log gets how many there were.
        tracing::debug!(
            plugin = self.loaded.id(),
            ?level,
            fields = fields.len(),
            "a plugin logged"
        );
    }

    fn progress(&self, fraction: Option<f32>, _message: Option<&str>) {
        tracing::debug!(plugin = self.loaded.id(), fraction, "a plugin goes on");
    }

    fn cancelled(&self) -> bool {
        self.on_behalf.cancel.is_cancelled()
    }

    async fn config(&self) -> Vec<(String, String)> {
        self.loaded.settings().into_iter().collect()
    }

    async fn kv_get(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        values::get(&self.reach.db, &self.reach.vault, self.place(bucket)?, key)
            .await
            .map_err(broken)
    }

    async fn kv_set(&self, bucket: Bucket, key: &str, value: Vec<u8>) -> Result<(), StoreError> {
        if key.is_empty() || key.len() > NAME_BYTES || value.len() > VALUE_BYTES {
            return Err(StoreError::Other(format!(
                "a key has 1 to {NAME_BYTES} bytes, a value at most {VALUE_BYTES}"
            )));
        }
        let place = self.place(bucket)?;
        let mut tx = db::begin(&self.reach.db).await.map_err(broken)?;
        let others = values::others(&mut tx, place, key).await.map_err(broken)?;
        let own = i64::try_from(key.len() + value.len()).unwrap_or(i64::MAX);
        if others.saturating_add(own) > KEPT_BYTES {
            return Err(StoreError::Other(format!("a plugin keeps at most {KEPT_BYTES} bytes")));
        }
        values::set(
            &mut tx,
            &self.reach.vault,
            place,
            key,
            &value,
            self.reach.clock.now_ms(),
        )
        .await
        .map_err(broken)?;
        tx.commit().await.map_err(broken)
    }

    async fn kv_delete(&self, bucket: Bucket, key: &str) -> Result<(), StoreError> {
        values::delete(&self.reach.db, self.place(bucket)?, key)
            .await
            .map_err(broken)
    }

    async fn kv_exists(&self, bucket: Bucket, key: &str) -> Result<bool, StoreError> {
        Ok(self.kv_get(bucket, key).await?.is_some())
    }

    async fn kv_keys(&self, bucket: Bucket, cursor: Option<u64>) -> Result<KeyPage, StoreError> {
        let skip = i64::try_from(cursor.unwrap_or_default()).unwrap_or(i64::MAX);
        let keys = values::names(&self.reach.db, self.place(bucket)?, skip, NAMES_A_PAGE)
            .await
            .map_err(broken)?;
        let full = i64::try_from(keys.len()).is_ok_and(|count| count == NAMES_A_PAGE);
        Ok(KeyPage {
            cursor: full.then(|| skip.saturating_add(NAMES_A_PAGE).unsigned_abs()),
            keys,
        })
    }

    async fn credential(&self, handle: &str) -> Readiness {
        secrets::readiness(&self.reach, &self.loaded, handle).await
    }

    async fn sign(&self, handle: &str, algorithm: Signature, payload: Vec<u8>) -> Result<Vec<u8>, PluginError> {
        secrets::sign(&self.reach, &self.loaded, handle, algorithm, &payload).await
    }

    async fn files_list(
        &self,
        root: &str,
        path: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<FilePage, PluginError> {
        self.folder(root)?.list(path, cursor, limit).await
    }

    async fn files_read(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, PluginError> {
        self.folder(root)?.read(path, offset, length).await
    }

    async fn files_write(
        &self,
        root: &str,
        path: &str,
        if_etag: Option<&str>,
        contents: Vec<u8>,
    ) -> Result<FileEntry, PluginError> {
        let now = self.now_ms();
        self.folder(root)?
            .write(path, if_etag, Bytes::from(contents), now)
            .await
    }

    fn now_ms(&self) -> u64 {
        self.reach.clock.now_ms().unsigned_abs()
    }
}

fn limits() -> Limits {
    Limits {
        request_bytes: 1 << 20,
        ..Limits::default()
    }
}

fn headers(given: Vec<(String, String)>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        headers.append(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
    }
    Some(headers)
}

/// What another system sets for a browser or a proxy is none of a plugin's business.
fn for_a_plugin(name: &HeaderName) -> bool {
    ![
        header::SET_COOKIE,
        header::AUTHORIZATION,
        header::WWW_AUTHENTICATE,
        header::PROXY_AUTHENTICATE,
    ]
    .contains(name)
}

fn failure(error: EgressError) -> HttpError {
    match error {
        EgressError::Refused(refusal) => HttpError::Denied(refusal.to_string()),
        EgressError::LogUnavailable | EgressError::Setup(_) => HttpError::Denied(error.to_string()),
        EgressError::NameNotResolved => HttpError::Dns,
        EgressError::NotConnected => HttpError::Connect,
        EgressError::Timeout { .. } => HttpError::Timeout,
        EgressError::ResponseTooLarge { .. } => HttpError::ResponseTooLarge,
        EgressError::Broken => HttpError::Protocol,
    }
}

fn broken(error: sqlx::Error) -> StoreError {
    tracing::error!(%error, "a plugin's values cannot be read or written");
    StoreError::Other("the store is not available now".to_owned())
}

/// A refusal of the host in a plugin's vocabulary.
fn refused(kind: ErrorKind, message: &str) -> PluginError {
    PluginError {
        kind,
        code: None,
        message: message.to_owned(),
        retry_after_ms: None,
    }
}
