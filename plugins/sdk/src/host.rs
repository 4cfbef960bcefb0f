//! The host's imports as [`Outside`].

use crate::http::{Method, Pieces, Request, Response};
use crate::worlds::imports::voiceassist::plugin::{credentials, files, log, progress};
use crate::worlds::imports::wasi::clocks::{monotonic_clock, wall_clock};
use crate::worlds::imports::wasi::config::store as config;
use crate::worlds::imports::wasi::http::outgoing_handler;
use crate::worlds::imports::wasi::http::types::{
    ErrorCode, Fields, IncomingBody, IncomingResponse, Method as WireMethod, OutgoingBody, OutgoingRequest,
    RequestOptions, Scheme, http_error_code,
};
use crate::worlds::imports::wasi::io::streams::{InputStream, StreamError};
use crate::worlds::imports::wasi::keyvalue::store as keyvalue;
use crate::{
    Bucket, Error, ErrorKind, Field, FileEntry, Level, Outside, Readiness, denied, fault, internal, refused,
    unavailable,
};

/// What the host grants; exists only inside a component.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host;

/// Longest piece that one write may take (wasi:io 0.2, `blocking-write-and-flush`).
const WRITE: usize = 4096;
const READ: u64 = 65_536;

impl Outside for Host {
    fn send(&self, request: &Request) -> Result<Response, Error> {
        let (scheme, authority, path) = parts(&request.url)?;
        let headers = Fields::new();
        for (name, value) in &request.headers {
            headers
                .append(name, value.as_bytes())
                .map_err(|_| internal(format!("the header {name} cannot be sent")))?;
        }
        let outgoing = OutgoingRequest::new(headers);
        let method = match request.method {
            Method::Get => WireMethod::Get,
            Method::Head => WireMethod::Head,
            Method::Post => WireMethod::Post,
        };
        outgoing
            .set_method(&method)
            .and_then(|()| outgoing.set_scheme(Some(&scheme)))
            .and_then(|()| outgoing.set_authority(Some(authority)))
            .and_then(|()| outgoing.set_path_with_query(Some(path)))
            .map_err(|()| refused("this address cannot be requested"))?;
        let body = if request.body.is_empty() {
            None
        } else {
            Some(outgoing.body().map_err(|()| internal("the request has no body"))?)
        };
        let future = outgoing_handler::handle(outgoing, Some(options(request))).map_err(|code| failure(&code))?;
        if let Some(body) = body {
            write(body, &request.body)?;
        }
        let response = loop {
            match future.get() {
                Some(Ok(answer)) => break answer.map_err(|code| failure(&code))?,
                Some(Err(())) => return Err(internal("the answer was taken already")),
                None => future.subscribe().block(),
            }
        };
        received(response, request.ceiling)
    }

    fn setting(&self, key: &str) -> Option<String> {
        config::get(key).ok().flatten().filter(|value| !value.is_empty())
    }

    fn now_ms(&self) -> u64 {
        let now = wall_clock::now();
        now.seconds.saturating_mul(1_000) + u64::from(now.nanoseconds / 1_000_000)
    }

    fn wait_ms(&self, time: u64) {
        monotonic_clock::subscribe_duration(time.saturating_mul(1_000_000)).block();
    }

    fn recall(&self, bucket: Bucket, key: &str) -> Result<Option<Vec<u8>>, Error> {
        opened(bucket)?.get(key).map_err(stored)
    }

    fn keep(&self, bucket: Bucket, key: &str, value: &[u8]) -> Result<(), Error> {
        opened(bucket)?.set(key, value).map_err(stored)
    }

    fn forget(&self, bucket: Bucket, key: &str) -> Result<(), Error> {
        opened(bucket)?.delete(key).map_err(stored)
    }

    fn log(&self, level: Level, message: &str, fields: Vec<Field>) {
        log::log(level, message, &fields);
    }

    fn report(&self, fraction: Option<f32>, message: Option<&str>) {
        progress::report(fraction, message);
    }

    fn cancelled(&self) -> bool {
        progress::cancelled()
    }

    fn credential(&self, handle: &str) -> Readiness {
        credentials::status(handle)
    }

    fn folders(&self) -> Vec<(String, bool)> {
        files::roots()
    }

    fn list_files(
        &self,
        root: &str,
        path: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<FileEntry>, Option<String>), Error> {
        files::list(root, path, cursor, limit)
    }

    fn read_file(&self, root: &str, path: &str, offset: u64, length: u32) -> Result<Vec<u8>, Error> {
        files::read(root, path, offset, length)
    }

    fn write_file(&self, root: &str, path: &str, if_etag: Option<&str>, contents: &[u8]) -> Result<FileEntry, Error> {
        files::write(root, path, if_etag, contents)
    }
}

fn opened(bucket: Bucket) -> Result<keyvalue::Bucket, Error> {
    keyvalue::open(bucket.as_str()).map_err(stored)
}

