//! The application installed in a Nextcloud: lifecycle, the door, files in, permission.

use std::time::Duration;

use api_types::{Answer, AnswerKind, DocumentSource, Indexing, IndexingState, Role, SessionInfo};
use axum::http::StatusCode;
use base64::Engine;
use testkit::nextcloud::{AppSpec, Delivery, Down, Nextcloud, Share};
use voiceassist::config::Installed;

use crate::support::{Browser, TestApp, bare, bytes, json, post, with_body};

const SECRET: &str = "a-secret-of-128-characters-in-real-life";
pub const PROTOCOL: &str = "# Heparin protocol\n\nGive heparin 5000 units twice daily after hip surgery. Do not give it with active bleeding.\n";
pub const QUESTION: &str = "How much heparin after hip surgery?";

pub struct Cloud {
    pub nc: Nextcloud,
    pub test: TestApp,
    pub url: String,
}

impl Cloud {
    /// Nextcloud with the app installed and enabled, and the users admin, alice and bob.
    pub async fn start() -> Self {
        let cloud = Self::not_installed().await;
        cloud.nc.install(&cloud.url).await.unwrap();
        cloud
    }

    pub async fn not_installed() -> Self {
        Self::not_installed_with(|_| ()).await
    }

    pub async fn not_installed_with(change: impl FnOnce(&mut voiceassist::config::Config)) -> Self {
        let nc = Nextcloud::start(AppSpec::new("voiceassist", SECRET)).await.unwrap();
        let address = nextcloud::Address::parse(&nc.url()).unwrap();
        let test = TestApp::start_with(|config| {
            config.installed = Some(Installed {
                identity: nextcloud::AppIdentity {
                    id: "voiceassist".into(),
                    version: "0.1.0".into(),
                    secret: SECRET.into(),
                },
                address,
                socket: None,
            });
            change(config);
        })
        .await;
        let url = test.serve().await;
        nc.user("admin", &["admin"]);
        nc.user("alice", &["doctors"]);
        nc.user("bob", &["doctors"]);
        Self { nc, test, url }
    }

    /// The browser of a Nextcloud user, as their requests come through a proxy.
    pub fn user(&self, uid: &str) -> Browser<'_> {
        self.test.browser(signed(uid, SECRET))
    }

    /// Lets the app look through the user's files and waits until everything is read.
    pub async fn settle(&self, uid: &str) -> Indexing {
        self.test.clock.advance(5_000);
        let user = self.user(uid);
        let before = self.test.clock.advance(0);
        let response = user.send(bare("POST", "/api/v1/nextcloud/look")).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        for _ in 0..2400 {
            let indexing: Indexing = user.get("/api/v1/nextcloud/indexing").await;
            let looked = indexing.last_look_at.is_some_and(|at| at > before);
            if looked && indexing.state == IndexingState::Idle && indexing.waiting == 0 {
                return indexing;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            // A job that comes back later does so by this clock.
            self.test.clock.advance(250);
        }
        panic!("the files of {uid} were not read within two minutes");
    }

    /// Waits until `occ voiceassist:status` says this many documents; the clock goes on by `step` ms at each look.
    pub async fn documents_become(&self, expected: i64, step: i64) {
        for _ in 0..600 {
            if self.documents_now().await == expected {
                return;
            }
            self.test.clock.advance(step);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("there are {} documents, not {expected}", self.documents_now().await);
    }

    /// All documents of the server.
    pub async fn documents_now(&self) -> i64 {
        let status = self.nc.occ("voiceassist:status", &[]).await.unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("Documents")).unwrap();
        line.trim().parse().unwrap()
    }

    pub async fn ask(&self, uid: &str, question: &str) -> Answer {
        let user = self.user(uid);
        let conversation = user.conversation().await;
        user.ask(&conversation, question).await
    }
}

pub fn signed(uid: &str, secret: &str) -> Vec<(&'static str, String)> {
    let token = base64::engine::general_purpose::STANDARD.encode(format!("{uid}:{secret}"));
    vec![
        ("ex-app-id", "voiceassist".into()),
        ("ex-app-version", "0.1.0".into()),
        ("aa-version", "34.0.0".into()),
        ("authorization-app-api", token),
    ]
}

/// Everything of an answer that a person or a program could learn from.
pub fn learnt(answer: &Answer) -> String {
    let mut answer = answer.clone();
    answer.metadata.total_ms = 0;
    answer.metadata.reasoning_path.iter_mut().for_each(|step| step.ms = 0);
    serde_json::to_string(&answer).unwrap()
}

