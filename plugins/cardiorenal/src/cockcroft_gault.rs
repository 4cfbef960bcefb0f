//! Cockcroft-Gault (Cockcroft and Gault, Nephron 1976;16:31-41, PMID 1244564).
//!
//! `(140 - age) x weight [kg] / (72 x creatinine [mg/dL])` in mL/min, times 0.85 for women. The result is
//! not normalised to body surface area.

use voiceassist_plugin::{
    CalculatorInfo, Citation, Domain, Error, Example, Finding, Inputs, LOINC, Outcome, Parameter, QuantityDomain,
    Severity, Value, argument, coding, integer, paper, quantity, refused, step,
};

use crate::sex;

pub const ID: &str = "cockcroft-gault";

/// Of creatinine, in g/mol.
const MOLAR_MASS: f64 = 113.12;

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Creatinine clearance (Cockcroft-Gault)".into(),
        summary: "Estimated creatinine clearance in mL/min, for drug dosing.".into(),
        population: "Adults with a stable creatinine. Not for acute kidney injury or any creatinine that is still \
                     changing, dialysis, pregnancy, or very unusual muscle mass. Uses the weight you enter: ideal or \
                     adjusted weight is never assumed. Derived in 249 patients aged 18 to 92, nearly all of them men."
            .into(),
        parameters: parameters(),
        citations: vec![derivation()],
    }
}

fn parameters() -> Vec<Parameter> {
    vec![
        integer("age", "Age (years)", 18, 110, vec![coding(LOINC, "30525-0", "Age")]),
        sex::parameter(),
        Parameter {
            name: "weight".into(),
            label: "Weight".into(),
            help: Some("Actual body weight, unless your drug's label asks for another.".into()),
            required: true,
            domain: Domain::Quantity(QuantityDomain {
                unit: "kg".into(),
                also_accepts: vec!["[lb_av]".into()],
                minimum: Some(25.0),
                maximum: Some(350.0),
                molar_mass: None,
            }),
            codings: vec![coding(LOINC, "29463-7", "Body weight")],
        },
        Parameter {
            name: "creatinine".into(),
            label: "Serum creatinine".into(),
            help: Some("A steady value.".into()),
            required: true,
            domain: Domain::Quantity(QuantityDomain {
                unit: "mg/dL".into(),
                also_accepts: vec!["umol/L".into()],
                // 18 to 2,210 umol/L: below lies no adult, above no reported survivor without an analytic error.
                minimum: Some(0.2),
                maximum: Some(25.0),
                molar_mass: Some(MOLAR_MASS),
            }),
            codings: vec![
                coding(LOINC, "2160-0", "Creatinine [Mass/volume] in Serum or Plasma"),
                coding(LOINC, "14682-9", "Creatinine [Moles/volume] in Serum or Plasma"),
            ],
        },
    ]
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let weight = inputs.quantity("weight", "kg")?;
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let (factor, factor_detail) = match inputs.choice("sex")? {
        "female" => (0.85, "female: x 0.85"),
        "male" => (1.0, "male: x 1"),
        other => return Err(refused(format!("sex {other} is not an option of this formula"))),
    };
    if creatinine <= 0.0 || age >= 140 {
        return Err(refused("the formula has no value for this age or creatinine"));
    }
    let base = f64::from(140 - age) * weight / (72.0 * creatinine);
    let clearance = base * factor;
    Ok(Outcome {
        findings: vec![Finding {
            name: "creatinine-clearance".into(),
            label: "Creatinine clearance".into(),
            value: quantity((clearance * 10.0).round() / 10.0, "mL/min"),
            interpretation: Some(
                "Compare with the clearance bands in the drug's own label; it is not an eGFR and is not indexed to body \
                 surface area."
                    .into(),
            ),
            severity: match clearance {
                x if x < 15.0 => Severity::Critical,
                x if x < 30.0 => Severity::High,
                x if x < 60.0 => Severity::Moderate,
                _ => Severity::Info,
            },
            cites: vec![derivation().id],
        }],
        warnings: vec!["Valid only while creatinine is stable.".into()],
        steps: vec![
            step("Formula", "(140 - age) x weight / (72 x creatinine)"),
            step(
                "Numbers",
                format!("(140 - {age}) x {} / (72 x {}) = {}", short(weight), short(creatinine), short(base)),
            ),
            step("Sex", factor_detail),
            step("Result", format!("{} x {} = {} mL/min", short(base), short(factor), short(clearance))),
        ],
    })
}

/// Up to three decimals, without trailing zeros.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').into()
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

/// Each row works the published equation by hand.
pub fn examples() -> Vec<Example> {
    let cases = [
        // 80 x 72 / 72
        (60, "male", 72.0, 1.0, 80.0),
        // 70 x 75 / 72
        (70, "male", 75.0, 1.0, 72.9),
        // 95 x 65 / 64.8 x 0.85
        (45, "female", 65.0, 0.9, 81.0),
        // 60 x 60 / 144 x 0.85
        (80, "female", 60.0, 2.0, 21.3),
    ];
    cases
        .into_iter()
        .map(|(age, sex, weight, creatinine, clearance)| Example {
            calculator: ID.into(),
            arguments: vec![
                argument("age", Value::Integer(age)),
                argument("sex", Value::Choice(sex.into())),
                argument("weight", quantity(weight, "kg")),
                argument("creatinine", quantity(creatinine, "mg/dL")),
            ],
            expected: vec![argument("creatinine-clearance", quantity(clearance, "mL/min"))],
            tolerance: 0.001,
            source: Citation {
                locator: Some("equation, worked by hand".into()),
                ..derivation()
            },
        })
        .collect()
}
