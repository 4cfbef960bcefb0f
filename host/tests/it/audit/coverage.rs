//! Every operation of the API stands in `audit_coverage.toml`, and leaves exactly what is said there.

use std::collections::{BTreeMap, BTreeSet};

use api_types::{
    Conversation, ExcludedFiles, GrantPlugin, ModelEndpointList, PinPublisher, RecoveryCodes, SessionInfo, SessionList,
    SetPluginSetting, SwitchPlugin, UploadResult,
};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::json;
use testkit::PubMedDouble;
use testkit::pubmed::invented;
use voiceassist::admin::reveal::reveal;
use voiceassist::admin::reveal_conversation;
use voiceassist::audit::{Event, INTENT, Unavailable};
use voiceassist::models::ModelSettings;
use voiceassist::plugins::install::Origin;

use crate::cloud::Cloud;
use crate::connected::connect;
use crate::plugins::{bundled, package_form, repacked, shown, signer};
use crate::second_factor::{self, Authenticator};
use crate::support::{Browser, TestApp, bare, bytes, json as body, post, upload_form, with_body};
use crate::voice::talker;

/// Stands in every text that a person enters; no row of the trail may hold it.
const CANARY: &str = "Kowalczyk";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default)]
    leaves: Vec<String>,
    exempt: Option<String>,
}

fn table() -> BTreeMap<String, Expected> {
    toml::from_str(include_str!("../audit_coverage.toml")).unwrap()
}

fn described() -> BTreeSet<String> {
    let description = serde_json::to_value(voiceassist::router::openapi().unwrap()).unwrap();
    let paths = description["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods
            .keys()
            .map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    operations.collect()
}

#[test]
fn every_operation_has_a_row_and_every_exemption_a_reason() {
    let table = table();
    let rows: BTreeSet<String> = table.keys().cloned().collect();
    let missing: Vec<_> = described().difference(&rows).cloned().collect();
    let gone: Vec<_> = rows.difference(&described()).cloned().collect();
    assert!(missing.is_empty(), "audit_coverage.toml has no row for {missing:?}");
    assert!(
        gone.is_empty(),
        "audit_coverage.toml has rows for what is not there: {gone:?}"
    );
    for (operation, expected) in &table {
        let exempt = expected.exempt.as_deref().unwrap_or_default();
        assert!(
            expected.leaves.is_empty() != exempt.is_empty(),
            "{operation}: entries or a reason"
        );
        let changes = !operation.starts_with("GET ");
        assert!(
            !changes || exempt.is_empty(),
            "{operation} changes something and is exempt: {exempt}"
        );
    }
}

/// Calls operations and compares what each leaves.
struct Calls<'a> {
    test: &'a TestApp,
    table: &'a BTreeMap<String, Expected>,
    called: BTreeSet<String>,
}

