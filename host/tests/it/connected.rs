//! Plugins that reach outside, for real: component -> gate -> a double that speaks the service's protocol.

use std::time::Duration;

use api_types::{
    AdminPlugins, Answer, AnswerKind, Conversation, DocumentSource, DocumentStatus, GrantPlugin, Guidelines,
    ModelEndpointList, PluginState, SetPluginSetting, ToolAnswer, ToolContent,
};
use axum::http::StatusCode;
use serde_json::json;
use testkit::pubmed::invented;
use testkit::{Generation, GuidelineSite, PubMedDouble, TeiDouble, TgiDouble, Trouble};

use crate::plugins::{bundled, put, shown};
use crate::support::{Browser, TestApp, bare, json as body, post};

/// Grants a bundled plugin the address that IT enters as its setting `key`.
pub async fn connect(admin: &Browser<'_>, plugin: &str, key: &str, address: &str) {
    let settings = format!("/api/v1/admin/plugins/{plugin}/settings/{key}");
    let entered = SetPluginSetting {
        value: address.to_owned(),
    };
    assert_eq!(put(admin, &settings, &entered).await, StatusCode::NO_CONTENT);
    let grant = GrantPlugin {
        digest: shown(admin, plugin).await.digest,
        http: vec![format!("config:{key}")],
        credentials: Vec::new(),
        files: Vec::new(),
    };
    let path = format!("/api/v1/admin/plugins/{plugin}/grants");
    assert_eq!(put(admin, &path, &grant).await, StatusCode::NO_CONTENT);
    assert_eq!(shown(admin, plugin).await.state, PluginState::Running);
}

/// Looks until something is so, for a minute.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within a minute: {what}");
}

#[tokio::test]
async fn a_guideline_is_searched_and_an_answer_from_its_old_version_says_so() {
    if bundled("cdc-guidelines").is_none() {
        return;
    }
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_cdc();
    let origin = site.origin();
    let test = TestApp::start_with(|config| config.plugin_private_origins = vec![origin.clone()]).await;
    let admin = test.sign_in("admin").await;
    connect(&admin, "cdc-guidelines", "mirror", &origin).await;
    let look = || bare("POST", "/api/v1/admin/guidelines/cdc-guidelines/look");
    assert_eq!(admin.send(look()).await.status(), StatusCode::ACCEPTED);
    let someone = test.sign_in("bea").await;
    let gloves = until("the guideline is read", async || {
        let documents = someone.documents().await;
        documents
            .into_iter()
            .find(|one| one.title.contains("Glass gloves") && one.status == DocumentStatus::Ready)
    })
    .await;
    assert_eq!(gloves.source, DocumentSource::Guideline);
    let conversation = someone.conversation().await;
    let answer: Answer = someone.ask(&conversation, "Should I wear gloves of glass?").await;
    assert_eq!(answer.kind, AnswerKind::Answered);
    assert_eq!(answer.citations[0].document_id, gloves.id);
    assert!(answer.citations[0].superseded.is_none());
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");
    assert!(site.visits().iter().any(|visit| visit.path == "/robots.txt"));

    let changed = "<!DOCTYPE html><html lang=\"en-us\"><head><title>Glass gloves | Infection Control | CDC</title>\
        <meta property=\"og:title\" content=\"Glass gloves\"><meta property=\"cdc:last_updated\" content=\"May 2, 2025\">\
        </head><body><main><h1>Glass gloves</h1><h2>Use</h2><p>Gloves of glass may be worn on Sundays.</p></main></body></html>";
    site.page("/infection-control/hcp/glass-gloves/index.html", changed);
    admin.send(look()).await;
    let change = until("the change is found", async || {
        let all: Guidelines = admin.get("/api/v1/admin/guidelines").await;
        all.changes.into_iter().next()
    })
    .await;
    assert_eq!(
        (change.kind.as_str(), change.document.as_deref()),
        ("changed", Some(gloves.id.as_str()))
    );
    assert!(
        change.diff.contains("-Never wear gloves of glass.") && change.diff.contains("+Gloves of glass may be worn")
    );
    let later: Conversation = someone.get(&format!("/api/v1/conversations/{conversation}")).await;
    let old = later.messages[0].answer.as_ref().unwrap();
    assert!(!old.citations[0].superseded.unwrap().quote_kept);
}

#[tokio::test]
async fn a_text_generation_server_answers_through_its_adapter_once_it_is_switched_on() {
    if bundled("text-generation").is_none() {
        return;
    }
    let said = "Wear eye protection during intubation [1]."
        .split_inclusive(' ')
        .map(str::to_owned)
        .collect();
    let server = TgiDouble::start("microsoft/biogpt", vec![Generation::Tokens(said, "eos_token")])
        .await
        .unwrap();
    let origin = server.base_url();
    let test = TestApp::start_with(|config| {
        config.plugin_private_origins = vec![origin.clone()];
        config.enable_biogpt_adapter = true;
    })
    .await;
    let admin = test.sign_in("admin").await;
    connect(&admin, "text-generation", "server", &origin).await;
    let protocol = SetPluginSetting {
        value: "tgi".to_owned(),
    };
    put(
        &admin,
        "/api/v1/admin/plugins/text-generation/settings/protocol",
        &protocol,
    )
    .await;
    admin
        .add("airway.md", b"# Airway\n\nWear eye protection during intubation.\n")
        .await;
    let ask = async |text: &str| {
        let conversation = admin.conversation().await;
        admin.ask(&conversation, text).await
    };
    let off = ask("What to wear during intubation?").await;
    assert_eq!(off.metadata.model, "extractive");
    let list: ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    let endpoint = list.endpoints.iter().find(|one| !one.built_in).unwrap();
    assert!(endpoint.local && !endpoint.enabled);
    let on = crate::models::on();
    put(&admin, &format!("/api/v1/admin/endpoints/{}", endpoint.id), &on).await;
    let answer = ask("What protection during intubation?").await;
    assert_eq!(answer.metadata.model, "microsoft/biogpt", "{:?}", answer.metadata);
    assert!(answer.metadata.provider.starts_with("plugin text-generation"));
    assert_eq!(answer.sentences[0].text, "Wear eye protection during intubation.");
    assert_eq!(answer.metadata.receipt.left_the_building, "nothing");
    assert!(
        answer
            .metadata
            .receipt
            .requests
            .iter()
            .any(|one| one.purpose == "plugin:text-generation")
    );
    assert!(!server.calls().is_empty());
}

