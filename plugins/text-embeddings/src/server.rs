//! The server: what it runs, and its answers and refusals.

use serde_json::{Value, json};
use voiceassist_plugin::http::{Request, Response};
use voiceassist_plugin::{Bucket, Error, ErrorKind, Outside, fault, rate_limited, recall_text, refused, unavailable};

const SERVICE: &str = "The text embeddings server";
/// How long what the server says of itself is believed.
const BELIEVED_MS: u64 = 300_000;
/// The server's own default for `max_client_batch_size`.
const BATCH: usize = 32;
/// 32 vectors of 1,024 numbers, as text, are 400 kB.
const ANSWER_BYTES: usize = 8 << 20;

pub struct Server<'a, O> {
    outside: &'a O,
    base: String,
    /// Whether inputs that are too long are cut; otherwise they are refused.
    pub truncates: bool,
}

/// What `GET /info` says, and the length of the vectors once it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    pub model: String,
    pub revision: Option<String>,
    pub pooling: Option<String>,
    pub input_tokens: u32,
    pub batch: usize,
    pub dimensions: Option<usize>,
}

impl Info {
    pub fn with_dimensions(&self, dimensions: usize) -> Self {
        Self {
            dimensions: Some(dimensions),
            ..self.clone()
        }
    }

    fn read(json: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let count = |key: &str| json[key].as_u64().and_then(|count| usize::try_from(count).ok());
        // Newer servers put the pooling inside the kind of model; a reranker is no embedding model.
        let kind = &json["model_type"];
        if kind.is_object() && kind.get("embedding").is_none() && kind.get("Embedding").is_none() {
            return None;
        }
        let nested = text(&kind["embedding"]["pooling"]).or(text(&kind["Embedding"]["pooling"]));
        Some(Self {
            model: text(&json["model_id"])?,
            revision: text(&json["model_sha"]),
            pooling: nested.or(text(&json["model_pooling"])),
            input_tokens: json["max_input_length"]
                .as_u64()
                .and_then(|tokens| u32::try_from(tokens).ok())
                .unwrap_or(512),
            batch: count("max_client_batch_size").unwrap_or(BATCH).clamp(1, 1_024),
            dimensions: count("dimensions"),
        })
    }

    fn json(&self) -> Value {
        json!({
            "model_id": self.model, "model_sha": self.revision, "model_pooling": self.pooling,
            "max_input_length": self.input_tokens, "max_client_batch_size": self.batch, "dimensions": self.dimensions,
        })
    }
}

impl<'a, O: Outside> Server<'a, O> {
    pub fn of(outside: &'a O) -> Result<Self, Error> {
        let base = outside
            .setting("server")
            .ok_or_else(|| refused("no address of the server has been entered"))?;
        let truncates = match outside.setting("truncate").as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(other) => {
                return Err(refused(format!(
                    "the setting truncate is {other}; it must be true or false"
                )));
            }
        };
        Ok(Self {
            outside,
            base: base.trim_end_matches('/').to_owned(),
            truncates,
        })
    }

    pub fn info(&self) -> Result<Info, Error> {
        let now = self.outside.now_ms();
        let kept = recall_text(self.outside, Bucket::Cache, &self.key()).ok().flatten();
        if let Some(kept) = kept.and_then(|text| serde_json::from_str::<Value>(&text).ok())
            && kept["until"].as_u64().is_some_and(|until| until > now)
            && let Some(info) = Info::read(&kept)
        {
            return Ok(info);
        }
        let mut response = self
            .outside
            .send(&Request::get(format!("{}/info", self.base)).at_most(64 << 10))?;
        if response.status != 200 {
            return Err(self.refusal(&mut response));
        }
        let info = Info::read(&response.json()?)
            .ok_or_else(|| unavailable("malformed", "the server does not say that it has an embedding model"))?;
        self.keep(&info);
        Ok(info)
    }

    pub fn keep(&self, info: &Info) {
        let mut kept = info.json();
        kept["until"] = json!(self.outside.now_ms() + BELIEVED_MS);
        let _ = self
            .outside
            .keep(Bucket::Cache, &self.key(), kept.to_string().as_bytes());
    }

    fn key(&self) -> String {
        format!("info {}", self.base)
    }

    /// One batch.
    pub fn embed(&self, inputs: &[String], prompt: Option<&str>) -> Result<Vec<Vec<f32>>, Error> {
        let mut body = json!({ "inputs": inputs, "normalize": true, "truncate": self.truncates });
        if let Some(prompt) = prompt {
            body["prompt_name"] = json!(prompt);
        }
        let request = Request::post_json(format!("{}/embed", self.base), &body)
            .within(30_000, 10_000)
            .at_most(ANSWER_BYTES);
        let mut response = self.outside.send(&request)?;
        if response.status != 200 {
            return Err(self.refusal(&mut response));
        }
        let rows = response.json()?;
        rows.as_array()
            .and_then(|rows| rows.iter().map(row).collect())
            .ok_or_else(|| unavailable("malformed", "the server's answer is no list of vectors"))
    }

    /// `{"error": "...", "error_type": "Validation"}`; a body that is no JSON keeps the meaning of its status.
    fn refusal(&self, response: &mut Response) -> Error {
        let plain = response.refusal(SERVICE, self.outside.now_ms());
        let body = response.json().unwrap_or_default();
        let (Some(message), Some(kind)) = (body["error"].as_str(), body["error_type"].as_str()) else {
            return plain;
        };
        let message: String = message.chars().take(300).collect();
        let message = format!("{SERVICE} answered: {message}");
        let code = kind.to_ascii_lowercase();
        match code.as_str() {
            "overloaded" => Error {
                code: Some(code),
                ..rate_limited(u64::from(plain.retry_after_ms.unwrap_or(1_000)), message)
            },
            // A batch or an input that is too large, or one that the tokenizer cannot read.
            "validation" | "tokenizer" | "empty" => fault(ErrorKind::InvalidInput, &code, message),
            _ => unavailable(&code, message),
        }
    }
}

fn row(row: &Value) -> Option<Vec<f32>> {
    row.as_array()?.iter().map(number).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "the server computes in 32 bits or fewer")]
fn number(value: &Value) -> Option<f32> {
    let number = value.as_f64()? as f32;
    number.is_finite().then_some(number)
}