#[tokio::test]
async fn nextcloud_installs_enables_and_disables_it() {
    let cloud = Cloud::not_installed().await;
    cloud.nc.install(&cloud.url).await.unwrap();
    let there = cloud.nc.registered();
    assert_eq!(
        (there.top_menus.len(), there.scripts.len(), there.file_actions.len()),
        (1, 1, 1)
    );
    assert_eq!(there.occ_commands.len(), 4);
    assert!(there.webhooks.len() >= 5, "{}", there.webhooks.len());
    let webhooks = there.webhooks.len();
    cloud.nc.disable_app().await.unwrap();
    assert!(cloud.nc.registered().top_menus.is_empty());
    cloud.nc.enable_app().await.unwrap();
    cloud.nc.enable_app().await.unwrap();
    let there = cloud.nc.registered();
    assert_eq!(
        (there.top_menus.len(), there.webhooks.len()),
        (1, webhooks),
        "enabling again registers nothing twice"
    );
    let status = cloud.nc.occ("voiceassist:status", &[]).await.unwrap();
    assert!(status.contains("Documents"), "{status}");
}

#[tokio::test]
async fn only_what_nextcloud_signed_comes_in() {
    let cloud = Cloud::start().await;
    let nobody = cloud.test.send(bare("GET", "/api/v1/session")).await;
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    let forged = cloud.test.browser(signed("admin", "guess"));
    assert_eq!(
        forged.send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let heartbeat = cloud.test.send(bare("GET", "/heartbeat")).await;
    assert_eq!(
        (heartbeat.status(), bytes(heartbeat).await),
        (StatusCode::OK, br#"{"status":"ok"}"#.to_vec())
    );
    let session: SessionInfo = cloud.user("alice").get("/api/v1/session").await;
    assert_eq!(
        (session.user.name.as_str(), session.user.role, session.nextcloud),
        ("alice", Role::User, true)
    );
    let admin: SessionInfo = cloud.user("admin").get("/api/v1/session").await;
    assert_eq!(admin.user.role, Role::Admin);
    // A user cannot play Nextcloud itself.
    let response = cloud.user("alice").send(bare("PUT", "/enabled?enabled=0")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(cloud.nc.registered().top_menus.len(), 1);
}

#[tokio::test]
async fn groups_decide_the_role_and_who_is_refused_sees_why() {
    let cloud = Cloud::start().await;
    cloud.nc.user("stan", &["students"]);
    let mapping = serde_json::json!({ "groups": [{ "group": "students", "role": "viewer" }], "others": null });
    let admin = cloud.user("admin");
    assert_eq!(
        cloud
            .user("alice")
            .send(with_body("PUT", "/api/v1/admin/roles", &mapping))
            .await
            .status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        admin
            .send(with_body("PUT", "/api/v1/admin/roles", &mapping))
            .await
            .status(),
        StatusCode::OK
    );
    let refused = cloud.user("alice").send(bare("GET", "/api/v1/session")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let why = String::from_utf8(bytes(refused).await).unwrap();
    assert!(why.contains("doctors") && why.contains("administrat"), "{why}");
    let stan = cloud.user("stan");
    let session: SessionInfo = stan.get("/api/v1/session").await;
    assert!(!session.can_ask);
    let conversation = stan.conversation().await;
    let question = serde_json::json!({ "client_message_id": "1", "text": QUESTION });
    let response = stan
        .send(post(
            &format!("/api/v1/conversations/{conversation}/messages"),
            &question,
        ))
        .await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_disabled_user_loses_the_way_in_within_a_minute() {
    let cloud = Cloud::start().await;
    assert_eq!(
        cloud.user("bob").send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::OK
    );
    cloud.nc.disable("bob");
    cloud.test.clock.advance(60_000);
    assert_eq!(
        cloud.user("bob").send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_file_is_cited_to_its_readers_and_a_revoked_share_changes_the_next_answer() {
    let cloud = Cloud::start().await;
    let id = cloud.nc.put("alice", "/Protocols/heparin.md", PROTOCOL);
    cloud.settle("alice").await;
    let answer = cloud.ask("alice", QUESTION).await;
    assert_eq!(answer.kind, AnswerKind::Answered, "{answer:?}");
    assert!(answer.sentences[0].text.contains("5000 units"));

    let before = cloud.ask("bob", QUESTION).await;
    assert_eq!(before.kind, AnswerKind::NotFound);
    let share = cloud.nc.share(id, Share::user("bob"));
    let indexing = cloud.settle("bob").await;
    assert_eq!((indexing.found, indexing.ready), (1, 1));
    let documents = cloud.user("bob").documents().await;
    assert_eq!((documents.len(), documents[0].source), (1, DocumentSource::Nextcloud));
    let bob = cloud.user("bob");
    let conversation = bob.conversation().await;
    let shared = bob.ask(&conversation, QUESTION).await;
    assert_eq!(shared.kind, AnswerKind::Answered);
    let (document, passage) = (&shared.citations[0].document_id, &shared.citations[0].passage_id);
    let opens = [
        format!("/api/v1/passages/{passage}"),
        format!("/api/v1/documents/{document}/text"),
        format!("/api/v1/documents/{document}/content"),
    ];
    for path in &opens {
        assert_eq!(bob.send(bare("GET", path)).await.status(), StatusCode::OK, "{path}");
    }

    cloud.nc.unshare(share);
    let after = bob.ask(&bob.conversation().await, QUESTION).await;
    assert_eq!(learnt(&after), learnt(&before), "as if it had never been there");
    for path in &opens {
        let denied = bob.send(bare("GET", path)).await;
        let unknown = bob.send(bare("GET", "/api/v1/documents/none")).await;
        assert_eq!(denied.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(bytes(denied).await, bytes(unknown).await);
    }
    assert!(bob.documents().await.is_empty());
    let old: api_types::Conversation = bob.get(&format!("/api/v1/conversations/{conversation}")).await;
    let text = serde_json::to_string(&old).unwrap();
    assert!(!text.contains("5000"), "{text}");
    let still = cloud.ask("alice", QUESTION).await;
    assert_eq!(still.kind, AnswerKind::Answered, "its owner keeps it");
}

#[tokio::test]
async fn events_bring_changes_however_they_arrive() {
    let cloud = Cloud::start().await;
    cloud.nc.put("bob", "/b.md", PROTOCOL);
    let id = cloud.nc.put("alice", "/a.md", PROTOCOL);
    // Nothing is read for bob, who has never opened the app.
    let _: SessionInfo = cloud.user("alice").get("/api/v1/session").await;
    for status in cloud.nc.deliver_webhooks(Delivery::Duplicated).await {
        assert_eq!(status.status, Some(204));
    }
    let user = cloud.user("alice");
    let mut documents = Vec::new();
    for _ in 0..200 {
        documents = user.documents().await;
        if documents
            .first()
            .is_some_and(|info| info.status == api_types::DocumentStatus::Ready)
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(documents.len(), 1);
    cloud.nc.put("alice", "/a.md", PROTOCOL.replace("5000", "7500"));
    cloud.nc.deliver_webhooks(Delivery::Shuffled(3)).await;
    cloud.settle("alice").await;
    let answer = cloud.ask("alice", QUESTION).await;
    assert!(learnt(&answer).contains("7500"), "{answer:?}");
    cloud.nc.rename(id, "b.md");
    cloud.nc.deliver_webhooks(Delivery::Lost).await;
    cloud.settle("alice").await;
    assert_eq!(cloud.user("alice").documents().await[0].file_name, "b.md");
    cloud.nc.trash(id);
    cloud.settle("alice").await;
    assert!(cloud.user("alice").documents().await.is_empty());
}

#[tokio::test]
async fn a_changed_file_is_not_quoted_in_its_old_words() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    cloud.nc.put(
        "alice",
        "/a.md",
        "# Heparin protocol\n\nHeparin is given by weight after hip surgery, 80 units per kg.\n",
    );
    let answer = cloud.ask("alice", QUESTION).await;
    assert!(!learnt(&answer).contains("5000"), "{answer:?}");
    // Unless the look that asking began was faster than the question.
    let said = answer.notices.iter().any(|notice| notice.contains("changed"));
    assert!(said || learnt(&answer).contains("80 units"), "{answer:?}");
}

#[tokio::test]
async fn an_outage_withholds_files_and_keeps_sessions() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    cloud.nc.down(Down::Unavailable);
    cloud.test.clock.advance(120_000);
    let answer = cloud.ask("alice", QUESTION).await;
    assert!(!learnt(&answer).contains("5000"));
    assert!(
        answer
            .notices
            .iter()
            .any(|notice| notice.contains("could not be checked")),
        "{:?}",
        answer.notices
    );
    cloud.nc.down(Down::No);
    let answer = cloud.ask("alice", QUESTION).await;
    assert_eq!(answer.kind, AnswerKind::Answered);
}

#[tokio::test]
async fn a_folder_with_noindex_and_excluded_files_stay_unread() {
    let cloud = Cloud::start().await;
    let rules =
        serde_json::json!({ "exclude_folders": ["/Private"], "exclude_endings": [".txt"], "max_bytes": 100_000 });
    let response = cloud
        .user("admin")
        .send(with_body("PUT", "/api/v1/admin/indexing", &rules))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    for path in [
        "/Private/a.md",
        "/Open/b.txt",
        "/Hidden/c.md",
        "/Hidden/deep/d.md",
        "/Hidden/.noindex",
        "/Open/e.md",
        "/Open/f.md",
        "/Open/deep/g.md",
    ] {
        cloud.nc.put("alice", path, PROTOCOL);
    }
    cloud.settle("alice").await;
    let names = async || {
        let documents = cloud.user("alice").documents().await;
        let mut names: Vec<String> = documents.into_iter().map(|info| info.file_name).collect();
        names.sort();
        names
    };
    assert_eq!(names().await, ["e.md", "f.md", "g.md"]);
    let mark = cloud.nc.put("alice", "/Open/.noindex", "");
    cloud.settle("alice").await;
    assert!(names().await.is_empty());
    cloud.nc.delete(mark);
    cloud.settle("alice").await;
    assert_eq!(names().await, ["e.md", "f.md", "g.md"]);
    // Deleted folder by folder, with a look between.
    for path in ["/Open/deep/g.md", "/Open/deep", "/Open"] {
        let node = cloud.nc.id("alice", path).unwrap();
        cloud.nc.delete(node);
        cloud.settle("alice").await;
    }
    assert!(names().await.is_empty());
}

#[tokio::test]
async fn chosen_files_and_folders_become_the_scope_of_a_question() {
    let cloud = Cloud::start().await;
    let file = cloud.nc.put("alice", "/Protocols/heparin.md", PROTOCOL);
    cloud
        .nc
        .put("alice", "/Other/heparin.md", PROTOCOL.replace("5000", "9000"));
    cloud.settle("alice").await;
    let folder = cloud.nc.id("alice", "/Protocols").unwrap();
    let alice = cloud.user("alice");
    for chosen in [file, folder] {
        let scope: api_types::AskScope = alice.get(&format!("/api/v1/nextcloud/scope?files={chosen}")).await;
        assert_eq!(
            (scope.documents.len(), scope.items[0].documents, scope.items[0].folder),
            (1, 1, chosen == folder)
        );
        let conversation = alice.conversation().await;
        let body = serde_json::json!({ "client_message_id": "1", "text": QUESTION, "documents": scope.documents });
        let response = alice
            .send(post(&format!("/api/v1/conversations/{conversation}/messages"), &body))
            .await;
        let text = String::from_utf8(bytes(response).await).unwrap();
        assert!(text.contains("5000") && !text.contains("9000"), "{text}");
    }
    let foreign: api_types::AskScope = cloud
        .user("bob")
        .get(&format!("/api/v1/nextcloud/scope?files={file}"))
        .await;
    assert_eq!((foreign.items.len(), foreign.documents.len()), (0, 0));
}

#[tokio::test]
async fn an_answer_can_be_had_by_polling() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    let alice = cloud.user("alice");
    let conversation = alice.conversation().await;
    let body = serde_json::json!({ "client_message_id": "1", "text": QUESTION });
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let mut events: Vec<serde_json::Value> = json(alice.send(post(&format!("{path}?wait=poll"), &body)).await).await;
    assert!(!events.is_empty());
    let message = events[0]["event"]["message_id"].as_str().unwrap_or_default().to_owned();
    for _ in 0..50 {
        let last = events.last().unwrap();
        if last["event"]["type"] == "done" {
            assert!(last.to_string().contains("5000"));
            return;
        }
        let after = last["id"].as_i64().unwrap();
        let more = alice
            .send(bare("GET", &format!("{path}/{message}/events?after={after}&wait=poll")))
            .await;
        events.extend(json::<Vec<serde_json::Value>>(more).await);
    }
    panic!("no answer: {events:?}");
}

#[tokio::test]
async fn a_user_has_only_their_own_conversations() {
    let cloud = Cloud::start().await;
    let conversation = cloud.user("alice").conversation().await;
    let path = format!("/api/v1/conversations/{conversation}");
    assert_eq!(
        cloud.user("alice").send(bare("GET", &path)).await.status(),
        StatusCode::OK
    );
    assert_eq!(
        cloud.user("bob").send(bare("GET", &path)).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_notification_says_when_many_files_are_read_and_which_failed() {
    let cloud = Cloud::start().await;
    for number in 0..5 {
        cloud.nc.put("alice", &format!("/{number}.md"), PROTOCOL);
    }
    cloud.nc.put("alice", "/broken.pdf", "%PDF-1.7 and nothing more");
    cloud.settle("alice").await;
    for _ in 0..200 {
        cloud.test.clock.advance(16_000);
        if !cloud.nc.notifications().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let sent = cloud.nc.notifications();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].user, "alice");
    let text = sent[0].params.to_string();
    assert!(
        text.contains("5 files") && text.contains("1 file could not be read"),
        "{text}"
    );
}

#[tokio::test]
async fn without_rules_on_addresses_no_browser_has_to_confirm() {
    let cloud = Cloud::start().await;
    cloud.nc.put("alice", "/A & B/heparin.md", PROTOCOL);
    cloud.settle("alice").await;
    let unknown = cloud.ask("alice", QUESTION).await;
    assert_eq!(
        unknown.citations[0].browser_check.as_deref(),
        Some("/remote.php/dav/files/alice/A%20%26%20B/heparin.md")
    );
    let declared = serde_json::json!({ "declared": "none" });
    let response = cloud
        .user("admin")
        .send(with_body("PUT", "/api/v1/admin/address-rules", &declared))
        .await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let answer = cloud.ask("alice", QUESTION).await;
    assert_eq!(answer.citations[0].browser_check, None);
}

#[tokio::test]
async fn the_self_test_names_the_broken_hop() {
    let cloud = Cloud::start().await;
    let admin = cloud.user("admin");
    let fine: api_types::NextcloudAdmin = admin.get("/api/v1/admin/nextcloud").await;
    let broken: Vec<_> = fine.checks.iter().filter(|check| !check.ok).collect();
    assert!(broken.is_empty(), "{broken:?}");
    cloud.nc.down(Down::Unavailable);
    let down: api_types::NextcloudAdmin = admin.get("/api/v1/admin/nextcloud").await;
    let reach = down.checks.iter().find(|check| check.id == "reach").unwrap();
    assert!(!reach.ok && reach.fix.is_some());
}

#[tokio::test]
async fn the_issuer_is_what_discovery_says() {
    let cloud = Cloud::not_installed_with(|config| {
        let nextcloud = config.installed.as_ref().unwrap().address.url("/index.php/apps/oidc");
        config.oidc_issuer = Some(url::Url::parse(&nextcloud).unwrap());
    })
    .await;
    cloud.nc.install(&cloud.url).await.unwrap();
    let check = async || {
        let all: api_types::NextcloudAdmin = cloud.user("admin").get("/api/v1/admin/nextcloud").await;
        all.checks.into_iter().find(|check| check.id == "oidc").unwrap()
    };
    let off = check().await;
    assert!(!off.ok && off.fix.is_some_and(|fix| fix.contains("wget")));
    cloud.nc.oidc(true);
    let on = check().await;
    assert!(
        on.ok && on.detail.contains(&format!("the issuer is {}.", cloud.nc.url())),
        "{on:?}"
    );
    let doctor = cloud.nc.occ("voiceassist:doctor", &[]).await.unwrap();
    assert!(
        doctor.contains(&format!("the issuer is {}", cloud.nc.url())),
        "{doctor}"
    );
}

#[tokio::test]
async fn without_models_words_are_searched_and_vectors_follow_when_they_come() {
    let cache = tempfile::tempdir().unwrap();
    let mut models = std::path::PathBuf::new();
    let cloud = Cloud::not_installed_with(|config| {
        for name in ["lib", "plugins"] {
            let there = config.cache_dir.join(name);
            if there.exists() {
                std::os::unix::fs::symlink(there, cache.path().join(name)).unwrap();
            }
        }
        models = config.cache_dir.join("models");
        config.cache_dir = cache.path().to_owned();
    })
    .await;
    cloud.nc.install(&cloud.url).await.unwrap();
    cloud.nc.put("alice", "/a.md", PROTOCOL);
    cloud.settle("alice").await;
    let by_words = cloud.ask("alice", QUESTION).await;
    assert!(
        by_words.notices.iter().any(|notice| notice.contains("words only")),
        "{:?}",
        by_words.notices
    );
    assert!(learnt(&by_words).contains("5000"), "{by_words:?}");
    std::os::unix::fs::symlink(models, cache.path().join("models")).unwrap();
    cloud.test.app.knowledge.complete().await.unwrap();
    let by_meaning = cloud.ask("alice", QUESTION).await;
    assert!(by_meaning.notices.iter().all(|notice| !notice.contains("words only")));
    assert!(learnt(&by_meaning).contains("5000"));
}
