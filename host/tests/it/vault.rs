//! Encryption at rest: nothing readable lies on the disk, keys change while people work, and without its key nothing starts.

mod backup;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use api_types::{AnswerStatus, Conversation, ConversationList, DocumentStatus, Message, SystemStatus};
use http_body_util::BodyExt;
use tempfile::TempDir;
use testkit::{Database, is_postgres};
use voiceassist::clock::{SystemClock, SystemRandom};
use voiceassist::config::{Config, Overrides};
use voiceassist::lifecycle;
use voiceassist::vault::master::MasterSource;
use voiceassist::vault::rotate;

use crate::canary::contents;
use crate::support::{TestApp, bare, bytes, with_body};

const CANARY: &str = "quokkaberry";

fn key_file(folder: &Path, name: &str, byte: u8) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, hex::encode([byte; 32])).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    path
}

/// Where a server lies that is started more than once.
pub struct Site {
    folder: PathBuf,
    database: Database,
    /// Gone with it.
    _folder: Option<TempDir>,
}

impl Site {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::fresh(&folder.path().join("data")).await;
        Self {
            folder: folder.path().to_owned(),
            database,
            _folder: Some(folder),
        }
    }

    /// On SQLite, wherever the other tests run.
    fn of_file(folder: PathBuf) -> Self {
        std::fs::create_dir(&folder).unwrap();
        Self {
            database: Database::file(&folder.join("data")),
            folder,
            _folder: None,
        }
    }

    fn path(&self) -> &Path {
        &self.folder
    }

    fn key(&self, name: &str, byte: u8) -> MasterSource {
        MasterSource::File(key_file(self.path(), name, byte))
    }

    fn placed(&self, config: &mut Config, master: MasterSource) {
        config.data_dir = self.path().join("data");
        config.database_url.clone_from(&self.database.url);
        config.master_key = master;
    }

    pub fn configured(&self, master: MasterSource) -> Config {
        let file = self.path().join("voiceassist.toml");
        std::fs::write(&file, "").unwrap();
        let mut config = Config::load(&Overrides {
            file: Some(file),
            ..Overrides::default()
        })
        .unwrap();
        self.placed(&mut config, master);
        config
    }

    async fn started(&self, master: MasterSource) -> TestApp {
        TestApp::start_with(|config| self.placed(config, master)).await
    }

    async fn refusal(&self, master: MasterSource) -> String {
        let config = self.configured(master);
        let exe = PathBuf::from(env!("CARGO_BIN_EXE_voiceassist"));
        let built = lifecycle::serve::build(config, Arc::new(SystemClock), Arc::new(SystemRandom), exe).await;
        format!("{:#}", built.err().expect("a refusal"))
    }

    /// Files, and on PostgreSQL columns, that hold `word` in any case.
    async fn holding(&self, word: &str) -> Vec<String> {
        let mut found = files_holding(&self.path().join("data"), word);
        if is_postgres() {
            let contents = contents(&self.database.url).await.into_iter();
            found.extend(
                contents
                    .filter(|(_, bytes)| holds(bytes, word))
                    .map(|(column, _)| column),
            );
        }
        found
    }
}

fn holds(content: &[u8], word: &str) -> bool {
    let content = content.to_ascii_lowercase();
    let wide: Vec<u8> = word.bytes().flat_map(|byte| [byte, 0]).collect();
    [word.as_bytes(), &wide]
        .iter()
        .any(|needle| content.windows(needle.len()).any(|window| window == *needle))
}

