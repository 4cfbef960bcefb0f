//! Fractional excretion of sodium (Espinel, JAMA 1976;236:579-581, PMID 947239).
//!
//! `100 x (urine sodium x serum creatinine) / (serum sodium x urine creatinine)`, in percent.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, example, finding, measure,
    measured::{self, loinc},
    molar, paper, quantity, refused, reported, short, step,
};

use crate::measures;

pub const FENA: Calculator = Calculator {
    id: "fractional-excretion-of-sodium",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: FENA.id.into(),
        version: "1.0.0".into(),
        title: "Fractional excretion of sodium (FENa)".into(),
        summary: "The share of filtered sodium that reaches the urine, in percent.".into(),
        population: "Oliguric acute kidney injury, before treatment. Not interpretable \
                     under diuretics (use the fractional excretion of urea), in chronic kidney disease, glycosuria or \
                     without oliguria; contrast, pigment nephropathy and sepsis can give low values with tubular injury."
            .into(),
        parameters: vec![
            measured::sodium(),
            measured::creatinine(),
            measures::urine_sodium(),
            measure("urine-creatinine", "Urine creatinine", "mg/dL", &["mmol/L", "umol/L", "g/L"], (2.0, 1_000.0), loinc(&[
                    ("2161-8", "Creatinine [Mass/volume] in Urine"),
                    ("14683-7", "Creatinine [Moles/volume] in Urine"),
                ])).molar_mass(molar::CREATININE).help("Of the same spot urine."),
        ],
        citations: vec![derivation()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let sodium = inputs.quantity("sodium", "mmol/L")?;
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let urine_sodium = inputs.quantity("urine-sodium", "mmol/L")?;
    let urine_creatinine = inputs.quantity("urine-creatinine", "mg/dL")?;
    if sodium <= 0.0 || urine_creatinine <= 0.0 {
        return Err(refused("The formula has no value for these concentrations."));
    }
    let percent = 100.0 * (urine_sodium * creatinine) / (sodium * urine_creatinine);
    let (severity, meaning) = if percent < 1.0 {
        (
            Severity::Moderate,
            "Below 1 %: sodium is being kept, as in prerenal azotaemia, if the patient is oliguric and takes no diuretic.",
        )
    } else {
        (
            Severity::High,
            "1 % or more: sodium is not being kept, as in acute tubular injury, if the patient is oliguric and takes no \
             diuretic.",
        )
    };
    Ok(Outcome {
        findings: vec![finding(
            "fena",
            "Fractional excretion of sodium",
            quantity(reported(percent, 2), "%"),
            severity,
            meaning,
            &[&derivation()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step(
                "Formula",
                "100 x (urine sodium x serum creatinine) / (serum sodium x urine creatinine)",
            ),
            step(
                "Numbers",
                format!(
                    "100 x ({} x {}) / ({} x {}) = {} %",
                    short(urine_sodium),
                    short(creatinine),
                    short(sodium),
                    short(urine_creatinine),
                    short(percent)
                ),
            ),
        ],
    })
}

fn derivation() -> Citation {
    paper(
        "espinel-1976",
        "The FENa test. Use in the differential diagnosis of acute renal failure",
        "JAMA",
        &["Espinel CH"],
        "1976-08-09",
        "10.1001/jama.1976.03270060029022",
        "947239",
    )
}

fn examples() -> Vec<Example> {
    // 100 x 10 x 2 / (140 x 100) = 0.1429; 100 x 70 x 4 / (140 x 40) = 5
    [(140.0, 2.0, 10.0, 100.0, 0.143), (140.0, 4.0, 70.0, 40.0, 5.0)]
        .map(|(sodium, creatinine, urine_sodium, urine_creatinine, percent)| {
            example(
                &info(),
                vec![
                    ("sodium", quantity(sodium, "mmol/L")),
                    ("creatinine", quantity(creatinine, "mg/dL")),
                    ("urine-sodium", quantity(urine_sodium, "mmol/L")),
                    ("urine-creatinine", quantity(urine_creatinine, "mg/dL")),
                ],
                vec![("fena", quantity(percent, "%"))],
                derivation(),
                "formula, worked by hand",
            )
        })
        .into()
}
