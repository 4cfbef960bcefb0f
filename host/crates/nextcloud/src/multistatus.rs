//! Reads WebDAV's multi-status answers: only properties that the server reports with 200.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::error::NextcloudError;

/// One `d:response`: its decoded path and its properties by local name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) href: String,
    properties: Vec<(String, String)>,
    pub(crate) collection: bool,
}

impl Resource {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Properties of one `d:propstat`, kept only when its status is 200.
#[derive(Default)]
struct PropStat {
    properties: Vec<(String, String)>,
    collection: bool,
    found: bool,
}

pub(crate) fn parse(body: &[u8]) -> Result<Vec<Resource>, NextcloudError> {
    const BROKEN: NextcloudError = NextcloudError::Unreadable("it is not a WebDAV multi-status");
    let text = std::str::from_utf8(body).map_err(|_| BROKEN)?;
    let mut reader = Reader::from_str(text);
    let mut all = Vec::new();
    let mut resource = Resource::default();
    let mut stat = PropStat::default();
    let mut path: Vec<String> = Vec::new();
    let mut value = String::new();
    let mut seen = false;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(tag) => {
                let name = tag.local_name().as_ref().to_owned();
                match name.as_str() {
                    "multistatus" => seen = true,
                    "response" => resource = Resource::default(),
                    "propstat" => stat = PropStat::default(),
                    "collection" => stat.collection = true,
                    _ => {}
                }
                path.push(name);
                value.clear();
            }
            Event::Empty(tag) => match tag.local_name().as_ref() {
                "multistatus" => seen = true,
                "collection" => stat.collection = true,
                _ => {}
            },
            Event::Text(text) => value.push_str(&text),
            Event::GeneralRef(reference) => value.push_str(&entity(&reference).ok_or(BROKEN)?),
            Event::CData(data) => value.push_str(&data),
            Event::End(_) => {
                let Some(name) = path.pop() else { return Err(BROKEN) };
                let parent = path.last().map_or("", String::as_str);
                match (parent, name.as_str()) {
                    ("response", "href") => resource.href = decode(value.trim()).ok_or(BROKEN)?,
                    ("propstat", "status") => stat.found = value.split_whitespace().nth(1) == Some("200"),
                    ("prop", _) => stat.properties.push((name, value.trim().to_owned())),
                    ("response", "propstat") if stat.found => {
                        resource.properties.append(&mut stat.properties);
                        resource.collection |= stat.collection;
                    }
                    (_, "response") => all.push(std::mem::take(&mut resource)),
                    _ => {}
                }
                value.clear();
            }
            Event::Eof if seen && path.is_empty() => return Ok(all),
            Event::Eof => return Err(BROKEN),
            _ => {}
        }
    }
}

/// `&amp;`, `&#38;` and their like.
fn entity(reference: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character.to_string());
    }
    Some(
        match &**reference {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => return None,
        }
        .to_owned(),
    )
}

/// Percent-decodes an address; some servers send whole URLs, of which only the path counts.
fn decode(href: &str) -> Option<String> {
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => href,
    };
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn properties_not_found_are_not_there() {
        let body = br#"<?xml version="1.0"?>
<d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns">
 <d:response><d:href>/nc/remote.php/dav/files/bob/A%20%26%20B/</d:href>
  <d:propstat><d:prop><d:getetag>&quot;e1&quot;</d:getetag><oc:fileid>7</oc:fileid>
   <d:resourcetype><d:collection/></d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
  <d:propstat><d:prop><d:getcontenttype/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>
 </d:response></d:multistatus>"#;
        let all = parse(body).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].href, "/nc/remote.php/dav/files/bob/A & B/");
        assert_eq!(
            (all[0].get("getetag"), all[0].get("fileid")),
            (Some("\"e1\""), Some("7"))
        );
        assert_eq!((all[0].get("getcontenttype"), all[0].collection), (None, true));
    }

    #[test]
    fn no_results_are_an_answer_and_a_broken_one_is_not() {
        assert_eq!(parse(br#"<d:multistatus xmlns:d="DAV:"/>"#), Ok(Vec::new()));
        for broken in [
            &b"<html></html>"[..],
            b"",
            b"<d:multistatus xmlns:d=\"DAV:\"><d:response>",
        ] {
            assert!(parse(broken).is_err());
        }
    }
}
