//! Morphine milligram equivalents a day (CDC clinical practice guideline 2022, MMWR Recomm Rep 2022;71(3):1-95, PMID
//! 36327391). Buccal fentanyl, which that table leaves out, by CDC's compilation of 2017.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Severity, example, finding,
    measure, paper, quantity, refused, reported, short, step, work,
};

pub const OPIOIDS: Calculator = Calculator {
    id: "morphine-milligram-equivalents",
    info,
    examples,
    compute,
};

struct Opioid {
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    most: f64,
    /// Milligrams of oral morphine for one of the unit.
    factor: f64,
}

const fn oral(name: &'static str, label: &'static str, factor: f64) -> Opioid {
    Opioid {
        name,
        label,
        unit: "mg/d",
        most: 5_000.0,
        factor,
    }
}

const KNOWN: [Opioid; 11] = [
    oral("codeine", "Codeine", 0.15),
    Opioid {
        name: "fentanyl-buccal",
        label: "Fentanyl, buccal or sublingual tablets or lozenges",
        unit: "ug/d",
        most: 20_000.0,
        factor: 0.13,
    },
    Opioid {
        name: "fentanyl-patch",
        label: "Fentanyl patch (all worn together)",
        unit: "ug/h",
        most: 1_000.0,
        factor: 2.4,
    },
    oral("hydrocodone", "Hydrocodone", 1.0),
    oral("hydromorphone", "Hydromorphone", 5.0),
    oral("methadone", "Methadone", 4.7),
    oral("morphine", "Morphine", 1.0),
    oral("oxycodone", "Oxycodone", 1.5),
    oral("oxymorphone", "Oxymorphone", 3.0),
    oral("tapentadol", "Tapentadol", 0.4),
    oral("tramadol", "Tramadol", 0.2),
];

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: OPIOIDS.id.into(),
        version: "1.0.0".into(),
        title: "Morphine milligram equivalents (MME)".into(),
        summary: "The morphine equivalent of a day's opioids, to judge the risk of overdose.".into(),
        population:
            "Adults with pain treated as outpatients, opioids by mouth or as a patch. It measures risk and does \
                     not convert: never take it for the dose of another opioid, which has to be substantially lower. \
                     Not for cancer pain, sickle cell disease, palliative or end-of-life care, injected opioids, or \
                     buprenorphine, and methadone's equivalent is least certain."
                .into(),
        parameters: KNOWN.iter().map(Opioid::parameter).collect(),
        citations: vec![guideline(), compilation()],
    }
}

impl Opioid {
    fn parameter(&self) -> Parameter {
        let help = match self.unit {
            "mg/d" => "All doses of one day together.",
            "ug/d" => "All doses of one day together, in micrograms.",
            _ => "In micrograms an hour, as the patch says; not a dose a day.",
        };
        measure(self.name, self.label, self.unit, &[], (0.01, self.most), Vec::new())
            .optional()
            .help(help)
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut steps = Vec::new();
    let mut total = 0.0;
    let mut methadone = false;
    for opioid in &KNOWN {
        let Some(dose) = inputs.optional_quantity(opioid.name, opioid.unit)? else {
            continue;
        };
        let equivalent = dose * opioid.factor;
        total += equivalent;
        methadone |= opioid.name == "methadone";
        steps.push(step(
            opioid.label,
            format!(
                "{} {} x {} = {} MME a day",
                short(dose),
                if opioid.unit == "ug/h" {
                    "µg/h"
                } else if opioid.unit == "ug/d" {
                    "µg"
                } else {
                    "mg"
                },
                short(opioid.factor),
                short(equivalent)
            ),
        ));
    }
    if steps.is_empty() {
        return Err(refused("Enter the daily dose of at least one opioid."));
    }
    steps.push(step("Sum", format!("{} MME a day", short(total))));
    let shown = reported(total, 1);
    let (severity, meaning) = band(shown);
    let mut warnings = vec!["This is no dose of morphine or of any other opioid to switch to.".into()];
    if methadone {
        warnings.push("Methadone: a long and variable half-life; its equivalent is the least certain.".into());
    }
    Ok(Outcome {
        findings: vec![finding(
            "mme",
            "Morphine milligram equivalents a day",
            quantity(shown, "mg/d"),
            severity,
            meaning,
            &[&guideline(), &compilation()],
        )],
        warnings,
        steps,
    })
}

/// The guideline's threshold.
fn band(total: f64) -> (Severity, &'static str) {
    if total >= 50.0 {
        (
            Severity::High,
            "50 MME a day or more: the guideline asks to pause and weigh benefit against a rising risk before going up to \
             or beyond it; offer naloxone.",
        )
    } else {
        (
            Severity::Info,
            "Below 50 MME a day; the risk is lower, not absent, above all with benzodiazepines or sleep apnoea.",
        )
    }
}

fn guideline() -> Citation {
    paper(
        "cdc-2022",
        "CDC clinical practice guideline for prescribing opioids for pain: United States, 2022",
        "MMWR Recommendations and Reports",
        &["Dowell D", "Ragan KR", "Jones CM", "Baldwin GT", "Chou R"],
        "2022-11-04",
        "10.15585/mmwr.rr7103a1",
        "36327391",
    )
}

fn compilation() -> Citation {
    Citation {
        url: Some("https://www.cdc.gov/drugoverdose/resources/data.html".into()),
        ..work(
            "cdc-2017",
            "CDC compilation of benzodiazepines, muscle relaxants, stimulants, zolpidem, and opioid analgesics with oral \
             morphine milligram equivalent conversion factors, 2017 version",
            "Centers for Disease Control and Prevention",
            &["National Center for Injury Prevention and Control"],
            "2017",
        )
    }
}

fn examples() -> Vec<Example> {
    // The guideline's two: 20 mg of hydrocodone are 20 MME, 20 mg of oxycodone 30 MME.
    // 25 µg/h x 2.4 + 100 mg x 0.2; 40 mg x 4.7; 400 µg x 0.13; 60 x 0.15 + 8 x 5 + 10 x 3 + 100 x 0.4 + 15
    let cases: [(&[(&str, f64)], f64); 6] = [
        (&[("hydrocodone", 20.0)], 20.0),
        (&[("oxycodone", 20.0)], 30.0),
        (&[("fentanyl-patch", 25.0), ("tramadol", 100.0)], 80.0),
        (&[("methadone", 40.0)], 188.0),
        (&[("fentanyl-buccal", 400.0)], 52.0),
        (
            &[
                ("codeine", 60.0),
                ("hydromorphone", 8.0),
                ("oxymorphone", 10.0),
                ("tapentadol", 100.0),
                ("morphine", 15.0),
            ],
            134.0,
        ),
    ];
    cases
        .into_iter()
        .map(|(doses, total)| {
            let unit = |name: &str| {
                KNOWN
                    .iter()
                    .find(|opioid| opioid.name == name)
                    .map_or("mg/d", |known| known.unit)
            };
            let given = doses
                .iter()
                .map(|(name, dose)| (*name, quantity(*dose, unit(name))))
                .collect();
            let source = if doses[0].0 == "fentanyl-buccal" {
                compilation()
            } else {
                guideline()
            };
            let place = match doses {
                [("hydrocodone" | "oxycodone", _)] => "the example below the table of conversion factors",
                _ => "table of conversion factors, worked by hand",
            };
            example(&info(), given, vec![("mme", quantity(total, "mg/d"))], source, place)
        })
        .collect()
}
