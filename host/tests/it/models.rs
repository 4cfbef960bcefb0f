//! Models behind the gate: the OpenAI-compatible endpoint against a scripted double, and who is chosen to answer.

use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api_types::{Agreement, PhiHandling, SwitchEndpoint};
use futures::TryStreamExt;
use serde_json::json;
use sqlx::Row;
use testkit::{OpenAiDouble, Reply, tokens};
use url::Url;
use voiceassist::clock::Clock;
use voiceassist::egress::{Class, Egress, Refusal, Release};
use voiceassist::models::{
    ChatModel, Chosen, ModelError, ModelRequest, ModelSettings, Models, OpenAiModel, Patience, PromptPassage,
    Selection, SwitchError, Turn,
};

use crate::egress::{Store, gate, store};

const ANSWER: &str = "Give 5 mg of bisoprolol once a day [1]. Do not give it in bradycardia [1].";

/// The change that switches an endpoint on, and nothing else.
pub fn on() -> SwitchEndpoint {
    SwitchEndpoint {
        enabled: true,
        phi_handling: None,
        agreement: None,
    }
}

fn off() -> SwitchEndpoint {
    SwitchEndpoint { enabled: false, ..on() }
}

struct Hands(AtomicI64);

impl Hands {
    fn at(now: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now)))
    }

    fn forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

fn settings(base_url: &str, is_local: bool) -> ModelSettings {
    ModelSettings {
        base_url: Url::parse(base_url).unwrap(),
        name: "test-model".into(),
        api_key: Some("sk-test-key".into()),
        is_local,
    }
}

fn question(text: &str) -> ModelRequest {
    ModelRequest {
        system: None,
        history: vec![Turn {
            question: "What is it for?".into(),
            answer: "It is for heart failure [3].".into(),
        }],
        question: text.into(),
        passages: vec![PromptPassage {
            number: 1,
            title: "Beta blockers".into(),
            text: "Give 5 mg of bisoprolol once a day, unless there is bradycardia.".into(),
            class: Class::Public,
            english: true,
        }],
        max_tokens: 64,
        class: Class::Public,
        english: true,
        answer_id: Some("answer".into()),
        release: Release::default(),
    }
}

fn quick() -> Patience {
    Patience {
        first_token: Duration::from_millis(400),
        between_tokens: Duration::from_millis(300),
        total: Duration::from_secs(3),
    }
}

struct World {
    store: Store,
    egress: Egress,
    double: OpenAiDouble,
    model: OpenAiModel,
    settings: ModelSettings,
    clock: Arc<Hands>,
}

async fn world(replies: Vec<Reply>, is_local: bool) -> World {
    let store = store().await;
    let double = OpenAiDouble::start(replies).await.unwrap();
    let settings = settings(&double.base_url(), is_local);
    let egress = gate(&store, vec![settings.allowed_origin().unwrap()]);
    let clock = Hands::at(1_000_000);
    let model = OpenAiModel::new(settings.clone(), egress.clone(), clock.clone(), quick());
    World {
        store,
        egress,
        double,
        model,
        settings,
        clock,
    }
}

impl World {
    fn models(&self) -> Models {
        let settings = Some(self.settings.clone());
        Models::new(settings, self.egress.clone(), self.store.db.clone(), self.clock.clone()).with_patience(quick())
    }
}

/// What came before the end, and the error if there was one.
async fn read(model: &dyn ChatModel, request: ModelRequest) -> (String, Option<ModelError>) {
    let mut stream = model.stream(request);
    let mut text = String::new();
    loop {
        match stream.try_next().await {
            Ok(Some(piece)) => text.push_str(&piece),
            Ok(None) => return (text, None),
            Err(error) => return (text, Some(error)),
        }
    }
}

/// Holds for the double and for every real OpenAI-compatible server.
async fn keeps_the_contract(model: &dyn ChatModel, egress: &Egress) {
    let mut stream = model.stream(question("Which dose of bisoprolol?"));
    let mut pieces = Vec::new();
    while let Some(piece) = stream.try_next().await.unwrap() {
        pieces.push(piece);
    }
    assert!(pieces.len() > 1, "not streamed: {pieces:?}");
    assert!(!pieces.concat().trim().is_empty());
    let receipt = egress.receipt("answer").await.unwrap();
    assert_eq!(receipt.requests.len(), 1);
    let row = &receipt.requests[0];
    assert_eq!((row.purpose.as_str(), row.outcome.as_str()), ("model", "sent"));
    assert!(row.bytes_out > 500 && row.bytes_in > 100, "{row:?}");
}

