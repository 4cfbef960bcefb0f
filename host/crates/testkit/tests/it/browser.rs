//! nextcloud.md 1.1 and 10, and what the pages of a browser do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::app::FakeApp;
use super::probe::{Answer, Probe, nextcloud};

async fn sign_in(probe: &Probe, user: &str) -> String {
    let form = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    let answer = probe
        .send("POST", "/login", &form, &format!("name={user}&password={user}"))
        .await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/index.php/apps/files/"))
    );
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .collect();
    assert_eq!(cookies.len(), 2);
    assert!(cookies[0].starts_with("oc_sessionPassphrase="));
    cookies.join("; ")
}

async fn get(probe: &Probe, cookies: &str, path: &str) -> Answer {
    probe.send("GET", path, &[("cookie", cookies.to_owned())], "").await
}

fn token(page: &str) -> String {
    let (_, rest) = page.split_once("data-requesttoken=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn only_the_right_password_signs_in() {
    let (nc, probe) = nextcloud().await;
    let form = [("content-type", "application/x-www-form-urlencoded".to_owned())];
    let wrong = probe.send("POST", "/login", &form, "name=bob&password=x").await;
    assert!(wrong.status == 200 && wrong.text().contains("Wrong login"));
    let cookies = sign_in(&probe, "bob").await;
    assert_eq!(get(&probe, &cookies, "/index.php/apps/files").await.status, 200);
    nc.disable("bob");
    assert_eq!(get(&probe, &cookies, "/index.php/apps/files").await.status, 303);
}

#[tokio::test]
async fn the_session_reads_dav_and_writes_with_the_token() {
    let (nc, probe) = nextcloud().await;
    nc.put("bob", "/a.md", "content");
    let cookies = sign_in(&probe, "bob").await;
    let file = "/remote.php/dav/files/bob/a.md";
    let read = [("cookie", cookies.clone()), ("range", "bytes=0-1".to_owned())];
    assert_eq!(probe.send("GET", file, &read, "").await.status, 206);
    assert_eq!(
        probe
            .send("PUT", file, &[("cookie", cookies.clone())], "x")
            .await
            .status,
        401
    );
    let token = token(&get(&probe, &cookies, "/index.php/apps/files").await.text());
    let write = [("cookie", cookies), ("requesttoken", token)];
    assert_eq!(probe.send("PUT", file, &write, "x").await.status, 204);
}

#[tokio::test]
async fn the_files_page_lists_and_shares() {
    let (nc, probe) = nextcloud().await;
    let id = nc.put("alice", "/Docs/<a>.md", "content");
    let cookies = sign_in(&probe, "alice").await;
    let page = get(&probe, &cookies, "/index.php/apps/files?dir=%2FDocs").await.text();
    assert!(page.contains("&lt;a&gt;.md") && page.contains(&format!("data-fileid=\"{id}\"")));
    let token = token(&page);
    let headers = [
        ("cookie", cookies.clone()),
        ("requesttoken", token),
        ("accept", "application/json".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let share = json!({ "path": "/Docs/<a>.md", "shareType": 0, "shareWith": "bob" }).to_string();
    let shares = "/ocs/v2.php/apps/files_sharing/api/v1/shares";
    let made = probe.send("POST", shares, &headers, &share).await;
    assert_eq!(made.status, 200);
    assert!(nc.readable("bob", id));
    let share = made.json()["ocs"]["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        probe
            .send("DELETE", &format!("{shares}/{share}"), &headers, "")
            .await
            .status,
        200
    );
    assert!(!nc.readable("bob", id));
}

#[tokio::test]
async fn the_embedded_page_is_as_measured() {
    let (nc, probe) = nextcloud().await;
    let app = FakeApp::start().await;
    nc.app_url(&app.url);
    nc.user("anna", &[]);
    nc.language("anna", "de");
    let base = "/ocs/v1.php/apps/app_api/api/v1/ui";
    let entry = json!({ "type": "top_menu", "name": "main" });
    for (route, more) in [
        (
            "top-menu",
            json!({ "displayName": "VoiceAssist", "icon": "ui/icon.svg" }),
        ),
        ("script", json!({ "path": "ui/boot" })),
        ("style", json!({ "path": "ui/app" })),
        ("initial-state", json!({ "key": "config", "value": { "a": 1 } })),
    ] {
        let mut body = entry.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        probe
            .with("", "POST", &format!("{base}/{route}"), &[], &body.to_string())
            .await;
    }
    let address = "/index.php/apps/app_api/embedded/voiceassist/main/some/where";
    assert_eq!(probe.send("GET", address, &[], "").await.status, 303, "not signed in");
    let cookies = sign_in(&probe, "anna").await;
    let answer = get(&probe, &cookies, address).await;
    let page = answer.text();
    let policy = answer.header("content-security-policy").unwrap();
    let (_, rest) = policy.split_once("script-src 'nonce-").unwrap();
    let nonce = rest.split('\'').next().unwrap();
    let host = nc.url().replace("http://", "");
    let expected = format!(
        "default-src 'none';base-uri 'none';manifest-src 'self';script-src 'nonce-{nonce}' {host} 'unsafe-eval' 'unsafe-inline';\
         script-src-elem 'strict-dynamic' 'nonce-{nonce}' {host} 'unsafe-eval' 'unsafe-inline';style-src 'self' 'unsafe-inline';\
         img-src 'self' data: blob: https://*.tile.openstreetmap.org;font-src 'self' data:;connect-src 'self';\
         media-src 'self';frame-src 'self' {host};frame-ancestors 'self';worker-src 'self';form-action 'self'"
    );
    assert_eq!(policy, expected);
    assert_eq!(
        answer.header("feature-policy"),
        Some("autoplay 'self';camera 'none';fullscreen 'self';geolocation 'none';microphone 'none';payment 'none'")
    );
    let script = format!(
        "<script nonce=\"{nonce}\" defer src=\"/index.php/apps/app_api/proxy/voiceassist/ui/boot.js?v=0.1.0\"></script>"
    );
    assert!(page.contains(&script) && page.contains("<div id=\"content\"></div>"));
    assert!(page.contains("ui/app.css?v=") && page.contains("lang=\"de\"") && page.contains("data-themes=\"default\""));
    let (_, rest) = page.split_once("id=\"initial-state-app_api-config\" value=\"").unwrap();
    let once: String = serde_json::from_slice(&STANDARD.decode(rest.split('"').next().unwrap()).unwrap()).unwrap();
    assert_eq!(once, "{\"a\":1}");
    let dark = get(&probe, &cookies, &format!("{address}?theme=dark")).await.text();
    assert!(dark.contains("data-themes=\"dark\"") && dark.contains("data-theme-dark"));
    let css = probe
        .send("GET", "/apps/theming/theme/dark.css?plain=1", &[], "")
        .await
        .text();
    assert!(css.starts_with(":root{") && css.contains("--color-main-background:#171717"));
    let files = get(&probe, &cookies, "/index.php/apps/files").await.text();
    assert!(files.contains("/index.php/apps/app_api/embedded/voiceassist/main"));
    nc.set_app_enabled(false);
    assert_eq!(get(&probe, &cookies, address).await.status, 404);
}

#[tokio::test]
async fn control_drives_the_double() {
    let (nc, probe) = nextcloud().await;
    let op = async |body: serde_json::Value| probe.send("POST", "/_control", &[], &body.to_string()).await;
    assert_eq!(
        op(json!({ "op": "folder", "owner": "alice", "path": "/x" }))
            .await
            .status,
        404,
        "not served"
    );
    nc.serve_control();
    let put = op(json!({ "op": "put", "owner": "alice", "path": "/x/a.md", "base64": "aGk=" }))
        .await
        .json();
    let id = put["result"].as_i64().unwrap();
    op(json!({ "op": "share", "owner": "alice", "path": "/x", "with": "bob" })).await;
    assert!(nc.readable("bob", id));
    op(json!({ "op": "fac", "mime": "text/markdown" })).await;
    assert!(!nc.readable("bob", id));
    op(json!({ "op": "clear_fac" })).await;
    op(json!({ "op": "unshare", "owner": "alice", "path": "/x", "with": "bob" })).await;
    assert!(!nc.readable("bob", id));
    op(json!({ "op": "trash", "owner": "alice", "path": "/x/a.md" })).await;
    assert!(!nc.readable("alice", id));
    op(json!({ "op": "restore", "owner": "alice", "path": "/x/a.md" })).await;
    assert!(nc.readable("alice", id));
    assert_eq!(op(json!({ "op": "nonsense" })).await.status, 400);
}
