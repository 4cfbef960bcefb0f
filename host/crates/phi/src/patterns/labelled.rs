//! Numbers that a label introduces: "MRN: 12345678", "insurance policy no. WX-987654".

use super::{Check, Hit, Rule, near::Near};
use crate::Kind;

/// What may stand between label and value.
const LINK: &str = r"(?:'s)?[\s:#=.,(\[*-]{0,4}(?:\b(?:number|numbers|num|no|nr|nos|id|ids|identifier|identification|is|was|of|code|ref|reads|as|listed|under|on file|card|show|shows)\b[\s:#=.,(\[*-]{0,4}){0,4}";
/// The same, but it must say that a number follows.
const TELLING: &str = r"(?:'s)?\s{0,2}(?:[:#]|(?:\b(?:is|was|reads)\s+)?\b(?:number|num|no|nr|id|identifier|identification|code)\b)[\s:#=.,(\[*-]{0,4}(?:\b(?:number|no|id|is|was|of|code)\b[\s:#=.,(\[*-]{0,3}){0,3}";
const VALUE: &str = r"((?-i:[A-Z]{1,3}[- ][A-Z]{1,2}[ -]\d{1,4}\b)|\d{2,4}(?:[ -]\d{2,6}){2,4}\b|\d{3,6} \d{3,6}\b|(?:(?-i:[A-Z]{1,4} ))?[A-Z0-9]+(?:[-./_][A-Z0-9]+)*)";

type Label = (Kind, f32, &'static str, &'static str, Check);

#[rustfmt::skip]
const LABELS: [Label; 17] = [
    (Kind::MedicalRecord, 0.96, r"mrn#?", r"", some),
    (Kind::MedicalRecord, 0.97, r"m\.?r\.?n\.?|emr|ehr|mr ?#|med(?:ical)?\.?\s{0,2}rec(?:ord)?s?|health\s+records?|(?:hospital|hosp|patient|pt|chart|unit|nhs|chi|case\s*note)(?:'s)?\s{0,2}(?:unique )?(?:number|no|id|identifier|#)|hosp(?:ital)? ?id", LINK, some),
    (Kind::MedicalRecord, 0.9, r"(?:record|records|chart|file|folder)", LINK, many),
    (Kind::HealthPlan, 0.95, r"(?:\b(?:health|healthcare|insurance|insur|insured|ins|insurer|policy|policyholder|plan|medicare|medicaid|subscriber|member|membership|beneficiary|benefit|benefits|hicn|mbi|hmo|ppo|coverage|payer|payor|aetna|cigna|humana|bcbs|blue ?cross|blue ?shield|anthem|tricare|kaiser|united ?health(?:care)?)\b[\s./-]{0,3}){1,4}", LINK, many),
    (Kind::HealthPlan, 0.85, r"(?:group|card|scheme)", TELLING, many),
    (Kind::Account, 0.95, r"(?:acc(?:oun)?t|acct|billing|bank|iban|invoice|statement|payment|credit\s+card|debit\s+card|routing|sort\s+code)(?:\s+account)?", LINK, many),
    (Kind::SocialSecurity, 0.98, r"(?:ssn|s\.s\.n\.?|ss ?#|social\s+security|soc\.? ?sec|national\s+insurance|nino|itin|tin|tax\s?id|sin|aadhaar|curp|cpf|national\s+id)", LINK, many),
    (Kind::License, 0.93, r"(?:dea|npi|upin|gmc|nmc|medical\s+licen[cs]e|licen[cs]e|lic|certificate|cert|certification|passport|driver'?s?\s+licen[cs]e|dl|registration|provider|prescriber|employee|badge|staff|doctor\s+unique|practitioner)", TELLING, many),
    (Kind::License, 0.9, r"(?:dea|npi|passport|badge|driver'?s?\s+licen[cs]e|medical\s+licen[cs]e)", LINK, many),
    (Kind::Vehicle, 0.9, r"(?:vin|vehicle(?:\s+identification)?|licen[cs]e\s+plate|number\s?plate|plate|plates|tag)", LINK, coded),
    (Kind::Device, 0.93, r"(?:serial|s/n|sn|device|udi|imei|implant|pacemaker|defibrillator|glucometer|pump|prosthesis|mac)(?:\s+(?:serial|device|identifier))?", TELLING, many_private),
    (Kind::Device, 0.9, r"(?:serial|s/n|imei|udi)", LINK, many_private),
    (Kind::Biometric, 0.9, r"(?:finger\s?prints?|voice\s?prints?|retinal?\s+scan|iris\s+scan|face\s?(?:id|print|template)|biometrics?|dna\s+profile|palm\s?print)(?:\s+(?:template|scan|record|hash))?", LINK, some),
    (Kind::Other, 0.85, r"(?:case|ref|reference|order|accession|specimen|sample|encounter|visit|episode|claim|ticket|study|subject|participant|barcode|booking|appointment|confirmation|tracking|referral|prescription|rx|user|login|unique)", TELLING, many_private),
    (Kind::Other, 0.8, r"(?:id|i\.d\.|identifier|unique\s+(?:id|code|number))", LINK, many_private),
    (Kind::Other, 0.7, r"(?:room|bed)", r"\s{0,2}#?:?\s{0,2}", bed),
    (Kind::Other, 0.8, r"(?:username|user\s?name|login|password|passcode|pin)", r"[:=]\s{0,2}", always_but_units),
];

