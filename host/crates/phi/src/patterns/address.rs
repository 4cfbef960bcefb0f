//! Streets, boxes, postcodes, and "City, ST". Cities and hospitals by name are found in `places`.

use super::{Check, Hit, Rule, always, near::Near};
use crate::Kind;
use crate::zip;

const STREET: &str = r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Place|Pl|Square|Sq|Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Way|Trail|Trl|Alley|Crescent|Close|Grove|Row|Mews|Loop|Plaza|Turnpike|Pike|Broadway|Route|Rte)\b\.?";
const STATE: &str = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])";
const CITY: &str = r"(?:[A-Z][A-Za-z'.-]+(?: (?:of )?[A-Z][A-Za-z'.-]+){0,3})";
const APARTMENT: &str = r"(?:,?\s+(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\.?\s*#?[A-Za-z0-9-]+)?";

pub(super) const COUNT: usize = 16;
/// The last ones of the list need no digit.
const WORDED: usize = 2;

pub(super) fn rules() -> Vec<Rule> {
    let tail = format!(r"{APARTMENT}(?:,?\s+{CITY})?(?:,\s*{STATE}\b)?(?:,?\s+\d{{5}}(?:-\d{{4}})?\b)?");
    #[rustfmt::skip]
    let sources: [(f32, String, String, Check); COUNT] = [
        (0.92, format!(r"\b{STREET}"), format!(r"\b\d{{1,6}}[A-Za-z]?\s+(?:[NSEW]{{1,2}}\.?\s+)?(?:[A-Z0-9][A-Za-z0-9'.-]*\s+){{1,4}}{STREET}{tail}"), always),
        (0.85, r"(?i)\b(?:address|li[fv]|resid|home|located)".into(), format!(r"(?i)\b(?:address|lives?|living|resid(?:es|ing|ent)|home|located)\b[^\d\n]{{0,14}}(\d{{1,6}}[a-z]?\s+(?:[a-z0-9'.-]+\s+){{1,4}}{STREET}(?:,?\s+{APARTMENT})?)"), always),
        (0.7, r"\d ".into(), r"\b\d{1,5} (?:[a-z]+ ){1,3}(?:street|avenue|boulevard|lane|terrace|parkway)\b(?:,? [a-z]+, [a-z]{2}\b)?".into(), street_in_small),
        (0.7, r"(?i)\bap(?:artmen)?t\b".into(), r"(?i)\bap(?:artmen)?t\b\.? ?#?\d{1,5}[a-z]?\b".into(), always),
        // Three digits of a postcode are harmless but in the thinly peopled areas.
        (0.85, r"(?i)\b(?:zip|postal)".into(), r"(?i)\b(?:zip|postal)(?: ?codes?)?(?: ?3| prefix| area)?\b[^\d\n]{0,20}\b(\d{3})(?:xx|\*\*)?(?:\W|$)".into(), thinly_peopled),
        // "5th avenue clinic"
        (0.75, r"(?i)(?:st|nd|rd|th) (?:str|av)".into(), r"(?i)\b\d{1,3}(?:st|nd|rd|th) (?:street|avenue|ave)\b(?: (?:clinic|hospital|office|center|centre|practice|campus))?".into(), always),
        (0.9, r"(?i)box\b".into(), r"(?i)\bP\.? ?O\.? ?Box\s+#?\d+".into(), always),
        // Military and diplomatic post: "PSC 1139, Box 7638, APO AP 94917"
        (0.95, r"\b[AFD]PO\b".into(), r"(?:\b(?:PSC|CMR|Unit|USS|USNV|USNS|USCGC)\s+[A-Z0-9][\w-]*(?:\s[A-Z][\w-]*)?,?\s+)?(?:Box\s+\d+,?\s+)?\b[AFD]PO,?\s+A[AEP]\s+\d{5}(?:-\d{4})?\b".into(), always),
        (0.88, r"(?:str|weg|platz|allee|gasse|laan)".into(), r"\b[A-Z][a-z]+(?:strasse|strase|str\.|weg|platz|allee|gasse|straat|laan)\s+\d+[a-z]?(?:,?\s+\d{4,5}(?:\s+[A-Z][a-z]+)?)?".into(), always),
        (0.85, r"\b(?:rue|avenue|boulevard|place|chemin|calle|via|viale|piazza|avenida)\b".into(), r"\b\d{1,4},?\s+(?:rue|avenue|boulevard|place|chemin|calle|via|viale|piazza|avenida)\s+(?:de\s+|du\s+|des\s+|la\s+|l')*[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)?".into(), always),
        (0.95, r"(?i)\b(?:zip|post)".into(), r"(?i)\b(?:zip|postal|post)\s?(?:code)?\b[\s:#.]{0,3}(?:is\s+|of\s+)?(\d{5}(?:-\d{4})?)\b".into(), always),
        (0.9, r"[A-Z]{2},?\s+\d{5}".into(), format!(r"\b{STATE},?\s+\d{{5}}(?:-\d{{4}})?\b"), no_quantity),
        (0.9, r"\d[A-Z\d]? \d[A-Z]{2}".into(), r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b".into(), no_quantity),
        (0.85, r"[A-Z]\d[A-Z] ?\d".into(), r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d\b".into(), always),
        (0.8, format!(r",\s*{STATE}\b"), format!(r"\b{CITY},\s*{STATE}\b(?:,?\s+\d{{5}}(?:-\d{{4}})?\b)?"), city_state),
        (0.7, r"\b(?:County|Parish|Township|Borough|Village)\b".into(), r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:County|Parish|Township|Borough|Village)\b".into(), always),
    ];
    let rows: Vec<_> = sources
        .iter()
        .map(|(score, gate, source, keep)| (Kind::Location, *score, gate.as_str(), source.as_str(), *keep))
        .collect();
    let (digits, words) = rows.split_at(COUNT - WORDED);
    let mut all = super::rules(Near::Digits, digits);
    all.extend(super::rules(Near::Anything, words));
    all
}

fn thinly_peopled(hit: &Hit) -> bool {
    zip::is_thinly_peopled(hit.value())
}

/// "2 weeks down the street" is no address.
fn street_in_small(hit: &Hit) -> bool {
    let value = hit.value().to_ascii_lowercase();
    let has = |word: &[u8]| value.windows(word.len()).any(|w| w == word);
    !([
        &b" the "[..],
        b" a ",
        b" week",
        b" day",
        b" hour",
        b" month",
        b" year",
        b" mile",
        b" block",
        b" minute",
        b" of ",
    ])
    .into_iter()
    .any(has)
        && !hit.has_unit()
}

fn no_quantity(hit: &Hit) -> bool {
    !hit.has_unit()
}

/// "Jane Doe, MD" is a physician; degrees count as states only with a postcode.
fn city_state(hit: &Hit) -> bool {
    let value = hit.value();
    let state = value.rsplit(|b| !b.is_ascii_uppercase()).next().unwrap_or_default();
    value.last().is_some_and(u8::is_ascii_digit) || ![&b"MD"[..], b"PA", b"MS", b"DE"].contains(&state)
}
