//! Files over WebDAV, always as a user.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};

use crate::ActingUser;
use crate::client::{Nextcloud, fine};
use crate::error::NextcloudError;
use crate::multistatus::{self, Resource};
use crate::transport::{Reply, TransportError};

/// One SEARCH takes so many conditions; with one more the server answers 500.
pub(crate) const SEARCH_IDS: usize = 100;

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PROPERTIES: &str = "<d:prop><d:getetag/><d:getcontentlength/><d:getcontenttype/><d:resourcetype/>\
    <oc:fileid/><oc:permissions/><nc:share-attributes/><nc:mount-type/></d:prop>";
const NAMESPACES: &str = r#"xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns""#;

/// A file or folder as one user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The same for everyone who sees the file, and kept when it is renamed or moved.
    pub id: i64,
    /// Within the user's own tree; begins with a slash, has none at its end.
    pub path: String,
    pub folder: bool,
    /// Changes with the content; of a folder, with anything below it.
    pub etag: String,
    pub bytes: u64,
    pub media_type: Option<String>,
    /// The server says that it may be read. Its absence proves a denial, its presence proves nothing.
    pub readable: bool,
    /// Shared for viewing only.
    pub no_download: bool,
    /// On a storage outside of Nextcloud, such as a network drive.
    pub external: bool,
    /// The root of a storage that does not answer: a listing shows it with a file id of -1, or without ETag.
    pub away: bool,
}

/// What is at a path now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    File(i64),
    /// Its storage does not answer. A SEARCH leaves out what lies there, as if it were gone.
    Away,
    Nothing,
}

impl Node {
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Its address below Nextcloud's own, at which the user's own browser reads it.
    pub fn address(&self, user: &ActingUser) -> String {
        file_url(user, &self.path)
    }

    /// Path of the folder it lies in, `/` at the top.
    pub fn parent(&self) -> &str {
        match self.path.rfind('/') {
            None | Some(0) => "/",
            Some(at) => &self.path[..at],
        }
    }
}

/// A file's content on its way in.
pub struct Fetched {
    /// Of the content that comes; another than the one looked up means that the file changed or the name was reused.
    pub etag: String,
    pub reply: Reply,
}

impl Nextcloud {
    /// A folder and what lies directly in it; the folder itself comes first.
    ///
    /// # Errors
    /// Of the way there; [`NextcloudError::NotFound`] when the user has no such folder.
    pub async fn folder(&self, user: &ActingUser, path: &str) -> Result<Vec<Node>, NextcloudError> {
        let mut headers = xml();
        headers.insert("depth", HeaderValue::from_static("1"));
        let body = format!("<d:propfind {NAMESPACES}>{PROPERTIES}</d:propfind>");
        let method = Method::from_bytes(b"PROPFIND").map_err(|_| NextcloudError::Unreadable("no PROPFIND"))?;
        let reply = self
            .send(method, &file_url(user, path), Some(user), headers, body.into())
            .await?;
        let nodes = self.nodes(user, reply).await?;
        if nodes.iter().all(|node| node.path != path) {
            return Err(NextcloudError::Unreadable("the folder asked for is not in it"));
        }
        Ok(nodes)
    }

    /// Those of `ids` that the user has, with their present paths; what is missing is not theirs now.
    ///
    /// # Errors
    /// Of the way there.
    pub async fn find(&self, user: &ActingUser, ids: &[i64]) -> Result<Vec<Node>, NextcloudError> {
        let mut found = Vec::new();
        for part in ids.chunks(SEARCH_IDS) {
            let method = Method::from_bytes(b"SEARCH").map_err(|_| NextcloudError::Unreadable("no SEARCH"))?;
            let body = Bytes::from(search(user, part));
            let reply = self.send(method, "/remote.php/dav/", Some(user), xml(), body).await?;
            found.extend(self.nodes(user, reply).await?);
        }
        // Two places of one file in a user's tree are one file.
        found.sort_by(|a, b| (a.id, !a.readable, &a.path).cmp(&(b.id, !b.readable, &b.path)));
        found.dedup_by_key(|node| node.id);
        Ok(found)
    }

    /// What is at `path` now: the only question that tells a file that is gone from one whose storage is away.
    ///
    /// # Errors
    /// Of the way there, and of the whole of Nextcloud.
    pub async fn at(&self, user: &ActingUser, path: &str) -> Result<At, NextcloudError> {
        let mut headers = xml();
        headers.insert("depth", HeaderValue::from_static("0"));
        let body = format!("<d:propfind {NAMESPACES}>{PROPERTIES}</d:propfind>");
        let method = Method::from_bytes(b"PROPFIND").map_err(|_| NextcloudError::Unreadable("no PROPFIND"))?;
        let reply = self
            .send(method, &file_url(user, path), Some(user), headers, body.into())
            .await?;
        match self.nodes(user, reply).await {
            Ok(nodes) => Ok(match nodes.iter().find(|node| node.path == path) {
                Some(node) if node.away || node.id < 0 => At::Away,
                Some(node) => At::File(node.id),
                None => At::Nothing,
            }),
            Err(NextcloudError::NotFound) => Ok(At::Nothing),
            // One storage's, and without a time to wait: a pause of the whole server names one.
            Err(NextcloudError::Busy {
                status: 503,
                retry_after: None,
            }) => Ok(At::Away),
            Err(error) => Err(error),
        }
    }

