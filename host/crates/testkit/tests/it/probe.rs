//! Asks the double as the app in a user's name, or as anyone else.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use testkit::Nextcloud;
use testkit::nextcloud::AppSpec;

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The text between a start and an end tag.
    pub fn between(&self, tag: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        rest.split_once(&format!("</{tag}>")).map(|(inner, _)| inner.to_owned())
    }
}

pub struct Probe {
    client: Client<HttpConnector, Body>,
    base: String,
}

pub const SECRET: &str = "a:secret";

/// alice and bob; the app is enabled.
pub async fn nextcloud() -> (Nextcloud, Probe) {
    let nc = Nextcloud::start(AppSpec::new("voiceassist", SECRET)).await.unwrap();
    nc.user("admin", &["admin"]);
    nc.user("alice", &[]);
    nc.user("bob", &[]);
    nc.set_app_enabled(true);
    let probe = Probe::at(nc.url());
    (nc, probe)
}

pub fn signed(user: &str) -> Vec<(&'static str, String)> {
    vec![
        ("ex-app-id", "voiceassist".to_owned()),
        ("ex-app-version", "0.1.0".to_owned()),
        ("authorization-app-api", STANDARD.encode(format!("{user}:{SECRET}"))),
        ("ocs-apirequest", "true".to_owned()),
        ("accept", "application/json".to_owned()),
        ("user-agent", "probe/1".to_owned()),
    ]
}

impl Probe {
    pub fn at(base: String) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            base,
        }
    }

    pub async fn try_send(&self, method: &str, path: &str, headers: &[(&str, String)], body: &str) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.client.request(request).await.ok()?.into_parts();
        Some(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await.ok()?.to_bytes(),
        })
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, String)], body: &str) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    /// As the app in a user's name, with more headers.
    pub async fn with(
        &self,
        user: &str,
        method: &str,
        path: &str,
        more: &[(&'static str, &str)],
        body: &str,
    ) -> Answer {
        let mut headers = signed(user);
        headers.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.send(method, path, &headers, body).await
    }

    pub async fn get(&self, user: &str, path: &str) -> Answer {
        self.with(user, "GET", path, &[], "").await
    }

    pub async fn propfind(&self, user: &str, path: &str, depth: &'static str) -> Answer {
        let body = r#"<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:prop>
            <d:getetag/><d:getcontentlength/><d:resourcetype/><oc:fileid/><oc:permissions/><oc:size/><nc:share-attributes/><oc:owner-id/><nc:mount-type/></d:prop></d:propfind>"#;
        let path = format!("/remote.php/dav/files/{user}{path}");
        self.with(user, "PROPFIND", &path, &[("depth", depth)], body).await
    }

    pub async fn search(&self, user: &str, scope: &str, ids: &[String]) -> Answer {
        let conditions: String = ids
            .iter()
            .map(|id| format!("<d:eq><d:prop><oc:fileid/></d:prop><d:literal>{id}</d:literal></d:eq>"))
            .collect();
        let body = format!(
            r#"<?xml version="1.0"?><d:searchrequest xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:basicsearch>
            <d:select><d:prop><oc:fileid/><oc:permissions/><d:getetag/><nc:share-attributes/></d:prop></d:select>
            <d:from><d:scope><d:href>{scope}</d:href><d:depth>infinity</d:depth></d:scope></d:from>
            <d:where><d:or>{conditions}</d:or></d:where></d:basicsearch></d:searchrequest>"#
        );
        self.with(
            user,
            "SEARCH",
            "/remote.php/dav/",
            &[("content-type", "text/xml")],
            &body,
        )
        .await
    }
}

/// What the columns of permissions.md say of one file.
#[derive(Debug, PartialEq)]
pub struct Row {
    pub pf: u16,
    /// oc:permissions of PROPFIND; empty when there is none.
    pub letters: String,
    /// Results of SEARCH.
    pub se: usize,
    pub se_g: bool,
    pub get: u16,
    pub head: u16,
    pub direct: u16,
    pub preview: u16,
}

impl Probe {
    /// Every column of permissions.md for a file whose path in the user's tree is known.
    pub async fn row(&self, user: &str, path: &str, id: i64) -> Row {
        let file = format!("/remote.php/dav/files/{user}{path}");
        let pf = self.propfind(user, path, "0").await;
        let se = self.search(user, &format!("/files/{user}"), &[id.to_string()]).await;
        assert_eq!(se.status, 207, "{}", se.text());
        let body = format!("fileId={id}");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        Row {
            pf: pf.status,
            letters: pf.between("oc:permissions").unwrap_or_default(),
            se: se.text().matches("<d:response>").count(),
            se_g: se
                .between("oc:permissions")
                .is_some_and(|letters| letters.contains('G')),
            get: self
                .with(user, "GET", &file, &[("range", "bytes=0-1")], "")
                .await
                .status,
            head: self.with(user, "HEAD", &file, &[], "").await.status,
            direct: self
                .with(user, "POST", "/ocs/v2.php/apps/dav/api/v1/direct", &form, &body)
                .await
                .status,
            preview: self
                .get(user, &format!("/index.php/core/preview?fileId={id}"))
                .await
                .status,
        }
    }
}
