//! The shipped connected plugins for real: component, sandbox, the host's side and the double of the service.

mod outside;

use std::sync::Arc;
use std::time::Duration;

use sandbox::{
    CallError, ChatEvent, ChatRequest, Content, ErrorKind, Finish, Grants, Message, Outside, Part, PluginError,
    Purpose, Role, SourceBody, ToolCall, ToolResult, World,
};
use serde_json::{Value, json};
use testkit::pubmed::{Failure, invented};
use testkit::{Generation, GuidelineSite, OpenAiDouble, PubMedDouble, Reply, TeiDouble, TgiDouble, Trouble, tokens};

use outside::{Gate, granted, plugin};

const NCBI: &str = "https://eutils.ncbi.nlm.nih.gov";
const CDC: &str = "https://www.cdc.gov";
const WHO: &str = "https://www.who.int";

fn call(tool: &str, arguments: &Value) -> ToolCall {
    ToolCall {
        tool: tool.to_owned(),
        arguments: arguments.to_string(),
        language: "en".into(),
        idempotency_key: "1".into(),
    }
}

fn structured(result: &ToolResult) -> Value {
    serde_json::from_str(result.structured.as_deref().unwrap()).unwrap()
}

fn refusal<T>(answer: Result<T, CallError>) -> PluginError {
    match answer {
        Err(CallError::Plugin(error)) => error,
        Err(error) => unreachable!("{error}"),
        Ok(_) => unreachable!("an answer"),
    }
}

#[tokio::test]
async fn pubmed_is_searched_and_read_with_its_retractions() {
    let Some(pubmed) = plugin("pubmed", &granted()).await else {
        return;
    };
    assert_eq!(pubmed.world(), World::Integration);
    let double = PubMedDouble::start(invented(), &["good"]).await.unwrap();
    let gate = Gate::new(vec![(NCBI, double.origin())], &[("email", "it@hospital.example")])
        .with_key("good")
        .shared();
    let names: Vec<_> = pubmed
        .tools("en")
        .await
        .unwrap()
        .into_iter()
        .map(|tool| tool.name)
        .collect();
    assert_eq!(names, ["search", "fetch", "cite", "save-citation"]);

    let found = pubmed.invoke(
        gate.clone(),
        call("search", &json!({ "query": "imaginary nephritis", "limit": 3 })),
        None,
    );
    let found = structured(&found.await.unwrap());
    assert_eq!(
        (found["count"].as_u64(), found["results"].as_array().map(Vec::len)),
        (Some(4), Some(3))
    );
    assert_eq!(found["results"][2]["retracted"], json!(true));

    let read = pubmed
        .invoke(
            gate.clone(),
            call("fetch", &json!({ "pmids": ["99100003", "99100001"] })),
            None,
        )
        .await
        .unwrap();
    let Content::Text(first) = &read.content[0] else {
        unreachable!("a text")
    };
    assert!(first.starts_with("> **RETRACTED"), "{first}");
    assert_eq!(
        structured(&read)["articles"][1]["abstract"][1]["text"],
        "We gave zaltrovin to 10⁹ cells."
    );

    let lookups = double.lookups();
    assert!(
        lookups
            .iter()
            .all(|lookup| lookup.fields["tool"] == "voiceassist" && lookup.fields["email"] == "it@hospital.example")
    );
    assert!(
        lookups.iter().all(|lookup| lookup.fields["api_key"] == "good"),
        "added by the host, not by the plugin"
    );
}

#[tokio::test]
async fn pubmed_waits_when_it_is_told_to() {
    let Some(pubmed) = plugin("pubmed", &granted()).await else {
        return;
    };
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let gate = Gate::new(vec![(NCBI, double.origin())], &[]).shared();
    let fetch = async || {
        pubmed
            .invoke(gate.clone(), call("fetch", &json!({ "pmids": ["99100001"] })), None)
            .await
    };
    double.fail(Failure::TooManyRequests {
        retry_after: Some(3_600),
    });
    let error = refusal(fetch().await);
    assert_eq!(
        (error.kind, error.retry_after_ms),
        (ErrorKind::RateLimited, Some(3_600_000))
    );
    assert_eq!(refusal(fetch().await).kind, ErrorKind::RateLimited);
    assert_eq!(double.lookups().len(), 1, "the second call did not even ask");
}

