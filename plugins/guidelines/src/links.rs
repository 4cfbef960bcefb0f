//! Addresses: origin and path, and what a link on a page points to.

/// `https://host[:port]` and the rest from `/` on, without fragment.
pub fn split(url: &str) -> Option<(&str, &str)> {
    let host_at = url.find("://")? + 3;
    if !matches!(&url[..host_at], "https://" | "http://") {
        return None;
    }
    let end = url[host_at..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |place| host_at + place);
    let rest = url[end..].split('#').next().unwrap_or_default();
    Some((&url[..end], if rest.is_empty() { "/" } else { rest }))
}

/// Absolute address of `href` on the page `base`; `None` for anything that is not a web page.
pub fn resolve(base: &str, href: &str) -> Option<String> {
    let href = href.trim().split('#').next().unwrap_or_default();
    if href.is_empty() {
        return None;
    }
    let (origin, path) = split(base)?;
    if href.contains("://") {
        let (origin, path) = split(href)?;
        return Some(format!("{}{}", origin.to_ascii_lowercase(), tidy(path)));
    }
    if let Some(rest) = href.strip_prefix("//") {
        let scheme = origin.split("//").next().unwrap_or("https:");
        return resolve(base, &format!("{scheme}//{rest}"));
    }
    let scheme_end = href.find(':').unwrap_or(href.len());
    if scheme_end < href.find(['/', '?']).unwrap_or(href.len()) {
        return None;
    }
    let folder = folder(path);
    let joined = match href.as_bytes().first() {
        Some(b'/') => href.to_owned(),
        Some(b'?') => format!("{}{href}", path.split('?').next().unwrap_or_default()),
        _ => format!("{folder}{href}"),
    };
    Some(format!("{origin}{}", tidy(&joined)))
}

/// `/a/b/` of `/a/b/c.html`.
pub fn folder(path: &str) -> &str {
    let plain = path.split('?').next().unwrap_or_default();
    &plain[..plain.rfind('/').map_or(0, |place| place + 1)]
}

/// Without `.` and `..`.
fn tidy(path: &str) -> String {
    let (plain, query) = match path.find('?') {
        Some(place) => path.split_at(place),
        None => (path, ""),
    };
    let mut parts: Vec<&str> = Vec::new();
    let pieces: Vec<&str> = plain.split('/').skip(1).collect();
    let last = pieces.len().saturating_sub(1);
    for (place, piece) in pieces.into_iter().enumerate() {
        match piece {
            "." | ".." => {
                if piece == ".." {
                    parts.pop();
                }
                if place == last {
                    parts.push("");
                }
            }
            _ => parts.push(piece),
        }
    }
    format!("/{}{query}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_is_resolved_against_its_page() {
        let base = "https://site.example/a/b/index.html?x=1";
        for (href, target) in [
            ("c.html#part", Some("https://site.example/a/b/c.html")),
            ("../d.html", Some("https://site.example/a/d.html")),
            ("/e/./f/", Some("https://site.example/e/f/")),
            ("../../../../g", Some("https://site.example/g")),
            ("?y=2", Some("https://site.example/a/b/index.html?y=2")),
            ("//Other.example/h", Some("https://other.example/h")),
            ("https://Other.example", Some("https://other.example/")),
            ("a:b/c", None),
            ("#top", None),
            ("mailto:a@b.example", None),
            ("javascript:void(0)", None),
            ("ftp://other.example/x", None),
        ] {
            assert_eq!(resolve(base, href).as_deref(), target, "{href}");
        }
        assert_eq!(folder("/a/b/c.html?d=/e"), "/a/b/");
    }
}
