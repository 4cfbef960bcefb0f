//! Real requests through curl, with credentials added where the host would add them. Redirects are not followed.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;

use async_trait::async_trait;
use plugin_package::{Credential, Inject, Manifest, Origin};
use sandbox::HttpRequest;

use crate::conform::outside::{Answer, Wire};

pub struct Curl {
    credentials: Vec<Credential>,
    secrets: BTreeMap<String, String>,
}

impl Curl {
    pub fn new(manifest: &Manifest, secrets: BTreeMap<String, String>) -> Self {
        Self {
            credentials: manifest.credential.clone(),
            secrets,
        }
    }

    /// Address and headers with the credentials whose audience the request goes to.
    fn injected(&self, request: &HttpRequest) -> (String, Vec<(String, String)>) {
        let (mut url, mut headers) = (request.url.clone(), request.headers.clone());
        for credential in &self.credentials {
            let Some(secret) = self.secrets.get(&credential.handle) else {
                continue;
            };
            // For an address that IT enters, the rule that let the request pass is the audience's.
            let meant = match &credential.audience {
                Origin::Fixed(origin) => url == *origin || url.starts_with(&format!("{origin}/")),
                Origin::Setting(_) => true,
            };
            match &credential.inject {
                _ if !meant => {}
                Inject::Query(name) => {
                    let joint = if url.contains('?') { '&' } else { '?' };
                    url = format!("{url}{joint}{name}={secret}");
                }
                Inject::Header { name, prefix } => headers.push((name.clone(), format!("{prefix}{secret}"))),
            }
        }
        (url, headers)
    }
}

#[async_trait]
impl Wire for Curl {
    async fn send(&self, request: &HttpRequest) -> Result<Answer, String> {
        let (url, headers) = self.injected(request);
        let mut body = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        body.write_all(&request.body).map_err(|error| error.to_string())?;
        // In a file that only we can read: a command line shows its secrets to everybody on the machine.
        let mut settings = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        let mut text = format!("url = {}\nrequest = {}\n", quoted(&url), quoted(&request.method));
        for (name, value) in headers {
            text.push_str(&format!("header = {}\n", quoted(&format!("{name}: {value}"))));
        }
        if request.method == "HEAD" {
            text.push_str("head\n");
        } else if !request.body.is_empty() {
            text.push_str(&format!(
                "data-binary = {}\n",
                quoted(&format!("@{}", body.path().display()))
            ));
        }
        settings.write_all(text.as_bytes()).map_err(|error| error.to_string())?;
        let mut command = Command::new("curl");
        command
            .args([
                "--silent",
                "--show-error",
                "--include",
                "--suppress-connect-headers",
                "--max-time",
                "30",
            ])
            .args(["--proto", "=http,https", "--header", "Expect:", "--config"])
            .arg(settings.path());
        let out = tokio::task::spawn_blocking(move || command.output())
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| format!("curl cannot be started: {error}"))?;
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).trim().to_owned());
        }
        split(&out.stdout).ok_or_else(|| "the answer is not HTTP".to_owned())
    }
}

/// A value in curl's configuration.
fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace(['\r', '\n'], "");
    format!("\"{text}\"")
}

/// Status, headers and body of the last answer; answers of the 100 class come before it.
fn split(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let rest = &bytes[end + 4..];
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    if (100..200).contains(&status) {
        return split(rest);
    }
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Some((status, headers.collect(), rest.to_vec()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_counts() {
        let text = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/2 200 \r\nContent-Type: a/b\r\n\r\nbody\r\n\r\n";
        let (status, headers, body) = split(text).unwrap();
        assert_eq!((status, body.as_slice()), (200, b"body\r\n\r\n".as_slice()));
        assert_eq!(headers, [("content-type".to_owned(), "a/b".to_owned())]);
        assert!(split(b"no http").is_none());
    }

    #[test]
    fn nothing_breaks_out_of_a_quoted_value() {
        assert_eq!(quoted("a\"\nurl = \"b\\"), "\"a\\\"url = \\\"b\\\\\"");
    }
}
