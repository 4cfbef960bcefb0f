//! What a clinician asks of the sample shelf, and what its protocols do not say.

use api_types::{AnswerKind, DocumentList, DocumentStatus};

use testkit::{OpenAiDouble, Reply, tokens};
use voiceassist::config::Config;
use voiceassist::models::ModelSettings;

use crate::models::on;
use crate::support::{Browser, TestApp};

/// Of the questions that the shelf answers, how many must be.
const ANSWERED: f64 = 0.9;
/// Sentences within which the answer must stand.
const WITHIN: usize = 4;

async fn shelf() -> TestApp {
    shelf_with(|_| ()).await
}

async fn shelf_with(change: impl FnOnce(&mut Config)) -> TestApp {
    let test = TestApp::start_with(|config| {
        config.demo = true;
        change(config);
    })
    .await;
    let anna = test.sign_in("anna").await;
    for _ in 0..1200 {
        let list: DocumentList = anna.get("/api/v1/documents").await;
        if !list.documents.is_empty() && list.documents.iter().all(|d| d.status == DocumentStatus::Ready) {
            drop(anna);
            return test;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the sample shelf is not ready after two minutes");
}

async fn answers(anna: &Browser<'_>, question: &str, phrase: &str) -> bool {
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, question).await;
    let found = answer.sentences.iter().take(WITHIN).any(|s| s.text.contains(phrase));
    if !found {
        println!(
            "{question} -> {:?} {:?}",
            answer.kind,
            answer.sentences.iter().map(|s| &s.text).collect::<Vec<_>>()
        );
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn clinical_questions_are_answered_and_others_are_not() {
    let test = shelf().await;
    let anna = test.sign_in("anna").await;
    let mut right = 0;
    let questions: Vec<(&str, &str)> = include_str!("shelf/answered.tsv")
        .lines()
        .filter_map(|l| l.split_once('\t'))
        .collect();
    for (question, phrase) in &questions {
        right += usize::from(answers(&anna, question, phrase).await);
    }
    println!("answered: {right} of {}", questions.len());
    let others: Vec<&str> = include_str!("shelf/not_found.txt").lines().collect();
    let mut refused = 0;
    for question in &others {
        let conversation = anna.conversation().await;
        let answer = anna.ask(&conversation, question).await;
        refused += usize::from(answer.kind == AnswerKind::NotFound);
    }
    println!("not found: {refused} of {}", others.len());
    assert!(
        right as f64 >= ANSWERED * questions.len() as f64,
        "{right} of {}",
        questions.len()
    );
    assert!(refused + 1 >= others.len(), "{refused} of {}", others.len());
}

/// Titles, authors, places and eponyms of published documents are no reason to keep a question from a remote model.
#[tokio::test(flavor = "multi_thread")]
async fn questions_on_published_documents_reach_a_remote_model_that_may_never_see_patients() {
    let double = OpenAiDouble::start(vec![Reply::Tokens(tokens("NOT FOUND"))])
        .await
        .unwrap();
    let settings = ModelSettings {
        base_url: double.base_url().parse().unwrap(),
        name: "remote-model".into(),
        api_key: None,
        is_local: false,
    };
    let test = shelf_with(|config| config.model = Some(settings)).await;
    let endpoint = test.app.models.endpoints().await.unwrap().remove(1);
    test.app.models.switch(&endpoint.id, &on(), "anna").await.unwrap();
    let anna = test.sign_in("anna").await;
    let (mut asked, mut kept) = (0, Vec::new());
    let questions = include_str!("shelf/answered.tsv").lines();
    let questions = questions.filter_map(|line| line.split('\t').next());
    for question in questions.chain(["How is Wilson disease told from Addison disease in sepsis?"]) {
        let conversation = anna.conversation().await;
        let answer = anna.ask(&conversation, question).await;
        let notices = answer.notices.join(" ");
        if notices.contains("patient information") {
            kept.push(question);
        }
        asked += usize::from(answer.metadata.receipt.left_the_building != "nothing");
    }
    println!(
        "remote: {asked} questions went to a remote model, {} were kept here: {kept:?}",
        kept.len()
    );
    assert_eq!(kept, Vec::<&str>::new());
    assert!(asked >= 30, "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn protocols_that_disagree_are_shown_with_their_dates() {
    let test = shelf().await;
    let anna = test.sign_in("anna").await;
    let conversation = anna.conversation().await;
    let answer = anna
        .ask(
            &conversation,
            "What is the enoxaparin dose for prophylaxis when creatinine clearance is below 30?",
        )
        .await;
    let conflict = answer.conflicts.first().expect("a conflict");
    let dates: Vec<_> = conflict
        .sides
        .iter()
        .filter_map(|side| side.source_date.as_deref())
        .collect();
    assert_eq!(dates, ["2025-06-02", "2023-11-20"]);
    assert!(answer.watermark.is_some());
}
