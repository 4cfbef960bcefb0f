//! Eighteen identifiers are put into everything that can be put in. Afterwards they are looked for, in every dress, in
//! everything that comes out or stays: they may be found in the few columns that must hold a name unsealed, and nowhere else.
//!
//! The story runs in a process of its own, so that its log is all of the log.

mod places;
mod planted;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use api_types::{PhiHandling, SwitchEndpoint};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;
use testkit::{OpenAiDouble, PubMedDouble, Reply, Tap, tokens};
use voiceassist::models::ModelSettings;
use voiceassist::vault::master::MasterSource;

pub use self::places::contents;
use self::places::{Found, columns, files};
use self::planted::{CANARIES, all, found_in};
use crate::connected::connect;
use crate::models::on;
use crate::plugins::bundled;
use crate::support::{Browser, TestApp, bare, bytes, post, with_body};

const LOG: &str = "VOICEASSIST_TEST_CANARY_LOG";

/// Columns that hold words of people and documents unsealed, and why. All others are free of them.
const OPEN: [(&str, &str); 3] = [
    (
        "documents.file_name",
        "lists sort, page and match by it in the database",
    ),
    (
        "documents.source_key",
        "user and file name, which together name an upload",
    ),
    (
        "versions.source_owner",
        "who a document says it is by, shown with each citation",
    ),
];

#[test]
fn nothing_that_identifies_a_patient_is_found_where_content_does_not_belong() {
    let Some(log) = std::env::var_os(LOG) else {
        return in_a_process_of_its_own();
    };
    let log = PathBuf::from(log);
    let file = std::fs::File::create(&log).unwrap();
    tracing_subscriber::fmt()
        .json()
        .with_env_filter("debug")
        .with_writer(Mutex::new(file))
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(story(log));
}

fn in_a_process_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "canary::nothing_that_identifies_a_patient_is_found_where_content_does_not_belong",
            "--nocapture",
        ])
        .env(LOG, folder.path().join("log.json"))
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    for line in out.lines().filter(|line| line.starts_with("canary")) {
        println!("{line}");
    }
}

/// Bodies of every answer that was a problem.
struct Problems(Vec<u8>);

impl Problems {
    async fn of(&mut self, anna: &Browser<'_>, request: Request<Body>) {
        let what = format!("{} {}", request.method(), request.uri());
        let response = anna.send(request).await;
        assert!(response.status().is_client_error(), "{what}: {}", response.status());
        for (name, value) in response.headers() {
            self.0.extend_from_slice(format!("{name}: ").as_bytes());
            self.0.extend_from_slice(value.as_bytes());
            self.0.push(b'\n');
        }
        self.0.extend(bytes(response).await);
        self.0.push(b'\n');
    }
}

