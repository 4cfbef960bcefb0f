//! The second factor of local users and of Nextcloud's.

use api_types::{FreshSecondFactor, ProblemBody, RecoveryCodes, SecondFactorEnrolment, SecondFactorState, SessionInfo};
use axum::body::Body;
use axum::http::{Response, StatusCode};
use data_encoding::BASE32_NOPAD;
use voiceassist::identity::second_factor::{code, remove};
use voiceassist::models::ModelSettings;

use crate::cloud::Cloud;
use crate::support::{Browser, TestApp, bare, bytes, json, post, with_body};

const MINUTE: i64 = 60_000;
const GIVE: &str = "/api/v1/auth/second-factor";
const ENROLMENT: &str = "/api/v1/auth/second-factor/enrolment";

/// An authenticator app.
pub struct Authenticator([u8; 20]);

impl Authenticator {
    pub fn of(enrolment: &SecondFactorEnrolment) -> Self {
        let secret = BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
        Self(secret.try_into().unwrap())
    }

    pub fn code(&self, test: &TestApp) -> String {
        code::code(&self.0, code::step_at(test.clock.advance(0)))
    }
}

async fn begin(browser: &Browser<'_>) -> Authenticator {
    let enrolment: SecondFactorEnrolment = json(browser.send(bare("POST", ENROLMENT)).await).await;
    assert!(enrolment.qr_svg.contains("<svg") && enrolment.address.contains(&enrolment.secret));
    Authenticator::of(&enrolment)
}

pub async fn enrol(test: &TestApp, browser: &Browser<'_>) -> (Authenticator, RecoveryCodes) {
    let authenticator = begin(browser).await;
    let body = serde_json::json!({ "code": authenticator.code(test) });
    let response = browser.send(with_body("PUT", ENROLMENT, &body)).await;
    assert_eq!(response.status(), StatusCode::OK);
    (authenticator, json(response).await)
}

async fn give(browser: &Browser<'_>, code: &str) -> Response<Body> {
    browser.send(post(GIVE, &serde_json::json!({ "code": code }))).await
}

async fn kind(response: Response<Body>) -> String {
    json::<ProblemBody>(response).await.kind
}

/// Something that needs a fresh code.
async fn sensitive(browser: &Browser<'_>) -> Response<Body> {
    browser
        .send(bare("POST", "/api/v1/auth/second-factor/recovery-codes"))
        .await
}

#[tokio::test]
async fn a_second_factor_is_enrolled_with_its_first_code_and_recovery_codes() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let _ = begin(&anna).await;
    let state: SecondFactorState = anna.get(GIVE).await;
    assert!(!state.enrolled, "a secret nobody has proven to have counts for nothing");
    let wrong = anna
        .send(with_body("PUT", ENROLMENT, &serde_json::json!({ "code": "000000" })))
        .await;
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    let (_, codes) = enrol(&test, &anna).await;
    assert_eq!(codes.codes.len(), 10);
    let state: SecondFactorState = anna.get(GIVE).await;
    assert!(state.enrolled && state.recovery_codes_left == 10 && state.fresh_until.is_some());
    let again = anna.send(bare("POST", ENROLMENT)).await;
    assert_eq!(
        again.status(),
        StatusCode::CONFLICT,
        "nobody replaces it without a code"
    );
}

#[tokio::test]
async fn a_model_may_see_patients_only_by_a_fresh_code() {
    let test = TestApp::start_with(|config| {
        config.model = Some(ModelSettings {
            base_url: "https://models.example/v1".parse().unwrap(),
            name: "example-model".into(),
            api_key: None,
            is_local: false,
        });
    })
    .await;
    let admin = test.sign_in("admin").await;
    let listed: api_types::ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    let path = format!("/api/v1/admin/endpoints/{}", listed.endpoints[1].id);
    let allowed = serde_json::json!({ "enabled": false, "phi_handling": "phi_allowed",
        "agreement": { "reference": "BAA 2026-17", "agreed_on": "2026-01-03" } });
    let choose = || admin.send(with_body("PUT", &path, &allowed));
    assert_eq!(kind(choose().await).await, "/problems/second-factor-missing");
    enrol(&test, &admin).await;
    test.clock.advance(6 * MINUTE);
    assert_eq!(kind(choose().await).await, "/problems/second-factor-needed");
    let listed: api_types::ModelEndpointList = admin.get("/api/v1/admin/endpoints").await;
    assert_eq!(listed.endpoints[1].phi_handling, api_types::PhiHandling::NeverPhi);
}

