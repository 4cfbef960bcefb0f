use api_types::{ProblemBody, SessionInfo, SessionKind, SessionList};
use axum::http::StatusCode;
use sqlx::Row;
use voiceassist::identity;

use crate::support::{TestApp, bare, bytes, cookies, json, post, with_body};

#[tokio::test]
async fn a_sign_in_link_works_once() {
    let test = TestApp::start().await;
    let token = test.link("anna").await;
    let request = serde_json::json!({ "token": token });
    assert_eq!(
        test.send(post("/api/v1/session", &request)).await.status(),
        StatusCode::OK
    );
    let again = test.send(post("/api/v1/session", &request)).await;
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
    assert!(
        json::<ProblemBody>(again)
            .await
            .detail
            .unwrap()
            .contains("voiceassist login")
    );
}

#[tokio::test]
async fn who_asks_too_much_is_told_how_long_to_wait_and_nobody_else_is() {
    let test = TestApp::start_with(|config| config.limits.ask = std::num::NonZeroU32::new(2).unwrap()).await;
    let (anna, ben) = (test.sign_in("anna").await, test.sign_in("ben").await);
    let conversation = anna.conversation().await;
    let path = format!("/api/v1/conversations/{conversation}/messages?wait=poll");
    let ask = |number: u32| {
        let body = serde_json::json!({ "client_message_id": number.to_string(), "text": "Which dose of heparin?" });
        anna.send(post(&path, &body))
    };
    for number in 0..2 {
        assert_eq!(ask(number).await.status(), StatusCode::OK);
    }
    let refused = ask(2).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(json::<ProblemBody>(refused).await.kind, "/problems/too-many");
    let own = ben.conversation().await;
    let body = serde_json::json!({ "client_message_id": "1", "text": "Which dose of heparin?" });
    let other = ben
        .send(post(&format!("/api/v1/conversations/{own}/messages?wait=poll"), &body))
        .await;
    assert_eq!(other.status(), StatusCode::OK);
    test.clock.advance(60_000);
    assert_eq!(ask(2).await.status(), StatusCode::OK, "the same request later");
}

