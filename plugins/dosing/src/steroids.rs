//! Equivalent glucocorticoid doses (Liu et al., Allergy Asthma Clin Immunol 2013;9:30, PMID 23947590, table 1).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Choice, Citation, Error, Example, Finding, Inputs, Measured, Outcome, Parameter,
    Severity, Value, argument, choice, choice_option, example, finding, paper, quantity, refused, reported, short, step,
};

pub const STEROIDS: Calculator = Calculator {
    id: "steroid-conversion",
    info,
    examples,
    compute,
};

struct Steroid {
    id: &'static str,
    label: &'static str,
    /// The dose in mg that does what 20 mg of hydrocortisone do.
    equivalent: f64,
    /// Relative to hydrocortisone, by the same table.
    salt: &'static str,
}

const STEROIDS_KNOWN: [Steroid; 8] = [
    steroid("betamethasone", "Betamethasone", 0.75, "none"),
    steroid("cortisone", "Cortisone", 25.0, "0.8"),
    steroid("dexamethasone", "Dexamethasone", 0.75, "none"),
    steroid("hydrocortisone", "Hydrocortisone", 20.0, "1"),
    steroid("methylprednisolone", "Methylprednisolone", 4.0, "0.5"),
    steroid("prednisolone", "Prednisolone", 5.0, "0.8"),
    steroid("prednisone", "Prednisone", 5.0, "0.8"),
    steroid("triamcinolone", "Triamcinolone", 4.0, "none"),
];

const fn steroid(id: &'static str, label: &'static str, equivalent: f64, salt: &'static str) -> Steroid {
    Steroid {
        id,
        label,
        equivalent,
        salt,
    }
}

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: STEROIDS.id.into(),
        version: "1.0.0".into(),
        title: "Glucocorticoid dose conversion".into(),
        summary: "The dose of one glucocorticoid with the anti-inflammatory effect of another.".into(),
        population: "Systemic glucocorticoids, by mouth or into a vein; not into joints or muscles, inhaled or on the \
                     skin, and not for other effects: salt retention and the length of the effect differ, so do not \
                     use it for replacement in adrenal failure or for a one-to-one switch of the schedule. The \
                     equivalents are conventional and vary from person to person."
            .into(),
        parameters: vec![
            which("from", "Present glucocorticoid"),
            Measured {
                name: "dose",
                label: "Present dose",
                help: Some("A single dose or a day's; the answer is for the same span."),
                unit: "mg",
                also: &["g", "ug"],
                range: (0.05, 2_000.0),
                molar_mass: None,
                loinc: &[],
            }
            .parameter(),
            which("to", "New glucocorticoid"),
        ],
        citations: vec![derivation()],
    }
}

fn which(name: &str, label: &str) -> Parameter {
    let options: Vec<Choice> = STEROIDS_KNOWN
        .iter()
        .map(|steroid| choice_option(steroid.id, steroid.label, Vec::new()))
        .collect();
    choice(name, label, options, Vec::new())
}

fn chosen<'a>(inputs: &Inputs, name: &str) -> Result<&'a Steroid, Error> {
    let id = inputs.choice(name)?;
    STEROIDS_KNOWN
        .iter()
        .find(|steroid| steroid.id == id)
        .ok_or_else(|| refused(format!("{id} is not a glucocorticoid of this table")))
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let (from, to) = (chosen(inputs, "from")?, chosen(inputs, "to")?);
    let dose = inputs.quantity("dose", "mg")?;
    let converted = dose * to.equivalent / from.equivalent;
    Ok(Outcome {
        findings: vec![Finding {
            interpretation: Some(format!(
                "An estimate to start from. Salt-retaining potency relative to hydrocortisone: {} {}, {} {}.",
                from.label, from.salt, to.label, to.salt
            )),
            severity: Severity::Moderate,
            ..finding(
                "equivalent-dose",
                &format!("Equivalent dose of {}", to.label.to_lowercase()),
                quantity(reported(converted, 2), "mg"),
                &[&derivation()],
            )
        }],
        warnings: vec!["Check the dose against the new drug's own label before prescribing.".into()],
        steps: vec![
            step(
                "Equivalents",
                format!(
                    "{} mg {} = {} mg {}",
                    short(from.equivalent),
                    from.label.to_lowercase(),
                    short(to.equivalent),
                    to.label.to_lowercase()
                ),
            ),
            step(
                "Numbers",
                format!(
                    "{} x {} / {} = {} mg",
                    short(dose),
                    short(to.equivalent),
                    short(from.equivalent),
                    short(converted)
                ),
            ),
        ],
    })
}

fn derivation() -> Citation {
    Citation {
        locator: Some("table 1".into()),
        ..paper(
            "liu-2013",
            "A practical guide to the monitoring and management of the complications of systemic corticosteroid therapy",
            "Allergy, Asthma & Clinical Immunology",
            &["Liu D", "Ahmet A", "Ward L", "et al."],
            "2013-08-15",
            "10.1186/1710-1492-9-30",
            "23947590",
        )
    }
}

fn examples() -> Vec<Example> {
    // 40 x 4 / 5; 100 x 0.75 / 20; 6 x 5 / 0.75; 50 x 20 / 25; 8 x 0.75 / 4
    [
        ("prednisone", 40.0, "methylprednisolone", 32.0),
        ("hydrocortisone", 100.0, "dexamethasone", 3.75),
        ("dexamethasone", 6.0, "prednisolone", 40.0),
        ("cortisone", 50.0, "hydrocortisone", 40.0),
        ("triamcinolone", 8.0, "betamethasone", 1.5),
    ]
    .map(|(from, dose, to, equivalent)| {
        example(
            STEROIDS.id,
            vec![
                argument("from", Value::Choice(from.into())),
                argument("dose", quantity(dose, "mg")),
                argument("to", Value::Choice(to.into())),
            ],
            vec![argument("equivalent-dose", quantity(equivalent, "mg"))],
            0.000_1,
            derivation(),
            "table 1, worked by hand",
        )
    })
    .into()
}
