//! LDL cholesterol (Friedewald et al., Clin Chem 1972;18:499-502, PMID 4337382):
//! `total - HDL - triglycerides / 5`, in mg/dL. Bands of the third NCEP adult treatment panel (JAMA 2001;285:2486-2497,
//! PMID 11368702).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, example, finding, measure,
    measured::{self, loinc},
    molar, paper, quantity, reported, short, step,
};

pub const LDL: Calculator = Calculator {
    id: "ldl-friedewald",
    info,
    examples,
    compute,
};

/// In g/mol: triolein stands for triglycerides.
const TRIGLYCERIDES: f64 = 885.4;

/// In mg/dL; above it the paper found the estimate unreliable.
const LIMIT: f64 = 400.0;

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: LDL.id.into(),
        version: "1.0.0".into(),
        title: "LDL cholesterol (Friedewald)".into(),
        summary: "LDL cholesterol from total and HDL cholesterol and triglycerides.".into(),
        population: "Adults, fasting, with triglycerides of at most 400 mg/dL (4.5 mmol/L). Not in type III \
                     hyperlipoproteinaemia or with chylomicrons; too low at low LDL and high triglycerides. Derived in \
                     448 people."
            .into(),
        parameters: vec![
            measured::total_cholesterol(),
            measured::hdl_cholesterol(),
            measure(
                "triglycerides",
                "Triglycerides",
                "mg/dL",
                &["mmol/L"],
                (10.0, 10_000.0),
                loinc(&[
                    ("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma"),
                    ("14927-8", "Triglyceride [Moles/volume] in Serum or Plasma"),
                ]),
            )
            .molar_mass(TRIGLYCERIDES),
        ],
        citations: vec![derivation(), bands()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let total = inputs.quantity("total-cholesterol", "mg/dL")?;
    let hdl = inputs.quantity("hdl-cholesterol", "mg/dL")?;
    let triglycerides = inputs.quantity("triglycerides", "mg/dL")?;
    let ldl = total - hdl - triglycerides / 5.0;
    let shown = reported(ldl, 1);
    let valid = triglycerides <= LIMIT && ldl > 0.0;
    let (severity, meaning) = if valid {
        band(shown)
    } else {
        (Severity::High, "Not valid here: have LDL measured.")
    };
    let warnings = if valid {
        Vec::new()
    } else {
        vec!["Triglycerides above 400 mg/dL (4.5 mmol/L), or no LDL left over: the formula does not hold.".into()]
    };
    Ok(Outcome {
        findings: vec![
            finding(
                "ldl-cholesterol",
                "LDL cholesterol",
                quantity(shown, "mg/dL"),
                severity,
                meaning,
                &[&derivation(), &bands()],
            ),
            finding(
                "ldl-cholesterol-molar",
                "LDL cholesterol",
                quantity(reported(ldl * 10.0 / molar::CHOLESTEROL, 2), "mmol/L"),
                Severity::Info,
                "",
                &[&derivation()],
            ),
        ],
        warnings,
        steps: vec![
            step(
                "Formula",
                "total cholesterol - HDL cholesterol - triglycerides / 5, in mg/dL",
            ),
            step(
                "Numbers",
                format!(
                    "{} - {} - {} / 5 = {} mg/dL",
                    short(total),
                    short(hdl),
                    short(triglycerides),
                    short(ldl)
                ),
            ),
        ],
    })
}

/// In mg/dL.
fn band(ldl: f64) -> (Severity, &'static str) {
    match ldl {
        x if x < 100.0 => (
            Severity::Info,
            "Optimal, below 100 mg/dL (NCEP); targets at high risk are lower.",
        ),
        x if x < 130.0 => (Severity::Low, "Near optimal, 100 to 129 mg/dL (NCEP)."),
        x if x < 160.0 => (Severity::Moderate, "Borderline high, 130 to 159 mg/dL (NCEP)."),
        x if x < 190.0 => (Severity::High, "High, 160 to 189 mg/dL (NCEP)."),
        _ => (
            Severity::High,
            "Very high, 190 mg/dL or more (NCEP): think of familial hypercholesterolaemia.",
        ),
    }
}

fn derivation() -> Citation {
    paper(
        "friedewald-1972",
        "Estimation of the concentration of low-density lipoprotein cholesterol in plasma, without use of the \
         preparative ultracentrifuge",
        "Clinical Chemistry",
        &["Friedewald WT", "Levy RI", "Fredrickson DS"],
        "1972-06",
        "10.1093/clinchem/18.6.499",
        "4337382",
    )
}

fn bands() -> Citation {
    paper(
        "ncep-2001",
        "Executive summary of the third report of the National Cholesterol Education Program (NCEP) expert panel on \
         detection, evaluation, and treatment of high blood cholesterol in adults (Adult Treatment Panel III)",
        "JAMA",
        &["Expert Panel on Detection, Evaluation, and Treatment of High Blood Cholesterol in Adults"],
        "2001-05-16",
        "10.1001/jama.285.19.2486",
        "11368702",
    )
}

fn examples() -> Vec<Example> {
    // 200 - 50 - 30; 120 mg/dL x 10 / 386.65 = 3.104 mmol/L. 250 - 40 - 60 = 150; 3.879
    [(200.0, 50.0, 150.0, 120.0, 3.1), (250.0, 40.0, 300.0, 150.0, 3.88)]
        .map(|(total, hdl, triglycerides, ldl, molar)| {
            example(
                &info(),
                vec![
                    ("total-cholesterol", quantity(total, "mg/dL")),
                    ("hdl-cholesterol", quantity(hdl, "mg/dL")),
                    ("triglycerides", quantity(triglycerides, "mg/dL")),
                ],
                vec![
                    ("ldl-cholesterol", quantity(ldl, "mg/dL")),
                    ("ldl-cholesterol-molar", quantity(molar, "mmol/L")),
                ],
                derivation(),
                "formula, worked by hand",
            )
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::{Severity, band};

    #[test]
    fn bands_of_ldl_begin_at_their_edges() {
        for (ldl, severity) in [
            (99.9, Severity::Info),
            (100.0, Severity::Low),
            (129.9, Severity::Low),
            (130.0, Severity::Moderate),
            (159.9, Severity::Moderate),
            (160.0, Severity::High),
        ] {
            assert_eq!(band(ldl).0, severity, "{ldl}");
        }
        assert!(band(189.9).1.starts_with("High"));
        assert!(band(190.0).1.starts_with("Very high"));
    }
}
