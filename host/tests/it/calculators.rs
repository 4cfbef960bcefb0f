//! Every shipped calculator from a clinician's sentence: found, filled, nothing missing, and the value of its own
//! worked example. And the sentences that must not be computed, or not without a question.

use std::collections::BTreeMap;
use std::path::Path;

use api_types::{AnswerKind, ArgumentValue, Calculation, InputSource, SwitchPlugin};
use axum::http::StatusCode;
use serde_json::Value;
use voiceassist::clinical::calculate::{Intent, read};
use voiceassist::plugins::units;

use crate::plugins::{bundled, put};
use crate::support::TestApp;

const PLUGINS: [&str; 10] = [
    "cardiology",
    "critical-care",
    "dosing",
    "metabolic",
    "nephrology",
    "obstetrics",
    "physiology",
    "renal-dosing",
    "respiratory-infection",
    "thrombosis",
];

/// What IT switches on before it is there.
const OFF: [(&str, &str); 3] = [
    ("dosing", "morphine-milligram-equivalents"),
    ("dosing", "steroid-conversion"),
    ("renal-dosing", "renal-dosing-anticoagulants"),
];

/// A calculator, and a question with the values of one of its worked examples.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "adjusted-body-weight",
        "Adjusted body weight for a man of 177.8 cm and 120 kg",
    ),
    (
        "albumin-corrected-anion-gap",
        "Albumin-corrected anion gap: Na 140, Cl 104, HCO3 24, albumin 2 g/dL",
    ),
    (
        "albumin-corrected-delta-gap",
        "delta gap with Na 140 Cl 100 bicarb 10 albumin 2.0 g/dL",
    ),
    (
        "albumin-corrected-delta-ratio",
        "Delta ratio: Na 140, Cl 100, bicarbonate 10, albumin 2 g/dL",
    ),
    ("anion-gap", "What is the anion gap with Na 135 Cl 108 HCO3 22?"),
    (
        "apache-ii",
        "APACHE II: 70 year old, temp 38.6 C, MAP 60, HR 150, RR 28, FiO2 60%, A-a gradient 400 mmHg, pH 7.28, sodium \
         135, K 3.2, creatinine 2.5 mg/dL, AKI, hematocrit 28%, WBC 25 x10^9/L, GCS 10, NYHA IV, emergency surgery",
    ),
    ("body-mass-index", "What's the BMI of a 72 kg man who is 180 cm tall?"),
    ("body-surface-area", "BSA by Du Bois, 70 kg, 170 cm"),
    (
        "caprini-2005",
        "Caprini score: 30 years old, BMI 22, no surgery, at bed rest, central line, history of DVT, acute stroke",
    ),
    (
        "centor-mcisaac",
        "Centor score for a 14-year-old with temp 39 C, tonsillar exudate, tender cervical nodes and no cough",
    ),
    (
        "cha2ds2-vasc",
        "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes",
    ),
    (
        "charlson",
        "Charlson comorbidity index for a 50-year-old with diabetes and a prior myocardial infarction",
    ),
    (
        "child-pugh",
        "Child-Pugh: bilirubin 3 mg/dL, albumin 2.8 g/dL, INR 2.3, mild ascites, grade 1 encephalopathy",
    ),
    ("ckd-epi-2021", "eGFR for a 50-year-old man, creatinine 1.8 mg/dL"),
    ("cockcroft-gault", "CrCl 80F 60 kg Cr 2.0 mg/dL"),
    (
        "conception-date",
        "Estimated date of conception, LMP 1 January 2025, cycle length 32",
    ),
    (
        "corrected-calcium",
        "Corrected calcium for a calcium of 8.0 mg/dL and an albumin of 2.0 g/dL",
    ),
    ("corrected-sodium", "Na 130, glucose 600 mg/dL: corrected sodium?"),
    (
        "curb-65",
        "CURB-65 for an 80-year-old with new confusion, urea 9 mmol/L, RR 32, BP 120/60",
    ),
    ("delta-gap", "delta delta: Na 140, Cl 100, HCO3 10"),
    ("delta-ratio", "Delta ratio for Na 140, Cl 100, HCO3 10"),
    ("due-date", "Due date with last menstrual period on January 1, 2025"),
    (
        "feverpain",
        "FeverPAIN: fever, pus on the tonsils, symptoms for 2 days, severely inflamed tonsils, no cough or coryza",
    ),
    (
        "fib-4",
        "FIB-4 for a 60 year old woman with AST 100, ALT 64, platelets 100",
    ),
    (
        "fractional-excretion-of-sodium",
        "FENa: serum Na 140, serum creatinine 2.0 mg/dL, urine Na 10, urine creatinine 100 mg/dL",
    ),
    (
        "framingham-hard-chd",
        "Framingham risk of a 60-year-old woman: total cholesterol 240 mg/dL, HDL 45 mg/dL, systolic BP 130, on blood \
         pressure medication, smoker",
    ),
    (
        "free-water-deficit",
        "Free water deficit in an 80-year-old woman, 60 kg, sodium 168",
    ),
    ("gestational-age", "Gestational age on 9 February 2025, LMP 2025-01-01"),
    (
        "glasgow-blatchford",
        "Blatchford score: woman with melaena, urea 8 mmol/L, Hb 10 g/dL, BP 99/60, pulse 80",
    ),
    (
        "glasgow-coma-scale",
        "GCS: eyes open to voice, confused speech, localises to pain",
    ),
    (
        "grace",
        "GRACE score for a 65-year-old with NSTEMI: HR 100, BP 99/60, creatinine 1.0 mg/dL, Killip II, ST depression",
    ),
    (
        "has-bled",
        "HAS-BLED for a 50 year old man with a prior stroke, previous major bleeding and labile INR",
    ),
    (
        "heart-score",
        "HEART score, 45 year old man, moderately suspicious history, ECG normal, troponin normal, smoker",
    ),
    (
        "homa-ir",
        "HOMA-IR with fasting glucose 9 mmol/L and fasting insulin 25 mIU/L",
    ),
    ("ideal-body-weight", "Ideal body weight of a woman, 162.56 cm"),
    (
        "ldl-friedewald",
        "Friedewald LDL: TC 200 mg/dL, HDL 50 mg/dL, TG 150 mg/dL",
    ),
    ("maintenance-fluids", "How much maintenance fluid for a child of 12 kg?"),
    ("mdrd", "eGFR by MDRD for a 60 yo woman with creatinine 2 mg/dL"),
    ("mean-arterial-pressure", "MAP for 95/50"),
    (
        "meld-na",
        "MELD-Na: creatinine 2.0 mg/dL, bilirubin 2.0 mg/dL, INR 1.3, sodium 130",
    ),
    (
        "morphine-milligram-equivalents",
        "MME of a fentanyl patch 25 mcg/h and tramadol 100 mg a day",
    ),
    (
        "news2",
        "NEWS2: 60 years old, RR 22, sats 93% on 2 L oxygen, scale 1, BP 105/65, HR 115, alert, temp 38.5",
    ),
    ("perc", "PERC rule: 30-year-old woman on the pill, HR 80, SpO2 98%"),
    (
        "psi",
        "Pneumonia severity index for a 50-year-old woman from a nursing home, pleural effusion, RR 29, BP 90/60, temp \
         39.9, HR 124, BUN 29.9 mg/dL, Na 130, glucose 249 mg/dL, hct 30%, pH 7.35, PaO2 60 mmHg",
    ),
    ("qsofa", "qSOFA: RR 30, BP 80/50, GCS 13"),
    ("qtc-bazett", "QTc with QT 300 ms and heart rate 120"),
    ("qtc-framingham", "Framingham QTc: QT 300 ms, HR 120"),
    ("qtc-fridericia", "QTcF: QT 300 ms, HR 120"),
    ("qtc-hodges", "QTc by Hodges, QT 300 ms, pulse 120"),
    ("qtc-rautaharju", "QTc Rautaharju, QT 300 ms, HR 120"),
    (
        "rcri",
        "RCRI: 64 year old on insulin before a colectomy, creatinine 0.9 mg/dL",
    ),
    (
        "renal-dosing-anticoagulants",
        "Apixaban dose for an 80 year old woman, 60 kg, creatinine 2.0 mg/dL",
    ),
    (
        "serum-osmolality",
        "Serum osmolality: Na 140, glucose 90 mg/dL, BUN 14 mg/dL",
    ),
    ("sirs", "SIRS: temp 38.1 °C, HR 91, RR 21, WBC 12.1 x10^9/L"),
    (
        "sofa",
        "SOFA score: PaO2 75 mmHg on FiO2 50%, ventilated, platelets 120, bilirubin 3.0 mg/dL, noradrenaline 0.08 \
         mcg/kg/min, GCS 12, creatinine 1.5 mg/dL",
    ),
    ("steroid-conversion", "Convert prednisone 40 mg to methylprednisolone"),
    ("target-weight", "Target weight for a BMI of 22 at 170 cm"),
    ("wells-dvt", "Wells score: calf swelling 4 cm and pitting oedema"),
    (
        "wells-pe",
        "Wells for PE: heart rate 110, haemoptysis, surgery 2 weeks ago",
    ),
];

