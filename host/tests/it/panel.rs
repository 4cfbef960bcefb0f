//! The admin panel: every number traces to stored rows, no text of a message is in any of it, and what turns is told.

use std::collections::BTreeSet;
use std::process::Command;

use api_types::{
    Conversation, ConversationPage, ConversationState, DocumentStatus, EgressAllows, EgressMap, EgressPage, EgressWhy,
    ExcludedFiles, HealthPage, IndexingFailures, IndexingQueue, LiveEvents, ModelEndpointList, OfKind, PanelOverview,
    PhiFindings, Retried, RevealedConversation, UploadOutcome, UploadResult,
};
use axum::http::StatusCode;
use futures::StreamExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use voiceassist::admin::egress_map::markdown;
use voiceassist::admin::health;
use voiceassist::admin::reveal_conversation::reveal;
use voiceassist::models::ModelSettings;

use crate::second_factor;
use crate::support::{Browser, TestApp, bare, bytes, json as body_of, post, with_body};

const PANEL: &str = "/api/admin/panel";
const REASON: &str = "Complaint 17 of the privacy office";
const CANARY: &str = "Quokkaberry";

async fn count(test: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&test.app.db)
        .await
        .unwrap()
}

async fn run(test: &TestApp, sql: &str) {
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&test.app.db)
        .await
        .unwrap();
}

fn of(found: &[OfKind], kind: &str) -> i64 {
    found.iter().find(|one| one.kind == kind).map_or(0, |one| one.count)
}

async fn conversations(admin: &Browser<'_>, query: &str) -> ConversationPage {
    admin.get(&format!("{PANEL}/conversations?{query}")).await
}

/// All pages of a list, one after the other.
async fn all_of(admin: &Browser<'_>, query: &str) -> Vec<String> {
    let mut page = conversations(admin, query).await;
    let mut ids: Vec<String> = page.conversations.iter().map(|one| one.id.clone()).collect();
    while let Some(next) = &page.next {
        page = conversations(admin, &format!("{query}&after={next}")).await;
        ids.extend(page.conversations.iter().map(|one| one.id.clone()));
    }
    ids
}

