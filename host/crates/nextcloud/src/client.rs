//! Signed requests and their answers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::NextcloudError;
use crate::ocs;
use crate::transport::{Call, Reply, Transport};
use crate::{ActingUser, Address, AppIdentity};

/// One Nextcloud, as this installed app sees it.
pub struct Nextcloud {
    pub(crate) address: Address,
    pub(crate) identity: AppIdentity,
    transport: Arc<dyn Transport>,
}

/// A user's own record; only an enabled user gets it.
#[derive(Clone, Debug, Deserialize)]
struct Account {
    #[serde(default)]
    groups: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Status {
    versionstring: String,
}

impl Nextcloud {
    pub fn new(address: Address, identity: AppIdentity, transport: Arc<dyn Transport>) -> Self {
        Self {
            address,
            identity,
            transport,
        }
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    pub fn identity(&self) -> &AppIdentity {
        &self.identity
    }

    /// The groups of an enabled user.
    ///
    /// WebDAV goes on answering for a disabled user, so this is asked beside every look at files.
    ///
    /// # Errors
    /// [`NextcloudError::Refused`] for a user who is disabled or gone.
    pub async fn groups(&self, user: &ActingUser) -> Result<Vec<String>, NextcloudError> {
        let account: Account = self
            .ocs(Method::GET, "/ocs/v2.php/cloud/user", Some(user), None)
            .await?;
        match account.groups {
            Some(groups) => Ok(groups),
            None => {
                let path = format!("/ocs/v2.php/cloud/users/{}", crate::dav::segment(user.uid()));
                let account: Account = self.ocs(Method::GET, &path, Some(user), None).await?;
                Ok(account.groups.unwrap_or_default())
            }
        }
    }

    /// Nextcloud's version, such as `34.0.1`.
    ///
    /// # Errors
    /// It cannot be reached or is something else.
    pub async fn version(&self) -> Result<String, NextcloudError> {
        let reply = self
            .send(Method::GET, "/status.php", None, HeaderMap::new(), Bytes::new())
            .await?;
        let body = fine(reply)?.bytes().await?;
        let status: Status =
            serde_json::from_slice(&body).map_err(|_| NextcloudError::Unreadable("status.php is not Nextcloud's"))?;
        Ok(status.versionstring)
    }

    /// An OCS call with an optional JSON body.
    pub(crate) async fn ocs<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        user: Option<&ActingUser>,
        body: Option<Value>,
    ) -> Result<T, NextcloudError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let body = body.map_or_else(Bytes::new, |body| {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Bytes::from(body.to_string())
        });
        let join = if path.contains('?') { '&' } else { '?' };
        let reply = self
            .send(method, &format!("{path}{join}format=json"), user, headers, body)
            .await?;
        let reply = not_busy(reply)?;
        let status = reply.status.as_u16();
        ocs::data(status, &reply.bytes().await?)
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        user: Option<&ActingUser>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Reply, NextcloudError> {
        let mut all = self.identity.sign(user);
        all.extend(headers);
        let call = Call {
            method,
            url: self.address.url(path),
            headers: all,
            body,
        };
        Ok(self.transport.send(call).await?)
    }
}

fn not_busy(reply: Reply) -> Result<Reply, NextcloudError> {
    if matches!(
        reply.status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        let retry_after = reply
            .headers
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        return Err(NextcloudError::Busy {
            status: reply.status.as_u16(),
            retry_after: retry_after.map(Duration::from_secs),
        });
    }
    Ok(reply)
}

/// The reply, when its status is one of success.
pub(crate) fn fine(reply: Reply) -> Result<Reply, NextcloudError> {
    let reply = not_busy(reply)?;
    match reply.status.as_u16() {
        200..=299 => Ok(reply),
        status @ (401 | 403) => Err(NextcloudError::Refused(status)),
        404 => Err(NextcloudError::NotFound),
        status => Err(NextcloudError::Status { status, meta: None }),
    }
}
