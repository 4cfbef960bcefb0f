//! What is old goes by its rule, what is held stays, what is one's own can be taken away; who is erased is found nowhere.

mod erased;

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use api_types::{
    ContextView, Hold, HoldKind, HoldList, PlaceHold, ProblemBody, RetentionClass, RetentionRule, RetentionState,
};
use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use voiceassist::edge::problem::Problem;
use voiceassist::holds::{lift, place};
use voiceassist::retention::{export, order, rules};

use crate::support::{Browser, TestApp, bare, bytes, json as body_of, post, with_body};

const DAY: i64 = 24 * 60 * 60 * 1000;
const REASON: &str = "Case 4711 of the quokka court";
const NOTES: &str = "# Pumps\n\nCheck the syringe pump every four hours and write the volume into the chart.\n";

/// A conversation with an answer, a patient context, and an upload.
async fn things_of(browser: &Browser<'_>) -> (String, String) {
    let document = browser.add("pumps.md", NOTES.as_bytes()).await.id;
    let conversation = browser.conversation().await;
    browser
        .ask(&conversation, "How often is the syringe pump checked?")
        .await;
    let path = format!("/api/v1/conversations/{conversation}/context");
    let noted = with_body("PUT", &path, &json!({ "age": 68, "allergies": ["latex"] }));
    assert_eq!(browser.send(noted).await.status(), StatusCode::NO_CONTENT);
    (conversation, document)
}

async fn count(test: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&test.app.db)
        .await
        .unwrap()
}

