//! Reads the server-sent events of a chat completion before async-openai does, and passes on only what it can parse.
//!
//! async-openai logs an event that it cannot parse with its whole content, and ends quietly when a stream breaks off.
//! Answers may hold patient information, so neither may happen: here a bad event becomes a `ModelError` without text.

use std::sync::{Arc, Mutex, PoisonError};

use async_openai::error::WrappedError;
use async_openai::types::chat::CreateChatCompletionStreamResponse;
use bytes::Bytes;
use futures::{Stream, StreamExt};

use super::ModelError;
use crate::egress::EgressError;

/// One event holds a few tokens; a server that sends this much in one is broken.
const EVENT_BYTES: usize = 1 << 20;

/// What async-openai's own errors cannot carry from the transport to the reader.
#[derive(Clone, Default)]
pub(super) struct Verdict {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    error: Option<ModelError>,
    complete: bool,
}

impl Verdict {
    pub(super) fn fail(&self, error: ModelError) {
        self.lock().error.get_or_insert(error);
    }

    pub(super) fn take_error(&self) -> Option<ModelError> {
        self.lock().error.take()
    }

    /// The server said that it was done.
    pub(super) fn is_complete(&self) -> bool {
        self.lock().complete
    }

    fn complete(&self) {
        self.lock().complete = true;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Well-formed events, one `data:` line each; an error ends the stream and is left in `verdict`.
pub(super) fn checked<S>(body: S, verdict: Verdict) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send
where
    S: Stream<Item = Result<Bytes, EgressError>> + Send + Unpin + 'static,
{
    let reader = Reader {
        pending: Vec::new(),
        data: String::new(),
        verdict,
    };
    futures::stream::unfold(Some((body, reader)), |state| async {
        let (mut body, mut reader) = state?;
        loop {
            let read = match body.next().await {
                None => return None,
                Some(Ok(chunk)) => reader.read(&chunk),
                Some(Err(error)) => Err(error.into()),
            };
            match read {
                Ok(events) if events.is_empty() => {}
                Ok(events) => return Some((Ok(Bytes::from(events)), Some((body, reader)))),
                Err(error) => {
                    reader.verdict.fail(error);
                    return Some((Err(std::io::Error::other("unreadable stream")), None));
                }
            }
        }
    })
}

struct Reader {
    /// Bytes of a line that is not complete.
    pending: Vec<u8>,
    /// `data` lines of an event that is not complete.
    data: String,
    verdict: Verdict,
}

impl Reader {
    fn read(&mut self, chunk: &[u8]) -> Result<String, ModelError> {
        self.pending.extend_from_slice(chunk);
        let mut events = String::new();
        while let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            let line = std::str::from_utf8(&line)
                .map_err(|_| ModelError::Malformed)?
                .trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                self.event(&mut events)?;
            } else if let Some(data) = line.strip_prefix("data:") {
                // Line breaks between data lines can only be white space between JSON tokens.
                self.data.push_str(data);
            }
        }
        if self.pending.len() + self.data.len() > EVENT_BYTES {
            return Err(ModelError::Malformed);
        }
        Ok(events)
    }

    fn event(&mut self, events: &mut String) -> Result<(), ModelError> {
        let data = std::mem::take(&mut self.data);
        let data = data.trim();
        if data.is_empty() {
            return Ok(());
        }
        if data == "[DONE]" {
            self.verdict.complete();
        } else if serde_json::from_str::<CreateChatCompletionStreamResponse>(data).is_err() {
            let provider = serde_json::from_str::<WrappedError>(data).is_ok();
            return Err(if provider {
                ModelError::Provider
            } else {
                ModelError::Malformed
            });
        }
        events.push_str("data: ");
        events.push_str(data);
        events.push_str("\n\n");
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const CHUNK: &str = r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Give"},"finish_reason":null}]}"#;

    fn reader() -> Reader {
        Reader {
            pending: Vec::new(),
            data: String::new(),
            verdict: Verdict::default(),
        }
    }

    #[test]
    fn events_cut_anywhere_come_out_whole() {
        let wire = format!(": ping\r\n\r\nevent: x\r\ndata: {CHUNK}\r\n\r\ndata:[DONE]\n\n");
        for size in [1, 3, 7, 64, 4096] {
            let mut reader = reader();
            let out: String = wire
                .as_bytes()
                .chunks(size)
                .map(|part| reader.read(part).unwrap())
                .collect();
            assert_eq!(out, format!("data: {CHUNK}\n\ndata: [DONE]\n\n"));
            assert!(reader.verdict.is_complete());
        }
    }

    #[test]
    fn bad_events_end_it_without_their_text() {
        assert_eq!(reader().read(b"data: {\"id\":\n\n"), Err(ModelError::Malformed));
        assert_eq!(reader().read(b"data: \xff\n\n"), Err(ModelError::Malformed));
        let error = b"data: {\"error\":{\"message\":\"john smith\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n";
        assert_eq!(reader().read(error), Err(ModelError::Provider));
        assert_eq!(reader().read(&vec![b'x'; EVENT_BYTES + 1]), Err(ModelError::Malformed));
    }
}
