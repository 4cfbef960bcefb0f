//! Where the registries are: asked of pip and npm themselves, so that a mirror, a proxy or a
//! private index configured on the machine is used without telling us again.

use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use super::lock::{Package, Registry};
use crate::command::{find, output};

/// The download address of the package's archive.
pub fn archive_url(agent: &ureq::Agent, package: &Package) -> Result<String> {
    match package.registry {
        Registry::Npm => {
            let base = output(Command::new("npm").args(["config", "get", "registry", "--loglevel=error"]))?;
            let base = base.trim().trim_end_matches('/');
            Ok(format!("{base}/{}/-/{}", package.name, package.archive))
        }
        Registry::Pypi => {
            let page = format!("{}/{}/", python_index()?.trim_end_matches('/'), package.name);
            let mut response = agent
                .get(&page)
                .header("accept", "application/vnd.pypi.simple.v1+json, text/html;q=0.5")
                .call()
                .map_err(|error| anyhow!("the Python package index did not answer: {error}"))?;
            let text = response.body_mut().read_to_string()?;
            let found = find_in_json(&text, &package.archive).or_else(|| find_in_html(&text, &package.archive));
            let found = found.with_context(|| format!("the index does not list {}", package.archive))?;
            absolute(&page, &found)
        }
    }
}

fn python_index() -> Result<String> {
    if let Ok(own) = std::env::var("PIP_INDEX_URL") {
        return Ok(own);
    }
    let python = find("python3").context("python3 is missing")?;
    for key in ["download.index-url", "global.index-url"] {
        if let Ok(value) = output(Command::new(&python).args(["-m", "pip", "config", "get", key])) {
            return Ok(value.trim().to_owned());
        }
    }
    let ask = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";
    Ok(output(Command::new(&python).args(["-c", ask]))?.trim().to_owned())
}

fn find_in_json(text: &str, archive: &str) -> Option<String> {
    let page: serde_json::Value = serde_json::from_str(text).ok()?;
    let file = page["files"]
        .as_array()?
        .iter()
        .find(|file| file["filename"] == archive)?;
    file["url"].as_str().map(str::to_owned)
}

fn find_in_html(text: &str, archive: &str) -> Option<String> {
    let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let plain = links.map(|link| link.split('#').next().unwrap_or(link).replace("&amp;", "&"));
    plain.into_iter().find(|link| {
        link.split('?')
            .next()
            .is_some_and(|path| path.ends_with(&format!("/{archive}")))
    })
}

/// Resolves a link of the index page: absolute, from the host's root, or relative to the page.
fn absolute(page: &str, link: &str) -> Result<String> {
    if link.contains("://") {
        return Ok(link.to_owned());
    }
    let (scheme, rest) = page.split_once("://").context("the index address has no scheme")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if link.starts_with('/') {
        return Ok(format!("{scheme}://{host}{link}"));
    }
    let mut parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    for piece in link.split('/') {
        match piece {
            ".." if parts.pop().is_none() => bail!("the index links outside itself: {link}"),
            "." | ".." => {}
            name => parts.push(name),
        }
    }
    Ok(format!("{scheme}://{host}/{}", parts.join("/")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn both_index_formats_are_read() {
        let json = r#"{"files":[{"filename":"a-1.whl","url":"https://files.example/a-1.whl"}]}"#;
        assert_eq!(find_in_json(json, "a-1.whl").unwrap(), "https://files.example/a-1.whl");
        let html = r#"<a href="../../files/a-1.whl#sha256=00">a-1.whl</a>"#;
        assert_eq!(find_in_html(html, "a-1.whl").unwrap(), "../../files/a-1.whl");
        assert!(find_in_html(html, "b-1.whl").is_none());
    }

    #[test]
    fn relative_links_are_resolved_against_the_page() {
        let page = "https://mirror.example/pypi/simple/a/";
        assert_eq!(
            absolute(page, "../../files/a.whl").unwrap(),
            "https://mirror.example/pypi/files/a.whl"
        );
        assert_eq!(absolute(page, "/f/a.whl").unwrap(), "https://mirror.example/f/a.whl");
        assert_eq!(
            absolute(page, "a.whl").unwrap(),
            "https://mirror.example/pypi/simple/a/a.whl"
        );
    }
}
