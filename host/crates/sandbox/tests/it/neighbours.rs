//! What hostile guests leave to others: time, places and memory.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sandbox::{CallError, Compiler, Limits, Outside, Plugin, Sandbox};

use crate::{
    guest,
    hostile_set::{outside, set},
    invoke,
    outside::Recorder,
    plan,
    provoke::{granted, limits, provoke},
    told, tool_call,
};

const RESIDENT: &str = "VmRSS:";

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(RESIDENT)).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

async fn good(sandbox: &Sandbox) -> Plugin {
    let component = guest::tool("(call $tell (i32.const 7))");
    sandbox.load(component, &granted(), None).await.unwrap()
}

/// On one thread, where a guest that did not yield would stop everything.
#[tokio::test]
async fn calls_go_on_while_others_spin_wait_and_hoard() {
    let sandbox = Sandbox::new(
        Limits {
            connected_concurrency: 8,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let good = good(&sandbox).await;
    let mut bad = Vec::new();
    for hostile in set() {
        if ["spin", "sleep", "memory growth", "a log flood"].contains(&hostile.name) {
            bad.push(sandbox.load(hostile.component, &granted(), None).await.unwrap());
        }
    }
    let hostile = futures::future::join_all(bad.iter().map(|plugin| provoke(plugin, Arc::new(outside()))));
    let neighbour = async {
        let recorder = Recorder::default().shared();
        for _ in 0..30 {
            assert_eq!(told(invoke(&good, &recorder).await), 7);
        }
        Instant::now()
    };
    let start = Instant::now();
    let (results, finished) = tokio::join!(hostile, neighbour);
    assert_eq!(results.len(), 4);
    assert!(results.iter().all(Result::is_err));
    assert!(finished - start < Duration::from_secs(5), "{:?}", finished - start);
}

/// A plugin that fills its share of the places is told so; another one is served at once.
#[tokio::test]
async fn one_plugin_does_not_take_every_place() {
    let sandbox = Sandbox::new(
        Limits {
            connected_concurrency: 2,
            waiting: 2,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let spin = guest::tool("(loop $again (br $again)) (unreachable)");
    let (bad, good) = (
        sandbox.load(spin, &granted(), None).await.unwrap(),
        good(&sandbox).await,
    );
    let recorder: Arc<dyn Outside> = Recorder::default().shared();
    let (first, second, neighbour) = tokio::join!(
        bad.invoke(recorder.clone(), tool_call(), Some(plan())),
        bad.invoke(recorder.clone(), tool_call(), Some(plan())),
        good.invoke(recorder.clone(), tool_call(), Some(plan()))
    );
    assert_eq!(told(neighbour), 7);
    let mut refusals = [first.unwrap_err(), second.unwrap_err()];
    refusals.sort_by_key(|error| *error == CallError::Saturated);
    assert_eq!(refusals[0], CallError::Deadline);
}

/// A calculation does not queue behind plugins that wait for a network.
#[tokio::test]
async fn calculators_have_places_of_their_own() {
    let sandbox = Sandbox::new(
        Limits {
            concurrency: 1,
            connected_concurrency: 1,
            waiting: 0,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let text = guest::calculator("(i32.const 64)", "");
    let calculator = sandbox
        .load(wat::parse_str(text).unwrap(), &granted(), None)
        .await
        .unwrap();
    let sleep = guest::tool("(call $block (call $sleep (i64.const 60000000000))) (unreachable)");
    let sleeper = sandbox.load(sleep, &granted(), None).await.unwrap();
    let recorder: Arc<dyn Outside> = Recorder::default().shared();
    let waiting = sleeper.invoke(recorder, tool_call(), Some(plan()));
    let calculation = async { calculator.compute("any", Vec::new(), "en").await };
    let (slept, calculated) = tokio::join!(waiting, calculation);
    assert_eq!(slept.unwrap_err(), CallError::Deadline);
    assert!(calculated.is_ok());
}

/// The benchmark holds this to 5 %; here other tests of this program use memory at the same time.
#[tokio::test]
async fn a_thousand_calls_leave_nothing_behind() {
    let sandbox = Sandbox::new(limits(), Compiler::in_process()).unwrap();
    // Each call writes a mebibyte.
    let body = "(drop (memory.grow (i32.const 16))) (memory.fill (i32.const 65536) (i32.const 7) (i32.const 1048576))
        (call $tell (i32.const 7))";
    let plugin = sandbox.load(guest::tool(body), &granted(), None).await.unwrap();
    let recorder = Recorder::default().shared();
    let mut before = 0;
    for call in 0..1_000 {
        if call == 20 {
            before = resident_kb();
        }
        assert_eq!(told(invoke(&plugin, &recorder).await), 7);
    }
    let grown = resident_kb().saturating_sub(before);
    assert!(grown < 300_000, "{grown} kB more; a leak would be a million");
}
