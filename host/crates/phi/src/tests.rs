//! What must go and what must stay.

use proptest::prelude::*;

use super::*;

mod kinds;
mod streams;

fn found(text: &str) -> Vec<(&str, Kind)> {
    detect(text)
        .iter()
        .map(|span| (&text[span.start..span.end], span.kind))
        .collect()
}

#[track_caller]
fn goes(text: &str, value: &str, kind: Kind) {
    let at = text
        .find(value)
        .unwrap_or_else(|| panic!("{value:?} is not in {text:?}"));
    let covered = detect(text)
        .into_iter()
        .any(|span| span.start <= at && at + value.len() <= span.end && span.kind == kind);
    assert!(covered, "{value:?} as {kind:?} in {text:?}: {:?}", found(text));
}

#[track_caller]
fn stays(text: &str) {
    assert_eq!(found(text), [], "{text:?}");
    assert_eq!(classify(text), Class::None);
}

const SCENARIO: &str = "Patient john smith, DOB: 01/15/1990, MRN: 12345678, eGFR 24: which SGLT2 dose?";

#[test]
fn scenario_1_no_identifier_is_left() {
    assert_eq!(
        found(SCENARIO),
        [
            ("john smith", Kind::Name),
            ("01/15/1990", Kind::Date),
            ("12345678", Kind::MedicalRecord)
        ]
    );
    assert_eq!(classify(SCENARIO), Class::Phi);
    let redacted = redact(SCENARIO);
    assert_eq!(
        redacted.text,
        "Patient [NAME_1], DOB: [DATE_1], MRN: [MRN_1], eGFR 24: which SGLT2 dose?"
    );
    assert_eq!(restore(&redacted.text, &redacted.map), SCENARIO);
}

#[test]
fn scenario_2_clinical_words_stay() {
    for text in [
        "Heart Failure",
        "American Heart Association",
        "PMID 12345678",
        "creatinine 1.2 mg/dL",
        "Wilson disease",
        "Wilson's disease",
        "Foley catheter",
        "What is CURB-65?",
        "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes",
        "kidney disease management",
        "How should injection equipment be handled between patients?",
        "enoxaparin 40 mg once daily, 30 mg if eGFR 15-30 mL/min",
        "KDIGO 2024 and ESC 2021 guidelines",
        "Parkinson's disease and Lou Gehrig's disease",
        "Wells score of 3, Gleason score 7, DAS28 3.5, SF-36",
        "metoprolol 25 mg may 5 mg be added?",
        "Graves disease, Addison disease and Crohn's",
        "blood pressure 130/85 mmHg, SpO2 97 %, pain 4/5",
        "PMID: 31234567, 30123456; NCT01234567; doi 10.1056/NEJMoa1234567",
        "SARS-CoV-2 and COVID-19",
        "the Framingham Risk Score and the Glasgow Coma Scale",
        "mortality 1990-2000 was 12,345 per 100000",
        "https://www.cdc.gov/injectionsafety",
        "World Health Organization and National Institutes of Health",
        "The patient may need dialysis",
        "Hodgkin's lymphoma, Marfan syndrome",
        "Patient with Type 2 Diabetes",
        "a 65-year-old female",
        "Stevens-Johnson syndrome",
        "Swan-Ganz catheter",
        "β-blocker",
        "Bence Jones protein and Dupuytren contracture",
        "Kaplan-Meier analysis, Cox regression, Student's t-test",
        "Ranson criteria, Child-Pugh class B, Mallampati III",
        "St John's wort",
        "Candida albicans and Pseudomonas aeruginosa",
        "IL-6 and 5-HT3",
    ] {
        stays(text);
    }
}

#[test]
fn names_go() {
    for (text, name) in [
        ("Patient john smith has a fever", "john smith"),
        ("seen by Dr. Clara Bennett today", "Dr. Clara Bennett"),
        ("Mr. Anderson was discharged", "Mr. Anderson"),
        ("mrs jones fell", "mrs jones"),
        ("Emily R. has asthma", "Emily R"),
        ("Smith, John A.", "Smith, John A"),
        ("SMITH, JOHN", "SMITH, JOHN"),
        ("Emily's creatinine rose", "Emily"),
        ("Maria de la Cruz was admitted", "Maria de la Cruz"),
        ("John O'Brien", "John O'Brien"),
        ("a 45-year-old male named Xiaoqing Vrbata", "Xiaoqing Vrbata"),
        ("the wife, Aisha Khan, reports", "Aisha Khan"),
        ("J. K. Whitfield", "J. K. Whitfield"),
        ("José Núñez was seen", "José Núñez"),
        ("Name: Kimberly\nLawrence\nDOB", "Kimberly\nLawrence"),
        ("pt J.S. on ward 4", "J.S"),
        ("RE: HERNANDEZ, LUIS", "HERNANDEZ, LUIS"),
        ("patient: WASHINGTON, DENZEL M.", "WASHINGTON, DENZEL M"),
        ("Smith J, 67M, CKD4", "Smith J"),
        ("vancomycin for baby boy Williams", "Williams"),
        ("seen by nurse o'malley", "nurse o'malley"),
        ("what should jane doe take", "jane doe"),
        ("ask Kowalczyk about allergies", "Kowalczyk"),
        ("can Grace have metformin?", "Grace"),
        ("Herr M\u{fc}ller", "Herr M\u{fc}ller"),
        ("Mohammed Al-Fayed was admitted", "Mohammed Al-Fayed"),
        ("{\"name\":\"Alice Brown\"}", "Alice Brown"),
    ] {
        goes(text, name, Kind::Name);
    }
}

