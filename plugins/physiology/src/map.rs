//! Mean arterial pressure: diastolic pressure plus a third of the pulse pressure.
//!
//! The rule is older than any paper that could be named as its origin; the reference compares it with measured
//! pressures (Razminia et al., Catheter Cardiovasc Interv 2004;63:419-425, PMID 15558774).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, example, finding, measured, paper,
    quantity, refused, reported, short, step,
};

pub const MAP: Calculator = Calculator {
    id: "mean-arterial-pressure",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: MAP.id.into(),
        version: "1.0.0".into(),
        title: "Mean arterial pressure (MAP)".into(),
        summary: "Mean arterial pressure from a cuff's systolic and diastolic pressure.".into(),
        population: "Anyone at rest with a regular pulse. The third of the pulse pressure holds for a resting heart \
                     rate; in tachycardia, shock or with an intra-aortic balloon pump read the measured mean instead."
            .into(),
        parameters: vec![measured::systolic(), measured::diastolic()],
        citations: vec![comparison(), sepsis()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let systolic = inputs.quantity("systolic-bp", "mm[Hg]")?;
    let diastolic = inputs.quantity("diastolic-bp", "mm[Hg]")?;
    if diastolic > systolic {
        return Err(refused("The diastolic pressure is above the systolic: check both."));
    }
    let mean = diastolic + (systolic - diastolic) / 3.0;
    let (severity, meaning) = if mean < 65.0 {
        (Severity::High, "Below 65 mmHg, the target in septic shock.")
    } else {
        (Severity::Info, "At or above 65 mmHg, the target in septic shock.")
    };
    Ok(Outcome {
        findings: vec![finding(
            "mean-arterial-pressure",
            "Mean arterial pressure",
            quantity(reported(mean, 1), "mm[Hg]"),
            severity,
            meaning,
            &[&comparison(), &sepsis()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Formula", "diastolic + (systolic - diastolic) / 3"),
            step(
                "Numbers",
                format!(
                    "{d} + ({} - {d}) / 3 = {} mmHg",
                    short(systolic),
                    short(mean),
                    d = short(diastolic)
                ),
            ),
        ],
    })
}

fn comparison() -> Citation {
    paper(
        "razminia-2004",
        "Validation of a new formula for mean arterial pressure calculation: the new formula is superior to the \
         standard formula",
        "Catheterization and Cardiovascular Interventions",
        &["Razminia M", "Trivedi A", "Molnar J", "et al."],
        "2004-12",
        "10.1002/ccd.20217",
        "15558774",
    )
}

fn sepsis() -> Citation {
    paper(
        "surviving-sepsis-2021",
        "Surviving sepsis campaign: international guidelines for management of sepsis and septic shock 2021",
        "Intensive Care Medicine",
        &["Evans L", "Rhodes A", "Alhazzani W", "et al."],
        "2021-11",
        "10.1007/s00134-021-06506-y",
        "34599691",
    )
}

fn examples() -> Vec<Example> {
    // 80 + 40/3; 50 + 45/3 = 65; 40 + 20/3
    [(120.0, 80.0, 93.3), (95.0, 50.0, 65.0), (60.0, 40.0, 46.7)]
        .map(|(systolic, diastolic, mean)| {
            example(
                &info(),
                vec![
                    ("systolic-bp", quantity(systolic, "mm[Hg]")),
                    ("diastolic-bp", quantity(diastolic, "mm[Hg]")),
                ],
                vec![("mean-arterial-pressure", quantity(mean, "mm[Hg]"))],
                comparison(),
                "standard formula, worked by hand",
            )
        })
        .into()
}
