//! Tables of what people type and what must be read.

use api_types::{
    ArgumentValue, Calculation, CalculationInput, CalculatorInfo, ChoiceOption, Coding, InputSource, Parameter,
    ParameterDomain,
};

use super::{Intent, read};
use crate::plugins::units::shown_quantity;

fn parameter(name: &str, label: &str, required: bool, domain: ParameterDomain, coding: (&str, &str)) -> Parameter {
    let codings = vec![Coding {
        system: coding.0.to_owned(),
        code: coding.1.to_owned(),
    }];
    Parameter {
        name: name.to_owned(),
        label: label.to_owned(),
        help: None,
        required,
        domain,
        codings,
    }
}

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";

fn age() -> Parameter {
    let domain = ParameterDomain::Integer {
        minimum: Some(18),
        maximum: Some(120),
    };
    parameter("age", "Age (years)", true, domain, (LOINC, "30525-0"))
}

fn sex() -> Parameter {
    let options = ["female", "male"]
        .map(|id| ChoiceOption {
            id: id.to_owned(),
            label: id.to_owned(),
        })
        .to_vec();
    parameter(
        "sex",
        "Sex",
        true,
        ParameterDomain::Choice { options },
        (LOINC, "46098-0"),
    )
}

fn quantity(name: &str, label: &str, unit: &str, also: &str, code: &str) -> Parameter {
    let domain = ParameterDomain::Quantity {
        unit: unit.to_owned(),
        also_accepts: vec![also.to_owned()],
        minimum: None,
        maximum: None,
    };
    parameter(name, label, true, domain, (LOINC, code))
}

fn calculator(id: &str, title: &str, parameters: Vec<Parameter>) -> CalculatorInfo {
    CalculatorInfo {
        id: id.to_owned(),
        version: "1.0.0".to_owned(),
        title: title.to_owned(),
        summary: String::new(),
        population: String::new(),
        parameters,
        references: Vec::new(),
    }
}

fn catalogue() -> Vec<CalculatorInfo> {
    let history = |name, label, code| parameter(name, label, false, ParameterDomain::Boolean, (SNOMED, code));
    let stroke = vec![
        age(),
        sex(),
        history("heart-failure", "Heart failure", "42343007"),
        history("hypertension", "Hypertension", "38341003"),
        history("diabetes", "Diabetes mellitus", "73211009"),
        history("stroke-tia", "Stroke, TIA or thromboembolism", "230690007"),
        history("vascular-disease", "Vascular disease", "22298006"),
    ];
    let renal = vec![
        age(),
        sex(),
        quantity("weight", "Weight", "kg", "[lb_av]", "29463-7"),
        quantity("creatinine", "Serum creatinine", "mg/dL", "umol/L", "2160-0"),
    ];
    vec![
        calculator("cha2ds2-vasc", "CHA₂DS₂-VASc", stroke),
        calculator("cockcroft-gault", "Creatinine clearance (Cockcroft-Gault)", renal),
    ]
}

/// `cv age=68 sex=male htn=yes …`: what was read; `?` is missing, `ask` is questioned, unmentioned history is left out.
fn shown(intent: Option<&Intent>) -> String {
    let Some(intent) = intent else { return "-".to_owned() };
    let short = |name: &str| {
        match name {
            "heart-failure" => "hf",
            "hypertension" => "htn",
            "diabetes" => "dm",
            "stroke-tia" => "stroke",
            "vascular-disease" => "vasc",
            "creatinine" => "cr",
            "weight" => "wt",
            "cha2ds2-vasc" => "cv",
            "cockcroft-gault" => "cg",
            other => return other.to_owned(),
        }
        .to_owned()
    };
    let mut parts = vec![short(&intent.calculator)];
    for input in &intent.inputs {
        let value = match (&input.value, input.source) {
            (_, InputSource::NotMentionedNo) => continue,
            (_, InputSource::Missing) if input.question.is_some() => "ask".to_owned(),
            (None, _) => "?".to_owned(),
            (Some(ArgumentValue::Boolean(yes)), _) => if *yes { "yes" } else { "no" }.to_owned(),
            (Some(ArgumentValue::Number(number)), _) => number.to_string(),
            (Some(ArgumentValue::Quantity { value, unit }), _) => shown_quantity(*value, unit).replace(' ', ""),
            (Some(ArgumentValue::Text(text)), _) => text.clone(),
        };
        parts.push(format!("{}={value}", short(&input.name)));
    }
    parts.join(" ")
}