#[test]
fn a_surname_alone_is_found_again_after_the_full_name() {
    let text = "Jane Fairbanks was admitted. Later Fairbanks improved.";
    assert_eq!(found(text).len(), 2, "{:?}", found(text));
}

#[test]
fn numbers_go_by_label_form_or_checksum() {
    for (text, value, kind) in [
        ("SSN 123-45-6789", "123-45-6789", Kind::SocialSecurity),
        ("social security number is 123456789", "123456789", Kind::SocialSecurity),
        ("MRN# 987-65-4321", "987-65-4321", Kind::MedicalRecord),
        ("medical record, MRN 12345678", "12345678", Kind::MedicalRecord),
        ("medical record number AB 12345", "AB 12345", Kind::MedicalRecord),
        ("NHS number 943 476 5919", "943 476 5919", Kind::MedicalRecord),
        ("insurance plan ID: HL-987654", "HL-987654", Kind::HealthPlan),
        ("policy number is WX-55512", "WX-55512", Kind::HealthPlan),
        ("Acct#: GRM-998877", "GRM-998877", Kind::Account),
        ("card 4111 1111 1111 1111", "4111 1111 1111 1111", Kind::Account),
        (
            "IBAN GB82 WEST 1234 5698 7654 32",
            "GB82 WEST 1234 5698 7654 32",
            Kind::Account,
        ),
        ("NPI 1234567893", "1234567893", Kind::License),
        ("DEA no. AB1234563", "AB1234563", Kind::License),
        ("driver's license number D1234567", "D1234567", Kind::License),
        ("VIN 1M8GDM9AXKP042788", "1M8GDM9AXKP042788", Kind::Vehicle),
        ("license plate 7ABC123", "7ABC123", Kind::Vehicle),
        ("pacemaker serial number PJN-338291", "PJN-338291", Kind::Device),
        ("MAC 00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7", Kind::Device),
        ("call 415-555-1234", "415-555-1234", Kind::Phone),
        ("(617) 555-7890", "(617) 555-7890", Kind::Phone),
        ("+49 30 1234567", "+49 30 1234567", Kind::Phone),
        ("020 7946 0958", "020 7946 0958", Kind::Phone),
        ("+33 6 12 34 56 78", "+33 6 12 34 56 78", Kind::Phone),
        ("Fax: 650-123-4567", "650-123-4567", Kind::Fax),
        ("write to john.doe@example.com", "john.doe@example.com", Kind::Email),
        (
            "portal https://my.hospital.example/p/5512",
            "https://my.hospital.example/p/5512",
            Kind::Url,
        ),
        ("from 192.168.1.1", "192.168.1.1", Kind::IpAddress),
        (
            "host 2001:db8::8a2e:370:7334",
            "2001:db8::8a2e:370:7334",
            Kind::IpAddress,
        ),
        ("fingerprint template 99A81", "99A81", Kind::Biometric),
        ("see IMG_2231.jpg", "IMG_2231.jpg", Kind::Photo),
        ("number BH-903123", "BH-903123", Kind::Other),
        (
            "mrn four five five one two seven nine",
            "four five five one two seven nine",
            Kind::MedicalRecord,
        ),
    ] {
        goes(text, value, kind);
    }
}

#[test]
fn dates_and_high_ages_go() {
    for (text, value) in [
        ("DOB: 01/15/1990", "01/15/1990"),
        ("born 24.05.1977", "24.05.1977"),
        ("on 2023-03-04T10:15", "2023-03-04"),
        ("April 14th, 2023", "April 14th, 2023"),
        ("5th Nov 2020", "5th Nov 2020"),
        ("Jan 9th '23", "Jan 9th '23"),
        ("March 2022", "March 2022"),
        ("on the fifth of March", "fifth of March"),
        ("on May 5", "May 5"),
        ("visit 03/14", "03/14"),
        ("a 92-year-old man", "92-year-old"),
        ("aged 95", "95"),
        ("91 yo woman", "91 yo"),
        ("march third nineteen ninety", "march third nineteen ninety"),
        ("2 January", "2 January"),
    ] {
        goes(text, value, Kind::Date);
    }
}