async fn story(log: PathBuf) {
    // What a provider says of an error is the provider's, and may repeat what it was sent.
    let echo = Reply::Error {
        status: 500,
        message: all(),
    };
    let said = "[NAME_1] takes 5 mg of dapagliflozin [1].";
    let replies = vec![echo, Reply::Malformed(tokens(&all())), Reply::Tokens(tokens(said))];
    let double = OpenAiDouble::start(replies).await.unwrap();
    let outside = Tap::before(double.base_url().trim_end_matches("/v1")).await.unwrap();
    let service = PubMedDouble::patient(testkit::pubmed::invented()).await.unwrap();
    let literature = Tap::before(&service.origin()).await.unwrap();
    let settings = ModelSettings {
        base_url: format!("{}/v1", outside.origin()).parse().unwrap(),
        name: "remote-model".into(),
        api_key: Some("sk-test".into()),
        is_local: false,
    };
    let keys = tempfile::tempdir().unwrap();
    let key = keys.path().join("master.key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o400)).unwrap();
    let test = TestApp::start_with(|config| {
        config.master_key = MasterSource::File(key);
        config.model = Some(settings);
        config.plugin_private_origins = vec![literature.origin()];
    })
    .await;
    let anna = test.sign_in("admin").await;
    let mut problems = Problems(Vec::new());
    documents(&anna).await;
    questions(&test, &anna).await;
    errors(&anna, &mut problems).await;
    if bundled("pubmed").is_some() {
        connect(&anna, "pubmed", "mirror", &literature.origin()).await;
        for canary in CANARIES {
            let search = json!({ "arguments": { "query": format!("sepsis of patient {canary}") } });
            problems.of(&anna, post("/api/v1/tools/pubmed/search", &search)).await;
        }
    }
    test.app.egress.recent(1).await.unwrap();

    let database = test.app.config.database_url.clone();
    let columns = columns(&database).await;
    let mut leaks: Vec<Found> = Vec::new();
    let kept = |column: &str| OPEN.iter().any(|(name, _)| *name == column);
    leaks.extend(columns.iter().filter(|found| !kept(&found.place)).cloned());
    leaks.extend(files(&test.app.config.data_dir));
    let mut look = |place: &str, bytes: &[u8]| leaks.extend(Found::of(place, bytes));
    look("log", &std::fs::read(&log).unwrap());
    look("problems", &problems.0);
    look("requests to the model", &outside.lines().concat());
    look("requests to the literature", &literature.lines().concat());
    println!(
        "canary: {} identifiers, {} bytes of log, {} of problems, {} sent, {} columns with content, {} leaks",
        CANARIES.len(),
        std::fs::metadata(&log).unwrap().len(),
        problems.0.len(),
        outside.lines().concat().len() + literature.lines().concat().len(),
        columns
            .iter()
            .map(|found| &found.place)
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        leaks.len()
    );
    assert!(outside.requests().len() >= 2, "the model was asked");
    // The list is exact: a column in which nothing was found has no business on it.
    let is_idle = |column: &&str| !columns.iter().any(|found| found.place == **column);
    let idle: Vec<&str> = OPEN.iter().map(|(column, _)| *column).filter(is_idle).collect();
    assert_eq!((leaks, idle), (Vec::new(), Vec::new()));
    deliberately(&test, &log, &database).await;
}

/// Text with all of them in it, as title, headings, body, author and file name.
async fn documents(anna: &Browser<'_>) {
    let text = format!(
        "---\nauthor: {}\n---\n# Letter about {}\n\n## Seen on {}\n\nHe takes 5 mg of dapagliflozin once daily.\n\n{}\n",
        CANARIES[0],
        all(),
        CANARIES[2],
        all()
    );
    let name = |ending: &str| format!("{} {}.{ending}", CANARIES[0], CANARIES[7]);
    anna.add(&name("md"), text.as_bytes()).await;
    let page = format!(
        "<html><head><title>{0}</title><meta name=\"author\" content=\"{1}\"></head><body><h1>{0}</h1><p>{0}</p></body></html>",
        all(),
        CANARIES[0]
    );
    anna.add(&name("html"), page.as_bytes()).await;
    // Not readable: the reason it failed must not quote it.
    anna.add(&name("pdf"), all().as_bytes()).await;
    anna.add(&name("docx"), all().as_bytes()).await;
}

/// Under each handling of patient information but the one that sends it.
async fn questions(test: &TestApp, anna: &Browser<'_>) {
    let id = test.app.models.endpoints().await.unwrap()[1].id.clone();
    let about = format!("How much dapagliflozin does {} take? {}", CANARIES[0], all());
    for handling in [PhiHandling::NeverPhi, PhiHandling::RedactAndRestore] {
        let wanted = SwitchEndpoint {
            phi_handling: Some(handling),
            ..on()
        };
        test.app.models.switch(&id, &wanted, "admin").await.unwrap();
        for _ in 0..3 {
            let conversation = anna.conversation().await;
            anna.ask(&conversation, &about).await;
            anna.ask(&conversation, "Which dose of it?").await;
            let title = json!({ "title": all().chars().take(100).collect::<String>() });
            let path = format!("/api/v1/conversations/{conversation}");
            anna.send(with_body("PUT", &path, &title)).await;
        }
    }
}

/// Requests that fail, with all of them where a request can carry something.
async fn errors(anna: &Browser<'_>, problems: &mut Problems) {
    let in_path: String = url::form_urlencoded::byte_serialize(all().as_bytes()).collect();
    for path in ["documents", "conversations", "passages", "nothing"] {
        problems
            .of(anna, bare("GET", &format!("/api/v1/{path}/{in_path}")))
            .await;
    }
    let conversation = anna.conversation().await;
    let messages = format!("/api/v1/conversations/{conversation}/messages");
    let broken = Request::post(&messages)
        .header("content-type", "application/json")
        .header("x-requested-with", "voiceassist")
        .header("user-agent", all())
        .header("referer", format!("https://x.example/?q={in_path}"))
        .body(Body::from(format!("{{\"text\": \"{}\"", all())))
        .unwrap();
    problems.of(anna, broken).await;
    problems
        .of(anna, post(&messages, &json!({ "text": 5, "client_message_id": all() })))
        .await;
    problems
        .of(anna, post("/api/v1/session", &json!({ "token": all() })))
        .await;
    problems
        .of(
            anna,
            post(&format!("/api/v1/tools/pubmed/{in_path}"), &json!({ "arguments": {} })),
        )
        .await;
    problems
        .of(
            anna,
            post(&format!("/api/v1/calculators/{in_path}"), &json!({ "arguments": {} })),
        )
        .await;
    let agreement = json!({ "enabled": true, "phi_handling": "phi_allowed",
        "agreement": { "reference": all().chars().take(200).collect::<String>(), "agreed_on": "2026-01-03" } });
    let listed: api_types::ModelEndpointList = anna.get("/api/v1/admin/endpoints").await;
    let path = format!("/api/v1/admin/endpoints/{}", listed.endpoints[1].id);
    problems.of(anna, with_body("PUT", &path, &agreement)).await;
    let status = anna.send(bare("GET", "/api/admin/panel/egress")).await.status();
    assert_eq!(status, StatusCode::OK);
}

/// Each place is looked through for real: one leak in it is found.
async fn deliberately(test: &TestApp, log: &std::path::Path, database: &str) {
    let canary = CANARIES[6];
    tracing::debug!(note = canary, "a deliberate leak");
    assert_eq!(Found::of("log", &std::fs::read(log).unwrap()).len(), 1);
    sqlx::query("INSERT INTO settings (name, value, updated_at) VALUES ('leak', $1, 0)")
        .bind(canary.replace('-', ""))
        .execute(&test.app.db)
        .await
        .unwrap();
    let leaked = columns(database).await;
    assert!(leaked.iter().any(|found| found.place == "settings.value"));
    let folder = test.app.config.data_dir.join("index");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("segment"),
        canary.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
    )
    .unwrap();
    assert_eq!(files(&test.app.config.data_dir).len(), 1);
    assert_eq!(found_in(b"nothing"), Vec::<&str>::new());
}
