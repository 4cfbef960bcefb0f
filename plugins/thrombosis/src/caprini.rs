//! Caprini risk assessment model, 2005 (Caprini, Dis Mon 2005;51:70-78, PMID 15900257).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, age, at_least, band,
    banded, boolean, choice, choice_option, example, finding, measured, paper, refused, short,
};

pub const ID: &str = "caprini-2005";

static BANDS: [Band; 4] = [
    band(0.0, Severity::Low, "0 to 1: low risk of venous thromboembolism."),
    band(2.0, Severity::Moderate, "2: moderate risk of venous thromboembolism."),
    band(3.0, Severity::High, "3 to 4: high risk of venous thromboembolism."),
    band(
        5.0,
        Severity::Critical,
        "5 or more: highest risk of venous thromboembolism.",
    ),
];

/// Id, label, points.
const SURGERY: [(&str, &str, i32); 6] = [
    ("none", "None", 0),
    ("minor", "Minor surgery planned", 1),
    ("major", "Major open surgery, over 45 minutes", 2),
    ("laparoscopic", "Laparoscopic surgery, over 45 minutes", 2),
    ("arthroscopic", "Arthroscopic surgery", 2),
    ("arthroplasty", "Elective major lower extremity arthroplasty", 5),
];

const MOBILITY: [(&str, &str, i32); 3] = [
    ("normal", "Normal, out of bed", 0),
    ("bed-rest", "Medical patient at bed rest", 1),
    ("confined", "Confined to bed for more than 72 hours", 2),
];

/// Name, label, help, points.
const ITEMS: [(&str, &str, &str, i32); 27] = [
    ("past-major-surgery", "Past major surgery", "Within one month.", 1),
    ("heart-failure", "Congestive heart failure", "Within one month.", 1),
    ("sepsis", "Sepsis", "Within one month.", 1),
    (
        "lung-disease",
        "Serious lung disease",
        "Including pneumonia, within one month.",
        1,
    ),
    ("copd", "Abnormal pulmonary function", "Such as COPD.", 1),
    ("acute-infarction", "Acute myocardial infarction", "", 1),
    ("varicose-veins", "Varicose veins", "", 1),
    ("swollen-legs", "Swollen legs", "Now.", 1),
    (
        "inflammatory-bowel-disease",
        "Inflammatory bowel disease",
        "History of it.",
        1,
    ),
    ("hormones", "Contraceptives or hormone replacement", "Women only.", 1),
    (
        "pregnancy",
        "Pregnancy or postpartum",
        "Women only; within one month of birth.",
        1,
    ),
    (
        "obstetric-history",
        "Obstetric history",
        "Women only: unexplained stillborn infant, three or more spontaneous abortions, premature birth with toxemia, \
         or growth-restricted infant.",
        1,
    ),
    ("malignancy", "Malignancy", "Present or previous.", 2),
    ("plaster-cast", "Immobilizing plaster cast", "Within one month.", 2),
    ("central-line", "Central venous access", "", 2),
    (
        "previous-vte",
        "Deep vein thrombosis or pulmonary embolism",
        "History of it.",
        3,
    ),
    ("family-history", "Family history of thrombosis", "", 3),
    ("factor-v-leiden", "Factor V Leiden", "Positive.", 3),
    ("prothrombin", "Prothrombin 20210A", "Positive.", 3),
    ("homocysteine", "Serum homocysteine", "Elevated.", 3),
    ("lupus-anticoagulant", "Lupus anticoagulant", "Positive.", 3),
    ("anticardiolipin", "Anticardiolipin antibodies", "Elevated.", 3),
    ("hit", "Heparin-induced thrombocytopenia", "", 3),
    (
        "other-thrombophilia",
        "Other thrombophilia",
        "Congenital or acquired.",
        3,
    ),
    ("fracture", "Hip, pelvis or leg fracture", "Within one month.", 5),
    ("stroke", "Stroke", "Within one month.", 5),
    ("multiple-trauma", "Multiple trauma", "Within one month.", 5),
];

const SPINAL: (&str, &str, &str, i32) = (
    "spinal-cord-injury",
    "Acute spinal cord injury",
    "With paralysis, within one month.",
    5,
);

pub fn info() -> CalculatorInfo {
    let options = |rows: &[(&str, &str, i32)]| {
        let named = rows.iter().map(|(id, label, _)| choice_option(id, label, Vec::new()));
        named.collect::<Vec<_>>()
    };
    let mut parameters = vec![
        age(18, 120),
        measured::bmi(),
        choice("surgery", "Surgery", options(&SURGERY), Vec::new()).help("The one that is planned or was done now."),
        choice("mobility", "Mobility", options(&MOBILITY), Vec::new()),
    ];
    parameters.extend(items().map(|(name, label, help, _)| boolean(name, label, help, Vec::new())));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Caprini score (2005)".into(),
        summary: "Risk of venous thromboembolism around surgery or in hospital.".into(),
        population: "Adult surgical and medical inpatients. Not for people who already take an anticoagulant in full \
                     dose. The version of 2013 counts other points; do not mix them."
            .into(),
        parameters,
        citations: vec![derivation()],
    }
}

fn items() -> impl Iterator<Item = (&'static str, &'static str, &'static str, i32)> {
    ITEMS.into_iter().chain([SPINAL])
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let bmi = inputs.quantity("bmi", "kg/m2")?;
    let mut points = Points::new();
    let by_age = at_least(age, &[(75, 3), (61, 2), (41, 1)]).unwrap_or_default();
    points.add(
        "Age",
        format!("{age} years; 41 to 60 counts 1, 61 to 74 2, 75 or older 3"),
        by_age,
    );
    points.when(
        bmi > 25.0,
        "Body mass index",
        format!("{} kg/m2, above 25 counts", short(bmi)),
        1,
    );
    for (name, label, rows) in [
        ("surgery", "Surgery", &SURGERY[..]),
        ("mobility", "Mobility", &MOBILITY[..]),
    ] {
        let chosen = inputs.choice(name)?;
        let row = rows.iter().find(|(id, ..)| *id == chosen);
        let (_, detail, worth) = row.ok_or_else(|| refused(format!("{chosen} is not an option of {name}")))?;
        points.add(label, *detail, *worth);
    }
    for (name, label, _, worth) in items() {
        points.history(inputs, name, label, worth)?;
    }
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "Caprini score",
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
        "caprini-2005-dm",
        "Thrombosis risk assessment as a guide to quality patient care",
        "Disease-a-Month",
        &["Caprini JA"],
        "2005-02",
        "10.1016/j.disamonth.2005.02.003",
        "15900257",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = (i32, f64, &'static str, &'static str, &'static [&'static str], i32);
    let cases: [Case; 5] = [
        (40, 25.0, "none", "normal", &[], 0),
        (41, 25.1, "minor", "normal", &[], 3),
        (61, 24.0, "laparoscopic", "normal", &["malignancy"], 6),
        (75, 22.0, "arthroplasty", "confined", &[], 10),
        (
            30,
            22.0,
            "none",
            "bed-rest",
            &["previous-vte", "stroke", "central-line"],
            11,
        ),
    ];
    let worked = cases.into_iter().map(|(age, bmi, surgery, mobility, present, score)| {
        let mut given: Vec<(&str, Value)> = vec![
            ("age", age.into()),
            ("bmi", (bmi, "kg/m2").into()),
            ("surgery", surgery.into()),
            ("mobility", mobility.into()),
        ];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "assessment form, summed by hand")
    });
    worked.collect()
}
