//! The PHP proxy of AppAPI, `/apps/app_api/proxy/{app}/{path}` (nextcloud.md 4).

use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use regex::RegexBuilder;

use super::app::Access;
use super::call::{Call, answer, pairs, text};
use super::client::Outgoing;
use super::state::State;
use super::{Inner, locked};

const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%')
    .add(b'\\')
    .add(b'^')
    .add(b'|')
    .add(b'[')
    .add(b']');

/// 4.1: what Nextcloud sends when the app's answer has none.
const POLICY: &str = "default-src 'none';base-uri 'none';manifest-src 'self';frame-ancestors 'none'";
const FEATURES: &str =
    "autoplay 'none';camera 'none';fullscreen 'none';geolocation 'none';microphone 'none';payment 'none'";
const CACHE: &str = "private, max-age=3600, must-revalidate";

/// Hops of one connection only.
pub(crate) const HOP: [&str; 6] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "keep-alive",
    "te",
];

impl State {
    /// The level that the caller has.
    pub(crate) fn level(&self, uid: Option<&str>) -> Access {
        match uid {
            Some(uid) if self.is_admin(uid) => Access::Admin,
            Some(_) => Access::User,
            None => Access::Public,
        }
    }

    /// 4.4: the first route that fits path (and verb, when given) decides.
    pub(crate) fn route_access(&self, path: &str, verb: Option<&str>, folded: bool) -> Option<Access> {
        self.app.spec.routes.iter().find_map(|route| {
            let verbs = verb.is_none_or(|verb| route.verbs.split(',').any(|one| one.trim().eq_ignore_ascii_case(verb)));
            let pattern = RegexBuilder::new(&route.url).case_insensitive(folded).build().ok()?;
            let starts = |path: &str| pattern.find(path).is_some_and(|found| found.start() == 0);
            let fits = starts(path) || (folded && starts(path.trim_start_matches('/')));
            (verbs && fits).then_some(route.access)
        })
    }
}

pub(crate) async fn serve(inner: &Inner, call: &Call) -> Response {
    // 4.1: HEAD arrives as GET; everything else is 405.
    let method = match call.method {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => return answer(405, &[("content-type", "text/html; charset=UTF-8")], ""),
    };
    let rest = call.path.strip_prefix("/apps/app_api/proxy/").unwrap_or_default();
    let (app, path) = rest.split_once('/').unwrap_or((rest, ""));
    // 4.1: decoded once.
    let path = format!("/{}", percent_decode_str(path).decode_utf8_lossy());
    let user = {
        let state = locked(inner);
        let user = state.identify_browser(call);
        let known = app == state.app.spec.id && state.app.enabled && !path.split('/').any(|part| part == "..");
        let access = state.route_access(&path, Some(method), true);
        // 4.1: 404 for everything that is not allowed.
        if !known || access.is_none_or(|access| access > state.level(user.as_deref())) {
            return answer(404, &[], "");
        }
        user.unwrap_or_default()
    };
    let mut headers = passed(&call.headers);
    for (name, value) in inner.signature(&user, "34.0.0") {
        if let Some(name) = name {
            headers.insert(name, value);
        }
    }
    if let Ok(ip) = HeaderValue::from_str(&call.peer.to_string()) {
        headers.insert("x-origin-ip", ip);
    }
    let query = requery(call.query.as_deref().unwrap_or_default());
    let mut target = utf8_percent_encode(&path, UNSAFE).to_string();
    if !query.is_empty() {
        target.push_str(&format!("?{query}"));
    }
    match fetch(inner, method, target, headers, call.body.clone()).await {
        // 4.1: empty 500 when the app is down.
        Err(_) => answer(500, &[], ""),
        Ok(response) => finish(&path, call.method == Method::HEAD, response),
    }
}

/// 4.2: cookies and Authorization go through.
pub(crate) fn passed(headers: &HeaderMap) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for (name, value) in headers {
        if !HOP.contains(&name.as_str()) {
            passed.append(name.clone(), value.clone());
        }
    }
    passed
}

/// 4.1: PHP reads the query and writes it again: of repeated keys the last stays, `a[]` gets numbers.
fn requery(query: &str) -> String {
    let mut kept: Vec<(String, String)> = Vec::new();
    let mut numbers = std::collections::BTreeMap::new();
    for (key, value) in pairs(query) {
        let key = match key.strip_suffix("[]") {
            Some(list) => {
                let number = numbers.entry(list.to_owned()).or_insert(0_usize);
                *number += 1;
                format!("{list}[{}]", *number - 1)
            }
            None => key.replace(['.', ' '], "_"),
        };
        match kept.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = value,
            None => kept.push((key, value)),
        }
    }
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .finish()
}

/// 4.1: waits for the whole answer and follows redirects.
async fn fetch(
    inner: &Inner,
    method: &'static str,
    target: String,
    headers: HeaderMap,
    body: Bytes,
) -> Result<http::Response<Bytes>, String> {
    let (mut method, mut target, mut body) = (method, target, body);
    for _ in 0..6 {
        let outgoing = Outgoing {
            method,
            path: &target,
            user: "",
            json: false,
            body: body.clone(),
            timeout: Duration::from_secs(3600),
        };
        let response = inner.send(outgoing, headers.clone()).await?;
        let status = response.status().as_u16();
        let location = text(response.headers(), "location").map(str::to_owned);
        let Some(location) = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308)) else {
            return Ok(response);
        };
        let base = url::Url::parse(&format!("http://app{target}")).map_err(|error| error.to_string())?;
        let next = base.join(&location).map_err(|error| error.to_string())?;
        target = next[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        if status < 307 {
            method = "GET";
            body = Bytes::new();
        }
    }
    Err("too many redirects".to_owned())
}

fn finish(path: &str, head: bool, response: http::Response<Bytes>) -> Response {
    let (parts, body) = response.into_parts();
    let length = text(&parts.headers, "content-length").and_then(|length| length.parse::<usize>().ok());
    let body = if path.to_ascii_lowercase().ends_with(".html") {
        with_nonces(&body, length)
    } else {
        body
    };
    let mut finished = answer(parts.status.as_u16(), &[], if head { Bytes::new() } else { body });
    let headers = finished.headers_mut();
    // 4.1: only the first value of each header.
    for name in parts.headers.keys() {
        let kept = !HOP.contains(&name.as_str());
        if let Some(value) = parts.headers.get(name).filter(|_| kept) {
            headers.insert(name.clone(), value.clone());
        }
    }
    let defaults = [
        ("content-security-policy", POLICY),
        ("feature-policy", FEATURES),
        (header::CACHE_CONTROL.as_str(), CACHE),
    ];
    for (name, value) in defaults {
        if !headers.contains_key(name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    finished
}

/// 4.3: nonces are written into the page, and it is cut at its old length.
fn with_nonces(body: &Bytes, length: Option<usize>) -> Bytes {
    let page =
        String::from_utf8_lossy(body).replace("<script", "<script nonce=\"ZG91YmxlLW5vbmNlLW9mLXRoZS1wcm94eQ==\"");
    let bytes = Bytes::from(page);
    match length {
        Some(length) if length < bytes.len() => bytes.slice(..length),
        _ => bytes,
    }
}
