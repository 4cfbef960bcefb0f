//! What only a browser can try: the ways from it to VoiceAssist.

use api_types::SelfCheck;
use js_sys::Promise;
use leptos::prelude::{set_timeout, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCache, RequestInit, Response};

use crate::{
    api, base, dom,
    texts::{fill, nc},
};

/// The streaming probe takes 700 ms by itself; a web server that holds everything back takes a while longer.
const PATIENCE_MS: i32 = 8_000;
/// Parts this much apart have not been held back.
const APART_MS: f64 = 300.0;

/// For the web server in front of Nextcloud.
pub const NGINX: &str = "location ^~ /exapps/ {
    proxy_pass http://HARP_HOST:8780;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection \"upgrade\";
    proxy_buffering off;
    proxy_read_timeout 1800s;
    client_max_body_size 0;
}";

/// Tries all hops, one after the other: together they would hold each other back.
pub async fn try_all() -> Vec<SelfCheck> {
    let (root, app) = (base::webroot().unwrap_or_default(), base::app_id());
    let harp = format!("{root}/exapps/{app}/");
    let php = format!("{root}/index.php/apps/app_api/proxy/{app}/");
    let script = format!("{harp}{}/boot.js", base::assets_folder());
    vec![
        check("exapps", nc().hop_exapps, nc().hop_exapps_fix, ping(&harp, &app).await),
        check("static", nc().hop_static, nc().hop_static_fix, arrives(&script).await),
        check("stream", nc().hop_stream, nc().hop_stream_fix, streams(&harp).await),
        check("php", nc().hop_php, nc().hop_php_fix, ping(&php, &app).await),
    ]
}

/// What was found: what works, or what is wrong.
type Found = Result<String, String>;

fn check(id: &str, title: &str, fix: &str, found: Found) -> SelfCheck {
    let ok = found.is_ok();
    SelfCheck {
        id: id.to_owned(),
        title: title.to_owned(),
        ok,
        detail: found.unwrap_or_else(|wrong| wrong),
        fix: (!ok).then(|| fix.to_owned()),
    }
}

async fn ping(base: &str, app: &str) -> Found {
    let begun = dom::now_ms();
    let response = get(&format!("{base}public/ping")).await?;
    let body = text(&response).await.unwrap_or_default();
    let named = serde_json::from_str::<serde_json::Value>(&body)
        .ok()
        .and_then(|body| Some(body.get("app")?.as_str()? == app));
    if named != Some(true) {
        return Err(nc().hop_stranger.to_owned());
    }
    Ok(answered(begun))
}

async fn arrives(address: &str) -> Found {
    let begun = dom::now_ms();
    let response = get(address).await?;
    let kind = api::content_type(&response);
    if !kind.contains("javascript") {
        return Err(fill(nc().hop_kind, &[("kind", &kind)]));
    }
    Ok(answered(begun))
}

async fn streams(base: &str) -> Found {
    let response = get(&format!("{base}public/stream")).await?;
    let body = response.body().ok_or_else(|| nc().hop_held_back.to_owned())?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut first = None;
    while let Ok(part) = JsFuture::from(reader.read()).await {
        if js_sys::Reflect::get(&part, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            break;
        }
        first.get_or_insert_with(dom::now_ms);
    }
    let apart = first.map_or(0.0, |first| dom::now_ms() - first);
    if apart < APART_MS {
        return Err(nc().hop_held_back.to_owned());
    }
    Ok(fill(nc().hop_streams, &[("ms", &format!("{apart:.0}"))]))
}

fn answered(begun: f64) -> String {
    fill(nc().hop_answered, &[("ms", &format!("{:.0}", dom::now_ms() - begun))])
}

/// A response of status 200, or why there is none.
async fn get(address: &str) -> Result<Response, String> {
    let silent = || fill(nc().hop_silent, &[("seconds", &(PATIENCE_MS / 1000).to_string())]);
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    if let Ok(controller) = AbortController::new() {
        init.set_signal(Some(&controller.signal()));
        set_timeout(
            move || controller.abort(),
            std::time::Duration::from_millis(PATIENCE_MS.unsigned_abs().into()),
        );
    }
    let promise: Promise = window().fetch_with_str_and_init(address, &init);
    let response: Response = JsFuture::from(promise).await.map_err(|_| silent())?.unchecked_into();
    match response.status() {
        200 => Ok(response),
        status => Err(fill(nc().hop_status, &[("status", &status.to_string())])),
    }
}

async fn text(response: &Response) -> Result<String, JsValue> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}
