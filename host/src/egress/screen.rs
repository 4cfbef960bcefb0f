//! Reads everything that is about to leave (body, path, query, header values) the way its receiver could, and classifies it.
//!
//! A body is looked at as it stands, with its escapes undone (JSON, percent, character references, several layers
//! deep), without quotes between keys and values, and inside base64 and hex. What cannot be read counts as `Phi`: bytes
//! that are no text, another language or script, damaged letters, and everything while the detector's self-test fails.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::header;
use plugin_package::PhiClass;
use url::Url;

use super::origin::OriginKind;
use super::send::EgressRequest;
use super::{Class, EgressError};

/// Escapes inside escapes: a JSON text in a JSON string in a form field has three layers.
const LAYERS: usize = 5;
/// Shorter encoded runs hold no identifier worth the false alarms: 16 characters are 12 bytes.
const ENCODED: usize = 16;
/// A run of base64 this long that is no text is a picture, a recording or a ciphertext.
const OPAQUE: usize = 512;

/// What the self-test of the detection of patient information gets wrong in this build; empty when it works.
pub fn screening() -> &'static [&'static str] {
    static FAILED: LazyLock<Vec<&str>> = LazyLock::new(phi::self_test);
    &FAILED
}

/// The class that the content itself shows; the caller's word can only raise it.
pub(super) async fn class(request: &EgressRequest, url: &Url) -> Result<Class, EgressError> {
    if request.class == Class::Phi || !screening().is_empty() {
        return Ok(Class::Phi);
    }
    // A date or a place alone: in a guideline harmless. What a plugin sends is not known to be a guideline, and goes out
    // only when its manifest says, and IT agreed, that it is given text about patients.
    let strict = matches!(&request.origin, OriginKind::Plugin(plugin) if plugin.ceiling() == PhiClass::None);
    let outside = outside_body(request, url);
    let encoded = request.headers.contains_key(header::CONTENT_ENCODING);
    let body = request.body.clone();
    let published = request.published.clone();
    // Classifying a long prompt takes milliseconds of computing.
    let found = tokio::task::spawn_blocking(move || {
        let body = if encoded && !body.is_empty() {
            None
        } else {
            readable(&body)
        };
        body.map_or(phi::Class::Phi, |body| {
            of_body(body, &published).max(of_text(&outside)).max(of_lines(&outside))
        })
    });
    Ok(
        match found.await.map_err(|_| EgressError::Setup("screening stopped"))? {
            phi::Class::None => Class::Public,
            phi::Class::Possible if strict => Class::Phi,
            phi::Class::Possible => Class::Internal,
            phi::Class::Phi => Class::Phi,
        },
    )
}

