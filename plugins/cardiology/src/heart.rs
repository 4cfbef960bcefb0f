//! HEART (Six, Backus, Kelder, Neth Heart J 2008;16:191-196, PMID 18665203; validated by Backus et al., Int J
//! Cardiol 2013;168:2153-2158, PMID 23465250).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Points, SNOMED, Severity, Value, age,
    at_least, band, banded, boolean, choice, choice_option, coding, example, finding, paper, refused,
};

pub const ID: &str = "heart-score";

/// Risk of a major adverse cardiac event in 6 weeks, in the validation cohort of 2,440 patients.
static BANDS: [Band; 3] = [
    band(
        0.0,
        Severity::Low,
        "0 to 3, low: a major cardiac event within 6 weeks in 1.7 %.",
    ),
    band(
        4.0,
        Severity::Moderate,
        "4 to 6, intermediate: a major cardiac event within 6 weeks in 16.6 %.",
    ),
    band(
        7.0,
        Severity::High,
        "7 to 10, high: a major cardiac event within 6 weeks in 50.1 %.",
    ),
];

/// Counted together: none 0, one or two 1, three or more 2 points.
const RISKS: [(&str, &str, &str, &str, &str); 6] = [
    (
        "hypertension",
        "Hypertension",
        "Treated or known.",
        "38341003",
        "Hypertensive disorder",
    ),
    (
        "hypercholesterolemia",
        "Hypercholesterolemia",
        "Treated or known.",
        "13644009",
        "Hypercholesterolemia",
    ),
    (
        "diabetes",
        "Diabetes mellitus",
        "Treated or known.",
        "73211009",
        "Diabetes mellitus",
    ),
    (
        "obesity",
        "Obesity",
        "Body mass index above 30 kg/m2.",
        "414916001",
        "Obesity",
    ),
    (
        "smoking",
        "Smoking",
        "Current or stopped within the last month.",
        "77176002",
        "Smoker",
    ),
    (
        "family-history",
        "Family history",
        "Cardiovascular disease of a parent or sibling before 65.",
        "",
        "",
    ),
];

const ATHEROSCLEROSIS: &str = "atherosclerosis";

fn graded(name: &str, label: &str, options: [(&str, &str); 3]) -> Parameter {
    let options = options.map(|(id, label)| choice_option(id, label, Vec::new()));
    choice(name, label, options.into(), Vec::new())
}

