//! The sandbox as its callers see it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod calculator;
mod chat;
mod compile;
mod guest;
mod hostile;
mod hostile_set;
mod http;
mod imports;
mod neighbours;
mod outside;
mod provoke;
mod worlds;

use std::{sync::Arc, time::Duration};

use sandbox::{CallError, Compiler, Grants, Limits, Outside, Plugin, Sandbox, ToolResult};

use provoke::{plan, tool_call};

const DEADLINE: Duration = Duration::from_millis(200);

fn limits() -> Limits {
    Limits {
        deadline: DEADLINE,
        connected_deadline: DEADLINE,
        concurrency: 4,
        connected_concurrency: 4,
        waiting: 32,
        ..Limits::default()
    }
}

fn sandbox() -> Sandbox {
    Sandbox::new(limits(), Compiler::in_process()).unwrap()
}

/// Everything a plugin can be granted.
fn all() -> Grants {
    Grants {
        http: true,
        config: true,
        keyvalue: true,
        credentials: ["key".to_owned()].into(),
        files: [("root".to_owned(), true), ("library".to_owned(), false)].into(),
    }
}

async fn load(component: Vec<u8>, grants: &Grants) -> Plugin {
    sandbox().load(component, grants, None).await.unwrap()
}

/// An approved call.
async fn invoke(plugin: &Plugin, outside: &Arc<impl Outside + 'static>) -> Result<ToolResult, CallError> {
    plugin
        .invoke(Arc::clone(outside) as Arc<dyn Outside>, tool_call(), Some(plan()))
        .await
}

/// The number a guest tells.
fn told<T: std::fmt::Debug>(result: Result<T, CallError>) -> u32 {
    match result {
        Err(CallError::Plugin(error)) => error.retry_after_ms.unwrap(),
        other => unreachable!("{other:?}"),
    }
}