    /// Whether Nextcloud knows the user at all. WebDAV answers for a disabled user and refuses an unknown one.
    ///
    /// # Errors
    /// Of the way there.
    pub async fn knows(&self, user: &ActingUser) -> Result<bool, NextcloudError> {
        match self.at(user, "/").await {
            Ok(_) => Ok(true),
            Err(NextcloudError::Refused(401)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Begins to read a file at its present path.
    ///
    /// # Errors
    /// Of the way there; denied and gone are [`NextcloudError::Refused`] and [`NextcloudError::NotFound`].
    pub async fn read(&self, user: &ActingUser, path: &str) -> Result<Fetched, NextcloudError> {
        self.get(user, path, HeaderMap::new()).await
    }

    /// Writes a whole file; the folders above it are made where they are missing.
    ///
    /// `expected` is the ETag that the file must have now; with `None` there must be no file yet. Returns the new ETag.
    ///
    /// # Errors
    /// Of the way there; [`NextcloudError::Status`] with 412 when the file is another than expected.
    pub async fn write(
        &self,
        user: &ActingUser,
        path: &str,
        expected: Option<&str>,
        content: Bytes,
    ) -> Result<String, NextcloudError> {
        let mut above = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if !above.is_empty() {
                self.make_folder(user, &above).await?;
            }
            above = format!("{above}/{name}");
        }
        let mut headers = HeaderMap::new();
        let condition = expected.map_or_else(|| "*".to_owned(), |etag| format!("\"{etag}\""));
        let condition =
            HeaderValue::from_str(&condition).map_err(|_| NextcloudError::Unreadable("an ETag that is none"))?;
        let name = if expected.is_some() {
            header::IF_MATCH
        } else {
            header::IF_NONE_MATCH
        };
        headers.insert(name, condition);
        let reply = self
            .send(Method::PUT, &file_url(user, path), Some(user), headers, content)
            .await?;
        Ok(etag_of(&fine(reply)?.headers))
    }

    /// 405 says that it is there.
    async fn make_folder(&self, user: &ActingUser, path: &str) -> Result<(), NextcloudError> {
        let method = Method::from_bytes(b"MKCOL").map_err(|_| NextcloudError::Unreadable("no MKCOL"))?;
        let reply = self
            .send(
                method,
                &file_url(user, path),
                Some(user),
                HeaderMap::new(),
                Bytes::new(),
            )
            .await?;
        match fine(reply) {
            Ok(_) | Err(NextcloudError::Status { status: 405, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Reads the first two bytes. A range that ends at 0 would return the whole file.
    pub(crate) async fn taste(&self, user: &ActingUser, path: &str) -> Result<Fetched, NextcloudError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        self.get(user, path, headers).await
    }

    async fn get(&self, user: &ActingUser, path: &str, headers: HeaderMap) -> Result<Fetched, NextcloudError> {
        let reply = self
            .send(Method::GET, &file_url(user, path), Some(user), headers, Bytes::new())
            .await?;
        let reply = fine(reply)?;
        let etag = etag_of(&reply.headers);
        Ok(Fetched { etag, reply })
    }

    async fn nodes(&self, user: &ActingUser, reply: Reply) -> Result<Vec<Node>, NextcloudError> {
        let body = fine(reply)?
            .bytes()
            .await
            .map_err(|TransportError(why)| NextcloudError::Unreachable(why))?;
        let root = format!("/remote.php/dav/files/{}", user.uid());
        let resources = multistatus::parse(&body)?;
        Ok(resources.iter().filter_map(|resource| node(resource, &root)).collect())
    }
}

fn etag_of(headers: &HeaderMap) -> String {
    let etag = headers.get("oc-etag").or(headers.get(header::ETAG));
    etag.and_then(|value| value.to_str().ok())
        .map(plain_etag)
        .unwrap_or_default()
}

/// The address of a file below Nextcloud's own, as a browser with the user's session may ask for it.
pub(crate) fn file_url(user: &ActingUser, path: &str) -> String {
    let encoded: Vec<String> = path.split('/').map(segment).collect();
    format!("/remote.php/dav/files/{}{}", segment(user.uid()), encoded.join("/"))
}

pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, &UNRESERVED).to_string()
}

fn xml() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/xml; charset=utf-8"),
    );
    headers
}

fn search(user: &ActingUser, ids: &[i64]) -> String {
    let scope = percent_encode(user.uid().as_bytes(), &UNRESERVED);
    let conditions: String = ids
        .iter()
        .map(|id| format!("<d:eq><d:prop><oc:fileid/></d:prop><d:literal>{id}</d:literal></d:eq>"))
        .collect();
    format!(
        "<d:searchrequest {NAMESPACES}><d:basicsearch><d:select>{PROPERTIES}</d:select>\
         <d:from><d:scope><d:href>/files/{scope}</d:href><d:depth>infinity</d:depth></d:scope></d:from>\
         <d:where><d:or>{conditions}</d:or></d:where></d:basicsearch></d:searchrequest>"
    )
}

fn node(resource: &Resource, root: &str) -> Option<Node> {
    // Nextcloud may name another path below its host than the one it was reached by.
    let path = &resource.href[resource.href.find(root)? + root.len()..];
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    let path = path.trim_end_matches('/');
    let attributes = resource.get("share-attributes").unwrap_or_default();
    let id: i64 = resource.get("fileid")?.parse().ok()?;
    let external = resource.get("mount-type").is_some_and(|kind| kind.starts_with("external"));
    let etag = plain_etag(resource.get("getetag")?);
    Some(Node {
        id,
        external,
        away: id < 0 || (external && etag.is_empty()),
        path: if path.is_empty() {
            "/".to_owned()
        } else {
            path.to_owned()
        },
        folder: resource.collection,
        etag,
        bytes: resource
            .get("getcontentlength")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0),
        media_type: resource.get("getcontenttype").map(str::to_owned),
        readable: resource.get("permissions").is_some_and(|letters| letters.contains('G')),
        no_download: downloads_forbidden(attributes),
    })
}

