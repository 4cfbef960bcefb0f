//! Cockcroft-Gault (Cockcroft and Gault, Nephron 1976;16:31-41, PMID 1244564).
//!
//! `(140 - age) x weight [kg] / (72 x creatinine [mg/dL])` in mL/min, times 0.85 for women. The result is
//! not normalised to body surface area. The paper's weight is the actual one; the variants take another.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Step, Value, age, example,
    finding, measure,
    measured::{self, loinc},
    paper, quantity, refused, reported, sex, short, step, variant,
};

pub const COCKCROFT_GAULT: Calculator = Calculator {
    id: "cockcroft-gault",
    info,
    examples,
    compute,
};

const STANDARD: &str = "actual-weight";

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: COCKCROFT_GAULT.id.into(),
        version: "1.1.0".into(),
        title: "Creatinine clearance (Cockcroft-Gault)".into(),
        summary: "Estimated creatinine clearance in mL/min, for drug dosing.".into(),
        population: "Adults with a stable creatinine. Not for acute kidney injury or any creatinine that is still \
                     changing, dialysis, pregnancy, or very unusual muscle mass. Uses the weight you enter unless you \
                     choose a variant: ideal or adjusted weight is never assumed. Derived in 249 patients aged 18 to \
                     92, nearly all of them men."
            .into(),
        parameters: vec![
            age(18, 110),
            sex(),
            measure(
                "weight",
                "Weight",
                "kg",
                &["[lb_av]"],
                (25.0, 350.0),
                loinc(&[("29463-7", "Body weight")]),
            )
            .help("Actual body weight, unless your drug's label asks for another."),
            measured::creatinine(),
            measure(
                "height",
                "Height",
                "cm",
                &["m", "[in_i]", "[ft_i]"],
                (120.0, 260.0),
                loinc(&[("8302-2", "Body height")]),
            )
            .optional()
            .help("Only for the variants that need an ideal weight."),
            variant(
                "Which weight to use. By body mass index: actual below 18.5, the lower of ideal and actual from 18.5, \
                 adjusted (ideal plus 40 % of the excess) from 25.",
                &[
                    ("actual-weight", "Actual weight (the paper's)"),
                    ("ideal-weight", "Ideal weight (Devine)"),
                    ("adjusted-weight", "Adjusted weight (40 %)"),
                    ("weight-by-bmi", "Weight chosen by body mass index"),
                ],
            ),
        ],
        citations: vec![derivation(), weights(), devine()],
    }
}

/// The weight that goes into the formula, in kg, and how it came about.
fn dosing_weight(inputs: &Inputs, actual: f64, female: bool) -> Result<(f64, Vec<Step>), Error> {
    let variant = inputs.variant(STANDARD)?;
    if variant == STANDARD {
        return Ok((actual, vec![step("Weight", format!("actual: {} kg", short(actual)))]));
    }
    let Some(height) = inputs.optional_quantity("height", "cm")? else {
        return Err(refused("This variant needs the height."));
    };
    let (base, inches) = (if female { 45.5 } else { 50.0 }, height / 2.54);
    let ideal = base + 2.3 * (inches - 60.0);
    if ideal <= 0.0 {
        return Err(refused("There is no ideal weight for this height."));
    }
    let adjusted = ideal + 0.4 * (actual - ideal);
    let index = actual / (height / 100.0).powi(2);
    let (weight, choice) = match variant {
        "ideal-weight" => (ideal, "ideal weight".to_owned()),
        "adjusted-weight" => (adjusted, "adjusted weight".to_owned()),
        "weight-by-bmi" => {
            let (weight, choice) = match index {
                low if low < 18.5 => (actual, "below 18.5: actual weight"),
                normal if normal < 25.0 => (ideal.min(actual), "18.5 to 24.9: the lower of ideal and actual weight"),
                _ => (adjusted, "25 or more: adjusted weight"),
            };
            (weight, format!("body mass index {} kg/m², {choice}", short(index)))
        }
        other => return Err(refused(format!("{other} is not a variant of this formula"))),
    };
    let steps = vec![
        step(
            "Ideal weight",
            format!(
                "{} + 2.3 x ({} in - 60) = {} kg",
                short(base),
                short(inches),
                short(ideal)
            ),
        ),
        step(
            "Adjusted weight",
            format!(
                "{i} + 0.4 x ({} - {i}) = {} kg",
                short(actual),
                short(adjusted),
                i = short(ideal)
            ),
        ),
        step("Weight", format!("{choice}: {} kg", short(weight))),
    ];
    Ok((weight, steps))
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let years = inputs.integer("age")?;
    let actual = inputs.quantity("weight", "kg")?;
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let female = inputs.female()?;
    if creatinine <= 0.0 || years >= 140 {
        return Err(refused("The formula has no value for this age or creatinine."));
    }
    let (weight, chosen) = dosing_weight(inputs, actual, female)?;
    let (factor, sex) = if female {
        (0.85, "female: x 0.85")
    } else {
        (1.0, "male: x 1")
    };
    let base = f64::from(140 - years) * weight / (72.0 * creatinine);
    let clearance = base * factor;
    let shown = reported(clearance, 1);
    let mut steps = chosen;
    steps.extend([
        step("Formula", "(140 - age) x weight / (72 x creatinine)"),
        step(
            "Numbers",
            format!(
                "(140 - {years}) x {} / (72 x {}) = {}",
                short(weight),
                short(creatinine),
                short(base)
            ),
        ),
        step("Sex", sex),
        step(
            "Result",
            format!("{} x {} = {} mL/min", short(base), short(factor), short(clearance)),
        ),
    ]);
    Ok(Outcome {
        findings: vec![finding(
            "creatinine-clearance",
            "Creatinine clearance",
            quantity(shown, "mL/min"),
            severity(shown),
            "Compare with the clearance bands in the drug's own label; it is not an eGFR and is not indexed to body \
                 surface area.",
            &[&derivation()],
        )],
        warnings: vec!["Valid only while creatinine is stable.".into()],
        steps,
    })
}

