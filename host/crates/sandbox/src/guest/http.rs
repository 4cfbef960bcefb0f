//! `wasi:http` to [`Outside::http`]: one way out, with the phase of the call and ceilings on both bodies.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, StreamBody};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::{HttpError, HttpRequest, HttpResponse, Limits, Outside, Phase};

/// One write of a guest into a request's body; at most one waits to be read.
const CHUNK: usize = 64 << 10;

pub(crate) struct Gate {
    outside: Arc<dyn Outside>,
    granted: bool,
    phase: Phase,
    requests_left: usize,
    sent_left: Budget,
    received_left: Budget,
}

/// Bytes that all requests of a call share.
#[derive(Clone)]
struct Budget(Arc<AtomicUsize>);

impl Budget {
    fn new(bytes: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(bytes)))
    }

    /// `false` when there is not that much left.
    fn spend(&self, bytes: usize) -> bool {
        let spent = |left: usize| left.checked_sub(bytes);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent).is_ok()
    }
}

impl Gate {
    pub fn new(outside: Arc<dyn Outside>, granted: bool, phase: Phase, limits: &Limits) -> Self {
        Self {
            outside,
            granted,
            phase,
            requests_left: limits.http_requests,
            sent_left: Budget::new(limits.http_sent_bytes),
            received_left: Budget::new(limits.http_received_bytes),
        }
    }
}

type Answer = Result<(Response<WasiBody>, Finished), Error>;
/// What is left to do once the response's head is there: nothing, the body drives itself.
type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Gate {
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Finished,
    ) -> Box<dyn Future<Output = Answer> + Send> {
        if !self.granted || self.requests_left == 0 {
            return Box::new(async { Err(Error::HttpRequestDenied) });
        }
        self.requests_left -= 1;
        let (outside, phase) = (Arc::clone(&self.outside), self.phase);
        let (sent_left, received_left) = (self.sent_left.clone(), self.received_left.clone());
        let patience = options.and_then(|options| options.first_byte_timeout);
        Box::new(async move {
            let request = complete(request, phase, &sent_left).await?;
            let answered = outside.http(request);
            let response = match patience {
                Some(patience) => within(patience, answered).await,
                None => answered.await,
            };
            let response = head(response.map_err(code)?, received_left)?;
            let finished: Finished = Box::new(async { Ok(()) });
            Ok((response, finished))
        })
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        CHUNK
    }
}

async fn within(
    patience: Duration,
    answered: impl Future<Output = Result<HttpResponse, HttpError>>,
) -> Result<HttpResponse, HttpError> {
    tokio::time::timeout(patience, answered)
        .await
        .unwrap_or(Err(HttpError::Timeout))
}

/// Waits for the whole body, because what leaves is screened before it leaves.
async fn complete(request: Request<WasiBody>, phase: Phase, left: &Budget) -> Result<HttpRequest, Error> {
    let (parts, mut body) = request.into_parts();
    // A name and password in front of the host are a way to show one address and reach another.
    if parts
        .uri
        .authority()
        .is_none_or(|authority| authority.as_str().contains('@'))
    {
        return Err(Error::HttpRequestUriInvalid);
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Trailers are dropped: nothing that answers over HTTP/1.1 reads them.
        if let Ok(data) = frame?.into_data() {
            if !left.spend(data.len()) {
                return Err(Error::HttpRequestBodySize(None));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(HttpRequest {
        method: parts.method.as_str().to_owned(),
        url: parts.uri.to_string(),
        headers: readable(&parts.headers)?,
        body: bytes.freeze(),
        phase,
    })
}

fn readable(headers: &HeaderMap) -> Result<Vec<(String, String)>, Error> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = value.to_str().map_err(|_| Error::HttpRequestHeaderSize {
            field_name: Some(name.as_str().to_owned()),
            field_size: None,
        })?;
        Ok((name.as_str().to_owned(), value.to_owned()))
    };
    headers.iter().map(pair).collect()
}

fn head(response: HttpResponse, left: Budget) -> Result<Response<WasiBody>, Error> {
    let mut builder = Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    let frames = response.body.map(move |chunk: Result<Bytes, HttpError>| {
        let chunk = chunk.map_err(code)?;
        if left.spend(chunk.len()) {
            Ok(http_body::Frame::data(chunk))
        } else {
            Err(Error::HttpResponseBodySize(None))
        }
    });
    let body: Pin<Box<dyn futures::Stream<Item = _> + Send>> = Box::pin(frames);
    builder
        .body(StreamBody::new(body).boxed_unsync())
        .map_err(|_| Error::HttpProtocolError)
}

fn code(error: HttpError) -> Error {
    match error {
        HttpError::Denied(_) => Error::HttpRequestDenied,
        HttpError::Dns => Error::DnsError {
            rcode: None,
            info_code: None,
        },
        HttpError::Connect => Error::ConnectionRefused,
        HttpError::Tls => Error::TlsProtocolError,
        HttpError::Timeout => Error::HttpResponseTimeout,
        HttpError::RequestTooLarge => Error::HttpRequestBodySize(None),
        HttpError::ResponseTooLarge => Error::HttpResponseBodySize(None),
        HttpError::Protocol => Error::HttpProtocolError,
    }
}
