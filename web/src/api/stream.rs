//! The events of an answer, live where the way allows it and by asking again where it does not.

use std::pin::Pin;

use api_types::{AnswerEvent, ProblemBody};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, Response};

use super::{Body, Call, content_type, fetch, json, sse::Frames};

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The last event said so.
    Complete,
    /// The connection broke before that.
    Broken,
}

/// An event as a plain list holds it.
#[derive(serde::Deserialize)]
struct Numbered {
    id: u64,
    event: AnswerEvent,
}

/// Takes an event with its sequence number; the next one is read when it is done.
pub type Each<'a> = &'a dyn Fn(u64, AnswerEvent) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

pub struct Watch<'a> {
    pub signal: Option<&'a AbortSignal>,
    pub each: Each<'a>,
}

/// Posts and reads the events that answer: as they come, or with `poll` the first of them as a plain list.
pub async fn post(path: &str, body: Option<String>, poll: bool, watch: Watch<'_>) -> Result<End, ProblemBody> {
    let path = if poll {
        format!("{path}?wait=poll")
    } else {
        path.to_owned()
    };
    let call = Call {
        method: "POST",
        path: &path,
        body: body.map(Body::Json),
        accept: if poll { "application/json" } else { "text/event-stream" },
        signal: watch.signal,
    };
    read(fetch(call).await?, 0, watch.each).await
}

/// Reads on after the event numbered `after`. With `poll` the host answers a plain list after at most 20 seconds,
/// which passes through proxies that hold a stream back until it ends.
pub async fn resume(
    conversation: &str,
    message: &str,
    after: u64,
    poll: bool,
    watch: Watch<'_>,
) -> Result<End, ProblemBody> {
    let wait = if poll { "&wait=poll" } else { "" };
    let path = format!("conversations/{conversation}/messages/{message}/events?after={after}{wait}");
    let accept = if poll { "application/json" } else { "text/event-stream" };
    let call = Call {
        method: "GET",
        path: &path,
        body: None,
        accept,
        signal: watch.signal,
    };
    read(fetch(call).await?, after, watch.each).await
}

async fn read(response: Response, after: u64, each: Each<'_>) -> Result<End, ProblemBody> {
    if content_type(&response).starts_with("application/json") {
        let mut end = End::Broken;
        for Numbered { id, event } in json::<Vec<Numbered>>(response).await? {
            if closes(&event) {
                end = End::Complete;
            }
            each(id, event).await;
        }
        return Ok(end);
    }
    let Some(body) = response.body() else {
        return Ok(End::Broken);
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut frames = Frames::default();
    let mut sequence = after;
    while let Some(bytes) = next(&reader).await {
        for frame in frames.push(&bytes) {
            sequence = if frame.id > 0 { frame.id } else { sequence + 1 };
            match serde_json::from_str::<AnswerEvent>(&frame.data) {
                Ok(event) => {
                    let last = closes(&event);
                    each(sequence, event).await;
                    if last {
                        let _ = reader.cancel();
                        return Ok(End::Complete);
                    }
                }
                Err(error) => crate::dom::log_error(&error.to_string()),
            }
        }
    }
    Ok(End::Broken)
}

/// The next bytes, or nothing at the end or a break.
async fn next(reader: &ReadableStreamDefaultReader) -> Option<Vec<u8>> {
    let result = JsFuture::from(reader.read()).await.ok()?;
    let done = Reflect::get(&result, &JsValue::from_str("done")).ok()?;
    if done.is_truthy() {
        return None;
    }
    let value = Reflect::get(&result, &JsValue::from_str("value")).ok()?;
    Some(value.unchecked_into::<Uint8Array>().to_vec())
}

fn closes(event: &AnswerEvent) -> bool {
    matches!(event, AnswerEvent::Done { .. } | AnswerEvent::Error { .. })
}
