//! Plugins as IT meets them: signed packages, consent, upgrades, the switch; and as a person who uses their tools.

use api_types::{
    AdminPlugin, AdminPlugins, Calculation, GrantPlugin, PinPublisher, PluginInstalled, PluginLog, PluginState,
    ProblemBody, SetPluginSetting, SwitchPlugin,
};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use plugin_package::{Package, Parts, Sealed, Signer, pack};
use serde_json::json;

use crate::support::{Browser, TestApp, bare, json as body, post, upload_form, with_body};

const ADMIN: &str = "/api/v1/admin/plugins";

/// A package that came with the program; `None`, with a notice, where none was built.
pub fn bundled(name: &str) -> Option<Package> {
    let file = std::env::home_dir()?.join(format!(".cache/voiceassist/plugins/{name}.vaplugin"));
    let Ok(bytes) = std::fs::read(&file) else {
        eprintln!("skipped: there is no {}", file.display());
        return None;
    };
    Some(Sealed::read(&bytes).unwrap().unjudged().clone())
}

pub fn signer() -> Signer {
    Signer::new("ward-software", &[7; 32]).unwrap()
}

/// The package under another id and with another manifest, signed by somebody this server does not know yet.
pub fn repacked(package: &Package, id: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let old = format!("id = \"{}\"", package.manifest.id);
    let manifest = change(&package.manifest_text.replacen(&old, &format!("id = \"{id}\""), 1));
    let parts = Parts {
        manifest: &manifest,
        component: &package.component,
        vectors: "{}",
        licence: &package.licence,
    };
    pack(parts, &signer()).unwrap()
}

pub fn package_form(package: &[u8]) -> Request<Body> {
    let mut form = upload_form("a.vaplugin", package);
    *form.uri_mut() = ADMIN.parse().unwrap();
    form
}

pub async fn install(browser: &Browser<'_>, package: &[u8]) -> Result<PluginInstalled, ProblemBody> {
    let response = browser.send(package_form(package)).await;
    if response.status() == StatusCode::OK {
        Ok(body(response).await)
    } else {
        Err(body(response).await)
    }
}

pub async fn pin(browser: &Browser<'_>) {
    let publisher = signer().publisher().clone();
    let request = PinPublisher {
        name: publisher.name,
        key: hex::encode(publisher.key),
    };
    let response = browser.send(post("/api/v1/admin/publishers", &request)).await;
    assert_eq!(response.status(), StatusCode::OK);
}

pub async fn shown(browser: &Browser<'_>, id: &str) -> AdminPlugin {
    let all: AdminPlugins = browser.get(ADMIN).await;
    all.plugins.into_iter().find(|plugin| plugin.id == id).unwrap()
}

pub async fn put(browser: &Browser<'_>, path: &str, request: &impl serde::Serialize) -> StatusCode {
    browser.send(with_body("PUT", path, request)).await.status()
}

async fn map(browser: &Browser<'_>, calculator: &str) -> axum::http::Response<Body> {
    let arguments = json!({ "arguments": { "systolic-bp": 120, "diastolic-bp": 60 } });
    browser
        .send(post(&format!("/api/v1/calculators/{calculator}"), &arguments))
        .await
}

