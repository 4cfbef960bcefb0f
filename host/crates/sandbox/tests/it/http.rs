//! The one way out: what a guest's request becomes at the seam, and what is never sent.

use std::sync::Arc;

use sandbox::{CallError, Compiler, Grants, HttpError, Limits, Outside, Phase, Plugin, Sandbox};

use crate::{
    all, guest, invoke, limits, load,
    outside::{Recorder, response},
    plan, told, tool_call,
};

/// `error-code` cases behind 1,000.
const DENIED: u32 = 1_015;
const REQUEST_TOO_LARGE: u32 = 1_017;
const INVALID_ADDRESS: u32 = 1_019;

/// A tool whose answer is `then` after a request to `authority` and `path`.
pub fn asking(method: u32, authority: &str, path: &str, body: u32, then: &str) -> Vec<u8> {
    let fetch = format!(
        "(call $fetch (i32.const {method}) (i32.const 100) (i32.const {}) (i32.const 300) (i32.const {}) (i32.const {body}))",
        authority.len(),
        path.len()
    );
    let body = then.replace("FETCH", &fetch);
    let texts = format!("(data (i32.const 100) \"{authority}\") (data (i32.const 300) \"{path}\")");
    guest::component(
        "integration",
        &format!("{texts} {}", guest::export("tools", "invoke", 13, &body)),
    )
}

const STATUS: &str = "(call $tell (call $wait FETCH))";
const LENGTH: &str = "(drop (call $wait FETCH)) (call $tell (call $drain))";

fn get(authority: &str, path: &str) -> Vec<u8> {
    asking(0, authority, path, 0, STATUS)
}

async fn with(limits: Limits, component: Vec<u8>) -> Plugin {
    let sandbox = Sandbox::new(limits, Compiler::in_process()).unwrap();
    sandbox.load(component, &all(), None).await.unwrap()
}

#[tokio::test]
async fn a_request_reaches_the_outside_and_its_answer_the_guest() {
    let plugin = load(asking(2, "api.example", "/v1?q=1", 8_192, STATUS), &all()).await;
    let outside = Recorder::answering(|_| Ok(response(204, b"", 0))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), 204);
    let requests = outside.requests.lock().unwrap();
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("POST", "https://api.example/v1?q=1")
    );
    assert_eq!(
        (request.body.len(), request.phase, requests.len()),
        (8_192, Phase::Invoke, 1)
    );
    assert_eq!(request.headers, []);
}

#[tokio::test]
async fn a_response_streams_in() {
    let plugin = load(asking(0, "api.example", "/", 0, LENGTH), &all()).await;
    let outside = Recorder::answering(|_| Ok(response(200, &[7; 50_000], 40))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), 2_000_000);
}

#[tokio::test]
async fn http_no_permission() {
    let without = Grants { http: false, ..all() };
    let plugin = load(get("api.example", "/"), &without).await;
    let outside = Recorder::answering(|_| Ok(response(200, b"", 0))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), DENIED);
    assert!(outside.requests.lock().unwrap().is_empty());
}

/// The sandbox has no rules of its own about addresses: each of these reaches the host's one rule, and only that,
/// word for word and with the phase of the call; its refusal ends the matter.
#[tokio::test]
async fn every_address_is_the_hosts_to_judge() {
    for (authority, path) in [
        ("169.254.169.254", "/latest/meta-data/"),
        ("[::1]:8443", "/"),
        ("2130706433", "/"),
        ("rebind.example", "/"),
        ("api.example", "/collect?name=Jane%20Doe&mrn=12345678"),
        ("api.example", "/jane.doe/1970-01-01"),
    ] {
        let plugin = load(get(authority, path), &all()).await;
        let outside = Recorder::answering(|_| Err(HttpError::Denied("a rule".into()))).shared();
        assert_eq!(told(invoke(&plugin, &outside).await), DENIED, "{authority}{path}");
        let requests = outside.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "{authority}");
        assert_eq!(requests[0].url, format!("https://{authority}{path}"));
        assert!(outside.events().is_empty());
    }
}

