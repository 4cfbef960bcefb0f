//! One origin, asked politely.
//!
//! robots.txt is obeyed and kept for a day (RFC 9309, 2.4); requests keep the crawl delay, or a second; a
//! page is asked for again with its validators; 429 and 503 pause every further call.

use serde_json::{Value, json};
use voiceassist_plugin::http::{Request, Response};
use voiceassist_plugin::{Bucket, Error, ErrorKind, Outside, denied, rate_limited, recall_text, unavailable};

use crate::links;
use crate::robots::Robots;

/// Product token, as robots.txt names it.
const PRODUCT: &str = "voiceassist";
const DAY: u64 = 86_400_000;
/// Between two requests where robots.txt asks for nothing.
const PACE: u64 = 1_000;
/// A call waits this long for its turn; beyond it the host is asked to come back.
const PATIENCE: u64 = 12_000;
/// First pause after a 429 or 503 without `Retry-After`; it doubles with each further one.
const FIRST_PAUSE: u64 = 60_000;
const LONGEST_PAUSE: u64 = DAY;
const REDIRECTS: usize = 5;
/// robots.txt is read to its first 500 KiB (RFC 9309, 2.5).
const ROBOTS_BYTES: usize = 500 << 10;

/// What makes a request conditional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

pub enum Answer {
    Fresh(Response),
    /// 304.
    Unchanged,
    /// 404 or 410.
    Gone,
}

pub struct Site<'a, O> {
    outside: &'a O,
    /// As published, such as `https://www.cdc.gov`.
    origin: String,
    /// Where requests go instead, when IT entered a mirror.
    mirror: Option<String>,
    title: &'static str,
    agent: String,
}

impl<'a, O: Outside> Site<'a, O> {
    /// `origin` without a path.
    pub fn new(outside: &'a O, title: &'static str, origin: &str) -> Self {
        let contact = outside
            .setting("contact")
            .map(|contact| format!("; {contact}"))
            .unwrap_or_default();
        Self {
            outside,
            origin: origin.into(),
            mirror: outside
                .setting("mirror")
                .map(|mirror| mirror.trim_end_matches('/').into()),
            title,
            agent: format!("VoiceAssist/{} (guideline index{contact})", env!("CARGO_PKG_VERSION")),
        }
    }

    pub fn outside(&self) -> &'a O {
        self.outside
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Asks for a page of this origin, following redirects inside it.
    ///
    /// # Errors
    /// `denied` when robots.txt forbids it or the address is elsewhere, `rate-limited` while the site wants
    /// rest, `unavailable` otherwise.
    pub fn get(&self, url: &str, known: &Validators, ceiling: usize) -> Result<Answer, Error> {
        let mut url = url.to_owned();
        for _ in 0..=REDIRECTS {
            let path = self.path(&url)?.to_owned();
            let robots = self.robots()?;
            if !robots.allows(&path) {
                return Err(denied(format!(
                    "{} does not want {path} to be read by programs",
                    self.title
                )));
            }
            self.take_turn(robots.crawl_delay_ms.unwrap_or(PACE))?;
            let mut request = self.request(&path).within(8_000, 5_000).at_most(ceiling);
            if let Some(etag) = &known.etag {
                request = request.with("if-none-match", etag);
            }
            if let Some(date) = &known.last_modified {
                request = request.with("if-modified-since", date);
            }
            let response = self.outside.send(&request)?;
            match response.status {
                200 => {
                    self.calm();
                    return Ok(Answer::Fresh(response));
                }
                304 => return Ok(Answer::Unchanged),
                301 | 302 | 303 | 307 | 308 => {
                    let target = response.header("location").and_then(|href| links::resolve(&url, href));
                    url = target.ok_or_else(|| unavailable("redirect", "the site redirects to nowhere"))?;
                    url = self.published(&url);
                }
                404 | 410 => return Ok(Answer::Gone),
                429 | 503 => return Err(self.pause(&response)),
                _ => return Err(response.refusal(self.title, self.outside.now_ms())),
            }
        }
        Err(unavailable("redirect", "the site redirects in circles"))
    }

