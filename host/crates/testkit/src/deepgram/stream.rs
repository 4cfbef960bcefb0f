//! One stream: sound in; texts on the way, the final ones and the end out.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{DeepgramFault, Shared};
use crate::socket::{End, close};

/// Bytes of sound in a second.
const SECOND: usize = 32_000;
/// An interim text comes after each further half second.
const INTERIM: usize = SECOND / 2;
/// How many words somebody says in a second.
const PACE: f64 = 2.5;
/// How sure it is of everything.
const CONFIDENCE: f64 = 0.98;

pub(super) struct Plan {
    pub number: usize,
    pub transcript: String,
    pub interim: bool,
    pub fault: Option<DeepgramFault>,
}

struct Stream {
    plan: Plan,
    words: Vec<String>,
    /// Bytes of sound, and those after which an interim text was said.
    bytes: usize,
    told: usize,
    /// Words that were final already.
    done: usize,
}

pub(super) async fn run(shared: Arc<Shared>, plan: Plan, mut socket: WebSocket) {
    let words = plan.transcript.split_whitespace().map(str::to_owned).collect();
    let number = plan.number;
    let mut stream = Stream {
        plan,
        words,
        bytes: 0,
        told: 0,
        done: 0,
    };
    let end = stream.listen(&shared, &mut socket).await;
    shared.call(number, |call| call.over = true);
    if let End::Close(code, reason) = end {
        close(&mut socket, code, reason).await;
    }
}

impl Stream {
    async fn listen(&mut self, shared: &Shared, socket: &mut WebSocket) -> End {
        let mut idle = Instant::now() + shared.idle;
        loop {
            let Ok(message) = tokio::time::timeout_at(idle, socket.recv()).await else {
                return End::Close(1011, "NET-0001");
            };
            let Some(Ok(message)) = message else { return End::Gone };
            match message {
                Message::Binary(sound) if sound.is_empty() => return End::Close(1000, ""),
                Message::Binary(sound) => {
                    idle = Instant::now() + shared.idle;
                    self.bytes += sound.len();
                    shared.call(self.plan.number, |call| call.sound.extend_from_slice(&sound));
                    if let Some(DeepgramFault::DieAfter(bytes)) = self.plan.fault
                        && self.bytes >= bytes
                    {
                        return End::Broken;
                    }
                    if let Err(end) = self.heard(socket).await {
                        return end;
                    }
                }
                Message::Text(text) => {
                    let kind = kind(&text);
                    shared.call(self.plan.number, |call| call.messages.push(kind.clone()));
                    match self.control(&kind, socket).await {
                        Ok(()) => idle = Instant::now() + shared.idle,
                        Err(end) => return end,
                    }
                }
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(_) => return End::Gone,
            }
        }
    }

    async fn heard(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        if !self.plan.interim || self.bytes - self.told < INTERIM {
            return Ok(());
        }
        self.told = self.bytes;
        let count = (self.seconds() * PACE) as usize;
        let count = count.min(self.words.len().saturating_sub(1));
        if count > self.done {
            self.say(socket, self.results(self.done..count, false, false)).await?;
        }
        Ok(())
    }

    async fn control(&mut self, kind: &str, socket: &mut WebSocket) -> Result<(), End> {
        match kind {
            "KeepAlive" => Ok(()),
            "Finalize" => {
                let results = self.results(self.done..self.words.len(), true, true);
                self.done = self.words.len();
                self.say(socket, results).await
            }
            "CloseStream" => {
                if self.done < self.words.len() && self.bytes > 0 {
                    let results = self.results(self.done..self.words.len(), true, false);
                    self.say(socket, results).await?;
                }
                let metadata = json!({
                    "type": "Metadata", "transaction_key": "deprecated", "request_id": "double",
                    "sha256": "0".repeat(64), "created": "2026-01-01T00:00:00.000Z",
                    "duration": self.seconds(), "channels": 1,
                });
                self.say(socket, metadata).await?;
                Err(End::Close(1000, ""))
            }
            _ => {
                let error = json!({
                    "type": "Error", "variant": "SchemaError",
                    "description": "Could not deserialize last text message.", "message": "unknown type",
                });
                self.say(socket, error).await?;
                Err(End::Close(1008, "DATA-0000"))
            }
        }
    }

    async fn say(&self, socket: &mut WebSocket, message: Value) -> Result<(), End> {
        let text = match self.plan.fault {
            Some(DeepgramFault::Mute) => return Ok(()),
            Some(DeepgramFault::Garbage) => "{\"type\":\"Results\",".to_owned(),
            _ => message.to_string(),
        };
        socket.send(Message::Text(text.into())).await.map_err(|_| End::Gone)
    }

    fn seconds(&self) -> f64 {
        self.bytes as f64 / SECOND as f64
    }

    fn results(&self, part: std::ops::Range<usize>, is_final: bool, from_finalize: bool) -> Value {
        let at = |word: usize| word as f64 / PACE;
        let words: Vec<Value> = self.words[part.clone()]
            .iter()
            .zip(part.clone())
            .map(|(word, number)| {
                let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                json!({
                    "word": plain, "punctuated_word": word, "confidence": CONFIDENCE,
                    "start": at(number), "end": at(number + 1),
                })
            })
            .collect();
        let confidence = if words.is_empty() { 0.0 } else { CONFIDENCE };
        json!({
            "type": "Results", "channel_index": [0, 1], "start": at(part.start), "duration": at(part.len()),
            "is_final": is_final, "speech_final": from_finalize, "from_finalize": from_finalize,
            "channel": { "alternatives": [{
                "transcript": self.words[part].join(" "), "confidence": confidence, "words": words,
            }] },
            "metadata": {
                "request_id": "double", "model_uuid": "double",
                "model_info": { "name": "double", "version": "1", "arch": "double" },
            },
        })
    }
}

/// The type of a control message; anything that is none has another.
fn kind(text: &str) -> String {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    message["type"].as_str().unwrap_or("(none)").to_owned()
}