/// Another question: the calculator with what was read, `?` for what is asked. `-` goes to the documents.
const READ: &[(&str, &str)] = &[
    // A guideline question that mentions a score
    ("When do I use the Wells score?", "-"),
    ("What does a CURB-65 of 3 mean for admission in our protocol?", "-"),
    ("What is the role of the HEART score in chest pain?", "-"),
    ("Which patients with a qSOFA of 2 need antibiotics?", "-"),
    ("Child-Pugh C patients and paracetamol", "-"),
    ("What is the target MAP in septic shock?", "-"),
    ("GCS 8: intubate?", "-"),
    ("eGFR below 30 and contrast", "-"),
    ("QTc 510 ms, should I stop haloperidol?", "-"),
    ("Apixaban dose with CrCl 25 mL/min", "-"),
    ("At what gestational age do we give corticosteroids?", "-"),
    ("Which maintenance fluids are recommended for children?", "-"),
    ("show me the map of the ward", "-"),
    ("MELD 3.0 allocation", "-"),
    // What is missing is asked, and a unit that countries differ in
    (
        "eGFR for a 60-year-old with creatinine 1.2 mg/dL",
        "ckd-epi-2021 age=60 sex=? creatinine=1.2mg/dL",
    ),
    (
        "eGFR for a 60-year-old woman, creatinine 1.2",
        "ckd-epi-2021 age=60 sex=female creatinine=?",
    ),
    (
        "eGFR 60 year old woman, creatinine 120 kg",
        "ckd-epi-2021 age=60 sex=female creatinine=?",
    ),
    ("MME: oxycodone 10 mg q6h", "morphine-milligram-equivalents oxycodone=?"),
    ("due date, LMP 5/6/2026", "due-date last-menstrual-period=?"),
    (
        "SIRS: T 101.5 F, HR 100, RR 22, WBC 14000",
        "sirs temperature=101.5°F heart-rate=100/min respiratory-rate=22/min white-cells=14000/uL",
    ),
    // Urea of 60 mg/dL may be its nitrogen or not
    (
        "CURB-65 78M, urea 60 mg/dL, RR 32, BP 85/50, confused",
        "curb-65 age=78 confusion=yes urea-nitrogen=? respiratory-rate=32/min systolic-bp=85mmHg diastolic-bp=50mmHg",
    ),
    // Blood and urine
    (
        "eGFR 60F, urine creatinine 95 mg/dL",
        "ckd-epi-2021 age=60 sex=female creatinine=?",
    ),
    (
        "FENa: urine: Na 18, Cr 95 mg/dL. Serum: Na 138, Cr 2.4 mg/dL",
        "fractional-excretion-of-sodium sodium=138mmol/L creatinine=2.4mg/dL urine-sodium=18mmol/L \
         urine-creatinine=95mg/dL",
    ),
    (
        "FENa Na 138, Cr 2.4 mg/dL, urine Na 18, Cr 95 mg/dL",
        "fractional-excretion-of-sodium sodium=138mmol/L creatinine=2.4mg/dL urine-sodium=18mmol/L urine-creatinine=?",
    ),
    (
        "anion gap: urine Na 40, urine Cl 60, HCO3 14",
        "anion-gap sodium=? chloride=? bicarbonate=?",
    ),
    // Two values for two names, and a power that is no unit
    (
        "FIB-4 for a 60 year old man: AST/ALT 27/15, platelets 2.5 x 10^5",
        "fib-4 age=60 ast=? alt=? platelets=?",
    ),
    // Denied, of the family, doubted
    (
        "Wells PE: HR 95, no haemoptysis, mother had a PE, suspected malignancy",
        "wells-pe heart-rate=95/min hemoptysis=no malignancy=?",
    ),
    (
        "HEART score 58M slightly suspicious history, normal ECG, normal troponin, family history of MI",
        "heart-score history=slightly ecg=normal age=58 family-history=yes troponin=normal",
    ),
    ("HAS-BLED 70M, hypertension", "has-bled age=70 hypertension=?"),
    (
        "HAS-BLED 70M, hypertension, BP 170/90",
        "has-bled age=70 hypertension=yes",
    ),
    // A case with its treatment before the question
    (
        "A 60-year-old woman was treated with a dose of furosemide. Creatinine 1.2 mg/dL. What is her eGFR?",
        "ckd-epi-2021 age=60 sex=female creatinine=1.2mg/dL",
    ),
    // One name of several calculators
    (
        "Wells score: HR 110, suspected PE, haemoptysis",
        "wells-pe heart-rate=110/min previous-vte=? hemoptysis=yes",
    ),
    (
        "QTc: QT 400 ms, HR 60",
        "qtc-bazett qt-interval=400ms heart-rate=60/min",
    ),
    (
        "GCS 13, MAP 60, PaO2 70 mmHg: SOFA score?",
        "sofa pao2=70mmHg fio2=? platelets=? bilirubin=? mean-arterial-pressure=60mmHg gcs=13 creatinine=?",
    ),
    (
        "With a CHA2DS2-VASc of 3, what is the HAS-BLED of a 75 year old man on aspirin?",
        "has-bled age=75 drugs=yes",
    ),
];