#[tokio::test]
async fn conversations_are_listed_without_their_text_and_found_by_owner_state_class_and_time() {
    let test = TestApp::start().await;
    let (admin, anna, ben) = (
        test.sign_in("admin").await,
        test.sign_in("anna").await,
        test.sign_in("ben").await,
    );
    let asked = anna.conversation().await;
    anna.ask(
        &asked,
        &format!("What is the dose of carvexin for {CANARY}, MRN: 12345678?"),
    )
    .await;
    anna.ask(&asked, "And by mouth?").await;
    let between = test.clock.advance(0);
    let plain = ben.conversation().await;
    ben.ask(&plain, "What is the dose of carvexin?").await;
    let empty = ben.conversation().await;

    let refused = anna.send(bare("GET", &format!("{PANEL}/conversations"))).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let shown =
        String::from_utf8(bytes(admin.send(bare("GET", &format!("{PANEL}/conversations"))).await).await).unwrap();
    for hidden in [CANARY, "carvexin", "12345678", "mouth"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
    let all = conversations(&admin, "").await;
    assert_eq!((all.total, all.next.is_none()), (3, true));
    let row = |id: &str| all.conversations.iter().find(|one| one.id == id).unwrap();
    assert_eq!(row(&asked).user_name, "anna");
    assert_eq!((row(&asked).messages, row(&asked).state), (2, ConversationState::Done));
    assert_eq!(row(&asked).phi_class.as_deref(), Some("phi"));
    assert_eq!(row(&asked).model.as_deref(), Some("extractive"));
    assert_eq!((row(&empty).messages, row(&empty).state), (0, ConversationState::Empty));
    assert_eq!(
        (row(&empty).phi_class.as_deref(), row(&empty).model.as_deref()),
        (None, None)
    );
    assert_eq!(row(&plain).phi_class.as_deref(), Some("none"));

    assert_eq!(all_of(&admin, "user=anna").await, [asked.as_str()]);
    assert_eq!(all_of(&admin, "state=empty").await, [empty.as_str()]);
    assert_eq!(all_of(&admin, "class=phi").await, [asked.as_str()]);
    assert_eq!(all_of(&admin, &format!("to={between}")).await, [asked.as_str()]);
    assert_eq!(
        all_of(&admin, &format!("from={between}&order=messages")).await,
        [plain.as_str(), empty.as_str()]
    );
    assert_eq!(
        all_of(&admin, "order=messages&ascending=true").await,
        [empty.as_str(), plain.as_str(), asked.as_str()]
    );
    assert!(all_of(&admin, "user=nobody").await.is_empty());
    for wrong in ["class=secret", "state=lost", "order=title", "after=x"] {
        let answer = admin.send(bare("GET", &format!("{PANEL}/conversations?{wrong}"))).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
    anna.send(bare("DELETE", &format!("/api/v1/conversations/{asked}")))
        .await;
    assert!(all_of(&admin, "user=anna").await.is_empty(), "deleted is not there");
}

#[tokio::test]
async fn pages_of_conversations_miss_none_and_repeat_none_in_any_order() {
    let test = TestApp::start().await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    let mut made = BTreeSet::new();
    for _ in 0..53 {
        made.insert(anna.conversation().await);
    }
    for order in ["activity", "created", "messages"] {
        let down = all_of(&admin, &format!("order={order}")).await;
        let up = all_of(&admin, &format!("order={order}&ascending=true")).await;
        assert_eq!(
            (down.len(), BTreeSet::from_iter(down.clone())),
            (53, made.clone()),
            "{order}"
        );
        assert!(up.iter().eq(down.iter().rev()), "{order}");
    }
    assert_eq!(conversations(&admin, "").await.conversations.len(), 50);
}

#[tokio::test]
async fn messages_are_revealed_with_reason_and_fresh_code_only_recorded_first_and_told_to_their_owner() {
    let test = TestApp::start().await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    let id = anna.conversation().await;
    anna.ask(&id, &format!("What is the dose of carvexin for {CANARY}?"))
        .await;
    let path = format!("{PANEL}/conversations/{id}/reveal");
    let asked = json!({ "reason": REASON });
    assert_eq!(anna.send(post(&path, &asked)).await.status(), StatusCode::FORBIDDEN);
    let refused = admin.send(post(&path, &asked)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "without a fresh code");
    assert!(!String::from_utf8(bytes(refused).await).unwrap().contains(CANARY));

    let _ = second_factor::enrol(&test, &admin).await;
    let short = admin.send(post(&path, &json!({ "reason": " too short " }))).await;
    assert_eq!(short.status(), StatusCode::BAD_REQUEST);
    let nobody = admin
        .send(post(&format!("{PANEL}/conversations/none/reveal"), &asked))
        .await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
    assert_eq!(count(&test, "SELECT COUNT(*) FROM context_reveals").await, 0);
    let before = test.clock.advance(0);
    let response = admin.send(post(&path, &asked)).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let revealed: RevealedConversation = body_of(response).await;
    assert!(revealed.messages[0].question.contains(CANARY));
    assert!((1..=300_500).contains(&(revealed.expires_at - before)));
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT outcome FROM audit WHERE action = 'conversation.revealed' ORDER BY sequence")
            .fetch_all(&test.app.db)
            .await
            .unwrap();
    assert_eq!(rows, ["intent", "done"]);

    let own: Conversation = anna.get(&format!("/api/v1/conversations/{id}")).await;
    assert_eq!(
        (own.accesses[0].by.as_str(), own.accesses[0].reason.as_str()),
        ("admin", REASON)
    );
    let context: api_types::ContextView = anna.get(&format!("/api/v1/conversations/{id}/context")).await;
    assert!(context.accesses.is_empty(), "nobody looked at the context");
    let events: LiveEvents = admin.get(&format!("{PANEL}/events?after=0&types=phi.accessed")).await;
    let event = &events.events[0];
    assert_eq!(
        (event.resource_type.as_str(), event.resource_id.as_str()),
        ("conversation", id.as_str())
    );
    assert_eq!(
        (event.user_name.as_deref(), event.of_name.as_deref()),
        (Some("admin"), Some("anna"))
    );
    assert!(!serde_json::to_string(&events).unwrap().contains(CANARY));

    run(&test, "ALTER TABLE audit RENAME TO audit_away").await;
    let refused = reveal(&test.app, "admin", &id, REASON).await.err().expect("a refusal");
    assert_eq!(refused.body().status, 503);
    assert_eq!(count(&test, "SELECT COUNT(*) FROM context_reveals").await, 1);
}

#[tokio::test]
async fn what_left_the_building_is_found_added_up_and_turned_page_by_page() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let empty: EgressPage = admin.get(&format!("{PANEL}/egress")).await;
    assert_eq!((empty.total, empty.records.len(), empty.totals.len()), (0, 0, 0));
    for number in 0..60 {
        let (to, remote, purpose, class, outcome) = match number % 3 {
            0 => ("https://api.example", 1, "model", "public", "sent"),
            1 => ("https://eutils.example", 1, "plugin:pubmed", "internal", "sent"),
            _ => (
                "https://api.example",
                1,
                "model",
                "phi",
                "refused: it may hold patient information",
            ),
        };
        let sent = if outcome == "sent" { 10 } else { 0 };
        run(
            &test,
            &format!(
                "INSERT INTO egress_log (id, at, purpose, destination, remote, bytes_out, bytes_in, class, outcome, answer_id) \
                 VALUES ('row{number}', {number}, '{purpose}', '{to}', {remote}, {sent}, 5, '{class}', '{outcome}', 'answer{}')",
                number % 30
            ),
        )
        .await;
    }
    let found = async |query: &str| admin.get::<EgressPage>(&format!("{PANEL}/egress?{query}")).await;
    let first = found("").await;
    assert_eq!((first.total, first.records.len()), (60, 50));
    let rest = found(&format!("after={}", first.next.unwrap())).await;
    let ids: BTreeSet<_> = first
        .records
        .iter()
        .chain(&rest.records)
        .map(|one| one.id.clone())
        .collect();
    assert_eq!((ids.len(), rest.next), (60, None));
    let sum = first.totals.iter().find(|one| one.purpose == "plugin:pubmed").unwrap();
    assert_eq!(
        (sum.requests, sum.refused, sum.bytes_out, sum.bytes_in),
        (20, 0, 200, 100)
    );
    let held = first.totals.iter().find(|one| one.class == "phi").unwrap();
    assert_eq!((held.requests, held.refused, held.bytes_out), (20, 20, 0));
    assert_eq!(found("destination=EUTILS").await.total, 20);
    assert_eq!(found("destination=%25").await.total, 0, "a wildcard is a letter");
    assert_eq!(found("purpose=plugin:").await.total, 20);
    assert_eq!(found("class=public&from=30&to=40").await.total, 4);
    assert_eq!(found("remote=false").await.total, 0);
    assert_eq!(found("refused=true").await.total, 20);
    let receipt = found("answer=answer7").await;
    assert_eq!(receipt.total, 2);
    assert!(
        receipt
            .records
            .iter()
            .all(|one| one.answer_id.as_deref() == Some("answer7"))
    );
}

fn model(config: &mut voiceassist::config::Config) {
    config.model = Some(ModelSettings {
        base_url: "https://llm.example/v1".parse().unwrap(),
        name: "writer-7b".to_owned(),
        api_key: None,
        is_local: false,
    });
}

#[tokio::test]
async fn the_egress_map_is_empty_by_default_and_names_what_the_gate_lets_through() {
    let bare_host = TestApp::start().await;
    let nothing: EgressMap = bare_host
        .sign_in("admin")
        .await
        .get(&format!("{PANEL}/egress-map"))
        .await;
    let outside: Vec<_> = nothing
        .destinations
        .iter()
        .filter(|one| one.why != EgressWhy::Database)
        .collect();
    assert!(outside.is_empty(), "{outside:?}");

    let test = TestApp::start_with(|config| {
        model(config);
        config.oidc_issuer = Some("https://cloud.example/index.php".parse().unwrap());
    })
    .await;
    let admin = test.sign_in("admin").await;
    let map: EgressMap = admin.get(&format!("{PANEL}/egress-map")).await;
    for allowed in test.app.egress.configured_origins() {
        let origin = allowed.origin.to_string();
        let listed = map.destinations.iter().find(|one| one.destination == origin).unwrap();
        assert_ne!(listed.why, EgressWhy::Other, "{origin}");
    }
    let of_model = |map: &EgressMap| {
        map.destinations
            .iter()
            .find(|one| one.why == EgressWhy::Model)
            .unwrap()
            .clone()
    };
    let off = of_model(&map);
    assert_eq!(off.destination, "https://llm.example");
    assert!(!off.open && !off.local && off.allowed_by.is_none());
    assert_eq!(
        (off.allows, off.setting.as_deref()),
        (EgressAllows::Internal, Some("MODEL_BASE_URL"))
    );

    let _ = second_factor::enrol(&test, &admin).await;
    let list: ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    let id = &list.endpoints.iter().find(|one| !one.built_in).unwrap().id;
    let on = json!({ "enabled": true, "phi_handling": "phi_allowed", "agreement": { "reference": "BAA 2026-17", "agreed_on": "2026-01-07" } });
    let switched = admin
        .send(with_body("PUT", &format!("/api/v1/admin/endpoints/{id}"), &on))
        .await;
    assert_eq!(switched.status(), StatusCode::OK);
    let map: EgressMap = admin.get(&format!("{PANEL}/egress-map")).await;
    let open = of_model(&map);
    assert!(open.open && open.allowed_at.is_some());
    assert_eq!(
        (open.allows, open.allowed_by.as_deref()),
        (EgressAllows::Phi, Some("admin"))
    );
    let table = markdown(&map);
    assert!(
        table.contains("| `https://llm.example` | model: writer-7b | outside | open | patient information |"),
        "{table}"
    );
    assert!(table.contains("agreement BAA 2026-17, 2026-01-07"), "{table}");
}

#[test]
fn the_egress_map_is_printed_at_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let printed = |settings: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_voiceassist"))
            .arg("egress-map")
            .current_dir(folder.path())
            .env("VOICEASSIST_DATA_DIR", folder.path().join("data"))
            .envs(settings.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(printed(&[]).contains("None: nothing outside of this host"));
    let model = [
        ("MODEL_BASE_URL", "https://llm.example/v1"),
        ("MODEL_NAME", "writer-7b"),
    ];
    let table = printed(&model);
    assert!(
        table.contains("| `https://llm.example` | model: writer-7b | outside | off | internal |"),
        "{table}"
    );
}

#[tokio::test]
async fn what_could_not_be_read_is_named_without_its_name_retried_taken_out_and_let_in() {
    let test = TestApp::start().await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    let name = format!("{CANARY}.pdf");
    let broken = anna.add(&name, b"%PDF-1.7 is all there is").await;
    assert_eq!(broken.status, DocumentStatus::Failed);
    anna.add("good.md", b"# Notes\n\nThe dose of carvexin is 5 mg.\n").await;

    let queue: IndexingQueue = admin.get(&format!("{PANEL}/indexing")).await;
    assert_eq!((of(&queue.documents, "failed"), of(&queue.documents, "ready")), (1, 1));
    assert_eq!((queue.waiting, queue.eta_seconds, queue.excluded), (0, None, 0));
    let path = format!("{PANEL}/indexing/failures");
    let failures: IndexingFailures = admin.get(&path).await;
    let failure = &failures.failures[0];
    assert_eq!(
        (failures.total, failure.id.as_str(), failure.owner.as_deref()),
        (1, broken.id.as_str(), Some("anna"))
    );
    assert!(failure.file_name.is_none() && !failure.code.is_empty() && !failure.message.is_empty());
    assert_eq!(
        failures.reasons,
        [OfKind {
            kind: failure.code.clone(),
            count: 1
        }]
    );
    assert!(
        !String::from_utf8(bytes(admin.send(bare("GET", &path)).await).await)
            .unwrap()
            .contains(CANARY)
    );
    let other: IndexingFailures = admin.get(&format!("{path}?code=nothing-like-it")).await;
    assert_eq!((other.total, other.failures.len()), (0, 0));

    let one = format!("{PANEL}/indexing/documents/{}", broken.id);
    assert_eq!(
        anna.send(bare("POST", &format!("{one}/retry"))).await.status(),
        StatusCode::FORBIDDEN
    );
    let again = admin.send(bare("POST", &format!("{one}/retry"))).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        anna.settled(&broken.id).await.status,
        DocumentStatus::Failed,
        "it was read once more"
    );
    run(&test, "UPDATE jobs SET status = 'dead'").await;
    run(
        &test,
        "INSERT INTO jobs (id, kind, key, payload, status, attempts, run_after, created_at) \
         VALUES ('dead', 'ingest.readers', 'k', 'none', 'dead', 5, 0, 0)",
    )
    .await;
    let retried: Retried = body_of(admin.send(bare("POST", &format!("{PANEL}/indexing/retry"))).await).await;
    assert!(retried.documents == 1 && retried.jobs >= 1, "{retried:?}");
    assert_eq!(
        count(
            &test,
            "SELECT COUNT(*) FROM jobs WHERE status = 'dead' AND kind LIKE 'ingest.%'"
        )
        .await,
        0
    );
    anna.settled(&broken.id).await;

    assert_eq!(
        admin.send(bare("POST", &format!("{one}/exclude"))).await.status(),
        StatusCode::NO_CONTENT
    );
    let gone = anna
        .send(bare("GET", &format!("/api/v1/documents/{}", broken.id)))
        .await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    let upload = async || -> UploadResult { body_of(anna.upload(&name, b"%PDF-1.7 with other words").await).await };
    let refused = upload().await.files.remove(0);
    assert_eq!(
        (refused.outcome, refused.reason.unwrap().code.as_str()),
        (UploadOutcome::Refused, "excluded")
    );
    let excluded: ExcludedFiles = admin.get(&format!("{PANEL}/indexing/exclusions")).await;
    assert_eq!((excluded.files.len(), excluded.files[0].by.as_str()), (1, "admin"));
    assert_eq!(
        (excluded.files[0].owner.as_deref(), excluded.files[0].path.as_deref()),
        (Some("anna"), None)
    );
    let back = format!("{PANEL}/indexing/exclusions/{}", excluded.files[0].id);
    assert_eq!(admin.send(bare("DELETE", &back)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(admin.send(bare("DELETE", &back)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(upload().await.files[0].outcome, UploadOutcome::Added);
    let recorded: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit WHERE action LIKE 'indexing.%' OR action IN ('document.excluded', 'document.let_in') ORDER BY sequence",
    )
    .fetch_all(&test.app.db)
    .await
    .unwrap();
    assert_eq!(
        recorded,
        [
            "indexing.retried",
            "indexing.retried",
            "document.excluded",
            "document.let_in"
        ]
    );
}

#[tokio::test]
async fn a_watched_file_that_was_taken_out_stays_out_until_it_is_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guide.md");
    std::fs::write(&file, "# Guide\n\nThe dose of carvexin is 5 mg.\n").unwrap();
    let watched = folder.path().to_owned();
    let test = TestApp::start_with(|config| config.watched_folders = vec![watched]).await;
    let admin = test.sign_in("admin").await;
    let there = async |wanted: usize| {
        for _ in 0..300 {
            if admin.documents().await.len() == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("never: {wanted}");
    };
    there(1).await;
    let id = admin.documents().await[0].id.clone();
    admin.settled(&id).await;
    let out = admin
        .send(bare("POST", &format!("{PANEL}/indexing/documents/{id}/exclude")))
        .await;
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    // Changed since, so that the next look takes it for new; that one has passed is seen by the file beside it.
    std::fs::write(&file, "# Guide\n\nThe dose of carvexin is 10 mg, by mouth.\n").unwrap();
    std::fs::write(folder.path().join("other.md"), "# Other\n\nRinse the port.\n").unwrap();
    there(1).await;
    assert_ne!(admin.documents().await[0].file_name, "guide.md");
    let excluded: ExcludedFiles = admin.get(&format!("{PANEL}/indexing/exclusions")).await;
    assert_eq!(excluded.files[0].path.as_deref(), file.to_str());
    let back = format!("{PANEL}/indexing/exclusions/{}", excluded.files[0].id);
    admin.send(bare("DELETE", &back)).await;
    there(2).await;
}

#[tokio::test]
async fn the_overview_counts_what_is_stored_and_says_nothing_of_what_is_not() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let path = format!("{PANEL}/overview");
    let nothing: PanelOverview = admin.get(&path).await;
    assert_eq!(
        (nothing.conversations, nothing.users_today, nothing.identifiers),
        (0, 0, 0)
    );
    assert!(nothing.documents.is_empty() && nothing.answers.is_empty() && nothing.bad.is_empty());
    assert_eq!((nothing.questions.len(), nothing.egress.len()), (14, 14));
    assert!(
        nothing
            .questions
            .iter()
            .chain(&nothing.egress)
            .all(|day| day.count == 0)
    );

    let anna = test.sign_in("anna").await;
    anna.add("good.md", b"# Carvexin\n\nThe dose of carvexin is 5 mg once daily.\n")
        .await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "What is the dose of carvexin?").await;
    anna.ask(&conversation, "What is the weather for John Smith, MRN: 12345678?")
        .await;
    run(
        &test,
        &format!(
            "INSERT INTO egress_log (id, at, purpose, destination, remote, bytes_out, bytes_in, class, outcome) \
             VALUES ('a', {0}, 'model', 'https://a.example', 1, 1, 1, 'public', 'sent'), \
             ('b', {0}, 'model', 'https://a.example', 1, 0, 0, 'phi', 'refused: phi'), \
             ('c', {0}, 'nextcloud', 'https://b.example', 0, 1, 1, 'phi', 'sent')",
            nothing.today
        ),
    )
    .await;
    let now: PanelOverview = admin.get(&path).await;
    assert_eq!((now.conversations, now.users_today), (1, 1));
    assert_eq!(
        now.questions.last().map(|day| (day.day, day.count)),
        Some((now.today, 2))
    );
    assert_eq!(now.answers.iter().map(|one| one.count).sum::<i64>(), 2);
    assert_eq!(of(&now.answers, "answered"), 1);
    assert_eq!(of(&now.documents, "ready"), 1);
    assert_eq!(
        (now.egress.last().map(|day| day.count), now.egress_refused),
        (Some(1), 1)
    );
    assert_eq!(now.phi_questions, 1);
    let findings: PhiFindings = admin.get(&format!("{PANEL}/phi")).await;
    assert_eq!(
        findings.identifiers.iter().map(|one| one.count).sum::<i64>(),
        now.identifiers
    );
    assert!(
        findings
            .identifiers
            .iter()
            .any(|one| one.kind == "MRN" && one.day == now.today),
        "{findings:?}"
    );
    assert_eq!(
        (of(&findings.questions, "phi"), of(&findings.questions, "none")),
        (1, 1)
    );
    assert_eq!(findings.passages.iter().map(|one| one.count).sum::<i64>(), 1);
}

#[tokio::test]
async fn what_turns_bad_or_good_again_becomes_one_alert() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let path = format!("{PANEL}/health");
    let nothing: HealthPage = admin.get(&path).await;
    assert!(nothing.checks.is_empty() && nothing.alerts.is_empty());
    health::look(&test.app).await.unwrap();
    let shown = async || admin.get::<HealthPage>(&path).await;
    let page = shown().await;
    let names: Vec<&str> = page.checks.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(names, ["audit", "database", "disk", "index", "models", "vault"]);
    let audit = |page: &HealthPage| page.checks.iter().find(|check| check.name == "audit").unwrap().clone();
    assert!(audit(&page).good && audit(&page).latency_ms.is_some() && audit(&page).fix.is_none());
    let alerts = async || -> Vec<bool> {
        let page = shown().await;
        page.alerts
            .iter()
            .filter(|alert| alert.name == "audit")
            .map(|alert| alert.good)
            .collect()
    };
    assert!(alerts().await.is_empty());

    run(&test, "ALTER TABLE audit RENAME TO audit_away").await;
    health::look(&test.app).await.unwrap();
    let bad = audit(&shown().await);
    assert!(!bad.good && bad.fix.is_some());
    health::look(&test.app).await.unwrap();
    assert_eq!(alerts().await, [false], "once, however often it is looked at");
    let later = audit(&shown().await);
    assert!(later.since == bad.since && later.checked_at > bad.checked_at);
    run(&test, "ALTER TABLE audit_away RENAME TO audit").await;
    health::look(&test.app).await.unwrap();
    assert_eq!(alerts().await, [true, false]);
    let events: LiveEvents = admin.get(&format!("{PANEL}/events?after=0&types=system.alert")).await;
    let told: Vec<_> = events
        .events
        .iter()
        .filter(|event| event.resource_id == "audit")
        .map(|event| event.data["good"].as_bool().unwrap())
        .collect();
    assert_eq!(told, [false, true]);
}

