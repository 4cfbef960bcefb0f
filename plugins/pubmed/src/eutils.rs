//! NCBI's E-utilities: addresses, pace and errors.
//!
//! NCBI allows three requests a second, ten with a key, and asks programs to name themselves in `tool` and
//! `email` (NBK25497). The key itself is added by the host.

use serde_json::Value;
use voiceassist_plugin::http::{Request, Response, query};
use voiceassist_plugin::{
    Bucket, Error, ErrorKind, Outside, Readiness, fault, not_found, rate_limited, recall_text, refused, unavailable,
};

const NCBI: &str = "https://eutils.ncbi.nlm.nih.gov";
/// Setting with the address of a mirror, for a hospital that reaches NCBI through one.
const MIRROR: &str = "mirror";
const SERVICE: &str = "PubMed";
pub const KEY: &str = "ncbi-key";

/// Most ids in one address. NCBI advises POST beyond about 200; half of that keeps the address short enough
/// for every proxy.
const IDS_IN_ADDRESS: usize = 100;

/// Milliseconds between two requests: a little more than a third and a tenth of a second.
const PACE: u64 = 340;
const PACE_WITH_KEY: u64 = 105;
/// A call waits this long for its turn; beyond it the host is asked to come back.
const PATIENCE: u64 = 3_000;
/// First pause after a refusal that names none; it doubles with each further one.
const FIRST_PAUSE: u64 = 1_000;
const LONGEST_PAUSE: u64 = 60_000;

const NEXT: &str = "next-request-at";
const PAUSED: &str = "paused-until";
const REFUSALS: &str = "refusals-in-a-row";

/// `esearch.fcgi` with JSON: its `esearchresult`.
pub fn esearch<O: Outside>(outside: &O, fields: &[(&str, &str)]) -> Result<Value, Error> {
    let request = Request::get(address(outside, "esearch.fcgi", "json", fields)).at_most(256 << 10);
    let mut answer = json(outside, &request)?;
    let result = part(&mut answer, "esearchresult");
    if let Some(message) = result["ERROR"].as_str() {
        return Err(said(message));
    }
    if result.is_object() {
        Ok(result)
    } else {
        Err(malformed())
    }
}

/// `esummary.fcgi` with JSON: its `result`, by id.
pub fn esummary<O: Outside>(outside: &O, ids: &[String]) -> Result<Value, Error> {
    let joined = ids.join(",");
    let request = Request::get(address(outside, "esummary.fcgi", "json", &[("id", &joined)])).at_most(2 << 20);
    let mut answer = json(outside, &request)?;
    let result = part(&mut answer, "result");
    if result["uids"].is_array() {
        Ok(result)
    } else {
        Err(malformed())
    }
}

/// `efetch.fcgi` with XML; a long list of ids goes by POST.
pub fn efetch<O: Outside>(outside: &O, ids: &[String]) -> Result<String, Error> {
    let joined = ids.join(",");
    let request = if ids.len() <= IDS_IN_ADDRESS {
        Request::get(address(outside, "efetch.fcgi", "xml", &[("id", &joined)]))
    } else {
        let mut fields = common(outside, "xml");
        fields.push(("id".into(), joined));
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        Request::post_form(format!("{}efetch.fcgi", base(outside)), &fields)
    };
    // A record with many authors and their affiliations has up to 200 kB; most have 10 to 20.
    let mut response = send(outside, &request.within(15_000, 10_000).at_most(8 << 20))?;
    response.text()
}

fn part(answer: &mut Value, name: &str) -> Value {
    answer.get_mut(name).map(Value::take).unwrap_or_default()
}

