//! CHA2DS2-VASc (Lip et al., Chest 2010;137:263-272, PMID 19762550). That its point for sex alone is no risk: the
//! guideline of the European Society of Cardiology, 2012 (PMID 22922413).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Points, SNOMED, Severity, age, boolean,
    coding, example, finding, paper, sex,
};

pub const ID: &str = "cha2ds2-vasc";

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "CHA₂DS₂-VASc".into(),
        summary: "Risk of stroke and thromboembolism in atrial fibrillation, 0 to 9 points.".into(),
        population: "Adults with non-valvular atrial fibrillation who take no anticoagulant. Not for atrial \
                     fibrillation with moderate or severe mitral stenosis or a mechanical heart valve, and not for \
                     people without atrial fibrillation."
            .into(),
        parameters: parameters(),
        citations: vec![derivation(), guideline()],
    }
}

fn parameters() -> Vec<Parameter> {
    vec![
        age(18, 120),
        sex(),
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
    let female = inputs.female()?;
    let mut points = Points::new();
    points.history(
        inputs,
        "heart-failure",
        "C: heart failure or left ventricular dysfunction",
        1,
    )?;
    points.history(inputs, "hypertension", "H: hypertension", 1)?;
    let (age_points, age_detail) = match age {
        75.. => (2, format!("{age} years, 75 or older")),
        65..=74 => (1, format!("{age} years, 65 to 74")),
        _ => (0, format!("{age} years, under 65")),
    };
    points.add("A2 / A: age", age_detail, age_points);
    points.history(inputs, "diabetes", "D: diabetes mellitus", 1)?;
    points.history(inputs, "stroke-tia", "S2: stroke, TIA or thromboembolism", 2)?;
    points.history(inputs, "vascular-disease", "V: vascular disease", 1)?;
    points.when(female, "Sc: sex category", if female { "female" } else { "male" }, 1);
    let (severity, risk) = match points.whole() {
        0 => (Severity::Low, "Low"),
        1 => (Severity::Moderate, "Intermediate"),
        _ => (Severity::High, "High"),
    };
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "CHA₂DS₂-VASc score",
            points.whole().into(),
            severity,
            format!("{risk} risk of stroke and thromboembolism: 0 low, 1 intermediate, 2 or more high."),
            &[&derivation()],
        )],
        warnings: (female && points.whole() == 1)
            .then(|| "The one point is for sex: since 2012 the European guideline counts this as low risk.".to_owned())
            .into_iter()
            .collect(),
        steps: points.steps(),
    })
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

fn guideline() -> Citation {
    paper(
        "esc-2012-af",
        "2012 focused update of the ESC Guidelines for the management of atrial fibrillation",
        "European Heart Journal",
        &[
            "Camm AJ",
            "Lip GYH",
            "De Caterina R",
            "Savelieva I",
            "Atar D",
            "Hohnloser SH",
        ],
        "2012-11",
        "10.1093/eurheartj/ehs253",
        "22922413",
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
    let info = info();
    let worked = cases.into_iter().map(|(age, sex, present, score)| {
        let mut given = vec![("age", age.into()), ("sex", sex.into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "points table, summed by hand")
    });
    worked.collect()
}