pub fn info() -> CalculatorInfo {
    let mut parameters = vec![
        graded(
            "history",
            "History: how suspicious",
            [
                ("slightly", "Slightly suspicious"),
                ("moderately", "Moderately suspicious"),
                ("highly", "Highly suspicious"),
            ],
        ),
        graded(
            "ecg",
            "Electrocardiogram",
            [
                ("normal", "Normal"),
                ("nonspecific", "Nonspecific repolarization disturbance"),
                ("st-deviation", "Significant ST deviation"),
            ],
        )
        .help("Bundle branch block, typical left ventricular hypertrophy and digoxin changes are nonspecific."),
        age(18, 120),
    ];
    parameters.extend(RISKS.map(|(name, label, help, code, display)| {
        let codings = if code.is_empty() {
            Vec::new()
        } else {
            vec![coding(SNOMED, code, display)]
        };
        boolean(name, label, help, codings)
    }));
    parameters.push(boolean(
        ATHEROSCLEROSIS,
        "History of atherosclerotic disease",
        "Coronary revascularization, myocardial infarction, stroke or TIA, peripheral artery disease. Counts 2 points \
         whatever else is present.",
        vec![
            coding(SNOMED, "22298006", "Myocardial infarction"),
            coding(SNOMED, "399957001", "Peripheral arterial occlusive disease"),
        ],
    ));
    parameters.push(graded(
        "troponin",
        "Initial troponin",
        [
            ("normal", "At or below the normal limit"),
            ("one-to-three", "Above the normal limit, below three times it"),
            ("above-three", "Three times the normal limit or more"),
        ],
    ));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "HEART score".into(),
        summary: "Risk of a major cardiac event within 6 weeks in chest pain, 0 to 10 points.".into(),
        population: "Adults who come to an emergency department with chest pain. Not for ST elevation that needs \
                     immediate reperfusion, hemodynamic instability, or pain with another evident cause."
            .into(),
        parameters,
        citations: vec![derivation(), validation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut points = Points::new();
    grade(
        &mut points,
        inputs,
        "history",
        "H: history",
        ["slightly", "moderately", "highly"],
    )?;
    grade(
        &mut points,
        inputs,
        "ecg",
        "E: electrocardiogram",
        ["normal", "nonspecific", "st-deviation"],
    )?;
    let age = inputs.integer("age")?;
    let by_age = at_least(age, &[(65, 2), (45, 1)]).unwrap_or_default();
    points.add(
        "A: age",
        format!("{age} years; 45 to 64 counts 1, 65 or older 2"),
        by_age,
    );
    let (risks, detail) = risk_factors(inputs)?;
    points.add("R: risk factors", detail, risks);
    grade(
        &mut points,
        inputs,
        "troponin",
        "T: troponin",
        ["normal", "one-to-three", "above-three"],
    )?;
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "HEART score",
            points.whole().into(),
            severity,
            says,
            &[&derivation(), &validation()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn grade(points: &mut Points, inputs: &Inputs, name: &str, label: &str, options: [&str; 3]) -> Result<(), Error> {
    let chosen = inputs.choice(name)?;
    let grades = options.into_iter().zip(0..);
    let grade = grades
        .filter(|(option, _)| *option == chosen)
        .map(|(_, grade)| grade)
        .next();
    let grade: i32 = grade.ok_or_else(|| refused(format!("{chosen} is not an option of {name}")))?;
    points.add(label, chosen.replace('-', " "), grade);
    Ok(())
}

fn risk_factors(inputs: &Inputs) -> Result<(i32, String), Error> {
    let mut present = Vec::new();
    for (name, label, ..) in RISKS {
        if inputs.boolean(name)? {
            present.push(label.to_lowercase());
        }
    }
    let named = if present.is_empty() {
        "none".into()
    } else {
        present.join(", ")
    };
    if inputs.boolean(ATHEROSCLEROSIS)? {
        return Ok((2, format!("{named}; atherosclerotic disease")));
    }
    let points = match present.len() {
        0 => 0,
        1 | 2 => 1,
        _ => 2,
    };
    Ok((points, named))
}

fn derivation() -> Citation {
    paper(
        "six-2008-nhj",
        "Chest pain in the emergency room: value of the HEART score",
        "Netherlands Heart Journal",
        &["Six AJ", "Backus BE", "Kelder JC"],
        "2008-06",
        "10.1007/BF03086144",
        "18665203",
    )
}

fn validation() -> Citation {
    paper(
        "backus-2013-ijc",
        "A prospective validation of the HEART score for chest pain patients at the emergency department",
        "International Journal of Cardiology",
        &["Backus BE", "Six AJ", "Kelder JC"],
        "2013-10",
        "10.1016/j.ijcard.2013.01.255",
        "23465250",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = (
        &'static str,
        &'static str,
        i32,
        &'static [&'static str],
        &'static str,
        i32,
    );
    let cases: [Case; 6] = [
        ("slightly", "normal", 44, &[], "normal", 0),
        ("moderately", "normal", 45, &["smoking"], "normal", 3),
        (
            "slightly",
            "nonspecific",
            64,
            &["smoking", "diabetes"],
            "one-to-three",
            4,
        ),
        (
            "slightly",
            "normal",
            65,
            &["smoking", "diabetes", "obesity"],
            "normal",
            4,
        ),
        ("slightly", "normal", 40, &[ATHEROSCLEROSIS], "normal", 2),
        (
            "highly",
            "st-deviation",
            80,
            &["hypertension", "obesity", "family-history"],
            "above-three",
            10,
        ),
    ];
    let worked = cases.into_iter().map(|(history, ecg, age, present, troponin, score)| {
        let mut given: Vec<(&str, Value)> = vec![
            ("history", history.into()),
            ("ecg", ecg.into()),
            ("age", age.into()),
            ("troponin", troponin.into()),
        ];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "table 1, summed by hand")
    });
    worked.collect()
}
