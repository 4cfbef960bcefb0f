//! FIB-4 (Sterling et al., Hepatology 2006;43:1317-1325, PMID 16729309):
//! `age x AST / (platelets [10^9/L] x √ALT)`.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Finding, Inputs, LOINC, Measured, Outcome, Parameter, Severity,
    Value, argument, coding, example, finding, integer, paper, quantity, refused, reported, short, step,
};

pub const FIB4: Calculator = Calculator {
    id: "fib-4",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: FIB4.id.into(),
        version: "1.0.0".into(),
        title: "Liver fibrosis (FIB-4)".into(),
        summary: "Likelihood of advanced liver fibrosis from age, transaminases and platelets.".into(),
        population: "Adults with chronic liver disease. Derived in 832 people with hepatitis C and HIV together. \
                     Unreliable below 35 and above 65 years, and in acute hepatitis, whose transaminases say nothing of \
                     fibrosis."
            .into(),
        parameters: vec![
            integer("age", "Age (years)", 18, 110, vec![coding(LOINC, "30525-0", "Age")]),
            enzyme("ast", "Aspartate aminotransferase (AST)", ("1920-8", "Aspartate aminotransferase in Serum or Plasma")),
            enzyme("alt", "Alanine aminotransferase (ALT)", ("1742-6", "Alanine aminotransferase in Serum or Plasma")),
            Measured {
                name: "platelets",
                label: "Platelets",
                help: None,
                unit: "10*9/L",
                also: &["10*3/uL", "/uL"],
                range: (1.0, 3_000.0),
                molar_mass: None,
                loinc: &[("777-3", "Platelets [#/volume] in Blood by Automated count")],
            }
            .parameter(),
        ],
        citations: vec![derivation()],
    }
}

fn enzyme(name: &str, label: &str, loinc: (&str, &str)) -> Parameter {
    Measured {
        name,
        label,
        help: None,
        unit: "U/L",
        also: &[],
        range: (3.0, 25_000.0),
        molar_mass: None,
        loinc: &[loinc],
    }
    .parameter()
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let ast = inputs.quantity("ast", "U/L")?;
    let alt = inputs.quantity("alt", "U/L")?;
    let platelets = inputs.quantity("platelets", "10*9/L")?;
    if alt <= 0.0 || platelets <= 0.0 {
        return Err(refused("The formula has no value for these results."));
    }
    let index = f64::from(age) * ast / (platelets * alt.sqrt());
    let shown = reported(index, 2);
    let (severity, meaning) = band(shown);
    let mut warnings = Vec::new();
    if !(35..=65).contains(&age) {
        warnings.push("Below 35 and above 65 years the index is unreliable.".into());
    }
    Ok(Outcome {
        findings: vec![Finding {
            interpretation: Some(meaning.into()),
            severity,
            ..finding("fib-4", "FIB-4 index", quantity(shown, "1"), &[&derivation()])
        }],
        warnings,
        steps: vec![
            step("Formula", "age x AST / (platelets x √ALT)"),
            step(
                "Numbers",
                format!(
                    "{age} x {} / ({} x √{}) = {}",
                    short(ast),
                    short(platelets),
                    short(alt),
                    short(index)
                ),
            ),
        ],
    })
}

fn band(index: f64) -> (Severity, &'static str) {
    match index {
        x if x < 1.45 => (Severity::Info, "Below 1.45: advanced fibrosis is unlikely."),
        x if x <= 3.25 => (Severity::Moderate, "1.45 to 3.25: undecided, another test is needed."),
        _ => (Severity::High, "Above 3.25: advanced fibrosis is likely."),
    }
}

fn derivation() -> Citation {
    paper(
        "sterling-2006",
        "Development of a simple noninvasive index to predict significant fibrosis in patients with HIV/HCV coinfection",
        "Hepatology",
        &["Sterling RK", "Lissen E", "Clumeck N", "et al."],
        "2006-06",
        "10.1002/hep.21178",
        "16729309",
    )
}

fn examples() -> Vec<Example> {
    // 50 x 40 / (200 x 5); 60 x 100 / (100 x 8); 40 x 36 / (240 x 6)
    [
        (50, 40.0, 25.0, 200.0, 2.0),
        (60, 100.0, 64.0, 100.0, 7.5),
        (40, 36.0, 36.0, 240.0, 1.0),
    ]
    .map(|(age, ast, alt, platelets, index)| {
        example(
            FIB4.id,
            vec![
                argument("age", Value::Integer(age)),
                argument("ast", quantity(ast, "U/L")),
                argument("alt", quantity(alt, "U/L")),
                argument("platelets", quantity(platelets, "10*9/L")),
            ],
            vec![argument("fib-4", quantity(index, "1"))],
            0.000_1,
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
    fn fibrosis_is_unlikely_below_1_45_and_likely_above_3_25() {
        for (index, severity) in [
            (1.44, Severity::Info),
            (1.45, Severity::Moderate),
            (3.25, Severity::Moderate),
            (3.26, Severity::High),
        ] {
            assert_eq!(band(index).0, severity, "{index}");
        }
    }
}