#[tokio::test]
async fn pubmed_names_each_failure() {
    let Some(pubmed) = plugin("pubmed", &granted()).await else {
        return;
    };
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let gate = Gate::new(vec![(NCBI, double.origin())], &[]).shared();
    let fetch = async |id: &str| {
        refusal(
            pubmed
                .invoke(gate.clone(), call("fetch", &json!({ "pmids": [id] })), None)
                .await,
        )
        .kind
    };
    double.fail(Failure::Cut(200));
    assert_eq!(fetch("99100001").await, ErrorKind::Unavailable);
    double.fail(Failure::Backend("Search Backend failed".into()));
    assert_eq!(fetch("99100001").await, ErrorKind::Unavailable);
    assert_eq!(fetch("5").await, ErrorKind::NotFound);
    drop(double);
    assert_eq!(fetch("99100001").await, ErrorKind::Unavailable);
}

#[tokio::test]
async fn citation_is_saved_as_it_was_shown_and_never_over_anothers_work() {
    let Some(pubmed) = plugin("pubmed", &granted()).await else {
        return;
    };
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let gate = Gate::new(vec![(NCBI, double.origin())], &[]).shared();
    gate.put_file("refs.bib", b"@misc{own,\n}\n");
    let asked = call("save-citation", &json!({ "pmids": ["99100001"], "file": "refs.bib" }));
    let plan = pubmed.prepare(gate.clone(), asked.clone()).await.unwrap();
    assert_eq!(plan.changes[0].summary, "Adds 1 citation to refs.bib.");
    assert_eq!(
        gate.file("refs.bib").as_deref(),
        Some("@misc{own,\n}\n"),
        "prepare writes nothing"
    );
    pubmed
        .invoke(gate.clone(), asked.clone(), Some(plan.clone()))
        .await
        .unwrap();
    let written = gate.file("refs.bib").unwrap();
    assert!(
        written.starts_with("@misc{own,\n}\n@article{muster2022pmid99100001,"),
        "{written}"
    );
    let error = refusal(pubmed.invoke(gate.clone(), asked.clone(), Some(plan)).await);
    assert_eq!(
        (error.kind, gate.file("refs.bib")),
        (ErrorKind::Conflict, Some(written))
    );
    assert_eq!(
        refusal(pubmed.invoke(gate, asked, None).await).kind,
        ErrorKind::InvalidInput
    );
}

#[tokio::test]
async fn plugin_without_grants_is_told_so_in_every_place() {
    let none = Grants::default();
    let Some(pubmed) = plugin("pubmed", &none).await else {
        return;
    };
    let double = PubMedDouble::patient(invented()).await.unwrap();
    let gate = Gate::new(vec![(NCBI, double.origin())], &[]).shared();
    let error = refusal(
        pubmed
            .invoke(gate.clone(), call("fetch", &json!({ "pmids": ["1"] })), None)
            .await,
    );
    assert_eq!(error.kind, ErrorKind::Denied);
    let save = call("save-citation", &json!({ "pmids": ["1"], "file": "a.ris" }));
    assert_eq!(refusal(pubmed.prepare(gate, save).await).kind, ErrorKind::Denied);
    assert!(double.lookups().is_empty());
}

#[tokio::test]
async fn cdc_pages_are_listed_once_fetched_once_and_followed_through_changes() {
    let Some(cdc) = plugin("cdc-guidelines", &granted()).await else {
        return;
    };
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_cdc();
    let gate = Gate::new(vec![(CDC, site.origin())], &[("contact", "it@hospital.example")]).shared();
    assert_eq!(cdc.describe(gate.clone()).await.unwrap().id, "cdc-guidelines");
    let list = async || {
        let mut entries = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = cdc.list(gate.clone(), None, cursor.as_deref(), 50).await.unwrap();
            entries.extend(page.entries);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return entries,
            }
        }
    };
    let first = list().await;
    assert_eq!(first.len(), 3);
    let wards = &first[0];
    let document = cdc.fetch(gate.clone(), &wards.id).await.unwrap();
    let SourceBody::Sections(sections) = document.body else {
        unreachable!("sections")
    };
    assert_eq!(
        (sections[0].path.as_slice(), sections[0].anchor.as_deref()),
        (["Imaginary wards".to_owned(), "Air".to_owned()].as_slice(), Some("air"))
    );
    assert_eq!(document.entry.revision, wards.revision);
    let asked = |path: &str| site.visits().iter().filter(|visit| visit.path.ends_with(path)).count();
    assert_eq!((asked("imaginary-wards/index.html"), asked("/robots.txt")), (1, 1));
    assert!(site.visits().iter().all(|visit| {
        visit
            .user_agent
            .as_deref()
            .is_some_and(|agent| agent.contains("it@hospital.example"))
    }));

    site.page(
        "/infection-control/hcp/imaginary-wards/index.html",
        "<main><h1>Imaginary wards</h1><h2>Air</h2><p>Wash it once.</p></main>",
    );
    site.withdraw("/infection-control/hcp/glass-gloves/index.html");
    let second = list().await;
    let find = |id: &str| second.iter().find(|entry| entry.id == id).unwrap();
    assert_ne!(find(&wards.id).revision, wards.revision);
    assert!(find(&first[1].id).withdrawn);
    assert_eq!(find(&first[2].id).revision, first[2].revision);
    assert!(
        site.visits()
            .iter()
            .any(|visit| visit.status == 304 && visit.if_none_match.is_some())
    );

    site.trouble(503, Some("7200"));
    let error = refusal(cdc.list(gate.clone(), None, None, 50).await);
    assert_eq!(
        (error.kind, error.retry_after_ms),
        (ErrorKind::RateLimited, Some(7_200_000))
    );
}

