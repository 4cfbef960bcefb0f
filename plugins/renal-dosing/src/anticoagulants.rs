//! Oral anticoagulants in non-valvular atrial fibrillation, by section 2 of their United States labels. Creatinine
//! clearance is Cockcroft-Gault's with actual weight, which is what the trials and the labels mean.

use voiceassist_plugin::{
    CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Step, Value, age, choice, choice_option,
    example, finding, measured, paper, quantity, refused, reported, sex, short, step, work,
};

pub const ID: &str = "renal-dosing-anticoagulants";

pub fn info() -> CalculatorInfo {
    let drugs = ["apixaban", "dabigatran", "edoxaban", "rivaroxaban"].map(|drug| {
        let capital = drug[..1].to_uppercase() + &drug[1..];
        choice_option(drug, &capital, Vec::new())
    });
    CalculatorInfo {
        id: ID.into(),
        version: "1.1.0".into(),
        title: "Anticoagulant dose by kidney function (atrial fibrillation)".into(),
        summary: "The dose of apixaban, dabigatran, edoxaban or rivaroxaban that the United States label gives.".into(),
        population: "Adults with non-valvular atrial fibrillation and a stable creatinine, without dialysis. Not for \
                     venous thromboembolism, a mechanical valve or mitral stenosis, liver failure, or together with \
                     strong inhibitors or inducers of P-gp or CYP3A4, which change the dose. Labels elsewhere differ: in \
                     Europe dabigatran is not given below 30 mL/min, and rivaroxaban and apixaban not below 15."
            .into(),
        parameters: vec![
            choice("drug", "Anticoagulant", drugs.into(), Vec::new()),
            age(18, 110),
            sex(),
            measured::weight().help("Actual body weight: the labels mean it."),
            measured::creatinine().help("A steady value."),
        ],
        citations: vec![
            cockcroft_gault(),
            label("apixaban", "ELIQUIS", "Bristol-Myers Squibb", "202155"),
            label("dabigatran", "PRADAXA", "Boehringer Ingelheim", "022512"),
            label("edoxaban", "SAVAYSA", "Daiichi Sankyo", "206316"),
            label("rivaroxaban", "XARELTO", "Janssen", "022406"),
        ],
    }
}

struct Person {
    years: i32,
    /// In kg.
    weight: f64,
    /// In mg/dL.
    creatinine: f64,
    /// In mL/min.
    clearance: f64,
}

struct Dose {
    text: &'static str,
    severity: Severity,
    rule: String,
    warning: Option<&'static str>,
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let drug = inputs.choice("drug")?;
    let years = inputs.integer("age")?;
    let weight = inputs.quantity("weight", "kg")?;
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    if creatinine <= 0.0 || years >= 140 {
        return Err(refused("The formula has no value for this age or creatinine."));
    }
    let factor = if inputs.female()? { 0.85 } else { 1.0 };
    let clearance = f64::from(140 - years) * weight / (72.0 * creatinine) * factor;
    let person = Person {
        years,
        weight,
        creatinine,
        clearance,
    };
    let dose = match drug {
        "apixaban" => apixaban(&person),
        "dabigatran" => dabigatran(&person),
        "edoxaban" => edoxaban(&person),
        "rivaroxaban" => rivaroxaban(&person),
        other => return Err(refused(format!("{other} is not an anticoagulant of this table"))),
    };
    let mut warnings = vec!["Check the current label, interactions and bleeding risk before prescribing.".to_owned()];
    warnings.extend(dose.warning.map(str::to_owned));
    let source = info()
        .citations
        .into_iter()
        .find(|citation| citation.id == format!("label-{drug}"));
    let cites: Vec<&Citation> = source.iter().collect();
    Ok(Outcome {
        findings: vec![
            finding(
                "dose",
                "Dose by the label",
                Value::Text(dose.text.into()),
                dose.severity,
                "For stroke prevention in non-valvular atrial fibrillation, by the United States label.",
                &cites,
            ),
            finding(
                "creatinine-clearance",
                "Creatinine clearance",
                quantity(reported(clearance, 1), "mL/min"),
                Severity::Info,
                "",
                &[&cockcroft_gault()],
            ),
        ],
        warnings,
        steps: vec![clearance_step(&person, factor), step("Rule", dose.rule)],
    })
}

fn clearance_step(person: &Person, factor: f64) -> Step {
    step(
        "Creatinine clearance",
        format!(
            "(140 - {}) x {} / (72 x {}) x {} = {} mL/min",
            person.years,
            short(person.weight),
            short(person.creatinine),
            short(factor),
            short(person.clearance)
        ),
    )
}

