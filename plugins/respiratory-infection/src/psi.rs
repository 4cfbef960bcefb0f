//! Pneumonia Severity Index (Fine et al., N Engl J Med 1997;336:243-250, PMID 8995086).

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, SNOMED, Severity, Value, age, boolean, coding,
    example, finding, measured, paper, refused, sex, short,
};

pub const ID: &str = "psi";

const NO_GAS: &str = "no-blood-gas";

/// Name, label, help, points of what is present or not. The first six but the nursing home are the coexisting
/// illnesses of step 1.
const ITEMS: [(&str, &str, &str, i32); 8] = [
    ("nursing-home", "Nursing home resident", "", 10),
    (
        "neoplastic-disease",
        "Neoplastic disease",
        "Any cancer but basal or squamous cell of the skin, active or diagnosed within one year.",
        30,
    ),
    (
        "liver-disease",
        "Liver disease",
        "Cirrhosis or chronic active hepatitis.",
        20,
    ),
    ("heart-failure", "Congestive heart failure", "", 10),
    (
        "cerebrovascular-disease",
        "Cerebrovascular disease",
        "Stroke or TIA.",
        10,
    ),
    (
        "renal-disease",
        "Renal disease",
        "Chronic, or abnormal urea and creatinine in the record.",
        10,
    ),
    (
        "altered-mental-status",
        "Altered mental status",
        "Disorientation or stupor that is new.",
        20,
    ),
    ("pleural-effusion", "Pleural effusion", "On the chest film.", 10),
];

