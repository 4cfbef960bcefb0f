//! The answerer by words alone: questions that the corpus answers, and questions that no such corpus answers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests; the figures are the point"
)]

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use api_types::{Block, BlockKind, Page, SentenceKind};
use flate2::read::GzDecoder;
use retrieval::chunk::{Chunk, chunk, chunk_id, context};
use retrieval::exact::{ExactIndex, Passage, Query, Scope};
use retrieval::extractive::{self, Candidate, Drafted, PASSAGES, WordsOnly};
use retrieval::fuse::fuse;
use retrieval::{support, terms};
use serde_json::Value;

/// A corpus in memory, found by words.
struct Shelf {
    index: ExactIndex,
    passages: HashMap<String, (String, String, Chunk)>,
}

const READER: &str = "reader";

impl Shelf {
    fn bioasq() -> Option<Self> {
        let mut shelf = Self {
            index: ExactIndex::default(),
            passages: HashMap::new(),
        };
        for line in BufReader::new(GzDecoder::new(File::open(folder().join("corpus.jsonl.gz")).ok()?)).lines() {
            let document: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let field = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
            let (id, title) = (field("_id"), field("title"));
            let block = Block {
                kind: BlockKind::Paragraph,
                text: field("text"),
                words: Vec::new(),
            };
            let mut own = Vec::new();
            for part in chunk(&[Page {
                number: 1,
                width: 0.0,
                height: 0.0,
                ocr: false,
                blocks: vec![block],
            }]) {
                let passage = chunk_id(&id, "1", part.ordinal);
                let terms = terms::passage_weights(&context(Some(&title), part.heading.as_deref()), &part.text);
                own.push(Passage {
                    id: passage.clone(),
                    terms,
                    vectors: Vec::new(),
                });
                shelf.passages.insert(passage, (id.clone(), title.clone(), part));
            }
            shelf.index.replace(&id, &[READER.to_owned()], own);
        }
        Some(shelf)
    }

    fn answer(&self, question: &str) -> (Drafted, Vec<String>, Vec<String>) {
        let scope = Scope {
            readers: &[READER.to_owned()],
            documents: &[],
            without: &[],
        };
        let asked = Query {
            terms: &terms::query_weights(question),
            vector: None,
        };
        let found = fuse(self.index.search(&asked, &scope, 100), &[]);
        let found: Vec<_> = found
            .into_iter()
            .take(PASSAGES)
            .map(|hit| (self.passages.get(&hit.id).unwrap(), hit))
            .collect();
        let candidates: Vec<Candidate> = found
            .iter()
            .map(|((document, title, part), hit)| Candidate {
                passage_id: &hit.id,
                document_id: document,
                document_title: title,
                heading: part.heading.as_deref(),
                text: &part.text,
                page: 1,
                source_date: None,
                source_owner: None,
                score: hit.score,
                dense: None,
                bm25: hit.bm25,
            })
            .collect();
        let texts = candidates.iter().map(|c| c.text.to_owned()).collect();
        let documents = candidates.iter().map(|c| c.document_id.to_owned()).collect();
        (extractive::answer(question, &candidates, &WordsOnly), documents, texts)
    }
}

fn folder() -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "../../../../shared/data/retrieval/bioasq7_11",
    ]
    .iter()
    .collect()
}

