//! HOMA-IR (Matthews et al., Diabetologia 1985;28:412-419, PMID 3899825):
//! `fasting glucose [mmol/L] x fasting insulin [mU/L] / 22.5`.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, example, finding, measure,
    measured::loinc, molar, paper, quantity, reported, short, step,
};

pub const HOMA_IR: Calculator = Calculator {
    id: "homa-ir",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: HOMA_IR.id.into(),
        version: "1.0.0".into(),
        title: "Insulin resistance (HOMA-IR)".into(),
        summary: "Insulin resistance from fasting glucose and fasting insulin.".into(),
        population: "Adults, fasting, for comparing groups or following one person. Not during insulin treatment, and \
                     not for a diagnosis by itself: insulin assays differ, and so do the limits."
            .into(),
        parameters: vec![
            measure(
                "glucose",
                "Fasting glucose",
                "mmol/L",
                &["mg/dL"],
                (1.0, 40.0),
                loinc(&[
                    ("14771-0", "Fasting glucose [Moles/volume] in Serum or Plasma"),
                    ("1558-6", "Fasting glucose [Mass/volume] in Serum or Plasma"),
                ]),
            )
            .molar_mass(molar::GLUCOSE)
            .help("After a night without food."),
            measure(
                "insulin",
                "Fasting insulin",
                "m[IU]/L",
                &["u[IU]/mL"],
                (0.2, 500.0),
                loinc(&[("20448-7", "Insulin [Units/volume] in Serum or Plasma")]),
            )
            .help("From the same sample."),
        ],
        citations: vec![derivation()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let glucose = inputs.quantity("glucose", "mmol/L")?;
    let insulin = inputs.quantity("insulin", "m[IU]/L")?;
    let index = glucose * insulin / 22.5;
    Ok(Outcome {
        findings: vec![finding(
            "homa-ir",
            "HOMA-IR",
            quantity(reported(index, 2), "1"),
            Severity::Info,
            "1 is the resistance of the young, lean adults the model was set to; higher is more resistant. There is \
                 no limit that holds for every assay and population.",
            &[&derivation()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Formula", "glucose [mmol/L] x insulin [mU/L] / 22.5"),
            step(
                "Numbers",
                format!("{} x {} / 22.5 = {}", short(glucose), short(insulin), short(index)),
            ),
        ],
    })
}

fn derivation() -> Citation {
    paper(
        "matthews-1985",
        "Homeostasis model assessment: insulin resistance and β-cell function from fasting plasma glucose and insulin \
         concentrations in man",
        "Diabetologia",
        &["Matthews DR", "Hosker JP", "Rudenski AS", "et al."],
        "1985-07",
        "10.1007/BF00280883",
        "3899825",
    )
}

fn examples() -> Vec<Example> {
    // 4.5 x 5 / 22.5 = 1, the model's normal person; 9 x 25 / 22.5 = 10
    [(4.5, 5.0, 1.0), (9.0, 25.0, 10.0)]
        .map(|(glucose, insulin, index)| {
            example(
                &info(),
                vec![
                    ("glucose", quantity(glucose, "mmol/L")),
                    ("insulin", quantity(insulin, "m[IU]/L")),
                ],
                vec![("homa-ir", quantity(index, "1"))],
                derivation(),
                "formula, worked by hand",
            )
        })
        .into()
}