/// `[{"scope":"permissions","key":"download","value":false}]`; an attribute that cannot be read forbids.
fn downloads_forbidden(attributes: &str) -> bool {
    if attributes.is_empty() {
        return false;
    }
    let Ok(list) = serde_json::from_str::<Vec<serde_json::Value>>(attributes) else {
        return true;
    };
    list.iter().any(|one| {
        let allowed = one.get("value").or(one.get("enabled"));
        one["scope"] == "permissions" && one["key"] == "download" && allowed != Some(&serde_json::Value::Bool(true))
    })
}

/// Without quotes, weakness mark and the suffix that compressing proxies add.
fn plain_etag(text: &str) -> String {
    let text = text.trim().trim_start_matches("W/").trim_matches('"');
    text.trim_end_matches("-gzip").to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn bob() -> ActingUser {
        ActingUser::new("bob smith").unwrap()
    }

    #[test]
    fn paths_are_encoded_by_segment() {
        assert_eq!(
            file_url(&bob(), "/A & B/ü.pdf"),
            "/remote.php/dav/files/bob%20smith/A%20%26%20B/%C3%BC.pdf"
        );
    }

    #[test]
    fn a_view_only_share_is_seen() {
        assert!(!downloads_forbidden("[]") && !downloads_forbidden(""));
        assert!(downloads_forbidden(
            r#"[{"scope":"permissions","key":"download","value":false}]"#
        ));
        assert!(!downloads_forbidden(
            r#"[{"scope":"permissions","key":"download","value":true}]"#
        ));
        assert!(downloads_forbidden("not JSON"));
    }

    #[test]
    fn a_search_asks_for_each_id_in_the_users_own_tree() {
        let text = search(&bob(), &[7, 8]);
        assert!(
            text.contains("/files/bob%20smith<") && text.contains("<d:literal>7<") && text.contains("<d:literal>8<")
        );
        assert!(!text.contains("/files/bob smith"));
    }

    #[test]
    fn the_root_of_a_storage_that_is_away_is_seen() {
        let listed = |id: &str, etag: &str| {
            format!(
                r#"<d:multistatus xmlns:d="DAV:" xmlns:oc="o" xmlns:nc="n"><d:response><d:href>/remote.php/dav/files/bob/nas/</d:href>
                <d:propstat><d:prop><d:getetag>&quot;{etag}&quot;</d:getetag><d:resourcetype><d:collection/></d:resourcetype>
                <oc:fileid>{id}</oc:fileid><oc:permissions>MG</oc:permissions><nc:mount-type>external</nc:mount-type></d:prop>
                <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"#
            )
        };
        for (id, etag, away) in [("-1", "", true), ("81", "", true), ("81", "6b0ab8365039c", false)] {
            let resources = multistatus::parse(listed(id, etag).as_bytes()).unwrap();
            let there = node(&resources[0], "/remote.php/dav/files/bob").unwrap();
            assert_eq!((there.external, there.away), (true, away), "{id} {etag}");
        }
    }

    #[test]
    fn a_resource_of_another_tree_is_no_node() {
        let body = br#"<d:multistatus xmlns:d="DAV:" xmlns:oc="o"><d:response><d:href>/remote.php/dav/files/eve/x</d:href>
            <d:propstat><d:prop><d:getetag>"e"</d:getetag><oc:fileid>7</oc:fileid></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
            </d:response></d:multistatus>"#;
        let resources = multistatus::parse(body).unwrap();
        assert_eq!(node(&resources[0], "/remote.php/dav/files/bob"), None);
        assert_eq!(node(&resources[0], "/remote.php/dav/files/ev"), None);
        let there = node(&resources[0], "/remote.php/dav/files/eve").unwrap();
        assert_eq!(
            (there.path.as_str(), there.readable, there.parent(), there.name()),
            ("/x", false, "/", "x")
        );
    }
}
