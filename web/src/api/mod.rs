//! Requests to the host. One function a route group would hide nothing, so callers name the route themselves.

mod problem;
pub mod session;
mod sse;
pub mod stream;
pub mod upload;

use js_sys::{Promise, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit, Response};

pub use api_types::ProblemBody;
pub use problem::{offline, unconfirmed, unreadable};

use crate::{activity, base, dom, state};

/// What `base::api` takes for the administration.
const PANEL: &str = "panel/";

pub enum Body {
    Json(String),
    Bytes(Vec<u8>),
}

/// `method` of a request with an optional body.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub body: Option<Body>,
    pub accept: &'a str,
    pub signal: Option<&'a AbortSignal>,
}

pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ProblemBody> {
    json(send("GET", path, None).await?).await
}

pub async fn post<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, ProblemBody> {
    json(send("POST", path, Some(encode(body)?)).await?).await
}

/// Of the administration, which the specification has named beside the API.
pub async fn panel<T: DeserializeOwned>(path: &str) -> Result<T, ProblemBody> {
    json(send("GET", &format!("{PANEL}{path}"), None).await?).await
}

/// As [`post`], there.
pub async fn panel_post<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, ProblemBody> {
    json(send("POST", &format!("{PANEL}{path}"), Some(encode(body)?)).await?).await
}

/// As [`post`], for an answer that is no JSON.
pub async fn send_for<B: Serialize>(path: &str, body: &B) -> Result<Response, ProblemBody> {
    send("POST", path, Some(encode(body)?)).await
}

pub async fn put<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, ProblemBody> {
    json(send("PUT", path, Some(encode(body)?)).await?).await
}

/// Changes what has nothing to answer.
pub async fn set<B: Serialize>(path: &str, body: &B) -> Result<(), ProblemBody> {
    send("PUT", path, Some(encode(body)?)).await.map(|_| ())
}

/// A request whose answer has no body worth reading.
pub async fn tell(method: &str, path: &str) -> Result<(), ProblemBody> {
    send(method, path, None).await.map(|_| ())
}

pub fn encode<B: Serialize>(body: &B) -> Result<String, ProblemBody> {
    serde_json::to_string(body).map_err(|_| unreadable())
}

/// Sends bytes that are no JSON.
pub async fn post_bytes(path: &str, bytes: Vec<u8>) -> Result<(), ProblemBody> {
    let call = Call {
        method: "POST",
        path,
        body: Some(Body::Bytes(bytes)),
        accept: "application/octet-stream",
        signal: None,
    };
    fetch(call).await.map(|_| ())
}

async fn send(method: &str, path: &str, body: Option<String>) -> Result<Response, ProblemBody> {
    fetch(Call {
        method,
        path,
        body: body.map(Body::Json),
        accept: "application/json",
        signal: None,
    })
    .await
}

/// Sends a request; any status outside 200 to 299 is a problem. An access token that has expired is replaced, once.
pub async fn fetch(call: Call<'_>) -> Result<Response, ProblemBody> {
    let response = once(&call).await?;
    if response.ok() {
        return Ok(response);
    }
    if response.status() != 401 || call.path == "session" && call.method != "GET" {
        return Err(problem::read(&response).await);
    }
    let mut why = problem::read(&response).await;
    match session::refresh().await {
        Ok(()) => {
            let response = once(&call).await?;
            if response.ok() {
                return Ok(response);
            }
            why = problem::read(&response).await;
        }
        Err(Some(reason)) => why = reason,
        Err(None) => {}
    }
    if why.status == 401 {
        state::signed_out(&why);
    }
    Err(why)
}

async fn once(call: &Call<'_>) -> Result<Response, ProblemBody> {
    let init = RequestInit::new();
    init.set_method(call.method);
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_signal(call.signal);
    let headers = Headers::new().map_err(|_| unreadable())?;
    let _ = headers.set("accept", call.accept);
    if call.method != "GET" {
        // Browsers never add this header across origins without asking first, so its presence proves our own page.
        let _ = headers.set("x-requested-with", "voiceassist");
    }
    if activity::away() {
        let _ = headers.set("x-voiceassist-background", "1");
    }
    if let Some(proof) = session::proof() {
        let _ = headers.set("x-voiceassist-second-factor", &proof);
    }
    if let Some(token) = dom::request_token() {
        let _ = headers.set("requesttoken", &token);
    }
    match &call.body {
        Some(Body::Json(text)) => {
            let _ = headers.set("content-type", "application/json");
            init.set_body(&JsValue::from_str(text));
        }
        Some(Body::Bytes(bytes)) => {
            let _ = headers.set("content-type", "application/octet-stream");
            init.set_body(&Uint8Array::from(bytes.as_slice()));
        }
        None => {}
    }
    init.set_headers(&headers);
    let url = base::api(call.path);
    let promise: Promise = leptos::prelude::window().fetch_with_str_and_init(&url, &init);
    Ok(JsFuture::from(promise).await.map_err(|_| offline())?.unchecked_into())
}

/// Whether this browser may read the file at `address`, which is relative to Nextcloud's root; asks for two bytes.
pub async fn readable(address: &str) -> bool {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::SameOrigin);
    // What was allowed a moment ago need not be now.
    init.set_cache(RequestCache::NoStore);
    let Ok(headers) = Headers::new() else { return false };
    let _ = headers.set("range", "bytes=0-1");
    // Without it Nextcloud asks for a password in a dialog of the browser.
    let _ = headers.set("x-requested-with", "XMLHttpRequest");
    init.set_headers(&headers);
    let url = format!("{}{address}", base::webroot().unwrap_or_default());
    let promise = leptos::prelude::window().fetch_with_str_and_init(&url, &init);
    match JsFuture::from(promise).await {
        Ok(response) => matches!(response.unchecked_into::<Response>().status(), 200 | 206),
        Err(_) => false,
    }
}

/// What a response says it holds; empty when it says nothing.
pub fn content_type(response: &Response) -> String {
    response
        .headers()
        .get("content-type")
        .ok()
        .flatten()
        .unwrap_or_default()
}

/// The JSON body of a response.
pub async fn json<T: DeserializeOwned>(response: Response) -> Result<T, ProblemBody> {
    let promise = response.text().map_err(|_| unreadable())?;
    let text = JsFuture::from(promise)
        .await
        .map_err(|_| offline())?
        .as_string()
        .unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| {
        crate::dom::log_error(&error.to_string());
        unreadable()
    })
}

/// The bytes of a response, whatever they are.
pub async fn bytes(response: &Response) -> Result<Vec<u8>, ProblemBody> {
    let promise = response.array_buffer().map_err(|_| unreadable())?;
    let buffer = JsFuture::from(promise).await.map_err(|_| offline())?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Encodes one value of a query.
pub fn query(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}
