//! nextcloud.md 4.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use testkit::Nextcloud;
use testkit::nextcloud::{Access, AppSpec, Route};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::app::FakeApp;
use super::probe::{Answer, Probe, SECRET};

const PHP: &str = "/index.php/apps/app_api/proxy/voiceassist";

async fn proxied() -> (Nextcloud, Probe, FakeApp) {
    let spec = AppSpec::new("voiceassist", SECRET).routes(vec![
        Route::new("^/api/admin.*", "GET", Access::Admin),
        Route::new("^/public/.*", "GET", Access::Public),
        Route::new("^/api/.*", "GET,POST,PUT,DELETE,PATCH", Access::User),
    ]);
    let nc = Nextcloud::start(spec).await.unwrap();
    nc.user("admin", &["admin"]);
    nc.user("bob", &[]);
    nc.language("bob", "de");
    nc.set_app_enabled(true);
    let app = FakeApp::start().await;
    nc.app_url(&app.url);
    let probe = Probe::at(nc.url());
    (nc, probe, app)
}

fn basic(user: &str) -> (&'static str, String) {
    (
        "authorization",
        format!("Basic {}", STANDARD.encode(format!("{user}:{user}"))),
    )
}

async fn ask(probe: &Probe, method: &str, path: &str) -> Answer {
    probe.send(method, &format!("{PHP}{path}"), &[basic("bob")], "").await
}

#[tokio::test]
async fn the_user_reaches_the_app_signed() {
    let (_nc, probe, app) = proxied().await;
    let headers = [
        basic("bob"),
        ("cookie", "x=y".to_owned()),
        ("authorization-app-api", "forged".to_owned()),
    ];
    let answer = probe.send("POST", &format!("{PHP}/api/x"), &headers, "body").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "fine"));
    let seen = app.last();
    assert_eq!(seen.user().as_deref(), Some("bob"));
    assert_eq!(
        (seen.header("cookie"), seen.header("x-origin-ip")),
        (Some("x=y"), Some("127.0.0.1"))
    );
    assert_eq!(
        (seen.header("accept-language"), &seen.body[..]),
        (Some("de"), b"body".as_slice())
    );
    assert!(seen.header("authorization").is_some(), "4.2: the password goes through");
}

#[tokio::test]
async fn methods_are_few() {
    let (_nc, probe, app) = proxied().await;
    assert_eq!(ask(&probe, "HEAD", "/api/x").await.status, 200);
    assert_eq!(app.last().method, "GET");
    for method in ["PATCH", "OPTIONS", "PROPFIND"] {
        assert_eq!(ask(&probe, method, "/api/x").await.status, 405);
    }
}

#[tokio::test]
async fn what_is_not_allowed_is_404() {
    let (nc, probe, app) = proxied().await;
    assert_eq!(
        probe.send("GET", &format!("{PHP}/api/x"), &[], "").await.status,
        404,
        "nobody"
    );
    assert_eq!(ask(&probe, "GET", "/api/admin/x").await.status, 404, "not an admin");
    assert_eq!(ask(&probe, "GET", "/heartbeat").await.status, 404, "no route");
    assert_eq!(ask(&probe, "POST", "/public/x").await.status, 404, "verb");
    assert_eq!(ask(&probe, "GET", "/api/a/../b").await.status, 404);
    assert_eq!(
        probe
            .send("GET", "/apps/app_api/proxy/other/api/x", &[basic("bob")], "")
            .await
            .status,
        404
    );
    assert!(app.seen().is_empty());
    let admin = probe
        .send("GET", &format!("{PHP}/api/admin/x"), &[basic("admin")], "")
        .await;
    assert_eq!(admin.status, 200);
    assert_eq!(
        probe.send("GET", &format!("{PHP}/PUBLIC/x"), &[], "").await.status,
        200,
        "case is ignored"
    );
    nc.set_app_enabled(false);
    assert_eq!(ask(&probe, "GET", "/api/x").await.status, 404, "disabled");
}

#[tokio::test]
async fn path_and_query_are_written_again() {
    let (_nc, probe, app) = proxied().await;
    ask(&probe, "GET", "/api/a%2Fb%20c?k=1&k=2&q=a%20b&l[]=1&l[]=2").await;
    assert_eq!(app.last().target, "/api/a/b%20c?k=2&q=a+b&l%5B0%5D=1&l%5B1%5D=2");
}