#[tokio::test]
async fn a_streamed_answer_passes_the_gate_and_is_counted() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    keeps_the_contract(&world.model, &world.egress).await;
    let call = world.double.calls().remove(0);
    assert_eq!(call.authorization.as_deref(), Some("Bearer sk-test-key"));
    assert_eq!(call.body["model"], json!("test-model"));
    assert_eq!(
        (&call.body["stream"], &call.body["max_tokens"]),
        (&json!(true), &json!(64))
    );
    let roles: Vec<_> = call.body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["role"].clone())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    assert!(
        !String::from_utf8_lossy(&call.raw).contains("for heart failure"),
        "a remote model sees no earlier answer"
    );
    let prompt = call.body["messages"][3]["content"].as_str().unwrap();
    assert!(prompt.starts_with("<passage number=\"1\"") && prompt.ends_with("Question: Which dose of bisoprolol?"));
    let receipt = world.egress.receipt("answer").await.unwrap();
    assert_eq!(receipt.requests[0].bytes_out, i64::try_from(call.raw.len()).unwrap());
    let origin = world.double.base_url().replace("/v1", "");
    assert_eq!(
        receipt.left_the_building,
        format!(
            "{} bytes (public) to {origin}",
            call.raw.len() + "/v1/chat/completions".len()
        )
    );
    let (text, error) = read(&world.model, question("Which dose of bisoprolol?")).await;
    assert_eq!((text.as_str(), error), (ANSWER, None));
}

/// Against llama.cpp, vLLM, Ollama or any other: set VOICEASSIST_TEST_OPENAI_URL to its address up to and with `/v1`,
/// and VOICEASSIST_TEST_OPENAI_MODEL and VOICEASSIST_TEST_OPENAI_KEY if it needs them.
#[tokio::test]
async fn a_real_server_keeps_the_contract_too() {
    let Ok(url) = std::env::var("VOICEASSIST_TEST_OPENAI_URL") else {
        eprintln!("skipped: VOICEASSIST_TEST_OPENAI_URL is not set");
        return;
    };
    let store = store().await;
    let settings = ModelSettings {
        name: std::env::var("VOICEASSIST_TEST_OPENAI_MODEL").unwrap_or_else(|_| "default".into()),
        api_key: std::env::var("VOICEASSIST_TEST_OPENAI_KEY").ok().map(Into::into),
        ..settings(&url, false)
    };
    let egress = gate(&store, vec![settings.allowed_origin().unwrap()]);
    let model = OpenAiModel::new(settings, egress.clone(), Hands::at(0), Patience::default());
    keeps_the_contract(&model, &egress).await;
}

#[tokio::test]
async fn every_failure_is_named_and_keeps_what_came_before() {
    let some = || tokens("Give 5 mg");
    let cases = [
        (
            Reply::Error {
                status: 401,
                message: "john smith".into(),
            },
            "",
            ModelError::Key,
        ),
        (
            Reply::Error {
                status: 429,
                message: "john smith".into(),
            },
            "",
            ModelError::Status(429),
        ),
        (
            Reply::Error {
                status: 500,
                message: "john smith".into(),
            },
            "",
            ModelError::Status(500),
        ),
        (Reply::Cut(some()), "Give 5 mg", ModelError::Cut),
        (Reply::Unfinished(some()), "Give 5 mg", ModelError::Cut),
        (Reply::Malformed(some()), "Give 5 mg", ModelError::Malformed),
        (Reply::ErrorEvent(some()), "Give 5 mg", ModelError::Provider),
        (Reply::Hang(vec![]), "", ModelError::Timeout("further token")),
        (Reply::Hang(some()), "Give 5 mg", ModelError::Timeout("further token")),
        (
            Reply::Redirect("http://127.0.0.1:9/".into()),
            "",
            ModelError::Refused(Refusal::TooManyRedirects(0)),
        ),
    ];
    for (reply, text, error) in cases {
        let world = world(vec![reply.clone()], false).await;
        let started = std::time::Instant::now();
        assert_eq!(
            read(&world.model, question("Which dose?")).await,
            (text.to_owned(), Some(error)),
            "{reply:?}"
        );
        assert!(started.elapsed() < Duration::from_secs(2), "{reply:?}");
        assert_eq!(world.double.calls().len(), 1, "no silent repetition: {reply:?}");
    }
}

