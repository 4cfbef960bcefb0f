//! The transport under async-openai: its requests go through the egress gate and nowhere else.

use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};

use super::events::{Verdict, checked};
use super::{ModelError, ModelSettings};
use crate::egress::{Class, Egress, EgressRequest, Limits, OriginKind, Release};

/// One request of one answer.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) egress: Egress,
    pub(super) class: Class,
    pub(super) answer_id: Option<String>,
    pub(super) published: Vec<String>,
    pub(super) release: Release,
    pub(super) limits: Limits,
    pub(super) verdict: Verdict,
}

impl Carrier {
    pub(super) async fn carry(self, factory: HttpRequestFactory) -> Result<reqwest::Response, OpenAIError> {
        let request = factory.build().await?;
        let verdict = self.verdict.clone();
        self.send(request).await.map_err(|error| {
            verdict.fail(error.clone());
            OpenAIError::Boxed(Box::new(error))
        })
    }

    async fn send(self, request: reqwest::Request) -> Result<reqwest::Response, ModelError> {
        let body = request
            .body()
            .map_or(Some(&[][..]), reqwest::Body::as_bytes)
            .ok_or(ModelError::Setup)?;
        let response = self
            .egress
            .send(EgressRequest {
                purpose: "model".to_owned(),
                origin: OriginKind::OperatorConfigured,
                class: self.class,
                answer_id: self.answer_id,
                method: request.method().clone(),
                url: request.url().to_string(),
                headers: request.headers().clone(),
                body: Bytes::copy_from_slice(body),
                published: self.published,
                release: self.release,
                limits: Some(self.limits),
            })
            .await?;
        // Answered here, because async-openai would write the text of an error into the log.
        match response.status {
            status if status.is_success() => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(ModelError::Key),
            status => return Err(ModelError::Status(status.as_u16())),
        }
        let mut carried = http::Response::new(reqwest::Body::wrap_stream(checked(response.body, self.verdict)));
        *carried.status_mut() = response.status;
        *carried.headers_mut() = response.headers;
        Ok(carried.into())
    }
}

/// async-openai's own configuration reads keys and addresses from the environment; this one takes them from ours.
#[derive(Clone)]
pub(super) struct Endpoint {
    base: String,
    key: SecretString,
}

impl Endpoint {
    pub(super) fn new(settings: &ModelSettings) -> Self {
        Self {
            base: settings.base_url.as_str().trim_end_matches('/').to_owned(),
            key: settings.api_key.clone().unwrap_or_default(),
        }
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let key = self.key.expose_secret();
        if !key.is_empty()
            && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {key}"))
        {
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        headers
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}