impl Calls<'_> {
    async fn last(&self) -> i64 {
        let query = sqlx::query_as("SELECT COALESCE(MAX(sequence), 0) FROM audit");
        let (last,): (i64,) = query.fetch_one(&self.test.app.db).await.unwrap();
        last
    }

    /// What people left after a sequence number; the system's own entries belong to no call.
    async fn left_after(&self, sequence: i64) -> Vec<String> {
        let query = sqlx::query_as(
            "SELECT action, outcome FROM audit WHERE sequence > $1 AND actor NOT LIKE 'system:%' ORDER BY sequence",
        );
        let rows: Vec<(String, String)> = query.bind(sequence).fetch_all(&self.test.app.db).await.unwrap();
        rows.into_iter()
            .map(|(action, outcome)| {
                if outcome == "done" {
                    action
                } else {
                    format!("{action} {outcome}")
                }
            })
            .collect()
    }

    /// As the handler does for an administrator whose second factor is fresh.
    async fn reveal(&mut self) {
        let operation = "POST /api/admin/panel/clinical-contexts/{id}/reveal";
        let query = sqlx::query_as("SELECT id FROM clinical_contexts");
        let (context,): (String,) = query.fetch_one(&self.test.app.db).await.unwrap();
        let before = self.last().await;
        let reason = format!("The family of {CANARY} asks who looked");
        assert!(reveal(&self.test.app, "admin", &context, &reason).await.is_ok());
        assert_eq!(
            self.left_after(before).await,
            self.table[operation].leaves,
            "{operation}"
        );
        self.called.insert(operation.to_owned());
    }

    /// As [`Self::reveal`], of messages.
    async fn reveal_conversation(&mut self, id: &str) {
        let operation = "POST /api/admin/panel/conversations/{id}/reveal";
        let before = self.last().await;
        let reason = format!("The family of {CANARY} asks who looked");
        let revealed = reveal_conversation::reveal(&self.test.app, "admin", id, &reason).await;
        assert!(revealed.is_ok());
        assert_eq!(
            self.left_after(before).await,
            self.table[operation].leaves,
            "{operation}"
        );
        self.called.insert(operation.to_owned());
    }

    /// Returns the body of the answer.
    async fn call(&mut self, browser: &Browser<'_>, operation: &str, request: Request<Body>) -> Vec<u8> {
        let before = self.last().await;
        let response = browser.send(request).await;
        let status = response.status();
        let answer = bytes(response).await;
        assert!(
            status.is_success(),
            "{operation}: {status} {}",
            String::from_utf8_lossy(&answer)
        );
        let expected = &self
            .table
            .get(operation)
            .unwrap_or_else(|| panic!("no such row: {operation}"))
            .leaves;
        let mut left = self.left_after(before).await;
        // The end of an export is written after its last byte.
        for _ in 0..100 {
            if left.len() >= expected.len() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            left = self.left_after(before).await;
        }
        assert_eq!(&left, expected, "{operation}");
        self.called.insert(operation.to_owned());
        answer
    }
}

async fn conversations(calls: &mut Calls<'_>, anna: &Browser<'_>) {
    let all = "/api/v1/conversations";
    let made = calls.call(anna, "POST /api/v1/conversations", bare("POST", all)).await;
    let id = serde_json::from_slice::<serde_json::Value>(&made).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = format!("{all}/{id}");
    let question = json!({ "client_message_id": "a", "text": format!("What does {CANARY} say of carvexin?") });
    let messages = "POST /api/v1/conversations/{id}/messages";
    calls
        .call(anna, messages, post(&format!("{one}/messages"), &question))
        .await;
    let opened = calls
        .call(anna, "GET /api/v1/conversations/{id}", bare("GET", &one))
        .await;
    let conversation: Conversation = serde_json::from_slice(&opened).unwrap();
    let message = format!("{one}/messages/{}", conversation.messages[0].id);
    let events = "GET /api/v1/conversations/{id}/messages/{message}/events";
    calls
        .call(anna, events, bare("GET", &format!("{message}/events")))
        .await;
    let again = "POST /api/v1/conversations/{id}/messages/{message}/regenerate";
    calls
        .call(anna, again, bare("POST", &format!("{message}/regenerate")))
        .await;
    let stop = "POST /api/v1/conversations/{id}/messages/{message}/stop";
    calls.call(anna, stop, bare("POST", &format!("{message}/stop"))).await;
    calls
        .call(
            anna,
            "GET /api/v1/conversations",
            bare("GET", &format!("{all}?q={CANARY}")),
        )
        .await;
    let patient = json!({ "age": 68, "problems": [CANARY] });
    let context = format!("{one}/context");
    let noted = with_body("PUT", &context, &patient);
    calls.call(anna, "PUT /api/v1/conversations/{id}/context", noted).await;
    calls
        .call(anna, "GET /api/v1/conversations/{id}/context", bare("GET", &context))
        .await;
    calls.reveal().await;
    calls.reveal_conversation(&id).await;
    calls
        .call(
            anna,
            "DELETE /api/v1/conversations/{id}/context",
            bare("DELETE", &context),
        )
        .await;
    let renamed = with_body("PUT", &one, &json!({ "title": format!("About {CANARY}") }));
    calls.call(anna, "PUT /api/v1/conversations/{id}", renamed).await;
    calls
        .call(anna, "DELETE /api/v1/conversations/{id}", bare("DELETE", &one))
        .await;
    let restore = "POST /api/v1/conversations/{id}/restore";
    calls.call(anna, restore, bare("POST", &format!("{one}/restore"))).await;
}