#[tokio::test]
async fn a_slow_model_is_waited_for_within_its_limits() {
    let slow = |first, between| Reply::Slow {
        tokens: tokens("Give 5 mg"),
        first: Duration::from_millis(first),
        between: Duration::from_millis(between),
    };
    let patient = world(vec![slow(200, 100)], false).await;
    assert_eq!(
        read(&patient.model, question("Which dose?")).await,
        ("Give 5 mg".to_owned(), None)
    );
    let late = world(vec![slow(900, 0)], false).await;
    assert_eq!(
        read(&late.model, question("Which dose?")).await.1,
        Some(ModelError::Timeout("further token"))
    );
    let stalling = world(vec![slow(0, 900)], false).await;
    assert_eq!(
        read(&stalling.model, question("Which dose?")).await,
        ("Give ".to_owned(), Some(ModelError::Timeout("further token")))
    );
}

#[tokio::test]
async fn a_published_guideline_with_dates_and_places_may_go_out() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    let mut request = question("Which dose?");
    request.passages[0].text =
        "Updated 3 May 2016, Hyattsville, MD. See http://www.cdc.gov/hai for \"details\".".into();
    request.passages[0].title = "Guide of September 2016".into();
    assert_eq!(read(&world.model, request).await, (ANSWER.to_owned(), None));
    let row = world.egress.receipt("answer").await.unwrap().requests.remove(0);
    assert_eq!(row.class, "public");
}