fn stored(error: keyvalue::Error) -> Error {
    match error {
        keyvalue::Error::NoSuchStore | keyvalue::Error::AccessDenied => denied("storing values is not granted"),
        keyvalue::Error::Other(message) => unavailable("store", message),
    }
}

/// Scheme, authority and path with query.
fn parts(url: &str) -> Result<(Scheme, &str, &str), Error> {
    let (scheme, rest) = if let Some(rest) = url.strip_prefix("https://") {
        (Scheme::Https, rest)
    } else if let Some(rest) = url.strip_prefix("http://") {
        (Scheme::Http, rest)
    } else {
        return Err(refused("an address starts with https:// or http://"));
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    Ok((scheme, authority, if path.is_empty() { "/" } else { path }))
}

fn options(request: &Request) -> RequestOptions {
    let nanoseconds = |time: u64| Some(time.saturating_mul(1_000_000));
    let options = RequestOptions::new();
    // A host that does not know one of them keeps its own, which is what a refusal would lead to anyway.
    let _ = options.set_connect_timeout(nanoseconds(request.connect_ms));
    let _ = options.set_first_byte_timeout(nanoseconds(request.first_byte_ms));
    let _ = options.set_between_bytes_timeout(nanoseconds(request.between_bytes_ms));
    options
}

fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), Error> {
    let stream = body
        .write()
        .map_err(|()| internal("the request's body was taken already"))?;
    for piece in bytes.chunks(WRITE) {
        stream.blocking_write_and_flush(piece).map_err(|error| broken(&error))?;
    }
    drop(stream);
    OutgoingBody::finish(body, None).map_err(|code| failure(&code))
}

fn received(response: IncomingResponse, ceiling: usize) -> Result<Response, Error> {
    let headers = response
        .headers()
        .entries()
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), String::from_utf8_lossy(&value).into_owned()))
        .collect();
    let status = response.status();
    let body = response
        .consume()
        .map_err(|()| internal("the answer's body was taken already"))?;
    let stream = body
        .stream()
        .map_err(|()| internal("the answer's body was taken already"))?;
    let pieces = Incoming {
        stream,
        _body: body,
        _response: response,
    };
    Ok(Response::new(status, headers, Box::new(pieces), ceiling))
}

/// Fields drop in this order: a child resource must go before its parent.
struct Incoming {
    stream: InputStream,
    _body: IncomingBody,
    _response: IncomingResponse,
}

impl Pieces for Incoming {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            match self.stream.blocking_read(READ) {
                Ok(piece) if piece.is_empty() => {}
                Ok(piece) => return Ok(Some(piece)),
                Err(StreamError::Closed) => return Ok(None),
                Err(error) => return Err(broken(&error)),
            }
        }
    }
}

fn broken(error: &StreamError) -> Error {
    match error {
        StreamError::LastOperationFailed(error) => match http_error_code(error) {
            Some(code) => failure(&code),
            None => unavailable("broken", "the connection broke"),
        },
        StreamError::Closed => unavailable("broken", "the connection was closed"),
    }
}

/// What stopped a request, in the host's vocabulary.
fn failure(code: &ErrorCode) -> Error {
    match code {
        ErrorCode::HttpRequestDenied => denied("this request is not granted"),
        ErrorCode::DestinationIpProhibited | ErrorCode::DestinationIpUnroutable => {
            denied("this address may not be contacted")
        }
        ErrorCode::DnsTimeout
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => unavailable("timeout", "no answer came in time"),
        ErrorCode::DnsError(_) | ErrorCode::DestinationNotFound => unavailable("unknown-host", "the host is unknown"),
        ErrorCode::ConnectionRefused | ErrorCode::DestinationUnavailable => {
            unavailable("refused", "the host does not accept connections")
        }
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            unavailable("tls", "no trustworthy connection can be made")
        }
        ErrorCode::HttpResponseBodySize(_) => unavailable("too-large", "the answer is larger than the host allows"),
        ErrorCode::HttpRequestBodySize(_)
        | ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestMethodInvalid => fault(
            ErrorKind::InvalidInput,
            "request",
            "the request is not one that can be sent",
        ),
        ErrorCode::ConnectionLimitReached => crate::rate_limited(1_000, "too many connections are open"),
        _ => unavailable("broken", "the connection broke"),
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn address_is_cut_into_authority_and_path() {
        let cut = |url: &'static str| {
            parts(url)
                .map(|(_, authority, path)| (authority, path))
                .expect("an address")
        };
        assert_eq!(cut("https://a.example/b?c=d#e"), ("a.example", "/b?c=d"));
        assert_eq!(cut("http://a.example:8080"), ("a.example:8080", "/"));
        assert_eq!(cut("https://a.example?x=1"), ("a.example", "?x=1"));
        assert!(parts("ftp://a.example").is_err());
    }
}
