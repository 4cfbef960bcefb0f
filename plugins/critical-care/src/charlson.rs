//! Charlson comorbidity index (Charlson et al., J Chronic Dis 1987;40:373-383, PMID 3558716; with age: Charlson et
//! al., J Clin Epidemiol 1994;47:1245-1251, PMID 7722560).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, age, at_least,
    band, banded, boolean, coding, example, finding, paper,
};

pub const ID: &str = "charlson";

/// Death within one year in the 559 medical inpatients of 1987, by comorbidity alone.
static BANDS: [Band; 4] = [
    band(
        0.0,
        Severity::Low,
        "0: death within one year in 12 % of the first cohort.",
    ),
    band(
        1.0,
        Severity::Moderate,
        "1 or 2: death within one year in 26 % of the first cohort.",
    ),
    band(
        3.0,
        Severity::High,
        "3 or 4: death within one year in 52 % of the first cohort.",
    ),
    band(
        5.0,
        Severity::Critical,
        "5 or more: death within one year in 85 % of the first cohort.",
    ),
];

const AGE: [(i32, i32); 4] = [(80, 4), (70, 3), (60, 2), (50, 1)];

/// What outweighs another item when both are present.
const OUTWEIGHS: [(&str, &str); 3] = [
    ("liver-moderate-severe", "liver-mild"),
    ("diabetes-end-organ", "diabetes"),
    ("metastatic-tumor", "tumor"),
];

struct Item {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    points: i32,
    /// SNOMED CT.
    code: &'static str,
    display: &'static str,
}

const fn item(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    points: i32,
    code: &'static str,
    display: &'static str,
) -> Item {
    Item {
        name,
        label,
        help,
        points,
        code,
        display,
    }
}

static ITEMS: [Item; 19] = [
    item(
        "infarction",
        "Myocardial infarction",
        "Definite or probable, with a hospital stay.",
        1,
        "22298006",
        "Myocardial infarction",
    ),
    item(
        "heart-failure",
        "Congestive heart failure",
        "With symptoms, that responded to treatment.",
        1,
        "42343007",
        "Congestive heart failure",
    ),
    item(
        "peripheral-vascular",
        "Peripheral vascular disease",
        "Claudication, bypass, gangrene, or an untreated aneurysm of 6 cm or more.",
        1,
        "399957001",
        "Peripheral arterial occlusive disease",
    ),
    item(
        "cerebrovascular",
        "Cerebrovascular disease",
        "Stroke with minor or no residua, or TIA.",
        1,
        "62914000",
        "Cerebrovascular disease",
    ),
    item(
        "dementia",
        "Dementia",
        "Chronic cognitive deficit.",
        1,
        "52448006",
        "Dementia",
    ),
    item(
        "pulmonary",
        "Chronic pulmonary disease",
        "Dyspnea on slight or moderate activity.",
        1,
        "13645005",
        "Chronic obstructive pulmonary disease",
    ),
    item("connective-tissue", "Connective tissue disease", "", 1, "", ""),
    item(
        "ulcer",
        "Peptic ulcer disease",
        "That needed treatment.",
        1,
        "13200003",
        "Peptic ulcer",
    ),
    item(
        "liver-mild",
        "Mild liver disease",
        "Cirrhosis without portal hypertension, or chronic hepatitis.",
        1,
        "",
        "",
    ),
    item(
        "diabetes",
        "Diabetes",
        "Treated with insulin or tablets, not by diet alone.",
        1,
        "73211009",
        "Diabetes mellitus",
    ),
    item(
        "hemiplegia",
        "Hemiplegia",
        "Or paraplegia, of whatever cause.",
        2,
        "50582007",
        "Hemiplegia",
    ),
    item(
        "renal",
        "Moderate or severe renal disease",
        "Creatinine above 3 mg/dL, dialysis, transplant, uremia.",
        2,
        "",
        "",
    ),
    item(
        "diabetes-end-organ",
        "Diabetes with end-organ damage",
        "Retinopathy, neuropathy, nephropathy.",
        2,
        "",
        "",
    ),
    item(
        "tumor",
        "Solid tumor",
        "Without known metastases, treated within five years.",
        2,
        "",
        "",
    ),
    item("leukemia", "Leukemia", "", 2, "93143009", "Leukemia"),
    item(
        "lymphoma",
        "Lymphoma",
        "With myeloma and Waldenström's.",
        2,
        "118600007",
        "Malignant lymphoma",
    ),
    item(
        "liver-moderate-severe",
        "Moderate or severe liver disease",
        "Cirrhosis with portal hypertension, with or without variceal bleeding.",
        3,
        "",
        "",
    ),
    item("metastatic-tumor", "Metastatic solid tumor", "", 6, "", ""),
    item("aids", "AIDS", "Not HIV infection alone.", 6, "62479008", "AIDS"),
];