#[tokio::test]
async fn signing_in_and_out_and_new_conversations_are_seen_by_name() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let start: LiveEvents = admin.get(&format!("{PANEL}/events")).await;
    let anna = test.sign_in("anna").await;
    let conversation = anna.conversation().await;
    anna.send(bare("DELETE", "/api/v1/session")).await;
    let ben = test.sign_in("ben").await;
    let sessions: api_types::SessionList = ben.get("/api/v1/sessions").await;
    let theirs = &sessions.sessions[0];
    admin
        .send(bare("DELETE", &format!("{PANEL}/sessions/{}", theirs.id)))
        .await;
    let seen: LiveEvents = admin.get(&format!("{PANEL}/events?after={}", start.newest)).await;
    let told: Vec<_> = seen
        .events
        .iter()
        .map(|event| (event.kind.as_str(), event.user_name.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            ("session.connected", "anna"),
            ("conversation.created", "anna"),
            ("session.disconnected", "anna"),
            ("session.connected", "ben"),
            ("session.disconnected", "ben")
        ]
    );
    assert_eq!(seen.events[1].resource_id, conversation);
    assert_eq!(seen.events[1].session_id, seen.events[0].session_id);
    assert_eq!(seen.events[4].session_id.as_deref(), Some(theirs.id.as_str()));
    let wanted = format!(
        "{PANEL}/events?after={}&types=session.disconnected,system.alert",
        start.newest
    );
    let some: LiveEvents = admin.get(&wanted).await;
    assert_eq!((some.events.len(), some.newest), (2, seen.newest));
}

