//! All 18 kinds of the rule, in the order of its letters; and what hides them.

use super::*;

#[test]
fn every_kind_of_safe_harbor_goes() {
    for (text, value, kind) in [
        ("Patient Jane Q. Doe", "Jane Q. Doe", Kind::Name),
        (
            "lives at 221B Baker Street, London NW1 6XE",
            "221B Baker Street, London NW1 6XE",
            Kind::Location,
        ),
        ("admitted on 3 May 2021", "3 May 2021", Kind::Date),
        ("phone +44 (0)20 7946 0958", "+44 (0)20 7946 0958", Kind::Phone),
        ("fax no: 020-7946-0123", "020-7946-0123", Kind::Fax),
        ("jane_d (at) mail (dot) com", "jane_d (at) mail (dot) com", Kind::Email),
        ("SSN: 078 05 1120", "078 05 1120", Kind::SocialSecurity),
        ("MRN 0045-991", "0045-991", Kind::MedicalRecord),
        ("Medicare ID 1EG4-TE5-MK73", "1EG4-TE5-MK73", Kind::HealthPlan),
        ("account no. 0034-556-789", "0034-556-789", Kind::Account),
        ("DEA AB1234563", "AB1234563", Kind::License),
        ("VIN: 1HGCM82633A004352", "1HGCM82633A004352", Kind::Vehicle),
        (
            "UDI (01)00844588003288(17)141120(10)7654321D",
            "(01)00844588003288(17)141120(10)7654321D",
            Kind::Device,
        ),
        (
            "www.pages.example.com/jane.doe.77",
            "www.pages.example.com/jane.doe.77",
            Kind::Url,
        ),
        ("from 10.0.0.12", "10.0.0.12", Kind::IpAddress),
        ("retina scan RS-2231", "RS-2231", Kind::Biometric),
        ("a full-face photo is attached", "full-face photo", Kind::Photo),
        ("case number 22-CV-10334", "22-CV-10334", Kind::Other),
    ] {
        goes(text, value, kind);
        assert_eq!(restore(&redact(text).text, &redact(text).map), text);
    }
}

#[test]
fn names_go_that_no_list_has_or_that_are_words_too() {
    for (text, name) in [
        ("options for a woman with COPD, Shizel B., last seen in May", "Shizel B"),
        ("a man with lung cancer, Kodor Tonpra, who was admitted", "Kodor Tonpra"),
        ("metformin for Frank Gladu today", "Frank Gladu"),
        ("a woman, April L., with arthritis", "April L"),
        ("Will Turner has asthma", "Will Turner"),
        ("Hope is 34 and pregnant", "Hope"),
        ("Sue's mother called", "Sue"),
        ("Smith (67M) with chest pain", "Smith"),
        ("Mrs. van der Berg", "Mrs. van der Berg"),
        ("we spoke with maria today", "maria"),
        ("my name is Bekbolat Quorin", "Bekbolat Quorin"),
        ("sometimes people call me owen", "owen"),
        ("said Iwase", "Iwase"),
        ("Brosca denies chest pain", "Brosca"),
        ("seen with Ásgeirsdóttir", "Ásgeirsdóttir"),
        ("the founders Eklund, Warren and Bailey", "Warren"),
        ("they are natalina, thomas, crystal, omar and brandy", "brandy"),
        ("her surname is spelled K-O-W-A-L", "K-O-W-A-L"),
        ("john", "john"),
    ] {
        goes(text, name, Kind::Name);
    }
}

#[test]
fn addresses_of_many_countries_go() {
    for text in [
        "1467 Hastings Street Apt. 322, Springfield, IL 62704",
        "Rue de Piétrain 371\n Suite 12\n Boeslunde\n Gabon 21180",
        "ul. Słowicza 10, Wrocław, Poland 53320",
        "PSC 2721, Box 8637\nAPO AA 06259",
        "742 evergreen terrace",
        "5th avenue clinic",
    ] {
        let home = format!("Address: {text}");
        goes(&home, text, Kind::Location);
    }
    goes("she grew up in Howick", "Howick", Kind::Location);
    goes("seen at St. Luke's on Monday", "St. Luke's", Kind::Location);
    goes("last visit at Dr. Smith's Office", "Dr. Smith's Office", Kind::Location);
    goes("ZIP code 036", "036", Kind::Location);
    assert_eq!(found("ZIP code 021"), []);
}