/// The calculators' worked examples, by calculator: arguments and what is expected of them.
fn examples() -> BTreeMap<String, Vec<(Value, Value)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let mut all: BTreeMap<String, Vec<(Value, Value)>> = BTreeMap::new();
    for plugin in PLUGINS {
        let text = std::fs::read_to_string(folder.join(plugin).join("vectors.json")).unwrap();
        let vectors: Value = serde_json::from_str(&text).unwrap();
        for one in vectors["calculators"].as_array().unwrap() {
            let id = one["calculator"].as_str().unwrap().to_owned();
            all.entry(id)
                .or_default()
                .push((one["arguments"].clone(), one["expected"].clone()));
        }
    }
    all
}

/// Whether the example's arguments are what was given: a yes or no it does not name is no.
fn same(given: &BTreeMap<&str, &ArgumentValue>, arguments: &Value) -> bool {
    let arguments = arguments.as_object().unwrap();
    let named = arguments.iter().filter(|(_, value)| **value != Value::Bool(false));
    named.clone().count() == given.len()
        && named.into_iter().all(|(name, value)| match given.get(name.as_str()) {
            Some(ArgumentValue::Boolean(yes)) => value == &Value::Bool(*yes),
            Some(ArgumentValue::Text(text)) => value.as_str() == Some(text),
            Some(ArgumentValue::Number(number)) => {
                value.as_f64() == Some(*number) || value["value"].as_f64() == Some(*number)
            }
            Some(ArgumentValue::Quantity { value: number, unit }) => {
                let wanted = value["unit"].as_str().unwrap_or_default();
                units::convert(*number, unit, wanted, None) == value["value"].as_f64()
            }
            None => false,
        })
}

