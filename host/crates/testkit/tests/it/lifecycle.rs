//! nextcloud.md 2.2, and the events of 5.1.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::Nextcloud;
use testkit::nextcloud::{AppSpec, Delivery, LifecycleError};

use super::app::FakeApp;
use super::probe::{Probe, SECRET, nextcloud};

async fn fresh() -> (Nextcloud, Arc<Probe>, FakeApp) {
    let (nc, probe) = nextcloud().await;
    nc.set_app_enabled(false);
    let app = FakeApp::start().await;
    let probe = Arc::new(probe);
    app.change(|app| app.report_to = Some(probe.clone()));
    (nc, probe, app)
}

#[tokio::test]
async fn installing_enables_inside_the_report_of_progress() {
    let (nc, _probe, app) = fresh().await;
    nc.install(&app.url).await.unwrap();
    assert!(nc.app_enabled());
    assert_eq!(nc.progress(), (100, String::new()));
    assert_eq!(
        app.lines(),
        [
            "GET /heartbeat",
            "POST /init",
            "GET /heartbeat",
            "PUT /enabled?enabled=1"
        ]
    );
    let seen = app.seen();
    assert!(
        seen[0].header("authorization-app-api").is_none(),
        "the heartbeat is plain"
    );
    assert_eq!(seen[1].user().as_deref(), Some(""));
    assert_eq!(
        (seen[1].header("aa-version"), seen[1].header("content-length")),
        (Some("34.0.0"), Some("0"))
    );
    assert_eq!(seen[3].header("ex-app-version"), Some("0.1.0"));
}

#[tokio::test]
async fn no_init_goes_straight_to_enabled_and_a_failed_one_stays_listed() {
    let (nc, _probe, app) = fresh().await;
    app.change(|app| app.init = Some(404));
    nc.install(&app.url).await.unwrap();
    assert!(nc.app_enabled());
    app.change(|app| app.init = Some(500));
    assert!(matches!(nc.install(&app.url).await, Err(LifecycleError::Init(_))));
    assert!(nc.app_enabled());
}

#[tokio::test]
async fn errors_and_refusals_are_told() {
    let (nc, _probe, app) = fresh().await;
    app.change(|app| app.error = "no model".to_owned());
    assert_eq!(
        nc.install(&app.url).await,
        Err(LifecycleError::Reported("no model".to_owned()))
    );
    app.change(|app| {
        app.error.clear();
        app.refuse = "not today".to_owned();
    });
    assert_eq!(
        nc.install(&app.url).await,
        Err(LifecycleError::Refused("not today".to_owned()))
    );
    assert!(!nc.app_enabled());
}

#[tokio::test]
async fn updating_keeps_the_order_and_the_registrations() {
    let (nc, probe, app) = fresh().await;
    nc.install(&app.url).await.unwrap();
    let menu = json!({ "name": "main", "displayName": "X" }).to_string();
    probe
        .with("", "POST", "/ocs/v1.php/apps/app_api/api/v1/ui/top-menu", &[], &menu)
        .await;
    app.change(|app| app.seen.clear());
    let url = app.url.clone();
    nc.update_app("0.2.0", async || url).await.unwrap();
    assert_eq!(
        app.lines(),
        [
            "PUT /enabled?enabled=0",
            "GET /heartbeat",
            "POST /init",
            "GET /heartbeat",
            "PUT /enabled?enabled=1"
        ]
    );
    assert_eq!(app.seen()[0].header("ex-app-version"), Some("0.1.0"));
    assert_eq!(app.last().header("ex-app-version"), Some("0.2.0"));
    assert_eq!(nc.registered().top_menus.len(), 1);
    nc.disable_app().await.unwrap();
    assert!(!nc.app_enabled());
    nc.enable_app().await.unwrap();
    assert!(nc.app_enabled());
    nc.unregister().await;
    assert!(nc.registered().top_menus.is_empty());
}

#[tokio::test]
async fn occ_posts_to_the_handler() {
    let (nc, probe, app) = fresh().await;
    nc.install(&app.url).await.unwrap();
    let command = json!({ "name": "voiceassist:status", "execute_handler": "occ/status" }).to_string();
    probe
        .with("", "POST", "/ocs/v1.php/apps/app_api/api/v1/occ_command", &[], &command)
        .await;
    assert_eq!(nc.occ("voiceassist:status", &[("who", "bob")]).await.unwrap(), "fine");
    let seen = app.last();
    assert_eq!(seen.target, "/occ/status");
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        body,
        json!({ "occ": { "arguments": { "who": "bob" }, "options": null } })
    );
    assert!(nc.occ("voiceassist:other", &[]).await.is_err());
}

