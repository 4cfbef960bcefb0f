//! Glasgow-Blatchford bleeding score (Blatchford et al., Lancet 2000;356:1318-1321, PMID 11073021; score 0 for
//! outpatients: Stanley et al., Lancet 2009;373:42-47, PMID 19091393).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, at_least, band,
    banded, boolean, coding, example, finding, measured, paper, sex, short,
};

pub const ID: &str = "glasgow-blatchford";

static BANDS: [Band; 2] = [
    band(
        0.0,
        Severity::Low,
        "0: low risk; such patients were managed without admission in the study of 2009.",
    ),
    band(
        1.0,
        Severity::Moderate,
        "1 or more: may need transfusion, endoscopic treatment or surgery.",
    ),
];

const UREA: [(f64, i32); 4] = [(25.0, 6), (10.0, 4), (8.0, 3), (6.5, 2)];
const PRESSURE: [(f64, i32); 3] = [(110.0, 0), (100.0, 1), (90.0, 2)];
const MEN: [(f64, i32); 3] = [(13.0, 0), (12.0, 1), (10.0, 3)];
const WOMEN: [(f64, i32); 2] = [(12.0, 0), (10.0, 1)];

const ITEMS: [(&str, &str, &str, i32); 4] = [
    ("melena", "Melena", "At presentation.", 1),
    ("syncope", "Syncope", "At presentation.", 2),
    (
        "hepatic-disease",
        "Hepatic disease",
        "Known, or clinical or laboratory evidence of it.",
        2,
    ),
    (
        "cardiac-failure",
        "Cardiac failure",
        "Known, or clinical or echocardiographic evidence of it.",
        2,
    ),
];

pub fn info() -> CalculatorInfo {
    let mut parameters = vec![
        sex(),
        measured::urea_nitrogen(),
        measured::hemoglobin(),
        measured::systolic(),
        measured::heart_rate(),
    ];
    parameters.extend(ITEMS.map(|(name, label, help, _)| {
        let codings = match name {
            "melena" => vec![coding(SNOMED, "2901004", "Melena")],
            "syncope" => vec![coding(SNOMED, "271594007", "Syncope")],
            "cardiac-failure" => vec![
                coding(SNOMED, "42343007", "Congestive heart failure"),
                coding(SNOMED, "84114007", "Heart failure"),
            ],
            _ => Vec::new(),
        };
        boolean(name, label, help, codings)
    }));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Glasgow-Blatchford score".into(),
        summary: "Need for treatment in upper gastrointestinal bleeding, 0 to 23 points.".into(),
        population:
            "Adults with acute upper gastrointestinal bleeding, before endoscopy. Not for lower bleeding or for \
                     people who bled while they were inpatients."
                .into(),
        parameters,
        citations: vec![derivation(), outpatients()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let female = inputs.female()?;
    let urea = inputs.quantity("urea-nitrogen", "mmol/L")?;
    let hemoglobin = inputs.quantity("hemoglobin", "g/dL")?;
    let systolic = inputs.quantity("systolic-bp", "mm[Hg]")?;
    let pulse = inputs.quantity("heart-rate", "/min")?;
    let mut points = Points::new();
    // The table has tenths; 18.2 mg/dL of nitrogen, its usual translation of 6.5 mmol/L, is 6.497.
    let urea = (urea * 10.0).round() / 10.0;
    let detail = format!("{} mmol/L, to one decimal as in the table", short(urea));
    points.add("Blood urea", detail, at_least(urea, &UREA).unwrap_or(0));
    let (rows, word) = if female {
        (&WOMEN[..], "woman")
    } else {
        (&MEN[..], "man")
    };
    let detail = format!("{} g/dL, {word}", short(hemoglobin));
    points.add("Hemoglobin", detail, at_least(hemoglobin, rows).unwrap_or(6));
    let detail = format!("{} mmHg", short(systolic));
    points.add(
        "Systolic blood pressure",
        detail,
        at_least(systolic, &PRESSURE).unwrap_or(3),
    );
    points.when(
        pulse >= 100.0,
        "Pulse",
        format!("{} /min, 100 or more counts", short(pulse)),
        1,
    );
    for (name, label, _, worth) in ITEMS {
        points.history(inputs, name, label, worth)?;
    }
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "Glasgow-Blatchford score",
            points.whole().into(),
            severity,
            says,
            &[&derivation(), &outpatients()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "blatchford-2000-lancet",
        "A risk score to predict need for treatment for upper-gastrointestinal haemorrhage",
        "Lancet",
        &["Blatchford O", "Murray WR", "Blatchford M"],
        "2000-10",
        "10.1016/S0140-6736(00)02816-6",
        "11073021",
    )
}

fn outpatients() -> Citation {
    paper(
        "stanley-2009-lancet",
        "Outpatient management of patients with low-risk upper-gastrointestinal haemorrhage: multicentre validation \
         and prospective evaluation",
        "Lancet",
        &[
            "Stanley AJ",
            "Ashley D",
            "Dalton HR",
            "Mowat C",
            "Gaya DR",
            "Thompson E",
        ],
        "2009-01",
        "10.1016/S0140-6736(08)61769-9",
        "19091393",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = (&'static str, [f64; 4], &'static [&'static str], i32);
    let cases: [Case; 6] = [
        ("male", [6.4, 13.0, 110.0, 99.0], &[], 0),
        ("female", [6.4, 12.0, 110.0, 99.0], &[], 0),
        ("male", [6.5, 12.0, 109.0, 100.0], &[], 5),
        ("female", [8.0, 10.0, 99.0, 80.0], &["melena"], 7),
        ("male", [10.0, 11.9, 120.0, 80.0], &["syncope"], 9),
        (
            "female",
            [25.0, 9.9, 89.0, 120.0],
            &["melena", "syncope", "hepatic-disease", "cardiac-failure"],
            23,
        ),
    ];
    let worked = cases
        .into_iter()
        .map(|(sex, [urea, hemoglobin, systolic, pulse], present, score)| {
            let mut given: Vec<(&str, Value)> = vec![
                ("sex", sex.into()),
                ("urea-nitrogen", (urea, "mmol/L").into()),
                ("hemoglobin", (hemoglobin, "g/dL").into()),
                ("systolic-bp", (systolic, "mm[Hg]").into()),
                ("heart-rate", (pulse, "/min").into()),
            ];
            given.extend(present.iter().map(|name| (*name, true.into())));
            let expected = vec![("score", score.into())];
            example(&info, given, expected, derivation(), "table, summed by hand")
        });
    worked.collect()
}