/// Waits until the query counts `wanted`.
async fn until(test: &TestApp, sql: &str, wanted: i64) {
    for _ in 0..600 {
        if count(test, sql).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never {wanted}: {sql} is {}", count(test, sql).await);
}

async fn user_id(test: &TestApp, name: &str) -> String {
    sqlx::query_scalar("SELECT id FROM users WHERE name = $1")
        .bind(name)
        .fetch_one(&test.app.db)
        .await
        .unwrap()
}

async fn held(test: &TestApp, kind: HoldKind, subject_id: &str) -> Hold {
    let request = PlaceHold {
        kind,
        subject_id: subject_id.to_owned(),
        reason: REASON.to_owned(),
    };
    place::place(&test.app, "admin", &request)
        .await
        .unwrap_or_else(|problem| panic!("{:?}", problem.body()))
}

fn status<T>(outcome: Result<T, Problem>) -> Option<u16> {
    outcome.err().map(|problem| problem.body().status)
}

fn rule(state: &RetentionState, class: RetentionClass) -> RetentionRule {
    state.rules.iter().find(|rule| rule.class == class).unwrap().clone()
}

async fn details(test: &TestApp, action: &str) -> Vec<Value> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT detail FROM audit WHERE action = $1 ORDER BY sequence")
        .bind(action)
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

#[tokio::test]
async fn rules_remove_what_is_old_and_a_hold_keeps_it() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let (anna, ben) = (test.sign_in("anna").await, test.sign_in("ben").await);
    things_of(&anna).await;
    let (kept, _) = things_of(&ben).await;
    let before: RetentionState = admin.get("/api/v1/admin/retention").await;
    assert_eq!(
        rule(&before, RetentionClass::Conversations).days,
        None,
        "kept until someone decides"
    );
    assert_eq!(rule(&before, RetentionClass::LiveEvents).days, Some(7));
    assert!(
        before
            .rules
            .iter()
            .all(|rule| rule.class != RetentionClass::DepartedUsers),
        "no Nextcloud"
    );
    let refused = with_body("PUT", "/api/v1/admin/retention/conversations", &json!({ "days": 2 }));
    assert_eq!(
        admin.send(refused).await.status(),
        StatusCode::FORBIDDEN,
        "no second factor"
    );
    for class in [
        RetentionClass::Conversations,
        RetentionClass::ClinicalContexts,
        RetentionClass::Documents,
        RetentionClass::EgressLog,
        RetentionClass::VoiceSessions,
    ] {
        let days = if class == RetentionClass::EgressLog { 30 } else { 2 };
        assert_eq!(status(rules::set(&test.app, "admin", class, Some(days)).await), None);
    }
    let few = rules::set(&test.app, "admin", RetentionClass::EgressLog, Some(29)).await;
    assert_eq!(status(few), Some(400));
    let changed = details(&test, "retention.changed").await;
    assert_eq!(changed[0], json!({ "before": null, "after": 2 }));
    assert_eq!(changed[3], json!({ "before": 2192, "after": 30 }));
    held(&test, HoldKind::User, &user_id(&test, "ben").await).await;
    for user in ["anna", "ben"] {
        let talked = "INSERT INTO voice_sessions (id, user_id, host, kind, started_at, ended_at) VALUES ($1, $2, 'h', 'local', $3, $3)";
        let row = sqlx::query(talked).bind(user).bind(user_id(&test, user).await);
        row.bind(test.app.clock.now_ms()).execute(&test.app.db).await.unwrap();
    }

    test.clock.advance(4 * DAY);
    let run = "SELECT COUNT(*) FROM retention_runs WHERE finished_at IS NOT NULL";
    until(&test, run, 8).await;
    let talked = "SELECT COUNT(*) FROM voice_sessions";
    until(&test, talked, 1).await;
    let admin = test.sign_in("admin").await;
    let after: RetentionState = admin.get("/api/v1/admin/retention").await;
    for class in [
        RetentionClass::Conversations,
        RetentionClass::ClinicalContexts,
        RetentionClass::Documents,
    ] {
        let rule = rule(&after, class);
        assert_eq!((rule.records, rule.due, rule.held), (1, 0, 1), "{class:?}");
        assert_eq!(rule.last_run.unwrap().removed, 1, "{class:?}");
    }
    assert!(after.next_run_at.unwrap() > before.next_run_at.unwrap());
    let owner: String = sqlx::query_scalar("SELECT user_id FROM conversations")
        .fetch_one(&test.app.db)
        .await
        .unwrap();
    assert_eq!(owner, user_id(&test, "ben").await);
    let applied = details(&test, "retention.applied").await;
    assert!(applied.contains(&json!({ "days": 2, "removed": 1 })), "{applied:?}");
    assert_eq!(applied.len(), 8, "one entry a class and run");
    let ben = test.sign_in("ben").await;
    let answer = ben.ask(&kept, "How often is the syringe pump checked?").await;
    assert!(!answer.citations.is_empty(), "what is held is still found");

    let holds: HoldList = admin.get("/api/v1/admin/holds").await;
    assert_eq!((holds.holds.len(), holds.holds[0].reason.as_str()), (1, REASON));
    assert_eq!(status(lift::lift(&test.app, "admin", &holds.holds[0].id).await), None);
    assert_eq!(
        status(lift::lift(&test.app, "admin", &holds.holds[0].id).await),
        Some(404)
    );
    test.clock.advance(4 * DAY);
    until(&test, "SELECT COUNT(*) FROM conversations", 0).await;
    until(&test, "SELECT COUNT(*) FROM documents WHERE source = 'upload'", 0).await;
    until(
        &test,
        "SELECT COUNT(*) FROM passages AS p JOIN documents AS d ON d.id = p.document_id WHERE d.source = 'upload'",
        0,
    )
    .await;
}

async fn is_held(response: Response<Body>) {
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let said = String::from_utf8(bytes(response).await).unwrap();
    let problem: ProblemBody = serde_json::from_str(&said).unwrap();
    assert_eq!(problem.kind, "/problems/held");
    for hidden in ["quokka", "4711", "admin\"", "Legal", "legal"] {
        assert!(!said.contains(hidden), "{hidden} in {said}");
    }
}

