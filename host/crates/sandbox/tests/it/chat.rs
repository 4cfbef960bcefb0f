//! Completions: pulled, bounded, cancelled by dropping.

use std::{sync::Arc, time::Duration};

use sandbox::{
    CallError, ChatEvent, ChatRequest, Compiler, Completion, Limits, Lower, Message, Outside, Part, Plugin, Purpose,
    Role, Sandbox,
};

use crate::{all, guest, limits, load, outside::Recorder, told};

/// Opens handle 7 and answers `next` with `body`.
fn adapter(next: &str) -> Vec<u8> {
    let open = "(i32.store (i32.const 2052) (call $completion-new (i32.const 7))) (i32.const 2048)";
    let core = format!(
        "{} {} (func (export \"voiceassist:plugin/chat@0.1.0#[dtor]completion\") (param i32) unreachable)
         (data (i32.const 100) \"word\")",
        guest::export("chat", "open", 1, open),
        guest::export("chat", "[method]completion.next", 2, next)
    );
    guest::component("chat-adapter", &core)
}

/// `count` events, each the text "word".
fn words(count: &str) -> String {
    format!(
        "(loop $next
            (i32.store (i32.add (i32.const 4100) (i32.mul (local.get $i) (i32.const 28))) (i32.const 100))
            (i32.store (i32.add (i32.const 4104) (i32.mul (local.get $i) (i32.const 28))) (i32.const 4))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (i32.const 100))))
         (i32.store8 (i32.const 2048) (i32.const 0))
         (i32.store (i32.const 2052) (i32.const 4096)) (i32.store (i32.const 2056) {count}) (i32.const 2048)"
    )
}

fn request() -> ChatRequest {
    ChatRequest {
        model: "m".into(),
        messages: vec![Message {
            role: Role::User,
            parts: vec![Part::Text("hello".into())],
        }],
        tools: Vec::new(),
        temperature: Some(0.0),
        max_output_tokens: None,
        stop: Vec::new(),
        response_schema: None,
        extras: "{}".into(),
    }
}

fn nothing() -> Arc<dyn Outside> {
    Recorder::default().shared()
}

async fn open(plugin: &Plugin) -> Completion {
    plugin.open_chat(nothing(), request()).await.unwrap()
}

#[tokio::test]
async fn a_completion_keeps_its_instance_until_it_is_over() {
    // As many words as calls are left of three.
    let count = "(global.set $calls (i32.add (global.get $calls) (i32.const 1))) ";
    let next = format!("{count} {}", words("(i32.sub (i32.const 3) (global.get $calls))"));
    let plugin = load(adapter(&next), &all()).await;
    let mut completion = open(&plugin).await;
    let word = ChatEvent::Text("word".into());
    assert_eq!(completion.next(9).await.unwrap(), [word.clone(), word.clone()]);
    assert_eq!(completion.next(9).await.unwrap(), [word]);
    assert_eq!(completion.next(9).await.unwrap(), []);
    assert_eq!(completion.next(9).await.unwrap(), [], "over is over");
}

#[tokio::test]
async fn a_flood_of_events_is_refused() {
    let plugin = load(adapter(&words("(i32.const 100)")), &all()).await;
    let mut completion = open(&plugin).await;
    assert!(matches!(completion.next(9).await, Err(CallError::Output(_))));
    assert_eq!(completion.next(9).await.unwrap(), []);
}

