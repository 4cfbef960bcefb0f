//! Body mass index (Keys et al., J Chronic Dis 1972;25:329-343, PMID 4650929) and the weight that has a given one.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, example, finding, measure,
    measured::{height, loinc, weight},
    paper, quantity, reported, short, step, work,
};

pub const BMI: Calculator = Calculator {
    id: "body-mass-index",
    info,
    examples,
    compute,
};

pub const TARGET_WEIGHT: Calculator = Calculator {
    id: "target-weight",
    info: target_info,
    examples: target_examples,
    compute: target_compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: BMI.id.into(),
        version: "1.0.0".into(),
        title: "Body mass index (BMI)".into(),
        summary: "Weight for height, in kg/m².".into(),
        population: "The bands are for adults of 20 years and older. Children need percentiles for age and sex; the \
                     bands mislead in pregnancy, oedema, and very muscular or very old people, and lower limits apply \
                     to many Asian populations."
            .into(),
        parameters: vec![weight(), height(30.0)],
        citations: vec![keys(), who()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let weight = inputs.quantity("weight", "kg")?;
    let height = inputs.quantity("height", "cm")? / 100.0;
    let index = weight / (height * height);
    let (severity, band) = band(index);
    Ok(Outcome {
        findings: vec![finding(
            "body-mass-index",
            "Body mass index",
            quantity(reported(index, 2), "kg/m2"),
            severity,
            format!("In an adult: {band} (WHO)."),
            &[&keys(), &who()],
        )],
        warnings: vec!["The bands are for adults only; the age is not known here.".into()],
        steps: vec![
            step("Formula", "weight / height²"),
            step(
                "Numbers",
                format!(
                    "{} kg / ({h} m x {h} m) = {} kg/m²",
                    short(weight),
                    short(index),
                    h = short(height)
                ),
            ),
        ],
    })
}

/// WHO Technical Report Series 894, table 2.1.
fn band(index: f64) -> (Severity, &'static str) {
    match index {
        x if x < 18.5 => (Severity::Moderate, "underweight, below 18.5"),
        x if x < 25.0 => (Severity::Info, "normal range, 18.5 to 24.9"),
        x if x < 30.0 => (Severity::Low, "pre-obese, 25 to 29.9"),
        x if x < 35.0 => (Severity::Moderate, "obese class I, 30 to 34.9"),
        x if x < 40.0 => (Severity::High, "obese class II, 35 to 39.9"),
        _ => (Severity::High, "obese class III, 40 or more"),
    }
}

fn target_info() -> CalculatorInfo {
    CalculatorInfo {
        id: TARGET_WEIGHT.id.into(),
        version: "1.0.0".into(),
        title: "Target weight for a body mass index".into(),
        summary: "The weight at which a person of this height has the chosen body mass index.".into(),
        population: "Adults. The body mass index you aim at is your decision; this only turns it into a weight.".into(),
        parameters: vec![
            measure(
                "target-bmi",
                "Target body mass index",
                "kg/m2",
                &[],
                (12.0, 60.0),
                loinc(&[("39156-5", "Body mass index")]),
            )
            .help("The one aimed at, not the present one."),
            height(50.0),
        ],
        citations: vec![keys(), who()],
    }
}

fn target_compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let index = inputs.quantity("target-bmi", "kg/m2")?;
    let height = inputs.quantity("height", "cm")? / 100.0;
    let weight = index * height * height;
    let (_, band) = band(index);
    Ok(Outcome {
        findings: vec![finding(
            "target-weight",
            "Target weight",
            quantity(reported(weight, 1), "kg"),
            Severity::Info,
            format!("The target is in an adult: {band} (WHO)."),
            &[&keys(), &who()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Formula", "body mass index x height²"),
            step(
                "Numbers",
                format!(
                    "{} x {h} m x {h} m = {} kg",
                    short(index),
                    short(weight),
                    h = short(height)
                ),
            ),
        ],
    })
}

fn keys() -> Citation {
    paper(
        "keys-1972",
        "Indices of relative weight and obesity",
        "Journal of Chronic Diseases",
        &["Keys A", "Fidanza F", "Karvonen MJ", "Kimura N", "Taylor HL"],
        "1972-07",
        "10.1016/0021-9681(72)90027-6",
        "4650929",
    )
}

fn who() -> Citation {
    Citation {
        pmid: Some("11234459".into()),
        url: Some("https://pubmed.ncbi.nlm.nih.gov/11234459/".into()),
        ..work(
            "who-2000",
            "Obesity: preventing and managing the global epidemic. Report of a WHO consultation",
            "WHO Technical Report Series 894",
            &["World Health Organization"],
            "2000",
        )
    }
}

fn examples() -> Vec<Example> {
    // 72 / 1.8²; 50 / 1.6² = 19.53; 100 / 1.6² = 39.06
    [(72.0, 180.0, 22.22), (50.0, 160.0, 19.53), (100.0, 160.0, 39.06)]
        .map(|(weight, height, index)| {
            example(
                &info(),
                vec![("weight", quantity(weight, "kg")), ("height", quantity(height, "cm"))],
                vec![("body-mass-index", quantity(index, "kg/m2"))],
                keys(),
                "weight / height², worked by hand",
            )
        })
        .into()
}

fn target_examples() -> Vec<Example> {
    // 22 x 1.7² = 63.58; 25 x 1.8² = 81
    [(22.0, 170.0, 63.6), (25.0, 180.0, 81.0)]
        .map(|(index, height, weight)| {
            example(
                &target_info(),
                vec![
                    ("target-bmi", quantity(index, "kg/m2")),
                    ("height", quantity(height, "cm")),
                ],
                vec![("target-weight", quantity(weight, "kg"))],
                keys(),
                "solved for weight, worked by hand",
            )
        })
        .into()
}
