//! The built web client: hashed files are kept by the browser for ever, the page itself never.

use std::path::{Component, Path};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::edge::page;
use crate::edge::problem::Problem;

/// WASM needs its own permission; pdf.js draws embedded fonts from `data:` and starts its worker from our origin, and so
/// does the audio thread with its file.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    frame-ancestors 'self'; base-uri 'self'; form-action 'self'";

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// Serves a file of the web folder, or the page itself for `/`.
pub async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let name = if path.is_empty() { "index" } else { path };
    let plain = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || name.contains('\\') {
        return Problem::not_found().into_response();
    }
    let file = app
        .config
        .web_dir
        .join(if name == "index" { "index.html" } else { name });
    let Some((bytes, packed)) = read(&file, accepts_brotli(&request)).await else {
        if name == "index" {
            let detail = "The web client is not built. Start with `cargo xtask run`, or see `voiceassist doctor`.";
            return Problem::unavailable(detail).into_response();
        }
        return Problem::not_found().into_response();
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&file)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    headers.insert(PERMISSIONS, HeaderValue::from_static(page::MICROPHONE));
    let cache = if hashed(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// The file's bytes, as the build has packed them when the browser takes that (true), else plain.
async fn read(file: &Path, brotli: bool) -> Option<(Vec<u8>, bool)> {
    if brotli && let Ok(bytes) = tokio::fs::read(format!("{}.br", file.display())).await {
        return Some((bytes, true));
    }
    tokio::fs::read(file).await.ok().map(|bytes| (bytes, false))
}

fn accepts_brotli(request: &Request) -> bool {
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|list| list.split(',').any(|coding| coding.trim() == "br"))
}

/// Some part of the path ends in a hash of the content: `assets-0123456789abcdef/…` or `name.0123456789abcdef.js`.
fn hashed(name: &str) -> bool {
    name.split('/').any(|part| {
        part.split(['-', '.'])
            .skip(1)
            .any(|piece| piece.len() >= 8 && piece.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(hashed("app-1a2b3c4d5e6f7081.js"));
        assert!(hashed("app.1a2b3c4d.wasm"));
        assert!(hashed("assets-83caec235714d8db/pdfjs/pdf.worker.mjs"));
        assert!(!hashed("pdf.worker.min.mjs"));
        assert!(!hashed("index"));
    }
}