async fn voice(calls: &mut Calls<'_>, anna: &Browser<'_>) {
    let all = "/api/v1/voice/sessions";
    let begun = calls
        .call(anna, "POST /api/v1/voice/sessions", post(all, &json!({})))
        .await;
    let session: api_types::VoiceSession = serde_json::from_slice(&begun).unwrap();
    let one = format!("{all}/{}", session.session_id);
    let hello = talker::up(&session.session_id, 1, &[talker::hello(&session, None)]);
    calls.call(anna, "POST /api/v1/voice/sessions/{id}/up", hello).await;
    calls
        .call(anna, "DELETE /api/v1/voice/sessions/{id}", bare("DELETE", &one))
        .await;
}

async fn documents(calls: &mut Calls<'_>, anna: &Browser<'_>) {
    let text = format!("# {CANARY}\n\nThe dose of carvexin is 5 mg.\n");
    let form = upload_form(&format!("{CANARY}.md"), text.as_bytes());
    let added = calls.call(anna, "POST /api/v1/documents", form).await;
    let added: UploadResult = serde_json::from_slice(&added).unwrap();
    let id = added.files[0].document.as_ref().unwrap().id.clone();
    anna.settled(&id).await;
    let one = format!("/api/v1/documents/{id}");
    let content = "GET /api/v1/documents/{id}/content";
    calls.call(anna, content, bare("GET", &format!("{one}/content"))).await;
    calls
        .call(
            anna,
            "GET /api/v1/documents/{id}/text",
            bare("GET", &format!("{one}/text")),
        )
        .await;
    let query = sqlx::query_as("SELECT id FROM passages WHERE document_id = $1").bind(&id);
    let (passage,): (String,) = query.fetch_one(&calls.test.app.db).await.unwrap();
    let passage = bare("GET", &format!("/api/v1/passages/{passage}"));
    calls.call(anna, "GET /api/v1/passages/{id}", passage).await;
    // The same once more changes nothing, and is one entry, too.
    let before = calls.last().await;
    let form = upload_form(&format!("{CANARY}.md"), text.as_bytes());
    assert_eq!(anna.send(form).await.status(), StatusCode::OK);
    assert_eq!(calls.left_after(before).await, ["document.received unchanged"]);
    calls
        .call(anna, "DELETE /api/v1/documents/{id}", bare("DELETE", &one))
        .await;
}

async fn indexing(calls: &mut Calls<'_>, admin: &Browser<'_>, anna: &Browser<'_>) {
    let panel = "/api/admin/panel/indexing";
    let broken = anna.add(&format!("{CANARY}.pdf"), b"%PDF-1.7 is all there is").await;
    let one = format!("{panel}/documents/{}", broken.id);
    let operation = format!("POST {panel}/documents/{{id}}/retry");
    calls
        .call(admin, &operation, bare("POST", &format!("{one}/retry")))
        .await;
    anna.settled(&broken.id).await;
    let all = bare("POST", &format!("{panel}/retry"));
    calls.call(admin, &format!("POST {panel}/retry"), all).await;
    anna.settled(&broken.id).await;
    let operation = format!("POST {panel}/documents/{{id}}/exclude");
    calls
        .call(admin, &operation, bare("POST", &format!("{one}/exclude")))
        .await;
    let excluded: ExcludedFiles = admin.get(&format!("{panel}/exclusions")).await;
    let back = bare("DELETE", &format!("{panel}/exclusions/{}", excluded.files[0].id));
    calls
        .call(admin, &format!("DELETE {panel}/exclusions/{{id}}"), back)
        .await;
}

async fn administration(calls: &mut Calls<'_>, admin: &Browser<'_>) {
    let list: ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    let endpoint = list.endpoints.iter().find(|one| !one.built_in).unwrap();
    let path = format!("/api/v1/admin/endpoints/{}", endpoint.id);
    let on = with_body("PUT", &path, &json!({ "enabled": true }));
    calls.call(admin, "PUT /api/v1/admin/endpoints/{id}", on).await;
    let tried = bare("POST", &format!("{path}/test"));
    calls.call(admin, "POST /api/v1/admin/endpoints/{id}/test", tried).await;
    let export = bare(
        "GET",
        &format!("/api/v1/admin/audit/export?format=csv&resource={CANARY}"),
    );
    calls.call(admin, "GET /api/v1/admin/audit/export", export).await;
    let verify = bare("POST", "/api/v1/admin/audit/verify");
    calls.call(admin, "POST /api/v1/admin/audit/verify", verify).await;
}

