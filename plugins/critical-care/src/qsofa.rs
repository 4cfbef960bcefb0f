//! qSOFA (Singer et al., JAMA 2016;315:801-810, PMID 26903338; derived by Seymour et al., PMID 26903335).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, band, banded, boolean,
    example, finding, measured, paper, short,
};

use super::sofa::sepsis;

pub const ID: &str = "qsofa";

static BANDS: [Band; 2] = [
    band(0.0, Severity::Low, "0 or 1: does not exclude sepsis."),
    band(
        2.0,
        Severity::High,
        "2 or 3: with a suspected infection, more often a poor outcome. Look for organ dysfunction.",
    ),
];

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "qSOFA".into(),
        summary: "Bedside sign of a poor outcome in suspected infection, 0 to 3 points.".into(),
        population:
            "Adults with a suspected infection outside intensive care. Not for children, not a test for sepsis, \
                     and not to rule it out."
                .into(),
        parameters: vec![
            measured::respiratory_rate(),
            measured::systolic(),
            boolean(
                "altered-mentation",
                "Altered mentation",
                "A Glasgow coma scale below 15.",
                Vec::new(),
            ),
        ],
        citations: vec![sepsis(), derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let rate = inputs.quantity("respiratory-rate", "/min")?;
    let systolic = inputs.quantity("systolic-bp", "mm[Hg]")?;
    let mut points = Points::new();
    points.when(
        rate >= 22.0,
        "Respiratory rate",
        format!("{} /min, 22 or more counts", short(rate)),
        1,
    );
    points.history(inputs, "altered-mentation", "Altered mentation", 1)?;
    let detail = format!("{} mmHg, 100 or less counts", short(systolic));
    points.when(systolic <= 100.0, "Systolic blood pressure", detail, 1);
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "qSOFA score",
            points.whole().into(),
            severity,
            says,
            &[&sepsis(), &derivation()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "seymour-2016-jama",
        "Assessment of Clinical Criteria for Sepsis: For the Third International Consensus Definitions for Sepsis and \
         Septic Shock (Sepsis-3)",
        "JAMA",
        &[
            "Seymour CW",
            "Liu VX",
            "Iwashyna TJ",
            "Brunkhorst FM",
            "Rea TD",
            "Scherag A",
        ],
        "2016-02",
        "10.1001/jama.2016.0288",
        "26903335",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases = [
        (21.0, 101.0, false, 0),
        (22.0, 101.0, false, 1),
        (21.0, 100.0, true, 2),
        (30.0, 80.0, true, 3),
    ];
    let worked = cases.into_iter().map(|(rate, systolic, altered, score)| {
        let given: Vec<(&str, Value)> = vec![
            ("respiratory-rate", (rate, "/min").into()),
            ("systolic-bp", (systolic, "mm[Hg]").into()),
            ("altered-mentation", altered.into()),
        ];
        let expected = vec![("score", score.into())];
        example(&info, given, expected, sepsis(), "box 4, counted by hand")
    });
    worked.collect()
}
