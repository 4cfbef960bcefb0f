//! Each import with its grant, and its twin without.

use std::sync::{Arc, atomic::Ordering};

use sandbox::{Bucket, Grants, LoadError, Outside, Plugin, World};

use crate::{all, guest, invoke, load, outside::Recorder, plan, sandbox, told, tool_call};

/// Texts the guests below refer to by address.
const TEXTS: &str = r#"
    (data (i32.const 100) "plugin") (data (i32.const 110) "user") (data (i32.const 120) "key") (data (i32.const 130) "root")
    (data (i32.const 140) "a/b.txt") (data (i32.const 150) "../b") (data (i32.const 160) "/etc/passwd") (data (i32.const 180) "library")
    (data (i32.const 190) "a\5cb") (data (i32.const 200) "a\00b") (data (i32.const 210) "a//b") (data (i32.const 220) "link/../../b")"#;

fn tool(body: &str) -> Vec<u8> {
    guest::component(
        "integration",
        &format!("{TEXTS} {}", guest::export("tools", "invoke", 13, body)),
    )
}

async fn granted(body: &str) -> (u32, Arc<Recorder>) {
    with(body, &all()).await
}

async fn not_granted(body: &str) -> (u32, Arc<Recorder>) {
    let (said, outside) = with(body, &Grants::default()).await;
    assert_eq!(outside.events(), [""; 0], "nothing reaches the outside");
    assert!(outside.requests.lock().unwrap().is_empty());
    (said, outside)
}

async fn with(body: &str, grants: &Grants) -> (u32, Arc<Recorder>) {
    let outside = Recorder {
        config: vec![("key".into(), "value".into())],
        now_ms: 7_000,
        ..Recorder::default()
    };
    let (plugin, outside) = (load(tool(body), grants).await, outside.shared());
    (told(invoke(&plugin, &outside).await), outside)
}

/// Case of an import's result and of its error, as one number.
const CASES_4: &str =
    "(call $tell (i32.add (i32.mul (call $answer (i32.const 0)) (i32.const 10)) (call $answer (i32.const 4))))";
const CASES_8: &str =
    "(call $tell (i32.add (i32.mul (call $answer (i32.const 0)) (i32.const 10)) (call $answer (i32.const 8))))";
/// `error-kind.denied` in place 3 of the enum.
const DENIED: u32 = 13;

const CONFIG: &str = "(call $config-get (i32.const 120) (i32.const 3) (i32.const 2048))";

#[tokio::test]
async fn config_is_read() {
    let body = format!("{CONFIG} (call $tell (i32.load8_u (i32.load (i32.const 2056))))");
    let (first_letter, outside) = granted(&body).await;
    assert_eq!(
        (first_letter, outside.events()),
        (u32::from(b'v'), vec!["config".to_owned()])
    );
}

#[tokio::test]
async fn config_no_permission() {
    assert_eq!(not_granted(&format!("{CONFIG} {CASES_4}")).await.0, 10, "err(upstream)");
    let all = "(call $config-all (i32.const 2048))";
    assert_eq!(not_granted(&format!("{all} {CASES_4}")).await.0, 10, "err(upstream)");
}

const OPEN: &str =
    "(call $kv-open (i32.const 100) (i32.const 6) (i32.const 2048)) (local.set $i (i32.load (i32.const 2052)))";

#[tokio::test]
async fn a_value_is_kept_in_its_bucket() {
    let body = format!(
        "{OPEN} (call $kv-set (local.get $i) (i32.const 120) (i32.const 3) (i32.const 130) (i32.const 4) (i32.const 2048))
         (call $kv-get (local.get $i) (i32.const 120) (i32.const 3) (i32.const 2048))
         (call $tell (i32.load (i32.const 2060)))"
    );
    let (length, outside) = granted(&body).await;
    assert_eq!(length, 4);
    assert_eq!(outside.values.lock().unwrap()[&(Bucket::Plugin, "key".into())], b"root");
}

#[tokio::test]
async fn keyvalue_no_permission() {
    assert_eq!(
        not_granted(&format!("{OPEN} {CASES_4}")).await.0,
        11,
        "err(access-denied)"
    );
}

#[tokio::test]
async fn there_are_three_buckets() {
    let other = "(call $kv-open (i32.const 120) (i32.const 3) (i32.const 2048))";
    assert_eq!(granted(&format!("{other} {CASES_4}")).await.0, 10, "err(no-such-store)");
    let user =
        "(call $kv-open (i32.const 110) (i32.const 4) (i32.const 2048)) (call $tell (call $answer (i32.const 0)))";
    assert_eq!(granted(user).await.0, 0, "ok");
}

const STATUS: &str = "(call $tell (call $status (i32.const 120) (i32.const 3)))";
const SIGN: &str =
    "(call $sign (i32.const 120) (i32.const 3) (i32.const 0) (i32.const 130) (i32.const 4) (i32.const 2048))";

