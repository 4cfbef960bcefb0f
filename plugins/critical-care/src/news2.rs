//! National Early Warning Score 2 (Royal College of Physicians, 2017).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, age, at_least, choice,
    choice_option, example, finding, measured, paper, refused, short,
};

pub const ID: &str = "news2";

const RATE: [(f64, i32); 4] = [(25.0, 3), (21.0, 2), (12.0, 0), (9.0, 1)];
const SCALE_1: [(f64, i32); 3] = [(96.0, 0), (94.0, 1), (92.0, 2)];
const SCALE_2_OXYGEN: [(f64, i32); 6] = [(97.0, 3), (95.0, 2), (93.0, 1), (88.0, 0), (86.0, 1), (84.0, 2)];
const SCALE_2_AIR: [(f64, i32); 3] = [(88.0, 0), (86.0, 1), (84.0, 2)];
const PRESSURE: [(f64, i32); 4] = [(220.0, 3), (111.0, 0), (101.0, 1), (91.0, 2)];
const PULSE: [(f64, i32); 5] = [(131.0, 3), (111.0, 2), (91.0, 1), (51.0, 0), (41.0, 1)];
const TEMPERATURE: [(f64, i32); 4] = [(39.1, 2), (38.1, 1), (36.1, 0), (35.1, 1)];