#[tokio::test]
async fn a_wait_ends_at_its_deadline_and_with_it_the_completion() {
    for next in [
        "(loop $again (br $again)) (unreachable)",
        "(call $block (call $sleep (i64.const 60000000000))) (unreachable)",
    ] {
        let plugin = load(adapter(next), &all()).await;
        let mut completion = open(&plugin).await;
        assert_eq!(completion.next(9).await.unwrap_err(), CallError::Deadline);
        assert_eq!(completion.next(9).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_completion_as_a_whole_has_a_deadline() {
    let limits = Limits {
        completion_deadline: Duration::ZERO,
        ..limits()
    };
    let sandbox = Sandbox::new(limits, Compiler::in_process()).unwrap();
    let plugin = sandbox
        .load(adapter(&words("(i32.const 1)")), &all(), None)
        .await
        .unwrap();
    assert_eq!(open(&plugin).await.next(9).await.unwrap_err(), CallError::Deadline);
}

#[tokio::test]
async fn dropping_a_completion_frees_its_place() {
    let sandbox = Sandbox::new(
        Limits {
            connected_concurrency: 1,
            waiting: 0,
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let plugin = sandbox
        .load(adapter(&words("(i32.const 1)")), &all(), None)
        .await
        .unwrap();
    let first = open(&plugin).await;
    let second = plugin.open_chat(nothing(), request()).await;
    assert_eq!(second.err(), Some(CallError::Saturated));
    drop(first);
    open(&plugin).await;
}

#[tokio::test]
async fn a_forged_completion_is_refused() {
    let core = guest::export(
        "chat",
        "open",
        1,
        "(i32.store (i32.const 2052) (i32.const 41)) (i32.const 2048)",
    );
    let plugin = load(guest::component("chat-adapter", &core), &all()).await;
    let opened = plugin.open_chat(nothing(), request()).await;
    assert!(matches!(opened.err(), Some(CallError::Output(_) | CallError::Trap(_))));
}

#[tokio::test]
async fn an_adapter_may_trap_while_it_drops_its_own_completion() {
    let open = "(call $completion-drop (call $completion-new (i32.const 7))) (i32.const 512)";
    let core = format!(
        "{} (func (export \"voiceassist:plugin/chat@0.1.0#[dtor]completion\") (param i32) unreachable)",
        guest::export("chat", "open", 1, open)
    );
    let plugin = load(guest::component("chat-adapter", &core), &all()).await;
    assert!(matches!(
        plugin.open_chat(nothing(), request()).await.err(),
        Some(CallError::Trap(_))
    ));
}

#[tokio::test]
async fn models_are_listed_and_refusals_told() {
    let plugin = load(adapter("(unreachable)"), &all()).await;
    assert_eq!(plugin.models(nothing()).await.unwrap(), []);
    let core = format!(
        "(func (export \"voiceassist:plugin/models@0.1.0#models\") (result i32) (call $tell (i32.const 5)))
         {}",
        guest::export("embeddings", "embed", 5, "(i32.const 512)")
    );
    let plugin = load(guest::component("embedding-adapter", &core), &all()).await;
    assert_eq!(told(plugin.models(nothing()).await), 5);
}

/// A matrix of `dimensions` columns with `values` numbers, all of them `number`.
fn matrix(dimensions: u32, values: u32, number: &str) -> Vec<u8> {
    let body = format!(
        "(loop $next
            (f32.store (i32.add (i32.const 4096) (i32.mul (local.get $i) (i32.const 4))) (f32.const {number}))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (i32.const {values}))))
         (i32.store (i32.const 2052) (i32.const {dimensions}))
         (i32.store (i32.const 2056) (i32.const 4096)) (i32.store (i32.const 2060) (i32.const {values})) (i32.const 2048)"
    );
    guest::component("embedding-adapter", &guest::export("embeddings", "embed", 5, &body))
}

#[tokio::test]
async fn an_embedding_has_one_finite_row_for_each_input() {
    let texts = || vec!["a".to_owned(), "b".to_owned()];
    let good = load(matrix(3, 6, "0.5"), &all()).await;
    let rows = good.embed(nothing(), "m", texts(), Purpose::Query).await.unwrap();
    assert_eq!((rows.dimensions, rows.values), (3, vec![0.5; 6]));
    for bad in [
        matrix(3, 5, "0.5"),
        matrix(0, 0, "0.5"),
        matrix(3, 6, "nan"),
        matrix(3, 6, "inf"),
        matrix(u32::MAX, 6, "1"),
    ] {
        let plugin = load(bad, &all()).await;
        let rows = plugin.embed(nothing(), "m", texts(), Purpose::Document).await;
        assert!(matches!(rows, Err(CallError::Output(_))), "{rows:?}");
    }
}

#[tokio::test]
async fn a_plugin_lowers_its_own_deadline() {
    let sandbox = Sandbox::new(
        Limits {
            connected_deadline: Duration::from_secs(3_600),
            ..limits()
        },
        Compiler::in_process(),
    )
    .unwrap();
    let lower = Lower {
        deadline: Some(Duration::from_millis(50)),
        ..Lower::default()
    };
    let endless = adapter("(loop $again (br $again)) (unreachable)");
    let plugin = sandbox.load(endless, &all(), Some(lower)).await.unwrap();
    assert_eq!(open(&plugin).await.next(1).await.unwrap_err(), CallError::Deadline);
}
