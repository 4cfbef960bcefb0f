//! Glasgow coma scale (Teasdale, Jennett, Lancet 1974;2:81-84, PMID 4136544; Teasdale et al., Lancet Neurol
//! 2014;13:844-854, PMID 25030516).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, LOINC, Outcome, Parameter, Points, Severity, Value, choice,
    choice_option, coding, example, finding, paper, refused, step,
};

pub const ID: &str = "glasgow-coma-scale";

const NOT_TESTABLE: &str = "not-testable";

/// Best first; the last counts one point.
const EYE: [(&str, &str); 4] = [
    ("spontaneous", "Spontaneous"),
    ("to-sound", "To sound"),
    ("to-pressure", "To pressure (pain)"),
    ("none", "None"),
];

const VERBAL: [(&str, &str); 5] = [
    ("oriented", "Oriented"),
    ("confused", "Confused"),
    ("words", "Words (inappropriate)"),
    ("sounds", "Sounds (incomprehensible)"),
    ("none", "None"),
];

const MOTOR: [(&str, &str); 6] = [
    ("obeys", "Obeys commands"),
    ("localizing", "Localizing"),
    ("normal-flexion", "Normal flexion (withdrawal)"),
    ("abnormal-flexion", "Abnormal flexion"),
    ("extension", "Extension"),
    ("none", "None"),
];

fn response(name: &str, label: &str, rows: &[(&str, &str)], code: &str, display: &str) -> Parameter {
    let mut options: Vec<_> = rows
        .iter()
        .map(|(id, label)| choice_option(id, label, Vec::new()))
        .collect();
    options.push(choice_option(NOT_TESTABLE, "Not testable", Vec::new()));
    choice(name, label, options, vec![coding(LOINC, code, display)])
}

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Glasgow coma scale".into(),
        summary: "Level of consciousness from eye, verbal and motor response, 3 to 15.".into(),
        population:
            "People with impaired consciousness; best response of each. Small children need the pediatric scale. \
                     A response that cannot be tested (swelling, tube, sedation, paralysis) is not worth one point: \
                     then there is no sum."
                .into(),
        parameters: vec![
            response(
                "eye",
                "Best eye response",
                &EYE,
                "9267-6",
                "Glasgow coma score eye opening",
            ),
            response(
                "verbal",
                "Best verbal response",
                &VERBAL,
                "9270-0",
                "Glasgow coma score verbal",
            ),
            response(
                "motor",
                "Best motor response",
                &MOTOR,
                "9268-4",
                "Glasgow coma score motor",
            ),
        ],
        citations: vec![derivation(), review()],
    }
}

/// `None` when it cannot be tested.
fn points_of(inputs: &Inputs, name: &str, rows: &[(&str, &str)]) -> Result<Option<i32>, Error> {
    let chosen = inputs.choice(name)?;
    if chosen == NOT_TESTABLE {
        return Ok(None);
    }
    let worth = (1..).zip(rows.iter().rev()).find(|(_, (id, _))| *id == chosen);
    let worth = worth.ok_or_else(|| refused(format!("{chosen} is not an option of {name}")))?;
    Ok(Some(worth.0))
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let responses = [
        ("E", "Eye", points_of(inputs, "eye", &EYE)?),
        ("V", "Verbal", points_of(inputs, "verbal", &VERBAL)?),
        ("M", "Motor", points_of(inputs, "motor", &MOTOR)?),
    ];
    let letters = responses.map(|(letter, _, points)| match points {
        Some(points) => format!("{letter}{points}"),
        None => format!("{letter}NT"),
    });
    let components = |severity, says: &str| {
        let value = Value::Text(letters.join(" "));
        finding(
            "components",
            "Responses",
            value,
            severity,
            says,
            &[&derivation(), &review()],
        )
    };
    let mut points = Points::new();
    for (_, label, worth) in responses {
        let Some(worth) = worth else {
            return Ok(Outcome {
                findings: vec![components(
                    Severity::Info,
                    "One response was not testable: there is no sum.",
                )],
                warnings: vec!["Report the responses one by one; a sum would be too low.".into()],
                steps: vec![step("Responses", letters.join(" "))],
            });
        };
        points.add(label, letters.join(" "), worth);
    }
    let (severity, says) = match points.whole() {
        13.. => (Severity::Low, "13 to 15: mild, as head injuries are commonly graded."),
        9..=12 => (
            Severity::Moderate,
            "9 to 12: moderate, as head injuries are commonly graded.",
        ),
        _ => (
            Severity::Critical,
            "3 to 8: severe, as head injuries are commonly graded.",
        ),
    };
    let score = points.whole().into();
    Ok(Outcome {
        findings: vec![
            finding(
                "score",
                "Glasgow coma scale",
                score,
                severity,
                says,
                &[&derivation(), &review()],
            ),
            components(severity, ""),
        ],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "teasdale-1974-lancet",
        "Assessment of coma and impaired consciousness. A practical scale",
        "Lancet",
        &["Teasdale G", "Jennett B"],
        "1974-07",
        "10.1016/S0140-6736(74)91639-0",
        "4136544",
    )
}

fn review() -> Citation {
    paper(
        "teasdale-2014-ln",
        "The Glasgow Coma Scale at 40 years: standing the test of time",
        "Lancet Neurology",
        &[
            "Teasdale G",
            "Maas A",
            "Lecky F",
            "Manley G",
            "Stocchetti N",
            "Murray G",
        ],
        "2014-08",
        "10.1016/S1474-4422(14)70120-6",
        "25030516",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let cases = [
        ("spontaneous", "oriented", "obeys", Some(15), "E4 V5 M6"),
        ("to-sound", "confused", "localizing", Some(12), "E3 V4 M5"),
        ("to-pressure", "sounds", "normal-flexion", Some(8), "E2 V2 M4"),
        ("none", "none", "none", Some(3), "E1 V1 M1"),
        ("spontaneous", NOT_TESTABLE, "abnormal-flexion", None, "E4 VNT M3"),
    ];
    let worked = cases.into_iter().map(|(eye, verbal, motor, score, components)| {
        let given: Vec<(&str, Value)> = vec![("eye", eye.into()), ("verbal", verbal.into()), ("motor", motor.into())];
        let mut expected = vec![("components", Value::Text(components.into()))];
        expected.extend(score.map(|score: i32| ("score", score.into())));
        example(&info, given, expected, review(), "scale, summed by hand")
    });
    worked.collect()
}