/// "0.143 %" of `{"value": 0.143, "unit": "%"}`.
fn shown(expected: &Value) -> String {
    match expected {
        Value::String(text) => text.clone(),
        Value::Object(quantity) => {
            units::shown_quantity(quantity["value"].as_f64().unwrap(), quantity["unit"].as_str().unwrap())
        }
        other => other.to_string(),
    }
}

async fn with_all_plugins() -> Option<TestApp> {
    let all = PLUGINS.iter().all(|plugin| bundled(plugin).is_some());
    if !all {
        return None;
    }
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    for (plugin, part) in OFF {
        let on = SwitchPlugin {
            enabled: true,
            part: Some(part.to_owned()),
        };
        let switched = put(&admin, &format!("/api/v1/admin/plugins/{plugin}"), &on).await;
        assert_eq!(switched, StatusCode::NO_CONTENT, "{part}");
    }
    let known: Vec<String> = test.app.plugins.calculators().into_iter().map(|one| one.id).collect();
    let mut asked: Vec<&str> = QUESTIONS.iter().map(|(id, _)| *id).collect();
    asked.sort_unstable();
    let unasked: Vec<_> = known
        .iter()
        .filter(|id| asked.binary_search(&id.as_str()).is_err())
        .collect();
    let unknown: Vec<_> = asked.iter().filter(|id| !known.iter().any(|one| one == *id)).collect();
    assert!(unasked.is_empty(), "without a question: {unasked:?}");
    assert!(unknown.is_empty(), "not in the catalogue: {unknown:?}");
    Some(test)
}

async fn calculated(test: &TestApp, intent: &Intent) -> Calculation {
    test.app
        .plugins
        .calculate(intent)
        .await
        .unwrap_or_else(|error| panic!("{}: {error:?}", intent.calculator))
}

