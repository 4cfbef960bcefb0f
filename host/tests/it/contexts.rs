//! The patient of a conversation: used here, masked everywhere, opened by reason and second factor only, and seen when opened.

use api_types::{ContextView, InputSource, LiveEvents, MaskedContexts};
use axum::http::StatusCode;
use futures::StreamExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use voiceassist::admin::reveal::reveal;
use voiceassist::vault::master::MasterSource;

use crate::support::{Browser, TestApp, bare, bytes, json as body_of, post, with_body};

const REASON: &str = "Complaint 17 of the privacy office";

fn patient() -> serde_json::Value {
    json!({
        "age": 68, "sex": "male",
        "weight": { "value": 82.5, "unit": "kg" },
        "problems": ["hypertension", "diabetes"],
        "allergies": ["quokkaberry"],
    })
}

async fn kept(browser: &Browser<'_>) -> String {
    let conversation = browser.conversation().await;
    let path = format!("/api/v1/conversations/{conversation}/context");
    let answer = browser.send(with_body("PUT", &path, &patient())).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    conversation
}

async fn context_id(admin: &Browser<'_>) -> String {
    let list: MaskedContexts = admin.get("/api/admin/panel/clinical-contexts").await;
    list.contexts[0].id.clone()
}

async fn count(test: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&test.app.db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_context_is_its_writers_alone_and_fills_calculators() {
    let test = TestApp::start().await;
    let (anna, ben) = (test.sign_in("anna").await, test.sign_in("ben").await);
    let conversation = kept(&anna).await;
    let path = format!("/api/v1/conversations/{conversation}/context");
    let view: ContextView = anna.get(&path).await;
    assert_eq!(view.context.facts(), 6);
    for method in ["GET", "DELETE"] {
        let answer = ben.send(bare(method, &path)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{method}");
    }
    assert_eq!(
        ben.send(with_body("PUT", &path, &patient())).await.status(),
        StatusCode::NOT_FOUND
    );
    let wrong = json!({ "weight": { "value": 82.5, "unit": "stone" } });
    assert_eq!(
        anna.send(with_body("PUT", &path, &wrong)).await.status(),
        StatusCode::BAD_REQUEST
    );

    let answer = anna.ask(&conversation, "Calculate CHA2DS2-VASc for this patient").await;
    let calculation = answer.calculation.expect("a calculation");
    let source = |name: &str| {
        calculation
            .inputs
            .iter()
            .find(|input| input.name == name)
            .map(|input| input.source)
    };
    assert_eq!(
        source("age"),
        Some(InputSource::FromContext),
        "{:?}",
        calculation.inputs
    );
    assert_eq!(source("hypertension"), Some(InputSource::FromContext));
    assert!(
        calculation.findings[0].value.contains('3'),
        "{:?}",
        calculation.findings
    );
    // What is said counts more than what was noted.
    let answer = anna
        .ask(&conversation, "Calculate CHA2DS2-VASc for this patient, aged 80")
        .await;
    let calculation = answer.calculation.expect("a calculation");
    assert!(
        calculation.findings[0].value.contains('4'),
        "{:?}",
        calculation.findings
    );

    assert_eq!(anna.send(bare("DELETE", &path)).await.status(), StatusCode::NO_CONTENT);
    let view: ContextView = anna.get(&path).await;
    assert_eq!((view.context.facts(), view.updated_at), (0, None));
}

#[tokio::test]
async fn a_list_shows_no_content_and_reveal_wants_admin_reason_and_second_factor() {
    let test = TestApp::start().await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    kept(&anna).await;
    let list = "/api/admin/panel/clinical-contexts";
    assert_eq!(anna.send(bare("GET", list)).await.status(), StatusCode::FORBIDDEN);
    let shown = String::from_utf8(bytes(admin.send(bare("GET", list)).await).await).unwrap();
    assert!(shown.contains("\"facts\":6"), "{shown}");
    for hidden in ["quokkaberry", "82.5", "hypertension"] {
        assert!(!shown.contains(hidden), "{hidden}");
    }
    // An id or a time may hold the digits of an age by chance; nothing beside them is a place for one.
    let listed: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let fields: Vec<&String> = listed["contexts"][0].as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 7, "{fields:?}");
    for field in [
        "id",
        "conversation_id",
        "user_id",
        "user_name",
        "facts",
        "created_at",
        "updated_at",
    ] {
        assert!(fields.iter().any(|known| *known == field), "{field}");
    }
    let path = format!("{list}/{}/reveal", context_id(&admin).await);
    let asked = json!({ "reason": REASON });
    assert_eq!(anna.send(post(&path, &asked)).await.status(), StatusCode::FORBIDDEN);
    let refused = admin.send(post(&path, &asked)).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "without a fresh second factor");
    assert!(!String::from_utf8(bytes(refused).await).unwrap().contains("quokkaberry"));
    assert_eq!(count(&test, "SELECT COUNT(*) FROM context_reveals").await, 0);
}

