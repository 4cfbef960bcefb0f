//! Free water deficit: the water that brings serum sodium to 140 mmol/L.
//!
//! Solute is conserved, so `total body water x sodium = (total body water + deficit) x 140`, and the deficit is
//! `total body water x (sodium / 140 - 1)`. The fractions of body weight that are water and the limits on the rate are
//! those of Adrogué and Madias (N Engl J Med 2000;342:1493-1499, PMID 10816188).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding, measure,
    measured::{self, loinc},
    paper, quantity, reported, sex, short, step,
};

pub const WATER_DEFICIT: Calculator = Calculator {
    id: "free-water-deficit",
    info,
    examples,
    compute,
};

const TARGET: f64 = 140.0;

/// From here on people are called elderly; the paper gives no age, 65 years is the customary one.
const ELDERLY: f64 = 65.0;
const ADULT: f64 = 18.0;

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: WATER_DEFICIT.id.into(),
        version: "1.0.0".into(),
        title: "Free water deficit".into(),
        summary: "Litres of free water that bring serum sodium to 140 mmol/L.".into(),
        population:
            "Hypernatraemia from loss of water. It is a snapshot: ongoing losses come on top, and with loss of \
                     salt as well or under treatment it is only a start. Total body water is a guess by age and sex, \
                     too high in obesity. Not for newborns, and nothing to give at sodium of 140 or below."
                .into(),
        parameters: vec![
            measure(
                "age",
                "Age",
                "a",
                &["mo", "wk", "d"],
                (0.0, 120.0),
                loinc(&[("30525-0", "Age")]),
            )
            .help("It decides how much of the body is water."),
            sex(),
            measured::weight(),
            measured::sodium(),
        ],
        citations: vec![derivation()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.quantity("age", "a")?;
    let weight = inputs.quantity("weight", "kg")?;
    let sodium = inputs.quantity("sodium", "mmol/L")?;
    let (fraction, who) = water(age, inputs.female()?);
    let body_water = fraction * weight;
    let deficit = body_water * (sodium / TARGET - 1.0);
    let (severity, meaning) = if sodium > 145.0 {
        (
            Severity::High,
            "Lower chronic hypernatraemia by no more than 0.5 mmol/L an hour and 10 mmol/L a day, and measure again. \
             Ongoing losses are not in this figure.",
        )
    } else if sodium > TARGET {
        (
            Severity::Info,
            "Sodium is not above 145 mmol/L: this is no hypernatraemia.",
        )
    } else {
        (
            Severity::Info,
            "Sodium is not above 140 mmol/L: there is no free water deficit.",
        )
    };
    Ok(Outcome {
        findings: vec![finding(
            "free-water-deficit",
            "Free water deficit",
            quantity(reported(deficit, 2), "L"),
            severity,
            meaning,
            &[&derivation()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Formula", "total body water x (sodium / 140 - 1)"),
            step(
                "Total body water",
                format!(
                    "{who}: {} x {} kg = {} L",
                    short(fraction),
                    short(weight),
                    short(body_water)
                ),
            ),
            step(
                "Numbers",
                format!(
                    "{} x ({} / 140 - 1) = {} L",
                    short(body_water),
                    short(sodium),
                    short(deficit)
                ),
            ),
        ],
    })
}

/// The share of body weight that is water.
fn water(age: f64, female: bool) -> (f64, &'static str) {
    match (female, age) {
        (_, age) if age < ADULT => (0.6, "under 18 years"),
        (false, age) if age < ELDERLY => (0.6, "man under 65 years"),
        (true, age) if age < ELDERLY => (0.5, "woman under 65 years"),
        (false, _) => (0.5, "man of 65 years or older"),
        (true, _) => (0.45, "woman of 65 years or older"),
    }
}

fn derivation() -> Citation {
    paper(
        "adrogue-2000",
        "Hypernatremia",
        "New England Journal of Medicine",
        &["Adrogué HJ", "Madias NE"],
        "2000-05-18",
        "10.1056/NEJM200005183422006",
        "10816188",
    )
}

fn examples() -> Vec<Example> {
    let cases = [
        // 0.6 x 70 x (154 / 140 - 1) = 42 x 0.1
        (40.0, "male", 70.0, 154.0, 4.2),
        // 0.45 x 60 x (168 / 140 - 1) = 27 x 0.2
        (80.0, "female", 60.0, 168.0, 5.4),
        // 0.6 x 10 x (161 / 140 - 1) = 6 x 0.15
        (1.0, "female", 10.0, 161.0, 0.9),
        // 0.5 x 80 x (126 / 140 - 1) = 40 x -0.1
        (70.0, "male", 80.0, 126.0, -4.0),
    ];
    cases
        .into_iter()
        .map(|(age, sex, weight, sodium, deficit)| {
            example(
                &info(),
                vec![
                    ("age", quantity(age, "a")),
                    ("sex", Value::Choice(sex.into())),
                    ("weight", quantity(weight, "kg")),
                    ("sodium", quantity(sodium, "mmol/L")),
                ],
                vec![("free-water-deficit", quantity(deficit, "L"))],
                derivation(),
                "conservation of solute, worked by hand",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::water;

    #[test]
    fn body_water_changes_at_18_and_65_years() {
        for (age, female, fraction) in [
            (17.9, true, 0.6),
            (17.9, false, 0.6),
            (18.0, true, 0.5),
            (18.0, false, 0.6),
            (64.9, true, 0.5),
            (64.9, false, 0.6),
            (65.0, true, 0.45),
            (65.0, false, 0.5),
        ] {
            assert!((water(age, female).0 - fraction).abs() < 1e-12, "{age} {female}");
        }
    }
}
