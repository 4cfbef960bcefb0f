//! Telephone, fax, e-mail, web and network addresses; pictures of the face.

use super::{Hit, Rule, Source, always, near::Near};
use crate::Kind;

#[rustfmt::skip]
const WORDS: [Source; 5] = [
    (Kind::Photo, 0.6, r"(?i)full[- ]face", r"(?i)\bfull[- ]face (?:photo(?:graph)?s?|pictures?|images?)\b", always),
    (Kind::Email, 0.99, r"@", r"(?i)[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", always),
    (Kind::Email, 0.8, r"(?i)(?:\(|\[|\b)at\b", r"(?i)\b[a-z0-9._-]+(?: (?:dot|underscore|dash|hyphen) [a-z0-9]+){0,4} ?(?:\(at\)|\[at\]| at ) ?[a-z0-9-]+(?: dot [a-z0-9-]+)? ?(?:\(dot\)|\[dot\]| dot ) ?(?:com|org|net|edu|gov|io|uk|de|info)\b", always),
    (Kind::Url, 0.95, r"://", r#"(?i)\b(?:https?|ftp|sftp)://[^\s<>"')\]]+"#, private),
    (Kind::Url, 0.85, r"(?i)[a-z0-9-]\.[a-z]{2}", r#"(?i)\b(?:www\.)?(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|info|health|int|eu|de|fr|nl|ch|at|es|it|co\.uk|nhs\.uk|org\.uk|ac\.uk|ca|com\.au|app|dev|me)(?:/[^\s<>"')\]]*)?\b"#, private),
];

#[rustfmt::skip]
const DIGITS: [Source; 12] = [
    (Kind::IpAddress, 0.9, r"\d\.\d{1,3}\.\d", r"\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b", v4),
    (Kind::IpAddress, 0.85, r"(?i)[0-9a-f]:[0-9a-f:]", r"(?i)(?:\b[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b|(?:\b[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|(?:\b[0-9a-f]{1,4}:){2,6}:", v6),
    (Kind::Device, 0.9, r"(?i)[0-9a-f]{2}[:-][0-9a-f]{2}[:-]", r"(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b", always),
    (Kind::Fax, 0.95, r"(?i)\b(?:fax|facsimile)", r"(?i)\b(?:fax|facsimile|faxed)\b[^\d\n+(]{0,40}(\+?[\d(][\d\s().-]{5,18}\d)", seven),
    (Kind::Phone, 0.93, r"(?i)\b(?:ph|tel|mob|cell|contact|call|pager|beeper|landline|whatsapp|text|reach|ring|hotline|ext|dial|answer|messag)", r"(?i)\b(?:phone|ph|tel|telephone|mobile|mob|cell|cellphone|contact|call|called|calling|pager|beeper|landline|whatsapp|text|texts|reach|reached|ring|hotline|ext|dial|answering|answers|messages?)\b(?:[^\d\n+(]{0,24}|:\s{0,3})(\+?[\d(][\d\s().-]{5,18}\d(?:\s?(?:x|ext\.?)\s?\d{1,6})?)", seven),
    // The label comes after: "92 34 70-Office", "001-321-194-8268 fax"
    (Kind::Fax, 0.9, r"(?i)[\d().-][\s-]{0,3}\(?fax", r"(?i)((?:\+|\b|\()\d[\d().-]*(?:[ /]?\(?\d[\d().-]*){1,6}(?:x\d{1,6})?)\s?-?\s?\(?fax\b", after_label),
    (Kind::Phone, 0.9, r"(?i)[\d().-][\s-]{0,3}\(?(?:office|mobile|cell|home|work|phone)\b", r"(?i)((?:\+|\b|\()\d[\d().-]*(?:[ /]?\(?\d[\d().-]*){1,6}(?:x\d{1,6})?)\s?-?\s?\(?(?:office|mobile|cell|home|work|phone)\b", after_label),
    // Area code in brackets: "(91) 5676-6953"
    (Kind::Phone, 0.8, r"\d\) ?\d", r"\(0?\d{1,4}\) ?\d{3,5}[- ]\d{3,4}\b", bracketed),
    // North America
    (Kind::Phone, 0.85, r"\d{3}[-. ]\d{4}", r"(?:(?:\+|\b00)?\b1[-. ]?|\b001[-. ])?(?:\(\d{3}\)[\s-]?|\b\d{3}[-. ])\d{3}[-. ]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?\b", whole),
    // International form
    (Kind::Phone, 0.9, r"(?:\+|00)[1-9]", r"(?:\+|\b00)[1-9]\d{0,2}[-. ]?(?:\(0?\d{1,4}\))?[-. ]?\d(?:[-. /]?\d){5,12}(?:\s?(?:x|ext\.?)\s?\d{1,6})?\b", whole),
    // Trunk prefix 0: United Kingdom, Germany, France, Australia and others
    (Kind::Phone, 0.75, r"0\d{1,4}\)?[-. /]\d{2}", r"(?:\(0\d{1,4}\)|\b0\d{1,4})(?:[-. /]\d{2,4}){2,4}\b|\b0[1-9]\d{2,3}[ /-]\d{5,8}\b", trunk),
    // Seven digits
    (Kind::Phone, 0.5, r"\d{3}-\d{4}", r"\b[2-9]\d{2}-\d{4}\b", local),
];

pub(super) const COUNT: usize = WORDS.len() + DIGITS.len();

pub(super) fn rules() -> Vec<Rule> {
    let mut all = super::rules(Near::Anything, &WORDS);
    all.extend(super::rules(Near::Digits, &DIGITS));
    all
}

fn seven(hit: &Hit) -> bool {
    let parted = hit.value().iter().any(|b| !b.is_ascii_digit());
    hit.digits() >= if parted { 6 } else { 7 } && !hit.has_unit()
}

/// Not the middle of a longer number.
fn whole(hit: &Hit) -> bool {
    !matches!(hit.before(2), [.., b'-' | b'.' | b'#'] | [b'0'..=b'9', _])
        && !matches!(hit.after(2), [b'-', b'0'..=b'9'])
}

/// "3 office visits", "12.5 2019 home": a number of a telephone has six to fifteen digits and begins no quantity.
fn after_label(hit: &Hit) -> bool {
    (6..=20).contains(&hit.digits()) && !matches!(hit.before(1), [b'.' | b'/' | b'0'..=b'9'])
}

fn bracketed(hit: &Hit) -> bool {
    hit.digits() >= 8
        && !matches!(hit.before(1), [b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z'])
        && whole(hit)
        && !hit.has_unit()
}

fn trunk(hit: &Hit) -> bool {
    hit.digits() >= 9 && whole(hit)
}

fn local(hit: &Hit) -> bool {
    whole(hit) && !hit.has_unit() && !hit.is_reference()
}

/// Addresses of public guideline bodies may be named, unless the link carries a query.
fn private(hit: &Hit) -> bool {
    const PUBLIC: [&[u8]; 20] = [
        b"cdc.gov",
        b"nih.gov",
        b"fda.gov",
        b"who.int",
        b"doi.org",
        b"nice.org.uk",
        b"cochranelibrary.com",
        b"clinicaltrials.gov",
        b"escardio.org",
        b"heart.org",
        b"kdigo.org",
        b"europa.eu",
        b"ema.europa.eu",
        b"acc.org",
        b"idsociety.org",
        b"uptodate.com",
        b"nejm.org",
        b"bmj.com",
        b"thelancet.com",
        b"jamanetwork.com",
    ];
    let value = hit.value().to_ascii_lowercase();
    if matches!(hit.before(1), [b'@']) {
        return false;
    }
    let after_scheme = value.windows(3).position(|w| w == b"://").map_or(0, |at| at + 3);
    let host = value[after_scheme..].split(|b| *b == b'/').next().unwrap_or_default();
    let known = PUBLIC.iter().any(|public| {
        host.strip_suffix(*public)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
    });
    !known || value.contains(&b'?') || value.contains(&b'@')
}

/// Four small numbers ("section 4.1.2.3") are taken only when something speaks of an address.
fn v4(hit: &Hit) -> bool {
    let before = hit.before(24).to_ascii_lowercase();
    if before.ends_with(b"version ") || before.ends_with(b" v") || matches!(hit.before(1), [b'.']) {
        return false;
    }
    hit.value().len() > 7 || before.windows(2).any(|w| w == b"ip") || before.windows(4).any(|w| w == b"host")
}

fn v6(hit: &Hit) -> bool {
    let value = hit.value();
    value.iter().any(u8::is_ascii_digit)
        && (value.windows(2).any(|w| w == b"::") || value.iter().filter(|b| **b == b':').count() == 7)
}
