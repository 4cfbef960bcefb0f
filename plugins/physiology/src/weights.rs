//! Ideal body weight (Devine, Drug Intell Clin Pharm 1974;8:650-655; its history in Pai and Paloucek, Ann Pharmacother
//! 2000;34:1066-1069, PMID 10981254) and adjusted body weight (Bauer et al., Eur J Clin Pharmacol 1983;24:643-647).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Step, Value, example, finding,
    measured::{height, weight},
    paper, quantity, refused, reported, sex, short, step, work,
};

pub const IDEAL: Calculator = Calculator {
    id: "ideal-body-weight",
    info: ideal_info,
    examples: ideal_examples,
    compute: ideal_compute,
};

pub const ADJUSTED: Calculator = Calculator {
    id: "adjusted-body-weight",
    info: adjusted_info,
    examples: adjusted_examples,
    compute: adjusted_compute,
};

const INCH: f64 = 2.54;

/// Devine's line starts at 5 feet; far below it gives weights nobody has.
const SHORTEST: f64 = 130.0;

fn ideal_info() -> CalculatorInfo {
    CalculatorInfo {
        id: IDEAL.id.into(),
        version: "1.0.0".into(),
        title: "Ideal body weight (Devine)".into(),
        summary: "Ideal body weight in kg from sex and height, for drug dosing.".into(),
        population:
            "Adults of at least 5 feet (152.4 cm); below that the line is drawn on, and a warning says so. Not \
                     for children. A dosing weight, not a goal for anyone's weight."
                .into(),
        parameters: vec![sex(), height(SHORTEST)],
        citations: vec![devine(), history()],
    }
}

struct Ideal {
    weight: f64,
    base: f64,
    inches: f64,
}

fn ideal(inputs: &Inputs) -> Result<Ideal, Error> {
    let base = if inputs.female()? { 45.5 } else { 50.0 };
    let inches = inputs.quantity("height", "cm")? / INCH;
    let weight = base + 2.3 * (inches - 60.0);
    if weight <= 0.0 {
        return Err(refused("The formula has no value for this height."));
    }
    Ok(Ideal { weight, base, inches })
}

impl Ideal {
    fn worked(&self) -> Step {
        let Self { weight, base, inches } = self;
        step(
            "Ideal body weight",
            format!(
                "{} + 2.3 x ({} in - 60) = {} kg",
                short(*base),
                short(*inches),
                short(*weight)
            ),
        )
    }

    fn warnings(&self) -> Vec<String> {
        if self.inches < 60.0 {
            vec!["Below 5 feet (152.4 cm) the formula is drawn on beyond what it was made for.".into()]
        } else {
            Vec::new()
        }
    }
}

fn ideal_compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let ideal = ideal(inputs)?;
    Ok(Outcome {
        findings: vec![finding(
            "ideal-body-weight",
            "Ideal body weight",
            quantity(reported(ideal.weight, 2), "kg"),
            Severity::Info,
            "",
            &[&devine(), &history()],
        )],
        warnings: ideal.warnings(),
        steps: vec![
            step(
                "Formula",
                "45.5 kg (women) or 50 kg (men) + 2.3 kg for every inch above 60",
            ),
            ideal.worked(),
        ],
    })
}

fn adjusted_info() -> CalculatorInfo {
    CalculatorInfo {
        id: ADJUSTED.id.into(),
        version: "1.0.0".into(),
        title: "Adjusted body weight".into(),
        summary: "Ideal body weight plus 40 % of the excess, for dosing in obesity.".into(),
        population: "Obese adults whose drug's dosing calls for it, such as aminoglycosides, for which the 40 % was \
                     found in morbidly obese patients. Not for children, and not for people at or below their ideal \
                     weight, who are dosed by actual weight."
            .into(),
        parameters: vec![sex(), weight(), height(SHORTEST)],
        citations: vec![bauer(), devine(), history()],
    }
}

fn adjusted_compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let weight = inputs.quantity("weight", "kg")?;
    let ideal = ideal(inputs)?;
    let adjusted = ideal.weight + 0.4 * (weight - ideal.weight);
    let mut warnings = ideal.warnings();
    let mut severity = Severity::Info;
    if weight <= ideal.weight {
        severity = Severity::Moderate;
        warnings.push("The actual weight is not above the ideal weight: dose by actual weight.".into());
    }
    Ok(Outcome {
        findings: vec![
            finding(
                "adjusted-body-weight",
                "Adjusted body weight",
                quantity(reported(adjusted, 2), "kg"),
                severity,
                "",
                &[&bauer()],
            ),
            finding(
                "ideal-body-weight",
                "Ideal body weight",
                quantity(reported(ideal.weight, 2), "kg"),
                Severity::Info,
                "",
                &[&devine(), &history()],
            ),
        ],
        warnings,
        steps: vec![
            step("Formula", "ideal weight + 0.4 x (actual weight - ideal weight)"),
            ideal.worked(),
            step(
                "Numbers",
                format!(
                    "{i} + 0.4 x ({} - {i}) = {} kg",
                    short(weight),
                    short(adjusted),
                    i = short(ideal.weight)
                ),
            ),
        ],
    })
}

fn devine() -> Citation {
    Citation {
        doi: Some("10.1177/106002807400801104".into()),
        url: Some("https://doi.org/10.1177/106002807400801104".into()),
        ..work(
            "devine-1974",
            "Gentamicin therapy",
            "Drug Intelligence and Clinical Pharmacy",
            &["Devine BJ"],
            "1974-11",
        )
    }
}

fn history() -> Citation {
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

fn bauer() -> Citation {
    Citation {
        doi: Some("10.1007/BF00542215".into()),
        url: Some("https://doi.org/10.1007/BF00542215".into()),
        ..work(
            "bauer-1983",
            "Influence of weight on aminoglycoside pharmacokinetics in normal weight and morbidly obese patients",
            "European Journal of Clinical Pharmacology",
            &["Bauer LA", "Edwards WAD", "Dellinger EP", "Simonowitz DA"],
            "1983",
        )
    }
}

fn ideal_examples() -> Vec<Example> {
    // 70 in: 50 + 23; 64 in: 45.5 + 9.2; 60 in: 45.5
    [("male", 177.8, 73.0), ("female", 162.56, 54.7), ("female", 152.4, 45.5)]
        .map(|(sex, height, weight)| {
            example(
                &ideal_info(),
                vec![("sex", Value::Choice(sex.into())), ("height", quantity(height, "cm"))],
                vec![("ideal-body-weight", quantity(weight, "kg"))],
                history(),
                "Devine's formula, worked by hand",
            )
        })
        .into()
}

fn adjusted_examples() -> Vec<Example> {
    // 73 + 0.4 x 47; 54.7 + 0.4 x 45.3
    [
        ("male", 120.0, 177.8, 91.8, 73.0),
        ("female", 100.0, 162.56, 72.82, 54.7),
    ]
    .map(|(sex, weight, height, adjusted, ideal)| {
        example(
            &adjusted_info(),
            vec![
                ("sex", Value::Choice(sex.into())),
                ("weight", quantity(weight, "kg")),
                ("height", quantity(height, "cm")),
            ],
            vec![
                ("adjusted-body-weight", quantity(adjusted, "kg")),
                ("ideal-body-weight", quantity(ideal, "kg")),
            ],
            bauer(),
            "ideal weight plus 40 % of the excess, worked by hand",
        )
    })
    .into()
}
