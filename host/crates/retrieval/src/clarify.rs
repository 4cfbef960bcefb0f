//! One question back when a question is too broad to answer: "kidney disease management" means many things.

use api_types::{Clarification, ClarificationOption};

use crate::extractive::Candidate;
use crate::question::{self, Ask};

/// A broad clinical term, the ways it is written, and the kinds it covers.
struct Broad {
    terms: &'static [&'static str],
    question: &'static str,
    kinds: &'static [&'static str],
    /// Asked whatever the documents hold; other terms only when the documents hold several kinds.
    always: bool,
}

const BROAD: &[Broad] = &[
    Broad {
        terms: &[
            "kidney disease",
            "renal disease",
            "kidney failure",
            "renal failure",
            "kidney problems",
            "kidney injury",
        ],
        question: "Which kind of kidney disease do you mean?",
        kinds: &[
            "acute kidney injury (AKI)",
            "chronic kidney disease (CKD)",
            "diabetic kidney disease",
            "pre-renal kidney failure",
            "intrinsic kidney failure",
            "post-renal kidney failure (obstruction)",
        ],
        always: true,
    },
    Broad {
        terms: &["heart disease", "cardiac disease", "heart problems"],
        question: "Which kind of heart disease do you mean?",
        kinds: &[
            "coronary artery disease",
            "heart failure",
            "atrial fibrillation and other arrhythmias",
            "valvular heart disease",
            "congenital heart disease",
            "cardiomyopathy",
        ],
        always: true,
    },
    Broad {
        terms: &["liver disease", "hepatic disease", "liver failure"],
        question: "Which kind of liver disease do you mean?",
        kinds: &[
            "acute liver failure",
            "cirrhosis",
            "viral hepatitis",
            "alcoholic liver disease",
            "fatty liver disease (NAFLD)",
            "autoimmune liver disease",
        ],
        always: true,
    },
    Broad {
        terms: &["lung disease", "pulmonary disease", "respiratory disease"],
        question: "Which kind of lung disease do you mean?",
        kinds: &[
            "asthma",
            "chronic obstructive pulmonary disease (COPD)",
            "pneumonia",
            "pulmonary fibrosis",
            "pulmonary embolism",
            "lung cancer",
        ],
        always: true,
    },
    Broad {
        terms: &["thyroid disease", "thyroid problems", "thyroid disorder"],
        question: "Which thyroid disorder do you mean?",
        kinds: &[
            "hypothyroidism",
            "hyperthyroidism",
            "thyroid nodules",
            "thyroiditis",
            "thyroid cancer",
        ],
        always: true,
    },
    Broad {
        terms: &["cancer", "malignancy", "tumour", "tumor"],
        question: "Which cancer do you mean?",
        kinds: &[
            "breast cancer",
            "lung cancer",
            "colorectal cancer",
            "prostate cancer",
            "leukaemia or lymphoma",
            "skin cancer",
        ],
        always: false,
    },
    Broad {
        terms: &["diabetes", "diabetes mellitus"],
        question: "Which kind of diabetes do you mean?",
        kinds: &[
            "type 1 diabetes",
            "type 2 diabetes",
            "gestational diabetes",
            "diabetic ketoacidosis",
            "hypoglycaemia in diabetes",
        ],
        always: false,
    },
    Broad {
        terms: &["stroke"],
        question: "Which kind of stroke do you mean?",
        kinds: &[
            "ischaemic stroke",
            "haemorrhagic stroke",
            "transient ischaemic attack (TIA)",
            "subarachnoid haemorrhage",
        ],
        always: false,
    },
    Broad {
        terms: &["shock"],
        question: "Which kind of shock do you mean?",
        kinds: &[
            "septic shock",
            "cardiogenic shock",
            "hypovolaemic shock",
            "anaphylactic shock",
            "neurogenic shock",
        ],
        always: false,
    },
    Broad {
        terms: &["anaemia", "anemia"],
        question: "Which kind of anaemia do you mean?",
        kinds: &[
            "iron-deficiency anaemia",
            "B12 or folate deficiency",
            "haemolytic anaemia",
            "anaemia of chronic disease",
            "aplastic anaemia",
        ],
        always: false,
    },
    Broad {
        terms: &["hepatitis"],
        question: "Which kind of hepatitis do you mean?",
        kinds: &[
            "hepatitis A",
            "hepatitis B",
            "hepatitis C",
            "alcoholic hepatitis",
            "autoimmune hepatitis",
        ],
        always: false,
    },
    Broad {
        terms: &["pneumonia"],
        question: "Which kind of pneumonia do you mean?",
        kinds: &[
            "community-acquired pneumonia",
            "hospital-acquired pneumonia",
            "ventilator-associated pneumonia",
            "aspiration pneumonia",
        ],
        always: false,
    },
    Broad {
        terms: &["arthritis", "joint disease"],
        question: "Which kind of arthritis do you mean?",
        kinds: &[
            "osteoarthritis",
            "rheumatoid arthritis",
            "septic arthritis",
            "gout",
            "psoriatic arthritis",
        ],
        always: false,
    },
    Broad {
        terms: &["dementia"],
        question: "Which kind of dementia do you mean?",
        kinds: &[
            "Alzheimer's disease",
            "vascular dementia",
            "Lewy body dementia",
            "frontotemporal dementia",
        ],
        always: false,
    },
    Broad {
        terms: &["meningitis"],
        question: "Which kind of meningitis do you mean?",
        kinds: &[
            "bacterial meningitis",
            "viral meningitis",
            "tuberculous meningitis",
            "fungal meningitis",
        ],
        always: false,
    },
    Broad {
        terms: &[
            "electrolyte disorder",
            "electrolyte disturbance",
            "electrolytes",
            "electrolyte imbalance",
        ],
        question: "Which electrolyte do you mean?",
        kinds: &[
            "hyperkalaemia",
            "hypokalaemia",
            "hyponatraemia",
            "hypernatraemia",
            "hypercalcaemia",
            "hypocalcaemia",
        ],
        always: true,
    },
    Broad {
        terms: &["infection", "infections", "infectious disease"],
        question: "Which infection do you mean?",
        kinds: &[
            "pneumonia",
            "urinary tract infection",
            "skin and soft tissue infection",
            "bloodstream infection and sepsis",
            "catheter-related infection",
            "surgical site infection",
        ],
        always: false,
    },
    Broad {
        terms: &["bleeding", "haemorrhage", "hemorrhage"],
        question: "Which bleeding do you mean?",
        kinds: &[
            "gastrointestinal bleeding",
            "intracranial haemorrhage",
            "postpartum haemorrhage",
            "bleeding on anticoagulants",
            "trauma haemorrhage",
        ],
        always: false,
    },
    Broad {
        terms: &["pain"],
        question: "Which kind of pain do you mean?",
        kinds: &[
            "acute postoperative pain",
            "chronic pain",
            "neuropathic pain",
            "cancer pain",
            "chest pain",
        ],
        always: false,
    },
];