#[tokio::test]
async fn dropping_the_answer_ends_the_request() {
    let world = world(vec![Reply::Hang(tokens("Give 5"))], false).await;
    let mut stream = world.model.stream(question("Which dose?"));
    assert_eq!(stream.try_next().await.unwrap().as_deref(), Some("Give "));
    assert_eq!(world.double.open_streams(), 1);
    drop(stream);
    tokio::time::timeout(Duration::from_secs(5), async {
        while world.double.open_streams() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    let row = world.egress.receipt("answer").await.unwrap().requests.remove(0);
    assert_eq!(row.outcome, "sent");
}

#[tokio::test]
async fn nothing_is_sent_before_the_answer_is_read() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    drop(world.model.stream(question("Which dose?")));
    assert!(world.double.calls().is_empty());
    assert!(world.egress.recent(1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_patient_never_reaches_a_remote_model() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    let typed = "Patient john smith, DOB: 01/15/1990, MRN: 12345678, eGFR 24: which SGLT2 dose?";
    let mut in_history = question("Which dose?");
    in_history.history[0].question = typed.into();
    let mut in_passage = question("Which dose?");
    in_passage.passages[0].text = typed.into();
    let mut in_title = question("Which dose?");
    in_title.passages[0].title = typed.into();
    let mut private_file = question("Which dose?");
    private_file.passages[0].class = Class::Phi;
    let mut only_a_date = question("He was born on 15 January 1990. Which dose?");
    only_a_date.history.clear();
    for request in [
        question(typed),
        in_history,
        in_passage,
        in_title,
        private_file,
        only_a_date,
    ] {
        let (text, error) = read(&world.model, request).await;
        assert!(
            text.is_empty() && matches!(error, Some(ModelError::Refused(Refusal::Phi { .. }))),
            "{error:?}"
        );
    }
    assert!(world.double.calls().is_empty());
    assert_eq!(
        world.egress.receipt("answer").await.unwrap().left_the_building,
        "nothing"
    );

    let local = self::world(vec![Reply::Tokens(tokens(ANSWER))], true).await;
    assert_eq!(read(&local.model, question(typed)).await, (ANSWER.to_owned(), None));
    assert_eq!(
        local.double.calls()[0].body["messages"][2]["content"],
        json!("It is for heart failure.")
    );
    assert_eq!(
        local.egress.receipt("answer").await.unwrap().left_the_building,
        "nothing"
    );
}

fn endpoint(selection: &Selection) -> &Arc<dyn ChatModel> {
    match &selection.chosen {
        Chosen::Endpoint(model) => model,
        Chosen::Extractive => panic!("extractive: {}", selection.reason),
    }
}

fn is_extractive(selection: &Selection) -> bool {
    matches!(selection.chosen, Chosen::Extractive) && selection.info.id == "extractive" && selection.info.local
}

#[tokio::test]
async fn an_endpoint_is_off_until_an_administrator_switches_it_on() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    let models = world.models();
    let before = models.route(Class::Public).await.unwrap();
    assert!(is_extractive(&before) && before.notice.is_none() && before.reason.contains("switched off"));
    let listed = models.endpoints().await.unwrap();
    assert_eq!(
        listed.iter().map(|one| (one.built_in, one.enabled)).collect::<Vec<_>>(),
        [(true, true), (false, false)]
    );

    let id = listed[1].id.clone();
    assert!(models.switch("extractive", &off(), "admin").await.unwrap().is_none());
    assert!(models.switch("openai-unknown", &on(), "admin").await.unwrap().is_none());
    assert!(models.switch(&id, &on(), "admin").await.unwrap().unwrap().enabled);
    let chosen = models.route(Class::Public).await.unwrap();
    assert_eq!(
        read(endpoint(&chosen).as_ref(), question("Which dose?")).await,
        (ANSWER.to_owned(), None)
    );
    assert_eq!(
        (chosen.info.id.as_str(), chosen.info.local, chosen.confidence),
        ("test-model", false, 1.0)
    );

    let elsewhere = ModelSettings {
        base_url: Url::parse("http://127.0.0.1:9/v1").unwrap(),
        ..world.settings.clone()
    };
    let moved = Models::new(
        Some(elsewhere),
        world.egress.clone(),
        world.store.db.clone(),
        world.clock.clone(),
    );
    assert!(
        is_extractive(&moved.route(Class::Public).await.unwrap()),
        "the switch is for one address only"
    );

    let screening = world.models().with_screening(|| &["MRN: 00482913"]);
    let blocked = screening.route(Class::Public).await.unwrap();
    assert!(is_extractive(&blocked) && blocked.notice.is_some_and(|notice| notice.contains("self-test")));
    let refused = screening.switch(&id, &on(), "admin").await.unwrap_err();
    assert!(matches!(refused, SwitchError::Blocked(why) if why.contains("MRN: 00482913")));
    assert!(screening.endpoints().await.unwrap()[1].blocked.is_some());

    models.switch(&id, &off(), "admin").await.unwrap();
    assert!(is_extractive(&models.route(Class::Public).await.unwrap()));
    let actions = sqlx::query("SELECT action FROM audit ORDER BY sequence")
        .fetch_all(&world.store.db)
        .await
        .unwrap();
    let actions: Vec<String> = actions.iter().map(|row| row.get("action")).collect();
    assert_eq!(actions, ["model.endpoint_on", "model.endpoint_off"]);
}

#[tokio::test]
async fn without_an_endpoint_answers_are_extractive() {
    let store = store().await;
    let models = Models::new(None, gate(&store, vec![]), store.db.clone(), Hands::at(0));
    let selection = models.route(Class::Phi).await.unwrap();
    assert!(is_extractive(&selection) && selection.notice.is_none() && selection.info.ran_at == "this server");
    assert_eq!(models.endpoints().await.unwrap().len(), 1);
}

#[tokio::test]
async fn patient_information_pushes_the_answer_to_this_server_and_says_so() {
    for (is_local, extractive) in [(false, true), (true, false)] {
        let world = world(vec![], is_local).await;
        let models = world.models();
        let id = models.endpoints().await.unwrap()[1].id.clone();
        models.switch(&id, &on(), "admin").await.unwrap();
        let selection = models.route(Class::Phi).await.unwrap();
        assert_eq!(is_extractive(&selection), extractive);
        assert_eq!(
            selection
                .notice
                .is_some_and(|notice| notice.contains("patient information")),
            extractive
        );
    }
}

const TYPED: &str = "Patient john smith, DOB: 01/15/1990, MRN: 12345678, eGFR 24: which SGLT2 dose?";

fn handled(handling: PhiHandling, agreement: Option<Agreement>) -> SwitchEndpoint {
    SwitchEndpoint {
        phi_handling: Some(handling),
        agreement,
        ..on()
    }
}

fn on_file() -> Agreement {
    Agreement {
        reference: "BAA 2026-17".into(),
        agreed_on: "2026-01-03".into(),
    }
}

/// A question with a private passage about the same patient.
fn about_a_patient() -> ModelRequest {
    let mut request = question(TYPED);
    request.class = Class::Phi;
    request.passages[0] = PromptPassage {
        number: 1,
        title: "Letter about john smith".into(),
        text: "Mr. Smith takes 10 mg of dapagliflozin.".into(),
        class: Class::Phi,
        english: true,
    };
    request
}

#[tokio::test]
async fn identifiers_are_replaced_on_the_way_out_and_come_back_in_the_answer() {
    let said = "[NAME_1] takes 10 mg [1]. Ask [NAME_7] or name_1 about it [1].";
    let world = world(vec![Reply::Tokens(tokens(said))], false).await;
    let models = world.models();
    let id = models.endpoints().await.unwrap()[1].id.clone();
    let wanted = handled(PhiHandling::RedactAndRestore, None);
    models.switch(&id, &wanted, "admin").await.unwrap();
    let selection = models.route(Class::Phi).await.unwrap();
    let (text, error) = read(endpoint(&selection).as_ref(), about_a_patient()).await;
    assert_eq!(error, None);
    assert!(text.starts_with("john smith takes 10 mg [1]. Ask "), "{text}");
    assert!(!text.contains("NAME") && !text.contains("name_1"), "{text}");
    assert_eq!(text.matches(phi::LOST).count(), 2);
    let sent = String::from_utf8(world.double.calls()[0].raw.to_vec()).unwrap();
    for identifier in ["smith", "Smith", "1990", "12345678"] {
        assert!(!sent.contains(identifier), "{identifier}: {sent}");
    }
    assert!(sent.contains("[NAME_1]") && sent.contains("eGFR 24"), "{sent}");
    let receipt = world.egress.receipt("answer").await.unwrap();
    let row = &receipt.requests[0];
    assert_eq!((row.class.as_str(), row.outcome.as_str()), ("internal", "sent"));
    assert!(row.replaced >= 3, "{row:?}");
    assert!(
        receipt.left_the_building.contains("identifiers replaced"),
        "{receipt:?}"
    );
}

#[tokio::test]
async fn what_the_rules_cannot_read_is_not_sent_with_placeholders_either() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    let models = world.models();
    let id = models.endpoints().await.unwrap()[1].id.clone();
    let wanted = handled(PhiHandling::RedactAndRestore, None);
    models.switch(&id, &wanted, "admin").await.unwrap();
    let selection = models.route(Class::Phi).await.unwrap();
    let mut german = about_a_patient();
    german.passages[0].text = "Der Patient wurde nicht mit dem Auto gebracht und ist bei seiner Frau.".into();
    let mut damaged = about_a_patient();
    damaged.question = "The patient\u{fffd}s dose?".into();
    for request in [german, damaged] {
        let (text, error) = read(endpoint(&selection).as_ref(), request).await;
        assert!(
            text.is_empty() && matches!(error, Some(ModelError::Refused(Refusal::Phi { .. }))),
            "{error:?}"
        );
    }
    assert!(world.double.calls().is_empty());
}

#[tokio::test]
async fn patient_information_goes_out_under_an_agreement_that_the_receipt_names() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    let models = world.models();
    let id = models.endpoints().await.unwrap()[1].id.clone();
    let unnamed = Agreement {
        reference: "  ".into(),
        ..on_file()
    };
    let dayless = Agreement {
        agreed_on: "2026-02-30".into(),
        ..on_file()
    };
    let personal = Agreement {
        reference: "In the file of Margaret Ellsworth, MRN: 00482913".into(),
        ..on_file()
    };
    for agreement in [None, Some(unnamed), Some(dayless), Some(personal)] {
        let refused = models
            .switch(&id, &handled(PhiHandling::PhiAllowed, agreement), "admin")
            .await;
        assert!(matches!(refused, Err(SwitchError::NoAgreement)));
    }
    assert!(!models.endpoints().await.unwrap()[1].enabled, "nothing was changed");
    let wanted = handled(PhiHandling::PhiAllowed, Some(on_file()));
    models.switch(&id, &wanted, "admin").await.unwrap();
    let selection = models.route(Class::Phi).await.unwrap();
    let (text, error) = read(endpoint(&selection).as_ref(), about_a_patient()).await;
    assert_eq!((text.as_str(), error), (ANSWER, None));
    let receipt = world.egress.receipt("answer").await.unwrap();
    assert_eq!(receipt.requests[0].class, "phi");
    assert_eq!(
        receipt.requests[0].agreement.as_deref(),
        Some("BAA 2026-17 of 2026-01-03")
    );
    assert!(receipt.left_the_building.contains("BAA 2026-17"), "{receipt:?}");

    // Live on the next request, and the agreement stays on file.
    models
        .switch(&id, &handled(PhiHandling::NeverPhi, None), "admin")
        .await
        .unwrap();
    assert!(is_extractive(&models.route(Class::Phi).await.unwrap()));
    assert_eq!(models.endpoints().await.unwrap()[1].agreement, Some(on_file()));
    let detail: String = sqlx::query_scalar("SELECT detail FROM audit ORDER BY sequence DESC LIMIT 1")
        .fetch_one(&world.store.db)
        .await
        .unwrap();
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
    assert_eq!(
        (&detail["before"]["phi_handling"], &detail["after"]["phi_handling"]),
        (&json!("phi_allowed"), &json!("never_phi"))
    );
}

