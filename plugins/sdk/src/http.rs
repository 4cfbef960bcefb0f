//! Requests and responses; who sends them is [`Outside::send`](crate::Outside::send).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{Error, ErrorKind, fault, rate_limited, unavailable};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
}

impl Method {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
        }
    }
}

/// A request with its limits. The defaults: connected within 5 s, first byte within 10 s, 10 s between two
/// pieces of the body, at most 4 MiB of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// `http` or `https`, with host and path.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub connect_ms: u64,
    pub first_byte_ms: u64,
    pub between_bytes_ms: u64,
    /// Of the response's body, in bytes.
    pub ceiling: usize,
}

impl Request {
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url.into(), Vec::new())
    }

    #[must_use]
    pub fn head(url: impl Into<String>) -> Self {
        Self::new(Method::Head, url.into(), Vec::new())
    }

    #[must_use]
    pub fn post_json(url: impl Into<String>, body: &Value) -> Self {
        Self::new(Method::Post, url.into(), body.to_string().into_bytes()).with("content-type", "application/json")
    }

    /// A form; names and values are escaped here.
    #[must_use]
    pub fn post_form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        Self::new(Method::Post, url.into(), query(fields).into_bytes())
            .with("content-type", "application/x-www-form-urlencoded")
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long the first byte, and each further piece, may take.
    #[must_use]
    pub fn within(mut self, first_byte_ms: u64, between_bytes_ms: u64) -> Self {
        self.first_byte_ms = first_byte_ms;
        self.between_bytes_ms = between_bytes_ms;
        self
    }

    #[must_use]
    pub fn at_most(mut self, bytes: usize) -> Self {
        self.ceiling = bytes;
        self
    }

    fn new(method: Method, url: String, body: Vec<u8>) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body,
            connect_ms: 5_000,
            first_byte_ms: 10_000,
            between_bytes_ms: 10_000,
            ceiling: 4 << 20,
        }
    }
}

/// The pieces of a body as they arrive.
pub trait Pieces {
    /// Waits for the next piece; `None` at the end.
    ///
    /// # Errors
    /// `unavailable` when the connection broke or was too slow.
    fn next(&mut self) -> Result<Option<Vec<u8>>, Error>;
}

/// A response whose body has not been read yet.
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pieces: Box<dyn Pieces>,
    left: usize,
}

impl Response {
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, pieces: Box<dyn Pieces>, ceiling: usize) -> Self {
        Self {
            status,
            headers,
            pieces,
            left: ceiling,
        }
    }

    /// The first header of that name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(given, _)| given == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The next piece of the body; `None` at the end.
    ///
    /// # Errors
    /// `unavailable` when the connection broke, or with the code `too-large` beyond the request's ceiling.
    pub fn piece(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let Some(piece) = self.pieces.next()? else {
            return Ok(None);
        };
        let Some(left) = self.left.checked_sub(piece.len()) else {
            return Err(unavailable("too-large", "the answer is larger than this plugin reads"));
        };
        self.left = left;
        Ok(Some(piece))
    }

    /// # Errors
    /// As [`Self::piece`].
    pub fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(piece) = self.piece()? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }

    /// The body as UTF-8; what is not UTF-8 becomes U+FFFD.
    ///
    /// # Errors
    /// As [`Self::piece`].
    pub fn text(&mut self) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }

    /// # Errors
    /// As [`Self::piece`], and `unavailable` with the code `malformed` when the body is not JSON.
    pub fn json(&mut self) -> Result<Value, Error> {
        serde_json::from_slice(&self.bytes()?)
            .map_err(|error| unavailable("malformed", format!("the answer is not JSON: {error}")))
    }

    /// What a status outside 200 to 299 means for the host, `service` being named to people.
    #[must_use]
    pub fn refusal(&self, service: &str, now_ms: u64) -> Error {
        let status = self.status;
        let code = format!("http-{status}");
        let said = |kind, what: &str| fault(kind, &code, format!("{service} {what} (HTTP {status})"));
        match status {
            401 => said(ErrorKind::AuthRequired, "asks for a valid credential"),
            402 | 403 | 451 => said(ErrorKind::Denied, "refused the request"),
            404 | 410 => said(ErrorKind::NotFound, "has no such entry"),
            409 | 412 => said(ErrorKind::Conflict, "says that it changed meanwhile"),
            429 => Error {
                code: Some(code.clone()),
                ..rate_limited(
                    self.retry_after_ms(now_ms).unwrap_or(1_000),
                    format!("{service} asks to wait (HTTP 429)"),
                )
            },
            // 408, 424 and 425 are the server's own trouble and fall to the last arm.
            400 | 405..=407 | 411 | 413..=423 | 426 | 428 | 431 => {
                said(ErrorKind::InvalidInput, "does not accept the request")
            }
            _ => Error {
                retry_after_ms: self
                    .retry_after_ms(now_ms)
                    .map(|wait| u32::try_from(wait).unwrap_or(u32::MAX)),
                ..said(ErrorKind::Unavailable, "is not available")
            },
        }
    }

    /// `Retry-After` (RFC 9110, 10.2.3), in seconds or as a date, in milliseconds from now; at most a day.
    #[must_use]
    pub fn retry_after_ms(&self, now_ms: u64) -> Option<u64> {
        const DAY: u64 = 86_400_000;
        let text = self.header("retry-after")?.trim();
        let wait = match text.parse::<u64>() {
            Ok(seconds) => seconds.saturating_mul(1_000),
            Err(_) => date_ms(text)?.saturating_sub(now_ms),
        };
        Some(wait.min(DAY))
    }
}

