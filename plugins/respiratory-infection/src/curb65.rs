//! CURB-65 (Lim et al., Thorax 2003;58:377-382, PMID 12728155).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, age, band, banded_from,
    boolean, example, finding, measured, molar, paper, refused, short, variant,
};

pub const ID: &str = "curb-65";

/// Death within 30 days.
static BANDS: [Band; 3] = [
    band(0.0, Severity::Low, "0 or 1: death within 30 days in less than 2 %."),
    band(2.0, Severity::Moderate, "2: death within 30 days in 9.2 %."),
    band(3.0, Severity::High, "3 to 5: death within 30 days in 22 %."),
];

const ADULT: i32 = 18;

const PAPER: &str = "urea-7";
const BUN_19: &str = "bun-19";

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "CURB-65".into(),
        summary: "Severity of community-acquired pneumonia, 0 to 5 points.".into(),
        population: "Adults admitted with community-acquired pneumonia. Not for pneumonia acquired in hospital, \
                     immunosuppression, or children."
            .into(),
        parameters: vec![
            age(0, 120),
            boolean(
                "confusion",
                "Confusion",
                "New disorientation in person, place or time, or an abbreviated mental test score of 8 or less.",
                Vec::new(),
            ),
            measured::urea_nitrogen(),
            measured::respiratory_rate(),
            measured::systolic(),
            measured::diastolic(),
            variant(
                "The paper's limit for urea is 7 mmol/L, which is 19.6 mg/dL of urea nitrogen. American texts print it as 19 \
                 mg/dL, which is 6.8 mmol/L.",
                &[
                    (PAPER, "Urea above 7 mmol/L (the paper)"),
                    (BUN_19, "Urea nitrogen above 19 mg/dL"),
                ],
            ),
        ],
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let urea = inputs.quantity("urea-nitrogen", "mmol/L")?;
    let rate = inputs.quantity("respiratory-rate", "/min")?;
    let systolic = inputs.quantity("systolic-bp", "mm[Hg]")?;
    let diastolic = inputs.quantity("diastolic-bp", "mm[Hg]")?;
    let mut points = Points::new();
    points.history(inputs, "confusion", "C: confusion", 1)?;
    let limit = match inputs.variant(PAPER)? {
        PAPER => 7.0,
        BUN_19 => 19.0 / (molar::UREA_NITROGEN / 10.0),
        other => return Err(refused(format!("{other} is not a variant of this score"))),
    };
    let detail = format!("{} mmol/L, above {} counts", short(urea), short(limit));
    points.when(urea > limit, "U: urea", detail, 1);
    points.when(
        rate >= 30.0,
        "R: respiratory rate",
        format!("{} /min, 30 or more counts", short(rate)),
        1,
    );
    let detail = format!(
        "{}/{} mmHg, below 90 systolic or 60 or less diastolic counts",
        short(systolic),
        short(diastolic)
    );
    points.when(systolic < 90.0 || diastolic <= 60.0, "B: blood pressure", detail, 1);
    points.when(age >= 65, "65: age", format!("{age} years, 65 or older counts"), 1);
    let (severity, says) = banded_from(ADULT, age, points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "CURB-65 score",
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
        "lim-2003-thorax",
        "Defining community acquired pneumonia severity on presentation to hospital: an international derivation and \
         validation study",
        "Thorax",
        &[
            "Lim WS",
            "van der Eerden MM",
            "Laing R",
            "Boersma WG",
            "Karalus N",
            "Town GI",
        ],
        "2003-05",
        "10.1136/thorax.58.5.377",
        "12728155",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [(i32, f64, f64, f64, f64, bool, i32); 4] = [
        (64, 7.0, 29.0, 90.0, 61.0, false, 0),
        (65, 7.1, 30.0, 89.0, 61.0, false, 4),
        (80, 9.0, 32.0, 120.0, 60.0, true, 5),
        (40, 5.0, 20.0, 110.0, 70.0, true, 1),
    ];
    let worked = cases
        .into_iter()
        .map(|(age, urea, rate, systolic, diastolic, confusion, score)| {
            let given: Vec<(&str, Value)> = vec![
                ("age", age.into()),
                ("urea-nitrogen", (urea, "mmol/L").into()),
                ("respiratory-rate", (rate, "/min").into()),
                ("systolic-bp", (systolic, "mm[Hg]").into()),
                ("diastolic-bp", (diastolic, "mm[Hg]").into()),
                ("confusion", confusion.into()),
            ];
            let expected = vec![("score", score.into())];
            example(&info, given, expected, derivation(), "five criteria, summed by hand")
        });
    worked.collect()
}
