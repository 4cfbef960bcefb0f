//! FIB-4 (Sterling et al., Hepatology 2006;43:1317-1325, PMID 16729309):
//! `age x AST / (platelets [10^9/L] x √ALT)`. What age does to it: McPherson et al., Am J Gastroenterol
//! 2017;112:740-751, PMID 27725647.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Severity, Value, age, example,
    finding, measure,
    measured::{self, loinc},
    paper, quantity, refused, reported, short, step,
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
        version: "1.0.1".into(),
        title: "Liver fibrosis (FIB-4)".into(),
        summary: "Likelihood of advanced liver fibrosis from age, transaminases and platelets.".into(),
        population: "Adults with chronic liver disease. Derived in 832 people with hepatitis C and HIV together. \
                     Unreliable below 35 and above 65 years, and in acute hepatitis, whose transaminases say nothing of \
                     fibrosis."
            .into(),
        parameters: vec![
            age(18, 110),
            enzyme("ast", "Aspartate aminotransferase (AST)", ("1920-8", "Aspartate aminotransferase in Serum or Plasma")),
            enzyme("alt", "Alanine aminotransferase (ALT)", ("1742-6", "Alanine aminotransferase in Serum or Plasma")),
            measured::platelets(),
        ],
        citations: vec![derivation(), ages()],
    }
}

fn enzyme(name: &str, label: &str, code: (&str, &str)) -> Parameter {
    measure(name, label, "U/L", &[], (3.0, 25_000.0), loinc(&[code]))
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let years = inputs.integer("age")?;
    let ast = inputs.quantity("ast", "U/L")?;
    let alt = inputs.quantity("alt", "U/L")?;
    let platelets = inputs.quantity("platelets", "10*9/L")?;
    if alt <= 0.0 || platelets <= 0.0 {
        return Err(refused("The formula has no value for these results."));
    }
    let index = f64::from(years) * ast / (platelets * alt.sqrt());
    let shown = reported(index, 2);
    let (severity, meaning) = band(shown);
    let mut warnings = Vec::new();
    if !(35..=65).contains(&years) {
        warnings.push("Below 35 and above 65 years the index is unreliable.".into());
    }
    Ok(Outcome {
        findings: vec![finding(
            "fib-4",
            "FIB-4 index",
            quantity(shown, "1"),
            severity,
            meaning,
            &[&derivation(), &ages()],
        )],
        warnings,
        steps: vec![
            step("Formula", "age x AST / (platelets x √ALT)"),
            step(
                "Numbers",
                format!(
                    "{years} x {} / ({} x √{}) = {}",
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

fn ages() -> Citation {
    paper(
        "mcpherson-2017",
        "Age as a confounding factor for the accurate non-invasive diagnosis of advanced NAFLD fibrosis",
        "American Journal of Gastroenterology",
        &["McPherson S", "Hardy T", "Dufour JF", "et al."],
        "2017-05",
        "10.1038/ajg.2016.453",
        "27725647",
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
            &info(),
            vec![
                ("age", Value::Integer(age)),
                ("ast", quantity(ast, "U/L")),
                ("alt", quantity(alt, "U/L")),
                ("platelets", quantity(platelets, "10*9/L")),
            ],
            vec![("fib-4", quantity(index, "1"))],
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