#[tokio::test]
async fn over_tls_both_cookies_come_back_over_tls_alone() {
    let test = TestApp::start().await;
    for (name, value, wanted) in [
        ("origin", "https://assist.example.org", true),
        ("x-forwarded-proto", "https", true),
        ("origin", "http://127.0.0.1:8377", false),
    ] {
        let token = test.link("anna").await;
        let mut request = post("/api/v1/session", &serde_json::json!({ "token": token }));
        request.headers_mut().insert(name, value.parse().unwrap());
        let response = test.send(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        let given = response.headers().get_all("set-cookie").iter();
        let marked: Vec<bool> = given
            .map(|cookie| cookie.to_str().unwrap().ends_with("; Secure"))
            .collect();
        assert_eq!(marked, [wanted; 2], "{name}: {value}");
    }
}

#[tokio::test]
async fn a_sign_in_link_expires() {
    let test = TestApp::start().await;
    let token = test.link("anna").await;
    test.clock.advance(31 * 60 * 1000);
    let late = test
        .send(post("/api/v1/session", &serde_json::json!({ "token": token })))
        .await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    assert_eq!(anna.get::<SessionInfo>("/api/v1/session").await.user.name, "anna");
    assert_eq!(
        anna.send(bare("DELETE", "/api/v1/session")).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        anna.send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

const MINUTE: i64 = 60_000;

/// Refreshes as a browser with these cookies does: its new cookies, or the problem's kind.
async fn refresh(test: &TestApp, cookie: &str) -> Result<String, String> {
    let browser = test.browser(vec![("cookie", cookie.to_owned())]);
    let response = browser.send(bare("POST", "/api/v1/session/refresh")).await;
    match response.status() {
        StatusCode::NO_CONTENT => Ok(cookies(&response)),
        StatusCode::UNAUTHORIZED => Err(json::<ProblemBody>(response).await.kind),
        other => panic!("{other}"),
    }
}

async fn status(test: &TestApp, cookie: &str) -> StatusCode {
    let browser = test.browser(vec![("cookie", cookie.to_owned())]);
    browser.send(bare("GET", "/api/v1/session")).await.status()
}

async fn signed_in(test: &TestApp, user: &str) -> String {
    let token = test.link(user).await;
    let response = test
        .send(post("/api/v1/session", &serde_json::json!({ "token": token })))
        .await;
    cookies(&response)
}

async fn audited(test: &TestApp, action: &str) -> i64 {
    let row = sqlx::query("SELECT COUNT(*) AS rows FROM audit WHERE action = $1").bind(action);
    row.fetch_one(&test.app.db).await.unwrap().get("rows")
}

#[tokio::test]
async fn no_token_can_be_read_by_the_page() {
    let test = TestApp::start().await;
    let token = test.link("anna").await;
    let response = test
        .send(post("/api/v1/session", &serde_json::json!({ "token": token })))
        .await;
    let given: Vec<&str> = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|v| v.to_str().unwrap())
        .collect();
    assert_eq!(given.len(), 2);
    for cookie in given {
        assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    }
}

#[tokio::test]
async fn an_access_token_ends_after_minutes_and_a_refresh_goes_on() {
    let test = TestApp::start().await;
    let first = signed_in(&test, "anna").await;
    test.clock.advance(10 * MINUTE);
    assert_eq!(status(&test, &first).await, StatusCode::UNAUTHORIZED);
    let second = refresh(&test, &first).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(status(&test, &second).await, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_seen_again_ends_the_whole_session_and_is_audited() {
    let test = TestApp::start().await;
    let stolen = signed_in(&test, "anna").await;
    let second = refresh(&test, &stolen).await.unwrap();
    let third = refresh(&test, &second).await.unwrap();
    let other = signed_in(&test, "anna").await;
    test.clock.advance(MINUTE);
    assert_eq!(refresh(&test, &stolen).await.unwrap_err(), "/problems/session-reused");
    assert_eq!(status(&test, &third).await, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&test, &third).await.unwrap_err(), "/problems/session-reused");
    assert_eq!(
        status(&test, &other).await,
        StatusCode::OK,
        "another sign-in is another family"
    );
    assert_eq!(audited(&test, "session.token_reused").await, 1);
}

#[tokio::test]
async fn two_tabs_that_refresh_at_once_get_the_same_pair() {
    let test = TestApp::start().await;
    let first = signed_in(&test, "anna").await;
    let (one, two) = tokio::join!(refresh(&test, &first), refresh(&test, &first));
    assert_eq!(one, two);
    assert_eq!(status(&test, &one.unwrap()).await, StatusCode::OK);
    assert_eq!(
        status(&test, &first).await,
        StatusCode::OK,
        "requests on their way keep their token"
    );
}

#[tokio::test]
async fn a_session_ends_after_fifteen_idle_minutes() {
    let test = TestApp::start().await;
    let anna = signed_in(&test, "anna").await;
    test.clock.advance(8 * MINUTE);
    assert_eq!(status(&test, &anna).await, StatusCode::OK);
    test.clock.advance(8 * MINUTE);
    let anna = refresh(&test, &anna).await.unwrap();
    test.clock.advance(8 * MINUTE);
    assert_eq!(
        status(&test, &anna).await,
        StatusCode::UNAUTHORIZED,
        "a refresh is nothing that a person does"
    );
    assert_eq!(refresh(&test, &anna).await.unwrap_err(), "/problems/session-idle");
}

#[tokio::test]
async fn a_page_that_looks_by_itself_keeps_nobody_signed_in() {
    let test = TestApp::start().await;
    let anna = signed_in(&test, "anna").await;
    let page = test.browser(vec![
        ("cookie", anna.clone()),
        ("x-voiceassist-background", "1".to_owned()),
    ]);
    test.clock.advance(8 * MINUTE);
    assert_eq!(page.send(bare("GET", "/api/v1/status")).await.status(), StatusCode::OK);
    test.clock.advance(8 * MINUTE);
    assert_eq!(refresh(&test, &anna).await.unwrap_err(), "/problems/session-idle");
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_whatever_is_done_in_it() {
    let test = TestApp::start().await;
    let mut anna = signed_in(&test, "anna").await;
    for _ in 0..71 {
        test.clock.advance(10 * MINUTE);
        anna = refresh(&test, &anna).await.unwrap();
        assert_eq!(status(&test, &anna).await, StatusCode::OK);
    }
    test.clock.advance(10 * MINUTE);
    assert_eq!(refresh(&test, &anna).await.unwrap_err(), "/problems/session-expired");
    assert_eq!(status(&test, &anna).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_works_after_the_access_token_has_expired() {
    let test = TestApp::start().await;
    let anna = signed_in(&test, "anna").await;
    test.clock.advance(11 * MINUTE);
    let browser = test.browser(vec![("cookie", anna.clone())]);
    assert_eq!(
        browser.send(bare("DELETE", "/api/v1/session")).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(refresh(&test, &anna).await.unwrap_err(), "/problems/session-expired");
}

#[tokio::test]
async fn a_user_sees_their_sessions_and_ends_one() {
    let test = TestApp::start().await;
    let (here, there) = (test.sign_in("anna").await, test.sign_in("anna").await);
    let bert = test.sign_in("bert").await;
    let list: SessionList = here.get("/api/v1/sessions").await;
    assert_eq!(list.sessions.len(), 2);
    let other = list.sessions.iter().find(|session| !session.current).unwrap();
    let path = format!("/api/v1/sessions/{}", other.id);
    let foreign = bert.send(bare("DELETE", &path)).await;
    let absent = bert.send(bare("DELETE", "/api/v1/sessions/none")).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    assert_eq!(foreign.headers(), absent.headers());
    assert_eq!(bytes(foreign).await, bytes(absent).await);
    assert_eq!(here.send(bare("DELETE", &path)).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        there.send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(here.send(bare("GET", "/api/v1/session")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_program_keeps_its_one_token_and_is_in_the_list() {
    let test = TestApp::start().await;
    let (clock, random) = (test.app.clock.as_ref(), test.app.random.as_ref());
    let token = identity::login::token(&test.app.config, &test.app.db, clock, random, "anna")
        .await
        .unwrap();
    let program = test.browser(vec![("authorization", format!("Bearer {token}"))]);
    test.clock.advance(60 * MINUTE);
    let list: SessionList = program.get("/api/v1/sessions").await;
    assert_eq!(list.sessions[0].kind, SessionKind::Program);
    test.clock.advance(11 * 60 * MINUTE);
    assert_eq!(
        program.send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_database_holds_no_token() {
    let test = TestApp::start().await;
    let cookie = signed_in(&test, "anna").await;
    let rows = sqlx::query("SELECT hash FROM session_tokens UNION SELECT seed FROM sessions");
    let kept: Vec<String> = rows
        .fetch_all(&test.app.db)
        .await
        .unwrap()
        .iter()
        .map(|row| row.get("hash"))
        .collect();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|text| !cookie.contains(text.as_str())));
}

#[tokio::test]
async fn without_a_session_nothing_is_reachable() {
    let test = TestApp::start().await;
    for path in [
        "/api/v1/documents",
        "/api/v1/conversations",
        "/api/v1/status",
        "/api/v1/plugins",
        "/api/admin/panel/egress",
    ] {
        assert_eq!(
            test.send(bare("GET", path)).await.status(),
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_change_from_a_foreign_page_is_refused() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let mut request = bare("POST", "/api/v1/conversations");
    request.headers_mut().remove("x-requested-with");
    assert_eq!(anna.send(request).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn only_an_admin_switches_models_and_sees_the_egress_log() {
    let test = TestApp::start().await;
    let _admin = test.sign_in("anna").await;
    let staff = test.sign_in("bert").await;
    assert_eq!(
        staff.send(bare("GET", "/api/admin/panel/egress")).await.status(),
        StatusCode::FORBIDDEN
    );
    let body = serde_json::json!({ "enabled": true });
    let switch = with_body("PUT", "/api/v1/admin/endpoints/openai-compatible", &body);
    assert_eq!(staff.send(switch).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_user_of_the_printed_link_is_an_admin_even_after_others() {
    let test = TestApp::start().await;
    let _first = test.sign_in("anna").await;
    let admin = test.sign_in("admin").await;
    assert_eq!(
        admin.send(bare("GET", "/api/admin/panel/egress")).await.status(),
        StatusCode::OK
    );
    let other = test.sign_in("Admin2").await;
    assert_eq!(
        other.send(bare("GET", "/api/admin/panel/egress")).await.status(),
        StatusCode::FORBIDDEN
    );
}
