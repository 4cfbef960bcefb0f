//! Calculators that loop, hoard, lie and crash, each against the limit that stops it.

use std::time::{Duration, Instant};

use sandbox::{CallError, Compiler, Grants, Limits, LoadError, Outcome, Plugin, Sandbox, World};

use crate::{
    DEADLINE,
    guest::{MANIFEST, calculator as component},
    limits, sandbox,
};

/// An answer with nothing in it.
const QUIET: &str = "(i32.const 64)";

async fn load_text(sandbox: &Sandbox, text: &str) -> Result<Plugin, LoadError> {
    sandbox
        .load(wat::parse_str(text).unwrap(), &Grants::default(), None)
        .await
}

async fn guest(sandbox: &Sandbox, body: &str) -> Plugin {
    load_text(sandbox, &component(body, "")).await.unwrap()
}

async fn call(plugin: &Plugin) -> Result<Outcome, CallError> {
    plugin.compute("any", Vec::new(), "en").await
}

const LOOP: &str = "(loop $again (br $again)) (unreachable)";
const HOARD: &str = "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable)";

/// Ok(outcome) with `count` warnings, each `bytes` long and all at the same address.
fn warnings(count: usize, bytes: usize) -> String {
    format!(
        "(loop $next
            (i32.store (i32.add (i32.const 4096) (i32.mul (local.get $i) (i32.const 8))) (i32.const 0))
            (i32.store (i32.add (i32.const 4100) (i32.mul (local.get $i) (i32.const 8))) (i32.const {bytes}))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (i32.const {count}))))
         (i32.store (i32.const 76) (i32.const 4096))
         (i32.store (i32.const 80) (i32.const {count}))
         (i32.const 64)"
    )
}

#[tokio::test]
async fn an_endless_loop_dies_at_its_deadline() {
    let sandbox = sandbox();
    let plugin = guest(&sandbox, LOOP).await;
    let start = Instant::now();
    assert_eq!(call(&plugin).await.unwrap_err(), CallError::Deadline);
    let took = start.elapsed();
    assert!(took >= DEADLINE - Duration::from_millis(20), "{took:?}");
    // A machine shared with a build may delay a tick; the budget is 200 ms and one tick of 10 ms.
    assert!(took < DEADLINE * 10, "{took:?}");
}

#[tokio::test]
async fn a_memory_bomb_is_named_as_such() {
    let sandbox = sandbox();
    assert_eq!(
        call(&guest(&sandbox, HOARD).await).await.unwrap_err(),
        CallError::Memory
    );
}