#[tokio::test]
async fn an_endpoint_is_tried_with_a_request_about_nobody() {
    let broken = Reply::Error {
        status: 500,
        message: "john smith".into(),
    };
    let world = world(vec![Reply::Tokens(tokens("ready")), broken], false).await;
    let models = world.models();
    let id = models.endpoints().await.unwrap()[1].id.clone();
    let fine = models.test(&id, "admin").await.unwrap().unwrap();
    assert!(fine.problem.is_none() && fine.first_ms.is_some(), "{fine:?}");
    let failed = models.test(&id, "admin").await.unwrap().unwrap();
    assert_eq!(failed.problem.as_deref(), Some("it answers with an error (status 500)"));
    assert!(models.test("openai-unknown", "admin").await.unwrap().is_none());
    let screening = world.models().with_screening(|| &["MRN: 00482913"]);
    assert!(matches!(
        screening.test(&id, "admin").await,
        Err(SwitchError::Blocked(_))
    ));
    assert_eq!(world.double.calls().len(), 2);
    assert!(
        !models.endpoints().await.unwrap()[1].enabled,
        "trying switches nothing on"
    );
    let tested: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE action = 'model.endpoint_tested'")
        .fetch_one(&world.store.db)
        .await
        .unwrap();
    assert_eq!(tested, 2);
}