#[test]
fn questions_are_answered_from_gold_and_off_topic_ones_are_not() {
    let Some(shelf) = Shelf::bioasq() else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let off_topic: Vec<&str> = include_str!("answers/off_topic.txt").lines().collect();
    let declined = off_topic
        .iter()
        .filter(|q| matches!(shelf.answer(q).0, Drafted::NotFound { .. }))
        .count();
    println!("off topic: {declined} of {} not found", off_topic.len());

    let questions: Value = serde_json::from_reader(GzDecoder::new(
        File::open(folder().join("questions_full.json.gz")).unwrap(),
    ))
    .unwrap();
    let texts: HashMap<String, String> = BufReader::new(File::open(folder().join("queries.jsonl")).unwrap())
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
        .map(|query| {
            (
                query["_id"].as_str().unwrap().to_owned(),
                query["text"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let (mut asked, mut answered, mut citing) = (0, 0, 0);
    for question in questions.as_array().unwrap().iter().step_by(5) {
        let gold: HashSet<&str> = question["snippets"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|s| s["pmid"].as_str())
            .collect();
        asked += 1;
        let (drafted, documents, passages) = shelf.answer(&texts[question["id"].as_str().unwrap()]);
        let Drafted::Answered { sentences, .. } = drafted else {
            continue;
        };
        answered += 1;
        citing += usize::from(sentences.iter().any(|s| gold.contains(documents[s.candidate].as_str())));
        for sentence in &sentences {
            assert!(
                support::check(&sentence.text, &passages[sentence.candidate], None).is_ok(),
                "{}",
                sentence.text
            );
        }
    }
    println!("on topic: {answered} of {asked} answered, {citing} of these cite a gold document");
    assert!(declined * 100 >= off_topic.len() * 95);
    assert!(answered * 100 >= asked * 70);
    assert!(citing * 100 >= answered * 60);
}

fn ward<'a>(id: &'a str, title: &'a str, heading: &'a str, date: &'a str, text: &'a str) -> Candidate<'a> {
    Candidate {
        passage_id: id,
        document_id: id,
        document_title: title,
        heading: Some(heading),
        text,
        page: 1,
        source_date: Some(date),
        source_owner: None,
        score: 1.0,
        dense: None,
        bm25: 10.0,
    }
}

fn answered(
    question: &str,
    candidates: &[Candidate],
) -> (Vec<extractive::DraftSentence>, Vec<retrieval::conflict::DraftConflict>) {
    match extractive::answer(question, candidates, &WordsOnly) {
        Drafted::Answered {
            sentences, conflicts, ..
        } => (sentences, conflicts),
        Drafted::NotFound { confidence } => panic!("not found ({confidence}): {question}"),
    }
}

const INJECTION: &str = "Injection equipment carries infection from one patient to another. Use a new needle and a new syringe for every injection. \
Do not use a syringe for more than one patient, even if the needle was changed. Discard used injection equipment in a sharps container at the point of use. \
The outbreak of 2009 involved two clinics.";

#[test]
fn actions_come_first_and_word_for_word() {
    let candidates = [ward(
        "a",
        "Safe injection protocol",
        "Injection equipment",
        "2024-03",
        INJECTION,
    )];
    let (sentences, _) = answered(
        "How should injection equipment be handled between patients?",
        &candidates,
    );
    assert_eq!(sentences[0].kind, SentenceKind::Action);
    assert!(
        sentences
            .iter()
            .any(|s| s.text.starts_with("Do not use a syringe for more than one patient"))
    );
    for sentence in &sentences {
        assert_eq!(
            candidates[0].text[sentence.quote.clone()]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            sentence.text
        );
    }
}

#[test]
fn a_dose_comes_with_its_limit_and_contraindication() {
    let text = "Gentamicin 5 mg/kg is given once daily for sepsis. The maximum dose is 500 mg. Do not give gentamicin to patients with myasthenia gravis. The pharmacy opens at eight.";
    let (sentences, _) = answered(
        "What is the dose of gentamicin in sepsis?",
        &[ward("a", "Sepsis protocol", "Antibiotics", "2024", text)],
    );
    let texts: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
    assert!(texts.contains(&"The maximum dose is 500 mg."), "{texts:?}");
    assert!(
        texts.contains(&"Do not give gentamicin to patients with myasthenia gravis."),
        "{texts:?}"
    );
    assert!(!texts.iter().any(|t| t.contains("pharmacy")), "{texts:?}");
}

#[test]
fn documents_that_disagree_are_both_shown_newest_first() {
    let old = ward(
        "a",
        "Potassium protocol 2019",
        "Hyperkalaemia",
        "2019-05",
        "For severe hyperkalaemia, give calcium gluconate 10 mL over 10 minutes. Check the potassium after 4 hours.",
    );
    let new = ward(
        "b",
        "Potassium protocol 2024",
        "Hyperkalaemia",
        "2024-02",
        "For severe hyperkalaemia, give calcium gluconate 30 mL over 10 minutes. Check the ECG.",
    );
    let (_, conflicts) = answered(
        "How much calcium gluconate is given for severe hyperkalaemia?",
        &[old, new],
    );
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].sides[0].candidate, 1);
    assert!(conflicts[0].sides[1].text.contains("10 mL"));
}