pub fn info() -> CalculatorInfo {
    let mut parameters = vec![age(0, 120)];
    parameters.extend(ITEMS.iter().map(|item| {
        let codings = if item.code.is_empty() {
            Vec::new()
        } else {
            vec![coding(SNOMED, item.code, item.display)]
        };
        boolean(item.name, item.label, item.help, codings)
    }));
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Charlson comorbidity index".into(),
        summary: "Burden of comorbidity, with and without age.".into(),
        population: "Adults; derived in medical inpatients of 1984 and breast cancer patients. A number for groups; \
                     survival has improved since, most of all with AIDS. The weights of later revisions differ."
            .into(),
        parameters,
        citations: vec![derivation(), with_age()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let mut points = Points::new();
    for item in &ITEMS {
        let heavier = OUTWEIGHS.iter().find(|(_, lighter)| *lighter == item.name);
        let outweighed = match heavier {
            Some((heavier, _)) => inputs.boolean(heavier)?,
            None => false,
        };
        let present = inputs.boolean(item.name)?;
        let detail = match (present, outweighed) {
            (true, true) => "yes, counted with the heavier form",
            (true, false) => "yes",
            (false, _) => "no",
        };
        points.when(present && !outweighed, item.label, detail, item.points);
    }
    let comorbidity = points.whole();
    let (severity, says) = banded(points.total(), &BANDS);
    let detail = format!("{age} years, one point for each decade from 50");
    points.add("Age", detail, at_least(age, &AGE).unwrap_or(0));
    Ok(Outcome {
        findings: vec![
            finding(
                "age-adjusted",
                "With age",
                points.whole().into(),
                severity,
                "",
                &[&with_age()],
            ),
            finding(
                "index",
                "Comorbidity alone",
                comorbidity.into(),
                severity,
                says,
                &[&derivation()],
            ),
        ],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "charlson-1987-jcd",
        "A new method of classifying prognostic comorbidity in longitudinal studies: development and validation",
        "Journal of Chronic Diseases",
        &["Charlson ME", "Pompei P", "Ales KL", "MacKenzie CR"],
        "1987",
        "10.1016/0021-9681(87)90171-8",
        "3558716",
    )
}

fn with_age() -> Citation {
    paper(
        "charlson-1994-jce",
        "Validation of a combined comorbidity index",
        "Journal of Clinical Epidemiology",
        &["Charlson M", "Szatrowski TP", "Peterson J", "Gold J"],
        "1994-11",
        "10.1016/0895-4356(94)90129-5",
        "7722560",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let all: Vec<&str> = ITEMS.iter().map(|item| item.name).collect();
    let cases: [(i32, &[&str], i32, i32); 5] = [
        (49, &[], 0, 0),
        (50, &["infarction", "diabetes"], 2, 3),
        (70, &["liver-mild", "liver-moderate-severe", "renal"], 5, 8),
        (
            80,
            &["diabetes", "diabetes-end-organ", "tumor", "metastatic-tumor"],
            8,
            12,
        ),
        // 8 x 1 + 6 x 2 + 3 + 6 + 6, less 2 for the tumor; mild liver disease and plain diabetes are outweighed
        (60, &all, 33, 35),
    ];
    let worked = cases.into_iter().map(|(age, present, index, adjusted)| {
        let mut given: Vec<(&str, Value)> = vec![("age", age.into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let expected = vec![("index", index.into()), ("age-adjusted", adjusted.into())];
        example(&info, given, expected, derivation(), "weights, summed by hand")
    });
    worked.collect()
}