/// Sessions, second factors and users.
async fn signing_in(calls: &mut Calls<'_>, admin: &Browser<'_>) {
    let (test, factor) = (calls.test, "/api/v1/auth/second-factor");
    let refreshed = bare("POST", "/api/v1/session/refresh");
    let (here, there) = (test.sign_in("carl").await, test.sign_in("carl").await);
    let _ = calls.call(&there, "POST /api/v1/session/refresh", refreshed).await;
    for (browser, path) in [(&here, "/api/v1/sessions"), (admin, "/api/admin/panel/sessions")] {
        let list: SessionList = here.get("/api/v1/sessions").await;
        let other = list.sessions.iter().find(|session| !session.current);
        let id = match other {
            Some(other) => other.id.clone(),
            None => {
                let _again = test.sign_in("carl").await;
                let list: SessionList = here.get("/api/v1/sessions").await;
                list.sessions.into_iter().find(|session| !session.current).unwrap().id
            }
        };
        let end = bare("DELETE", &format!("{path}/{id}"));
        calls.call(browser, &format!("DELETE {path}/{{id}}"), end).await;
    }
    let enrolment = format!("{factor}/enrolment");
    let begun = bare("POST", &enrolment);
    let begun = calls
        .call(admin, "POST /api/v1/auth/second-factor/enrolment", begun)
        .await;
    let authenticator = Authenticator::of(&serde_json::from_slice(&begun).unwrap());
    let first = with_body("PUT", &enrolment, &json!({ "code": authenticator.code(test) }));
    let codes = calls
        .call(admin, "PUT /api/v1/auth/second-factor/enrolment", first)
        .await;
    let codes: RecoveryCodes = serde_json::from_slice(&codes).unwrap();
    let given = post(factor, &json!({ "code": codes.codes[0] }));
    calls.call(admin, "POST /api/v1/auth/second-factor", given).await;
    let renew = bare("POST", &format!("{factor}/recovery-codes"));
    calls
        .call(admin, "POST /api/v1/auth/second-factor/recovery-codes", renew)
        .await;
    let _ = second_factor::enrol(test, &here).await;
    let carl: SessionInfo = here.get("/api/v1/session").await;
    let user = format!("/api/admin/panel/users/{}", carl.user.id);
    let removed = bare("DELETE", &format!("{user}/second-factor"));
    calls
        .call(admin, "DELETE /api/admin/panel/users/{id}/second-factor", removed)
        .await;
    retention(calls, admin).await;
    let change = with_body("PUT", &user, &json!({ "role": "viewer", "disabled": false }));
    calls.call(admin, "PUT /api/admin/panel/users/{id}", change).await;
    calls
        .call(admin, "DELETE /api/v1/auth/second-factor", bare("DELETE", factor))
        .await;
}

/// What is kept, held, taken away and erased. The administrator's code is fresh.
async fn retention(calls: &mut Calls<'_>, admin: &Browser<'_>) {
    let test = calls.test;
    let (dora, emil) = (test.sign_in("dora").await, test.sign_in("emil").await);
    let rule = with_body("PUT", "/api/v1/admin/retention/live_events", &json!({ "days": 14 }));
    calls.call(admin, "PUT /api/v1/admin/retention/{class}", rule).await;
    let who: SessionInfo = dora.get("/api/v1/session").await;
    let reason = format!("A court asks for {CANARY}");
    let held = json!({ "kind": "user", "subject_id": who.user.id, "reason": reason });
    let holds = "/api/v1/admin/holds";
    let hold = calls.call(admin, "POST /api/v1/admin/holds", post(holds, &held)).await;
    let hold: api_types::Hold = serde_json::from_slice(&hold).unwrap();
    let lift = bare("POST", &format!("{holds}/{}/lift", hold.id));
    calls.call(admin, "POST /api/v1/admin/holds/{id}/lift", lift).await;
    let own = bare("GET", "/api/v1/account/export");
    calls.call(&emil, "GET /api/v1/account/export", own).await;
    let user = format!("/api/admin/panel/users/{}", who.user.id);
    let taken = post(&format!("{user}/export"), &json!({ "reason": reason }));
    calls
        .call(admin, "POST /api/admin/panel/users/{id}/export", taken)
        .await;
    let erased = post(&format!("{user}/erasure"), &json!({ "name": "dora" }));
    calls
        .call(admin, "POST /api/admin/panel/users/{id}/erasure", erased)
        .await;
    let erased = post("/api/v1/account/erasure", &json!({ "name": "emil" }));
    calls.call(&emil, "POST /api/v1/account/erasure", erased).await;
}

