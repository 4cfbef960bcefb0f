//! Where the server is, and how its refusals read.

use serde_json::Value;
use voiceassist_plugin::http::{Request, Response};
use voiceassist_plugin::{Error, ErrorKind, Outside, fault, rate_limited, refused, unavailable};

const SERVICE: &str = "The text generation server";
/// A large prompt on a small machine takes this long to its first token.
const FIRST_TOKEN_MS: u64 = 120_000;
const BETWEEN_TOKENS_MS: u64 = 60_000;
const LISTING_BYTES: usize = 1 << 20;
const STREAM_BYTES: usize = 16 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    OpenAi,
    Tgi,
}

pub struct Server<'a, O> {
    pub outside: &'a O,
    pub protocol: Protocol,
    /// Without a final slash; for OpenAI's protocol with its `/v1`.
    base: String,
}

impl<'a, O: Outside> Server<'a, O> {
    pub fn of(outside: &'a O) -> Result<Self, Error> {
        let base = outside
            .setting("server")
            .ok_or_else(|| refused("no address of the server has been entered"))?;
        let protocol = match outside.setting("protocol").as_deref() {
            None | Some("openai") => Protocol::OpenAi,
            Some("tgi") => Protocol::Tgi,
            Some(other) => {
                return Err(refused(format!(
                    "the setting protocol is {other}; it must be openai or tgi"
                )));
            }
        };
        Ok(Self {
            outside,
            protocol,
            base: base.trim_end_matches('/').to_owned(),
        })
    }

    /// A whole number of the settings.
    pub fn number(&self, key: &str) -> Option<u32> {
        self.outside.setting(key)?.trim().parse().ok()
    }

    pub fn get(&self, path: &str) -> Result<Value, Error> {
        let request = Request::get(format!("{}{path}", self.base)).at_most(LISTING_BYTES);
        let mut response = self.outside.send(&request)?;
        match response.status {
            200 => response.json(),
            _ => Err(self.refusal(&mut response)),
        }
    }

    /// The response to a request that streams.
    pub fn stream(&self, path: &str, body: &Value) -> Result<Response, Error> {
        let request = Request::post_json(format!("{}{path}", self.base), body)
            .with("accept", "text/event-stream")
            .within(FIRST_TOKEN_MS, BETWEEN_TOKENS_MS)
            .at_most(STREAM_BYTES);
        let mut response = self.outside.send(&request)?;
        if response.status != 200 {
            return Err(self.refusal(&mut response));
        }
        let kind = response.header("content-type").unwrap_or("text/event-stream");
        if kind.starts_with("text/event-stream") {
            Ok(response)
        } else {
            Err(unavailable("malformed", "the server does not stream its answer"))
        }
    }

    fn refusal(&self, response: &mut Response) -> Error {
        let plain = response.refusal(SERVICE, self.outside.now_ms());
        let body = response.json().unwrap_or_default();
        let Some(error) = said(&body) else {
            return plain;
        };
        Error {
            retry_after_ms: plain.retry_after_ms.or(error.retry_after_ms),
            // The status says more than the words, except that a prompt was too long.
            kind: if error.kind == ErrorKind::InvalidInput {
                error.kind
            } else {
                plain.kind
            },
            ..error
        }
    }
}

/// The error in a body or an event: OpenAI's object, or text-generation-inference's two texts.
pub fn said(body: &Value) -> Option<Error> {
    let field = body.get("error")?;
    let (kind, message) = match field {
        Value::String(message) => (body["error_type"].as_str(), message.as_str()),
        Value::Object(error) => {
            let text = |key: &str| error.get(key).and_then(Value::as_str);
            (text("code").or(text("type")), text("message").unwrap_or_default())
        }
        _ => return None,
    };
    let code: String = kind.unwrap_or("server").chars().take(64).collect();
    let message: String = message.chars().take(300).collect();
    let message = format!("{SERVICE} answered: {message}");
    Some(match code.as_str() {
        "overloaded" | "rate_limit_exceeded" => Error {
            code: Some(code),
            ..rate_limited(1_000, message)
        },
        "validation" | "context_length_exceeded" | "invalid_request_error" => {
            fault(ErrorKind::InvalidInput, &code, message)
        }
        _ => unavailable(&code, message),
    })
}