#[test]
fn names_and_places_go_in_small_letters_and_in_capitals() {
    for (text, name) in [
        ("a 70-year-old female, sarah k., seen today", "sarah k"),
        ("under dr. a. barnes", "dr. a. barnes"),
        ("similar to mary johnson, who was treated", "mary johnson"),
        ("FOR A 72-YEAR-OLD FEMALE, SUSAN B., ADMITTED", "SUSAN B"),
    ] {
        goes(text, name, Kind::Name);
    }
    for (text, place) in [
        (
            "treated at st. mary's hospital, boston on monday",
            "st. mary's hospital, boston",
        ),
        ("admitted to st. luke's on 10/11/23", "st. luke's"),
        ("seen at ucla medical center", "ucla medical center"),
        ("from san francisco, ca, on monday", "san francisco, ca"),
        ("at our dallas clinic", "dallas clinic"),
        ("SEEN AT ST. VINCENT'S CLINIC", "ST. VINCENT'S CLINIC"),
        ("SEEN BY HIM IN ATLANTA ON", "ATLANTA"),
    ] {
        goes(text, place, Kind::Location);
    }
    stays("at the hospital or at a walk-in clinic");
    stays("persons with mental health conditions");
    stays("you will be asked to wear a hospital gown");
    stays("SEEN AT THE CLINIC");
}

#[test]
fn telephone_numbers_of_many_countries_go() {
    for (text, number) in [
        ("+86 138 0013 8000", "+86 138 0013 8000"),
        ("(11) 98765-4321", "(11) 98765-4321"),
        ("92 34 70 office", "92 34 70"),
        ("001-321-194-8268x44208", "001-321-194-8268x44208"),
        ("Phone:\n434 14 557", "434 14 557"),
        ("They are not answering at 481 7531", "481 7531"),
        ("mobile 07700 900123", "07700 900123"),
        ("ph 98765 43210", "98765 43210"),
    ] {
        goes(text, number, Kind::Phone);
    }
    goes("001-668-040-8670x1711 fax", "001-668-040-8670x1711", Kind::Fax);
}

#[test]
fn numbers_of_many_forms_go() {
    for (text, number, kind) in [
        ("MRN 4173 4140", "4173 4140", Kind::MedicalRecord),
        ("with medical record number AB/123456", "AB/123456", Kind::MedicalRecord),
        ("Insurance ID: C900-89241-NA", "C900-89241-NA", Kind::HealthPlan),
        ("Insurance ID: BMS138101032", "BMS138101032", Kind::HealthPlan),
        ("who has 4FB6-XK9-DL13", "4FB6-XK9-DL13", Kind::Other),
        ("Twitter: @janedoe77", "@janedoe77", Kind::Other),
    ] {
        goes(text, number, kind);
    }
    stays("Medicare study NCT01234567");
}

#[test]
fn dictated_and_partial_numbers_go() {
    goes(
        "mrn forty four fifty five twelve",
        "forty four fifty five twelve",
        Kind::MedicalRecord,
    );
    goes(
        "call double five one two oh nine eight seven",
        "five one two oh nine eight seven",
        Kind::Phone,
    );
    goes("ssn ending in 6789", "6789", Kind::SocialSecurity);
    goes(
        "jane dot doe at mail dot com",
        "jane dot doe at mail dot com",
        Kind::Email,
    );
    goes("she is in her nineties", "in her nineties", Kind::Date);
    goes("aged ninety-two", "aged ninety-two", Kind::Date);
    stays("raise it from ten to twenty to thirty mg");
    stays("one, two or three tablets");
}

#[test]
fn more_clinical_words_stay() {
    for text in [
        "Kruskal-Wallis test",
        "a pre-existing A-B-C-D-E assessment",
        "give 2 Units of blood, Unit dose 5 mg",
        "the loop of Henle and Schwann cells",
        "HEART score 4, TIMI score 3, APACHE II",
        "Bartholin cyst and Baker's cyst",
        "Apgar 9 and 10",
        "Vitamin B. Then vitamin D.",
        "Hepatitis C. treatment",
        "in 12 of 20 patients (60 %) at 5 years",
        "89-year-old man",
        "levels rose from 1500 to 2500",
        "Tanner stage 3 and Salter-Harris II fracture",
        "the Mediterranean diet",
        "Lancet 2019; 393: 117-24",
        "BRCA1 and HLA-B27",
        "Is the patient of reproductive age?",
        "Rose bengal stain",
        "the polymorphism G1465A of ACTRN12605000136606",
        "the state of US health, 1990-2010",
        "folic acid, 400-1000 microg",
        "Größe der Dosis bei Herzinsuffizienz?",
        "Amoxicillin has a beta-lactam ring",
        "5 mg may be given in march or later, if needed",
        "10 to 20 home visits",
        "3 office visits",
    ] {
        stays(text);
    }
}

#[test]
fn long_rows_are_walked_once() {
    // With every row walked from each of its names this takes minutes.
    let text = "Smith, ".repeat(60_000);
    assert!(detect(&text).len() > 50_000);
}