#[tokio::test]
async fn what_is_held_cannot_be_deleted_or_erased_and_its_owner_learns_no_more() {
    let test = TestApp::start().await;
    let _admin = test.sign_in("admin").await;
    let anna = test.sign_in("anna").await;
    let (conversation, document) = things_of(&anna).await;
    let one = format!("/api/v1/conversations/{conversation}");
    let id = user_id(&test, "anna").await;
    let hold = held(&test, HoldKind::Conversation, &conversation).await;
    assert_eq!((hold.user_name.as_str(), hold.user_id.as_str()), ("anna", id.as_str()));
    let again = PlaceHold {
        kind: HoldKind::Conversation,
        subject_id: conversation.clone(),
        reason: REASON.to_owned(),
    };
    assert_eq!(status(place::place(&test.app, "admin", &again).await), Some(409));
    let short = PlaceHold {
        reason: " too short ".to_owned(),
        ..again.clone()
    };
    assert_eq!(status(place::place(&test.app, "admin", &short).await), Some(400));
    let nobody = PlaceHold {
        subject_id: "no-such-id".to_owned(),
        ..again
    };
    assert_eq!(status(place::place(&test.app, "admin", &nobody).await), Some(404));

    is_held(anna.send(bare("DELETE", &one)).await).await;
    is_held(anna.send(bare("DELETE", &format!("{one}/context"))).await).await;
    is_held(anna.send(with_body("PUT", &format!("{one}/context"), &json!({}))).await).await;
    let erasure = json!({ "name": "anna" });
    is_held(anna.send(post("/api/v1/account/erasure", &erasure)).await).await;
    assert_eq!(status(order::order(&test.app, "admin", &id, "anna").await), Some(409));
    let view: ContextView = anna.get(&format!("{one}/context")).await;
    assert_eq!(view.context.facts(), 2, "nothing was changed");
    let everything = held(&test, HoldKind::User, &id).await;
    is_held(
        anna.send(bare("DELETE", &format!("/api/v1/documents/{document}")))
            .await,
    )
    .await;

    for hold in [&hold, &everything] {
        assert_eq!(status(lift::lift(&test.app, "admin", &hold.id).await), None);
    }
    assert_eq!(anna.send(bare("DELETE", &one)).await.status(), StatusCode::NO_CONTENT);
    // Within the minute in which a deletion can be undone it can be held, too.
    let late = held(&test, HoldKind::Conversation, &conversation).await;
    test.clock.advance(5 * 60_000);
    until(
        &test,
        "SELECT COUNT(*) FROM jobs WHERE kind = 'chat.erase' AND status = 'later'",
        1,
    )
    .await;
    assert_eq!(
        count(&test, "SELECT COUNT(*) FROM messages").await,
        1,
        "deleted for its owner, and there"
    );
    assert_eq!(anna.send(bare("GET", &one)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(status(lift::lift(&test.app, "admin", &late.id).await), None);
    test.clock.advance(2 * 60 * 60_000);
    until(&test, "SELECT COUNT(*) FROM messages", 0).await;
    let anna = test.sign_in("anna").await;
    let gone = anna
        .send(bare("DELETE", &format!("/api/v1/documents/{document}")))
        .await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let noted: Vec<String> = sqlx::query_scalar("SELECT detail FROM audit WHERE action LIKE 'hold.%'")
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    assert_eq!(noted.len(), 6);
    assert!(!noted.concat().contains("quokka"), "the trail holds no text");
}

/// The files of a ZIP archive.
fn unpacked(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().to_owned(), content);
    }
    files
}

