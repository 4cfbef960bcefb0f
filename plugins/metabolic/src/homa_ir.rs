//! HOMA-IR (Matthews et al., Diabetologia 1985;28:412-419, PMID 3899825):
//! `fasting glucose [mmol/L] x fasting insulin [mU/L] / 22.5`.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Finding, Inputs, Measured, Outcome, argument, example, finding,
    paper, quantity, reported, short, step,
};

use crate::measures::GLUCOSE;

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
            Measured {
                name: "glucose",
                label: "Fasting glucose",
                help: Some("After a night without food."),
                unit: "mmol/L",
                also: &["mg/dL"],
                range: (1.0, 40.0),
                molar_mass: Some(GLUCOSE),
                loinc: &[
                    ("14771-0", "Fasting glucose [Moles/volume] in Serum or Plasma"),
                    ("1558-6", "Fasting glucose [Mass/volume] in Serum or Plasma"),
                ],
            }
            .parameter(),
            Measured {
                name: "insulin",
                label: "Fasting insulin",
                help: Some("From the same sample."),
                unit: "m[IU]/L",
                also: &["u[IU]/mL"],
                range: (0.2, 500.0),
                molar_mass: None,
                loinc: &[("20448-7", "Insulin [Units/volume] in Serum or Plasma")],
            }
            .parameter(),
        ],
        citations: vec![derivation()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let glucose = inputs.quantity("glucose", "mmol/L")?;
    let insulin = inputs.quantity("insulin", "m[IU]/L")?;
    let index = glucose * insulin / 22.5;
    Ok(Outcome {
        findings: vec![Finding {
            interpretation: Some(
                "1 is the resistance of the young, lean adults the model was set to; higher is more resistant. There is \
                 no limit that holds for every assay and population."
                    .into(),
            ),
            ..finding("homa-ir", "HOMA-IR", quantity(reported(index, 2), "1"), &[&derivation()])
        }],
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
                HOMA_IR.id,
                vec![
                    argument("glucose", quantity(glucose, "mmol/L")),
                    argument("insulin", quantity(insulin, "m[IU]/L")),
                ],
                vec![argument("homa-ir", quantity(index, "1"))],
                0.000_1,
                derivation(),
                "formula, worked by hand",
            )
        })
        .into()
}
