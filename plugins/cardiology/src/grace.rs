//! GRACE, death in hospital (Granger et al., Arch Intern Med 2003;163:2345-2353, PMID 14581255). Neither the score for
//! six months nor GRACE 2.0, whose points differ.

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, age, at_least, band,
    banded, boolean, choice, choice_option, example, finding, measured, paper, refused, short,
};

pub const ID: &str = "grace";

/// Probability of death in hospital at the ends of each band, as the nomogram prints it for every ten points.
static BANDS: [Band; 12] = [
    band(
        0.0,
        Severity::Low,
        "Up to 70 points: death in hospital in at most 0.3 %.",
    ),
    band(
        71.0,
        Severity::Low,
        "71 to 90 points: death in hospital in 0.3 to 0.6 %.",
    ),
    band(
        91.0,
        Severity::Low,
        "91 to 108 points: death in hospital in 0.6 to 1.1 %.",
    ),
    band(
        109.0,
        Severity::Moderate,
        "109 to 120 points: death in hospital in 1.1 to 1.6 %.",
    ),
    band(
        121.0,
        Severity::Moderate,
        "121 to 130 points: death in hospital in 1.6 to 2.1 %.",
    ),
    band(
        131.0,
        Severity::Moderate,
        "131 to 140 points: death in hospital in 2.1 to 2.9 %.",
    ),
    band(
        141.0,
        Severity::High,
        "141 to 150 points: death in hospital in 2.9 to 3.9 %.",
    ),
    band(
        151.0,
        Severity::High,
        "151 to 170 points: death in hospital in 3.9 to 7.3 %.",
    ),
    band(
        171.0,
        Severity::High,
        "171 to 190 points: death in hospital in 7.3 to 13 %.",
    ),
    band(
        191.0,
        Severity::Critical,
        "191 to 210 points: death in hospital in 13 to 23 %.",
    ),
    band(
        211.0,
        Severity::Critical,
        "211 to 249 points: death in hospital in 23 to 52 %.",
    ),
    band(
        250.0,
        Severity::Critical,
        "250 points or more: death in hospital in 52 % or more.",
    ),
];

pub fn info() -> CalculatorInfo {
    let killip = [
        ("i", "I: no heart failure"),
        ("ii", "II: rales or raised jugular pressure"),
        ("iii", "III: pulmonary edema"),
        ("iv", "IV: cardiogenic shock"),
    ];
    let killip = killip.map(|(id, label)| choice_option(id, label, Vec::new()));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "GRACE (death in hospital)".into(),
        summary: "Risk of death in hospital in acute coronary syndrome, from findings at admission.".into(),
        population:
            "Adults with an acute coronary syndrome, with or without ST elevation, at admission. Not for chest \
                     pain without one. This is the score of 2003 for death in hospital; GRACE 2.0 and the scores for \
                     six months use other weights."
                .into(),
        parameters: vec![
            age(18, 120),
            measured::heart_rate(),
            measured::systolic(),
            measured::creatinine(),
            choice("killip", "Killip class", killip.into(), Vec::new()),
            boolean("cardiac-arrest", "Cardiac arrest at admission", "", Vec::new()),
            boolean("st-deviation", "ST-segment deviation", "", Vec::new()),
            boolean(
                "cardiac-enzymes",
                "Elevated cardiac enzymes",
                "Or troponin.",
                Vec::new(),
            ),
        ],
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut points = Points::new();
    let killip = inputs.choice("killip")?;
    let killip_points = match killip {
        "i" => 0,
        "ii" => 20,
        "iii" => 39,
        "iv" => 59,
        other => return Err(refused(format!("{other} is no Killip class"))),
    };
    points.add("Killip class", killip.to_uppercase(), killip_points);
    let systolic = inputs.quantity("systolic-bp", "mm[Hg]")?;
    let rows = [
        (200.0, 0),
        (160.0, 10),
        (140.0, 24),
        (120.0, 34),
        (100.0, 43),
        (80.0, 53),
    ];
    let detail = format!("{} mmHg", short(systolic));
    points.add(
        "Systolic blood pressure",
        detail,
        at_least(systolic, &rows).unwrap_or(58),
    );
    let rate = inputs.quantity("heart-rate", "/min")?;
    let rows = [(200.0, 46), (150.0, 38), (110.0, 24), (90.0, 15), (70.0, 9), (50.0, 3)];
    points.add(
        "Heart rate",
        format!("{} /min", short(rate)),
        at_least(rate, &rows).unwrap_or(0),
    );
    let age = inputs.integer("age")?;
    let rows = [(90, 100), (80, 91), (70, 75), (60, 58), (50, 41), (40, 25), (30, 8)];
    points.add("Age", format!("{age} years"), at_least(age, &rows).unwrap_or(0));
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let rows = [(4.0, 28), (2.0, 21), (1.6, 13), (1.2, 10), (0.8, 7), (0.4, 4)];
    let detail = format!("{} mg/dL", short(creatinine));
    points.add("Creatinine", detail, at_least(creatinine, &rows).unwrap_or(1));
    points.history(inputs, "cardiac-arrest", "Cardiac arrest at admission", 39)?;
    points.history(inputs, "st-deviation", "ST-segment deviation", 28)?;
    points.history(inputs, "cardiac-enzymes", "Elevated cardiac enzymes", 14)?;
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "GRACE score",
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
        "granger-2003-aim",
        "Predictors of hospital mortality in the Global Registry of Acute Coronary Events",
        "Archives of Internal Medicine",
        &[
            "Granger CB",
            "Goldberg RJ",
            "Dabbous O",
            "Pieper KS",
            "Eagle KA",
            "Cannon CP",
            "Fox KAA",
        ],
        "2003-10",
        "10.1001/archinte.163.19.2345",
        "14581255",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = (
        (i32, f64, f64, f64, &'static str),
        &'static [&'static str],
        i32,
        &'static str,
    );
    let cases: [Case; 3] = [
        (
            (65, 100.0, 99.0, 1.0, "ii"),
            &["st-deviation", "cardiac-enzymes"],
            195,
            "nomogram, summed by hand",
        ),
        ((29, 49.0, 200.0, 0.3, "i"), &[], 1, "nomogram, summed by hand"),
        (
            (90, 200.0, 79.0, 4.0, "iv"),
            &["cardiac-arrest", "st-deviation", "cardiac-enzymes"],
            372,
            "nomogram, summed by hand",
        ),
    ];
    let worked = cases
        .into_iter()
        .map(|((age, rate, systolic, creatinine, killip), present, score, locator)| {
            let mut given: Vec<(&str, Value)> = vec![
                ("age", age.into()),
                ("heart-rate", (rate, "/min").into()),
                ("systolic-bp", (systolic, "mm[Hg]").into()),
                ("creatinine", (creatinine, "mg/dL").into()),
                ("killip", killip.into()),
            ];
            given.extend(present.iter().map(|name| (*name, true.into())));
            example(&info, given, vec![("score", score.into())], derivation(), locator)
        });
    worked.collect()
}