/// Section 2.1: two of three, not the clearance.
fn apixaban(person: &Person) -> Dose {
    let marks = [
        (person.years >= 80, "80 years or older"),
        (person.weight <= 60.0, "60 kg or less"),
        (person.creatinine >= 1.5, "creatinine 1.5 mg/dL or more"),
    ];
    let met: Vec<_> = marks.iter().filter(|(met, _)| *met).map(|(_, mark)| *mark).collect();
    let listed = if met.is_empty() {
        "none".to_owned()
    } else {
        met.join(", ")
    };
    let rule =
        format!("2.5 mg if two of: 80 years or older, 60 kg or less, creatinine 1.5 mg/dL or more; here: {listed}");
    let reduced = met.len() >= 2;
    Dose {
        text: if reduced {
            "2.5 mg twice daily"
        } else {
            "5 mg twice daily"
        },
        severity: if reduced { Severity::Moderate } else { Severity::Info },
        rule,
        warning: (person.clearance < 25.0 || person.creatinine > 2.5)
            .then_some("ARISTOTLE took no one with a creatinine above 2.5 mg/dL or a clearance below 25 mL/min."),
    }
}

/// Section 2.2.
fn dabigatran(person: &Person) -> Dose {
    let (text, severity) = match person.clearance {
        x if x > 30.0 => ("150 mg twice daily", Severity::Info),
        x if x >= 15.0 => ("75 mg twice daily", Severity::Moderate),
        _ => ("no dose can be given", Severity::Critical),
    };
    Dose {
        text,
        severity,
        rule: "above 30 mL/min 150 mg; 15 to 30 mL/min 75 mg; below 15 mL/min none".to_owned(),
        warning: (person.clearance <= 50.0).then_some(
            "With P-gp inhibitors: 75 mg at 30 to 50 mL/min with dronedarone or ketoconazole, none below 30.",
        ),
    }
}

/// Section 2.1.
fn edoxaban(person: &Person) -> Dose {
    let (text, severity) = match person.clearance {
        x if x > 95.0 => ("do not use", Severity::Critical),
        x if x > 50.0 => ("60 mg once daily", Severity::Info),
        x if x >= 15.0 => ("30 mg once daily", Severity::Moderate),
        _ => ("not recommended", Severity::Critical),
    };
    Dose {
        text,
        severity,
        rule: "above 95 mL/min do not use; above 50 to 95 mL/min 60 mg; 15 to 50 mL/min 30 mg; below 15 mL/min not \
               recommended"
            .to_owned(),
        warning: (person.clearance > 95.0)
            .then_some("Above 95 mL/min there were more ischaemic strokes than under warfarin: choose another drug."),
    }
}

/// Section 2.1.
fn rivaroxaban(person: &Person) -> Dose {
    let reduced = person.clearance <= 50.0;
    Dose {
        text: if reduced {
            "15 mg once daily with the evening meal"
        } else {
            "20 mg once daily with the evening meal"
        },
        severity: match person.clearance {
            x if x < 15.0 => Severity::Critical,
            x if x < 30.0 => Severity::High,
            _ if reduced => Severity::Moderate,
            _ => Severity::Info,
        },
        rule: "above 50 mL/min 20 mg; 50 mL/min and below 15 mg".to_owned(),
        warning: match person.clearance {
            x if x < 15.0 => Some(
                "Below 30 mL/min it was not studied; below 15 mL/min earlier editions of the label said to avoid it.",
            ),
            x if x < 30.0 => Some("Below 30 mL/min it was not studied."),
            _ => None,
        },
    }
}

fn cockcroft_gault() -> Citation {
    paper(
        "cockcroft-gault-1976",
        "Prediction of creatinine clearance from serum creatinine",
        "Nephron",
        &["Cockcroft DW", "Gault MH"],
        "1976",
        "10.1159/000180580",
        "1244564",
    )
}

fn label(drug: &str, name: &str, company: &str, application: &str) -> Citation {
    let page = "https://www.accessdata.fda.gov/scripts/cder/daf/index.cfm?event=overview.process&ApplNo=";
    Citation {
        url: Some(format!("{page}{application}")),
        locator: Some("section 2".into()),
        ..work(
            &format!("label-{drug}"),
            &format!("{name} ({drug}): prescribing information, application {application}"),
            "U.S. Food and Drug Administration, Drugs@FDA",
            &[company],
            "2024",
        )
    }
}