const PLUGINS: &str = "/api/v1/admin/plugins";

async fn packages(calls: &mut Calls<'_>, admin: &Browser<'_>) {
    let package = bundled("physiology").unwrap();
    let off = SwitchPlugin {
        enabled: false,
        part: None,
    };
    let request = with_body("PUT", &format!("{PLUGINS}/physiology"), &off);
    calls.call(admin, "PUT /api/v1/admin/plugins/{id}", request).await;
    let publisher = signer().publisher().clone();
    let key = hex::encode(publisher.key);
    let pin = PinPublisher {
        name: publisher.name,
        key: key.clone(),
    };
    calls
        .call(
            admin,
            "POST /api/v1/admin/publishers",
            post("/api/v1/admin/publishers", &pin),
        )
        .await;
    let version = format!("version = \"{}\"", package.manifest.version);
    for number in ["1.0.0", "1.1.0"] {
        let package = repacked(&package, "vitals", |text| {
            text.replacen(&version, &format!("version = \"{number}\""), 1)
        });
        calls
            .call(admin, "POST /api/v1/admin/plugins", package_form(&package))
            .await;
    }
    let rollback = bare("POST", &format!("{PLUGINS}/vitals/rollback"));
    calls
        .call(admin, "POST /api/v1/admin/plugins/{id}/rollback", rollback)
        .await;
    let arguments = json!({ "arguments": { "systolic-bp": 120, "diastolic-bp": 60 } });
    let calculate = post("/api/v1/calculators/mean-arterial-pressure", &arguments);
    calls.call(admin, "POST /api/v1/calculators/{id}", calculate).await;
    let remove = bare("DELETE", &format!("{PLUGINS}/vitals"));
    calls.call(admin, "DELETE /api/v1/admin/plugins/{id}", remove).await;
    let unpin = bare("DELETE", &format!("/api/v1/admin/publishers/{key}"));
    calls.call(admin, "DELETE /api/v1/admin/publishers/{key}", unpin).await;
}

async fn connected(calls: &mut Calls<'_>, admin: &Browser<'_>, origin: &str) {
    let mirror = SetPluginSetting {
        value: origin.to_owned(),
    };
    let setting = with_body("PUT", &format!("{PLUGINS}/pubmed/settings/mirror"), &mirror);
    calls
        .call(admin, "PUT /api/v1/admin/plugins/{id}/settings/{key}", setting)
        .await;
    let digest = shown(admin, "pubmed").await.digest;
    let grant = GrantPlugin {
        digest: digest.clone(),
        http: vec!["https://eutils.ncbi.nlm.nih.gov".to_owned(), "config:mirror".to_owned()],
        credentials: vec!["ncbi-key".to_owned()],
        files: Vec::new(),
    };
    let granted = with_body("PUT", &format!("{PLUGINS}/pubmed/grants"), &grant);
    calls
        .call(admin, "PUT /api/v1/admin/plugins/{id}/grants", granted)
        .await;
    let secret = with_body(
        "PUT",
        &format!("{PLUGINS}/pubmed/credentials/ncbi-key"),
        &json!({ "secret": CANARY }),
    );
    calls
        .call(admin, "PUT /api/v1/admin/plugins/{id}/credentials/{handle}", secret)
        .await;
    let pmid = invented()[0].pmid.clone();
    let fetch = json!({ "pmids": [pmid] });
    let request = post("/api/v1/tools/pubmed/fetch", &json!({ "arguments": fetch }));
    calls.call(admin, "POST /api/v1/tools/{plugin}/{tool}", request).await;
    // No bundled tool proposes changes, so the proposal is put there.
    sqlx::query(
        "INSERT INTO plugin_proposals (id, user_id, plugin_id, digest, tool, arguments, plan, idempotency_key, created_at, \
         expires_at) SELECT 'p1', id, 'pubmed', $1, 'fetch', $2, $3, 'k', 0, $4 FROM users WHERE name = 'admin'",
    )
    .bind(digest)
    .bind(fetch.to_string())
    .bind(json!({ "changes": [{ "summary": CANARY, "target": CANARY }], "state": "" }).to_string())
    .bind(i64::MAX)
    .execute(&calls.test.app.db)
    .await
    .unwrap();
    let confirm = post("/api/v1/proposals/p1/confirm", &json!({ "accepted": [0] }));
    calls.call(admin, "POST /api/v1/proposals/{id}/confirm", confirm).await;
    connect(admin, "cdc-guidelines", "mirror", origin).await;
    let look = bare("POST", "/api/v1/admin/guidelines/cdc-guidelines/look");
    calls
        .call(admin, "POST /api/v1/admin/guidelines/{plugin}/look", look)
        .await;
}