#[tokio::test]
async fn memory_is_limited_over_all_memories() {
    let sandbox = Sandbox::new(
        Limits {
            memory_bytes: 1 << 20,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let hoarder = "(core module $more (memory 7)) (core instance (instantiate $more))";
    let two = load_text(&sandbox, &component(QUIET, hoarder)).await.unwrap();
    assert!(call(&two).await.is_ok(), "9 of 16 pages");
    let extra = format!("{hoarder} (core instance (instantiate $more))");
    let three = load_text(&sandbox, &component(QUIET, &extra)).await.unwrap();
    assert!(call(&three).await.is_ok(), "16 of 16 pages");
    let extra = format!("{hoarder} (core instance (instantiate $more)) (core instance (instantiate $more))");
    let four = load_text(&sandbox, &component(QUIET, &extra)).await.unwrap();
    assert_eq!(call(&four).await.unwrap_err(), CallError::Memory, "23 of 16 pages");
}

#[tokio::test]
async fn a_trap_is_reported_without_its_guest_data() {
    let sandbox = sandbox();
    let CallError::Trap(reason) = call(&guest(&sandbox, "(unreachable)").await).await.unwrap_err() else {
        unreachable!("a trap")
    };
    assert!(reason.contains("unreachable"), "{reason}");
    let deep = "(call $compute (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))";
    assert!(matches!(
        call(&guest(&sandbox, deep).await).await,
        Err(CallError::Trap(_))
    ));
}

#[tokio::test]
async fn an_amplified_answer_is_refused() {
    let sandbox = sandbox();
    let fine = call(&guest(&sandbox, &warnings(3, 10)).await).await.unwrap();
    assert_eq!(fine.warnings, vec!["\0".repeat(10); 3]);
    // 4,000 x 60,000 bytes = 240 MB out of 128 KiB of guest memory.
    for (count, bytes) in [(4_000, 60_000), (1, 65_537), (4_097, 0)] {
        let result = call(&guest(&sandbox, &warnings(count, bytes)).await).await;
        assert!(
            matches!(result, Err(CallError::Output(_))),
            "{count} x {bytes}: {result:?}"
        );
    }
}

#[tokio::test]
async fn a_malformed_answer_is_refused() {
    let sandbox = sandbox();
    let not_utf8 = format!("(i32.store8 (i32.const 3) (i32.const 255)) {}", warnings(1, 10));
    let beyond_memory =
        "(i32.store (i32.const 76) (i32.const 0x7fffff00)) (i32.store (i32.const 80) (i32.const 9)) (i32.const 64)";
    let no_such_case = "(i32.store8 (i32.const 64) (i32.const 7)) (i32.const 64)";
    for body in [not_utf8.as_str(), beyond_memory, no_such_case] {
        let result = call(&guest(&sandbox, body).await).await;
        assert!(matches!(result, Err(CallError::Output(_))), "{body}: {result:?}");
    }
}

#[tokio::test]
async fn nothing_survives_a_call() {
    let sandbox = sandbox();
    let body = "(if (global.get $calls) (then unreachable)) (if (i32.load (i32.const 8192)) (then unreachable))
         (global.set $calls (i32.const 1)) (i32.store (i32.const 8192) (i32.const 1)) (i32.const 64)";
    let plugin = guest(&sandbox, body).await;
    for _ in 0..20 {
        assert!(call(&plugin).await.is_ok());
    }
}

/// On one thread, where a guest that did not yield would stop everything.
#[tokio::test]
async fn neighbours_feel_nothing() {
    let sandbox = sandbox();
    let good = guest(&sandbox, &warnings(3, 10)).await;
    let bad = [
        guest(&sandbox, LOOP).await,
        guest(&sandbox, HOARD).await,
        guest(&sandbox, "(unreachable)").await,
    ];
    for round in 0..3 {
        let hostile = async { tokio::join!(call(&bad[0]), call(&bad[1]), call(&bad[2])) };
        let neighbour = async {
            let mut done = 0;
            while done < 50 {
                assert!(call(&good).await.is_ok(), "round {round}");
                done += 1;
            }
            Instant::now()
        };
        let start = Instant::now();
        let (results, finished) = tokio::join!(hostile, neighbour);
        assert_eq!(results.0.unwrap_err(), CallError::Deadline);
        assert_eq!(results.1.unwrap_err(), CallError::Memory);
        assert!(matches!(results.2, Err(CallError::Trap(_))));
        assert!(
            finished - start < Duration::from_secs(5),
            "fifty calls took {:?}",
            finished - start
        );
    }
}

#[tokio::test]
async fn one_call_too_many_is_told_so() {
    let sandbox = Sandbox::new(
        Limits {
            concurrency: 1,
            waiting: 1,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let plugin = guest(&sandbox, LOOP).await;
    let (first, second, third) = tokio::join!(call(&plugin), call(&plugin), call(&plugin));
    assert_eq!(
        [first, second, third].map(Result::unwrap_err),
        [CallError::Deadline, CallError::Deadline, CallError::Saturated]
    );
    assert_eq!(
        call(&plugin).await.unwrap_err(),
        CallError::Deadline,
        "the places are free again"
    );
}

#[tokio::test]
async fn an_abandoned_call_gives_its_place_back() {
    let sandbox = Sandbox::new(
        Limits {
            concurrency: 1,
            waiting: 0,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let (endless, good) = (guest(&sandbox, LOOP).await, guest(&sandbox, QUIET).await);
    assert!(
        tokio::time::timeout(Duration::from_millis(30), call(&endless))
            .await
            .is_err()
    );
    assert!(call(&good).await.is_ok());
}

#[tokio::test]
async fn a_component_that_imports_more_than_types_is_refused() {
    let sandbox = sandbox();
    let plain = component(QUIET, "");
    let clock = r#"(import "wasi:clocks/wall-clock@0.2.12" (instance (export "now" (func (result u64)))))"#;
    let with_clock = plain.replace(MANIFEST, &format!("{clock} {MANIFEST}"));
    let refused = load_text(&sandbox, &with_clock).await.err().unwrap();
    let import = "wasi:clocks/wall-clock@0.2.12".to_owned();
    assert_eq!(
        refused,
        LoadError::ImportNotGranted {
            import,
            world: World::Calculator
        }
    );
    assert!(refused.to_string().contains("wall-clock"), "{refused}");

    let severity = r#"(export "severity" (type (eq 18)))"#;
    for smuggled in [
        r#"(export "steal" (func (result u64)))"#,
        r#"(export "steal" (type (sub resource)))"#,
    ] {
        let text = plain.replacen(severity, &format!("{severity} {smuggled}"), 1);
        let import = "voiceassist:plugin/types@0.1.0#steal".to_owned();
        assert_eq!(
            load_text(&sandbox, &text).await.err().unwrap(),
            LoadError::ImportNotGranted {
                import,
                world: World::Calculator
            }
        );
    }
}

#[tokio::test]
async fn another_interface_version_is_named() {
    let sandbox = sandbox();
    let newer = component(QUIET, "").replace("@0.1.0", "@0.2.0");
    let refused = load_text(&sandbox, &newer).await.err().unwrap();
    let LoadError::Version { found, supported } = &refused else {
        unreachable!("{refused:?}")
    };
    assert!(found.contains("0.2.0") && supported.contains("0.1.0"), "{refused}");
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_with_its_reason() {
    let sandbox = Sandbox::new(
        Limits {
            component_bytes: 100_000,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let module = wat::parse_str("(module)").unwrap();
    assert!(matches!(
        sandbox.load(module, &Grants::default(), None).await,
        Err(LoadError::NotAComponent(_))
    ));
    assert!(matches!(
        sandbox.load(b"MZ".to_vec(), &Grants::default(), None).await,
        Err(LoadError::NotAComponent(_))
    ));
    assert!(matches!(
        load_text(&sandbox, "(component)").await,
        Err(LoadError::NoWorld)
    ));
    assert!(matches!(
        sandbox.load(vec![0; 100_001], &Grants::default(), None).await,
        Err(LoadError::TooLarge { bytes: 100_001, .. })
    ));
    let nameless = component(QUIET, "").replace(MANIFEST, "");
    assert_eq!(load_text(&sandbox, &nameless).await.unwrap().manifest(), None);
    let half = component(QUIET, "").replace("id=guest", "name=guest");
    assert_eq!(
        load_text(&sandbox, &half).await.err().unwrap(),
        LoadError::Manifest("id")
    );
    let wide = component(QUIET, "").replace("id=guest", "id=../guest");
    assert!(matches!(load_text(&sandbox, &wide).await, Err(LoadError::Manifest(_))));
}

#[tokio::test]
async fn a_plugin_names_itself() {
    let plugin = guest(&sandbox(), QUIET).await;
    let manifest = plugin.manifest().unwrap();
    assert_eq!((manifest.id.as_str(), manifest.version.as_str()), ("guest", "1.0.0"));
    assert_eq!(
        (plugin.surface().world, plugin.surface().imports.len()),
        (World::Calculator, 0)
    );
    assert_eq!(plugin.digest().len(), 64);
}