#[tokio::test]
async fn pubmed_is_searched_and_read_through_the_gate() {
    if bundled("pubmed").is_none() {
        return;
    }
    let articles = invented();
    let (pmid, title) = (articles[0].pmid.clone(), articles[0].title.clone());
    let service = PubMedDouble::patient(articles).await.unwrap();
    let origin = service.origin();
    let test = TestApp::start_with(|config| config.plugin_private_origins = vec![origin.clone()]).await;
    let admin = test.sign_in("admin").await;
    connect(&admin, "pubmed", "mirror", &origin).await;
    let fetch = json!({ "arguments": { "pmids": [pmid] } });
    let response = admin.send(post("/api/v1/tools/pubmed/fetch", &fetch)).await;
    assert_eq!(response.status(), StatusCode::OK);
    let ToolAnswer::Result(outcome) = body(response).await else {
        panic!("a read tool proposed something");
    };
    let cited = outcome.content.iter().any(|content| {
        matches!(content, ToolContent::Citation { citation } if citation.title.trim_end_matches('.') == title.trim_end_matches('.'))
    });
    assert!(cited, "{:?}", outcome.content);
    assert!(!service.lookups().is_empty());
    let all: AdminPlugins = admin.get("/api/v1/admin/plugins").await;
    let plugin = all.plugins.into_iter().find(|plugin| plugin.id == "pubmed").unwrap();
    assert!(
        plugin.egress.requests >= 1 && plugin.egress.refused == 0,
        "{:?}",
        plugin.egress
    );
    assert!(
        plugin.calls.calls >= 1 && plugin.calls.errors == 0,
        "{:?}",
        plugin.calls
    );
    // The switch holds for the next request.
    let off = json!({ "enabled": false });
    put(&admin, "/api/v1/admin/plugins/pubmed", &off).await;
    let gone = admin.send(post("/api/v1/tools/pubmed/fetch", &fetch)).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn public_sources_are_searched_in_the_space_of_the_embedding_adapter_and_nothing_else_is() {
    if bundled("text-embeddings").is_none() {
        return;
    }
    let server = TeiDouble::start("NeuML/pubmedbert-base-embeddings", 768, 8, 400)
        .await
        .unwrap();
    let origin = server.base_url();
    let test = TestApp::start_with(|config| {
        config.plugin_private_origins = vec![origin.clone()];
        config.enable_pubmedbert_adapter = true;
        config.demo = true;
    })
    .await;
    let admin = test.sign_in("admin").await;
    admin
        .add("own.md", b"# Ward rota\n\nThe zebra team covers the ward on Sundays.\n")
        .await;
    let sent = || -> String { server.calls().iter().map(|call| call.body.to_string()).collect() };
    let ask = async |text: &str| {
        let conversation = admin.conversation().await;
        let answer: Answer = admin.ask(&conversation, text).await;
        answer
    };
    ask("How is sepsis treated?").await;
    assert!(sent().is_empty(), "nothing is asked before IT has agreed");

    connect(&admin, "text-embeddings", "server", &origin).await;
    let space = test.app.knowledge.public_space().unwrap();
    space.fill().await.unwrap();
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM adapter_vectors WHERE length(vector) = 4 * 768")
        .fetch_one(&test.app.db)
        .await
        .unwrap();
    assert!(count >= 20, "{count} public passages");
    assert!(!sent().contains("zebra"), "a user's file never leaves");

    let before = server.calls().len();
    let answer = ask("How is sepsis treated?").await;
    assert!(sent().contains("How is sepsis treated?"));
    assert!(server.calls().len() > before);
    let requests = &answer.metadata.receipt.requests;
    assert!(
        requests.iter().any(|one| one.purpose == "plugin:text-embeddings"),
        "{requests:?}"
    );
    let step = answer.metadata.reasoning_path.iter().find(|step| step.name == "embed");
    assert!(step.unwrap().detail.contains("pubmedbert"));

    let before = server.calls().len();
    ask("How is sepsis treated in John Smith, MRN: 12345678?").await;
    assert_eq!(server.calls().len(), before, "a question about a patient stays here");

    server.trouble(Some(Trouble::Unhealthy));
    let without = ask("How is sepsis treated in adults?").await;
    assert!(
        without
            .notices
            .iter()
            .any(|notice| notice.contains("embedding adapter"))
    );
}
