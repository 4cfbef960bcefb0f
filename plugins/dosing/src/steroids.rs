//! Equivalent glucocorticoid doses by the table of the British National Formulary (treatment summary "Glucocorticoid
//! therapy"; cortisone by its older editions, prednisone like the prednisolone it turns into); how potency and length of the effect come apart: Meikle and Tyler, Am J Med
//! 1977;63:200-207.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Choice, Citation, Error, Example, Inputs, Outcome, Parameter, Severity, Value, choice,
    choice_option, example, finding, measure, quantity, refused, reported, short, step, work,
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
    /// How much of the salt-retaining effect it has.
    salt: &'static str,
}

const STEROIDS_KNOWN: [Steroid; 8] = [
    steroid("betamethasone", "Betamethasone", 0.75, "negligible"),
    steroid("cortisone", "Cortisone", 25.0, "significant"),
    steroid("dexamethasone", "Dexamethasone", 0.75, "negligible"),
    steroid("hydrocortisone", "Hydrocortisone", 20.0, "significant"),
    steroid("methylprednisolone", "Methylprednisolone", 4.0, "slight"),
    steroid("prednisolone", "Prednisolone", 5.0, "slight"),
    steroid("prednisone", "Prednisone", 5.0, "slight"),
    steroid("triamcinolone", "Triamcinolone", 4.0, "slight"),
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
        version: "1.0.1".into(),
        title: "Glucocorticoid dose conversion".into(),
        summary: "The dose of one glucocorticoid with the anti-inflammatory effect of another.".into(),
        population: "Systemic glucocorticoids, by mouth or into a vein; not into joints or muscles, inhaled or on the \
                     skin, and not for other effects: salt retention and the length of the effect differ, so do not \
                     use it for replacement in adrenal failure or for a one-to-one switch of the schedule. The \
                     equivalents are conventional and vary from person to person."
            .into(),
        parameters: vec![
            which("from", "Present glucocorticoid"),
            measure("dose", "Present dose", "mg", &["g", "ug"], (0.05, 2_000.0), Vec::new())
                .help("A single dose or a day's; the answer is for the same span."),
            which("to", "New glucocorticoid"),
        ],
        citations: vec![formulary(), potency()],
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
        findings: vec![finding(
            "equivalent-dose",
            &format!("Equivalent dose of {}", to.label.to_lowercase()),
            quantity(reported(converted, 2), "mg"),
            Severity::Moderate,
            format!(
                "An estimate to start from. Salt retention: {} {}, {} {}.",
                from.label.to_lowercase(),
                from.salt,
                to.label.to_lowercase(),
                to.salt
            ),
            &[&formulary()],
        )],
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

fn formulary() -> Citation {
    Citation {
        url: Some("https://bnf.nice.org.uk/treatment-summaries/glucocorticoid-therapy/".into()),
        locator: Some("equivalent anti-inflammatory doses".into()),
        ..work(
            "bnf-glucocorticoids",
            "Glucocorticoid therapy",
            "British National Formulary",
            &["Joint Formulary Committee"],
            "2024",
        )
    }
}

fn potency() -> Citation {
    Citation {
        doi: Some("10.1016/0002-9343(77)90233-9".into()),
        url: Some("https://doi.org/10.1016/0002-9343(77)90233-9".into()),
        ..work(
            "meikle-1977",
            "Potency and duration of action of glucocorticoids: effects of hydrocortisone, prednisone and dexamethasone on \
             human pituitary-adrenal function",
            "American Journal of Medicine",
            &["Meikle AW", "Tyler FH"],
            "1977-08",
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
            &info(),
            vec![
                ("from", Value::Choice(from.into())),
                ("dose", quantity(dose, "mg")),
                ("to", Value::Choice(to.into())),
            ],
            vec![("equivalent-dose", quantity(equivalent, "mg"))],
            formulary(),
            "table of equivalent doses, worked by hand",
        )
    })
    .into()
}
