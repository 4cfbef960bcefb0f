//! Maintenance fluids: Holliday and Segar (Pediatrics 1957;19:823-832, PMID 13431307), 100, 50 and 20 mL/kg a day, and
//! the anaesthetist's rounding of it to 4, 2 and 1 mL/kg an hour (Bailey et al., Anesth Analg 2010;110:375-390, PMID
//! 19955503). How much is rarely exceeded: NICE guideline NG29.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding, measure,
    measured::loinc, paper, quantity, refused, reported, short, step, variant, work,
};

pub const FLUIDS: Calculator = Calculator {
    id: "maintenance-fluids",
    info,
    examples,
    compute,
};

const STANDARD: &str = "holliday-segar";
const HOURLY: &str = "4-2-1";

/// In mL a day; what females rarely exceed.
const LARGE: f64 = 2_000.0;

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: FLUIDS.id.into(),
        version: "1.1.0".into(),
        title: "Maintenance fluids".into(),
        summary: "Maintenance water for a day and an hour, from body weight.".into(),
        population: "Children beyond the newborn period who cannot drink; it was derived from the energy children in \
                     hospital spend. It says how much, not which fluid: hypotonic fluids make hyponatraemia. Not for \
                     newborns, shock, dehydration (add the deficit), or heart, kidney or liver failure. In adults it \
                     overestimates, the more the heavier they are."
            .into(),
        parameters: vec![
            measure(
                "weight",
                "Weight",
                "kg",
                &["g", "[lb_av]"],
                (0.2, 300.0),
                loinc(&[("29463-7", "Body weight")]),
            ),
            variant(
                "The paper's daily volumes unless you choose the hourly rule; above 20 kg the hourly rule gives more.",
                &[
                    (STANDARD, "100, 50, 20 mL/kg a day (Holliday and Segar)"),
                    (HOURLY, "4, 2, 1 mL/kg an hour"),
                ],
            ),
        ],
        citations: vec![holliday(), bailey(), nice()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let weight = inputs.quantity("weight", "kg")?;
    let (rates, hours, source, per) = match inputs.variant(STANDARD)? {
        STANDARD => ([100.0, 50.0, 20.0], 24.0, holliday(), "day"),
        HOURLY => ([4.0, 2.0, 1.0], 1.0, bailey(), "hour"),
        other => return Err(refused(format!("{other} is not a variant of this formula"))),
    };
    let parts = [
        weight.min(10.0),
        (weight - 10.0).clamp(0.0, 10.0),
        (weight - 20.0).max(0.0),
    ];
    let volume: f64 = parts.iter().zip(rates).map(|(part, rate)| part * rate).sum();
    let hourly = volume / hours;
    let sum: Vec<_> = parts
        .iter()
        .zip(rates)
        .map(|(part, rate)| format!("{} kg x {}", short(*part), short(rate)))
        .collect();
    let mut warnings = Vec::new();
    if weight < 2.5 {
        warnings.push("This is a newborn's weight: the rule is not for newborns.".into());
    }
    if hourly * 24.0 > LARGE {
        warnings.push("Females rarely need more than 2,000 mL a day, and males more than 2,500 mL (NICE).".into());
    }
    Ok(Outcome {
        findings: vec![
            finding(
                "hourly-rate",
                "Maintenance rate",
                quantity(reported(hourly, 1), "mL/h"),
                if warnings.is_empty() {
                    Severity::Info
                } else {
                    Severity::Moderate
                },
                "A volume of water; it does not say which fluid.",
                &[&source],
            ),
            finding(
                "daily-volume",
                "Maintenance volume",
                quantity(reported(hourly * 24.0, 0), "mL/d"),
                Severity::Info,
                "",
                &[&source],
            ),
        ],
        warnings,
        steps: vec![
            step(
                "Formula",
                format!(
                    "{} mL/kg for the first 10 kg, {} for the next 10, {} beyond, each {per}",
                    short(rates[0]),
                    short(rates[1]),
                    short(rates[2])
                ),
            ),
            step(
                "Numbers",
                format!("{} = {} mL each {per}", sum.join(" + "), short(volume)),
            ),
            step(
                "Hourly",
                format!("{} / {} = {} mL/h", short(volume), short(hours), short(hourly)),
            ),
        ],
    })
}

fn holliday() -> Citation {
    paper(
        "holliday-1957",
        "The maintenance need for water in parenteral fluid therapy",
        "Pediatrics",
        &["Holliday MA", "Segar WE"],
        "1957-05",
        "10.1542/peds.19.5.823",
        "13431307",
    )
}

fn bailey() -> Citation {
    paper(
        "bailey-2010",
        "Perioperative crystalloid and colloid fluid management in children: where are we and how did we get here?",
        "Anesthesia and Analgesia",
        &["Bailey AG", "McNaull PP", "Jooste E", "Tuchman JB"],
        "2010-02",
        "10.1213/ANE.0b013e3181b6b3b5",
        "19955503",
    )
}

fn nice() -> Citation {
    Citation {
        url: Some("https://www.nice.org.uk/guidance/ng29".into()),
        locator: Some("recommendation 1.4.1".into()),
        ..work(
            "nice-ng29",
            "Intravenous fluid therapy in children and young people in hospital. NICE guideline NG29",
            "National Institute for Health and Care Excellence",
            &["National Institute for Health and Care Excellence"],
            "2015-12",
        )
    }
}

fn examples() -> Vec<Example> {
    // 12 kg: 1000 + 100 = 1100 a day; 32 kg: 1000 + 500 + 240 = 1740; 5 kg: 500; 4-2-1 at 25 kg: 40 + 20 + 5 = 65
    [
        (12.0, None, 45.8, 1_100.0, holliday()),
        (32.0, None, 72.5, 1_740.0, holliday()),
        (5.0, Some(STANDARD), 20.8, 500.0, holliday()),
        (25.0, Some(HOURLY), 65.0, 1_560.0, bailey()),
        (15.0, Some(HOURLY), 50.0, 1_200.0, bailey()),
    ]
    .map(|(weight, variant, hourly, daily, source)| {
        let mut arguments = vec![("weight", quantity(weight, "kg"))];
        arguments.extend(variant.map(|variant: &str| ("variant", Value::Choice(variant.into()))));
        example(
            &info(),
            arguments,
            vec![
                ("hourly-rate", quantity(hourly, "mL/h")),
                ("daily-volume", quantity(daily, "mL/d")),
            ],
            source,
            "rule, worked by hand",
        )
    })
    .into()
}
