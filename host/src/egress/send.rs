//! Sends one HTTP request: screen, check, log, send, and the same again for each redirect.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName};
use http::{Method, StatusCode};
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use url::{Position, Url};

use super::error::{EgressError, Refusal};
use super::log::Entry;
use super::origin::{Origin, OriginKind};
use super::response::{self, EgressResponse, within};
use super::route::{Route, Way};
use super::{Class, Egress, Limits, screen};

pub struct EgressRequest {
    /// Shown in the log: `model`, `plugin:pubmed` and the like. Never taken from a document or a person.
    pub purpose: String,
    pub origin: OriginKind,
    /// The highest class of everything that went into the body, as the caller knows it. The gate may raise it.
    pub class: Class,
    /// The answer whose receipt shows this request.
    pub answer_id: Option<String>,
    pub method: Method,
    pub url: String,
    /// Of an operator's request, values marked sensitive are not screened and not sent on after a redirect elsewhere.
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Pieces of the body, word for word, that come from published documents. In these a date, a place or an address of
    /// a web page is about no patient; what only a patient has still counts. Ignored for plugins.
    pub published: Vec<String>,
    pub release: Release,
    pub limits: Option<Limits>,
}

/// What an administrator's choice made of a request's patient information.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// Identifiers that placeholders stand for.
    pub replaced: usize,
    /// The agreement under which the first destination may see what is left, as it is shown on receipts.
    pub agreement: Option<String>,
}

impl EgressRequest {
    /// A POST of JSON to an origin from the configuration.
    pub fn post_json(purpose: &str, url: &str, class: Class, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        Self {
            purpose: purpose.to_owned(),
            origin: OriginKind::OperatorConfigured,
            class,
            answer_id: None,
            method: Method::POST,
            url: url.to_owned(),
            headers,
            body: body.into(),
            published: Vec::new(),
            release: Release::default(),
            limits: None,
        }
    }
}

/// The transport sets these itself; a caller who could would make the two ends disagree about where a request ends.
const NOT_THE_CALLERS: [HeaderName; 8] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::PROXY_AUTHORIZATION,
];

impl Egress {
    /// Any status is a response; only redirects are acted on.
    ///
    /// # Errors
    /// `Refused` when a rule forbids it and `LogUnavailable` when it cannot be logged: nothing was sent then.
    /// The other errors come from the way there and back.
    pub async fn send(&self, mut request: EgressRequest) -> Result<EgressResponse, EgressError> {
        let limits = self.inner.settings.limits.at_most(request.limits.as_ref());
        let deadline = Instant::now() + limits.total;
        for name in NOT_THE_CALLERS {
            request.headers.remove(name);
        }
        let mut url = match Url::parse(&request.url) {
            Ok(url) => url,
            Err(_) => {
                return Err(self
                    .refuse(&request, "unreadable".to_owned(), true, Refusal::NotAUrl)
                    .await);
            }
        };
        if request.body.len() > limits.request_bytes {
            let refusal = Refusal::RequestTooLarge {
                limit: limits.request_bytes,
            };
            return Err(self.refuse(&request, origin_text(&url), true, refusal).await);
        }
        request.class = request.class.max(screen::class(&request, &url).await?);
        for hop in 0..=limits.redirects {
            let response = self.hop(&request, &url, hop > 0, &limits, deadline).await?;
            let Some(next) = redirect(&url, &response) else {
                return Ok(response);
            };
            follow(&mut request, response.status, &url, &next);
            if url.scheme() == "https" && next.scheme() == "http" {
                let error = Refusal::Downgrade(origin_text(&url));
                return Err(self.refuse(&request, origin_text(&next), true, error).await);
            }
            url = next;
        }
        let error = Refusal::TooManyRedirects(limits.redirects);
        Err(self.refuse(&request, origin_text(&url), true, error).await)
    }

