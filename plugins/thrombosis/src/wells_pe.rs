//! Wells score for pulmonary embolism (Wells et al., Thromb Haemost 2000;83:416-420, PMID 10744147).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, band, banded,
    boolean, coding, example, finding, measured, paper, quantity, short,
};

pub const ID: &str = "wells-pe";

static THREE: [Band; 3] = [
    band(0.0, Severity::Low, "Below 2: low clinical probability."),
    band(2.0, Severity::Moderate, "2 to 6: moderate clinical probability."),
    band(6.5, Severity::High, "Above 6: high clinical probability."),
];

static TWO: [Band; 2] = [
    band(
        0.0,
        Severity::Low,
        "4 or less: pulmonary embolism unlikely. The rule then goes on to D-dimer.",
    ),
    band(
        4.5,
        Severity::High,
        "Above 4: pulmonary embolism likely. The rule then goes on to imaging.",
    ),
];

const IMMOBILE: &str = "immobilization";
const SURGERY: &str = "surgery";

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Wells score, pulmonary embolism".into(),
        summary: "Clinical probability of pulmonary embolism, 0 to 12.5 points.".into(),
        population:
            "Outpatients and inpatients in whom pulmonary embolism is suspected. Not derived in children or in \
                     pregnancy, and not for people who take an anticoagulant."
                .into(),
        parameters: vec![
            boolean(
                "dvt-signs",
                "Clinical signs of deep vein thrombosis",
                "At least leg swelling and pain on palpation of the deep veins.",
                Vec::new(),
            ),
            boolean(
                "pe-most-likely",
                "Pulmonary embolism most likely",
                "An alternative diagnosis is less likely than pulmonary embolism.",
                Vec::new(),
            ),
            measured::heart_rate(),
            boolean(
                IMMOBILE,
                "Immobilization",
                "Bed rest for three days or more in a row.",
                Vec::new(),
            ),
            boolean(SURGERY, "Surgery", "In the previous four weeks.", Vec::new()),
            boolean(
                "previous-vte",
                "Previous deep vein thrombosis or pulmonary embolism",
                "Objectively diagnosed.",
                vec![
                    coding(SNOMED, "128053003", "Deep venous thrombosis"),
                    coding(SNOMED, "59282003", "Pulmonary embolism"),
                ],
            ),
            boolean(
                "hemoptysis",
                "Hemoptysis",
                "",
                vec![coding(SNOMED, "66857006", "Hemoptysis")],
            ),
            boolean(
                "malignancy",
                "Malignancy",
                "Treated now, within the last six months, or palliatively.",
                vec![coding(SNOMED, "363346000", "Malignant neoplastic disease")],
            ),
        ],
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let rate = inputs.quantity("heart-rate", "/min")?;
    let mut points = Points::new();
    points.history(inputs, "dvt-signs", "Signs of deep vein thrombosis", 3)?;
    points.history(inputs, "pe-most-likely", "Pulmonary embolism most likely", 3)?;
    points.when(
        rate > 100.0,
        "Heart rate",
        format!("{} /min, above 100 counts", short(rate)),
        1.5,
    );
    let (immobile, surgery) = (inputs.boolean(IMMOBILE)?, inputs.boolean(SURGERY)?);
    let detail = match (immobile, surgery) {
        (true, true) => "both, counted once",
        (true, false) => "immobilization",
        (false, true) => "surgery",
        (false, false) => "neither",
    };
    points.when(immobile || surgery, "Immobilization or surgery", detail, 1.5);
    points.history(
        inputs,
        "previous-vte",
        "Previous deep vein thrombosis or pulmonary embolism",
        1.5,
    )?;
    points.history(inputs, "hemoptysis", "Hemoptysis", 1)?;
    points.history(inputs, "malignancy", "Malignancy", 1)?;
    let total = points.total();
    let (severity, says) = banded(total, &THREE);
    let (two_severity, two_says) = banded(total, &TWO);
    let probability = if total > 4.0 { "likely" } else { "unlikely" };
    Ok(Outcome {
        findings: vec![
            finding(
                "score",
                "Wells score",
                quantity(total, "1"),
                severity,
                says,
                &[&derivation()],
            ),
            finding(
                "probability",
                "Pulmonary embolism",
                Value::Text(probability.into()),
                two_severity,
                two_says,
                &[&derivation()],
            ),
        ],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "wells-2000-th",
        "Derivation of a simple clinical model to categorize patients probability of pulmonary embolism: increasing \
         the models utility with the SimpliRED D-dimer",
        "Thrombosis and Haemostasis",
        &[
            "Wells PS",
            "Anderson DR",
            "Rodger M",
            "Ginsberg JS",
            "Kearon C",
            "Gent M",
        ],
        "2000-03",
        "10.1055/s-0037-1613830",
        "10744147",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [(f64, &[&str], f64); 6] = [
        (100.0, &[], 0.0),
        (101.0, &[], 1.5),
        (80.0, &[IMMOBILE, SURGERY], 1.5),
        (110.0, &["hemoptysis", SURGERY], 4.0),
        (110.0, &["pe-most-likely"], 4.5),
        (
            120.0,
            &[
                "dvt-signs",
                "pe-most-likely",
                IMMOBILE,
                "previous-vte",
                "hemoptysis",
                "malignancy",
            ],
            12.5,
        ),
    ];
    let worked = cases.into_iter().map(|(rate, present, score)| {
        let mut given: Vec<(&str, Value)> = vec![("heart-rate", (rate, "/min").into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let probability = if score > 4.0 { "likely" } else { "unlikely" };
        let expected = vec![
            ("score", (score, "1").into()),
            ("probability", Value::Text(probability.into())),
        ];
        example(&info, given, expected, derivation(), "points table, summed by hand")
    });
    worked.collect()
}