/// Files of the folder that hold `word` in any case, also as UTF-16.
pub fn files_holding(folder: &Path, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if holds(&std::fs::read(&path).unwrap_or_default(), word) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// Waits until the job that seals everything is done: only the key that is current is left.
async fn all_sealed(test: &TestApp, key: Option<&str>) -> String {
    for _ in 0..600 {
        let keys: Vec<String> = sqlx::query_scalar("SELECT id FROM data_keys")
            .fetch_all(&test.app.db)
            .await
            .unwrap();
        let sealed: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE action = 'records.sealed'")
            .fetch_one(&test.app.db)
            .await
            .unwrap();
        if keys.len() == 1 && sealed > 0 && key.is_none_or(|key| keys[0] == key) {
            return keys[0].clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not everything was sealed within a minute");
}

#[tokio::test]
async fn no_planted_word_is_in_any_file_of_the_data_folder_or_column_of_a_server() {
    let site = Site::new().await;
    let plain = site.started(MasterSource::None).await;
    let anna = plain.sign_in("anna").await;
    let document = anna
        .add(
            "dose.md",
            format!("# Dose of {CANARY}\n\nThe dose of {CANARY} is 5 mg daily.\n").as_bytes(),
        )
        .await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, &format!("What is the dose of {CANARY}?")).await;
    let status: SystemStatus = anna.get("/api/v1/status").await;
    assert_eq!(status.at_rest, "not encrypted against the host");
    assert!(
        !site.holding(CANARY).await.is_empty(),
        "without a key it lies there for all to read"
    );
    drop(plain);

    let sealed = site.started(site.key("master.key", 1)).await;
    let anna = sealed.sign_in("anna").await;
    all_sealed(&sealed, None).await;
    // What comes now is sealed as it comes.
    let second = anna
        .add(
            "more.md",
            format!("# {CANARY} in adults\n\nAdults take {CANARY} twice.\n").as_bytes(),
        )
        .await;
    assert_eq!(second.status, DocumentStatus::Ready);
    let answer = anna
        .ask(&conversation, &format!("And how do adults take {CANARY}?"))
        .await;
    assert!(!answer.sentences.is_empty());
    assert_eq!(site.holding(CANARY).await, Vec::<String>::new());

    // Its reader finds all of it.
    let found: ConversationList = anna
        .get(&format!("/api/v1/conversations?q={}", CANARY.to_uppercase()))
        .await;
    assert_eq!(found.conversations.len(), 1);
    let original = anna
        .send(bare("GET", &format!("/api/v1/documents/{}/content", document.id)))
        .await;
    let length: usize = original.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let original = original.into_body().collect().await.unwrap().to_bytes();
    assert!(original.starts_with(b"# Dose of") && original.len() == length);
    let status: SystemStatus = anna.get("/api/v1/status").await;
    assert!(
        status.at_rest.starts_with("encrypted under the master key "),
        "{}",
        status.at_rest
    );
}

#[tokio::test]
async fn keys_are_rotated_while_questions_and_files_go_on() {
    let site = Site::new().await;
    let test = site.started(site.key("master.key", 1)).await;
    let anna = test.sign_in("anna").await;
    let first = all_sealed(&test, None).await;
    anna.add("dose.md", b"# Dose\n\nThe dose of carvexin is 5 mg.\n").await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "What is the dose of carvexin?").await;

    let app = &test.app;
    let new = rotate::add_key(&app.vault, &app.db, app.clock.now_ms(), app.random.as_ref())
        .await
        .unwrap();
    assert_ne!(first, new);
    assert_eq!(
        app.vault.current_id().as_deref(),
        Some(first.as_str()),
        "not before every host knows it"
    );
    test.clock.advance(60_000);
    let work = async {
        for turn in 0..6 {
            anna.add(
                &format!("more{turn}.md"),
                format!("# More {turn}\n\nPage {turn} of carvexin says 5 mg.\n").as_bytes(),
            )
            .await;
            let asked = anna
                .ask(
                    &conversation,
                    &format!("What does page {turn} say of the dose of carvexin?"),
                )
                .await;
            assert!(!asked.sentences.is_empty());
        }
    };
    let (left, ()) = tokio::join!(all_sealed(&test, Some(&new)), work);
    assert_eq!(left, new, "the old key is destroyed");
    let messages: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(messages.messages.len(), 7);
    assert!(
        messages
            .messages
            .iter()
            .all(|message: &Message| message.status == AnswerStatus::Done)
    );
}

#[tokio::test]
async fn a_sealed_database_starts_with_its_master_key_only() {
    let site = Site::new().await;
    let (old, new) = (site.key("old.key", 1), site.key("new.key", 2));
    let test = site.started(old.clone()).await;
    let anna = test.sign_in("anna").await;
    let conversation = anna.conversation().await;
    anna.ask(&conversation, "What is the dose of carvexin?").await;
    let fingerprint = test.app.vault.master_fingerprint().unwrap();
    let said = site.refusal(MasterSource::None).await;
    assert!(
        said.contains("MASTER_KEY_FILE") && said.contains(&fingerprint),
        "{said}"
    );
    let said = site.refusal(new.clone()).await;
    assert!(
        said.contains("another master key") && said.contains(&fingerprint),
        "{said}"
    );

    // A new master key around the same data keys: at once, and the running server goes on.
    let app = &test.app;
    let (source, never_in) = (new.clone(), app.config.folders_of_data());
    rotate::change_master(
        &app.vault,
        &app.db,
        source,
        &never_in,
        app.clock.now_ms(),
        app.random.as_ref(),
    )
    .await
    .unwrap();
    anna.ask(&conversation, "And in adults?").await;
    drop(test);
    let said = site.refusal(old).await;
    assert!(said.contains("another master key"), "{said}");
    let again = site.started(new).await;
    let anna = again.sign_in("anna").await;
    let messages: Conversation = anna.get(&format!("/api/v1/conversations/{conversation}")).await;
    assert_eq!(messages.messages.len(), 2);
}

#[tokio::test]
async fn a_value_that_was_put_in_the_place_of_another_is_not_shown() {
    let site = Site::new().await;
    let test = site.started(site.key("master.key", 1)).await;
    let anna = test.sign_in("anna").await;
    let (mine, other) = (anna.conversation().await, anna.conversation().await);
    for id in [&mine, &other] {
        let body = serde_json::json!({ "title": format!("About {id}") });
        anna.send(with_body("PUT", &format!("/api/v1/conversations/{id}"), &body))
            .await;
    }
    sqlx::query(
        "UPDATE conversations SET title = (SELECT o.title FROM conversations AS o WHERE o.id = $1) WHERE id = $2",
    )
    .bind(&other)
    .bind(&mine)
    .execute(&test.app.db)
    .await
    .unwrap();
    let answer = anna.send(bare("GET", &format!("/api/v1/conversations/{mine}"))).await;
    assert_eq!(answer.status(), 500);
    assert!(!String::from_utf8_lossy(&bytes(answer).await).contains(&other));
}
