//! Replace this calculator by your own: the declaration, the formula, the worked examples.

use voiceassist_plugin::{
    Argument, CalculatorInfo, Calculators, Citation, Domain, Error, ErrorKind, Example, Finding, Inputs, LOINC, Outcome,
    Parameter, QuantityDomain, Severity, argument, coding, paper, plugin, quantity, step,
};

const ID: &str = "{{name}}";

struct Plugin;

impl Calculators for Plugin {
    fn calculators(_language: String) -> Vec<CalculatorInfo> {
        vec![CalculatorInfo {
            id: ID.into(),
            version: "1.0.0".into(),
            title: "{{title}}".into(),
            summary: "Weight divided by the square of height.".into(),
            population: "Adults. Not for children, in pregnancy, or with oedema or very unusual muscle mass.".into(),
            parameters: vec![
                measure("weight", "Weight", "kg", &["[lb_av]"], (25.0, 350.0), "29463-7"),
                measure("height", "Height", "m", &["cm", "[in_i]"], (1.0, 2.5), "8302-2"),
            ],
            citations: vec![keys()],
        }]
    }

    /// Each is run by `vaplug test` and again by the host; one that fails refuses the plugin.
    fn examples() -> Vec<Example> {
        vec![Example {
            calculator: ID.into(),
            arguments: vec![argument("weight", quantity(70.0, "kg")), argument("height", quantity(1.75, "m"))],
            expected: vec![argument("body-mass-index", quantity(22.9, "kg/m2"))],
            tolerance: 0.0,
            source: Citation {
                locator: Some("70 / (1.75 x 1.75) = 22.857, worked by hand".into()),
                ..keys()
            },
        }]
    }

    fn compute(calculator: String, arguments: Vec<Argument>, _language: String) -> Result<Outcome, Error> {
        if calculator != ID {
            return Err(Error {
                kind: ErrorKind::NotFound,
                code: None,
                message: format!("this plugin has no calculator {calculator}"),
                retry_after_ms: None,
            });
        }
        let inputs = Inputs(&arguments);
        let weight = inputs.quantity("weight", "kg")?;
        let height = inputs.quantity("height", "m")?;
        let index = weight / (height * height);
        Ok(Outcome {
            findings: vec![Finding {
                name: "body-mass-index".into(),
                label: "Body mass index".into(),
                value: quantity((index * 10.0).round() / 10.0, "kg/m2"),
                interpretation: None,
                severity: Severity::Info,
                cites: vec![keys().id],
            }],
            warnings: Vec::new(),
            steps: vec![
                step("Formula", "weight / height squared"),
                step("Numbers", format!("{weight} / ({height} x {height})")),
            ],
        })
    }
}

fn measure(name: &str, label: &str, unit: &str, also: &[&str], range: (f64, f64), loinc: &str) -> Parameter {
    Parameter {
        name: name.into(),
        label: label.into(),
        help: None,
        required: true,
        domain: Domain::Quantity(QuantityDomain {
            unit: unit.into(),
            also_accepts: also.iter().map(|&one| one.into()).collect(),
            minimum: Some(range.0),
            maximum: Some(range.1),
            molar_mass: None,
        }),
        codings: vec![coding(LOINC, loinc, label)],
    }
}

fn keys() -> Citation {
    paper(
        "keys-1972",
        "Indices of relative weight and obesity",
        "Journal of Chronic Diseases",
        &["Keys A", "Fidanza F", "Karvonen MJ", "Kimura N", "Taylor HL"],
        "1972",
        "10.1016/0021-9681(72)90027-6",
        "4650929",
    )
}

plugin!(Plugin, title: "{{title}}");