pub fn info() -> CalculatorInfo {
    let mut parameters = vec![age(0, 120), sex()];
    parameters.extend(ITEMS.map(|(name, label, help, _)| {
        let codings = match name {
            "neoplastic-disease" => vec![coding(SNOMED, "363346000", "Malignant neoplastic disease")],
            "liver-disease" => vec![coding(SNOMED, "19943007", "Cirrhosis of liver")],
            "heart-failure" => vec![coding(SNOMED, "42343007", "Congestive heart failure")],
            "cerebrovascular-disease" => vec![coding(SNOMED, "62914000", "Cerebrovascular disease")],
            "renal-disease" => vec![coding(SNOMED, "709044004", "Chronic kidney disease")],
            "pleural-effusion" => vec![coding(SNOMED, "60046008", "Pleural effusion")],
            _ => Vec::new(),
        };
        boolean(name, label, help, codings)
    }));
    parameters.extend([
        measured::respiratory_rate(),
        measured::systolic(),
        measured::temperature(),
        measured::heart_rate(),
        measured::urea_nitrogen_mass(),
        measured::sodium(),
        measured::glucose(),
        measured::hematocrit(),
        measured::ph().optional(),
        measured::pao2().optional(),
        measured::spo2().optional(),
        boolean(
            NO_GAS,
            "No arterial blood gas was taken",
            "The paper counts a test that was not done as normal; say so here, it is never assumed.",
            Vec::new(),
        ),
    ]);
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "Pneumonia Severity Index".into(),
        summary: "Risk of death in community-acquired pneumonia, in points and five classes.".into(),
        population: "Adults with community-acquired pneumonia. Not for pneumonia acquired in hospital, HIV infection, \
                     recent hospital stay, pregnancy, or children."
            .into(),
        parameters,
        citations: vec![derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let age = inputs.integer("age")?;
    let female = inputs.female()?;
    let mut points = Points::new();
    points.add("Age", format!("{age} years, one point a year"), age);
    points.when(female, "Sex", if female { "female" } else { "male" }, -10);
    let mut ill = [false; ITEMS.len()];
    for ((name, label, _, worth), present) in ITEMS.into_iter().zip(&mut ill) {
        *present = points.history(inputs, name, label, worth)?;
    }
    let mut vital = |name: &str, unit: &str, label: &str, limit: &str, worth: i32, met: fn(f64) -> bool| {
        let value = inputs.quantity(name, unit)?;
        points.when(met(value), label, format!("{}, {limit} counts", short(value)), worth);
        Ok::<bool, Error>(met(value))
    };
    let signs = [
        vital(
            "respiratory-rate",
            "/min",
            "Respiratory rate",
            "30 /min or more",
            20,
            |value| value >= 30.0,
        )?,
        vital(
            "systolic-bp",
            "mm[Hg]",
            "Systolic blood pressure",
            "below 90 mmHg",
            20,
            |value| value < 90.0,
        )?,
        vital(
            "temperature",
            "Cel",
            "Temperature",
            "below 35 or 40 °C or more",
            15,
            |value| !(35.0..40.0).contains(&value),
        )?,
        vital("heart-rate", "/min", "Pulse", "125 /min or more", 10, |value| {
            value >= 125.0
        })?,
    ];
    vital(
        "urea-nitrogen",
        "mg/dL",
        "Urea nitrogen",
        "30 mg/dL or more",
        20,
        |value| value >= 30.0,
    )?;
    vital("sodium", "mmol/L", "Sodium", "below 130 mmol/L", 20, |value| {
        value < 130.0
    })?;
    vital("glucose", "mg/dL", "Glucose", "250 mg/dL or more", 10, |value| {
        value >= 250.0
    })?;
    vital("hematocrit", "%", "Hematocrit", "below 30 %", 10, |value| value < 30.0)?;
    blood_gas(inputs, &mut points)?;
    let illness = ill[1..6].contains(&true) || ill[6] || signs.contains(&true);
    Ok(outcome(age, !illness && age <= 50, &points))
}

fn blood_gas(inputs: &Inputs, points: &mut Points) -> Result<(), Error> {
    let not_taken = inputs.boolean(NO_GAS)?;
    match inputs.optional_quantity("ph", "1")? {
        Some(ph) => points.when(
            ph < 7.35,
            "Arterial pH",
            format!("{}, below 7.35 counts", short(ph)),
            30,
        ),
        None if not_taken => points.add("Arterial pH", "not taken, counted as normal", 0),
        None => return Err(refused("give the arterial pH, or say that no blood gas was taken")),
    }
    let pao2 = inputs.optional_quantity("pao2", "mm[Hg]")?;
    let spo2 = inputs.optional_quantity("spo2", "%")?;
    let mut said = Vec::new();
    said.extend(pao2.map(|value| format!("PaO2 {} mmHg, below 60 counts", short(value))));
    said.extend(spo2.map(|value| format!("saturation {} %, below 90 counts", short(value))));
    if said.is_empty() && !not_taken {
        return Err(refused(
            "give the arterial oxygen pressure or the saturation, or say that no blood gas was taken",
        ));
    }
    if said.is_empty() {
        said.push("not taken, counted as normal".into());
    }
    let low = pao2.is_some_and(|value| value < 60.0) || spo2.is_some_and(|value| value < 90.0);
    points.when(low, "Oxygenation", said.join("; "), 10);
    Ok(())
}

/// Death within 30 days in the Pneumonia PORT cohort of 2,287 patients.
fn outcome(age: i32, first_step: bool, points: &Points) -> Outcome {
    let (class, severity, says) = match points.whole() {
        _ if first_step => (
            "I",
            Severity::Low,
            "Class I: death in 0.1 % of the Pneumonia PORT cohort.",
        ),
        ..=70 => (
            "II",
            Severity::Low,
            "Class II: death in 0.6 % of the Pneumonia PORT cohort.",
        ),
        71..=90 => (
            "III",
            Severity::Low,
            "Class III: death in 0.9 % of the Pneumonia PORT cohort.",
        ),
        91..=130 => (
            "IV",
            Severity::Moderate,
            "Class IV: death in 9.3 % of the Pneumonia PORT cohort.",
        ),
        _ => (
            "V",
            Severity::High,
            "Class V: death in 27.0 % of the Pneumonia PORT cohort.",
        ),
    };
    let (severity, says) = if age < 18 {
        (
            Severity::Info,
            "Derived in adults: the points are counted, no risk is stated.",
        )
    } else {
        (severity, says)
    };
    Outcome {
        findings: vec![
            finding(
                "score",
                "PSI points",
                points.whole().into(),
                severity,
                says,
                &[&derivation()],
            ),
            finding(
                "class",
                "Risk class",
                Value::Text(class.into()),
                severity,
                "",
                &[&derivation()],
            ),
        ],
        warnings: Vec::new(),
        steps: points.steps(),
    }
}

fn derivation() -> Citation {
    paper(
        "fine-1997-nejm",
        "A prediction rule to identify low-risk patients with community-acquired pneumonia",
        "New England Journal of Medicine",
        &[
            "Fine MJ",
            "Auble TE",
            "Yealy DM",
            "Hanusa BH",
            "Weissfeld LA",
            "Singer DE",
        ],
        "1997-01",
        "10.1056/NEJM199701233360402",
        "8995086",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    // Age, sex, present; then rate, pressure, temperature, pulse, urea nitrogen, sodium, glucose, hematocrit, pH, PaO2.
    type Case = (i32, &'static str, &'static [&'static str], [f64; 10], i32, &'static str);
    let normal = [29.0, 90.0, 39.9, 124.0, 29.9, 130.0, 249.0, 30.0, 7.35, 60.0];
    let abnormal = [30.0, 89.0, 40.0, 125.0, 30.0, 129.0, 250.0, 29.0, 7.34, 59.0];
    let cases: [Case; 6] = [
        (50, "male", &[], normal, 50, "I"),
        (50, "female", &["nursing-home", "pleural-effusion"], normal, 60, "I"),
        (51, "male", &[], normal, 51, "II"),
        (60, "male", &["liver-disease"], normal, 80, "III"),
        // 40 - 10 + 20 + 20 + 15 + 10 + 20 + 20 + 10 + 10 + 30 + 10
        (40, "female", &[], abnormal, 195, "V"),
        // 80 + 10 + 30 + 20 + 10 + 10 + 10 + 20 + 10 + 165
        (
            80,
            "male",
            &[
                "nursing-home",
                "neoplastic-disease",
                "liver-disease",
                "heart-failure",
                "cerebrovascular-disease",
                "renal-disease",
                "altered-mental-status",
                "pleural-effusion",
            ],
            abnormal,
            365,
            "V",
        ),
    ];
    let worked = cases.into_iter().map(|(age, sex, present, values, score, class)| {
        let mut given: Vec<(&str, Value)> = vec![("age", age.into()), ("sex", sex.into())];
        given.extend(present.iter().map(|name| (*name, true.into())));
        let measured = [
            ("respiratory-rate", "/min"),
            ("systolic-bp", "mm[Hg]"),
            ("temperature", "Cel"),
            ("heart-rate", "/min"),
            ("urea-nitrogen", "mg/dL"),
            ("sodium", "mmol/L"),
            ("glucose", "mg/dL"),
            ("hematocrit", "%"),
            ("ph", "1"),
            ("pao2", "mm[Hg]"),
        ];
        let named = measured.into_iter().zip(values);
        given.extend(named.map(|((name, unit), value)| (name, (value, unit).into())));
        let expected = vec![("score", score.into()), ("class", Value::Text(class.into()))];
        example(&info, given, expected, derivation(), "table 2, summed by hand")
    });
    worked.collect()
}
