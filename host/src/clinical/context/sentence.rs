//! A context as a person would write it, to be read by what reads questions.

use std::fmt::Write;

use api_types::{ArgumentValue, ClinicalContext, Sex};

/// The facts in words, each as a sentence: "72 year old woman. Weight 70 kg. Hypertension."
pub fn sentence(context: &ClinicalContext) -> String {
    let mut text = String::new();
    let who = context.sex.map(|sex| match sex {
        Sex::Female => "woman",
        Sex::Male => "man",
    });
    match (context.age, who) {
        (Some(age), who) => {
            let _ = write!(text, "{age} year old {}. ", who.unwrap_or("patient"));
        }
        (None, Some(who)) => {
            let _ = write!(text, "A {who}. ");
        }
        (None, None) => {}
    }
    let measured = [
        ("Weight", &context.weight),
        ("Height", &context.height),
        ("Creatinine", &context.creatinine),
        ("eGFR", &context.egfr),
    ];
    for (name, value) in measured {
        if let Some(ArgumentValue::Quantity { value, unit }) = value {
            let _ = write!(text, "{name} {value} {}. ", written(unit));
        }
    }
    for problem in &context.problems {
        let _ = write!(text, "{problem}. ");
    }
    text
}

/// A UCUM unit as people write it.
fn written(unit: &str) -> &str {
    match unit {
        "[lb_av]" => "lb",
        "[in_i]" => "in",
        "mL/min/{1.73_m2}" => "mL/min/1.73m2",
        unit => unit,
    }
}

/// Below these years a patient is looked for among children, from those on among older people.
const ADULT: u8 = 18;
const OLDER: u8 = 75;

/// Words of the context that narrow a search about "this patient"; none when the question is about no patient.
pub fn narrowing(question: &str, context: &ClinicalContext) -> Option<String> {
    let asked = question.to_lowercase();
    let about = ["this patient", "my patient", "the patient", "our patient"];
    if !about.iter().any(|words| asked.contains(words)) {
        return None;
    }
    let group = context.age.and_then(|age| match age {
        ..ADULT => Some("children"),
        OLDER.. => Some("older adults"),
        _ => None,
    });
    let words: Vec<&str> = group
        .into_iter()
        .chain(context.problems.iter().map(String::as_str))
        .collect();
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> ClinicalContext {
        ClinicalContext {
            age: Some(82),
            sex: Some(Sex::Female),
            weight: Some(ArgumentValue::Quantity {
                value: 154.0,
                unit: "[lb_av]".into(),
            }),
            problems: vec!["hypertension".into()],
            ..ClinicalContext::default()
        }
    }

    #[test]
    fn a_context_reads_like_what_a_person_types() {
        assert_eq!(sentence(&context()), "82 year old woman. Weight 154 lb. hypertension. ");
        assert_eq!(sentence(&ClinicalContext::default()), "");
    }

    #[test]
    fn only_a_question_about_the_patient_is_narrowed() {
        assert_eq!(
            narrowing("Which statin for this patient?", &context()).as_deref(),
            Some("older adults, hypertension")
        );
        assert_eq!(narrowing("Which statin after a stroke?", &context()), None);
        assert_eq!(narrowing("And for my patient?", &ClinicalContext::default()), None);
    }
}