#[tokio::test]
async fn every_calculator_is_found_and_filled_from_a_sentence() {
    let Some(test) = with_all_plugins().await else { return };
    let (catalogue, examples) = (test.app.plugins.calculators(), examples());
    let mut wrong = Vec::new();
    for (id, question) in QUESTIONS {
        let intent = read(question, &catalogue, None);
        let Some(intent) = intent.filter(|intent| intent.calculator == *id) else {
            wrong.push(format!("{question}\n    is not read as {id}"));
            continue;
        };
        let calculation = calculated(&test, &intent).await;
        let missing: Vec<_> = calculation
            .inputs
            .iter()
            .filter(|input| input.source == InputSource::Missing)
            .map(|input| (&input.name, &input.question))
            .collect();
        let given: BTreeMap<&str, &ArgumentValue> = intent
            .inputs
            .iter()
            .filter(|input| input.source == InputSource::Given)
            .filter_map(|input| Some((input.name.as_str(), input.value.as_ref()?)))
            .filter(|(_, value)| **value != ArgumentValue::Boolean(false))
            .collect();
        let example = examples[*id].iter().find(|(arguments, _)| same(&given, arguments));
        let Some((_, expected)) = example else {
            wrong.push(format!(
                "{question}\n    no example of {id} has {given:?}; missing {missing:?}"
            ));
            continue;
        };
        let values: Vec<&str> = calculation
            .findings
            .iter()
            .map(|finding| finding.value.as_str())
            .collect();
        for value in expected.as_object().unwrap().values().map(shown) {
            if !values.contains(&value.as_str()) {
                wrong.push(format!(
                    "{question}\n    {value} is not in {values:?}; missing {missing:?}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        QUESTIONS.len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn what_is_doubtful_is_asked_and_guideline_questions_are_left_alone() {
    let Some(test) = with_all_plugins().await else { return };
    let catalogue = test.app.plugins.calculators();
    let mut wrong = Vec::new();
    for (question, expected) in READ {
        let got = match read(question, &catalogue, None) {
            Some(intent) => described(&calculated(&test, &intent).await),
            None => "-".to_owned(),
        };
        if got != *expected {
            wrong.push(format!("{question}\n    read     {got}\n    expected {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        READ.len(),
        wrong.join("\n")
    );
}

/// The calculator with its inputs; a history item nobody mentioned is left out.
fn described(calculation: &Calculation) -> String {
    let input = |input: &api_types::CalculationInput| {
        let value = match (&input.value, input.source) {
            (_, InputSource::NotMentionedNo) => return None,
            (_, InputSource::Missing) | (None, _) => "?".to_owned(),
            (Some(ArgumentValue::Boolean(yes)), _) => if *yes { "yes" } else { "no" }.to_owned(),
            (Some(ArgumentValue::Number(number)), _) => number.to_string(),
            (Some(ArgumentValue::Quantity { value, unit }), _) => units::shown_quantity(*value, unit).replace(' ', ""),
            (Some(ArgumentValue::Text(text)), _) => text.clone(),
        };
        Some(format!(" {}={value}", input.name))
    };
    let inputs: String = calculation.inputs.iter().filter_map(input).collect();
    format!("{}{inputs}", calculation.calculator)
}

#[tokio::test]
async fn a_conversation_fills_corrects_and_refuses() {
    let Some(test) = with_all_plugins().await else { return };
    let anna = test.sign_in("anna").await;
    let conversation = anna.conversation().await;
    let ask = async |text: &str| {
        let answer = anna.ask(&conversation, text).await;
        assert_eq!(answer.kind, AnswerKind::Calculation, "{text}");
        answer.calculation.unwrap()
    };
    let question = |calculation: &Calculation, name: &str| {
        let input = calculation.inputs.iter().find(|input| input.name == name).unwrap();
        input.question.clone().unwrap_or_default()
    };
    let wrong = ask("eGFR for a 60-year-old woman with a creatinine of 120 kg").await;
    assert!(wrong.findings.is_empty());
    assert_eq!(
        question(&wrong, "creatinine"),
        "Serum creatinine 120 kg cannot be used: give it in mg/dL or umol/L."
    );
    let given = ask("creatinine 1.2 mg/dL").await;
    assert_eq!(given.findings[0].value, "51.8 mL/min/1.73 m²");
    // The unit is not carried over in silence, but offered.
    let changed = ask("and if the creatinine is 2.1?").await;
    assert!(changed.findings.is_empty());
    assert_eq!(question(&changed, "creatinine"), "Serum creatinine: is that 2.1 mg/dL?");
    let confirmed = ask("yes").await;
    assert_eq!(confirmed.findings[0].value, "26.5 mL/min/1.73 m²");
    let two = ask("CHA2DS2-VASc and HAS-BLED for a 72 year old man with diabetes").await;
    assert_eq!(two.calculator, "cha2ds2-vasc");
    assert!(
        two.warnings.iter().any(|warning| warning.contains("HAS-BLED")),
        "{:?}",
        two.warnings
    );
}