/// So many labels, the last ones, take a value without digits.
const DIGITLESS: usize = 1;

pub(super) const COUNT: usize = LABELS.len();

pub(super) fn rules() -> Vec<Rule> {
    let sources: Vec<String> = LABELS
        .iter()
        .map(|(_, _, label, link, _)| {
            if link.is_empty() {
                format!(r"(?i)\b(?:{label})(\d[A-Z0-9-]+)")
            } else {
                format!(r"(?i)\b(?:{label})(?:\b|\s){link}{VALUE}")
            }
        })
        .collect();
    let gates: Vec<String> = LABELS
        .iter()
        .map(|(_, _, label, _, _)| format!(r"(?i)\b(?:{label})"))
        .collect();
    let rows: Vec<_> = LABELS
        .iter()
        .zip(&sources)
        .zip(&gates)
        .map(|(((kind, score, _, _, keep), source), gate)| (*kind, *score, gate.as_str(), source.as_str(), *keep))
        .collect();
    let bare = rows.len() - DIGITLESS;
    let mut all = super::rules(Near::Digits, &rows[..bare]);
    all.extend(super::rules(Near::Anything, &rows[bare..]));
    all
}

fn some(hit: &Hit) -> bool {
    let told = matches!(hit.before(2), [_, b':' | b'#'] | [b':' | b'#', _]);
    hit.digits() >= 2 && (told || !is_year(hit.value())) && !is_date(hit.value()) && !hit.has_unit()
}

fn is_year(value: &[u8]) -> bool {
    value.len() == 4 && (value.starts_with(b"19") || value.starts_with(b"20"))
}

/// "01/09/2024" after a label is still a date.
fn is_date(value: &[u8]) -> bool {
    let mut parts = value.split(|b| matches!(b, b'/' | b'.'));
    matches!(
        (parts.next(), parts.next(), parts.next(), parts.next()),
        (
            Some([_] | [_, _]),
            Some([_] | [_, _]),
            Some([_, _] | [_, _, _, _]),
            None
        )
    )
}

/// Four digits at least, and not just a year.
fn many(hit: &Hit) -> bool {
    const PUBLIC: [&[u8]; 7] = [b"nct", b"actrn", b"pmid", b"pmc", b"isrctn", b"doi", b"10."];
    let value = hit.value().to_ascii_lowercase();
    let public = PUBLIC.iter().any(|public| value.starts_with(public)) || hit.is_cited();
    let years = hit.value().split(|b| matches!(b, b' ' | b'-')).all(is_year);
    hit.digits() >= 4 && !years && !is_date(hit.value()) && !hit.has_unit() && !public
}

/// The same, and it does not look like the code of a drug or trial either.
fn many_private(hit: &Hit) -> bool {
    many(hit) && !hit.is_reference()
}

fn coded(hit: &Hit) -> bool {
    let value = hit.value();
    value.len() >= 5 && hit.digits() >= 2 && value.iter().any(u8::is_ascii_alphabetic)
}

fn always_but_units(hit: &Hit) -> bool {
    !hit.has_unit()
}

/// "bed 12" is where one patient lies; "room 3" of a guideline is not worth the loss, so a letter is asked for.
fn bed(hit: &Hit) -> bool {
    hit.digits() >= 2 && hit.value().len() <= 6 && hit.value().iter().any(u8::is_ascii_alphabetic) && !hit.has_unit()
}