#[tokio::test]
async fn an_endpoint_that_keeps_failing_is_given_a_pause() {
    let broken = Reply::Error {
        status: 500,
        message: String::new(),
    };
    let world = world(
        vec![broken.clone(), broken.clone(), broken, Reply::Tokens(tokens(ANSWER))],
        false,
    )
    .await;
    let models = world.models();
    let id = models.endpoints().await.unwrap()[1].id.clone();
    models.switch(&id, &on(), "admin").await.unwrap();
    for _ in 0..3 {
        let selection = models.route(Class::Public).await.unwrap();
        let (_, error) = read(endpoint(&selection).as_ref(), question("Which dose?")).await;
        let fallback = models.fall_back(&selection.info, &error.unwrap().to_string());
        assert!(is_extractive(&fallback) && fallback.notice.unwrap().contains("status 500"));
    }
    let paused = models.route(Class::Public).await.unwrap();
    assert!(is_extractive(&paused) && paused.notice.unwrap().contains("pause"));
    assert_eq!(world.double.calls().len(), 3);

    world.clock.forward(30_000);
    let trying = models.route(Class::Public).await.unwrap();
    assert!(
        is_extractive(&models.route(Class::Public).await.unwrap()),
        "only one may try"
    );
    assert_eq!(read(endpoint(&trying).as_ref(), question("Which dose?")).await.1, None);
    assert_eq!(models.route(Class::Public).await.unwrap().confidence, 1.0);
}

#[tokio::test]
async fn a_refused_patient_does_not_count_against_the_endpoint() {
    let world = world(vec![Reply::Tokens(tokens(ANSWER))], false).await;
    let models = world.models();
    let id = models.endpoints().await.unwrap()[1].id.clone();
    models.switch(&id, &on(), "admin").await.unwrap();
    for _ in 0..4 {
        let selection = models.route(Class::Public).await.unwrap();
        let (_, error) = read(
            endpoint(&selection).as_ref(),
            question("john smith, MRN: 12345678: dose?"),
        )
        .await;
        assert!(matches!(error, Some(ModelError::Refused(_))));
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_piece_of_question_or_answer_is_logged() {
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("capturing");
    let secret = || tokens("Zebrafish 77");
    let failed = Reply::Error {
        status: 500,
        message: "Zebrafish".into(),
    };
    let refused = Reply::Error {
        status: 400,
        message: "Zebrafish".into(),
    };
    for reply in [
        Reply::Tokens(secret()),
        Reply::Malformed(secret()),
        Reply::ErrorEvent(secret()),
        failed,
        refused,
    ] {
        let world = world(vec![reply], false).await;
        read(&world.model, question("Quokka dose?")).await;
    }
    let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("capturing"));
    for secret in ["Zebrafish", "Quokka", "sk-test-key", "oops"] {
        assert!(!text.contains(secret), "{secret} in the log:\n{text}");
    }
}
