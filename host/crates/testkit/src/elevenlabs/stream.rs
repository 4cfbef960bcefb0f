//! One connection: texts in; sound with the times of its characters out.

use std::collections::HashMap;
use std::f32::consts::TAU;
use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{ElevenLabsFault, Shared};
use crate::socket::{End, close};

const RATE: usize = 24_000;
/// How long a character sounds.
const EACH_MS: usize = 60;
/// Characters in one piece of sound.
const PIECE: usize = 20;
/// The context of a connection that has only one.
const ONLY: &str = "";
/// Contexts at the same time.
const MOST: usize = 5;

pub(super) struct Plan {
    pub number: usize,
    pub multi: bool,
    pub auto: bool,
    pub fault: Option<ElevenLabsFault>,
}

struct Stream {
    plan: Plan,
    /// Text that was not said yet, by context.
    contexts: HashMap<String, String>,
    pieces: usize,
}

pub(super) async fn run(shared: Arc<Shared>, plan: Plan, mut socket: WebSocket) {
    let number = plan.number;
    let mut stream = Stream {
        plan,
        contexts: HashMap::new(),
        pieces: 0,
    };
    let end = stream.listen(&shared, &mut socket).await;
    shared.call(number, |call| call.over = true);
    if let End::Close(code, reason) = end {
        if code != 1000 {
            let error = json!({ "message": reason, "error": reason, "code": code });
            let _sent = socket.send(Message::Text(error.to_string().into())).await;
        }
        close(&mut socket, code, reason).await;
    }
}

impl Stream {
    async fn listen(&mut self, shared: &Shared, socket: &mut WebSocket) -> End {
        let mut idle = Instant::now() + shared.idle;
        loop {
            let Ok(message) = tokio::time::timeout_at(idle, socket.recv()).await else {
                return End::Close(1008, "input_timeout_exceeded");
            };
            let Some(Ok(message)) = message else { return End::Gone };
            let text = match message {
                Message::Text(text) => text,
                Message::Binary(_) => return End::Close(1007, "invalid_message"),
                Message::Ping(_) | Message::Pong(_) => continue,
                Message::Close(_) => return End::Gone,
            };
            idle = Instant::now() + shared.idle;
            let Ok(message) = serde_json::from_str::<Value>(&text) else {
                return End::Close(1007, "invalid_message");
            };
            shared.call(self.plan.number, |call| call.messages.push(message.clone()));
            let taken = match self.plan.multi {
                true => self.multi(shared, &message, socket).await,
                false => self.single(&message, socket).await,
            };
            if let Err(end) = taken {
                return end;
            }
        }
    }

    /// An empty text is the end here.
    async fn single(&mut self, message: &Value, socket: &mut WebSocket) -> Result<(), End> {
        let Some(text) = message["text"].as_str() else {
            return Err(End::Close(1007, "invalid_message"));
        };
        match (text, self.contexts.contains_key(ONLY)) {
            (" ", false) => {
                self.contexts.insert(ONLY.to_owned(), String::new());
                Ok(())
            }
            (_, false) => Err(End::Close(1008, "not_initialised")),
            ("", true) => {
                self.speak(ONLY, socket).await?;
                self.say(socket, json!({ "audio": null, "isFinal": true })).await?;
                Err(End::Close(1000, ""))
            }
            (more, true) => {
                self.contexts.entry(ONLY.to_owned()).or_default().push_str(more);
                if message["flush"] == json!(true) {
                    self.speak(ONLY, socket).await?;
                }
                Ok(())
            }
        }
    }

    async fn multi(&mut self, shared: &Shared, message: &Value, socket: &mut WebSocket) -> Result<(), End> {
        if message["close_socket"] == json!(true) {
            return Err(End::Close(1000, ""));
        }
        // What another key stands for is not guessed.
        let known = [
            "text",
            "context_id",
            "flush",
            "close_context",
            "voice_settings",
            "generation_config",
        ];
        let keys = message.as_object().map(|object| object.keys()).into_iter().flatten();
        if keys.into_iter().any(|key| !known.contains(&key.as_str())) {
            return Err(End::Close(1007, "invalid_message"));
        }
        let id = message["context_id"].as_str().unwrap_or("default").to_owned();
        if message["close_context"] == json!(true) {
            if self.contexts.remove(&id).is_some() {
                shared.call(self.plan.number, |call| call.closed.push(id.clone()));
                self.say(socket, json!({ "audio": null, "isFinal": true, "contextId": id }))
                    .await?;
            }
            return Ok(());
        }
        let text = message["text"].as_str();
        let settings = message.get("voice_settings").is_some();
        if !self.contexts.contains_key(&id) {
            if text != Some(" ") {
                return Err(End::Close(1008, "context_not_initialised"));
            }
            if self.contexts.len() >= MOST {
                return Err(End::Close(1008, "max_contexts_exceeded"));
            }
            self.contexts.insert(id, String::new());
            return Ok(());
        }
        if settings {
            return Err(End::Close(1008, "voice_settings_after_first_message"));
        }
        // An empty text only keeps the context alive.
        let waiting = self.contexts.entry(id.clone()).or_default();
        waiting.push_str(text.unwrap_or_default());
        if message["flush"] == json!(true) || self.plan.auto && text.is_some_and(|text| !text.is_empty()) {
            self.speak(&id, socket).await?;
        }
        Ok(())
    }

    /// Says what waits in a context, a piece at a time.
    async fn speak(&mut self, id: &str, socket: &mut WebSocket) -> Result<(), End> {
        let Some(waiting) = self.contexts.get_mut(id) else {
            return Ok(());
        };
        let characters: Vec<String> = std::mem::take(waiting).chars().map(String::from).collect();
        for part in characters.chunks(PIECE) {
            match self.plan.fault {
                Some(ElevenLabsFault::Mute) => return Ok(()),
                Some(ElevenLabsFault::Error) => return Err(End::Close(1008, "quota_exceeded")),
                Some(ElevenLabsFault::DieAfter(pieces)) if self.pieces >= pieces => return Err(End::Broken),
                _ => {}
            }
            self.pieces += 1;
            let starts: Vec<usize> = (0..part.len()).map(|at| at * EACH_MS).collect();
            let alignment = json!({
                "chars": part, "charStartTimesMs": starts, "charDurationsMs": vec![EACH_MS; part.len()],
            });
            let mut message = json!({
                "audio": STANDARD.encode(tone(part.len() * EACH_MS)), "isFinal": null,
                "alignment": alignment, "normalizedAlignment": alignment,
            });
            if self.plan.multi {
                message["contextId"] = json!(id);
            }
            self.say(socket, message).await?;
        }
        Ok(())
    }

    async fn say(&self, socket: &mut WebSocket, message: Value) -> Result<(), End> {
        let text = Message::Text(message.to_string().into());
        socket.send(text).await.map_err(|_| End::Gone)
    }
}

/// A quiet tone in 16-bit samples.
fn tone(ms: usize) -> Vec<u8> {
    let samples = (0..ms * RATE / 1_000).map(|at| {
        let wave = (at as f32 * 220.0 / RATE as f32 * TAU).sin();
        (wave * 3_000.0) as i16
    });
    samples.flat_map(i16::to_le_bytes).collect()
}