async fn listening() -> (Nextcloud, FakeApp) {
    let nc = Nextcloud::start(AppSpec::new("voiceassist", SECRET)).await.unwrap();
    nc.user("alice", &[]);
    nc.set_app_enabled(true);
    let app = FakeApp::start().await;
    nc.app_url(&app.url);
    let probe = Probe::at(nc.url());
    for class in [
        "OCP\\Files\\Events\\Node\\NodeCreatedEvent",
        "OCP\\Files\\Events\\Node\\NodeWrittenEvent",
        "OCP\\Files\\Events\\Node\\NodeDeletedEvent",
        "OCP\\Files\\Events\\Node\\NodeRenamedEvent",
        "OCP\\Files\\Events\\Node\\NodeCopiedEvent",
        "OCA\\Files_Trashbin\\Events\\NodeRestoredEvent",
    ] {
        let body = json!({ "httpMethod": "POST", "uri": "/hooks/file", "event": class }).to_string();
        probe
            .with(
                "",
                "POST",
                "/ocs/v2.php/apps/webhook_listeners/api/v1/webhooks",
                &[],
                &body,
            )
            .await;
    }
    (nc, app)
}

fn bodies(app: &FakeApp) -> Vec<Value> {
    app.seen()
        .iter()
        .map(|seen| serde_json::from_slice(&seen.body).unwrap())
        .collect()
}

#[tokio::test]
async fn a_new_file_is_told_as_measured() {
    let (nc, app) = listening().await;
    let id = nc.put("alice", "/up1.txt", "x");
    assert!(app.seen().is_empty(), "nothing is delivered by itself");
    let delivered = nc.deliver_webhooks(Delivery::InOrder).await;
    assert_eq!(delivered.len(), 2);
    assert!(delivered.iter().all(|one| one.status == Some(200)));
    let seen = app.last();
    assert_eq!(seen.user().as_deref(), Some("alice"));
    assert_eq!(
        (seen.target.as_str(), seen.header("content-type")),
        ("/hooks/file", None)
    );
    let created = bodies(&app).pop().unwrap();
    let time = created["time"].clone();
    assert_eq!(
        created,
        json!({
            "event": {
                "node": { "id": id, "path": "/alice/files/up1.txt" },
                "class": "OCP\\Files\\Events\\Node\\NodeCreatedEvent",
            },
            "user": { "uid": "alice", "displayName": "alice" }, "time": time, "authentication": [],
        })
    );
}

#[tokio::test]
async fn moves_copies_and_trash_are_told() {
    let (nc, app) = listening().await;
    let id = nc.put("alice", "/a.txt", "x");
    nc.deliver_webhooks(Delivery::Lost).await;
    assert!(app.seen().is_empty());
    nc.rename(id, "b.txt");
    let copy = nc.copy(id, "/c.txt");
    nc.trash(copy);
    nc.restore(copy);
    nc.deliver_webhooks(Delivery::InOrder).await;
    let events: Vec<Value> = bodies(&app).into_iter().map(|body| body["event"].clone()).collect();
    assert_eq!(events[0]["source"], json!({ "path": "/alice/files/a.txt" }));
    assert_eq!(events[0]["target"], json!({ "id": id, "path": "/alice/files/b.txt" }));
    assert_eq!(events[1]["target"], json!({ "id": copy, "path": "/alice/files/c.txt" }));
    assert_eq!(events[2]["node"], json!({ "path": "/alice/files/c.txt" }));
    assert_eq!(events[3]["target"], json!({ "id": copy, "path": "/alice/files/c.txt" }));
}

#[tokio::test]
async fn deliveries_can_be_shuffled_doubled_late_and_lost_with_a_disabled_app() {
    let (nc, app) = listening().await;
    for number in 0..4 {
        nc.put("alice", &format!("/{number}.txt"), "x");
    }
    let order = |app: &FakeApp| {
        bodies(app)
            .iter()
            .map(|body| body["event"].to_string())
            .collect::<Vec<_>>()
    };
    nc.deliver_webhooks(Delivery::Late(2)).await;
    assert_eq!((app.seen().len(), nc.queued_webhooks()), (2, 6));
    nc.deliver_webhooks(Delivery::Shuffled(7)).await;
    let mut sorted = order(&app)[2..].to_vec();
    sorted.sort();
    assert_eq!(sorted.len(), 6);
    assert_ne!(sorted, order(&app)[2..]);
    nc.put("alice", "/0.txt", "y");
    nc.deliver_webhooks(Delivery::Duplicated).await;
    assert_eq!(app.seen().len(), 10);
    nc.put("alice", "/0.txt", "z");
    nc.set_app_enabled(false);
    assert!(nc.deliver_webhooks(Delivery::InOrder).await.is_empty());
    assert_eq!(nc.queued_webhooks(), 0);
}
