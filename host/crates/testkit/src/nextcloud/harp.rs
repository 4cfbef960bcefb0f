//! HaRP, `/exapps/{app}/{path}`: everything streams, also upgraded connections (nextcloud.md 4.1, 4.4).

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

use super::call::{Call, answer};
use super::proxy::HOP;
use super::{Inner, locked};

/// `None`: the connection is dropped.
pub(crate) async fn serve(
    inner: &Arc<Inner>,
    mut request: Request<Incoming>,
    peer: std::net::IpAddr,
) -> Option<Response> {
    let rest = request
        .uri()
        .path()
        .strip_prefix("/exapps/")
        .unwrap_or_default()
        .to_owned();
    let (app, path) = rest.split_once('/').unwrap_or((&rest, ""));
    let path = format!("/{path}");
    // 4.1: dropped and counted against the client.
    let dropped =
        ["/heartbeat", "/init", "/enabled"].contains(&path.as_str()) || path.split('/').any(|part| part == "..");
    let call = Call {
        method: request.method().clone(),
        path: path.clone(),
        query: None,
        headers: request.headers().clone(),
        body: Bytes::new(),
        peer,
    };
    let (user, base) = {
        let state = locked(inner);
        if !state.harp || app != state.app.spec.id || !state.app.enabled {
            return Some(answer(404, &[], ""));
        }
        if dropped {
            return None;
        }
        let user = state.identify_browser(&call);
        // 4.1: the verb is not looked at; 4.4: case-sensitive.
        match state.route_access(&path, None, false) {
            None => return Some(answer(404, &[], "")),
            Some(access) if access > state.level(user.as_deref()) => return Some(answer(403, &[], "")),
            Some(_) => {}
        }
        (user.unwrap_or_default(), state.app.url.clone())
    };
    let base = base?;
    let query = request
        .uri()
        .query()
        .map_or_else(String::new, |query| format!("?{query}"));
    let upgraded = request
        .headers()
        .contains_key(header::UPGRADE)
        .then(|| hyper::upgrade::on(&mut request));
    let outgoing = outgoing(inner, request, &format!("{base}{path}{query}"), &user)?;
    let Ok(mut response) = inner.client.request(outgoing).await else {
        return Some(answer(
            503,
            &[("content-type", "text/html")],
            "<html><body><h1>503 Service Unavailable</h1></body></html>",
        ));
    };
    if let Some(browser) = upgraded.filter(|_| response.status() == http::StatusCode::SWITCHING_PROTOCOLS) {
        let app = hyper::upgrade::on(&mut response);
        tokio::spawn(async move {
            if let (Ok(browser), Ok(app)) = (browser.await, app.await) {
                // Either side may go away at any time.
                let _ended = tokio::io::copy_bidirectional(&mut TokioIo::new(browser), &mut TokioIo::new(app)).await;
            }
        });
    }
    let mut response = response.map(Body::new);
    if response.status() != http::StatusCode::SWITCHING_PROTOCOLS {
        for name in [header::CONNECTION, header::TRANSFER_ENCODING] {
            response.headers_mut().remove(name);
        }
    }
    // 4.1: from the web server before it.
    response
        .headers_mut()
        .append("x-frame-options", HeaderValue::from_static("SAMEORIGIN"));
    Some(response)
}

fn outgoing(inner: &Inner, request: Request<Incoming>, target: &str, user: &str) -> Option<Request<Body>> {
    let (parts, body) = request.into_parts();
    let tunnel = parts.headers.contains_key(header::UPGRADE);
    let mut built = Request::builder()
        .method(parts.method)
        .uri(target)
        .body(Body::new(body))
        .ok()?;
    let headers = built.headers_mut();
    for (name, value) in &parts.headers {
        let kept =
            !HOP.contains(&name.as_str()) || name == header::CONTENT_LENGTH || (tunnel && name == header::CONNECTION);
        if kept {
            headers.append(name.clone(), value.clone());
        }
    }
    let language = headers.get(header::ACCEPT_LANGUAGE).cloned();
    // 3.1: through HaRP always the literal 32.
    for (name, value) in inner.signature(user, "32") {
        if let Some(name) = name {
            headers.insert(name, value);
        }
    }
    if let Some(language) = language {
        headers.insert(header::ACCEPT_LANGUAGE, language);
    }
    let port = target
        .rsplit_once("://")
        .map_or("", |(_, rest)| rest)
        .split(['/', '?'])
        .next()?
        .rsplit(':')
        .next()?
        .to_owned();
    headers.insert("harp-shared-key", HeaderValue::from_static("double-harp-shared-key"));
    headers.insert("ex-app-host", HeaderValue::from_static("127.0.0.1"));
    headers.insert("ex-app-port", HeaderValue::from_str(&port).ok()?);
    Some(built)
}