/// Words that may stand beside a broad term without narrowing it.
const FRAME: &[&str] = &[
    "management",
    "manage",
    "managing",
    "managed",
    "treatment",
    "treat",
    "treating",
    "treated",
    "therapy",
    "care",
    "guideline",
    "guidelines",
    "guidance",
    "protocol",
    "protocols",
    "approach",
    "overview",
    "information",
    "info",
    "advice",
    "help",
    "search",
    "find",
    "show",
    "tell",
    "look",
    "lookup",
    "up",
    "please",
    "me",
    "about",
    "on",
    "for",
    "the",
    "a",
    "an",
    "of",
    "in",
    "to",
    "how",
    "do",
    "should",
    "i",
    "we",
    "you",
    "is",
    "are",
    "be",
    "what",
    "can",
    "with",
    "patient",
    "patients",
    "my",
    "our",
    "give",
    "need",
    "want",
    "latest",
    "current",
    "best",
    "and",
    "plan",
    "workup",
    "work",
];

/// Kinds offered at most.
const OPTIONS: usize = 6;
/// Kinds or sections the documents must hold before they are offered.
const SEVERAL: usize = 2;

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The broad term a question is about, when it says nothing narrower, with the term as written in it.
fn broad(question: &str) -> Option<(&'static Broad, std::ops::Range<usize>)> {
    let lower = question.to_lowercase();
    if lower.len() != question.len() {
        return None;
    }
    BROAD.iter().find_map(|broad| {
        broad.terms.iter().find_map(|term| {
            let at = lower.find(term)?;
            let end = at + term.len();
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let whole = edge(lower[..at].chars().next_back()) && edge(lower[end..].chars().next());
            let rest = words(&format!("{} {}", &lower[..at], &lower[end..]));
            (whole && rest.iter().all(|w| FRAME.contains(&w.as_str()))).then_some((broad, at..end))
        })
    })
}

/// A question back with options, when `question` is too broad; none for anything specific.
pub fn clarify(question: &str, candidates: &[Candidate]) -> Option<Clarification> {
    let asks = words(question);
    // "What is diabetes?" wants the definition.
    if asks.len() > 12
        || asks.first().is_some_and(|w| w == "what")
            && asks.get(1).is_some_and(|w| matches!(w.as_str(), "is" | "are"))
            && !asks.iter().any(|w| {
                matches!(
                    w.as_str(),
                    "management" | "treatment" | "guideline" | "protocol" | "therapy"
                )
            })
    {
        return None;
    }
    if let Some((broad, at)) = broad(question) {
        let held = broad
            .kinds
            .iter()
            .filter(|k| candidates.iter().take(8).any(|c| mentions(c, k)))
            .count();
        if !broad.always && held < SEVERAL {
            return None;
        }
        let options = broad.kinds.iter().take(OPTIONS).map(|kind| {
            let named = kind.split(" (").next().unwrap_or(kind);
            ClarificationOption {
                label: capitalised(kind),
                question: capitalised(&format!("{}{named}{}", &question[..at.start], &question[at.end..])),
            }
        });
        return Some(Clarification {
            question: broad.question.to_owned(),
            options: options.collect(),
        });
    }
    sections(question, candidates)
}