#[tokio::test]
async fn a_new_session_can_do_nothing_until_the_code_is_given() {
    let test = TestApp::start().await;
    let (authenticator, _) = enrol(&test, &test.sign_in("anna").await).await;
    let later = test.sign_in("anna").await;
    let info: SessionInfo = later.get("/api/v1/session").await;
    assert!(info.needs_second_factor);
    for path in ["/api/v1/conversations", "/api/v1/documents", "/api/v1/sessions", GIVE] {
        let refused = later.send(bare("GET", path)).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
        assert_eq!(kind(refused).await, "/problems/second-factor-needed");
    }
    test.clock.advance(MINUTE);
    assert_eq!(give(&later, &authenticator.code(&test)).await.status(), StatusCode::OK);
    assert!(!later.get::<SessionInfo>("/api/v1/session").await.needs_second_factor);
    assert_eq!(
        later.send(bare("GET", "/api/v1/documents")).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn whoever_lost_the_only_second_factor_is_helped_from_the_shell_and_the_trail_says_so() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let reset = |name: &'static str| remove::from_shell(&test.app.db, test.clock.as_ref(), name);
    let refused = reset("anna").await.unwrap_err().to_string();
    assert!(refused.contains("has no second factor"), "{refused}");
    let unknown = reset("nobody").await.unwrap_err().to_string();
    assert!(unknown.contains("There is no user"), "{unknown}");
    enrol(&test, &anna).await;
    reset("anna").await.unwrap();
    assert!(!anna.get::<SecondFactorState>(GIVE).await.enrolled);
    let by = "SELECT actor FROM audit WHERE action = 'second_factor.removed'";
    let actors: Vec<String> = sqlx::query_scalar(by).fetch_all(&test.app.db).await.unwrap();
    assert_eq!(actors, ["system:shell"]);
}

#[tokio::test]
async fn a_code_alone_opens_nothing() {
    let test = TestApp::start().await;
    let (authenticator, _) = enrol(&test, &test.sign_in("anna").await).await;
    test.clock.advance(MINUTE);
    let nobody = test.browser(Vec::new());
    let response = give(&nobody, &authenticator.code(&test)).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_code_counts_once_and_for_five_minutes() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    assert_eq!(kind(sensitive(&anna).await).await, "/problems/second-factor-missing");
    let (authenticator, _) = enrol(&test, &anna).await;
    assert_eq!(sensitive(&anna).await.status(), StatusCode::OK);
    test.clock.advance(5 * MINUTE);
    assert_eq!(kind(sensitive(&anna).await).await, "/problems/second-factor-needed");
    let code = authenticator.code(&test);
    let (one, two) = tokio::join!(give(&anna, &code), give(&anna, &code));
    let mut both = [one.status(), two.status()];
    both.sort();
    assert_eq!(
        both,
        [StatusCode::OK, StatusCode::FORBIDDEN],
        "a code of one moment is used once"
    );
    assert_eq!(sensitive(&anna).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let (_, codes) = enrol(&test, &anna).await;
    let typed = codes.codes[3].to_lowercase().replace('-', " ");
    assert_eq!(give(&anna, &typed).await.status(), StatusCode::OK);
    assert_eq!(kind(give(&anna, &typed).await).await, "/problems/second-factor-wrong");
    assert_eq!(anna.get::<SecondFactorState>(GIVE).await.recovery_codes_left, 9);
    let new: RecoveryCodes = json(sensitive(&anna).await).await;
    assert_eq!(give(&anna, &codes.codes[0]).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(give(&anna, &new.codes[0]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn after_five_wrong_codes_the_right_one_has_to_wait() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let (authenticator, _) = enrol(&test, &anna).await;
    test.clock.advance(MINUTE);
    for _ in 0..5 {
        assert_eq!(give(&anna, "123").await.status(), StatusCode::FORBIDDEN);
    }
    let refused = give(&anna, &authenticator.code(&test)).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: i64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((55..=60).contains(&wait), "{wait}");
    test.clock.advance(wait * 1000);
    assert_eq!(give(&anna, &authenticator.code(&test)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn another_user_of_nextcloud_cannot_use_the_proof_of_a_code() {
    let cloud = Cloud::start().await;
    let admin = cloud.user("admin");
    assert_eq!(kind(sensitive(&admin).await).await, "/problems/second-factor-missing");
    let (_, codes) = enrol(&cloud.test, &admin).await;
    assert_eq!(kind(sensitive(&admin).await).await, "/problems/second-factor-needed");
    let proof = codes.fresh.proof.unwrap();
    let with = |uid: &str| {
        let mut request = bare("POST", "/api/v1/auth/second-factor/recovery-codes");
        request
            .headers_mut()
            .insert("x-voiceassist-second-factor", proof.parse().unwrap());
        let browser = cloud.user(uid);
        async move { browser.send(request).await }
    };
    let anew = with("admin").await;
    assert_eq!(anew.status(), StatusCode::OK);
    let anew: RecoveryCodes = json(anew).await;
    let (_, own) = enrol(&cloud.test, &cloud.user("alice")).await;
    assert_ne!(own.fresh.proof.unwrap(), proof);
    assert_eq!(kind(with("alice").await).await, "/problems/second-factor-needed");
    cloud.test.clock.advance(5 * MINUTE);
    assert_eq!(kind(with("admin").await).await, "/problems/second-factor-needed");
    let given = give(&admin, &anew.codes[0]).await;
    let fresh: FreshSecondFactor = json(given).await;
    assert!(fresh.proof.is_some_and(|new| new != proof));
}

#[tokio::test]
async fn removing_it_needs_a_fresh_code_and_what_it_was_is_gone() {
    let test = TestApp::start().await;
    let anna = test.sign_in("anna").await;
    let (_, codes) = enrol(&test, &anna).await;
    test.clock.advance(6 * MINUTE);
    assert_eq!(anna.send(bare("DELETE", GIVE)).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(give(&anna, &codes.codes[0]).await.status(), StatusCode::OK);
    assert_eq!(anna.send(bare("DELETE", GIVE)).await.status(), StatusCode::NO_CONTENT);
    assert!(!anna.get::<SecondFactorState>(GIVE).await.enrolled);
    let gone = give(&anna, &codes.codes[1]).await;
    assert!(
        String::from_utf8(bytes(gone).await)
            .unwrap()
            .contains("second-factor-missing")
    );
}
