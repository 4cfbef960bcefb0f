//! Every operation of the API beside everyone who may try it. The table is `matrix.txt`, forced complete from the API's
//! description: a new route fails here until its row was looked at.

use std::fmt::Write;

use api_types::{Answer, DocumentInfo, RecoveryCodes, SecondFactorEnrolment, SessionList, UserList, VoiceSession};
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};
use voiceassist::identity::second_factor::code;

use crate::support::{Browser, TestApp, bare, bytes, json as body_of, with_body};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";
/// A word of a question and of a document that no administrator may read.
const CANARY: &str = "zalutrexin";

/// Method and path of every operation, the one that ends the session last.
fn operations() -> Vec<(String, String)> {
    let description = serde_json::to_value(voiceassist::router::openapi().unwrap()).unwrap();
    let mut all = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            all.push((method.to_uppercase(), path.clone()));
        }
    }
    all.sort_by_key(|(method, path)| {
        let ends = method == "DELETE" && path == "/api/v1/session";
        (ends, path.clone(), method.clone())
    });
    all
}

/// What anna has; anyone else's, when it is not there.
struct Ids {
    conversation: String,
    message: String,
    document: String,
    passage: String,
    session: String,
    user: String,
    voice: String,
}

impl Ids {
    fn unknown() -> Self {
        let id = || UNKNOWN.to_owned();
        Self {
            conversation: id(),
            message: id(),
            document: id(),
            passage: id(),
            session: id(),
            user: id(),
            voice: id(),
        }
    }

    /// The operation's path with these in place of its parameters.
    fn in_path(&self, path: &str) -> String {
        let kinds = [
            ("/conversations/", self.conversation.as_str()),
            ("/documents/", &self.document),
            ("/passages/", &self.passage),
            ("/voice/sessions/", &self.voice),
            ("/sessions/", &self.session),
            ("/users/", &self.user),
        ];
        let kind = kinds.into_iter().find(|(part, _)| path.contains(part));
        let id = kind.map_or(UNKNOWN, |(_, id)| id);
        let mut filled = path.replace("{id}", id).replace("{message}", &self.message);
        while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
            filled.replace_range(from..=to, "unknown");
        }
        filled
    }
}

fn request(method: &str, path: &str, ids: &Ids) -> Request<Body> {
    let body = match (method, path) {
        ("POST", "/api/v1/conversations/{id}/messages") => {
            json!({ "client_message_id": "m", "text": "What is CURB-65?" })
        }
        ("PUT", "/api/v1/conversations/{id}") => json!({ "title": "Mine" }),
        ("PUT", "/api/admin/panel/users/{id}") => json!({ "role": "viewer", "disabled": false }),
        _ => json!({}),
    };
    let path = ids.in_path(path);
    match method {
        "GET" | "DELETE" => bare(method, &path),
        _ => with_body(method, &path, &body),
    }
}

async fn set_role(admin: &Browser<'_>, name: &str, change: Value) {
    let list: UserList = admin.get(&format!("/api/admin/panel/users?q={name}")).await;
    let id = &list.users.iter().find(|user| user.name == name).unwrap().id;
    let response = admin
        .send(with_body("PUT", &format!("/api/admin/panel/users/{id}"), &change))
        .await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT, "{name}");
}

/// The status of one cell. A stream that began is enough.
async fn cell(browser: &Browser<'_>, method: &str, path: &str, ids: &Ids) -> u16 {
    browser.send(request(method, path, ids)).await.status().as_u16()
}

/// Anna's things, with the canary in them.
async fn things_of(anna: &Browser<'_>) -> Ids {
    let text = format!("# Notes\n\nThe {CANARY} pathway requires a cortisol of 250 nmol/L.\n");
    let document: DocumentInfo = anna.add("notes.md", text.as_bytes()).await;
    let conversation = anna.conversation().await;
    let answer: Answer = anna
        .ask(
            &conversation,
            &format!("What cortisol does the {CANARY} pathway require?"),
        )
        .await;
    let shown: Value = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    let sessions: SessionList = anna.get("/api/v1/sessions").await;
    let begun = anna.send(with_body("POST", "/api/v1/voice/sessions", &json!({}))).await;
    assert_eq!(begun.status(), StatusCode::CREATED, "needs the speech models");
    let begun: VoiceSession = body_of(begun).await;
    Ids {
        voice: begun.session_id,
        message: shown["messages"][0]["id"].as_str().unwrap().to_owned(),
        passage: answer.citations[0].passage_id.clone(),
        document: document.id,
        session: sessions.sessions[0].id.clone(),
        user: sessions.sessions[0].user.id.clone(),
        conversation,
    }
}