#[tokio::test]
async fn a_redirect_is_the_guests_answer_and_not_followed() {
    let plugin = load(get("api.example", "/"), &all()).await;
    let outside = Recorder::answering(|_| {
        let mut moved = response(302, b"", 0);
        moved.headers.push(("location".into(), "http://10.0.0.1/".into()));
        Ok(moved)
    });
    let outside = outside.shared();
    assert_eq!(told(invoke(&plugin, &outside).await), 302);
    assert_eq!(outside.requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_address_with_a_password_is_refused() {
    let plugin = load(get("api.example@10.0.0.1", "/"), &all()).await;
    let outside = Recorder::answering(|_| Ok(response(200, b"", 0))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), INVALID_ADDRESS);
    assert!(outside.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_phase_is_the_calls() {
    let texts = r#"(data (i32.const 100) "api.example") (data (i32.const 300) "/")"#;
    let ask = "(call $tell (call $wait (call $fetch (i32.const 2) (i32.const 100) (i32.const 11) (i32.const 300) (i32.const 1)
        (i32.const 0))))";
    let core = format!(
        "{texts} {} {}",
        guest::export("tools", "prepare", 8, ask),
        guest::export("tools", "invoke", 13, ask)
    );
    let plugin = load(guest::component("integration", &core), &all()).await;
    let recorder = Recorder::answering(|_| Ok(response(200, b"", 0))).shared();
    let outside = || Arc::clone(&recorder) as Arc<dyn Outside>;
    told(plugin.prepare(outside(), tool_call()).await);
    told(plugin.invoke(outside(), tool_call(), None).await);
    told(plugin.invoke(outside(), tool_call(), Some(plan())).await);
    let requests = recorder.requests.lock().unwrap();
    let phases: Vec<_> = requests.iter().map(|request| request.phase).collect();
    assert_eq!(phases, [Phase::Prepare, Phase::Read, Phase::Invoke]);
}

#[tokio::test]
async fn a_body_flood_is_never_sent() {
    let flood = asking(2, "api.example", "/", 8_388_608 + 4_096, STATUS);
    let plugin = with(
        Limits {
            http_sent_bytes: 1 << 20,
            ..limits()
        },
        flood,
    )
    .await;
    let outside = Recorder::answering(|_| Ok(response(200, b"", 0))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), REQUEST_TOO_LARGE);
    assert!(outside.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_response_flood_breaks_off() {
    let limits = Limits {
        http_received_bytes: 1 << 20,
        ..limits()
    };
    let plugin = with(limits, asking(0, "api.example", "/", 0, LENGTH)).await;
    let outside = Recorder::answering(|_| Ok(response(200, &[7; 60_000], 1_000_000))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), u32::MAX);
}

#[tokio::test]
async fn a_request_flood_is_cut() {
    let all_of_them =
        "(loop $again (local.set $j (call $wait FETCH)) (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.and (i32.eq (local.get $j) (i32.const 200)) (i32.lt_u (local.get $i) (i32.const 100)))))
        (call $tell (local.get $i))";
    let limits = Limits {
        http_requests: 5,
        ..limits()
    };
    let plugin = with(limits, asking(0, "api.example", "/", 0, all_of_them)).await;
    let outside = Recorder::answering(|_| Ok(response(200, b"", 0))).shared();
    assert_eq!(told(invoke(&plugin, &outside).await), 6, "the sixth was refused");
    assert_eq!(outside.requests.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_with_the_call() {
    let plugin = load(get("api.example", "/"), &all()).await;
    let outside = Recorder::default().shared();
    assert_eq!(invoke(&plugin, &outside).await.unwrap_err(), CallError::Deadline);
    assert_eq!(outside.requests.lock().unwrap().len(), 1);
    // What the call had running is dropped by its own task.
    for _ in 0..500 {
        if Arc::strong_count(&outside) == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(Arc::strong_count(&outside), 1, "nothing waits on after the call");
}
