//! CKD-EPI 2021, creatinine, without race (Inker et al., N Engl J Med 2021;385:1737-1749, PMID 34554658).
//!
//! `142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age`, times 1.012 for women; k is 0.7 and a -0.241 for women,
//! 0.9 and -0.302 for men; creatinine in mg/dL; result in mL/min/1.73 m².

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Value, age, example, measured, paper,
    quantity, refused, sex, short, step,
};

use crate::gfr;

pub const CKD_EPI: Calculator = Calculator {
    id: "ckd-epi-2021",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: CKD_EPI.id.into(),
        version: "1.0.0".into(),
        title: "Estimated GFR (CKD-EPI 2021)".into(),
        summary: "Glomerular filtration rate from creatinine, age and sex, without race.".into(),
        population: format!(
            "Adults with a stable creatinine measured traceably to IDMS. {}",
            gfr::NOT_FOR
        ),
        parameters: vec![age(18, 110), sex(), measured::creatinine()],
        citations: vec![derivation(), gfr::kdigo()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let years = inputs.integer("age")?;
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let female = inputs.female()?;
    let (kappa, alpha, factor) = if female {
        (0.7, -0.241, 1.012)
    } else {
        (0.9, -0.302, 1.0)
    };
    if creatinine <= 0.0 {
        return Err(refused("The formula has no value for this creatinine."));
    }
    let ratio = creatinine / kappa;
    let exponent = if ratio <= 1.0 { alpha } else { -1.2 };
    let aged = 0.9938_f64.powi(years);
    let gfr = 142.0 * ratio.powf(exponent) * aged * factor;
    let sex = if female { "female" } else { "male" };
    Ok(Outcome {
        findings: vec![gfr::result(gfr, &derivation())],
        warnings: Vec::new(),
        steps: vec![
            step(
                "Formula",
                "142 x min(Scr/κ, 1)^α x max(Scr/κ, 1)^-1.2 x 0.9938^age x 1.012 if female",
            ),
            step("Constants", format!("{sex}: κ {}, α {}", short(kappa), short(alpha))),
            step(
                "Creatinine",
                format!(
                    "({} / {})^{} = {}",
                    short(creatinine),
                    short(kappa),
                    short(exponent),
                    short(ratio.powf(exponent))
                ),
            ),
            step("Age", format!("0.9938^{years} = {}", short(aged))),
            step(
                "Result",
                format!(
                    "142 x {} x {} x {} = {} mL/min/1.73 m²",
                    short(ratio.powf(exponent)),
                    short(aged),
                    short(factor),
                    short(gfr)
                ),
            ),
        ],
    })
}

fn derivation() -> Citation {
    paper(
        "inker-2021",
        "New creatinine- and cystatin C-based equations to estimate GFR without race",
        "New England Journal of Medicine",
        &["Inker LA", "Eneanya ND", "Coresh J", "et al."],
        "2021-11-04",
        "10.1056/NEJMoa2102953",
        "34554658",
    )
}

/// Creatinine at, below and above κ, where the powers can be worked by hand: 0.9938^50 = 0.73274, (1/2)^1.2 = 0.43528.
fn examples() -> Vec<Example> {
    let cases = [
        // 142 x 1 x 0.73274 = 104.0
        (50, "male", 0.9, 104.0),
        // 142 x 0.43528 x 0.73274 = 45.3
        (50, "male", 1.8, 45.3),
        // 142 x 1 x 0.73274 x 1.012 = 105.3
        (50, "female", 0.7, 105.3),
        // 142 x (1/2)^-0.241 x 0.73274 x 1.012 = 105.30 x 1.1818 = 124.4
        (50, "female", 0.35, 124.4),
        // 142 x (2/3)^-0.302 x 0.73274 = 104.05 x 1.1303 = 117.6
        (50, "male", 0.6, 117.6),
    ];
    cases
        .into_iter()
        .map(|(age, sex, creatinine, gfr)| {
            example(
                &info(),
                vec![
                    ("age", Value::Integer(age)),
                    ("sex", Value::Choice(sex.into())),
                    ("creatinine", quantity(creatinine, "mg/dL")),
                ],
                vec![("egfr", quantity(gfr, gfr::UNIT))],
                derivation(),
                "equation, worked by hand",
            )
        })
        .collect()
}
