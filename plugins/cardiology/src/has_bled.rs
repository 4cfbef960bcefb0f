//! HAS-BLED (Pisters et al., Chest 2010;138:1093-1100, PMID 20299623).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, age, band, banded,
    boolean, coding, example, finding, paper,
};

pub const ID: &str = "has-bled";

static BANDS: [Band; 2] = [
    band(
        0.0,
        Severity::Low,
        "Fewer than 3 points: not the high-risk group of the paper.",
    ),
    band(
        3.0,
        Severity::High,
        "3 or more: high risk of major bleeding on anticoagulation. Caution and regular review; not by itself a \
         reason to withhold it.",
    ),
];

/// Name, label, help, points of each item but age.
const ITEMS: [(&str, &str, &str); 8] = [
    (
        "hypertension",
        "H: uncontrolled hypertension",
        "Systolic blood pressure above 160 mmHg.",
    ),
    (
        "renal-disease",
        "A: abnormal renal function",
        "Chronic dialysis, renal transplantation, or creatinine of 200 umol/L (2.26 mg/dL) or more.",
    ),
    (
        "liver-disease",
        "A: abnormal liver function",
        "Chronic hepatic disease such as cirrhosis, or bilirubin above twice with AST, ALT or ALP above three times \
         the upper limit of normal.",
    ),
    ("stroke", "S: stroke", "Previous stroke."),
    (
        "bleeding",
        "B: bleeding history or predisposition",
        "Previous major bleeding, bleeding diathesis, anemia.",
    ),
    (
        "labile-inr",
        "L: labile INR",
        "Unstable or high INR, or less than 60 % of time in the therapeutic range. Not for those who take no vitamin K \
         antagonist.",
    ),
    (
        "drugs",
        "D: drugs that predispose to bleeding",
        "Antiplatelet agents or nonsteroidal anti-inflammatory drugs.",
    ),
    ("alcohol", "D: alcohol", "Eight or more drinks a week."),
];

pub fn info() -> CalculatorInfo {
    let codings = |name: &str| match name {
        "stroke" => vec![coding(SNOMED, "230690007", "Cerebrovascular accident")],
        _ => Vec::new(),
    };
    let mut parameters = vec![age(18, 120)];
    parameters.extend(ITEMS.map(|(name, label, help)| boolean(name, label, help, codings(name))));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "HAS-BLED".into(),
        summary: "One-year risk of major bleeding in atrial fibrillation, 0 to 9 points.".into(),
        population: "Adults with atrial fibrillation in whom anticoagulation is taken or considered. Derived in the \
                     Euro Heart Survey. Not for other reasons to anticoagulate, and not a rule to withhold it."
            .into(),
        parameters,
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let mut points = Points::new();
    for (name, label, _) in &ITEMS[..6] {
        points.history(inputs, name, label, 1)?;
    }
    points.when(age > 65, "E: elderly", format!("{age} years, over 65 counts"), 1);
    for (name, label, _) in &ITEMS[6..] {
        points.history(inputs, name, label, 1)?;
    }
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "HAS-BLED score",
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
        "pisters-2010-chest",
        "A novel user-friendly score (HAS-BLED) to assess 1-year risk of major bleeding in patients with atrial \
         fibrillation: the Euro Heart Survey",
        "Chest",
        &[
            "Pisters R",
            "Lane DA",
            "Nieuwlaat R",
            "de Vos CB",
            "Crijns HJGM",
            "Lip GYH",
        ],
        "2010-11",
        "10.1378/chest.10-0134",
        "20299623",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [(i32, &[&str], i32); 5] = [
        (65, &[], 0),
        (66, &[], 1),
        (72, &["hypertension", "renal-disease", "liver-disease", "alcohol"], 5),
        (50, &["stroke", "labile-inr", "bleeding"], 3),
        (
            80,
            &[
                "hypertension",
                "renal-disease",
                "liver-disease",
                "stroke",
                "bleeding",
                "labile-inr",
                "drugs",
                "alcohol",
            ],
            9,
        ),
    ];
    let worked = cases.into_iter().map(|(age, present, score)| {
        let mut given = vec![("age", age.into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        example(
            &info,
            given,
            vec![("score", score.into())],
            derivation(),
            "points table, summed by hand",
        )
    });
    worked.collect()
}