/// The bundled calculators are switched off, so that a copy under another id may have the same names.
async fn without_physiology(browser: &Browser<'_>) {
    let off = SwitchPlugin {
        enabled: false,
        part: None,
    };
    assert_eq!(
        put(browser, &format!("{ADMIN}/physiology"), &off).await,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn a_package_of_an_unknown_publisher_is_refused_until_it_is_pinned() {
    let Some(package) = bundled("physiology") else { return };
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    without_physiology(&admin).await;
    let copy = repacked(&package, "vitals", str::to_owned);
    let refusal = install(&admin, &copy).await.unwrap_err();
    let detail = refusal.detail.unwrap();
    assert!(
        detail.contains("ward-software") && detail.contains("fingerprint"),
        "{detail}"
    );
    pin(&admin).await;
    let mut changed = copy.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    install(&admin, &changed).await.unwrap_err();
    let installed = install(&admin, &copy).await.unwrap();
    assert_eq!((installed.active, installed.widening.len()), (true, 0));
    let plugin = shown(&admin, "vitals").await;
    assert_eq!(
        (plugin.state, plugin.publisher.as_str()),
        (PluginState::Running, "ward-software")
    );
    assert!(
        plugin.consent[0].contains("cannot reach the network"),
        "{:?}",
        plugin.consent
    );
    let result: Calculation = body(map(&admin, "mean-arterial-pressure").await).await;
    assert_eq!(
        (result.plugin.as_str(), result.findings[0].value.as_str()),
        ("vitals", "80 mmHg")
    );
}

#[tokio::test]
async fn an_upgrade_runs_at_once_and_one_step_back_restores_the_version_before() {
    let Some(package) = bundled("physiology") else { return };
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    without_physiology(&admin).await;
    pin(&admin).await;
    let version = format!("version = \"{}\"", package.manifest.version);
    let at = |number: &str| {
        repacked(&package, "vitals", |text| {
            text.replacen(&version, &format!("version = \"{number}\""), 1)
        })
    };
    install(&admin, &at("1.0.0")).await.unwrap();
    install(&admin, &at("1.1.0")).await.unwrap();
    let result: Calculation = body(map(&admin, "mean-arterial-pressure").await).await;
    assert_eq!(result.plugin_version, "1.1.0");
    assert_eq!(shown(&admin, "vitals").await.previous.as_deref(), Some("1.0.0"));
    let older = install(&admin, &at("1.0.5")).await.unwrap_err().detail.unwrap();
    assert!(older.contains("older"), "{older}");
    let back = bare("POST", &format!("{ADMIN}/vitals/rollback"));
    assert_eq!(admin.send(back).await.status(), StatusCode::NO_CONTENT);
    let result: Calculation = body(map(&admin, "mean-arterial-pressure").await).await;
    assert_eq!(result.plugin_version, "1.0.0");
}

#[tokio::test]
async fn the_switch_stops_a_plugin_and_one_of_its_calculators() {
    if bundled("physiology").is_none() {
        return;
    }
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let switch = |enabled, part: Option<&str>| SwitchPlugin {
        enabled,
        part: part.map(str::to_owned),
    };
    let path = format!("{ADMIN}/physiology");
    let one = switch(false, Some("mean-arterial-pressure"));
    assert_eq!(put(&admin, &path, &one).await, StatusCode::NO_CONTENT);
    assert_eq!(
        map(&admin, "mean-arterial-pressure").await.status(),
        StatusCode::NOT_FOUND
    );
    let parts = shown(&admin, "physiology").await.parts;
    assert!(
        parts
            .iter()
            .any(|part| part.id == "mean-arterial-pressure" && !part.enabled)
    );
    assert!(parts.iter().any(|part| part.enabled));
    let none = switch(false, Some("no-such-part"));
    assert_eq!(put(&admin, &path, &none).await, StatusCode::NOT_FOUND);
    put(&admin, &path, &switch(true, Some("mean-arterial-pressure"))).await;
    assert_eq!(map(&admin, "mean-arterial-pressure").await.status(), StatusCode::OK);
    put(&admin, &path, &switch(false, None)).await;
    assert_eq!(
        map(&admin, "mean-arterial-pressure").await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(shown(&admin, "physiology").await.state, PluginState::Off);
}

#[tokio::test]
async fn what_reaches_outside_waits_for_consent_and_loses_it_again() {
    let Some(package) = bundled("pubmed") else { return };
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let waiting = shown(&admin, "pubmed").await;
    assert_eq!(waiting.state, PluginState::Waiting);
    assert!(
        waiting
            .consent
            .iter()
            .any(|line| line.contains("eutils.ncbi.nlm.nih.gov")),
        "{:?}",
        waiting.consent
    );
    assert!(waiting.grants.iter().all(|grant| !grant.granted));
    let wrong = GrantPlugin {
        digest: "0".repeat(64),
        http: Vec::new(),
        credentials: Vec::new(),
        files: Vec::new(),
    };
    let path = format!("{ADMIN}/pubmed/grants");
    assert_eq!(put(&admin, &path, &wrong).await, StatusCode::CONFLICT);
    let all = GrantPlugin {
        digest: package.digest.clone(),
        http: vec!["https://eutils.ncbi.nlm.nih.gov".to_owned()],
        credentials: vec!["ncbi-key".to_owned()],
        files: Vec::new(),
    };
    assert_eq!(put(&admin, &path, &all).await, StatusCode::NO_CONTENT);
    let running = shown(&admin, "pubmed").await;
    assert_eq!(running.state, PluginState::Running);
    let granted = |name: &str| running.grants.iter().find(|grant| grant.name == name).unwrap().granted;
    assert!(granted("https://eutils.ncbi.nlm.nih.gov") && granted("ncbi-key") && !granted("literature"));
    let secret = json!({ "secret": "k-123" });
    let secrets = format!("{ADMIN}/pubmed/credentials/ncbi-key");
    assert_eq!(put(&admin, &secrets, &secret).await, StatusCode::NO_CONTENT);
    assert!(
        shown(&admin, "pubmed")
            .await
            .grants
            .iter()
            .any(|grant| grant.set == Some(true))
    );
    // Revoked again: the next request is refused by the gate and stands in the log.
    let none = GrantPlugin {
        http: Vec::new(),
        credentials: Vec::new(),
        ..all
    };
    put(&admin, &path, &none).await;
    let ask = json!({ "arguments": { "query": "sglt2 inhibitors heart failure" } });
    let response = admin.send(post("/api/v1/tools/pubmed/search", &ask)).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    // Rows are written by a task of their own.
    let mut seen = None;
    for _ in 0..100 {
        let log: PluginLog = admin.get(&format!("{ADMIN}/pubmed/calls")).await;
        seen = log.calls.into_iter().find(|call| call.part == "search");
        if seen.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(seen.map(|call| call.outcome).as_deref(), Some("denied"));
}

#[tokio::test]
async fn a_wider_upgrade_waits_and_the_narrower_version_goes_on() {
    let Some(package) = bundled("pubmed") else { return };
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    pin(&admin).await;
    let version = format!("version = \"{}\"", package.manifest.version);
    let first = repacked(&package, "papers", |text| {
        text.replacen(&version, "version = \"1.0.0\"", 1)
    });
    let wider = repacked(&package, "papers", |text| {
        let more = "\n[[http]]\norigin = \"https://elsewhere.example\"\n";
        text.replacen(&version, "version = \"1.1.0\"", 1) + more
    });
    assert!(!install(&admin, &first).await.unwrap().active);
    let digest = shown(&admin, "papers").await.digest;
    let grant = GrantPlugin {
        digest,
        http: vec!["https://eutils.ncbi.nlm.nih.gov".to_owned()],
        credentials: vec!["ncbi-key".to_owned()],
        files: vec!["literature".to_owned()],
    };
    put(&admin, &format!("{ADMIN}/papers/grants"), &grant).await;
    let installed = install(&admin, &wider).await.unwrap();
    assert!(!installed.active);
    assert!(
        installed.widening.iter().any(|line| line.contains("elsewhere.example")),
        "{installed:?}"
    );
    let plugin = shown(&admin, "papers").await;
    assert_eq!((plugin.version.as_str(), plugin.state), ("1.0.0", PluginState::Running));
    assert_eq!(plugin.upgrade.unwrap().version, "1.1.0");
}

#[tokio::test]
async fn only_admins_see_and_change_plugins() {
    let test = TestApp::start().await;
    test.sign_in("admin").await;
    let someone = test.sign_in("bea").await;
    let (switch, setting) = (
        SwitchPlugin {
            enabled: false,
            part: None,
        },
        SetPluginSetting { value: String::new() },
    );
    let requests = [
        bare("GET", ADMIN),
        bare("GET", &format!("{ADMIN}/pubmed/calls")),
        with_body("PUT", &format!("{ADMIN}/pubmed"), &switch),
        with_body("PUT", &format!("{ADMIN}/pubmed/settings/email"), &setting),
        with_body(
            "PUT",
            &format!("{ADMIN}/pubmed/credentials/ncbi-key"),
            &json!({ "secret": "x" }),
        ),
        bare("POST", &format!("{ADMIN}/pubmed/rollback")),
        bare("DELETE", &format!("{ADMIN}/pubmed")),
        bare("GET", "/api/v1/admin/guidelines"),
        bare("POST", "/api/v1/admin/guidelines/cdc-guidelines/look"),
        post("/api/v1/admin/publishers", &json!({ "name": "a", "key": "b" })),
    ];
    for request in requests {
        let path = request.uri().clone();
        assert_eq!(someone.send(request).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(install(&someone, b"x").await.unwrap_err().status, 403);
}

#[tokio::test]
async fn the_key_of_the_program_is_not_pinned_under_another_name() {
    let Some(_) = bundled("pubmed") else { return };
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let overview: AdminPlugins = admin.get(ADMIN).await;
    let own = overview.publishers.into_iter().find(|one| one.bundled).unwrap();
    let request = PinPublisher {
        name: "somebody".to_owned(),
        key: own.key,
    };
    let response = admin.send(post("/api/v1/admin/publishers", &request)).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_tells_of_a_patient_never_reaches_a_tool_that_may_not_see_it() {
    let Some(package) = bundled("pubmed") else { return };
    let test = TestApp::start().await;
    let admin = test.sign_in("admin").await;
    let grant = GrantPlugin {
        digest: package.digest,
        http: vec!["https://eutils.ncbi.nlm.nih.gov".to_owned()],
        credentials: Vec::new(),
        files: Vec::new(),
    };
    put(&admin, &format!("{ADMIN}/pubmed/grants"), &grant).await;
    let ask = json!({ "arguments": { "query": "john smith, DOB: 01/15/1990, MRN: 12345678, sglt2" } });
    let response = admin.send(post("/api/v1/tools/pubmed/search", &ask)).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let problem: ProblemBody = body(response).await;
    assert!(problem.detail.unwrap().contains("may not see that"));
    assert!(test.app.egress.recent(10).await.unwrap().is_empty());
}
