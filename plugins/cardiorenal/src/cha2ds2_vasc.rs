//! CHA2DS2-VASc (Lip et al., Chest 2010;137:263-272, PMID 19762550).

use voiceassist_plugin::{
    Argument, CalculatorInfo, Citation, Error, Example, Finding, Inputs, LOINC, Outcome, Parameter, SNOMED, Severity,
    Value, argument, boolean, coding, integer, paper, refused, step,
};

use crate::sex;

pub const ID: &str = "cha2ds2-vasc";

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "CHA₂DS₂-VASc".into(),
        summary: "Risk of stroke and thromboembolism in atrial fibrillation, 0 to 9 points.".into(),
        population: "Adults with non-valvular atrial fibrillation who take no anticoagulant. Not for atrial \
                     fibrillation with moderate or severe mitral stenosis or a mechanical heart valve, and not for \
                     people without atrial fibrillation."
            .into(),
        parameters: parameters(),
        citations: vec![derivation()],
    }
}

fn parameters() -> Vec<Parameter> {
    vec![
        integer("age", "Age (years)", 18, 120, vec![coding(LOINC, "30525-0", "Age")]),
        sex::parameter(),
        boolean(
            "heart-failure",
            "Heart failure or left ventricular dysfunction",
            "Signs or symptoms of heart failure, or an ejection fraction of 40 % or less.",
            vec![
                coding(SNOMED, "42343007", "Congestive heart failure"),
                coding(SNOMED, "84114007", "Heart failure"),
            ],
        ),
        boolean(
            "hypertension",
            "Hypertension",
            "Resting blood pressure above 140/90 mmHg at least twice, or treatment for it.",
            vec![coding(SNOMED, "38341003", "Hypertensive disorder")],
        ),
        boolean(
            "diabetes",
            "Diabetes mellitus",
            "Fasting glucose above 125 mg/dL (7 mmol/L), or treatment with insulin or tablets.",
            vec![coding(SNOMED, "73211009", "Diabetes mellitus")],
        ),
        boolean(
            "stroke-tia",
            "Stroke, TIA or thromboembolism",
            "Any in the past.",
            vec![
                coding(SNOMED, "230690007", "Cerebrovascular accident"),
                coding(SNOMED, "266257000", "Transient ischemic attack"),
            ],
        ),
        boolean(
            "vascular-disease",
            "Vascular disease",
            "Prior myocardial infarction, peripheral artery disease or aortic plaque.",
            vec![
                coding(SNOMED, "22298006", "Myocardial infarction"),
                coding(SNOMED, "399957001", "Peripheral arterial occlusive disease"),
            ],
        ),
    ]
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let female = match inputs.choice("sex")? {
        "female" => true,
        "male" => false,
        other => return Err(refused(format!("sex {other} is not an option of this score"))),
    };
    let (age_points, age_detail) = match age {
        75.. => (2, format!("{age} years, 75 or older")),
        65..=74 => (1, format!("{age} years, 65 to 74")),
        _ => (0, format!("{age} years, under 65")),
    };
    let mut components = Vec::new();
    for (name, label, points) in [
        ("heart-failure", "C: heart failure or left ventricular dysfunction", 1),
        ("hypertension", "H: hypertension", 1),
    ] {
        components.push(history(inputs, name, label, points)?);
    }
    components.push(("A2 / A: age", age_points, age_detail));
    for (name, label, points) in [
        ("diabetes", "D: diabetes mellitus", 1),
        ("stroke-tia", "S2: stroke, TIA or thromboembolism", 2),
        ("vascular-disease", "V: vascular disease", 1),
    ] {
        components.push(history(inputs, name, label, points)?);
    }
    components.push((
        "Sc: sex category",
        i32::from(female),
        if female { "female".into() } else { "male".into() },
    ));

    let score: i32 = components.iter().map(|(_, points, _)| points).sum();
    let mut steps: Vec<_> = components
        .iter()
        .map(|(label, points, detail)| step(label, format!("{detail}: {points} {}", points_word(*points))))
        .collect();
    let sum: Vec<_> = components.iter().map(|(_, points, _)| points.to_string()).collect();
    steps.push(step("Sum", format!("{} = {score}", sum.join(" + "))));

    let (severity, risk) = match score {
        0 => (Severity::Low, "Low"),
        1 => (Severity::Moderate, "Intermediate"),
        _ => (Severity::High, "High"),
    };
    Ok(Outcome {
        findings: vec![Finding {
            name: "score".into(),
            label: "CHA₂DS₂-VASc score".into(),
            value: Value::Integer(score),
            interpretation: Some(format!(
                "{risk} risk of stroke and thromboembolism: 0 low, 1 intermediate, 2 or more high."
            )),
            severity,
            cites: vec![derivation().id],
        }],
        warnings: Vec::new(),
        steps,
    })
}

fn history<'a>(inputs: &Inputs, name: &str, label: &'a str, points: i32) -> Result<(&'a str, i32, String), Error> {
    let present = inputs.boolean(name)?;
    Ok(if present {
        (label, points, "yes".into())
    } else {
        (label, 0, "no".into())
    })
}

fn points_word(points: i32) -> &'static str {
    if points == 1 { "point" } else { "points" }
}

fn derivation() -> Citation {
    paper(
        "lip-2010-chest",
        "Refining clinical risk stratification for predicting stroke and thromboembolism in atrial fibrillation using \
         a novel risk factor-based approach: the Euro Heart Survey on Atrial Fibrillation",
        "Chest",
        &["Lip GYH", "Nieuwlaat R", "Pisters R", "Lane DA", "Crijns HJGM"],
        "2010-02",
        "10.1378/chest.09-1584",
        "19762550",
    )
}

/// Each row sums the points of the paper's table by hand.
pub fn examples() -> Vec<Example> {
    const HISTORY: [&str; 5] = [
        "heart-failure",
        "hypertension",
        "diabetes",
        "stroke-tia",
        "vascular-disease",
    ];
    let cases: [(i32, &str, &[&str], i32); 8] = [
        (50, "male", &[], 0),
        (64, "female", &[], 1),
        (65, "male", &[], 1),
        (68, "male", &["hypertension", "diabetes"], 3),
        (74, "female", &["vascular-disease"], 3),
        (75, "male", &[], 2),
        (75, "female", &["stroke-tia"], 5),
        (80, "female", &HISTORY, 9),
    ];
    cases
        .into_iter()
        .map(|(age, sex, present, score)| {
            let mut arguments: Vec<Argument> = vec![
                argument("age", Value::Integer(age)),
                argument("sex", Value::Choice(sex.into())),
            ];
            arguments.extend(HISTORY.map(|name| argument(name, Value::Boolean(present.contains(&name)))));
            Example {
                calculator: ID.into(),
                arguments,
                expected: vec![argument("score", Value::Integer(score))],
                tolerance: 0.0,
                source: Citation {
                    locator: Some("points table, summed by hand".into()),
                    ..derivation()
                },
            }
        })
        .collect()
}
