use api_types::{ProblemBody, SessionInfo};
use axum::http::StatusCode;

use crate::support::{TestApp, bare, json, post, with_body};

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

#[tokio::test]
async fn a_session_ends_after_two_idle_hours() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    test.clock.advance(2 * 60 * 60 * 1000 + 60_000);
    assert_eq!(
        anna.send(bare("GET", "/api/v1/session")).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn without_a_session_nothing_is_reachable() {
    let test = TestApp::start().await;
    for path in [
        "/api/v1/documents",
        "/api/v1/conversations",
        "/api/v1/status",
        "/api/v1/plugins",
        "/api/v1/admin/egress",
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
        staff.send(bare("GET", "/api/v1/admin/egress")).await.status(),
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
        admin.send(bare("GET", "/api/v1/admin/egress")).await.status(),
        StatusCode::OK
    );
    let other = test.sign_in("Admin2").await;
    assert_eq!(
        other.send(bare("GET", "/api/v1/admin/egress")).await.status(),
        StatusCode::FORBIDDEN
    );
}