fn check(rows: &[(&str, &str)], previous: Option<&Calculation>) {
    let catalogue = catalogue();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let got = shown(read(text, &catalogue, previous).as_ref());
            (got != *expected).then(|| format!("{text}\n    read     {got}\n    expected {expected}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} rows:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_patient_for_the_stroke_score_is_read() {
    check(
        &[
            (
                "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes",
                "cv age=68 sex=male htn=yes dm=yes",
            ),
            ("cha2ds2vasc 68M HTN DM", "cv age=68 sex=male htn=yes dm=yes"),
            (
                "CHA₂DS₂-VASc score: 75 y/o female, CHF, prior TIA",
                "cv age=75 sex=female hf=yes stroke=yes",
            ),
            (
                "Calculate the CHADS-VASc of a 72 yo woman with HTN, T2DM and PAD",
                "cv age=72 sex=female htn=yes dm=yes vasc=yes",
            ),
            (
                "chads2-vasc, male aged 80, previous stroke, MI 2010",
                "cv age=80 sex=male stroke=yes vasc=yes",
            ),
            (
                "What is the CHA2DS2-VASc score of an 81 year old lady with high blood pressure?",
                "cv age=81 sex=female htn=yes",
            ),
            (
                "what's the chads vasc for a sixty eight year old man with hypertension and type two diabetes",
                "cv age=68 sex=male htn=yes dm=yes",
            ),
            (
                "cha two ds two vasc, seventy five year old woman, heart failure",
                "cv age=75 sex=female hf=yes",
            ),
            (
                "CHA2DS2-VASc F 66 reduced ejection fraction",
                "cv age=66 sex=female hf=yes",
            ),
            (
                "68 y.o. m, LVEF 35%, htn. CHA2DS2-VASc?",
                "cv age=68 sex=male hf=yes htn=yes",
            ),
            (
                "Pt is a 64F w/ HTN s/p NSTEMI w/o DM; CHA2DS2-VASc please",
                "cv age=64 sex=female htn=yes dm=no vasc=yes",
            ),
            (
                "My patient is 70 years old, male, hypertensive and diabetic. Work out his CHA2DS2-VASc",
                "cv age=70 sex=male htn=yes dm=yes",
            ),
            (
                "How high is the CHA2DS2-VASc of a man of 77 with an aortic plaque?",
                "cv age=77 sex=male vasc=yes",
            ),
            (
                "CHA2DS2-VASc: age 59, sex: F, hypertension: yes, diabetes: no, stroke: no",
                "cv age=59 sex=female htn=yes dm=no stroke=no",
            ),
            ("CHA2DS2VASc HTN+ DM- 71 male", "cv age=71 sex=male htn=yes dm=no"),
            (
                "I have a gentleman, 83, with atrial fibrillation and a heart attack in 2015: CHA2DS2-VASc?",
                "cv age=83 sex=male vasc=yes",
            ),
            (
                "chadsvasc 68 yo male mini-stroke last year",
                "cv age=68 sex=male stroke=yes",
            ),
        ],
        None,
    );
}

#[test]
fn what_is_missing_is_left_open() {
    check(
        &[
            ("CHA2DS2-VASc for a man with hypertension", "cv age=? sex=male htn=yes"),
            ("CHA2DS2-VASc, 68 years old, hypertension", "cv age=68 sex=? htn=yes"),
            ("calculate CHA2DS2-VASc", "cv age=? sex=?"),
            ("CHA2DS2-VASc", "cv age=? sex=?"),
            (
                "CHA2DS2-VASc with hypertension and diabetes",
                "cv age=? sex=? htn=yes dm=yes",
            ),
            ("CrCl for an 80 year old woman", "cg age=80 sex=female wt=? cr=?"),
            ("Cockcroft-Gault please", "cg age=? sex=? wt=? cr=?"),
            (
                "creatinine clearance for 70 yo man, creatinine 1.4 mg/dL",
                "cg age=70 sex=male wt=? cr=1.4mg/dL",
            ),
        ],
        None,
    );
}

#[test]
fn questions_about_a_score_go_to_the_documents() {
    check(
        &[
            ("What is CHA2DS2-VASc?", "-"),
            ("When is CHA2DS2-VASc used?", "-"),
            ("What does CHA2DS2-VASc stand for?", "-"),
            ("How is the CHA2DS2-VASc score calculated?", "-"),
            ("How do I calculate CHA2DS2-VASc?", "-"),
            ("Does hypertension count in CHA2DS2-VASc?", "-"),
            ("Is diabetes part of CHA2DS2-VASc?", "-"),
            ("How many points does age 75 give in CHA2DS2-VASc?", "-"),
            ("Which CHA2DS2-VASc score needs anticoagulation in women?", "-"),
            ("Should a man with a CHA2DS2-VASc of 2 be anticoagulated?", "-"),
            ("Is CHA2DS2-VASc valid in patients with heart failure?", "-"),
            ("What is the annual stroke risk for a CHA2DS2-VASc of 3?", "-"),
            ("What should I do with a CHA2DS2-VASc score of 4 in a 70-year-old?", "-"),
            ("CHA2DS2-VASc versus HAS-BLED", "-"),
            ("CHA2DS2-VASc in atrial fibrillation", "-"),
            ("Apixaban dose with CrCl 25 mL/min", "-"),
            ("Dabigatran in CrCl < 30", "-"),
            (
                "When should metformin be stopped if creatinine clearance is below 30?",
                "-",
            ),
            ("What is the Cockcroft-Gault formula?", "-"),
            ("Why is Cockcroft-Gault used for dosing instead of eGFR?", "-"),
            ("What is the CHADS2 score of a 68-year-old man?", "-"),
            ("CHA2DS2-VA for a 68-year-old man", "-"),
            ("How should injection equipment be handled between patients?", "-"),
            ("A 68-year-old man has hypertension: which drug first?", "-"),
        ],
        None,
    );
}

#[test]
fn denials_doubts_and_relatives_are_told_apart() {
    check(
        &[
            ("CHA2DS2-VASc 68M no diabetes", "cv age=68 sex=male dm=no"),
            ("CHA2DS2-VASc 68M denies hypertension", "cv age=68 sex=male htn=no"),
            (
                "CHA2DS2-VASc 68M without stroke or TIA, with hypertension",
                "cv age=68 sex=male htn=yes stroke=no",
            ),
            (
                "CHA2DS2-VASc 68M no history of stroke, diabetes or MI",
                "cv age=68 sex=male dm=no stroke=no vasc=no",
            ),
            (
                "CHA2DS2-VASc 68M denies stroke, diabetes, heart failure",
                "cv age=68 sex=male hf=no dm=no stroke=no",
            ),
            (
                "CHA2DS2-VASc 68M no diabetes but hypertension",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M no diabetes, has hypertension",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M no diabetes, hypertension",
                "cv age=68 sex=male htn=ask dm=no",
            ),
            (
                "CHA2DS2-VASc 68M, hypertension, no diabetes",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M neither diabetes nor hypertension",
                "cv age=68 sex=male htn=no dm=no",
            ),
            ("CHA2DS2-VASc 68M never had a stroke", "cv age=68 sex=male stroke=no"),
            (
                "CHA2DS2-VASc 68M non-diabetic hypertensive",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            ("CHA2DS2-VASc 68M he does not have diabetes", "cv age=68 sex=male dm=no"),
            ("CHA2DS2-VASc 68M with possible stroke", "cv age=68 sex=male stroke=ask"),
            (
                "CHA2DS2-VASc 68M, ?TIA in 2019, hypertension",
                "cv age=68 sex=male htn=yes stroke=ask",
            ),
            (
                "CHA2DS2-VASc 68M, possible stroke?, HTN",
                "cv age=68 sex=male htn=yes stroke=ask",
            ),
            ("CHA2DS2-VASc 68M, TIA ruled out", "cv age=68 sex=male stroke=no"),
            ("CHA2DS2-VASc 68M, suspected heart failure", "cv age=68 sex=male hf=ask"),
            (
                "CHA2DS2-VASc for a 68-year-old man, mother had a stroke",
                "cv age=68 sex=male",
            ),
            (
                "CHA2DS2-VASc 68M family history of stroke and diabetes",
                "cv age=68 sex=male",
            ),
            (
                "CHA2DS2-VASc 68M, hypertension, father died of MI at 60",
                "cv age=68 sex=male htn=yes",
            ),
            (
                "CHA2DS2-VASc for a 70-year-old woman whose husband had a stroke; she has diabetes",
                "cv age=70 sex=female dm=yes",
            ),
            (
                "CHA2DS2-VASc 68M HTN, stroke in his mother",
                "cv age=68 sex=male htn=yes",
            ),
            ("CHA2DS2-VASc 68F pulmonary hypertension", "cv age=68 sex=female"),
            (
                "CHA2DS2-VASc 68F coronary artery disease",
                "cv age=68 sex=female vasc=ask",
            ),
            (
                "CHA2DS2-VASc 68F with coronary artery disease and a prior MI",
                "cv age=68 sex=female vasc=yes",
            ),
            (
                "CHA2DS2-VASc to assess the stroke risk of a 68-year-old man with hypertension",
                "cv age=68 sex=male htn=yes",
            ),
            ("CHA2DS2-VASc 68M LVEF 55%", "cv age=68 sex=male hf=ask"),
            (
                "CHA2DS2-VASc 68M prediabetes, hypertension",
                "cv age=68 sex=male htn=yes",
            ),
        ],
        None,
    );
}

#[test]
fn short_forms_and_lists_are_read_as_meant() {
    check(
        &[
            (
                "CHA2DS2-VASc 68 male: CHF no, HTN yes, DM yes, stroke no, vascular disease no",
                "cv age=68 sex=male hf=no htn=yes dm=yes stroke=no vasc=no",
            ),
            (
                "CHA2DS2-VASc 68M hypertension (no diabetes)",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M hypertension - no diabetes",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            ("CHA2DS2-VASc 68M HTN denies DM", "cv age=68 sex=male htn=yes dm=no"),
            (
                "CHA2DS2-VASc 68M; no HTN; no DM; CHF +; stroke -; vascular disease -",
                "cv age=68 sex=male hf=yes htn=no dm=no stroke=no vasc=no",
            ),
            (
                "CHA2DS2-VASc 68M no diabetes, no stroke, prior MI",
                "cv age=68 sex=male dm=no stroke=no vasc=yes",
            ),
            (
                "CHA2DS2-VASc 68M history: HTN. FH: diabetes, stroke",
                "cv age=68 sex=male htn=yes",
            ),
            (
                "CHA2DS2-VASc 68M stroke (?), HTN",
                "cv age=68 sex=male htn=yes stroke=ask",
            ),
            ("CHA2DS2-VASc 68M takes metformin 500 mg", "cv age=68 sex=male dm=ask"),
            (
                "CHA2DS2-VASc 68M -CHF +HTN -DM",
                "cv age=68 sex=male hf=no htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M CHF(-) HTN(+) DM(-)",
                "cv age=68 sex=male hf=no htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M CHF=0 HTN=1 DM=1 stroke=0",
                "cv age=68 sex=male hf=no htn=yes dm=yes stroke=no",
            ),
            (
                "CHA2DS2-VASc 68M CHF, HTN, DM all negative",
                "cv age=68 sex=male hf=ask htn=ask dm=ask",
            ),
            (
                "CHA2DS2-VASc 68M none of CHF, HTN, DM",
                "cv age=68 sex=male hf=no htn=no dm=no",
            ),
            (
                "CHA2DS2-VASc 68M no CHF/HTN/DM",
                "cv age=68 sex=male hf=no htn=no dm=no",
            ),
            ("CHA2DS2-VASc 68M hypertension: no meds", "cv age=68 sex=male htn=yes"),
            (
                "CHA2DS2-VASc 68M stroke/TIA: none, HTN: yes",
                "cv age=68 sex=male htn=yes stroke=no",
            ),
            (
                "CHA2DS2-VASc 68M hypertension rather than diabetes",
                "cv age=68 sex=male htn=yes dm=no",
            ),
            (
                "CHA2DS2-VASc 68M stroke was excluded by MRI",
                "cv age=68 sex=male stroke=no",
            ),
            (
                "CHA2DS2-VASc 68M hypertension resolved after weight loss",
                "cv age=68 sex=male htn=ask",
            ),
            (
                "CHA2DS2-VASc 68M worried about stroke because of hypertension",
                "cv age=68 sex=male htn=yes",
            ),
            (
                "CHA2DS2-VASc 68M no heart failure or stroke, prior MI",
                "cv age=68 sex=male hf=no stroke=no vasc=yes",
            ),
            (
                "CHA2DS2-VASc 68F diabetes without retinopathy, hypertension",
                "cv age=68 sex=female htn=yes dm=yes",
            ),
            (
                "CHA2DS2-VASc for my mother, 72, with hypertension",
                "cv age=72 sex=female htn=yes",
            ),
        ],
        None,
    );
}

#[test]
fn ages_and_sexes_are_never_guessed() {
    check(
        &[
            (
                "CHA2DS2-VASc man in his 70s with hypertension",
                "cv age=? sex=male htn=yes",
            ),
            (
                "CHA2DS2-VASc for a man over 75 with hypertension",
                "cv age=ask sex=male htn=yes",
            ),
            ("CHA2DS2-VASc about 70 years old man", "cv age=ask sex=male"),
            (
                "CHA2DS2-VASc man, hypertension for 20 years",
                "cv age=? sex=male htn=yes",
            ),
            ("CHA2DS2-VASc man, stroke 30 years ago", "cv age=? sex=male stroke=yes"),
            ("CHA2DS2-VASc man, stroke at age 60", "cv age=? sex=male stroke=yes"),
            ("CHA2DS2-VASc 68-year-old patient, 72 years old", "cv age=ask sex=?"),
            ("CHA2DS2-VASc 68 year old trans woman", "cv age=68 sex=ask"),
            (
                "CHA2DS2-VASc: he is 68 and has hypertension",
                "cv age=68 sex=male htn=yes",
            ),
        ],
        None,
    );
}

#[test]
fn weights_and_labs_are_read_with_their_units() {
    check(
        &[
            (
                "CrCl 80 yo female 60 kg creatinine 1.4 mg/dL",
                "cg age=80 sex=female wt=60kg cr=1.4mg/dL",
            ),
            (
                "Cockcroft Gault: 70 year old man, weight 72.5 kg, serum creatinine 106 µmol/L",
                "cg age=70 sex=male wt=72.5kg cr=106umol/L",
            ),
            (
                "creatinine clearance 70M 158 lb Cr 1.2 mg/dl",
                "cg age=70 sex=male wt=158lb cr=1.2mg/dL",
            ),
            (
                "Estimate creatinine clearance for a man aged 65 weighing 80kg with SCr of 0.9mg/dL",
                "cg age=65 sex=male wt=80kg cr=0.9mg/dL",
            ),
            (
                "CrCl: 68-year-old woman, 165 pounds, creatinine 1.1",
                "cg age=68 sex=female wt=165lb cr=1.1",
            ),
            (
                "CrCl 68F weight 72, creatinine 88 micromol/L",
                "cg age=68 sex=female wt=72 cr=88umol/L",
            ),
            (
                "CrCl for a 68 year old male who weighs 11 stone, creatinine 120 mg/dL",
                "cg age=68 sex=male wt=11st cr=120mg/dL",
            ),
            (
                "CrCl 70M 80 kg, creatinine rose from 1.2 to 2.4 mg/dL",
                "cg age=70 sex=male wt=80kg cr=ask",
            ),
            (
                "CrCl 70M 80 kg, creatinine 1.2-1.4 mg/dL",
                "cg age=70 sex=male wt=80kg cr=ask",
            ),
            (
                "CrCl 70M 80 kg, creatinine about 1.2 mg/dL",
                "cg age=70 sex=male wt=80kg cr=ask",
            ),
            (
                "CrCl 70M 80 kg, creatinine 1,2 mg/dL",
                "cg age=70 sex=male wt=80kg cr=ask",
            ),
            (
                "CrCl 70M lost 30 kg, now 80 kg, creatinine 1.2 mg/dL",
                "cg age=70 sex=male wt=80kg cr=1.2mg/dL",
            ),
            (
                "CrCl 70M 80 kg 1.2 mg/dL creatinine",
                "cg age=70 sex=male wt=80kg cr=1.2mg/dL",
            ),
            ("CrCl 70M, 80 kg, glucose 180 mg/dL", "cg age=70 sex=male wt=80kg cr=?"),
            (
                "crcl seventy year old man eighty kilos creatinine one point two milligrams per deciliter",
                "cg age=70 sex=male wt=80kg cr=1.2mg/dL",
            ),
            (
                "CrCl of a 70-year-old man on metformin 1000 mg, 80 kg, creatinine 1.2 mg/dL",
                "cg age=70 sex=male wt=80kg cr=1.2mg/dL",
            ),
            (
                "CrCl 72M 85 kg, creatinine was 1.2 mg/dL yesterday and 1.9 mg/dL today",
                "cg age=72 sex=male wt=85kg cr=ask",
            ),
            (
                "CrCl 72M 85kg Cr 1.2 mg/dL BUN 20 mg/dL",
                "cg age=72 sex=male wt=85kg cr=1.2mg/dL",
            ),
            (
                "CrCl male 72, weight (kg): 85; creatinine (mg/dL): 1.2",
                "cg age=72 sex=male wt=85kg cr=1.2mg/dL",
            ),
            (
                "CrCl: 72 y, male, 85 kg, Cr .9 mg/dL",
                "cg age=72 sex=male wt=85kg cr=0.9mg/dL",
            ),
            (
                "CrCl 72yM 85kg creat 106umol/l",
                "cg age=72 sex=male wt=85kg cr=106umol/L",
            ),
            (
                "CrCl creatinine 1.2 in a 70-year-old man, 80 kg",
                "cg age=70 sex=male wt=80kg cr=1.2",
            ),
        ],
        None,
    );
}

fn calculation(text: &str) -> Calculation {
    let catalogue = catalogue();
    let intent = read(text, &catalogue, None).expect("a calculation");
    let calculator = catalogue
        .into_iter()
        .find(|one| one.id == intent.calculator)
        .expect("known");
    let inputs = intent
        .inputs
        .into_iter()
        .zip(&calculator.parameters)
        .map(|(input, parameter)| CalculationInput {
            name: input.name,
            label: parameter.label.clone(),
            value: input.value,
            source: input.source,
            domain: parameter.domain.clone(),
            question: input.question,
        });
    Calculation {
        calculator: calculator.id.clone(),
        title: calculator.title.clone(),
        version: calculator.version.clone(),
        plugin: String::new(),
        plugin_version: String::new(),
        inputs: inputs.collect(),
        findings: Vec::new(),
        steps: Vec::new(),
        warnings: Vec::new(),
        references: Vec::new(),
        population: String::new(),
    }
}

#[test]
fn an_answer_supplies_what_was_asked() {
    let renal = calculation("CrCl for a 70 year old man");
    check(
        &[
            ("weight 72 kg", "cg age=70 sex=male wt=72kg cr=?"),
            ("72 kg", "cg age=70 sex=male wt=72kg cr=?"),
            (
                "creatinine 1.2 mg/dL and 72 kg",
                "cg age=70 sex=male wt=72kg cr=1.2mg/dL",
            ),
            (
                "He weighs 72 kg and his creatinine is 106 umol/L.",
                "cg age=70 sex=male wt=72kg cr=106umol/L",
            ),
            ("sorry, she is a woman", "cg age=70 sex=female wt=? cr=?"),
            ("actually he is 71", "cg age=71 sex=male wt=? cr=?"),
            ("When should he be referred?", "-"),
            ("What does creatinine 1.2 mg/dL mean?", "-"),
            ("What is the capital of Mongolia?", "-"),
            ("metformin dose for 72 kg", "-"),
            ("yes", "-"),
        ],
        Some(&renal),
    );
    let only_creatinine = calculation("CrCl for a 70 year old man, 80 kg");
    check(
        &[
            ("1.2 mg/dL", "cg age=70 sex=male wt=80kg cr=1.2mg/dL"),
            ("106 µmol/l", "cg age=70 sex=male wt=80kg cr=106umol/L"),
            ("1.2", "cg age=70 sex=male wt=80kg cr=1.2"),
            ("it's 1.2 mg/dL", "cg age=70 sex=male wt=80kg cr=1.2mg/dL"),
        ],
        Some(&only_creatinine),
    );
    let mut unit_open = calculation("CrCl for a 70 year old man, 80 kg, creatinine 1.2");
    unit_open.inputs[3].source = InputSource::Missing;
    unit_open.inputs[3].question = Some("Which unit?".to_owned());
    check(
        &[
            ("mg/dL", "cg age=70 sex=male wt=80kg cr=1.2mg/dL"),
            ("it is µmol/L", "cg age=70 sex=male wt=80kg cr=1.2umol/L"),
            ("mg/dL for what?", "-"),
        ],
        Some(&unit_open),
    );
}

#[test]
fn a_correction_changes_one_input() {
    let stroke = calculation("CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes");
    check(
        &[
            ("he also has heart failure", "cv age=68 sex=male hf=yes htn=yes dm=yes"),
            ("no diabetes", "cv age=68 sex=male htn=yes dm=no"),
            ("remove diabetes", "cv age=68 sex=male htn=yes dm=no"),
            (
                "what if he had a stroke?",
                "cv age=68 sex=male htn=yes dm=yes stroke=yes",
            ),
            ("And for a woman?", "cv age=68 sex=female htn=yes dm=yes"),
            ("what about at 76 years old?", "cv age=76 sex=male htn=yes dm=yes"),
            ("Does diabetes matter?", "-"),
            ("What about his stroke risk?", "-"),
            ("Should he be anticoagulated?", "-"),
            ("how is hypertension treated in a man?", "-"),
            ("CrCl 72 kg", "cg age=? sex=? wt=72kg cr=?"),
        ],
        Some(&stroke),
    );
    let doubted = calculation("CHA2DS2-VASc 68M possible stroke");
    check(
        &[
            ("yes", "cv age=68 sex=male stroke=yes"),
            ("No.", "cv age=68 sex=male stroke=no"),
            ("hypertension", "cv age=68 sex=male htn=yes stroke=ask"),
            ("the stroke was confirmed", "cv age=68 sex=male stroke=yes"),
        ],
        Some(&doubted),
    );
}

#[test]
fn a_calculator_nobody_listed_is_read_by_its_own_labels() {
    let plain = |name: &str, label: &str, domain| Parameter {
        name: name.to_owned(),
        label: label.to_owned(),
        help: None,
        required: true,
        domain,
        codings: Vec::new(),
    };
    let whole = ParameterDomain::Integer {
        minimum: None,
        maximum: None,
    };
    let options = ["Alert", "Confused"].map(|label| ChoiceOption {
        id: label.to_lowercase(),
        label: label.to_owned(),
    });
    let parameters = vec![
        plain("respiratory-rate", "Respiratory rate (breaths/min)", whole.clone()),
        plain(
            "urea",
            "Urea",
            ParameterDomain::Quantity {
                unit: "mmol/L".to_owned(),
                also_accepts: Vec::new(),
                minimum: None,
                maximum: None,
            },
        ),
        plain("new-confusion", "New confusion", ParameterDomain::Boolean),
        plain(
            "mind",
            "Consciousness",
            ParameterDomain::Choice {
                options: options.to_vec(),
            },
        ),
    ];
    let catalogue = [calculator("ward-score", "Ward Score", parameters)];
    let text = "ward score: respiratory rate 22, urea 7.5 mmol/L, no new confusion, alert";
    let intent = read(text, &catalogue, None);
    assert_eq!(
        shown(intent.as_ref()),
        "ward-score respiratory-rate=22 urea=7.5mmol/L new-confusion=no mind=alert"
    );
}

/// 1,500 texts put together from the words the reader reacts to, from a fixed seed.
#[test]
fn no_text_makes_it_panic() {
    const WORDS: &str = "CHA2DS2-VASc CrCl cockcroft 68 68M F 1.2 mg/dL mg dl / kg 72 lb , . ; : ? ( ) - + = no or and not denies \
                         without possible hypertension stroke TIA DM diabetes heart failure mother family history he she man \
                         woman my yes it is at age years old yo ago creatinine Cr weight LVEF % 35 to now yesterday about over \
                         < > ~ | & what if how does with has prior mi PAD in of one hundred point two µmol/L é ß 👩 '' ?stroke";
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let (catalogue, previous) = (catalogue(), calculation("CrCl for a 70 year old man, creatinine 1.2"));
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("small")
    };
    for _ in 0..1_500 {
        let mut text = String::new();
        for _ in 0..next(12) {
            text.push_str(words[next(words.len())]);
            if next(4) > 0 {
                text.push(' ');
            }
        }
        let _ = read(&text, &catalogue, None);
        let _ = read(&text, &catalogue, Some(&previous));
    }
}
