//! The client that speaks, and what it says.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use axum::body::Body;
use axum::http::Request;
use speech::{RATE, Voice, resample};
pub use testkit::talker::{Page, Talker, hello};
use tokio_tungstenite::tungstenite::Message;
use voiceassist::config::{Config, Overrides};

/// A text as somebody says it into a microphone.
pub fn spoken(text: &str) -> Vec<f32> {
    static VOICE: OnceLock<Mutex<Voice>> = OnceLock::new();
    let voice = VOICE.get_or_init(|| {
        let config = Config::load(&Overrides::default()).unwrap();
        let models: PathBuf = config.cache_dir.join("models");
        Mutex::new(Voice::load(&models).unwrap())
    });
    let sound = voice.lock().unwrap().say(text, 1.0, 7).unwrap();
    resample(&sound.samples, sound.rate, RATE)
}

/// A batch for a connection without a WebSocket.
pub fn up(session: &str, number: u64, messages: &[Message]) -> Request<Body> {
    let mut body = Vec::new();
    for message in messages {
        let (kind, bytes) = match message {
            Message::Text(text) => (0, text.as_bytes().to_vec()),
            other => (1, other.clone().into_data().to_vec()),
        };
        body.extend((bytes.len() as u32).to_le_bytes());
        body.push(kind);
        body.extend(bytes);
    }
    Request::post(format!("/api/v1/voice/sessions/{session}/up?seq={number}"))
        .header("content-type", "application/octet-stream")
        .header("x-requested-with", "voiceassist")
        .body(Body::from(body))
        .unwrap()
}

/// The messages of a batch from there.
pub fn split(mut body: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Some((length, rest)) = body.split_first_chunk::<4>() {
        let (bytes, tail) = rest[1..].split_at(u32::from_le_bytes(*length) as usize);
        messages.push(match rest[0] {
            0 => Message::Text(String::from_utf8(bytes.to_vec()).unwrap().into()),
            _ => Message::Binary(bytes.to_vec().into()),
        });
        body = tail;
    }
    messages
}