#[tokio::test]
async fn events_travel_fifty_together_or_after_a_second_and_urgent_ones_at_once() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let start: LiveEvents = admin.get(&format!("{PANEL}/events")).await;
    let insert = async |number: i64, kind: &str| {
        let id = start.newest + number;
        let sql = format!(
            "INSERT INTO live_events (id, kind, at, user_id, session_id, resource_type, resource_id, data) \
             VALUES ({id}, '{kind}', {number}, '', '', 'conversation', 'c', '{{}}')"
        );
        run(&test, &sql).await;
    };
    for number in 1..=120 {
        insert(number, "conversation.updated").await;
    }
    let address = test.serve().await.replace("http://", "ws://");
    let mut request = format!("{address}{PANEL}/ws?after={}", start.newest)
        .into_client_request()
        .unwrap();
    request.headers_mut().insert("cookie", admin.cookie().parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let mut next = async || -> LiveEvents {
        loop {
            if let Message::Text(text) = socket.next().await.expect("an event").unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    };
    let began = std::time::Instant::now();
    let sizes = [next().await.events.len(), next().await.events.len()];
    assert_eq!(sizes, [50, 50]);
    assert!(began.elapsed().as_millis() < 900, "a full message waits for nothing");
    let rest = next().await;
    assert_eq!((rest.events.len(), rest.newest), (20, start.newest + 120));
    assert!(began.elapsed().as_millis() < 2_500, "{:?}", began.elapsed());
    insert(121, "conversation.updated").await;
    insert(122, "system.alert").await;
    let began = std::time::Instant::now();
    test.app.live.wake();
    let urgent = next().await;
    assert_eq!(urgent.events.len(), 2, "what was held travels with it");
    assert!(began.elapsed().as_millis() < 900, "{:?}", began.elapsed());
}