/// Path, query and header values, one a line. The host is on the allow-list and says nothing.
fn outside_body(request: &EgressRequest, url: &Url) -> String {
    let operator = matches!(request.origin, OriginKind::OperatorConfigured);
    let mut text = url.path().replace(['/', ';'], "\n");
    for (name, value) in url.query_pairs() {
        if is_public_id(request, url, &name, &value) {
            continue;
        }
        text.push_str(&format!("\n{name}: {value}"));
    }
    for (name, value) in &request.headers {
        // An operator's key is random text; reading it would only raise false alarms.
        if !(operator && value.is_sensitive()) {
            text.push_str(&format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
    }
    text
}

/// A PubMed id looks like a record number: a plugin's manifest says which parameter holds such numbers, and IT agreed.
fn is_public_id(request: &EgressRequest, url: &Url, name: &str, value: &str) -> bool {
    let OriginKind::Plugin(plugin) = &request.origin else {
        return false;
    };
    let number = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let rules = plugin.access.http.iter();
    let mut here = rules.filter(|rule| rule.origin.covers(url, &plugin.settings));
    here.any(|rule| rule.public_ids.iter().any(|one| one == name)) && value.split(',').all(number)
}

fn readable(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let binary = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{0c}');
    (!text.chars().any(binary)).then_some(text)
}

/// The published pieces that are really there are judged by themselves, the rest as a person's text.
fn of_body(body: &str, published: &[String]) -> phi::Class {
    let mut rest = body.to_owned();
    let mut highest = phi::Class::None;
    for piece in published {
        let quoted = serde_json::Value::from(piece.as_str()).to_string();
        let escaped = quoted.trim_matches('"');
        if rest.contains(escaped) || rest.contains(piece) {
            highest = highest.max(of_published(piece));
            // As an escape, so that a JSON text stays one.
            rest = rest.replace(escaped, "\\n").replace(piece, "\n");
        }
    }
    highest.max(of_text(&rest)).max(of_values(&rest))
}

/// [`phi::Class::Phi`] when a text in a JSON body cannot be read by the rules; of another body, a line of it.
fn of_values(body: &str) -> phi::Class {
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(value) if doubtful("", &value) => phi::Class::Phi,
        Ok(_) => phi::Class::None,
        Err(_) => of_lines(body),
    }
}

/// A name before a text is read with it: two words of a list of drugs tell no language.
fn doubtful(name: &str, value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => phi::doubt(&format!("{name}: {text}")).is_some(),
        serde_json::Value::Array(items) => items.iter().any(|item| doubtful(name, item)),
        serde_json::Value::Object(items) => items.iter().any(|(name, item)| doubtful(name, item)),
        _ => false,
    }
}

fn of_lines(text: &str) -> phi::Class {
    if text.lines().any(|line| phi::doubt(line).is_some()) {
        phi::Class::Phi
    } else {
        phi::Class::None
    }
}

/// A guideline names authors, cities, dates and web pages; a number that only a patient has does not belong there.
fn of_published(text: &str) -> phi::Class {
    use phi::Kind::{Account, HealthPlan, MedicalRecord, SocialSecurity};
    let a_patients = |span: &phi::Span| {
        span.score >= 0.6 && matches!(span.kind, SocialSecurity | MedicalRecord | HealthPlan | Account)
    };
    if phi::doubt(text).is_some() || phi::detect(text).iter().any(a_patients) {
        phi::Class::Phi
    } else {
        phi::Class::None
    }
}

/// The highest class of every way to read `text`.
fn of_text(text: &str) -> phi::Class {
    let mut highest = phi::Class::None;
    let mut layer = text.to_owned();
    for _ in 0..LAYERS {
        highest = highest.max(phi::classify(&layer)).max(inside_encodings(&layer));
        let next = undo_escapes(&layer);
        if highest == phi::Class::Phi || next == layer {
            break;
        }
        layer = next;
    }
    if highest < phi::Class::Phi {
        let bare = without_quotes(&layer);
        if bare != layer {
            highest = highest.max(phi::classify(&bare));
        }
    }
    highest
}

/// `"mrn":"123"` as a person would write it: `mrn: 123`.
fn without_quotes(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => {}
            '+' => bare.push(' '),
            '{' | '}' | '[' | ']' | '<' | '>' | '&' => bare.push('\n'),
            ':' | '=' => bare.push_str(": "),
            ',' => bare.push_str(", "),
            c => bare.push(c),
        }
    }
    bare
}

fn inside_encodings(text: &str) -> phi::Class {
    let alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let mut highest = phi::Class::None;
    for run in text.split(|c| !alphabet(c)).filter(|run| run.len() >= ENCODED) {
        let decoded = [
            hex::decode(run).ok(),
            STANDARD_NO_PAD.decode(run).ok(),
            URL_SAFE_NO_PAD.decode(run).ok(),
        ];
        let texts: Vec<&str> = decoded.iter().flatten().filter_map(|bytes| readable(bytes)).collect();
        if texts.is_empty() && run.len() >= OPAQUE && decoded.iter().any(Option::is_some) {
            return phi::Class::Phi;
        }
        for text in texts {
            let undone = undo_escapes(text);
            highest = highest
                .max(phi::classify(&undone))
                .max(phi::classify(&without_quotes(&undone)));
        }
    }
    highest
}