async fn outcomes(test: &TestApp) -> Vec<String> {
    sqlx::query_scalar("SELECT outcome FROM audit WHERE action = 'user.exported' ORDER BY sequence")
        .fetch_all(&test.app.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn everyone_can_take_their_own_away_and_an_admin_only_with_a_reason_that_is_told() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let (anna, ben) = (test.sign_in("anna").await, test.sign_in("ben").await);
    let (conversation, _) = things_of(&anna).await;
    let title = with_body(
        "PUT",
        &format!("/api/v1/conversations/{conversation}"),
        &json!({ "title": "Pumps <b>/.." }),
    );
    assert!(anna.send(title).await.status().is_success());
    ben.add("secret.md", b"# Secret\n\nThe wombatamine of ben is 5 mg.\n")
        .await;
    ben.ask(&ben.conversation().await, "How much wombatamine is it?").await;

    let response = anna.send(bare("GET", "/api/v1/account/export")).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/zip");
    assert!(response.headers().get("content-encoding").is_none());
    let archive = bytes(response).await;
    let files = unpacked(&archive);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "account.json",
            "conversations/0001 Pumps b.html",
            "conversations/0001 Pumps b.json",
            "files/0001 pumps.md",
            "index.html",
            "left-the-building.json",
            "plugin-settings.json",
            "sessions.json",
            "voice-sessions.json",
        ]
    );
    assert_eq!(files["files/0001 pumps.md"], NOTES.as_bytes());
    let page = String::from_utf8(files["conversations/0001 Pumps b.html"].clone()).unwrap();
    for held in [
        "Pumps &lt;b&gt;/..",
        "How often is the syringe pump checked?",
        "every four hours",
        "latex",
    ] {
        assert!(page.contains(held), "{held} in {page}");
    }
    let detail: Value = serde_json::from_slice(&files["conversations/0001 Pumps b.json"]).unwrap();
    assert_eq!(detail["patient_context"]["age"], 68);
    assert_eq!(
        detail["messages"][0]["answer"]["citations"][0]["document_title"],
        "Pumps"
    );
    let sessions: Value = serde_json::from_slice(&files["sessions.json"]).unwrap();
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    assert!(sessions[0].get("seed").is_none());
    let all: Vec<u8> = files.values().flatten().copied().collect();
    assert!(
        !String::from_utf8_lossy(&all).contains("wombatamine"),
        "nothing of anyone else"
    );
    until(&test, "SELECT COUNT(*) FROM audit WHERE action = 'user.exported'", 2).await;
    assert_eq!(outcomes(&test).await, ["intent", "done"]);

    let id = user_id(&test, "anna").await;
    let path = format!("/api/admin/panel/users/{id}/export");
    let reason = json!({ "reason": REASON });
    assert_eq!(anna.send(post(&path, &reason)).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        admin.send(post(&path, &reason)).await.status(),
        StatusCode::FORBIDDEN,
        "no fresh code"
    );
    let take = async |user: &str, reason: &str| export::of_user(test.app.clone(), "admin", user, reason).await;
    assert_eq!(status(take(&id, " short ").await), Some(400));
    assert_eq!(status(take("no-such-id", REASON).await), Some(404));
    assert_eq!(outcomes(&test).await.len(), 2, "refused before it is recorded");
    let Ok(response) = take(&id, REASON).await else {
        panic!("refused")
    };
    let files = unpacked(&bytes(response).await);
    assert_eq!(files["files/0001 pumps.md"], NOTES.as_bytes());
    until(&test, "SELECT COUNT(*) FROM audit WHERE action = 'user.exported'", 4).await;
    assert_eq!(outcomes(&test).await[2..], ["intent", "done"]);
    let seen = "SELECT COUNT(*) FROM live_events WHERE kind = 'phi.accessed' AND resource_type = 'user'";
    assert_eq!(count(&test, seen).await, 1);
    let view: ContextView = anna.get(&format!("/api/v1/conversations/{conversation}/context")).await;
    assert_eq!((view.accesses.len(), view.accesses[0].reason.as_str()), (1, REASON));

    // A reader who leaves ends it, and that is recorded, too.
    drop(anna.send(bare("GET", "/api/v1/account/export")).await);
    until(&test, "SELECT COUNT(*) FROM audit WHERE action = 'user.exported'", 6).await;
    sqlx::query("ALTER TABLE audit RENAME TO audit_away")
        .execute(&test.app.db)
        .await
        .unwrap();
    let refused = anna.send(bare("GET", "/api/v1/account/export")).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        body_of::<ProblemBody>(refused)
            .await
            .detail
            .unwrap()
            .contains("audit trail")
    );
}