/// Clearances worked by hand: 60 years, 72 kg, 1 mg/dL, a man: 80 mL/min; 80 years: 60; 1.6 mg/dL at 80 years: 37.5;
/// a woman of 80 years, 60 kg, 2 mg/dL: 21.25; a man of 40 years, 72 kg, 1 mg/dL: 100; of 80 years, 50 kg, 3 mg/dL: 13.9.
pub fn examples() -> Vec<Example> {
    let cases = [
        (
            "rivaroxaban",
            60,
            "male",
            72.0,
            1.0,
            "20 mg once daily with the evening meal",
            80.0,
        ),
        (
            "rivaroxaban",
            80,
            "male",
            72.0,
            1.6,
            "15 mg once daily with the evening meal",
            37.5,
        ),
        ("dabigatran", 60, "male", 72.0, 1.0, "150 mg twice daily", 80.0),
        ("dabigatran", 80, "female", 60.0, 2.0, "75 mg twice daily", 21.3),
        ("dabigatran", 80, "male", 50.0, 3.0, "no dose can be given", 13.9),
        ("edoxaban", 40, "male", 72.0, 1.0, "do not use", 100.0),
        ("edoxaban", 60, "male", 72.0, 1.0, "60 mg once daily", 80.0),
        ("edoxaban", 80, "male", 72.0, 1.6, "30 mg once daily", 37.5),
        ("apixaban", 80, "male", 72.0, 1.0, "5 mg twice daily", 60.0),
        ("apixaban", 80, "male", 72.0, 1.6, "2.5 mg twice daily", 37.5),
        ("apixaban", 80, "female", 60.0, 2.0, "2.5 mg twice daily", 21.3),
    ];
    let info = info();
    let source = |drug: &str| {
        info.citations
            .iter()
            .find(|one| one.id == format!("label-{drug}"))
            .cloned()
    };
    cases
        .into_iter()
        .map(|(drug, years, sex, weight, creatinine, dose, clearance)| {
            example(
                &info,
                vec![
                    ("drug", drug.into()),
                    ("age", years.into()),
                    ("sex", sex.into()),
                    ("weight", quantity(weight, "kg")),
                    ("creatinine", quantity(creatinine, "mg/dL")),
                ],
                vec![
                    ("dose", Value::Text(dose.into())),
                    ("creatinine-clearance", quantity(clearance, "mL/min")),
                ],
                source(drug).unwrap_or_else(cockcroft_gault),
                "section 2, worked by hand",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(clearance: f64) -> Person {
        Person {
            years: 70,
            weight: 80.0,
            creatinine: 1.0,
            clearance,
        }
    }

    #[test]
    fn doses_change_where_the_labels_say() {
        for (dose, clearance, text) in [
            (rivaroxaban as fn(&Person) -> Dose, 50.1, "20 mg"),
            (rivaroxaban, 50.0, "15 mg"),
            (dabigatran, 30.1, "150 mg"),
            (dabigatran, 30.0, "75 mg"),
            (dabigatran, 15.0, "75 mg"),
            (dabigatran, 14.9, "no dose"),
            (edoxaban, 95.1, "do not use"),
            (edoxaban, 95.0, "60 mg"),
            (edoxaban, 50.1, "60 mg"),
            (edoxaban, 50.0, "30 mg"),
            (edoxaban, 15.0, "30 mg"),
            (edoxaban, 14.9, "not recommended"),
        ] {
            assert!(dose(&at(clearance)).text.starts_with(text), "{clearance}: {text}");
        }
    }

    #[test]
    fn apixaban_is_reduced_by_two_marks_of_three() {
        for (years, weight, creatinine, text) in [
            (79, 61.0, 1.49, "5 mg"),
            (80, 61.0, 1.49, "5 mg"),
            (79, 60.0, 1.49, "5 mg"),
            (79, 61.0, 1.5, "5 mg"),
            (80, 60.0, 1.49, "2.5 mg"),
            (80, 61.0, 1.5, "2.5 mg"),
            (79, 60.0, 1.5, "2.5 mg"),
            (80, 60.0, 1.5, "2.5 mg"),
        ] {
            let person = Person {
                years,
                weight,
                creatinine,
                clearance: 50.0,
            };
            assert!(
                apixaban(&person).text.starts_with(text),
                "{years} {weight} {creatinine}"
            );
        }
    }

    #[test]
    fn what_was_not_studied_is_marked() {
        for (clearance, severity, warned) in [
            (14.9, Severity::Critical, true),
            (15.0, Severity::High, true),
            (29.9, Severity::High, true),
            (30.0, Severity::Moderate, false),
            (50.1, Severity::Info, false),
        ] {
            let dose = rivaroxaban(&at(clearance));
            assert_eq!(
                (dose.severity, dose.warning.is_some()),
                (severity, warned),
                "{clearance}"
            );
        }
        for (clearance, creatinine, warned) in [(24.9, 1.0, true), (25.0, 2.5, false), (40.0, 2.6, true)] {
            let person = Person {
                creatinine,
                ..at(clearance)
            };
            assert_eq!(apixaban(&person).warning.is_some(), warned, "{clearance} {creatinine}");
        }
    }
}