#[test]
fn a_list_is_given_with_the_line_that_opens_it() {
    let text = "Hand hygiene prevents infection.\nKey situations where hand hygiene should be performed include:\nBefore touching a patient\nBefore exiting the care area\nAfter contact with blood\nGloves are stocked in every room.";
    let candidates = [ward("a", "Infection prevention", "Hand hygiene", "2016", text)];
    let (sentences, _) = answered("When should hand hygiene be performed?", &candidates);
    let texts: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
    let opener = texts.iter().position(|t| t.ends_with("include:")).unwrap();
    assert_eq!(texts[opener + 1], "Before touching a patient", "{texts:?}");
    assert!(texts.contains(&"After contact with blood"), "{texts:?}");
}

#[test]
fn a_list_whose_heading_is_asked_for_is_given_whole() {
    let text = "Actions within one hour\n1. Give oxygen to a target of 94 to 98 %.\n2. Take two sets of blood cultures before antibiotics.\n3. Measure lactate.\n4. Give intravenous antibiotics.\n5. Start intravenous fluid.\nException: In patients with hypercapnia the target is 88 to 92 %.";
    let candidates = [ward(
        "a",
        "Sepsis in adults: the first hour",
        "Actions within one hour",
        "2025",
        text,
    )];
    let (sentences, _) = answered(
        "What actions should be done within one hour in adults with sepsis?",
        &candidates,
    );
    let texts: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Give oxygen to a target of 94 to 98 %.",
            "Take two sets of blood cultures before antibiotics.",
            "Measure lactate.",
            "Give intravenous antibiotics.",
            "Start intravenous fluid.",
            "Exception: In patients with hypercapnia the target is 88 to 92 %."
        ]
    );
}

#[test]
fn rules_that_say_the_same_with_other_nots_do_not_disagree() {
    let one = ward(
        "a",
        "Injection safety",
        "Rules",
        "2025",
        "Never: Changing the needle does not make a used syringe safe.",
    );
    let other = ward(
        "b",
        "Guide to injections",
        "Rules",
        "2016",
        "Never administer medications from the same syringe to multiple patients, even if the needle is changed or the injection is given through tubing.",
    );
    let (_, conflicts) = answered("May a syringe be used again when the needle is changed?", &[one, other]);
    assert!(conflicts.is_empty(), "{conflicts:?}");
}

#[test]
fn a_question_about_something_else_is_not_answered() {
    let candidates = [ward(
        "a",
        "Safe injection protocol",
        "Injection equipment",
        "2024-03",
        INJECTION,
    )];
    for question in [
        "What is the capital of Mongolia?",
        "How do I bake bread?",
        "What is the dose of metformin in pregnancy?",
        "Who is the chief of surgery?",
    ] {
        assert!(
            matches!(
                extractive::answer(question, &candidates, &WordsOnly),
                Drafted::NotFound { .. }
            ),
            "{question}"
        );
    }
    assert!(matches!(
        extractive::answer("What is CURB-65?", &[], &WordsOnly),
        Drafted::NotFound { .. }
    ));
}
