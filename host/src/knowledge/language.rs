//! Which language a text is in, and what that means for search and screening.
//!
//! English is what dense search, screening and answers support. Another language is searched by words only and
//! counts as patient information.

use whatlang::{Lang, Script};

/// ISO 639-3 code of what every part of the search supports.
pub const ENGLISH: &str = "eng";

/// Characters that are looked at: language shows early, and detection is linear.
const SAMPLE_CHARS: usize = 8_000;
/// Letters below which statistics on them mean nothing.
const ENOUGH_LETTERS: usize = 120;
/// A question is another language only when detection is this sure.
const SURE: f64 = 0.9;

/// Words that are common in English and are no word of another Western European language.
const ENGLISH_WORDS: &[&str] = &[
    "the",
    "what",
    "how",
    "when",
    "which",
    "who",
    "why",
    "where",
    "should",
    "does",
    "are",
    "with",
    "and",
    "can",
    "treatment",
    "after",
    "before",
    "between",
    "this",
    "that",
    "have",
    "has",
];

/// Words that are common in another language written in Latin letters and rare in English text and names
/// (not "il" of IL-6, "das" of DAS28, "des" of a stent).
const FOREIGN_WORDS: &[&str] = &[
    "der", "und", "ist", "wie", "wird", "bei", "eine", "mit", "welche", "el", "los", "las", "que", "con", "como",
    "una", "est", "les", "une", "pour", "dans", "quelle", "quel", "avec", "che", "di", "della", "nella", "uma", "qual",
    "quais", "het", "een", "van", "voor", "jak", "nie", "och", "att", "som",
];

/// ISO 639-3 code of a document's language; none for one without enough words to tell.
pub fn of_document<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut sample = String::new();
    for text in texts {
        sample.extend(text.chars().take(SAMPLE_CHARS));
        sample.push('\n');
        if sample.len() > SAMPLE_CHARS {
            break;
        }
    }
    let info = whatlang::detect(&sample)?;
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if info.script() != Script::Latin {
        return Some(info.lang().code().to_owned());
    }
    if letters < ENOUGH_LETTERS {
        // Lists of drug names and doses look like any language.
        return sample.is_ascii().then(|| ENGLISH.to_owned());
    }
    // Names of species and drugs look like Latin, or like nothing for sure.
    let english = info.lang() == Lang::Lat || !info.is_reliable() || share(&sample, ENGLISH_WORDS) >= 0.08;
    Some(if english {
        ENGLISH.to_owned()
    } else {
        info.lang().code().to_owned()
    })
}

/// Another language that a question is surely in, by ISO 639-3 code; none for English and for anything doubtful.
///
/// Short questions of names and numbers ("CURB-65?", "noradrenaline dose") must not be taken for Dutch or Latin.
pub fn other_than_english(question: &str) -> Option<&'static str> {
    let info = whatlang::detect(question)?;
    if info.lang() == Lang::Eng {
        return None;
    }
    if info.script() != Script::Latin {
        // A Greek letter or two in an English question is a name, not a language.
        let latin = question.chars().filter(char::is_ascii_alphabetic).count();
        let letters = question.chars().filter(|c| c.is_alphabetic()).count();
        return (latin * 2 < letters).then(|| info.lang().code());
    }
    let words = question.split_whitespace().count();
    let sure = info.is_reliable() || (info.confidence() >= SURE && words >= 5);
    let foreign = !question.is_ascii() || share(question, FOREIGN_WORDS) > 0.0;
    (sure && foreign && words >= 4 && share(question, ENGLISH_WORDS) == 0.0).then(|| info.lang().code())
}

/// English name of a language for notices.
pub fn name(code: &str) -> String {
    Lang::from_code(code).map_or_else(|| code.to_owned(), |lang| lang.eng_name().to_owned())
}

/// What a passage counts as before it may leave the building: `none`, `possible` or `phi`.
pub fn screening_class(language: Option<&str>, text: &str) -> &'static str {
    if language.is_some_and(|language| language != ENGLISH) {
        return "phi";
    }
    match phi::judge(text).class {
        phi::Class::None => "none",
        phi::Class::Possible => "possible",
        phi::Class::Phi => "phi",
    }
}

fn share(text: &str, of: &[&str]) -> f64 {
    let mut words = 0.0;
    let mut known = 0.0;
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1.0;
        if of.contains(&word.to_lowercase().as_str()) {
            known += 1.0;
        }
    }
    if words == 0.0 { 0.0 } else { known / words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_clinical_questions_are_english() {
        for question in [
            "CURB-65?",
            "noradrenaline dose",
            "vancomycin trough level target",
            "Clostridioides difficile",
            "TNF-α inhibitors in pregnancy",
            "When should I admit?",
            "metoclopramide domperidone ondansetron interactions",
            "Autoerotic asphyxiation: secret pleasure--lethal outcome?",
            "Bone marrow cells don't contribute to adult macrophage compartments.",
        ] {
            assert_eq!(other_than_english(question), None, "{question}");
        }
    }

    #[test]
    fn questions_in_other_languages_are_noticed() {
        assert_eq!(
            other_than_english("Wie wird eine Lungenentzündung bei Kindern behandelt?"),
            Some("deu")
        );
        assert_eq!(
            other_than_english("¿Cuál es la dosis de amoxicilina para niños con neumonía?"),
            Some("spa")
        );
        assert_eq!(
            other_than_english("Quelle est la dose de paracetamol pour un enfant de dix ans"),
            Some("fra")
        );
        assert_eq!(other_than_english("Как лечить пневмонию у детей?"), Some("rus"));
    }

    #[test]
    fn documents_are_told_apart() {
        let english = "The patient should be given fluids and antibiotics within one hour. Blood cultures are taken before antibiotics when this does not delay treatment.";
        let german = "Der Patient soll innerhalb einer Stunde Flüssigkeit und Antibiotika erhalten. Blutkulturen werden vor der ersten Gabe abgenommen, wenn das die Behandlung nicht verzögert.";
        assert_eq!(of_document([english].into_iter()).as_deref(), Some(ENGLISH));
        assert_eq!(of_document([german].into_iter()).as_deref(), Some("deu"));
        assert_eq!(
            of_document(["Amoxicillin 500 mg tds"].into_iter()).as_deref(),
            Some(ENGLISH)
        );
        let species = "Capillaria hepatica is a parasitic nematode causing hepatitis. Plasmodium falciparum sporozoite vaccine, Clostridioides difficile, Pneumocystis jirovecii, Acinetobacter baumannii";
        assert_eq!(of_document([species].into_iter()).as_deref(), Some(ENGLISH));
        assert_eq!(of_document(["12 | 34"].into_iter()), None);
    }

    #[test]
    fn another_language_counts_as_patient_information() {
        assert_eq!(screening_class(Some("deu"), "Hände waschen."), "phi");
        assert_eq!(screening_class(Some(ENGLISH), "Wash hands."), "none");
    }
}