async fn installation(calls: &mut Calls<'_>, admin: &Browser<'_>) {
    let roles = json!({ "groups": [{ "group": "doctors", "role": "medical_staff" }] });
    let request = with_body("PUT", "/api/v1/admin/roles", &roles);
    calls.call(admin, "PUT /api/v1/admin/roles", request).await;
    let shown: api_types::NextcloudAdmin = admin.get("/api/v1/admin/nextcloud").await;
    let mut rules = shown.rules;
    rules.exclude_folders.push(format!("/{CANARY}"));
    let request = with_body("PUT", "/api/v1/admin/indexing", &rules);
    calls.call(admin, "PUT /api/v1/admin/indexing", request).await;
    let declared = with_body("PUT", "/api/v1/admin/address-rules", &json!({ "declared": "unknown" }));
    calls.call(admin, "PUT /api/v1/admin/address-rules", declared).await;
    let look = bare("POST", "/api/v1/nextcloud/look");
    calls.call(admin, "POST /api/v1/nextcloud/look", look).await;
}

/// No row holds what people entered.
async fn holds_no_text(test: &TestApp) {
    let query = sqlx::query_as("SELECT action FROM audit WHERE actor || resource_id || outcome || detail LIKE $1");
    let found: Vec<(String,)> = query.bind(format!("%{CANARY}%")).fetch_all(&test.app.db).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
    let resources: Vec<(String, String)> = sqlx::query_as("SELECT action, resource_id FROM audit")
        .fetch_all(&test.app.db)
        .await
        .unwrap();
    for (action, resource) in resources {
        assert!(!resource.contains(char::is_whitespace), "{action} names {resource:?}");
    }
}

#[tokio::test]
async fn each_operation_leaves_exactly_what_the_table_says() {
    let table = table();
    let pubmed = PubMedDouble::patient(invented()).await.unwrap();
    let origin = pubmed.origin();
    let test = TestApp::start_with(|config| {
        config.plugin_private_origins = vec![origin.clone()];
        config.model = Some(ModelSettings {
            base_url: url::Url::parse("http://127.0.0.1:9/v1").unwrap(),
            name: "test-model".to_owned(),
            api_key: None,
            is_local: true,
        });
    })
    .await;
    let mut calls = Calls {
        test: &test,
        table: &table,
        called: BTreeSet::new(),
    };
    let admin = test.sign_in("admin").await;
    let anna = test.sign_in("anna").await;
    let stranger = test.browser(Vec::new());
    let token = test.link("bea").await;
    let sign_in = post("/api/v1/session", &json!({ "token": token }));
    calls.call(&stranger, "POST /api/v1/session", sign_in).await;
    conversations(&mut calls, &anna).await;
    documents(&mut calls, &anna).await;
    voice(&mut calls, &anna).await;
    indexing(&mut calls, &admin, &anna).await;
    // Packages are built by `cargo xtask wasm`; their operations need them.
    let packed = bundled("physiology").is_some() && bundled("pubmed").is_some();
    if packed {
        packages(&mut calls, &admin).await;
        connected(&mut calls, &admin, &origin).await;
    }
    administration(&mut calls, &admin).await;
    signing_in(&mut calls, &admin).await;
    calls
        .call(&anna, "DELETE /api/v1/session", bare("DELETE", "/api/v1/session"))
        .await;
    holds_no_text(&test).await;
    let called = calls.called;

    let cloud = Cloud::start().await;
    let mut calls = Calls {
        test: &cloud.test,
        table: &table,
        called,
    };
    installation(&mut calls, &cloud.user("admin")).await;
    holds_no_text(&cloud.test).await;

    let plugins = |operation: &str| {
        [
            "plugins",
            "publishers",
            "guidelines",
            "tools",
            "proposals",
            "calculators",
        ]
        .iter()
        .any(|part| operation.contains(part))
    };
    let recorded = table.iter().filter(|(_, expected)| expected.exempt.is_none());
    let never: Vec<_> = recorded
        .map(|(operation, _)| operation)
        .filter(|operation| !calls.called.contains(*operation) && (packed || !plugins(operation)))
        .collect();
    assert!(never.is_empty(), "never called: {never:?}");
}

