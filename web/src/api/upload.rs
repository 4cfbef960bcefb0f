//! One file on its way up. `fetch` tells nothing of how far a body has got, so this uses the older interface that does.

use api_types::ProblemBody;
use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use super::{offline, session, unreadable};
use crate::{base, dom, state};

/// Sends a file to a route; `progress` hears the share sent, 0 to 1. An access token that has expired is replaced, once.
pub async fn upload<T: DeserializeOwned>(
    path: &str,
    file: &File,
    progress: impl Fn(f32) + Clone + 'static,
) -> Result<T, ProblemBody> {
    let mut sent = once(path, file, progress.clone()).await;
    if sent.as_ref().is_err_and(|problem| problem.status == 401) && session::refresh().await.is_ok() {
        sent = once(path, file, progress).await;
    }
    if let Err(problem) = &sent
        && problem.status == 401
    {
        state::signed_out(problem);
    }
    sent
}

async fn once<T: DeserializeOwned>(
    path: &str,
    file: &File,
    progress: impl Fn(f32) + 'static,
) -> Result<T, ProblemBody> {
    let form = FormData::new().map_err(|_| unreadable())?;
    form.append_with_blob_and_filename("file", file, &file.name())
        .map_err(|_| unreadable())?;
    let request = XmlHttpRequest::new().map_err(|_| unreadable())?;
    request
        .open_with_async("POST", &base::api(path), true)
        .map_err(|_| unreadable())?;
    let _ = request.set_request_header("x-requested-with", "voiceassist");
    let _ = request.set_request_header("accept", "application/json");
    if let Some(token) = dom::request_token() {
        let _ = request.set_request_header("requesttoken", &token);
    }

    let listener = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.total() > 0.0 {
            progress((event.loaded() / event.total()) as f32);
        }
    });
    if let Ok(sending) = request.upload() {
        sending.set_onprogress(Some(listener.as_ref().unchecked_ref()));
    }
    let ended = Promise::new(&mut |resolve, reject| {
        request.set_onload(Some(&resolve));
        request.set_onerror(Some(&reject));
        request.set_onabort(Some(&reject));
    });
    request.send_with_opt_form_data(Some(&form)).map_err(|_| offline())?;
    JsFuture::from(ended).await.map_err(|_: JsValue| offline())?;
    drop(listener);

    let status = request.status().unwrap_or(0);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    if (200..300).contains(&status) {
        return serde_json::from_str(&text).map_err(|_| unreadable());
    }
    Err(super::problem::parse(&text, status))
}