#[tokio::test]
async fn a_credential_is_used_and_never_read() {
    assert_eq!(granted(STATUS).await.0, 3, "ready");
    let (case, outside) = granted(&format!("{SIGN} (call $tell (call $answer (i32.const 0)))")).await;
    assert_eq!((case, outside.events()), (0, vec!["sign key".to_owned()]));
    let other = STATUS.replace("120", "130").replace("const 3", "const 4");
    assert_eq!(granted(&other).await.0, 0, "a handle that was not granted is unknown");
}

#[tokio::test]
async fn credentials_no_permission() {
    assert_eq!(not_granted(STATUS).await.0, 0, "unknown");
    assert_eq!(not_granted(&format!("{SIGN} {CASES_4}")).await.0, DENIED);
}

fn read(root: (u32, u32), path: (u32, u32)) -> String {
    format!(
        "(call $files-read (i32.const {}) (i32.const {}) (i32.const {}) (i32.const {}) (i64.const 5) (i32.const -1) (i32.const 2048))",
        root.0, root.1, path.0, path.1
    )
}

fn write(root: (u32, u32), path: (u32, u32)) -> String {
    format!(
        "(call $files-write (i32.const {}) (i32.const {}) (i32.const {}) (i32.const {}) (i32.const 0) (i32.const 0) (i32.const 0)
            (i32.const 130) (i32.const 4) (i32.const 2048))",
        root.0, root.1, path.0, path.1
    )
}

const ROOT: (u32, u32) = (130, 4);
const LIBRARY: (u32, u32) = (180, 7);
const INSIDE: (u32, u32) = (140, 7);
const LIST: &str =
    "(call $files-list (i32.const 130) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
    (i32.const 0) (i32.const -1) (i32.const 2048))";

#[tokio::test]
async fn files_are_read_in_pieces_of_a_mebibyte() {
    let body = format!("{} (call $tell (i32.load (i32.const 2056)))", read(ROOT, INSIDE));
    let (length, outside) = granted(&body).await;
    assert_eq!(length, 1 << 20);
    assert_eq!(outside.events(), ["files read root a/b.txt 5 1048576"]);
    let (case, outside) = granted(&format!("{LIST} (call $tell (call $answer (i32.const 0)))")).await;
    assert_eq!((case, outside.events()), (0, vec!["files list root  1000".to_owned()]));
    assert_eq!(
        granted("(call $roots (i32.const 2048)) (call $tell (i32.load (i32.const 2052)))")
            .await
            .0,
        2
    );
}

#[tokio::test]
async fn files_no_permission() {
    assert_eq!(
        not_granted(&format!("{} {CASES_4}", read(ROOT, INSIDE))).await.0,
        DENIED
    );
    assert_eq!(
        not_granted(&format!("{} {CASES_8}", write(ROOT, INSIDE))).await.0,
        DENIED
    );
    assert_eq!(not_granted(&format!("{LIST} {CASES_4}")).await.0, DENIED);
    assert_eq!(
        not_granted("(call $roots (i32.const 2048)) (call $tell (i32.load (i32.const 2052)))")
            .await
            .0,
        0
    );
}

#[tokio::test]
async fn a_path_out_of_its_folder_is_denied() {
    let outside_paths = [(150, 4), (160, 11), (190, 3), (200, 3), (210, 4), (220, 12), (140, 0)];
    for path in outside_paths {
        let (said, outside) = granted(&format!("{} {CASES_4}", read(ROOT, path))).await;
        assert_eq!((said, outside.events().len()), (DENIED, 0), "read {path:?}");
        let (said, outside) = granted(&format!("{} {CASES_8}", write(ROOT, path))).await;
        assert_eq!((said, outside.events().len()), (DENIED, 0), "write {path:?}");
    }
}

#[tokio::test]
async fn files_are_written_where_and_when_that_was_approved() {
    let body = format!("{} {CASES_8}", write(ROOT, INSIDE));
    assert_eq!(granted(&body).await.1.events(), ["files write root a/b.txt"]);
    let (said, outside) = granted(&format!("{} {CASES_8}", write(LIBRARY, INSIDE))).await;
    assert_eq!((said, outside.events().len()), (DENIED, 0), "granted for reading alone");

    let prepare = guest::export("tools", "prepare", 8, &body);
    let component = guest::component(
        "integration",
        &format!("{TEXTS} {prepare} {}", guest::export("tools", "invoke", 13, &body)),
    );
    let (plugin, recorder) = (load(component, &all()).await, Recorder::default().shared());
    let outside = || Arc::clone(&recorder) as Arc<dyn Outside>;
    assert_eq!(
        told(plugin.prepare(outside(), tool_call()).await),
        DENIED,
        "while preparing"
    );
    assert_eq!(
        told(plugin.invoke(outside(), tool_call(), None).await),
        DENIED,
        "without a plan"
    );
    assert_eq!(recorder.events(), [""; 0]);
    told(plugin.invoke(outside(), tool_call(), Some(plan())).await);
    assert_eq!(recorder.events(), ["files write root a/b.txt"]);
}

