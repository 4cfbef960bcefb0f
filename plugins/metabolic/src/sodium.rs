//! Sodium corrected for hyperglycaemia: Hillier et al. (Am J Med 1999;106:399-403, PMID 10225241), 2.4 mmol/L for every
//! 100 mg/dL of glucose above 100; Katz (N Engl J Med 1973;289:843-844, PMID 4763428), 1.6.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding,
    measured::{glucose, sodium},
    paper, quantity, refused, reported, short, step, variant,
};

pub const SODIUM: Calculator = Calculator {
    id: "corrected-sodium",
    info,
    examples,
    compute,
};

const STANDARD: &str = "hillier-1999";
const KATZ: &str = "katz-1973";

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: SODIUM.id.into(),
        version: "1.0.0".into(),
        title: "Sodium corrected for hyperglycaemia".into(),
        summary: "Serum sodium as it would be at a glucose of 100 mg/dL (5.6 mmol/L).".into(),
        population:
            "Hyperglycaemia with a sodium of the same sample. Hillier's factor was measured in 6 healthy volunteers \
                     made hyperglycaemic; up to 400 mg/dL Katz's lower factor fitted as well, above it the fall is \
                     steeper than either. Below a glucose of 100 mg/dL there is nothing to correct."
                .into(),
        parameters: vec![
            sodium(),
            glucose(),
            variant(
                "2.4 for every 100 mg/dL unless you choose Katz's 1.6.",
                &[
                    (STANDARD, "2.4 per 100 mg/dL (Hillier 1999)"),
                    (KATZ, "1.6 per 100 mg/dL (Katz 1973)"),
                ],
            ),
        ],
        citations: vec![hillier(), katz()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let sodium = inputs.quantity("sodium", "mmol/L")?;
    let glucose = inputs.quantity("glucose", "mg/dL")?;
    let (factor, source) = match inputs.variant(STANDARD)? {
        STANDARD => (2.4, hillier()),
        KATZ => (1.6, katz()),
        other => return Err(refused(format!("{other} is not a variant of this formula"))),
    };
    let excess = (glucose - 100.0).max(0.0);
    let corrected = sodium + factor * excess / 100.0;
    let warnings = if excess > 0.0 {
        Vec::new()
    } else {
        vec!["Glucose is not above 100 mg/dL: the measured sodium stands.".into()]
    };
    let shown = reported(corrected, 1);
    let (severity, meaning) = band(shown);
    Ok(Outcome {
        findings: vec![finding(
            "corrected-sodium",
            "Corrected sodium",
            quantity(shown, "mmol/L"),
            severity,
            meaning,
            &[&source],
        )],
        warnings,
        steps: vec![
            step(
                "Formula",
                format!("sodium + {} x (glucose - 100) / 100, glucose in mg/dL", short(factor)),
            ),
            step(
                "Numbers",
                format!(
                    "{} + {} x {} / 100 = {} mmol/L",
                    short(sodium),
                    short(factor),
                    short(excess),
                    short(corrected)
                ),
            ),
        ],
    })
}

/// Hypernatraemia is defined as above 145 mmol/L, hyponatraemia as below 135.
fn band(sodium: f64) -> (Severity, &'static str) {
    match sodium {
        x if x < 135.0 => (
            Severity::Moderate,
            "Hyponatraemia remains after the correction (below 135 mmol/L).",
        ),
        x if x <= 145.0 => (
            Severity::Info,
            "Within 135 to 145 mmol/L: glucose explains a low measured sodium.",
        ),
        _ => (
            Severity::Moderate,
            "Hypernatraemia after the correction (above 145 mmol/L): water is short.",
        ),
    }
}

fn hillier() -> Citation {
    paper(
        "hillier-1999",
        "Hyponatremia: evaluating the correction factor for hyperglycemia",
        "American Journal of Medicine",
        &["Hillier TA", "Abbott RD", "Barrett EJ"],
        "1999-04",
        "10.1016/s0002-9343(99)00055-8",
        "10225241",
    )
}

fn katz() -> Citation {
    paper(
        "katz-1973",
        "Hyperglycemia-induced hyponatremia: calculation of expected serum sodium depression",
        "New England Journal of Medicine",
        &["Katz MA"],
        "1973-10-18",
        "10.1056/NEJM197310182891607",
        "4763428",
    )
}

fn examples() -> Vec<Example> {
    // 130 + 2.4 x 5; 130 + 1.6 x 5; below 100 mg/dL as measured
    [
        (130.0, 600.0, None, 142.0, hillier()),
        (130.0, 600.0, Some(KATZ), 138.0, katz()),
        (140.0, 80.0, Some(STANDARD), 140.0, hillier()),
    ]
    .map(|(sodium, glucose, variant, corrected, source)| {
        let mut arguments = vec![
            ("sodium", quantity(sodium, "mmol/L")),
            ("glucose", quantity(glucose, "mg/dL")),
        ];
        arguments.extend(variant.map(|variant: &str| ("variant", Value::Choice(variant.into()))));
        example(
            &info(),
            arguments,
            vec![("corrected-sodium", quantity(corrected, "mmol/L"))],
            source,
            "formula, worked by hand",
        )
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::{Severity, band};

    #[test]
    fn sodium_is_normal_from_135_to_145() {
        for (sodium, severity) in [
            (134.9, Severity::Moderate),
            (135.0, Severity::Info),
            (145.0, Severity::Info),
            (145.1, Severity::Moderate),
        ] {
            assert_eq!(band(sodium).0, severity, "{sodium}");
        }
    }
}
