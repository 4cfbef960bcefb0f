//! One request as it came, and answers to it.

use std::net::IpAddr;

use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

pub(crate) struct Call {
    pub method: Method,
    /// As it came, without `/index.php` and without the query.
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub peer: IpAddr,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        text(&self.headers, name)
    }

    /// The last value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        pairs(self.query.as_deref().unwrap_or_default())
            .into_iter()
            .rev()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    pub(crate) fn decoded_path(&self) -> String {
        percent_decode_str(&self.path).decode_utf8_lossy().into_owned()
    }

    /// Parameters of the body (JSON or form), under those of the query.
    pub(crate) fn params(&self) -> Value {
        let form = self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let mut params = if form {
            object(pairs(&String::from_utf8_lossy(&self.body)))
        } else {
            serde_json::from_slice(&self.body).unwrap_or_else(|_| object(Vec::new()))
        };
        if let Some(map) = params.as_object_mut() {
            for (key, value) in pairs(self.query.as_deref().unwrap_or_default()) {
                map.entry(key).or_insert(Value::String(value));
            }
        }
        params
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.header("cookie")?.split(';').find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then_some(value)
        })
    }

    pub(crate) fn user_agent(&self) -> &str {
        self.header("user-agent").unwrap_or_default()
    }
}

fn object(pairs: Vec<(String, String)>) -> Value {
    Value::Object(
        pairs
            .into_iter()
            .map(|(key, value)| (key, Value::String(value)))
            .collect(),
    )
}

pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `user:secret` of a base64 value, split at the first ':' (nextcloud.md 3.1).
pub(crate) fn credentials(value: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(value.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, secret) = text.split_once(':')?;
    Some((user.to_owned(), secret.to_owned()))
}

pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    credentials(text(headers, "authorization")?.strip_prefix("Basic ")?)
}

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (
            http::HeaderName::from_bytes(name.as_bytes()),
            http::HeaderValue::from_str(value),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

pub(crate) fn html(status: u16, body: String) -> Response {
    answer(status, &[("content-type", "text/html; charset=UTF-8")], body)
}

pub(crate) fn redirect(status: u16, to: &str) -> Response {
    answer(status, &[(header::LOCATION.as_str(), to)], "")
}

/// Text for HTML and XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#039;")
}