#[tokio::test]
async fn a_reveal_is_recorded_before_it_is_opened_and_told_to_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o400)).unwrap();
    let test = TestApp::start_with(|config| config.master_key = MasterSource::File(key)).await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    let conversation = kept(&anna).await;
    let id = context_id(&admin).await;
    let stored: String = sqlx::query_scalar("SELECT facts FROM clinical_contexts")
        .fetch_one(&test.app.db)
        .await
        .unwrap();
    assert!(!stored.contains("quokkaberry"));
    let status =
        |revealed: Result<_, voiceassist::edge::problem::Problem>| revealed.err().map(|problem| problem.body().status);
    assert_eq!(status(reveal(&test.app, "admin", &id, " too short ").await), Some(400));
    assert_eq!(
        status(reveal(&test.app, "admin", "no-such-id", REASON).await),
        Some(404)
    );
    let before = test.app.clock.now_ms();
    let Ok(revealed) = reveal(&test.app, "admin", &id, REASON).await else {
        panic!("not revealed")
    };
    assert_eq!(revealed.context.allergies, ["quokkaberry"]);
    let shown = revealed.expires_at - before;
    assert!((1..=300_100).contains(&shown), "{shown}");
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT outcome FROM audit WHERE action = 'context.revealed' ORDER BY sequence")
            .fetch_all(&test.app.db)
            .await
            .unwrap();
    assert_eq!(rows, ["intent", "done"]);
    let view: ContextView = anna.get(&format!("/api/v1/conversations/{conversation}/context")).await;
    assert_eq!((view.accesses.len(), view.accesses[0].reason.as_str()), (1, REASON));
}

#[tokio::test]
async fn nothing_is_opened_while_the_audit_trail_cannot_be_written() {
    let test = TestApp::start().await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    kept(&anna).await;
    let id = context_id(&admin).await;
    sqlx::query("ALTER TABLE audit RENAME TO audit_away")
        .execute(&test.app.db)
        .await
        .unwrap();
    let began = std::time::Instant::now();
    let refused = reveal(&test.app, "admin", &id, REASON).await.err().expect("a refusal");
    assert_eq!(refused.body().status, 503);
    assert!(began.elapsed() < std::time::Duration::from_secs(1));
    assert_eq!(count(&test, "SELECT COUNT(*) FROM context_reveals").await, 0);
    assert_eq!(
        count(&test, "SELECT COUNT(*) FROM live_events WHERE kind = 'phi.accessed'").await,
        0
    );
}

#[tokio::test]
async fn other_administrators_see_a_reveal_at_once_and_after_a_reconnect() {
    let test = TestApp::start().await;
    let (admin, anna) = (test.sign_in("admin").await, test.sign_in("anna").await);
    let address = test.serve().await.replace("http://", "ws://");
    let conversation = kept(&anna).await;
    anna.ask(&conversation, "What is the dose of carvexin?").await;
    let id = context_id(&admin).await;
    let cookie = admin.cookie();
    let open = async |query: &str, cookie: Option<&str>, origin: Option<&str>| {
        let mut request = format!("{address}/api/admin/panel/ws{query}")
            .into_client_request()
            .unwrap();
        for (name, value) in [("cookie", cookie), ("origin", origin)] {
            if let Some(value) = value {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        tokio_tungstenite::connect_async(request).await
    };
    assert!(open("", None, None).await.is_err(), "nobody");
    assert!(open("", Some(&anna.cookie()), None).await.is_err(), "no administrator");
    assert!(
        open("", Some(&cookie), Some("https://evil.example")).await.is_err(),
        "another page"
    );

    let (mut socket, _) = open("?types=phi.accessed", Some(&cookie), None).await.unwrap();
    let began = std::time::Instant::now();
    assert!(reveal(&test.app, "colleague", &id, REASON).await.is_ok());
    let seen = next(&mut socket).await;
    assert!(
        began.elapsed() < std::time::Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    assert_eq!((seen.events.len(), seen.events[0].kind.as_str()), (1, "phi.accessed"));
    assert_eq!(seen.events[0].user_id.as_deref(), Some("colleague"));
    drop(socket);

    // After a reconnect everything since the last one seen comes again, and what is not wanted stays away.
    let (mut socket, _) = open("?after=0", Some(&cookie), None).await.unwrap();
    let mut kinds = Vec::new();
    while !kinds.contains(&"phi.accessed".to_owned()) {
        kinds.extend(next(&mut socket).await.events.into_iter().map(|event| event.kind));
    }
    let expected = [
        "session.connected",
        "session.connected",
        "conversation.created",
        "conversation.updated",
        "phi.accessed",
    ];
    assert_eq!(kinds, expected);
    let polled: LiveEvents = body_of(
        admin
            .send(bare("GET", "/api/admin/panel/events?after=0&types=phi.accessed"))
            .await,
    )
    .await;
    assert_eq!((polled.events.len(), polled.newest), (1, 5));
    assert!(!serde_json::to_string(&polled).unwrap().contains("quokkaberry"));
}

async fn next<S>(socket: &mut S) -> LiveEvents
where
    S: StreamExt<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    loop {
        if let Message::Text(text) = socket.next().await.expect("an event").unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}