fn mentions(candidate: &Candidate, kind: &str) -> bool {
    let named = words(kind.split(" (").next().unwrap_or(kind));
    let held = words(&format!(
        "{} {}",
        candidate.document_title,
        candidate.heading.unwrap_or_default()
    ));
    named.iter().all(|w| held.contains(w))
}

/// A bare topic of one or two plain words that several sections share: offers the sections.
fn sections(question: &str, candidates: &[Candidate]) -> Option<Clarification> {
    let read = question::read(question);
    let topical: Vec<_> = read.terms.iter().filter(|t| t.weight >= 0.8).collect();
    let bare = words(question).len() <= 4 && matches!(read.ask, Ask::Other | Ask::How) && !question.contains('?');
    if !bare || topical.is_empty() || topical.len() > 1 || topical.iter().any(|t| t.weight > 1.0) {
        return None;
    }
    let mut labels: Vec<String> = Vec::new();
    for candidate in candidates.iter().take(8) {
        let Some(heading) = candidate.heading.filter(|h| h.chars().count() <= 80) else {
            continue;
        };
        let innermost = heading.rsplit(" > ").next().unwrap_or(heading);
        let shares = question::read(heading)
            .terms
            .iter()
            .any(|t| topical.iter().any(|q| q.key == t.key));
        if shares
            && !labels.iter().any(|l| l.eq_ignore_ascii_case(innermost))
            && !words(innermost).iter().all(|w| words(question).contains(w))
        {
            labels.push(innermost.to_owned());
        }
    }
    (labels.len() > SEVERAL).then(|| Clarification {
        question: format!(
            "\"{}\" appears in several sections. Which one do you mean?",
            question.trim()
        ),
        options: labels
            .into_iter()
            .take(OPTIONS)
            .map(|label| ClarificationOption {
                question: format!("{}: {label}", question.trim()),
                label,
            })
            .collect(),
    })
}

/// The whole question when `reply` answers the question back that `previous` gave rise to.
pub(crate) fn chosen(reply: &str, previous: &str) -> Option<String> {
    let (broad, at) = broad(previous)?;
    let reply = reply.trim().trim_end_matches(['.', '!', '?']);
    let said = words(reply);
    let names_kind = broad.kinds.iter().any(|k| {
        let kind = words(k);
        !said.is_empty()
            && said
                .iter()
                .filter(|w| !FRAME.contains(&w.as_str()))
                .all(|w| kind.contains(w))
            && said.iter().any(|w| kind.contains(w))
    });
    (names_kind && said.len() <= 8).then(|| {
        let kept: Vec<&str> = reply
            .split_whitespace()
            .filter(|w| !["the", "please"].contains(&w.to_lowercase().as_str()))
            .collect();
        format!("{}{}{}", &previous[..at.start], kept.join(" "), &previous[at.end..])
    })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.trim().chars();
    chars
        .next()
        .map(|c| c.to_uppercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn broad_terms_get_one_question_with_their_kinds() {
        for question in [
            "kidney disease management",
            "Search for kidney disease management",
            "How do I treat kidney disease?",
        ] {
            let asked = clarify(question, &[]).unwrap();
            let labels = asked
                .options
                .iter()
                .map(|o| o.label.to_lowercase())
                .collect::<Vec<_>>()
                .join(" ");
            for kind in ["aki", "ckd", "diabetic", "pre-renal", "intrinsic", "post-renal"] {
                assert!(labels.contains(kind), "{question}: {kind} not in {labels}");
            }
        }
        assert_eq!(
            clarify("kidney disease management", &[]).unwrap().options[1].question,
            "Chronic kidney disease management"
        );
    }

    #[test]
    fn specific_questions_get_none() {
        for question in [
            "chronic kidney disease management",
            "What is CURB-65?",
            "How should injection equipment be handled between patients?",
            "Is aspirin safe in kidney disease?",
            "What is the capital of Mongolia?",
            "dose of metformin in kidney disease",
            "What is kidney disease?",
            "diabetic kidney disease treatment",
            "acute kidney injury management",
        ] {
            assert_eq!(clarify(question, &[]), None, "{question}");
        }
    }
}