/// Undoes one layer of JSON escapes, percent encoding and numeric or common named character references.
fn undo_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let step = match rest[0] {
            b'\\' => json_escape(rest),
            b'%' => percent(rest),
            b'&' => reference(rest),
            _ => None,
        };
        match step {
            Some((decoded, used)) => {
                decoded.push_to(&mut plain);
                at += used;
            }
            None => {
                plain.push(rest[0]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

enum Decoded {
    Char(char),
    Byte(u8),
}

impl Decoded {
    fn push_to(self, out: &mut Vec<u8>) {
        match self {
            Self::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Byte(byte) => out.push(byte),
        }
    }
}

fn json_escape(rest: &[u8]) -> Option<(Decoded, usize)> {
    let c = match rest.get(1)? {
        b'n' | b'r' | b't' | b'b' | b'f' => '\n',
        c @ (b'"' | b'\\' | b'/' | b'\'') => char::from(*c),
        b'x' => return Some((Decoded::Char(char::from_u32(digits(rest.get(2..4)?, 16)?)?), 4)),
        b'u' => return unicode_escape(rest),
        _ => return None,
    };
    Some((Decoded::Char(c), 2))
}

fn unicode_escape(rest: &[u8]) -> Option<(Decoded, usize)> {
    let high = digits(rest.get(2..6)?, 16)?;
    if !(0xd800..0xdc00).contains(&high) {
        return Some((Decoded::Char(char::from_u32(high)?), 6));
    }
    let low = rest
        .get(6..8)
        .filter(|mark| mark == b"\\u")
        .and_then(|_| digits(rest.get(8..12)?, 16))?;
    let scalar = 0x10000 + ((high - 0xd800) << 10) + low.checked_sub(0xdc00)?;
    Some((Decoded::Char(char::from_u32(scalar)?), 12))
}

fn percent(rest: &[u8]) -> Option<(Decoded, usize)> {
    let byte = u8::try_from(digits(rest.get(1..3)?, 16)?).ok()?;
    Some((Decoded::Byte(byte), 3))
}

fn reference(rest: &[u8]) -> Option<(Decoded, usize)> {
    let end = rest.iter().take(10).position(|byte| *byte == b';')?;
    let c = match rest.get(1..end)? {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        b"nbsp" => ' ',
        [b'#', b'x' | b'X', hex @ ..] => char::from_u32(digits(hex, 16)?)?,
        [b'#', decimal @ ..] => char::from_u32(digits(decimal, 10)?)?,
        _ => return None,
    };
    Some((Decoded::Char(c), end + 1))
}

fn digits(bytes: &[u8], radix: u32) -> Option<u32> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(bytes).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENT: &str = "Patient john smith, DOB: 01/15/1990, MRN: 12345678";

    fn is_phi(text: &str) -> bool {
        of_text(text) == phi::Class::Phi
    }

    fn escaped(text: &str) -> String {
        text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()
    }

    #[test]
    fn an_identifier_is_seen_in_any_dress() {
        let once = serde_json::json!({ "messages": [{ "content": PATIENT }] }).to_string();
        let twice = serde_json::json!({ "tool": once }).to_string();
        let unicode = format!("{{\"content\":\"{}\"}}", escaped(PATIENT));
        let unicode_twice = serde_json::json!({ "tool": unicode }).to_string();
        let percent: String = PATIENT.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let entities: String = PATIENT.chars().map(|c| format!("&#{};", u32::from(c))).collect();
        let base64 = format!("{{\"file\":\"{}=\"}}", STANDARD_NO_PAD.encode(PATIENT));
        let hex = hex::encode(PATIENT);
        for text in [
            PATIENT.to_owned(),
            once,
            twice,
            unicode,
            unicode_twice,
            percent,
            entities,
            base64,
            hex,
        ] {
            assert!(is_phi(&text), "{text}");
        }
    }

    #[test]
    fn keys_give_values_their_meaning() {
        assert!(is_phi(r#"{"mrn":12345678}"#));
        assert!(is_phi(r#"{"patient_name":"john smith","mrn":"12345678"}"#));
        assert!(is_phi("ssn=219-09-9999&x=1"));
    }

    #[test]
    fn plain_medicine_is_not_phi() {
        for text in [
            r#"{"messages":[{"role":"user","content":"Heart Failure with creatinine 1.2 mg/dL: which dose?"}]}"#,
            r#"{"model":"llama-3.1-8b-instruct","stream":true,"max_tokens":512,"temperature":0.0}"#,
            "term=American+Heart+Association&db=pubmed",
            "PMID 12345678",
        ] {
            assert!(!is_phi(text), "{text}");
        }
    }

    #[test]
    fn a_published_piece_may_name_places_and_dates_but_nothing_beside_it_may() {
        let guide = "Issued 3 May 2016 in Hyattsville, MD.\nSee \"http://www.cdc.gov/x\".".to_owned();
        let record = "Example: MRN: 12345678".to_owned();
        let body = |question: &str| serde_json::json!({ "content": format!("{guide}\n{question}") }).to_string();
        let published = [guide.clone()];
        assert_eq!(of_body(&body("Which dose?"), &published), phi::Class::None);
        assert_eq!(of_body(&body("Which dose?"), &[]), phi::Class::Phi);
        assert_eq!(of_body(&body(PATIENT), &published), phi::Class::Phi);
        assert_eq!(of_body(&body(&guide[..33]), &published), phi::Class::Phi);
        assert_eq!(
            of_body(&body(&record), &[guide.clone(), record.clone()]),
            phi::Class::Phi
        );
        let claimed_elsewhere = ["Patient john smith".to_owned()];
        assert_eq!(of_body(&body(PATIENT), &claimed_elsewhere), phi::Class::Phi);
    }

    #[test]
    fn another_language_script_or_damage_is_phi_wherever_it_stands() {
        for text in [
            "Welche Dosis Apixaban bei einer Niereninsuffizienz und ist das sicher?",
            "Пациент поступил с болью в груди",
            "The patient\u{fffd}s blood pressure is high",
        ] {
            let body = serde_json::json!({ "messages": [{ "content": "Which dose is right?" }, { "content": text }] });
            assert_eq!(of_body(&body.to_string(), &[]), phi::Class::Phi, "{text}");
            assert_eq!(of_body(text, &[]), phi::Class::Phi, "{text}");
            assert_eq!(
                of_body(&body.to_string(), &[text.to_owned()]),
                phi::Class::Phi,
                "{text}"
            );
        }
        let drugs = serde_json::json!({ "query": "apixaban rivaroxaban edoxaban" }).to_string();
        assert_eq!(of_body(&drugs, &[]), phi::Class::None);
        assert_eq!(of_body("term=apixaban+rivaroxaban&db=pubmed", &[]), phi::Class::None);
    }

    #[test]
    fn what_cannot_be_read_is_phi() {
        assert_eq!(readable(&[0xff, 0xd8, 0xff]), None);
        assert_eq!(readable(b"RIFF\0\0"), None);
        let picture: Vec<u8> = (0..600u32).map(|n| (n * 97 % 251) as u8).collect();
        assert!(is_phi(&format!(
            "{{\"image\":\"{}\"}}",
            STANDARD_NO_PAD.encode(picture)
        )));
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        for text in ["100%", "50%zz", "\\u12", "\\ud83d", "&#xzz;", "&amp", "a\\"] {
            assert_eq!(undo_escapes(text), text);
        }
        assert_eq!(undo_escapes("\\ud83d\\ude00%41&#x42;&lt;\\n"), "😀AB<\n");
    }
}