/// An HTTP date (RFC 9110, 5.6.7) in milliseconds since the Unix epoch.
#[must_use]
pub fn date_ms(text: &str) -> Option<u64> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}

/// What stays as it is in a query; the comma too, so that lists of numbers stay readable and short.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',');

/// `name=value&name=value`, escaped. Fields with an empty value are left out.
#[must_use]
pub fn query(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(utf8_percent_encode(name, KEPT));
        text.push('=');
        text.extend(utf8_percent_encode(value, KEPT));
    }
    text
}

/// A body that is there already.
pub struct Whole(std::vec::IntoIter<Vec<u8>>);

impl Whole {
    #[must_use]
    pub fn new(pieces: Vec<Vec<u8>>) -> Self {
        Self(pieces.into_iter())
    }
}

impl Pieces for Whole {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.next())
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)], body: &str, ceiling: usize) -> Response {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        let pieces = body.as_bytes().chunks(3).map(<[u8]>::to_vec).collect();
        Response::new(status, headers, Box::new(Whole::new(pieces)), ceiling)
    }

    #[test]
    fn query_escapes_what_could_end_a_value_and_leaves_out_the_empty() {
        let text = query(&[("term", "a&b=\"ö\""), ("email", ""), ("id", "1,2")]);
        assert_eq!(text, "term=a%26b%3D%22%C3%B6%22&id=1,2");
    }

    #[test]
    fn body_beyond_the_ceiling_is_refused_while_it_is_read() {
        assert_eq!(response(200, &[], "123456", 6).text().expect("a text"), "123456");
        let error = response(200, &[], "1234567", 6).text().expect_err("refused");
        assert_eq!(
            (error.kind, error.code.as_deref()),
            (ErrorKind::Unavailable, Some("too-large"))
        );
    }

    #[test]
    fn waiting_time_is_read_as_seconds_and_as_a_date() {
        let now = 784_111_777_000;
        let wait = |text: &str| response(503, &[("retry-after", text)], "", 0).retry_after_ms(now);
        assert_eq!(wait("2"), Some(2_000));
        assert_eq!(wait("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60_000));
        assert_eq!(wait("Sun, 06 Nov 1994 08:40:37 GMT"), Some(0));
        assert_eq!(wait("99999999999999999999"), None);
        assert_eq!(wait("9999999999"), Some(86_400_000));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn every_refusing_status_has_one_meaning() {
        let kind = |status| {
            response(status, &[("retry-after", "7")], "", 0)
                .refusal("The site", 0)
                .kind
        };
        for (status, meaning) in [
            (400, ErrorKind::InvalidInput),
            (401, ErrorKind::AuthRequired),
            (403, ErrorKind::Denied),
            (404, ErrorKind::NotFound),
            (410, ErrorKind::NotFound),
            (412, ErrorKind::Conflict),
            (408, ErrorKind::Unavailable),
            (422, ErrorKind::InvalidInput),
            (424, ErrorKind::Unavailable),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Unavailable),
            (503, ErrorKind::Unavailable),
            (302, ErrorKind::Unavailable),
        ] {
            assert_eq!(kind(status), meaning, "{status}");
        }
        let limited = response(429, &[("retry-after", "7")], "", 0).refusal("The site", 0);
        assert_eq!(limited.retry_after_ms, Some(7_000));
        assert_eq!(
            response(429, &[], "", 0).refusal("The site", 0).retry_after_ms,
            Some(1_000)
        );
        assert_eq!(
            response(503, &[("retry-after", "7")], "", 0)
                .refusal("The site", 0)
                .retry_after_ms,
            Some(7_000)
        );
    }
}
