//! Pulmonary Embolism Rule-out Criteria (Kline et al., J Thromb Haemost 2004;2:1247-1255, PMID 15304025; tested in many
//! centers: Kline et al., J Thromb Haemost 2008;6:772-780, PMID 18318689).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, age, boolean, coding,
    example, finding, measured, paper, short,
};

pub const ID: &str = "perc";

/// Below it the rule was not derived.
const ADULT: i32 = 18;

const ITEMS: [(&str, &str, &str); 5] = [
    (
        "unilateral-leg-swelling",
        "Unilateral leg swelling",
        "One leg visibly larger, at a look from the foot of the bed.",
    ),
    ("hemoptysis", "Hemoptysis", ""),
    (
        "surgery-trauma",
        "Recent surgery or trauma",
        "Within four weeks, with intubation (general anesthesia) or a stay in hospital.",
    ),
    (
        "previous-vte",
        "Previous deep vein thrombosis or pulmonary embolism",
        "",
    ),
    (
        "hormones",
        "Estrogen use",
        "Oral contraceptives, hormone replacement or other estrogens.",
    ),
];

pub fn info() -> CalculatorInfo {
    let mut parameters = vec![
        age(0, 120),
        measured::heart_rate(),
        measured::spo2().help("On room air."),
    ];
    parameters.extend(ITEMS.map(|(name, label, help)| {
        let codings = match name {
            "hemoptysis" => vec![coding(SNOMED, "66857006", "Hemoptysis")],
            "previous-vte" => vec![
                coding(SNOMED, "128053003", "Deep venous thrombosis"),
                coding(SNOMED, "59282003", "Pulmonary embolism"),
            ],
            _ => Vec::new(),
        };
        boolean(name, label, help, codings)
    }));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "PERC rule".into(),
        summary: "Says when pulmonary embolism needs no D-dimer: at a low suspicion, with none of 8 criteria met."
            .into(),
        population:
            "Adults in an emergency department whom the clinician already judges to be at low risk of pulmonary \
                     embolism (below 15 %). Not for moderate or high suspicion, where a negative rule excludes nothing."
                .into(),
        parameters,
        citations: vec![derivation(), validation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let rate = inputs.quantity("heart-rate", "/min")?;
    let saturation = inputs.quantity("spo2", "%")?;
    let mut criteria = Points::new();
    criteria.when(age >= 50, "Age", format!("{age} years, 50 or older counts"), 1);
    criteria.when(
        rate >= 100.0,
        "Heart rate",
        format!("{} /min, 100 or more counts", short(rate)),
        1,
    );
    let detail = format!("{} %, below 95 counts", short(saturation));
    criteria.when(saturation < 95.0, "Oxygen saturation", detail, 1);
    for (name, label, _) in ITEMS {
        criteria.history(inputs, name, label, 1)?;
    }
    let met = criteria.whole();
    let child = age < ADULT;
    let (severity, says) = match met {
        _ if child => (
            Severity::Info,
            "Derived in adults: the criteria are counted, nothing is excluded.",
        ),
        0 => (
            Severity::Low,
            "None met: with a low clinical suspicion, the probability of venous thromboembolism is below 2 %, and the \
             rule asks for no D-dimer.",
        ),
        _ => (Severity::Moderate, "One or more met: the rule excludes nothing."),
    };
    Ok(Outcome {
        findings: vec![finding(
            "criteria-met",
            "PERC criteria met",
            met.into(),
            severity,
            says,
            &[&derivation(), &validation()],
        )],
        warnings: vec!["Holds only where the clinical suspicion is low to begin with.".into()],
        steps: criteria.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "kline-2004-jth",
        "Clinical criteria to prevent unnecessary diagnostic testing in emergency department patients with suspected \
         pulmonary embolism",
        "Journal of Thrombosis and Haemostasis",
        &["Kline JA", "Mitchell AM", "Kabrhel C", "Richman PB", "Courtney DM"],
        "2004-08",
        "10.1111/j.1538-7836.2004.00790.x",
        "15304025",
    )
}

fn validation() -> Citation {
    paper(
        "kline-2008-jth",
        "Prospective multicenter evaluation of the pulmonary embolism rule-out criteria",
        "Journal of Thrombosis and Haemostasis",
        &[
            "Kline JA",
            "Courtney DM",
            "Kabrhel C",
            "Moore CL",
            "Smithline HA",
            "Plewa MC",
        ],
        "2008-05",
        "10.1111/j.1538-7836.2008.02944.x",
        "18318689",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [(i32, f64, f64, &[&str], i32); 4] = [
        (49, 99.0, 95.0, &[], 0),
        (50, 100.0, 94.0, &[], 3),
        (30, 80.0, 98.0, &["hormones"], 1),
        (
            70,
            120.0,
            90.0,
            &[
                "unilateral-leg-swelling",
                "hemoptysis",
                "surgery-trauma",
                "previous-vte",
                "hormones",
            ],
            8,
        ),
    ];
    let worked = cases.into_iter().map(|(age, rate, saturation, present, met)| {
        let mut given: Vec<(&str, Value)> = vec![
            ("age", age.into()),
            ("heart-rate", (rate, "/min").into()),
            ("spo2", (saturation, "%").into()),
        ];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("criteria-met", met.into())];
        example(&info, given, expected, derivation(), "eight criteria, counted by hand")
    });
    worked.collect()
}
