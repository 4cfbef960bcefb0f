//! nextcloud.md 2.2 traps, 3.2 and 5.

use serde_json::json;
use testkit::nextcloud::Down;

use super::probe::{nextcloud, signed};

#[tokio::test]
async fn the_app_speaks_as_a_user() {
    let (nc, probe) = nextcloud().await;
    nc.display_name("bob", "Bob Ross");
    nc.add_to_group("bob", "doctors");
    let answer = probe.get("bob", "/ocs/v2.php/cloud/user").await;
    let data = answer.json()["ocs"]["data"].clone();
    assert_eq!(answer.status, 200);
    assert_eq!(
        (&data["id"], &data["displayname"], &data["groups"]),
        (&json!("bob"), &json!("Bob Ross"), &json!(["doctors"]))
    );
    assert_eq!(probe.get("", "/ocs/v2.php/cloud/user").await.status, 401);
    assert_eq!(probe.get("nobody", "/ocs/v2.php/cloud/user").await.status, 401);
    assert_eq!(probe.get("bob", "/ocs/v2.php/cloud/users/bob").await.status, 200);
    assert_eq!(probe.get("bob", "/ocs/v2.php/cloud/users/alice").await.status, 404);
    assert_eq!(probe.get("alice", "/ocs/v2.php/cloud/users").await.status, 403);
    assert_eq!(probe.get("admin", "/ocs/v2.php/cloud/users").await.status, 200);
    assert_eq!(probe.get("bob", "/remote.php/dav/files/alice/").await.status, 404);
    nc.delete_user("bob");
    assert_eq!(probe.get("bob", "/ocs/v2.php/cloud/user").await.status, 401);
    assert_eq!(probe.propfind("bob", "/", "0").await.status, 401);
}