#[tokio::test]
async fn page_that_robots_forbid_is_never_asked_for() {
    let Some(cdc) = plugin("cdc-guidelines", &granted()).await else {
        return;
    };
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_cdc();
    site.robots("User-agent: voiceassist\nDisallow: /infection-control/\n");
    let gate = Gate::new(vec![(CDC, site.origin())], &[]).shared();
    assert_eq!(refusal(cdc.list(gate, None, None, 50).await).kind, ErrorKind::Denied);
    assert_eq!(
        site.visits()
            .iter()
            .map(|visit| visit.path.as_str())
            .collect::<Vec<_>>(),
        ["/robots.txt"]
    );
}

#[tokio::test]
async fn who_guidelines_come_as_files_or_as_pages() {
    let Some(who) = plugin("who-guidelines", &granted()).await else {
        return;
    };
    let site = GuidelineSite::start().await.unwrap();
    site.fill_as_who();
    let gate = Gate::new(vec![(WHO, site.origin())], &[]).shared();
    let page = who.list(gate.clone(), None, None, 50).await.unwrap();
    assert_eq!((page.entries.len(), page.next), (2, None));
    let mut kinds = Vec::new();
    for entry in &page.entries {
        let document = who.fetch(gate.clone(), &entry.id).await.unwrap();
        assert_eq!(document.citation.license.as_deref(), Some("CC-BY-NC-SA-3.0-IGO"));
        kinds.push((entry.id.clone(), matches!(document.body, SourceBody::Original(_))));
    }
    kinds.sort();
    assert_eq!(
        kinds,
        [("9789990000017".to_owned(), true), ("9789990000024".to_owned(), false)]
    );
}

fn question(text: &str) -> ChatRequest {
    ChatRequest {
        model: "double".into(),
        messages: vec![Message {
            role: Role::User,
            parts: vec![Part::Text(text.into())],
        }],
        tools: Vec::new(),
        temperature: None,
        max_output_tokens: Some(16),
        stop: Vec::new(),
        response_schema: None,
        extras: "{}".into(),
    }
}