fn common<O: Outside>(outside: &O, retmode: &str) -> Vec<(String, String)> {
    let email = outside.setting("email").unwrap_or_default();
    [
        ("db", "pubmed"),
        ("retmode", retmode),
        ("tool", "voiceassist"),
        ("email", &email),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn address<O: Outside>(outside: &O, program: &str, retmode: &str, fields: &[(&str, &str)]) -> String {
    let common = common(outside, retmode);
    let mut all: Vec<_> = common
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend_from_slice(fields);
    format!("{}{program}?{}", base(outside), query(&all))
}

fn base<O: Outside>(outside: &O) -> String {
    let mirror = outside.setting(MIRROR).filter(|address| !address.is_empty());
    let origin = mirror.unwrap_or_else(|| NCBI.to_owned());
    format!("{}/entrez/eutils/", origin.trim_end_matches('/'))
}

fn json<O: Outside>(outside: &O, request: &Request) -> Result<Value, Error> {
    let text = send(outside, request)?.text()?;
    let answer: Value = serde_json::from_str(&text).map_err(|_| malformed())?;
    match answer["error"].as_str() {
        Some(message) => Err(said(message)),
        None => Ok(answer),
    }
}

/// Waits for its turn, sends, and turns every refusal into an error.
fn send<O: Outside>(outside: &O, request: &Request) -> Result<Response, Error> {
    take_turn(outside)?;
    let mut response = outside.send(request)?;
    match response.status {
        200 => {
            if number(outside, REFUSALS) > 0 {
                let _ = outside.forget(Bucket::Cache, REFUSALS);
            }
            Ok(response)
        }
        429 => Err(pause(outside, &response)),
        400 => Err(explained(&mut response)),
        _ => Err(response.refusal(SERVICE, outside.now_ms())),
    }
}

/// Without a store (it may be denied) every request of a call still keeps the pace, because each waits for
/// the whole gap.
fn take_turn<O: Outside>(outside: &O) -> Result<(), Error> {
    let now = outside.now_ms();
    let paused = number(outside, PAUSED).saturating_sub(now);
    if paused > 0 {
        return Err(rate_limited(paused, "PubMed asked to wait"));
    }
    let gap = match outside.credential(KEY) {
        Readiness::Ready => PACE_WITH_KEY,
        _ => PACE,
    };
    let turn = number(outside, NEXT).max(now);
    let wait = turn - now;
    if wait > PATIENCE {
        return Err(rate_limited(wait, "too many questions to PubMed at once"));
    }
    if outside
        .keep(Bucket::Cache, NEXT, (turn + gap).to_string().as_bytes())
        .is_err()
    {
        outside.wait_ms(gap);
    } else if wait > 0 {
        outside.wait_ms(wait);
    }
    Ok(())
}

/// Remembers a refusal, so that the next calls do not even ask.
fn pause<O: Outside>(outside: &O, response: &Response) -> Error {
    let now = outside.now_ms();
    let refusals = number(outside, REFUSALS);
    let own = FIRST_PAUSE.saturating_mul(1 << refusals.min(6)).min(LONGEST_PAUSE);
    let wait = response.retry_after_ms(now).unwrap_or(own).max(1);
    for (key, value) in [(PAUSED, now + wait), (REFUSALS, refusals + 1)] {
        let _ = outside.keep(Bucket::Cache, key, value.to_string().as_bytes());
    }
    rate_limited(wait, "PubMed asks to wait: too many requests")
}

fn number<O: Outside>(outside: &O, key: &str) -> u64 {
    let text = recall_text(outside, Bucket::Cache, key).ok().flatten();
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// A 400 says why, in JSON or XML.
fn explained(response: &mut Response) -> Error {
    let text = response.text().unwrap_or_default();
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    if let Some(message) = json["error"].as_str() {
        return said(message);
    }
    match text
        .split("<ERROR>")
        .nth(1)
        .and_then(|rest| rest.split("</ERROR>").next())
    {
        Some(message) => said(message),
        None => refused("PubMed does not accept this request"),
    }
}

/// What NCBI says in its own words.
pub fn said(message: &str) -> Error {
    let message: String = message.chars().take(200).collect();
    let low = message.to_lowercase();
    if low.contains("api key") {
        fault(ErrorKind::AuthRequired, "api-key", "NCBI does not know this API key")
    } else if low.contains("rate limit") {
        rate_limited(FIRST_PAUSE, "PubMed asks to wait: too many requests")
    } else if low.contains("id list is empty") || low.contains("id parameter is empty") {
        not_found("PubMed has none of these PMIDs")
    } else if low.contains("empty term") {
        refused("the question has no words that PubMed searches for")
    } else {
        unavailable("ncbi", format!("PubMed answered: {message}"))
    }
}

pub fn malformed() -> Error {
    unavailable("malformed", "PubMed's answer cannot be read")
}

/// PMIDs as digits, each once, in the order given.
pub fn pmids(given: &[&str], most: usize) -> Result<Vec<String>, Error> {
    let mut ids: Vec<String> = Vec::new();
    for text in given {
        let digits = text.trim().trim_start_matches("PMID").trim_start_matches([':', ' ']);
        let plain = (1..=8).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
        if !plain || digits.starts_with('0') {
            return Err(refused("a PMID is a number of up to eight digits"));
        }
        if !ids.iter().any(|id| id == digits) {
            ids.push(digits.to_owned());
        }
    }
    match ids.len() {
        0 => Err(refused("pmids names no record")),
        count if count > most => Err(refused(format!("pmids names {count} records; at most {most}"))),
        _ => Ok(ids),
    }
}
