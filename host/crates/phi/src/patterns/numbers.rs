//! Numbers and codes that no label introduces.

use super::{Hit, Rule, Source, checksum, near::Near};
use crate::Kind;

#[rustfmt::skip]
pub(super) const RULES: [Source; 18] = [
    (Kind::SocialSecurity, 0.88, r"\d{3}[- ]\d{2}", r"\b\d{3}[- ]\d{2}[- ]\d{4}\b", security),
    // "SSN ending in 6789", "last four of social: 4321"
    (Kind::SocialSecurity, 0.9, r"(?i)\b(?:ssn|social)", r"(?i)\b(?:(?:ssn|social(?: security)?(?: number)?)\W{1,3}(?:(?:ending|ends)(?: (?:in|with))?|last (?:four|4)(?: digits)?)|last (?:four|4)(?: digits)?(?: of)?(?: the| his| her| their)? (?:ssn|social(?: security)?(?: number)?))\W{1,3}(?:(?:are|is)\W{1,2})?(\d{4})\b", |_| true),
    // "Twitter: @janedoe77"
    (Kind::Other, 0.8, r"@", r"(?i)\b(?:twitter|instagram|insta|tiktok|snapchat|telegram|handle|skype|mastodon)\b[^\n@]{0,16}(@[a-z0-9_.]{2,})", |_| true),
    (Kind::SocialSecurity, 0.85, r"[A-Z]{2} ?\d{2}", r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", plain),
    (Kind::MedicalRecord, 0.85, r"\d{3}[ -]\d{3}", r"\b\d{3}[ -]\d{3}[ -]\d{4}\b", |hit| checksum::nhs(hit.value()) && hit.before(24).to_ascii_lowercase().windows(3).any(|w| w == b"nhs")),
    (Kind::HealthPlan, 0.85, r"\d[A-Z][A-Z0-9]\d", r"\b[1-9][AC-HJ-KMNP-RT-Y][AC-HJ-KMNP-RT-Y0-9]\d-?[AC-HJ-KMNP-RT-Y][AC-HJ-KMNP-RT-Y0-9]\d-?[AC-HJ-KMNP-RT-Y]{2}\d{2}\b", plain),
    (Kind::Account, 0.9, r"\d{4}[ -]?\d{4}", r"\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}\b", |hit| (13..=19).contains(&hit.digits()) && checksum::luhn(hit.value().iter().copied())),
    (Kind::Account, 0.9, r"[A-Z]{2}\d{2}", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", |hit| checksum::iban(hit.value())),
    (Kind::License, 0.8, r"\d{10}", r"\b[12]\d{9}\b", |hit| checksum::npi(hit.value()) && plain(hit)),
    (Kind::License, 0.85, r"\d{7}", r"\b[ABCDEFGHJKLMPRSTUXabcdefghjklmprstux][A-Za-z9]\d{7}\b", |hit| checksum::dea(hit.value()) && plain(hit)),
    (Kind::Vehicle, 0.95, r"[A-Za-z0-9]{17}", r"(?i)\b[A-HJ-NPR-Z0-9]{17}\b", |hit| checksum::vin(hit.value()) && hit.value().iter().any(u8::is_ascii_alphabetic)),
    (Kind::Device, 0.9, r"\(01\)", r"\(01\)\s?\d{14}(?:\s?\((?:10|11|17|21|240)\)\s?[A-Za-z0-9/+.-]{1,20}){0,5}", |_| true),
    (Kind::Photo, 0.8, r"(?i)\.(?:jp|png|heic|dcm|tif)", r"(?i)\b[\w-]*\d[\w-]*\.(?:jpe?g|png|heic|dcm|tiff?)\b", |_| true),
    // "#SW-123456", "# 4471"
    (Kind::Other, 0.65, r"#", r"#\s?[A-Za-z]{0,6}-?\d{3,}[A-Za-z0-9-]*", plain),
    // "BH-903123", "SMH54321", "12345-NYP", "12345ABC"
    (Kind::Other, 0.62, r"[A-Z]-?\d{2}|\d{4}-?[A-Z]", r"\b(?:[A-Z]{1,6}-?\d{4,}[A-Z0-9]*(?:-[A-Z0-9]+)*|\d{4,}-?[A-Z]{1,5})\b|\b[A-Z]{1,5}(?:-\d{2,})+(?:-[A-Z0-9]+)*\b", code),
    // "4FB6-XK9-DL13"
    (Kind::Other, 0.62, r"[A-Z0-9]{2}-[A-Z0-9]{2}", r"\b[A-Z0-9]{2,8}(?:-[A-Z0-9]{2,10}){2,4}\b", |hit| hit.value().iter().any(u8::is_ascii_alphabetic) && code(hit)),
    // "789-45-123", "1122-3344", "12345-67890"
    (Kind::Other, 0.6, r"\d{2}-\d{2}", r"\b\d{2,}(?:-\d{2,})+\b", dashed),
    (Kind::Other, 0.6, r"\d{7}", r"\b\d{7,}\b", bare),
];

pub(super) fn rules() -> Vec<Rule> {
    super::rules(Near::Digits, &RULES)
}

fn plain(hit: &Hit) -> bool {
    !hit.is_reference() && !hit.has_unit() && !within(hit)
}

/// Part of a decimal, a longer code or a web address.
fn within(hit: &Hit) -> bool {
    matches!(hit.before(1), [b'.' | b'/' | b'_' | b'-' | b','])
        || matches!(hit.after(2), [b'.' | b',' | b'-' | b'_', next] if next.is_ascii_digit())
}

fn security(hit: &Hit) -> bool {
    !within(hit) && !hit.is_reference()
}

/// Scores and lab codes have fewer digits ("CURB-65", "SF-36", "DAS28"); years are guideline editions ("ESC 2021", "KDIGO-2024").
fn code(hit: &Hit) -> bool {
    let value = hit.value();
    let digits: Vec<u8> = value.iter().copied().filter(u8::is_ascii_digit).collect();
    let year = digits.len() == 4 && (digits.starts_with(b"19") || digits.starts_with(b"20"));
    let known = [&b"CURB-65"[..], b"CRB-65", b"COVID-19"].contains(&value);
    digits.len() >= 4 && !year && !known && !is_mutation(value) && plain(hit)
}

/// "G1465A": one letter of an amino acid or base becomes another.
fn is_mutation(value: &[u8]) -> bool {
    let acid = |b: &u8| b.is_ascii_uppercase() && !b"BJOUXZ".contains(b);
    matches!(value, [first, place @ .., last] if place.len() == 4 && acid(first) && acid(last) && place.iter().all(u8::is_ascii_digit))
}

/// Not a range of years, page numbers or values ("1990-2000", "117-24", "4000-11000").
fn dashed(hit: &Hit) -> bool {
    let parts: Vec<&[u8]> = hit.value().split(|b| *b == b'-').collect();
    let range = match parts.as_slice() {
        [low, high] => {
            low.len() <= high.len()
                && high.len() - low.len() <= 1
                && low < high
                && (low.len() < 4 || round(low) && round(high) || year(low) && year(high))
        }
        _ => false,
    };
    let pages = matches!(hit.before(1), [b':' | b';']) && matches!(hit.before(2), [b'0'..=b'9' | b')', _]);
    hit.digits() >= 7 && !range && !pages && plain(hit)
}

fn round(number: &[u8]) -> bool {
    number.ends_with(b"00")
}

fn year(number: &[u8]) -> bool {
    number.len() == 4 && (number.starts_with(b"19") || number.starts_with(b"20"))
}

/// "1000000" is a count, "87654321" a number of somebody.
fn bare(hit: &Hit) -> bool {
    !hit.value().ends_with(b"000") && plain(hit)
}