    /// The path of an address of this origin.
    fn path<'u>(&self, url: &'u str) -> Result<&'u str, Error> {
        match links::split(url) {
            Some((origin, path)) if origin.eq_ignore_ascii_case(&self.origin) => Ok(path),
            _ => Err(denied(format!("{} links to another site", self.title))),
        }
    }

    /// An address of the mirror as the address that was published.
    fn published(&self, url: &str) -> String {
        let below = self.mirror.as_deref().and_then(|mirror| url.strip_prefix(mirror));
        match below {
            Some(path) if path.starts_with('/') => format!("{}{path}", self.origin),
            _ => url.to_owned(),
        }
    }

    fn request(&self, path: &str) -> Request {
        let base = self.mirror.as_deref().unwrap_or(&self.origin);
        Request::get(format!("{base}{path}"))
            .with("user-agent", &self.agent)
            .with("accept", "text/html, */*;q=0.5")
    }

    fn key(&self, name: &str) -> String {
        format!("{name} {}", self.mirror.as_deref().unwrap_or(&self.origin))
    }

    /// Kept for a day; while it cannot be reached, nothing may be fetched.
    fn robots(&self) -> Result<Robots, Error> {
        let key = self.key("robots");
        let now = self.outside.now_ms();
        let kept = recall_text(self.outside, Bucket::Cache, &key).ok().flatten();
        if let Some(kept) = kept.and_then(|text| serde_json::from_str::<Value>(&text).ok())
            && kept["until"].as_u64().is_some_and(|until| until > now)
        {
            return Ok(Robots::parse(kept["text"].as_str().unwrap_or_default(), PRODUCT));
        }
        let text = self.read_robots()?;
        let kept = json!({ "until": now + DAY, "text": text }).to_string();
        let _ = self.outside.keep(Bucket::Cache, &key, kept.as_bytes());
        Ok(Robots::parse(&text, PRODUCT))
    }

    fn read_robots(&self) -> Result<String, Error> {
        let mut path = "/robots.txt".to_owned();
        for _ in 0..=REDIRECTS {
            self.take_turn(PACE)?;
            let mut response = self.outside.send(&self.request(&path).at_most(4 << 20))?;
            match response.status {
                200..=299 => return head(&mut response),
                301 | 302 | 303 | 307 | 308 => {
                    let base = format!("{}{path}", self.origin);
                    let target = response.header("location").and_then(|href| links::resolve(&base, href));
                    let target = target.map(|url| self.published(&url)).unwrap_or_default();
                    path = self.path(&target)?.to_owned();
                }
                429 | 503 => return Err(self.pause(&response)),
                // No such file: nothing is forbidden (RFC 9309, 2.3.1.3).
                400..=499 => return Ok(String::new()),
                _ => {
                    return Err(unavailable(
                        "robots",
                        format!("{} does not say what programs may read", self.title),
                    ));
                }
            }
        }
        Ok(String::new())
    }

    fn take_turn(&self, gap: u64) -> Result<(), Error> {
        let now = self.outside.now_ms();
        let paused = self.number("paused-until").saturating_sub(now);
        if paused > 0 {
            return Err(rate_limited(paused, format!("{} asked to wait", self.title)));
        }
        let turn = self.number("next-request-at").max(now);
        let wait = turn - now;
        if wait > PATIENCE {
            return Err(rate_limited(
                wait,
                format!("{} wants longer pauses between requests", self.title),
            ));
        }
        if wait > 0 {
            self.outside.wait_ms(wait);
        }
        if self.remember("next-request-at", turn + gap).is_err() {
            self.outside.wait_ms(gap.min(PATIENCE));
        }
        Ok(())
    }

    /// How long the next request would wait for its turn.
    pub fn wait_ms(&self) -> u64 {
        self.number("next-request-at").saturating_sub(self.outside.now_ms())
    }

    fn pause(&self, response: &Response) -> Error {
        let now = self.outside.now_ms();
        let refusals = self.number("refusals-in-a-row");
        let own = FIRST_PAUSE.saturating_mul(1 << refusals.min(12)).min(LONGEST_PAUSE);
        let wait = response.retry_after_ms(now).unwrap_or(own).max(1_000);
        let _ = self.remember("paused-until", now + wait);
        let _ = self.remember("refusals-in-a-row", refusals + 1);
        Error {
            code: Some(format!("http-{}", response.status)),
            ..rate_limited(wait, format!("{} asks to wait", self.title))
        }
    }

    fn calm(&self) {
        if self.number("refusals-in-a-row") > 0 {
            let _ = self.outside.forget(Bucket::Cache, &self.key("refusals-in-a-row"));
        }
    }

    fn number(&self, name: &str) -> u64 {
        let text = recall_text(self.outside, Bucket::Cache, &self.key(name)).ok().flatten();
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    fn remember(&self, name: &str, value: u64) -> Result<(), Error> {
        self.outside
            .keep(Bucket::Cache, &self.key(name), value.to_string().as_bytes())
    }
}

/// The first part of a long body; the rest is not needed.
fn head(response: &mut Response) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while bytes.len() < ROBOTS_BYTES {
        match response.piece() {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => break,
            Err(error) if error.kind == ErrorKind::Unavailable && !bytes.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(ROBOTS_BYTES);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The validators of a fresh answer.
pub fn validators(response: &Response) -> Validators {
    Validators {
        etag: response.header("etag").map(str::to_owned),
        last_modified: response.header("last-modified").map(str::to_owned),
    }
}
