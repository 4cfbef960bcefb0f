use api_types::{AnswerEvent, AnswerKind, AnswerStatus, Conversation, PassageView};
use axum::http::StatusCode;

use crate::support::{TestApp, answer_of, bare, bytes, parse_events, post};

const INJECTION: &str = "# Injection safety\n\nOwner: Infection control\n\nEffective: 2025-03-12\n\n## Equipment\n\nUse a new sterile syringe and needle for every injection. Never use the same syringe for more than one patient. Discard used needles at once in a sharps container.\n\n## Vials\n\nUse single-dose vials for one patient only. Multi-dose vials are kept outside the patient area unless the vial is used for one patient only.\n";
const CURB: &str = "# Community-acquired pneumonia\n\n## Severity\n\nCURB-65 is a severity score for community-acquired pneumonia with five items: confusion, urea above 7 mmol/L, respiratory rate of 30 or more, low blood pressure and age of 65 or more.\n\n## Admission\n\nAdmit patients with pneumonia and a CURB-65 score of 2 or more. Consider intensive care at a score of 4 or 5.\n";

#[tokio::test]
async fn every_sentence_of_an_answer_is_verbatim_at_its_citation() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer = anna
        .ask(&conversation, "Can the same syringe be used for more than one patient?")
        .await;
    assert_eq!(answer.kind, AnswerKind::Answered);
    assert!(!answer.sentences.is_empty());
    for sentence in &answer.sentences {
        assert!(!sentence.citations.is_empty());
        for number in &sentence.citations {
            let citation = answer
                .citations
                .iter()
                .find(|citation| citation.number == *number)
                .unwrap();
            let passage: PassageView = anna.get(&format!("/api/v1/passages/{}", citation.passage_id)).await;
            let quote = &passage.text[citation.quote_start as usize..citation.quote_end as usize];
            assert_eq!(quote, citation.quote);
            assert_eq!(citation.source_date.as_deref(), Some("2025-03-12"));
        }
    }
    assert!(
        answer
            .sentences
            .iter()
            .any(|sentence| sentence.text.contains("Never use the same syringe"))
    );
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");
}

#[tokio::test]
async fn an_off_topic_question_gets_a_useful_no() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer = anna.ask(&conversation, "What is the capital of Mongolia?").await;
    assert_eq!(answer.kind, AnswerKind::NotFound);
    assert!(answer.sentences.is_empty());
    let not_found = answer.not_found.unwrap();
    assert_eq!(not_found.searched_documents, 1);
    assert!(not_found.nearest.len() <= 3 && !not_found.suggestions.is_empty());
}

#[tokio::test]
async fn the_same_client_message_id_makes_one_message() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let conversation = anna.conversation().await;
    let first = anna
        .events(&conversation, "m1", "What happens with used needles?")
        .await;
    let second = anna
        .events(&conversation, "m1", "What happens with used needles?")
        .await;
    assert_eq!(first, second);
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(shown.messages.len(), 1);
    assert_eq!(shown.info.title, "What happens with used needles?");
    assert_eq!(shown.messages[0].answer.as_ref(), Some(&answer_of(&first)));
    // It is stored in the clear, so nothing of a patient can be put into it.
    for id in [
        "",
        "Jane Doe, 1950-02-03",
        "a b",
        "MRN:12345",
        "\u{e9}",
        &"m".repeat(65),
    ] {
        let body = serde_json::json!({ "client_message_id": id, "text": "What happens with used needles?" });
        let refused = anna
            .send(post(&format!("/api/v1/conversations/{conversation}/messages"), &body))
            .await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{id}");
    }
}