async fn complete(
    adapter: &sandbox::Plugin,
    gate: Arc<dyn Outside>,
    request: ChatRequest,
) -> Result<(String, Option<Finish>), CallError> {
    let mut completion = adapter.open_chat(gate, request).await?;
    let (mut text, mut finish) = (String::new(), None);
    loop {
        let events = completion.next(2).await?;
        if events.is_empty() {
            return Ok((text, finish));
        }
        for event in events {
            match event {
                ChatEvent::Text(more) => text += &more,
                ChatEvent::Finished(how) => finish = Some(how),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn text_is_generated_over_openais_protocol() {
    let Some(adapter) = plugin("text-generation", &granted()).await else {
        return;
    };
    let double = OpenAiDouble::start(vec![
        Reply::Tokens(tokens("Oedema is swelling.")),
        Reply::Unfinished(tokens("Oedema is")),
        Reply::Error {
            status: 429,
            message: "slow down".into(),
        },
    ])
    .await
    .unwrap();
    let base = double.base_url();
    let gate = Gate::new(
        vec![("http://127.0.0.1", "http://127.0.0.1".to_owned())],
        &[("server", &base)],
    )
    .shared();
    let models = adapter.models(gate.clone()).await.unwrap();
    assert_eq!(models[0].id, "double");
    let (text, finish) = complete(&adapter, gate.clone(), question("What is oedema?"))
        .await
        .unwrap();
    assert_eq!((text.as_str(), finish), ("Oedema is swelling.", Some(Finish::Stop)));
    assert_eq!(double.calls()[0].body["messages"][0]["content"], "What is oedema?");
    let cut = refusal(complete(&adapter, gate.clone(), question("Again?")).await);
    assert_eq!(cut.code.as_deref(), Some("cut"));
    assert_eq!(
        refusal(complete(&adapter, gate, question("Again?")).await).kind,
        ErrorKind::RateLimited
    );
}

#[tokio::test]
async fn completion_that_is_dropped_ends_the_servers_stream() {
    let Some(adapter) = plugin("text-generation", &granted()).await else {
        return;
    };
    let double = OpenAiDouble::start(vec![Reply::Hang(tokens("Oedema is "))])
        .await
        .unwrap();
    let base = double.base_url();
    let gate = Gate::new(
        vec![("http://127.0.0.1", "http://127.0.0.1".to_owned())],
        &[("server", &base)],
    )
    .shared();
    let mut completion = adapter.open_chat(gate, question("What?")).await.unwrap();
    assert!(!completion.next(8).await.unwrap().is_empty());
    assert_eq!(double.open_streams(), 1);
    drop(completion);
    let closed = async {
        while double.open_streams() > 0 {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), closed).await.is_ok());
}

#[tokio::test]
async fn text_is_generated_over_text_generation_inference() {
    let Some(adapter) = plugin("text-generation", &granted()).await else {
        return;
    };
    let double = TgiDouble::start(
        "invented/biogpt",
        vec![
            Generation::Tokens(tokens("is swelling of tissue"), "length"),
            Generation::ErrorEvent(tokens("is")),
            Generation::Error(429),
        ],
    )
    .await
    .unwrap();
    let base = double.base_url();
    let gate = Gate::new(
        vec![("http://127.0.0.1", "http://127.0.0.1".to_owned())],
        &[("server", &base), ("protocol", "tgi")],
    )
    .shared();
    let models = adapter.models(gate.clone()).await.unwrap();
    assert_eq!(
        (models[0].id.as_str(), models[0].context_tokens),
        ("invented/biogpt", 1_024)
    );
    let (text, finish) = complete(&adapter, gate.clone(), question("Oedema")).await.unwrap();
    assert_eq!((text.as_str(), finish), ("is swelling of tissue", Some(Finish::Length)));
    assert_eq!(double.calls()[0].body["inputs"], "Oedema");
    let error = refusal(complete(&adapter, gate.clone(), question("Oedema")).await);
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (ErrorKind::Unavailable, Some("generation"))
    );
    assert_eq!(
        refusal(complete(&adapter, gate, question("Oedema")).await).kind,
        ErrorKind::RateLimited
    );
}

#[tokio::test]
async fn texts_are_embedded_in_batches() {
    let Some(adapter) = plugin("text-embeddings", &granted()).await else {
        return;
    };
    let double = TeiDouble::start("invented/embedder", 16, 2, 4).await.unwrap();
    let base = double.base_url();
    let settings = [("server", base.as_str()), ("truncate", "false")];
    let gate = Gate::new(vec![("http://127.0.0.1", "http://127.0.0.1".to_owned())], &settings).shared();
    let models = adapter.models(gate.clone()).await.unwrap();
    assert_eq!(
        (models[0].id.as_str(), models[0].dimensions),
        ("invented/embedder", Some(16))
    );
    let embed = async |texts: &[&str]| {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        adapter
            .embed(gate.clone(), "invented/embedder", texts, Purpose::Document)
            .await
    };
    let matrix = embed(&["kidney failure", "heart failure", "kidney failure"])
        .await
        .unwrap();
    assert_eq!((matrix.dimensions, matrix.values.len()), (16, 48));
    assert_eq!(matrix.values[..16], matrix.values[32..]);
    for row in matrix.values.chunks(16) {
        assert!((row.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-3);
    }
    let sizes: Vec<_> = double.calls()[1..]
        .iter()
        .map(|call| call.body["inputs"].as_array().map(Vec::len))
        .collect();
    assert_eq!(sizes, [Some(2), Some(1)]);
    assert_eq!(
        refusal(embed(&["one two three four five"]).await).code.as_deref(),
        Some("validation")
    );
    double.trouble(Some(Trouble::Overloaded));
    assert_eq!(refusal(embed(&["a"]).await).kind, ErrorKind::RateLimited);
}