pub fn info() -> CalculatorInfo {
    let either = |name: &str, label: &str, options: [(&str, &str); 2]| {
        let options = options.map(|(id, label)| choice_option(id, label, Vec::new()));
        choice(name, label, options.into(), Vec::new())
    };
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "NEWS2".into(),
        summary: "National Early Warning Score 2, 0 to 20 points.".into(),
        population: "Acutely ill people of 16 or older. Not in pregnancy, not below 16, and not on its own in spinal \
                     cord injury. Scale 2 for oxygen saturation only where a clinician has decided on a target of 88 to \
                     92 % for hypercapnic respiratory failure."
            .into(),
        parameters: vec![
            age(16, 120),
            measured::respiratory_rate(),
            either(
                "spo2-scale",
                "Oxygen saturation scale",
                [
                    ("scale-1", "Scale 1: everyone else"),
                    ("scale-2", "Scale 2: target 88 to 92 %, hypercapnic respiratory failure"),
                ],
            ),
            measured::spo2(),
            either("oxygen", "Breathes", [("air", "Room air"), ("oxygen", "Supplemental oxygen")]),
            measured::systolic(),
            measured::heart_rate(),
            either(
                "consciousness",
                "Consciousness",
                [("alert", "Alert"), ("cvpu", "New confusion, responds to voice or pain, or unresponsive")],
            ),
            measured::temperature(),
        ],
        citations: vec![report()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    inputs.integer("age")?;
    let mut worst = 0;
    let mut points = Points::new();
    let mut add = |label: &str, detail: String, worth: i32| {
        worst = worst.max(worth);
        points.add(label, detail, worth);
    };
    // The chart has whole numbers, and tenths of a degree.
    let whole = |name: &str, unit: &str| inputs.quantity(name, unit).map(f64::round);
    let rate = whole("respiratory-rate", "/min")?;
    add(
        "Respiration rate",
        format!("{} /min", short(rate)),
        at_least(rate, &RATE).unwrap_or(3),
    );
    let on_oxygen = match inputs.choice("oxygen")? {
        "oxygen" => true,
        "air" => false,
        other => return Err(refused(format!("{other} is not an option of oxygen"))),
    };
    let saturation = whole("spo2", "%")?;
    let breathes = if on_oxygen { "on oxygen" } else { "on air" };
    let (scale, rows) = match (inputs.choice("spo2-scale")?, on_oxygen) {
        ("scale-1", _) => (1, &SCALE_1[..]),
        ("scale-2", true) => (2, &SCALE_2_OXYGEN[..]),
        ("scale-2", false) => (2, &SCALE_2_AIR[..]),
        (other, _) => return Err(refused(format!("{other} is not an option of the saturation scale"))),
    };
    let detail = format!("{} % {breathes}, scale {scale}", short(saturation));
    add("Oxygen saturation", detail, at_least(saturation, rows).unwrap_or(3));
    add("Air or oxygen", breathes.into(), if on_oxygen { 2 } else { 0 });
    let systolic = whole("systolic-bp", "mm[Hg]")?;
    let detail = format!("{} mmHg", short(systolic));
    add(
        "Systolic blood pressure",
        detail,
        at_least(systolic, &PRESSURE).unwrap_or(3),
    );
    let pulse = whole("heart-rate", "/min")?;
    add(
        "Pulse",
        format!("{} /min", short(pulse)),
        at_least(pulse, &PULSE).unwrap_or(3),
    );
    match inputs.choice("consciousness")? {
        "alert" => add("Consciousness", "alert".into(), 0),
        "cvpu" => add("Consciousness", "confused, or not alert".into(), 3),
        other => return Err(refused(format!("{other} is not an option of consciousness"))),
    }
    let temperature = (inputs.quantity("temperature", "Cel")? * 10.0).round() / 10.0;
    let detail = format!("{} °C", short(temperature));
    add("Temperature", detail, at_least(temperature, &TEMPERATURE).unwrap_or(3));
    let (severity, says) = match (points.whole(), worst) {
        (7.., _) => (Severity::Critical, "7 or more: high clinical risk, emergency response."),
        (5..=6, _) => (Severity::High, "5 or 6: medium clinical risk, urgent response."),
        (_, 3) => (
            Severity::Moderate,
            "3 in a single parameter: low to medium clinical risk, urgent ward-based response.",
        ),
        _ => (Severity::Low, "0 to 4: low clinical risk, ward-based response."),
    };
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "NEWS2",
            points.whole().into(),
            severity,
            says,
            &[&report()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn report() -> Citation {
    Citation {
        url: Some("https://www.rcplondon.ac.uk/projects/outputs/national-early-warning-score-news-2".into()),
        pmid: None,
        ..paper(
            "rcp-2017-news2",
            "National Early Warning Score (NEWS) 2: Standardising the assessment of acute-illness severity in the NHS",
            "Royal College of Physicians, London",
            &["Royal College of Physicians"],
            "2017-12",
            "",
            "",
        )
    }
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = ([f64; 5], &'static str, &'static str, &'static str, i32);
    let cases: [Case; 7] = [
        ([16.0, 97.0, 120.0, 70.0, 37.0], "scale-1", "air", "alert", 0),
        ([16.0, 97.0, 120.0, 70.0, 37.0], "scale-2", "air", "alert", 0),
        // 3 for 97 % on oxygen, 2 for oxygen
        ([16.0, 97.0, 120.0, 70.0, 37.0], "scale-2", "oxygen", "alert", 5),
        ([16.0, 90.0, 120.0, 70.0, 37.0], "scale-2", "air", "alert", 0),
        ([16.0, 90.0, 120.0, 70.0, 37.0], "scale-1", "air", "alert", 3),
        // 2 + 2 + 2 + 1 + 2 + 0 + 1
        ([22.0, 93.0, 105.0, 115.0, 38.5], "scale-1", "oxygen", "alert", 10),
        ([30.0, 80.0, 80.0, 140.0, 34.0], "scale-1", "oxygen", "cvpu", 20),
    ];
    let worked = cases.into_iter().map(|(values, scale, oxygen, consciousness, score)| {
        let mut given: Vec<(&str, Value)> = vec![
            ("age", 60.into()),
            ("spo2-scale", scale.into()),
            ("oxygen", oxygen.into()),
            ("consciousness", consciousness.into()),
        ];
        let measured = [
            ("respiratory-rate", "/min"),
            ("spo2", "%"),
            ("systolic-bp", "mm[Hg]"),
            ("heart-rate", "/min"),
            ("temperature", "Cel"),
        ];
        let named = measured.into_iter().zip(values);
        given.extend(named.map(|((name, unit), value)| (name, (value, unit).into())));
        let expected = vec![("score", score.into())];
        example(&info, given, expected, report(), "chart 1, summed by hand")
    });
    worked.collect()
}