#[tokio::test]
async fn answers_are_buffered_redirects_followed_headers_completed() {
    let (_nc, probe, app) = proxied().await;
    let start = Instant::now();
    let answer = ask(&probe, "GET", "/public/stream").await;
    assert!(start.elapsed() >= Duration::from_millis(400));
    assert_eq!(answer.text(), "data: x\n\ndata: x\n\n");
    assert_eq!(
        answer.header("cache-control"),
        Some("private, max-age=3600, must-revalidate")
    );
    assert!(
        answer
            .header("content-security-policy")
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    assert!(answer.header("feature-policy").unwrap().contains("microphone 'none'"));
    assert_eq!(ask(&probe, "GET", "/api/old").await.text(), "new");
    assert_eq!(app.last().target, "/api/new?x=1");
    let answer = ask(&probe, "GET", "/api/cookies").await;
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    assert_eq!(answer.header("set-cookie"), Some("a=1"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'self'"));
}

#[tokio::test]
async fn html_is_cut() {
    let (_nc, probe, _app) = proxied().await;
    let page = ask(&probe, "GET", "/api/page.html").await.text();
    assert_eq!(page.len(), "<p>1</p><script>one</script><script>two</script>".len());
    assert!(page.contains("<script nonce=") && !page.contains("two"));
}

#[tokio::test]
async fn an_app_that_is_down_is_an_empty_500() {
    let (nc, probe, _app) = proxied().await;
    nc.app_url("http://127.0.0.1:9");
    let answer = ask(&probe, "GET", "/api/x").await;
    assert_eq!((answer.status, answer.body.len()), (500, 0));
}

#[tokio::test]
async fn harp_streams_and_passes_everything() {
    let (nc, probe, app) = proxied().await;
    let at = |path: &str| format!("/exapps/voiceassist{path}");
    assert_eq!(probe.send("GET", &at("/public/x"), &[], "").await.status, 404, "off");
    nc.harp(true);
    assert_eq!(
        probe
            .send("PATCH", &at("/api/a%2Fb?k=1&k=2"), &[basic("bob")], "")
            .await
            .status,
        200
    );
    let seen = app.last();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("PATCH", "/api/a%2Fb?k=1&k=2")
    );
    assert_eq!(
        (seen.header("aa-version"), seen.user().as_deref()),
        (Some("32"), Some("bob"))
    );
    assert!(seen.header("harp-shared-key").is_some() && seen.header("x-origin-ip").is_none());
    assert_eq!(probe.send("GET", &at("/api/x"), &[], "").await.status, 403);
    assert_eq!(
        probe.send("GET", &at("/API/x"), &[basic("bob")], "").await.status,
        404,
        "case counts"
    );
    assert_eq!(
        probe.send("GET", &at("/api/old"), &[basic("bob")], "").await.status,
        302
    );
    let cookies = probe.send("GET", &at("/api/cookies"), &[basic("bob")], "").await;
    assert_eq!(cookies.headers.get_all("set-cookie").iter().count(), 2);
    for path in ["/heartbeat", "/init", "/enabled", "/api/../x"] {
        assert!(
            probe.try_send("GET", &at(path), &[basic("bob")], "").await.is_none(),
            "{path}"
        );
    }
    let start = Instant::now();
    let mut stream = tokio::net::TcpStream::connect(nc.url().strip_prefix("http://").unwrap())
        .await
        .unwrap();
    let request = format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", at("/public/stream"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    while !text.contains("data: x") {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).await.unwrap();
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    assert!(
        start.elapsed() < Duration::from_millis(350),
        "the first event comes at once"
    );
}

#[tokio::test]
async fn harp_tunnels_upgraded_connections() {
    let (nc, _probe, _app) = proxied().await;
    nc.harp(true);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    nc.app_url(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 4096];
        assert!(stream.read(&mut bytes).await.unwrap() > 0);
        let switch = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
        stream.write_all(switch.as_bytes()).await.unwrap();
        let read = stream.read(&mut bytes).await.unwrap();
        stream.write_all(&bytes[..read]).await.unwrap();
    });
    let mut stream = tokio::net::TcpStream::connect(nc.url().strip_prefix("http://").unwrap())
        .await
        .unwrap();
    let head =
        "GET /exapps/voiceassist/public/ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut bytes = [0; 4096];
    let read = stream.read(&mut bytes).await.unwrap();
    assert!(String::from_utf8_lossy(&bytes[..read]).starts_with("HTTP/1.1 101"));
    stream.write_all(b"hello").await.unwrap();
    let read = stream.read(&mut bytes).await.unwrap();
    assert_eq!(&bytes[..read], b"hello");
}