#[tokio::test]
async fn without_the_trail_grants_installs_and_exports_are_refused_within_a_second_and_change_nothing() {
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let packed = bundled("physiology").is_some() && bundled("pubmed").is_some();
    let digest = match packed {
        true => shown(&admin, "pubmed").await.digest,
        false => String::new(),
    };
    let before = state(&test).await;
    let refusing = if testkit::is_postgres() {
        (
            "ALTER TABLE audit ADD CONSTRAINT broken CHECK (sequence < 0) NOT VALID",
            "ALTER TABLE audit DROP CONSTRAINT broken",
        )
    } else {
        (
            "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END",
            "DROP TRIGGER broken",
        )
    };
    let breaking = [
        refusing,
        ("ALTER TABLE audit RENAME TO gone", "ALTER TABLE gone RENAME TO audit"),
    ];
    for (broken, mended) in breaking {
        sqlx::query(broken).execute(&test.app.db).await.unwrap();
        refused(&admin, packed, &digest).await;
        sqlx::query(mended).execute(&test.app.db).await.unwrap();
        assert_eq!(state(&test).await, before, "{broken}");
    }
    // Another program holds the database.
    let held = voiceassist::db::begin(&test.app.db).await.unwrap();
    let plugins = &test.app.plugins;
    let started = std::time::Instant::now();
    let event = Event::new("admin", "context.revealed", "context", "c1").outcome(INTENT);
    assert!(Unavailable::is(&test.app.audit.before(&event).await.unwrap_err()));
    assert!(started.elapsed().as_millis() < 1_000);
    let started = std::time::Instant::now();
    assert!(plugins.install(Vec::new(), "admin", Origin::Person).await.is_err());
    assert!(started.elapsed().as_millis() < 1_000);
    let started = std::time::Instant::now();
    assert!(plugins.grant("pubmed", &grant(&digest), "admin").await.is_err());
    assert!(started.elapsed().as_millis() < 1_000);
    drop(held);
    assert_eq!(state(&test).await, before);
}

fn grant(digest: &str) -> GrantPlugin {
    GrantPlugin {
        digest: digest.to_owned(),
        http: vec!["config:mirror".to_owned()],
        credentials: Vec::new(),
        files: Vec::new(),
    }
}

/// What the refused operations would have changed.
async fn state(test: &TestApp) -> (i64, i64, Vec<String>) {
    let db = &test.app.db;
    let counts = "SELECT (SELECT COUNT(*) FROM audit), (SELECT COUNT(*) FROM plugin_packages)";
    let (entries, packages) = sqlx::query_as(counts).fetch_one(db).await.unwrap();
    let granted = sqlx::query_scalar("SELECT granted FROM plugins ORDER BY id");
    (entries, packages, granted.fetch_all(db).await.unwrap())
}

async fn refused(admin: &Browser<'_>, packed: bool, digest: &str) {
    let mut requests = vec![("export", bare("GET", "/api/v1/admin/audit/export?format=json"))];
    if packed {
        let consent = with_body("PUT", &format!("{PLUGINS}/pubmed/grants"), &grant(digest));
        requests.push(("grant", consent));
        let package = repacked(&bundled("physiology").unwrap(), "vitals", str::to_owned);
        requests.push(("install", package_form(&package)));
    }
    for (name, request) in requests {
        let started = std::time::Instant::now();
        let response = admin.send(request).await;
        let took = started.elapsed();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{name}");
        assert!(took.as_millis() < 1_000, "{name} took {took:?}");
        let problem: api_types::ProblemBody = body(response).await;
        assert!(problem.detail.unwrap().contains("audit trail"), "{name}");
    }
}
