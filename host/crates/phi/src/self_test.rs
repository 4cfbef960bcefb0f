//! Cases that the rules of this very build must get right before anything may be sent to a remote service.

use crate::{Class, Kind, classify, detect, judge};

/// An identifier of each kind in a sentence, by what must be covered.
const FOUND: [(Kind, &str, &str); 24] = [
    (
        Kind::Name,
        "Patient Margaret Ellsworth was seen today.",
        "Margaret Ellsworth",
    ),
    (
        Kind::Name,
        "the wife of mr. tom hadley rang about his results",
        "tom hadley",
    ),
    (Kind::Name, "Seen: Okafor, Daniel; discharged.", "Okafor, Daniel"),
    (
        Kind::Location,
        "She lives at 14 Birchwood Lane, Dayton, OH 45402.",
        "14 Birchwood Lane",
    ),
    (Kind::Date, "Admitted on 03/14/2023 with chest pain.", "03/14/2023"),
    (Kind::Date, "He was born on the fourth of July 1951.", "fourth of July"),
    (Kind::Date, "A 93-year-old man with a hip fracture.", "93"),
    (Kind::Phone, "Call her back at (614) 555-0173.", "(614) 555-0173"),
    (
        Kind::Phone,
        "Her daughter's number is +44 20 7946 0958.",
        "20 7946 0958",
    ),
    (Kind::Fax, "Fax: 614-555-0199", "614-555-0199"),
    (
        Kind::Email,
        "Write to d.okafor@clinic.example for the report.",
        "d.okafor@clinic.example",
    ),
    (Kind::SocialSecurity, "SSN 219-09-9999", "219-09-9999"),
    (Kind::MedicalRecord, "MRN: 00482913", "00482913"),
    (Kind::HealthPlan, "Member ID: XQZ883920174", "XQZ883920174"),
    (Kind::Account, "Account number 8830-2217-04", "8830-2217-04"),
    (Kind::License, "NPI 1234567893", "1234567893"),
    (Kind::Vehicle, "VIN 1HGCM82633A004352", "1HGCM82633A004352"),
    (Kind::Device, "Pacemaker serial number PJN482913H", "PJN482913H"),
    (
        Kind::Url,
        "See https://portal.clinic.example/p/4821",
        "https://portal.clinic.example/p/4821",
    ),
    (Kind::IpAddress, "Logged in from 198.51.100.23.", "198.51.100.23"),
    (Kind::Biometric, "Fingerprint ID: FP-99281-A", "FP-99281-A"),
    (Kind::Photo, "Photo: IMG_4821.jpg of the patient's face", "IMG_4821.jpg"),
    (
        Kind::Phone,
        "her number is six one four five five five oh one seven three",
        "six one four five five five oh one seven three",
    ),
    (
        Kind::SocialSecurity,
        "SSN 2\u{200b}1\u{200b}9-0\u{200b}9-9\u{200b}9\u{200b}9\u{200b}9",
        "-0\u{200b}9-",
    ),
];

/// Medicine in which nobody is named.
const FREE: [&str; 8] = [
    "Which dose of apixaban is right in atrial fibrillation with a creatinine clearance of 25 mL/min?",
    "Wilson disease: ceruloplasmin below 0.2 g/L.",
    "Change the Foley catheter every four weeks.",
    "The American Heart Association recommends 100 to 120 compressions a minute.",
    "PMID 34554658 describes the CKD-EPI equation without race.",
    "CHA2DS2-VASc of 3: offer anticoagulation.",
    "Give 1 g of ceftriaxone intravenously every 24 hours for 7 days.",
    "Potassium 5.9 mmol/L, repeat after 4 hours.",
];

/// What cannot be read counts as patient information.
const UNREADABLE: [&str; 3] = [
    "Der Patient wurde nicht mit dem Auto nach Hause gebracht und ist bei seiner Frau.",
    "Пациент поступил с болью в груди",
    "The patient\u{fffd}s name is l\u{fffd}st",
];

/// What fails, in the words of the case; empty when the rules work. Takes about a millisecond.
#[must_use]
pub fn self_test() -> Vec<&'static str> {
    let missed = FOUND.iter().filter(|(_, text, wanted)| !covers(text, wanted));
    let mut failed: Vec<&str> = missed.map(|(_, text, _)| *text).collect();
    failed.extend(FREE.into_iter().filter(|text| classify(text) == Class::Phi));
    failed.extend(UNREADABLE.into_iter().filter(|text| judge(text).class != Class::Phi));
    failed
}

fn covers(text: &str, wanted: &str) -> bool {
    let Some(start) = text.find(wanted) else { return false };
    let spans = detect(text);
    spans
        .iter()
        .any(|span| span.start <= start && start + wanted.len() <= span.end)
}

#[cfg(test)]
mod tests {
    use super::{FOUND, Kind, detect, self_test};

    #[test]
    fn this_build_passes() {
        assert_eq!(self_test(), Vec::<&str>::new());
    }

    #[test]
    fn every_kind_but_the_last_has_a_case_and_is_called_by_its_name() {
        for (kind, text, _) in FOUND {
            assert!(
                detect(text).iter().any(|span| span.kind == kind),
                "{kind:?}: {text}: {:?}",
                detect(text)
            );
        }
        let kinds: std::collections::BTreeSet<Kind> = FOUND.iter().map(|case| case.0).collect();
        assert_eq!(kinds.len(), 17);
    }
}
