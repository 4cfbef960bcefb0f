//! Takes connections, applies the faults, keeps the log, and sends each request to its part.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::call::{Call, answer, basic, credentials, redirect, text};
use super::faults::Down;
use super::log::LogEntry;
use super::{Inner, control, dav, files_web, harp, locked, ocs, proxy, theme, web_app, web_files};

/// The connection ends without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("dropped")
    }
}

impl std::error::Error for Dropped {}

pub(crate) async fn accept(listener: TcpListener, inner: Arc<Inner>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(stream, peer, inner.clone()));
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, inner: Arc<Inner>) {
    let service = service_fn(move |request| handle(inner.clone(), request, peer.ip()));
    // A client that goes away, and a dropped connection, are part of what is tested.
    let _ended = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

async fn handle(inner: Arc<Inner>, request: Request<Incoming>, peer: IpAddr) -> Result<Response, Dropped> {
    let entry = entry(&inner, &request);
    let number = entry.number;
    locked(&inner).log.entries.push(entry);
    let result = faulty(&inner, request, peer).await;
    let status = result.as_ref().map_or(0, |response| response.status().as_u16());
    let mut state = locked(&inner);
    if let Some(entry) = state.log.entries.iter_mut().rev().find(|entry| entry.number == number) {
        entry.status = status;
    }
    drop(state);
    result
}

fn entry(inner: &Inner, request: &Request<Incoming>) -> LogEntry {
    let headers = request.headers();
    let state = locked(inner);
    let named = text(headers, "authorization-app-api")
        .and_then(credentials)
        .or_else(|| basic(headers))
        .map(|(user, _)| user)
        .or_else(|| {
            let cookies = text(headers, "cookie")?;
            state
                .sessions
                .iter()
                .find_map(|(session, user)| cookies.contains(session.as_str()).then(|| user.clone()))
        });
    LogEntry {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        user: named.filter(|user| !user.is_empty()),
        range: text(headers, "range").map(str::to_owned),
        status: 0,
        at: state.log.now(),
        number: inner.request_number(),
    }
}

async fn faulty(inner: &Arc<Inner>, request: Request<Incoming>, peer: IpAddr) -> Result<Response, Dropped> {
    let control = request.uri().path() == "/_control";
    let (delay, down, failure) = {
        let mut state = locked(inner);
        let failure = if control {
            None
        } else {
            state.faults.failures.pop_front()
        };
        (state.faults.delay, state.faults.down, failure)
    };
    if !control {
        tokio::time::sleep(delay).await;
        match down {
            Down::No => {}
            Down::Unavailable => return Ok(answer(503, &[], "")),
            Down::Dropped => return Err(Dropped),
        }
    }
    if let Some(failure) = failure {
        let after = failure.retry_after.map(|seconds| seconds.to_string());
        let headers: Vec<(&str, &str)> = after.iter().map(|after| ("retry-after", after.as_str())).collect();
        return Ok(answer(failure.status, &headers, ""));
    }
    if request.uri().path().starts_with("/exapps/") {
        return harp::serve(inner, request, peer).await.ok_or(Dropped);
    }
    Ok(dispatch(inner, request, peer).await)
}

async fn dispatch(inner: &Arc<Inner>, request: Request<Incoming>, peer: IpAddr) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await.map(|body| body.to_bytes()) else {
        return answer(400, &[], "");
    };
    let whole = parts.uri.path();
    let path = whole
        .strip_prefix("/index.php")
        .filter(|path| path.starts_with('/'))
        .unwrap_or(whole);
    let call = Call {
        method: parts.method,
        path: path.to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body,
        peer,
    };
    route(inner, call).await
}

async fn route(inner: &Arc<Inner>, call: Call) -> Response {
    let path = call.path.as_str();
    if path == "/status.php" {
        return status();
    }
    if path.starts_with("/ocs/") {
        return ocs::serve(inner, &call).await;
    }
    if path.starts_with("/remote.php/") {
        return dav::serve(inner, &call).await;
    }
    if path.starts_with("/apps/app_api/proxy/") {
        return proxy::serve(inner, &call).await;
    }
    if matches!(path, "/.well-known/openid-configuration" | "/apps/oidc/openid-configuration") && locked(inner).oidc {
        return discovery(inner);
    }
    if path == "/core/preview" {
        return files_web::preview(inner, &call);
    }
    if let Some(id) = path.strip_prefix("/f/") {
        return files_web::permalink(inner, &call, id);
    }
    if let Some(file) = path.strip_prefix("/apps/theming/theme/") {
        return theme::serve(file, call.query("plain").as_deref() == Some("1"));
    }
    if path.starts_with("/apps/app_api/embedded/") {
        return web_app::embedded(inner, &call);
    }
    if path == "/apps/files" || path.starts_with("/apps/files/") {
        return web_files::serve(inner, &call);
    }
    match path {
        "/_control" if locked(inner).control => return control::serve(inner, &call).await,
        "/favicon.ico" => return answer(200, &[("content-type", "image/x-icon")], ""),
        "/login" => return web_app::login(inner, &call),
        "/logout" => return web_app::logout(inner, &call),
        "/" | "/index.php" => return redirect(302, "/index.php/apps/files/"),
        _ => {}
    }
    answer(
        404,
        &[("content-type", "text/html; charset=UTF-8")],
        "<h1>Page not found</h1>",
    )
}

/// nextcloud.md 6: the issuer is the base URL, without the path at which it is asked.
fn discovery(inner: &Inner) -> Response {
    let base = format!("http://{}", inner.address);
    let at = |name: &str| format!("{base}/index.php/apps/oidc/{name}");
    let body = serde_json::json!({
        "issuer": base, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"), "jwks_uri": at("jwks"), "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256", "plain"],
    });
    answer(200, &[("content-type", "application/json")], body.to_string())
}

fn status() -> Response {
    let body = serde_json::json!({
        "installed": true, "maintenance": false, "needsDbUpgrade": false, "version": "34.0.1.1",
        "versionstring": "34.0.1", "edition": "", "productname": "Nextcloud", "extendedSupport": false,
    });
    answer(200, &[("content-type", "application/json")], body.to_string())
}

/// An answer without content of its own.
pub(crate) fn empty(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response
}