#[tokio::test]
async fn a_broken_stream_is_resumed_where_it_broke() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let conversation = anna.conversation().await;
    let all = anna
        .events(&conversation, "m1", "What happens with used needles?")
        .await;
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let path = format!(
        "/api/v1/conversations/{conversation}/messages/{}/events",
        shown.messages[0].id
    );
    for (index, (id, _)) in all.iter().enumerate() {
        let rest = anna.send(bare("GET", &format!("{path}?after={id}"))).await;
        assert_eq!(parse_events(&bytes(rest).await), all[index + 1..]);
    }
    let polled: Vec<serde_json::Value> = anna.get(&format!("{path}?after=0&wait=poll")).await;
    assert_eq!(polled.len(), all.len());
}

#[tokio::test]
async fn a_follow_up_is_about_the_same_thing() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("pneumonia.md", CURB.as_bytes()).await;
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let conversation = anna.conversation().await;
    let first = anna.ask(&conversation, "What is CURB-65?").await;
    assert_eq!(first.kind, AnswerKind::Answered);
    let second = anna.ask(&conversation, "and when should I admit?").await;
    assert!(
        second
            .sentences
            .iter()
            .any(|sentence| sentence.text.contains("score of 2 or more")),
        "{:?}",
        second.sentences
    );
}

#[tokio::test]
async fn an_answer_can_be_given_again_from_newer_documents() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let conversation = anna.conversation().await;
    let before = anna.ask(&conversation, "What happens with used needles?").await;
    assert_eq!(before.kind, AnswerKind::NotFound);
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let shown: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let path = format!("/api/v1/conversations/{conversation}/messages/{}", shown.messages[0].id);
    let again = anna.send(bare("POST", &format!("{path}/regenerate"))).await;
    assert_eq!(again.status(), StatusCode::OK);
    let events = parse_events(&bytes(again).await);
    assert_eq!(answer_of(&events).kind, AnswerKind::Answered);
    assert!(matches!(
        events.last(),
        Some((
            _,
            AnswerEvent::Done {
                status: AnswerStatus::Done,
                ..
            }
        ))
    ));
    let stopped = anna.send(bare("POST", &format!("{path}/stop"))).await;
    assert_eq!(
        stopped.status(),
        StatusCode::NO_CONTENT,
        "stopping what has ended does nothing"
    );
}

#[tokio::test]
async fn a_calculator_is_run_from_a_sentence() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let conversation = anna.conversation().await;
    let answer = anna
        .ask(
            &conversation,
            "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes",
        )
        .await;
    assert_eq!(answer.kind, AnswerKind::Calculation);
    let calculation = answer.calculation.unwrap();
    assert!(
        calculation
            .findings
            .iter()
            .any(|finding| finding.value.starts_with('3')),
        "{:?}",
        calculation.findings
    );
    assert!(!calculation.references.is_empty());
}

#[tokio::test]
async fn the_audit_chain_of_a_session_verifies() {
    use sqlx::Row;
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    anna.add("injection.md", INJECTION.as_bytes()).await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "What happens with used needles?").await;
    let rows = sqlx::query("SELECT * FROM audit ORDER BY sequence")
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    let mut previous = audit_chain::GENESIS;
    for row in &rows {
        let entry = audit_chain::Entry {
            sequence: row.get::<i64, _>("sequence").unsigned_abs(),
            at_ms: row.get("at_ms"),
            actor: row.get("actor"),
            action: row.get("action"),
            resource_type: row.get("resource_type"),
            resource_id: row.get("resource_id"),
            outcome: row.get("outcome"),
            detail_json: row.get("detail"),
        };
        assert_eq!(row.get::<String, _>("previous_hash"), hex::encode(previous));
        previous = audit_chain::hash(&previous, &entry);
        assert_eq!(row.get::<String, _>("hash"), hex::encode(previous));
        assert!(!entry.detail_json.contains("needles"), "the audit holds no text");
    }
    let actions: Vec<String> = rows.iter().map(|row| row.get("action")).collect();
    for action in [
        "session.opened",
        "document.received",
        "document.read",
        "question.asked",
        "answer.given",
    ] {
        assert!(
            actions.iter().any(|name| name == action),
            "{action} is missing in {actions:?}"
        );
    }
}
