//! Each of the hostile set meets its refusal, in time, and leaves the sandbox as it was.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sandbox::{CallError, Compiler, Sandbox};

use crate::{
    guest,
    hostile_set::{Refused, outside, set},
    plan,
    provoke::{granted, limits, provoke},
    told, tool_call,
};

/// A machine that builds at the same time delays ticks; the benchmark holds the set to 200 ms.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn each_hostile_component_is_refused_in_its_own_way() {
    let sandbox = Sandbox::new(limits(), Compiler::in_process()).unwrap();
    let neighbour = sandbox
        .load(guest::tool("(call $tell (i32.const 7))"), &granted(), None)
        .await
        .unwrap();
    let set = set();
    assert!(set.len() >= 30, "{}", set.len());
    let mut wrong = Vec::new();
    for hostile in set {
        let outside = Arc::new(outside());
        let found = match sandbox.load(hostile.component, &granted(), None).await {
            Err(error) => Refused::of_load(&error),
            Ok(plugin) => {
                let start = Instant::now();
                let result = provoke(&plugin, outside.clone()).await;
                assert!(start.elapsed() < limits().deadline + PATIENCE, "{}", hostile.name);
                match result.as_ref().map_err(Refused::of_call) {
                    Err(Some(refused)) => refused,
                    _ => unreachable!("{}: {result:?}", hostile.name),
                }
            }
        };
        if found != hostile.expected {
            wrong.push(format!("{}: {found:?} instead of {:?}", hostile.name, hostile.expected));
        }
        assert!(outside.events().len() <= 11_000, "{}", hostile.name);
        let answer = neighbour.invoke(outside, tool_call(), Some(plan())).await;
        assert_eq!(told(answer), 7, "after {}", hostile.name);
    }
    assert_eq!(wrong, [""; 0]);
}

/// Records beyond the first thousand never leave the sandbox.
#[tokio::test]
async fn a_flooded_log_is_cut_at_a_thousand_records() {
    let sandbox = Sandbox::new(limits(), Compiler::in_process()).unwrap();
    let flood = set().into_iter().find(|hostile| hostile.name == "a log flood").unwrap();
    let plugin = sandbox.load(flood.component, &granted(), None).await.unwrap();
    let outside = Arc::new(outside());
    assert_eq!(
        provoke(&plugin, outside.clone()).await.unwrap_err(),
        CallError::Deadline
    );
    assert_eq!(outside.events().len(), 1_000);
}

#[tokio::test]
async fn a_language_runtime_finds_an_empty_system() {
    let sandbox = Sandbox::new(limits(), Compiler::in_process()).unwrap();
    for (interface, call) in [
        ("wasi:cli/environment@0.2.12", "$environment"),
        ("wasi:cli/environment@0.2.12", "$arguments"),
        ("wasi:filesystem/preopens@0.2.12", "$directories"),
    ] {
        let core = guest::export(
            "tools",
            "invoke",
            13,
            &format!("(call {call} (i32.const 2048)) (call $tell (i32.load (i32.const 2052)))"),
        );
        let component = guest::of(&["tools"], &format!("import {interface};"), &core);
        let plugin = sandbox.load(component, &granted(), None).await.unwrap();
        assert_eq!(
            plugin.surface().inert.len(),
            1 + usize::from(interface.contains("preopens"))
        );
        let answer = plugin.invoke(Arc::new(outside()), tool_call(), Some(plan())).await;
        assert_eq!(told(answer), 0, "{call} is an empty list");
    }
}
