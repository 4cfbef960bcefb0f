//! Wells score for deep vein thrombosis, with previous thrombosis as a criterion (Wells et al., N Engl J Med
//! 2003;349:1227-1235, PMID 14507948).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, band, banded,
    boolean, coding, example, finding, paper,
};

pub const ID: &str = "wells-dvt";

static BANDS: [Band; 2] = [
    band(
        -2.0,
        Severity::Low,
        "Below 2: deep vein thrombosis unlikely. The rule then goes on to D-dimer.",
    ),
    band(
        2.0,
        Severity::High,
        "2 or more: deep vein thrombosis likely. The rule then goes on to ultrasonography.",
    ),
];

const BEDRIDDEN: &str = "bedridden";
const SURGERY: &str = "surgery";
const ALTERNATIVE: &str = "alternative-diagnosis";

const ITEMS: [(&str, &str, &str); 8] = [
    (
        "active-cancer",
        "Active cancer",
        "Treated now, within the previous six months, or palliatively.",
    ),
    (
        "paralysis",
        "Paralysis, paresis or recent plaster",
        "Of the legs; plaster immobilization counts when recent.",
    ),
    ("tenderness", "Tenderness along the deep veins", "Localized."),
    ("entire-leg-swollen", "Entire leg swollen", ""),
    (
        "calf-swelling",
        "Calf swelling",
        "More than 3 cm larger than the other side, 10 cm below the tibial tuberosity.",
    ),
    ("pitting-edema", "Pitting edema", "Confined to the symptomatic leg."),
    ("collateral-veins", "Collateral superficial veins", "Not varicose."),
    ("previous-dvt", "Previous deep vein thrombosis", "Documented."),
];

pub fn info() -> CalculatorInfo {
    let mut parameters: Vec<_> = ITEMS
        .into_iter()
        .map(|(name, label, help)| {
            let codings = match name {
                "active-cancer" => vec![coding(SNOMED, "363346000", "Malignant neoplastic disease")],
                "previous-dvt" => vec![coding(SNOMED, "128053003", "Deep venous thrombosis")],
                _ => Vec::new(),
            };
            boolean(name, label, help, codings)
        })
        .collect();
    parameters.insert(
        2,
        boolean(BEDRIDDEN, "Bedridden", "Recently, for three days or more.", Vec::new()),
    );
    parameters.insert(
        3,
        boolean(
            SURGERY,
            "Major surgery",
            "Within the previous 12 weeks, under general or regional anesthesia.",
            Vec::new(),
        ),
    );
    parameters.push(boolean(
        ALTERNATIVE,
        "Alternative diagnosis at least as likely",
        "As likely as deep vein thrombosis, or more.",
        Vec::new(),
    ));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Wells score, deep vein thrombosis".into(),
        summary: "Clinical probability of deep vein thrombosis of the leg, -2 to 9 points.".into(),
        population: "Outpatients in whom a deep vein thrombosis of the leg is suspected. Not for suspected pulmonary \
                     embolism, pregnancy, children, or people who have taken an anticoagulant for more than two days."
            .into(),
        parameters,
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut points = Points::new();
    for (name, label, _) in &ITEMS[..2] {
        points.history(inputs, name, label, 1)?;
    }
    let (bedridden, surgery) = (inputs.boolean(BEDRIDDEN)?, inputs.boolean(SURGERY)?);
    let detail = match (bedridden, surgery) {
        (true, true) => "both, counted once",
        (true, false) => "bedridden",
        (false, true) => "major surgery",
        (false, false) => "neither",
    };
    points.when(bedridden || surgery, "Bedridden or major surgery", detail, 1);
    for (name, label, _) in &ITEMS[2..] {
        points.history(inputs, name, label, 1)?;
    }
    points.history(inputs, ALTERNATIVE, "Alternative diagnosis at least as likely", -2)?;
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "Wells score",
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
        "wells-2003-nejm",
        "Evaluation of D-dimer in the diagnosis of suspected deep-vein thrombosis",
        "New England Journal of Medicine",
        &[
            "Wells PS",
            "Anderson DR",
            "Rodger M",
            "Forgie M",
            "Kearon C",
            "Dreyer J",
        ],
        "2003-09",
        "10.1056/NEJMoa023153",
        "14507948",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [(&[&str], i32); 6] = [
        (&[], 0),
        (&[ALTERNATIVE], -2),
        (&["active-cancer", ALTERNATIVE], -1),
        (&[BEDRIDDEN, SURGERY], 1),
        (&["calf-swelling", "pitting-edema"], 2),
        (
            &[
                "active-cancer",
                "paralysis",
                SURGERY,
                "tenderness",
                "entire-leg-swollen",
                "calf-swelling",
                "pitting-edema",
                "collateral-veins",
                "previous-dvt",
            ],
            9,
        ),
    ];
    let worked = cases.into_iter().map(|(present, score)| {
        let given: Vec<(&str, Value)> = present.iter().map(|name| (*name, true.into())).collect();
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "table 1, summed by hand")
    });
    worked.collect()
}
