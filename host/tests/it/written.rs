//! Answers that a configured model writes, through the whole application.

use api_types::{AnswerKind, PhiHandling, SwitchEndpoint};
use testkit::{OpenAiDouble, Reply, tokens};
use voiceassist::models::ModelSettings;

use crate::models::on;
use crate::support::TestApp;

const OLD: &str = "# Potassium 2019\n\nEffective: 2019-05-02\n\n## Hyperkalaemia\n\nFor severe hyperkalaemia, give calcium gluconate 10 mL over 10 minutes. Check the potassium after 4 hours.\n";
const NEW: &str = "# Potassium 2024\n\nEffective: 2024-02-01\n\n## Hyperkalaemia\n\nFor severe hyperkalaemia, give calcium gluconate 30 mL over 10 minutes. Check the ECG before and after.\n";
const QUESTION: &str = "How much calcium gluconate is given for severe hyperkalaemia?";

async fn with_model(reply: &str) -> (TestApp, OpenAiDouble) {
    with_model_at(reply, true, &on()).await
}

async fn with_model_at(reply: &str, is_local: bool, switch: &SwitchEndpoint) -> (TestApp, OpenAiDouble) {
    let double = OpenAiDouble::start(vec![Reply::Tokens(tokens(reply))]).await.unwrap();
    let settings = ModelSettings {
        base_url: double.base_url().parse().unwrap(),
        name: "test-model".into(),
        api_key: None,
        is_local,
    };
    let test = TestApp::start_with(|config| config.model = Some(settings)).await;
    let endpoints = test.app.models.endpoints().await.unwrap();
    let endpoint = endpoints.iter().find(|endpoint| !endpoint.built_in).unwrap();
    test.app.models.switch(&endpoint.id, switch, "anna").await.unwrap();
    (test, double)
}

#[tokio::test]
async fn a_question_that_no_passage_speaks_to_is_not_sent_to_a_model() {
    let (test, double) = with_model("Ulaanbaatar is the capital [1].").await;
    let anna = test.sign_in("anna").await;
    anna.add("new.md", NEW.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, "What is the capital of Mongolia?").await;
    assert_eq!(answer.kind, AnswerKind::NotFound);
    assert!(double.calls().is_empty(), "nothing was sent");
    assert!(answer.metadata.receipt.requests.is_empty() && answer.notices.is_empty());
    assert_eq!(answer.metadata.model, "extractive");
    assert!(answer.metadata.selection_reason.contains("test-model was not asked"));
}

#[tokio::test]
async fn what_a_model_writes_carries_conflicts_and_confidence() {
    let (test, double) = with_model("For severe hyperkalaemia, give calcium gluconate 30 mL over 10 minutes [1]. For severe hyperkalaemia, give calcium gluconate 30 mL over 10 minutes [2].").await;
    let anna = test.sign_in("anna").await;
    anna.add("old.md", OLD.as_bytes()).await;
    anna.add("new.md", NEW.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, QUESTION).await;
    assert_eq!(double.calls().len(), 1);
    assert_eq!(
        (answer.kind, answer.metadata.model.as_str()),
        (AnswerKind::Answered, "test-model")
    );
    assert!(
        answer.metadata.retrieval_confidence > 0.45,
        "{}",
        answer.metadata.retrieval_confidence
    );
    let conflict = answer.conflicts.first().expect("a conflict");
    let dates: Vec<_> = conflict
        .sides
        .iter()
        .filter_map(|side| side.source_date.as_deref())
        .collect();
    assert_eq!(dates, ["2024-02-01", "2019-05-02"]);
    for side in &conflict.sides {
        assert!(answer.citations.iter().any(|citation| citation.number == side.citation));
    }
}

#[tokio::test]
async fn placeholders_are_restored_before_the_check_and_invented_ones_are_withheld() {
    let wanted = SwitchEndpoint {
        phi_handling: Some(PhiHandling::RedactAndRestore),
        ..on()
    };
    let said =
        "[NAME_1] takes 10 mg of dapagliflozin once daily [1].\n[NAME_9] takes 10 mg of dapagliflozin once daily [1].";
    let (test, double) = with_model_at(said, false, &wanted).await;
    let anna = test.sign_in("anna").await;
    let letter = b"# Letter about John Smith\n\nMr. Smith takes 10 mg of dapagliflozin once daily since 03/14/2023.\n";
    anna.add("letter.md", letter).await;
    let conversation = anna.conversation().await;
    let answer = anna
        .ask(&conversation, "How much dapagliflozin does Mr. Smith take?")
        .await;
    let sent = String::from_utf8(double.calls()[0].raw.to_vec()).unwrap();
    assert!(!sent.contains("Smith") && !sent.contains("03/14/2023"), "{sent}");
    let shown: Vec<&str> = answer.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    assert_eq!(shown, ["Mr. Smith takes 10 mg of dapagliflozin once daily."], "{sent}");
    assert_eq!(answer.withheld, 1);
    let whole = serde_json::to_string(&answer).unwrap();
    assert!(!whole.contains("NAME_") && !whole.contains(phi::LOST), "{whole}");
    assert!(answer.metadata.receipt.requests[0].replaced >= 2);
}
