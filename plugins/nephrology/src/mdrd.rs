//! The four-variable MDRD equation, re-expressed for IDMS-traceable creatinine (Levey et al., Ann Intern Med
//! 2006;145:247-254, PMID 16908915): `175 x Scr^-1.154 x age^-0.203`, times 0.742 for women, times 1.212 for Black people
//! as the study recorded it. The NKF-ASN task force (Delgado et al., Am J Kidney Dis 2022;79:268-288, PMID 34563581)
//! advises against the race coefficient, so it is used only when someone asks for it.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Value, age, choice, choice_option, example,
    measured, paper, quantity, refused, sex, short, step,
};

use crate::gfr;

pub const MDRD: Calculator = Calculator {
    id: "mdrd",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: MDRD.id.into(),
        version: "1.0.0".into(),
        title: "Estimated GFR (MDRD)".into(),
        summary: "Glomerular filtration rate by the older four-variable MDRD equation; CKD-EPI 2021 has replaced it."
            .into(),
        population: format!(
            "Adults with chronic kidney disease and a stable creatinine measured traceably to IDMS. Derived in 1,628 \
             people with chronic kidney disease; too low and imprecise above 60 mL/min/1.73 m². {}",
            gfr::NOT_FOR
        ),
        parameters: vec![
            age(18, 110),
            sex(),
            measured::creatinine(),
            choice(
                "race",
                "Race coefficient of the 1999 study",
                vec![
                    choice_option("black", "Black (x 1.212)", Vec::new()),
                    choice_option("other", "Other (x 1)", Vec::new()),
                ],
                Vec::new(),
            )
            .help("Leave it out: the NKF-ASN task force of 2021 advises against it. Without it the coefficient is 1.")
            .optional(),
        ],
        citations: vec![derivation(), race(), gfr::kdigo()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let years = inputs.integer("age")?;
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    if creatinine <= 0.0 || years <= 0 {
        return Err(refused("The formula has no value for this age or creatinine."));
    }
    let female = inputs.female()?;
    let sex_factor = if female { 0.742 } else { 1.0 };
    let race = inputs.optional_choice("race")?;
    let (race_factor, race_detail) = match race {
        Some("black") => (1.212, "asked for: x 1.212"),
        Some("other") => (1.0, "asked for: x 1"),
        None => (1.0, "left out: x 1"),
        Some(other) => return Err(refused(format!("race {other} is not an option of this formula"))),
    };
    let of_creatinine = creatinine.powf(-1.154);
    let of_age = f64::from(years).powf(-0.203);
    let gfr = 175.0 * of_creatinine * of_age * sex_factor * race_factor;
    let mut warnings = Vec::new();
    if gfr > 60.0 {
        warnings.push("Above 60 the equation is imprecise: say \"above 60\", or use CKD-EPI 2021.".into());
    }
    if race == Some("black") {
        warnings.push("The NKF-ASN task force advises against the race coefficient.".into());
    }
    Ok(Outcome {
        findings: vec![gfr::result(gfr, &derivation())],
        warnings,
        steps: vec![
            step("Formula", "175 x Scr^-1.154 x age^-0.203 x 0.742 if female"),
            step(
                "Creatinine",
                format!("{}^-1.154 = {}", short(creatinine), short(of_creatinine)),
            ),
            step("Age", format!("{years}^-0.203 = {}", short(of_age))),
            step("Sex", if female { "female: x 0.742" } else { "male: x 1" }),
            step("Race coefficient", race_detail),
            step(
                "Result",
                format!(
                    "175 x {} x {} x {} x {} = {} mL/min/1.73 m²",
                    short(of_creatinine),
                    short(of_age),
                    short(sex_factor),
                    short(race_factor),
                    short(gfr)
                ),
            ),
        ],
    })
}

fn derivation() -> Citation {
    paper(
        "levey-2006",
        "Using standardized serum creatinine values in the Modification of Diet in Renal Disease study equation for \
         estimating glomerular filtration rate",
        "Annals of Internal Medicine",
        &["Levey AS", "Coresh J", "Greene T", "et al."],
        "2006-08-15",
        "10.7326/0003-4819-145-4-200608150-00004",
        "16908915",
    )
}

fn race() -> Citation {
    paper(
        "nkf-asn-2021",
        "A unifying approach for GFR estimation: recommendations of the NKF-ASN task force on reassessing the inclusion \
         of race in diagnosing kidney disease",
        "American Journal of Kidney Diseases",
        &["Delgado C", "Baweja M", "Crews DC", "et al."],
        "2022-02",
        "10.1053/j.ajkd.2021.08.003",
        "34563581",
    )
}

/// 60^-0.203 = e^(-0.203 x 4.09434) = 0.43556; 2^-1.154 = 0.44937.
fn examples() -> Vec<Example> {
    let cases = [
        // 175 x 1 x 0.43556 = 76.2
        (60, "male", 1.0, None, 76.2),
        // 175 x 0.44937 x 0.43556 x 0.742 = 25.4
        (60, "female", 2.0, None, 25.4),
        // 76.22 x 1.212 = 92.4
        (60, "male", 1.0, Some("black"), 92.4),
    ];
    cases
        .into_iter()
        .map(|(age, sex, creatinine, race, gfr)| {
            let mut arguments = vec![
                ("age", Value::Integer(age)),
                ("sex", Value::Choice(sex.into())),
                ("creatinine", quantity(creatinine, "mg/dL")),
            ];
            arguments.extend(race.map(|race: &str| ("race", Value::Choice(race.into()))));
            example(
                &info(),
                arguments,
                vec![("egfr", quantity(gfr, gfr::UNIT))],
                derivation(),
                "equation, worked by hand",
            )
        })
        .collect()
}