#[test]
fn places_go() {
    for (text, value) in [
        ("at St. Mary's Hospital on Monday", "St. Mary's Hospital"),
        ("lives in Chicago", "Chicago"),
        (
            "Children's Hospital of Philadelphia",
            "Children's Hospital of Philadelphia",
        ),
        (
            "1234 Elm St., Springfield, IL 62704",
            "1234 Elm St., Springfield, IL 62704",
        ),
        ("seen at Fairview Southdale", "Fairview Southdale"),
        ("ZIP code 02139", "02139"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("treated at Johns Hopkins", "Johns Hopkins"),
        ("P.O. Box 1234", "P.O. Box 1234"),
        ("in san diego", "san diego"),
        ("River Valley Clinic", "River Valley Clinic"),
    ] {
        goes(text, value, Kind::Location);
    }
}

#[test]
fn disguised_letters_and_digits_are_seen_and_offsets_fit_the_original() {
    for text in [
        "Patient j\u{200B}ohn sm\u{AD}ith",
        "Patient ｊｏｈｎ ｓｍｉｔｈ",
        "Patient jоhn smіth",
        "MRN: １２３４５６７８",
        "MRN: 12\u{200D}34\u{200B}5678",
        "SSN 123\u{2011}45\u{2011}6789",
        "MRN: ١٢٣٤٥٦٧٨",
        "Patient 𝐣𝐨𝐡𝐧 𝐬𝐦𝐢𝐭𝐡",
    ] {
        let spans = detect(text);
        assert_eq!(spans.len(), 1, "{text:?}: {:?}", found(text));
        let (label, _) = text.rsplit_once(' ').unwrap_or_default();
        let label = if label.starts_with("Patient") { "Patient" } else { label };
        assert_eq!(
            (spans[0].start, spans[0].end),
            (label.len() + 1, text.len()),
            "{text:?}"
        );
    }
}

#[test]
fn a_date_alone_is_possible_and_a_name_is_phi() {
    assert_eq!(classify("protocol of 2025-03-12"), Class::Possible);
    assert_eq!(classify("John Smith"), Class::Phi);
    assert_eq!(classify(""), Class::None);
    assert!(Class::None < Class::Possible && Class::Possible < Class::Phi);
}

#[test]
fn a_placeholder_already_in_the_text_is_not_mistaken() {
    let text = "[NAME_1] is not John Smith";
    let redacted = redact(text);
    assert_eq!(redacted.text, "[NAME_1] is not [NAME_2]");
    assert_eq!(restore(&redacted.text, &redacted.map), text);
}

#[test]
fn debug_text_of_placeholders_holds_no_value() {
    assert_eq!(format!("{:?}", redact("John Smith").map), "Placeholders(1)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_gives_sorted_spans_on_character_borders_and_restores(text in "\\PC{0,80}|[ -~\n]{0,200}|([A-Z]?[a-z]{0,6}[ ,.:'-]|[0-9]{1,9}[ /.-]){0,30}") {
        let spans = detect(&text);
        for span in &spans {
            prop_assert!(span.start < span.end && text.get(span.start..span.end).is_some());
        }
        prop_assert!(spans.is_sorted_by(|a, b| a.end <= b.start));
        let redacted = redact(&text);
        prop_assert_eq!(restore(&redacted.text, &redacted.map), text);
    }
}

#[test]
fn what_cannot_be_read_counts_as_phi() {
    for (text, doubt) in [
        ("Der Patient hat seit drei Tagen Fieber und Husten", Doubt::Language),
        (
            "La paciente tiene dolor de cabeza desde ayer y toma ibuprofeno por la noche",
            Doubt::Language,
        ),
        ("Le patient est suivi pour une insuffisance cardiaque", Doubt::Language),
        (
            "De patiënt heeft koorts en wordt morgen niet ontslagen",
            Doubt::Language,
        ),
        (
            "Pacjent nie przyjmuje leków i jest leczony przez kardiologa",
            Doubt::Language,
        ),
        ("Пациент жалуется на боль", Doubt::Script),
        ("the patient is 王小明", Doubt::Script),
        ("المريض يعاني من الحمى", Doubt::Script),
        ("the dose is \u{FFFD}\u{FFFD} mg", Doubt::Damage),
        ("JosÃ© takes metformin", Doubt::Damage),
        ("dose\u{1}", Doubt::Damage),
    ] {
        let judged = judge(text);
        assert_eq!((judged.class, judged.doubt), (Class::Phi, Some(doubt)), "{text:?}");
    }
    for text in [
        "What is CURB-65?",
        "γδ T cells and β-blockers in 5 µg/mL",
        "pt c/o CP, SOB x2d, hx CAD s/p PCI, on ASA, plavix, lisinopril",
        "Sjögren syndrome, Ménière disease",
        "",
        "metformin 500 mg",
        "Does the patient need dialysis if the eGFR falls below 15?",
    ] {
        assert_eq!(judge(text).doubt, None, "{text:?}");
    }
    assert_eq!(
        judge(SCENARIO),
        Judgement {
            class: Class::Phi,
            doubt: None
        }
    );
}