/// An administrator whose last code was given more than five minutes ago.
async fn stale<'a>(test: &'a TestApp, name: &str) -> Browser<'a> {
    let browser = test.sign_in(name).await;
    let path = "/api/v1/auth/second-factor/enrolment";
    let enrolment: SecondFactorEnrolment = body_of(browser.send(bare("POST", path)).await).await;
    let secret: [u8; 20] = BASE32_NOPAD
        .decode(enrolment.secret.as_bytes())
        .unwrap()
        .try_into()
        .unwrap();
    let code = code::code(&secret, code::step_at(test.clock.advance(0)));
    let confirmed = browser.send(with_body("PUT", path, &json!({ "code": code }))).await;
    let _: RecoveryCodes = body_of(confirmed).await;
    test.clock.advance(5 * 60_000);
    browser
}

#[tokio::test]
async fn who_may_do_what_is_the_table_in_matrix_txt() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    for name in ["stale", "viewer", "user", "disabled"] {
        let _ = test.sign_in(name).await;
    }
    set_role(&admin, "stale", json!({ "role": "admin", "disabled": false })).await;
    set_role(&admin, "viewer", json!({ "role": "viewer", "disabled": false })).await;
    set_role(&admin, "user", json!({ "role": "user", "disabled": false })).await;
    let stale = stale(&test, "stale").await;
    let anna = test.sign_in("anna").await;
    let theirs = things_of(&anna).await;
    let unknown = Ids::unknown();
    let disabled = test.sign_in("disabled").await;
    set_role(&admin, "disabled", json!({ "role": "medical_staff", "disabled": true })).await;
    let malformed = vec![("cookie", "voiceassist_session=%00; voiceassist_refresh=x".to_owned())];
    let columns = [
        ("anonymous", test.browser(Vec::new()), &theirs),
        ("malformed", test.browser(malformed), &theirs),
        ("other", test.sign_in("other").await, &theirs),
        ("viewer", test.sign_in("viewer").await, &unknown),
        ("user", test.sign_in("user").await, &unknown),
        ("staff", test.sign_in("staff").await, &unknown),
        ("admin", test.sign_in("admin").await, &unknown),
        ("disabled", disabled, &theirs),
        ("stale", stale, &unknown),
    ];
    let mut table = format!("{:<7}{:<60}", "", "");
    for (name, _, _) in &columns {
        write!(table, "{name:>10}").unwrap();
    }
    for (method, path) in operations() {
        write!(table, "\n{method:<7}{path:<60}").unwrap();
        for (_, browser, ids) in &columns {
            write!(table, "{:>10}", cell(browser, &method, &path, ids).await).unwrap();
        }
    }
    table.push('\n');
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/matrix.txt");
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(file, &table).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        table == kept,
        "host/tests/it/matrix.txt is stale: run UPDATE_MATRIX=1 cargo test --test it matrix, and look at what changed\n{table}"
    );
}

async fn seen(response: Response<Body>) -> (StatusCode, Vec<(String, String)>, Vec<u8>) {
    let mut headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .filter(|(name, _)| name != "x-request-id")
        .collect();
    headers.sort();
    (response.status(), headers, bytes(response).await)
}

#[tokio::test]
async fn not_yours_and_not_there_are_the_same_bytes_for_every_operation() {
    let test = TestApp::start().await;
    let _admin = test.sign_in("admin").await;
    let anna = test.sign_in("anna").await;
    let theirs = things_of(&anna).await;
    let other = test.sign_in("other").await;
    let mut compared = 0;
    for (method, path) in operations().into_iter().filter(|(_, path)| path.contains('{')) {
        let foreign = seen(other.send(request(&method, &path, &theirs)).await).await;
        let absent = seen(other.send(request(&method, &path, &Ids::unknown())).await).await;
        assert!(!foreign.0.is_success(), "{method} {path}: {}", foreign.0);
        assert!(foreign == absent, "{method} {path}:\n{foreign:?}\n{absent:?}");
        compared += 1;
    }
    assert!(compared >= 30, "{compared}");
    let still: Value = anna
        .get(&format!("/api/v1/conversations/{}", theirs.conversation))
        .await;
    assert_eq!(still["messages"].as_array().unwrap().len(), 1, "nothing was changed");
}

#[tokio::test]
async fn no_endpoint_of_an_administrator_gives_the_text_of_a_message() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let anna = test.sign_in("anna").await;
    let theirs = things_of(&anna).await;
    let own = String::from_utf8(bytes(anna.send(bare("GET", "/api/v1/conversations")).await).await).unwrap();
    assert!(own.contains(CANARY), "its owner sees it");
    let mut looked = 0;
    for (method, path) in operations() {
        if method == "GET" {
            let body = bytes(admin.send(request("GET", &path, &theirs)).await).await;
            assert!(!String::from_utf8_lossy(&body).contains(CANARY), "{path}");
            looked += usize::from(path.contains("/admin/"));
        }
    }
    assert!(looked >= 7, "{looked}");
}
