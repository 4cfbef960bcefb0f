//! Revised Cardiac Risk Index (Lee et al., Circulation 1999;100:1043-1049, PMID 10477528).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, band, banded,
    boolean, coding, example, finding, measured, paper, short,
};

pub const ID: &str = "rcri";

/// Major cardiac complications in the validation cohort.
static BANDS: [Band; 4] = [
    band(
        0.0,
        Severity::Low,
        "Class I: major cardiac complications in 0.4 % of the validation cohort.",
    ),
    band(
        1.0,
        Severity::Low,
        "Class II: major cardiac complications in 0.9 % of the validation cohort.",
    ),
    band(
        2.0,
        Severity::Moderate,
        "Class III: major cardiac complications in 7 % of the validation cohort.",
    ),
    band(
        3.0,
        Severity::High,
        "Class IV: major cardiac complications in 11 % of the validation cohort.",
    ),
];

const ITEMS: [(&str, &str, &str); 5] = [
    (
        "high-risk-surgery",
        "High-risk surgery",
        "Intraperitoneal, intrathoracic or suprainguinal vascular.",
    ),
    (
        "ischemic-heart-disease",
        "Ischemic heart disease",
        "Infarction, positive exercise test, current ischemic chest pain, nitrates, or pathological Q waves. Not a \
         revascularization alone.",
    ),
    (
        "heart-failure",
        "Congestive heart failure",
        "History, pulmonary edema, paroxysmal nocturnal dyspnea, bilateral rales, third heart sound, or vascular \
         redistribution on the chest film.",
    ),
    (
        "cerebrovascular-disease",
        "Cerebrovascular disease",
        "Stroke or TIA in the past.",
    ),
    (
        "insulin",
        "Insulin before the operation",
        "Diabetes treated with insulin.",
    ),
];

pub fn info() -> CalculatorInfo {
    let mut parameters: Vec<_> = ITEMS
        .into_iter()
        .map(|(name, label, help)| {
            let codings = match name {
                "ischemic-heart-disease" => vec![coding(SNOMED, "414545008", "Ischemic heart disease")],
                "heart-failure" => vec![
                    coding(SNOMED, "42343007", "Congestive heart failure"),
                    coding(SNOMED, "84114007", "Heart failure"),
                ],
                "cerebrovascular-disease" => vec![
                    coding(SNOMED, "62914000", "Cerebrovascular disease"),
                    coding(SNOMED, "230690007", "Cerebrovascular accident"),
                    coding(SNOMED, "266257000", "Transient ischemic attack"),
                ],
                _ => Vec::new(),
            };
            boolean(name, label, help, codings)
        })
        .collect();
    parameters.push(measured::creatinine().help("Before the operation."));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Revised Cardiac Risk Index".into(),
        summary: "Risk of a major cardiac complication of noncardiac surgery, 0 to 6 points.".into(),
        population:
            "Adults before major noncardiac surgery; derived in patients of 50 or older who stayed two days or \
                     more. Not for cardiac surgery or emergencies, and too low for aortic surgery."
                .into(),
        parameters,
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let mut points = Points::new();
    for (name, label, _) in ITEMS {
        points.history(inputs, name, label, 1)?;
    }
    let detail = format!("{} mg/dL, above 2.0 counts", short(creatinine));
    points.when(creatinine > 2.0, "Creatinine", detail, 1);
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "Revised Cardiac Risk Index",
            points.whole().into(),
            severity,
            says,
            &[&derivation()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "lee-1999-circulation",
        "Derivation and prospective validation of a simple index for prediction of cardiac risk of major noncardiac \
         surgery",
        "Circulation",
        &[
            "Lee TH",
            "Marcantonio ER",
            "Mangione CM",
            "Thomas EJ",
            "Polanczyk CA",
            "Cook EF",
        ],
        "1999-09",
        "10.1161/01.CIR.100.10.1043",
        "10477528",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [(f64, &[&str], i32); 5] = [
        (2.0, &[], 0),
        (2.1, &[], 1),
        (0.9, &["high-risk-surgery", "insulin"], 2),
        (
            1.2,
            &["ischemic-heart-disease", "heart-failure", "cerebrovascular-disease"],
            3,
        ),
        (
            4.0,
            &[
                "high-risk-surgery",
                "ischemic-heart-disease",
                "heart-failure",
                "cerebrovascular-disease",
                "insulin",
            ],
            6,
        ),
    ];
    let worked = cases.into_iter().map(|(creatinine, present, score)| {
        let mut given: Vec<(&str, Value)> = vec![("creatinine", (creatinine, "mg/dL").into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "six factors, summed by hand")
    });
    worked.collect()
}
