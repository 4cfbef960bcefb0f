//! Systemic inflammatory response syndrome (Bone et al., Chest 1992;101:1644-1655, PMID 1303622).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, example, finding, measure,
    measured, paper, refused, short,
};

pub const ID: &str = "sirs";

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "SIRS criteria".into(),
        summary: "Systemic inflammatory response syndrome, 0 to 4 criteria.".into(),
        population:
            "Adults. Not for children, whose limits differ with age. Definitions of sepsis since 2016 no longer \
                     rest on these criteria."
                .into(),
        parameters: vec![
            measured::temperature(),
            measured::heart_rate(),
            measured::respiratory_rate().optional(),
            measured::paco2().optional(),
            measured::white_cells(),
            measure("bands", "Immature neutrophils", "%", &["1"], (0.0, 100.0), Vec::new())
                .help("Bands, as a share of the white cells; leave it out if it was not counted.")
                .optional(),
        ],
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let temperature = inputs.quantity("temperature", "Cel")?;
    let rate = inputs.quantity("heart-rate", "/min")?;
    let cells = inputs.quantity("white-cells", "10*9/L")?;
    let breaths = inputs.optional_quantity("respiratory-rate", "/min")?;
    let paco2 = inputs.optional_quantity("paco2", "mm[Hg]")?;
    let bands = inputs.optional_quantity("bands", "%")?;
    if breaths.is_none() && paco2.is_none() {
        return Err(refused(
            "give the respiratory rate or the arterial carbon dioxide pressure",
        ));
    }
    let mut criteria = Points::new();
    let detail = format!("{} °C, above 38 or below 36 counts", short(temperature));
    criteria.when(!(36.0..=38.0).contains(&temperature), "Temperature", detail, 1);
    criteria.when(
        rate > 90.0,
        "Heart rate",
        format!("{} /min, above 90 counts", short(rate)),
        1,
    );
    let given =
        |value: Option<f64>, unit: &str| value.map_or("not given".into(), |value| format!("{} {unit}", short(value)));
    let detail = format!(
        "{}, above 20 counts; PaCO2 {}, below 32 counts",
        given(breaths, "/min"),
        given(paco2, "mmHg")
    );
    let fast = breaths.is_some_and(|breaths| breaths > 20.0) || paco2.is_some_and(|paco2| paco2 < 32.0);
    criteria.when(fast, "Respiration", detail, 1);
    let detail = format!(
        "{} 10^9/L, above 12 or below 4 counts; bands {}, above 10 % counts",
        short(cells),
        given(bands, "%")
    );
    let odd = !(4.0..=12.0).contains(&cells) || bands.is_some_and(|bands| bands > 10.0);
    criteria.when(odd, "White cells", detail, 1);
    let met = criteria.whole();
    let (severity, says) = if met >= 2 {
        (
            Severity::Moderate,
            "Two or more criteria: systemic inflammatory response syndrome.",
        )
    } else {
        (
            Severity::Low,
            "Fewer than two criteria: no systemic inflammatory response syndrome.",
        )
    };
    Ok(Outcome {
        findings: vec![finding(
            "criteria-met",
            "SIRS criteria met",
            met.into(),
            severity,
            says,
            &[&derivation()],
        )],
        warnings: Vec::new(),
        steps: criteria.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "bone-1992-chest",
        "Definitions for sepsis and organ failure and guidelines for the use of innovative therapies in sepsis",
        "Chest",
        &["Bone RC", "Balk RA", "Cerra FB", "Dellinger RP", "Fein AM", "Knaus WA"],
        "1992-06",
        "10.1378/chest.101.6.1644",
        "1303622",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = (f64, f64, Option<f64>, Option<f64>, f64, Option<f64>, i32);
    let cases: [Case; 6] = [
        (38.0, 90.0, Some(20.0), Some(32.0), 12.0, None, 0),
        (36.0, 90.0, Some(20.0), None, 4.0, Some(10.0), 0),
        (38.1, 91.0, Some(21.0), None, 12.1, None, 4),
        (35.9, 80.0, None, Some(31.0), 3.9, None, 3),
        (37.0, 80.0, Some(16.0), None, 8.0, Some(11.0), 1),
        (39.0, 110.0, Some(18.0), None, 8.0, None, 2),
    ];
    let worked = cases
        .into_iter()
        .map(|(temperature, rate, breaths, paco2, cells, bands, met)| {
            let mut given: Vec<(&str, Value)> = vec![
                ("temperature", (temperature, "Cel").into()),
                ("heart-rate", (rate, "/min").into()),
                ("white-cells", (cells, "10*9/L").into()),
            ];
            given.extend(breaths.map(|value| ("respiratory-rate", (value, "/min").into())));
            given.extend(paco2.map(|value| ("paco2", (value, "mm[Hg]").into())));
            given.extend(bands.map(|value| ("bands", (value, "%").into())));
            let expected = vec![("criteria-met", met.into())];
            example(&info, given, expected, derivation(), "four criteria, counted by hand")
        });
    worked.collect()
}
