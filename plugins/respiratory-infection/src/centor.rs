//! Centor score with age, by McIsaac (McIsaac et al., CMAJ 1998;158:75-83, PMID 9475915; after Centor et al., Med
//! Decis Making 1981;1:239-246, PMID 6763125).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, age, band, banded_from,
    boolean, example, finding, measured, paper, short,
};

pub const ID: &str = "centor-mcisaac";

/// Group A streptococci found, in 206,870 patients of 3 years and older (Fine et al., 2012).
static BANDS: [Band; 5] = [
    band(-1.0, Severity::Low, "0 or less: streptococci in 8 %."),
    band(1.0, Severity::Low, "1: streptococci in 14 %."),
    band(2.0, Severity::Moderate, "2: streptococci in 23 %."),
    band(3.0, Severity::Moderate, "3: streptococci in 37 %."),
    band(4.0, Severity::High, "4 or more: streptococci in 55 %."),
];

/// The youngest of the derivation cohort.
const YOUNGEST: i32 = 3;

const ITEMS: [(&str, &str, &str); 3] = [
    (
        "cough-absent",
        "No cough",
        "Yes when it was asked for and is absent; unmentioned counts as coughing.",
    ),
    (
        "cervical-nodes",
        "Tender anterior cervical nodes",
        "Swollen and tender.",
    ),
    ("tonsils", "Tonsillar swelling or exudate", ""),
];

pub fn info() -> CalculatorInfo {
    let mut parameters = vec![age(0, 120), measured::temperature()];
    parameters.extend(ITEMS.map(|(name, label, help)| boolean(name, label, help, Vec::new())));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Centor score (McIsaac)".into(),
        summary: "Probability of streptococci in a sore throat, -1 to 5 points.".into(),
        population: "Children from 3 years on and adults with an acute sore throat. Not below 3 years, not for \
                     immunosuppression, and not where rheumatic fever is common."
            .into(),
        parameters,
        citations: vec![derivation(), validation(), original()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let temperature = inputs.quantity("temperature", "Cel")?;
    let mut points = Points::new();
    let by_age = match age {
        45.. => -1,
        3..=14 => 1,
        _ => 0,
    };
    points.add("Age", format!("{age} years; 3 to 14 counts 1, 45 or older -1"), by_age);
    points.when(
        temperature > 38.0,
        "Temperature",
        format!("{} °C, above 38 counts", short(temperature)),
        1,
    );
    for (name, label, _) in ITEMS {
        points.history(inputs, name, label, 1)?;
    }
    let (severity, says) = banded_from(YOUNGEST, age, points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "Centor score (McIsaac)",
            points.whole().into(),
            severity,
            says,
            &[&derivation(), &validation()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "mcisaac-1998-cmaj",
        "A clinical score to reduce unnecessary antibiotic use in patients with sore throat",
        "CMAJ",
        &["McIsaac WJ", "White D", "Tannenbaum D", "Low DE"],
        "1998-01",
        "",
        "9475915",
    )
}

fn validation() -> Citation {
    paper(
        "fine-2012-aim",
        "Large-scale validation of the Centor and McIsaac scores to predict group A streptococcal pharyngitis",
        "Archives of Internal Medicine",
        &["Fine AM", "Nizet V", "Mandl KD"],
        "2012-06",
        "10.1001/archinternmed.2012.950",
        "22566485",
    )
}

fn original() -> Citation {
    paper(
        "centor-1981-mdm",
        "The diagnosis of strep throat in adults in the emergency room",
        "Medical Decision Making",
        &["Centor RM", "Witherspoon JM", "Dalton HP", "Brody CE", "Link K"],
        "1981",
        "10.1177/0272989X8100100304",
        "6763125",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let all = ["cough-absent", "cervical-nodes", "tonsils"];
    let cases: [(i32, f64, &[&str], i32); 5] = [
        (45, 38.0, &[], -1),
        (44, 38.1, &[], 1),
        (15, 37.0, &all[..1], 1),
        (14, 39.0, &all, 5),
        (3, 38.5, &all[1..], 4),
    ];
    let worked = cases.into_iter().map(|(age, temperature, present, score)| {
        let mut given: Vec<(&str, Value)> = vec![("age", age.into()), ("temperature", (temperature, "Cel").into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "points table, summed by hand")
    });
    worked.collect()
}
