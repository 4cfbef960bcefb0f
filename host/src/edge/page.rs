//! What Nextcloud puts into its own page: the start script, the style sheet and the icon; and the voice window, a page of
//! its own, because Nextcloud's page may not use the microphone.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::edge::problem::Problem;

/// White on transparent, as Nextcloud's top menu wants it.
const ICON: &str = include_str!("../../../nextcloud-app/img/app.svg");
/// The start script loads the real ones by their hashed names.
const STYLE: &str = "#content:empty { min-height: 50vh; }\n";
const VOICE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; frame-ancestors 'self'; \
    base-uri 'none'; form-action 'none'";
pub const MICROPHONE: &str = "microphone=(self), camera=(), geolocation=()";

/// `GET /ui/boot.js`: a classic script, the only kind that Nextcloud's page includes.
pub async fn boot(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let (folder, script) = asset(&app, "embed.js").await?;
    let known = serde_json::json!({ "app": env!("CARGO_PKG_NAME"), "assets": folder });
    let body = format!("window.VOICEASSIST = {known};\n{script}");
    Ok(named("text/javascript; charset=utf-8", body))
}

/// `GET /ui/app.css`
pub async fn style() -> Response {
    named("text/css; charset=utf-8", STYLE.to_owned())
}

/// `GET /ui/icon.svg`
pub async fn icon() -> Response {
    named("image/svg+xml", ICON.to_owned())
}

/// `GET /voice`: no `.html` in its path, which Nextcloud's proxy would cut short.
pub async fn voice(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let (folder, page) = asset(&app, "voice.html").await?;
    let mut response = named("text/html; charset=utf-8", page.replace("{{assets}}", &folder));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(VOICE_POLICY));
    for name in ["permissions-policy", "feature-policy"] {
        let value = if name == "permissions-policy" {
            MICROPHONE
        } else {
            "microphone 'self'"
        };
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    Ok(response)
}

/// An asset's folder, with a slash at its end, and its text.
async fn asset(app: &App, name: &str) -> Result<(String, String), Problem> {
    let missing = || Problem::unavailable("The web client is not built. See `voiceassist doctor`.");
    let read = async |path: &str| tokio::fs::read_to_string(app.config.web_dir.join(path)).await;
    let manifest = read("manifest.json").await.map_err(|_| missing())?;
    let manifest: BTreeMap<String, String> = serde_json::from_str(&manifest)?;
    let address = manifest.get(name).ok_or_else(missing)?;
    let text = read(address).await.map_err(|_| missing())?;
    Ok((address.trim_end_matches(name).to_owned(), text))
}

/// Not hashed, so the browser asks each time; without a word of its own Nextcloud's proxy would keep it for an hour.
fn named(media_type: &'static str, body: String) -> Response {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        body,
    )
        .into_response()
}