    async fn hop(
        &self,
        request: &EgressRequest,
        url: &Url,
        redirected: bool,
        limits: &Limits,
        deadline: Instant,
    ) -> Result<EgressResponse, EgressError> {
        let origin = match Origin::of(url) {
            Ok(origin) => origin,
            Err(refusal) => return Err(self.refuse(request, origin_text(url), true, refusal).await),
        };
        let permit = match &request.origin {
            OriginKind::OperatorConfigured => self.configured(&origin),
            OriginKind::Plugin(plugin) => self.granted(plugin, &origin, &request.method, url).await,
        };
        let way = Way {
            redirected,
            agreed: request.release.agreement.is_some(),
        };
        let Route { addresses, remote } = match self.route(&origin, permit, request.class, way).await {
            Ok(route) => route,
            Err(no) => return Err(self.refuse(request, origin.to_string(), no.remote, no.error).await),
        };
        let client = match self.inner.clients.pinned(&origin, &addresses) {
            Ok(client) => client,
            Err(error) => return Err(self.refuse(request, origin.to_string(), remote, error).await),
        };
        let (mut url, mut headers) = (url.clone(), request.headers.clone());
        if let OriginKind::Plugin(plugin) = &request.origin
            && let Err(error) = plugin.add_secrets(&mut url, &mut headers)
        {
            return Err(self.refuse(request, origin.to_string(), remote, error).await);
        }
        let target = &url[Position::BeforePath..Position::AfterQuery];
        let entry = Entry {
            target,
            ..entry(request, origin.to_string(), remote)
        };
        let ticket = self.inner.log.open(entry).await?;
        let sending = client
            .request(request.method.clone(), url)
            .headers(headers)
            .body(request.body.clone())
            .send();
        let sent = match within(limits.first_byte, deadline, "response", sending).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if error.is_connect() => Err(EgressError::NotConnected),
            Ok(Err(_)) => Err(EgressError::Broken),
            Err(late) => Err(late),
        };
        match sent {
            Ok(response) => Ok(EgressResponse {
                status: response.status(),
                headers: response.headers().clone(),
                body: response::body(response, ticket, limits.clone(), deadline),
                remote,
            }),
            Err(error) => {
                ticket.failed(&error);
                Err(error)
            }
        }
    }

    async fn refuse(
        &self,
        request: &EgressRequest,
        destination: String,
        remote: bool,
        error: impl Into<EgressError>,
    ) -> EgressError {
        let error = error.into();
        tracing::warn!(purpose = %request.purpose, class = request.class.as_str(), "an outbound request was refused");
        self.inner.log.refused(entry(request, destination, remote), error).await
    }
}

fn entry(request: &EgressRequest, destination: String, remote: bool) -> Entry<'_> {
    Entry {
        purpose: &request.purpose,
        destination,
        remote,
        bytes_out: request.body.len(),
        class: request.class,
        answer_id: request.answer_id.as_deref(),
        body_sha256: Some(hex::encode(Sha256::digest(&request.body))),
        target: "",
        replaced: request.release.replaced,
        agreement: request.release.agreement.as_deref(),
    }
}

fn redirect(url: &Url, response: &EgressResponse) -> Option<Url> {
    let redirects = [301, 302, 303, 307, 308].contains(&response.status.as_u16());
    let location = response.headers.get(header::LOCATION).filter(|_| redirects)?;
    url.join(location.to_str().ok()?).ok()
}

/// RFC 9110, 15.4: 307 and 308 repeat the request, the others turn all but HEAD into GET without a body.
fn follow(request: &mut EgressRequest, status: StatusCode, from: &Url, to: &Url) {
    if !matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT)
        && request.method != Method::HEAD
    {
        request.method = Method::GET;
        request.body = Bytes::new();
        request.headers.remove(header::CONTENT_TYPE);
    }
    if from.origin() != to.origin() {
        let secret: Vec<HeaderName> = request
            .headers
            .iter()
            .filter(|(_, value)| value.is_sensitive())
            .map(|(name, _)| name.clone())
            .collect();
        for name in secret.into_iter().chain([header::AUTHORIZATION, header::COOKIE]) {
            request.headers.remove(name);
        }
    }
}

/// Scheme, host and port of a URL that may be refused, without user name, path and query.
fn origin_text(url: &Url) -> String {
    let mut text = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
    if let Some(port) = url.port() {
        text.push_str(&format!(":{port}"));
    }
    text
}