/// The edges at which labels most often change a dose.
pub fn severity(clearance: f64) -> Severity {
    match clearance {
        x if x < 15.0 => Severity::Critical,
        x if x < 30.0 => Severity::High,
        x if x < 60.0 => Severity::Moderate,
        _ => Severity::Info,
    }
}

fn derivation() -> Citation {
    paper(
        "cockcroft-gault-1976",
        "Prediction of creatinine clearance from serum creatinine",
        "Nephron",
        &["Cockcroft DW", "Gault MH"],
        "1976",
        "10.1159/000180580",
        "1244564",
    )
}

/// Compares the weights and finds the choice by body mass index the least biased.
fn weights() -> Citation {
    paper(
        "winter-2012",
        "Impact of various body weights and serum creatinine concentrations on the bias and accuracy of the \
         Cockcroft-Gault equation",
        "Pharmacotherapy",
        &["Winter MA", "Guhr KN", "Berg GM"],
        "2012-07",
        "10.1002/j.1875-9114.2012.01098.x",
        "22576791",
    )
}

fn devine() -> Citation {
    paper(
        "pai-2000",
        "The origin of the \"ideal\" body weight equations",
        "Annals of Pharmacotherapy",
        &["Pai MP", "Paloucek FP"],
        "2000-09",
        "10.1345/aph.19381",
        "10981254",
    )
}

struct Case {
    age: i32,
    sex: &'static str,
    weight: f64,
    creatinine: f64,
    variant: Option<(&'static str, f64)>,
    clearance: f64,
}

/// Each case works the published equation by hand. 177.8 cm are 70 in: ideal weight of a man 73 kg; 162.56 cm are
/// 64 in: of a woman 54.7 kg.
fn examples() -> Vec<Example> {
    let case = |age, sex, weight, creatinine, variant, clearance| Case {
        age,
        sex,
        weight,
        creatinine,
        variant,
        clearance,
    };
    let by_bmi = |height| Some(("weight-by-bmi", height));
    let cases = [
        // 80 x 72 / 72
        case(60, "male", 72.0, 1.0, None, 80.0),
        // 70 x 75 / 72
        case(70, "male", 75.0, 1.0, None, 72.9),
        // 95 x 65 / 64.8 x 0.85
        case(45, "female", 65.0, 0.9, None, 81.0),
        // 60 x 60 / 144 x 0.85
        case(80, "female", 60.0, 2.0, None, 21.3),
        // 80 x 73 / 72
        case(60, "male", 120.0, 1.0, Some(("ideal-weight", 177.8)), 81.1),
        // 73 + 0.4 x 47 = 91.8; 80 x 91.8 / 72
        case(60, "male", 120.0, 1.0, Some(("adjusted-weight", 177.8)), 102.0),
        // BMI 38: adjusted
        case(60, "male", 120.0, 1.0, by_bmi(177.8), 102.0),
        // BMI 24.04: ideal, 73 kg, is below 76 kg
        case(60, "male", 76.0, 1.0, by_bmi(177.8), 81.1),
        // BMI 18.98: actual, 60 kg, is below ideal; 80 x 60 / 72
        case(60, "male", 60.0, 1.0, by_bmi(177.8), 66.7),
        // BMI 17.0: actual; 80 x 45 / 72 x 0.85
        case(60, "female", 45.0, 1.0, by_bmi(162.56), 42.5),
    ];
    cases
        .into_iter()
        .map(|case| {
            let mut arguments = vec![
                ("age", Value::Integer(case.age)),
                ("sex", Value::Choice(case.sex.into())),
                ("weight", quantity(case.weight, "kg")),
                ("creatinine", quantity(case.creatinine, "mg/dL")),
            ];
            if let Some((variant, height)) = case.variant {
                arguments.push(("height", quantity(height, "cm")));
                arguments.push(("variant", Value::Choice(variant.into())));
            }
            example(
                &info(),
                arguments,
                vec![("creatinine-clearance", quantity(case.clearance, "mL/min"))],
                derivation(),
                "equation, worked by hand",
            )
        })
        .collect()
}