#[tokio::test]
async fn wrong_signatures_are_401_and_a_missing_ocs_header_is_412() {
    let (_nc, probe) = nextcloud().await;
    let path = "/ocs/v2.php/cloud/user";
    let without = |name: &str| {
        signed("bob")
            .into_iter()
            .filter(|(other, _)| *other != name)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        probe.send("GET", path, &without("ex-app-version"), "").await.status,
        401
    );
    assert_eq!(probe.send("GET", path, &without("ex-app-id"), "").await.status, 401);
    assert_eq!(
        probe
            .send("GET", path, &without("authorization-app-api"), "")
            .await
            .status,
        401
    );
    assert_eq!(
        probe.send("GET", path, &without("ocs-apirequest"), "").await.status,
        412
    );
    let wrong = [("authorization-app-api", "Ym9iOndyb25n")];
    assert_eq!(probe.with("bob", "GET", path, &wrong, "").await.status, 401);
    assert_eq!(
        probe
            .with("bob", "GET", path, &[("ex-app-id", "other")], "")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_higher_version_bumps_and_a_lower_does_not() {
    let (nc, probe) = nextcloud().await;
    probe
        .with(
            "bob",
            "GET",
            "/ocs/v2.php/cloud/user",
            &[("ex-app-version", "0.0.9")],
            "",
        )
        .await;
    assert_eq!(nc.app_version(), "0.1.0");
    probe
        .with(
            "bob",
            "GET",
            "/ocs/v2.php/cloud/user",
            &[("ex-app-version", "9.9.9")],
            "",
        )
        .await;
    assert_eq!(nc.app_version(), "9.9.9");
}

#[tokio::test]
async fn a_disabled_app_only_asks_for_its_state() {
    let (nc, probe) = nextcloud().await;
    nc.set_app_enabled(false);
    assert_eq!(probe.get("bob", "/ocs/v2.php/cloud/user").await.status, 401);
    assert_eq!(probe.propfind("bob", "/", "0").await.status, 401);
    let status = probe
        .with(
            "",
            "PUT",
            "/ocs/v1.php/apps/app_api/ex-app/status",
            &[],
            "{\"progress\":10}",
        )
        .await;
    assert_eq!(status.status, 401);
    let state = probe.get("", "/ocs/v1.php/apps/app_api/ex-app/state").await;
    assert_eq!(state.json()["ocs"]["data"], json!(0));
}

#[tokio::test]
async fn v1_says_the_error_in_its_meta() {
    let (_nc, probe) = nextcloud().await;
    let note = "/ocs/v1.php/apps/app_api/api/v1/notification";
    let answer = probe.with("", "POST", note, &[], "{\"params\":{}}").await;
    assert_eq!(
        (answer.status, &answer.json()["ocs"]["meta"]["statuscode"]),
        (200, &json!(996))
    );
    let answer = probe
        .with("", "POST", "/ocs/v1.php/apps/app_api/api/v1/ui/top-menu", &[], "{}")
        .await;
    assert_eq!(
        (answer.status, &answer.json()["ocs"]["meta"]["statuscode"]),
        (200, &json!(400))
    );
    let answer = probe
        .with("", "POST", "/ocs/v1.php/apps/app_api/api/v1/events_listener", &[], "{}")
        .await;
    assert_eq!(answer.json()["ocs"]["meta"]["statuscode"], json!(996));
    let xml = probe
        .with("bob", "GET", "/ocs/v2.php/cloud/user", &[("accept", "*/*")], "")
        .await;
    assert!(xml.text().contains("<statuscode>200</statuscode>") && xml.text().contains("<id>bob</id>"));
}

#[tokio::test]
async fn registrations_replace_and_are_seen() {
    let (nc, probe) = nextcloud().await;
    let base = "/ocs/v1.php/apps/app_api/api/v1";
    for title in ["One", "Two"] {
        let body =
            json!({ "name": "main", "displayName": title, "icon": "ui/icon.svg", "adminRequired": 0 }).to_string();
        let answer = probe.with("", "POST", &format!("{base}/ui/top-menu"), &[], &body).await;
        assert_eq!(answer.json()["ocs"]["meta"]["statuscode"], json!(100));
    }
    assert_eq!(nc.registered().top_menus.len(), 1);
    assert_eq!(nc.registered().top_menus[0]["displayName"], json!("Two"));
    for number in 0..11 {
        let body = json!({ "type": "top_menu", "name": "main", "path": format!("ui/{number}") }).to_string();
        probe.with("", "POST", &format!("{base}/ui/script"), &[], &body).await;
    }
    assert_eq!(nc.registered().scripts.len(), 10);
    let removed = probe
        .with("", "DELETE", &format!("{base}/ui/top-menu"), &[], "{\"name\":\"main\"}")
        .await;
    assert_eq!(removed.json()["ocs"]["meta"]["statuscode"], json!(100));
    assert!(nc.registered().top_menus.is_empty());
    let body =
        json!({ "params": { "object": "x", "object_id": "1", "subject_type": "s", "subject_params": {} } }).to_string();
    probe
        .with("bob", "POST", &format!("{base}/notification"), &[], &body)
        .await;
    assert_eq!(nc.notifications()[0].user, "bob");
    let config = json!({ "configKey": "a", "configValue": "b", "sensitive": 0 }).to_string();
    probe
        .with("", "POST", &format!("{base}/ex-app/config"), &[], &config)
        .await;
    let values = probe
        .with(
            "",
            "POST",
            &format!("{base}/ex-app/config/get-values"),
            &[],
            "{\"configKeys\":[\"a\",\"c\"]}",
        )
        .await;
    assert_eq!(
        values.json()["ocs"]["data"],
        json!([{ "configkey": "a", "configvalue": "b" }])
    );
}

#[tokio::test]
async fn webhooks_always_insert() {
    let (nc, probe) = nextcloud().await;
    let path = "/ocs/v2.php/apps/webhook_listeners/api/v1/webhooks";
    let body =
        json!({ "httpMethod": "POST", "uri": "/hooks/file", "event": "OCP\\Files\\Events\\Node\\NodeWrittenEvent" })
            .to_string();
    assert_eq!(probe.with("bob", "POST", path, &[], &body).await.status, 403);
    probe.with("", "POST", path, &[], &body).await;
    let second = probe.with("", "POST", path, &[], &body).await.json()["ocs"]["data"]["id"].clone();
    assert_eq!(nc.registered().webhooks.len(), 2);
    assert_eq!(nc.registered().webhooks[0]["appId"], json!("voiceassist"));
    let list = probe.get("", path).await;
    assert_eq!(list.json()["ocs"]["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        probe
            .with("", "DELETE", &format!("{path}/{second}"), &[], "")
            .await
            .status,
        200
    );
    assert_eq!(nc.registered().webhooks.len(), 1);
}

#[tokio::test]
async fn faults_and_the_log() {
    let (nc, probe) = nextcloud().await;
    nc.fail_next(1, 503, Some(7));
    let failed = probe.get("bob", "/status.php").await;
    assert_eq!((failed.status, failed.header("retry-after")), (503, Some("7")));
    assert_eq!(
        probe.get("bob", "/status.php").await.json()["versionstring"],
        json!("34.0.1")
    );
    nc.down(Down::Dropped);
    assert!(probe.try_send("GET", "/status.php", &[], "").await.is_none());
    nc.down(Down::Unavailable);
    assert_eq!(probe.get("bob", "/status.php").await.status, 503);
    nc.down(Down::No);
    let statuses: Vec<u16> = nc.log().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [503, 200, 0, 503]);
    assert_eq!(nc.log()[0].user.as_deref(), Some("bob"));
    nc.delay(std::time::Duration::from_millis(60));
    let start = std::time::Instant::now();
    probe.get("bob", "/status.php").await;
    assert!(start.elapsed().as_millis() >= 60);
}