#[tokio::test]
async fn log_and_progress_reach_the_outside() {
    let body = "(call $log (i32.const 3) (i32.const 100) (i32.const 6) (i32.const 0) (i32.const 0))
        (call $report (i32.const 1) (f32.const 7) (i32.const 1) (i32.const 100) (i32.const 6))
        (call $report (i32.const 1) (f32.const nan) (i32.const 0) (i32.const 0) (i32.const 0))
        (call $tell (call $cancelled))";
    let (cancelled, outside) = granted(body).await;
    assert_eq!(cancelled, 0);
    assert_eq!(
        outside.events(),
        ["log Warn 6 0", "progress Some(1.0) Some(6)", "progress None None"]
    );
    outside.cancelled.store(true, Ordering::Relaxed);
    let plugin = load(tool("(call $tell (call $cancelled))"), &Grants::default()).await;
    assert_eq!(told(invoke(&plugin, &outside).await), 1);
}

#[tokio::test]
async fn the_clock_is_the_hosts() {
    let (seconds, _) = granted("(call $wall-now (i32.const 2048)) (call $tell (i32.load (i32.const 2048)))").await;
    assert_eq!(seconds, 7);
    let later =
        "(call $block (call $sleep (i64.const 1000000))) (call $tell (i64.gt_u (call $monotonic-now) (i64.const 0)))";
    assert_eq!(granted(later).await.0, 1);
}

#[tokio::test]
async fn random_is_different_each_time() {
    let body = "(call $random (i64.const 8) (i32.const 2048)) (call $tell (i32.load (i32.load (i32.const 2048))))";
    assert_ne!(granted(body).await.0, granted(body).await.0);
}

/// What needs no grant is still closed to calculators, before anything is compiled.
async fn refused_to_a_calculator(body: &str, interface: &str) {
    let core = format!("(func $use {body})");
    let import = format!("import {interface};");
    let scraper = guest::of(&["source"], &import, &core);
    assert!(
        sandbox().load(scraper, &Grants::default(), None).await.is_ok(),
        "a scraper may"
    );
    let calculator = guest::of(&["calculators"], &import, &core);
    let refused = sandbox().load(calculator, &all(), None).await.err().unwrap();
    assert!(
        matches!(&refused, LoadError::ImportNotGranted { import, world: World::Calculator } if import == interface),
        "{refused:?}"
    );
}

#[tokio::test]
async fn log_no_permission() {
    let body = "(call $log (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))";
    refused_to_a_calculator(body, "voiceassist:plugin/log@0.1.0").await;
}

#[tokio::test]
async fn progress_no_permission() {
    refused_to_a_calculator("(drop (call $cancelled))", "voiceassist:plugin/progress@0.1.0").await;
}

#[tokio::test]
async fn clocks_no_permission() {
    refused_to_a_calculator("(call $wall-now (i32.const 2048))", "wasi:clocks/wall-clock@0.2.12").await;
    refused_to_a_calculator("(drop (call $monotonic-now))", "wasi:clocks/monotonic-clock@0.2.12").await;
}

#[tokio::test]
async fn random_no_permission() {
    refused_to_a_calculator(
        "(call $random (i64.const 8) (i32.const 2048))",
        "wasi:random/random@0.2.12",
    )
    .await;
}

/// What the first user's call left in memory, tables and globals is gone; each call has the outside of its caller.
#[tokio::test]
async fn two_users_in_sequence_see_nothing_of_each_other() {
    let body = "(if (global.get $calls) (then (return (call $tell (i32.const 99)))))
         (if (i32.load (i32.const 8192)) (then (return (call $tell (i32.const 98)))))
         (global.set $calls (i32.const 1)) (i32.store (i32.const 8192) (i32.const 1))
         (call $kv-open (i32.const 110) (i32.const 4) (i32.const 2048)) (local.set $i (i32.load (i32.const 2052)))
         (call $kv-get (local.get $i) (i32.const 120) (i32.const 3) (i32.const 2048))
         (local.set $j (call $answer (i32.const 4)))
         (call $kv-set (local.get $i) (i32.const 120) (i32.const 3) (i32.const 130) (i32.const 4) (i32.const 2048))
         (call $tell (local.get $j))";
    let plugin: Plugin = load(tool(body), &all()).await;
    let (first, second) = (Recorder::default().shared(), Recorder::default().shared());
    assert_eq!(told(invoke(&plugin, &first).await), 0, "nothing there yet");
    assert_eq!(told(invoke(&plugin, &second).await), 0, "nothing of the first user");
    assert_eq!(told(invoke(&plugin, &first).await), 1, "one's own is kept by the host");
}
