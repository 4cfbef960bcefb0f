//! Microphone and loudspeaker of a session. The microphone is on exactly as long as an [`Audio`] lives.

use js_sys::{Array, Float32Array, Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioWorkletNode, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack, MessageEvent,
};

use super::refusal::Refusal;
use crate::base;

const WORKLET: &str = "voice-worklet.js";

/// What the player tells of an utterance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Played {
    pub kind: PlayedKind,
    pub utt: u16,
    pub segment: u16,
    /// Milliseconds since the utterance began.
    pub heard_ms: i64,
    /// Milliseconds that wait to be played.
    pub buffered_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayedKind {
    Started,
    Progress,
    Done,
}

/// What is to be played, at the rate of the context.
pub struct Piece<'a> {
    pub utt: u16,
    pub segment: u16,
    /// Samples since the utterance began.
    pub at: f64,
    pub samples: &'a [f32],
    pub last: bool,
}

pub struct Audio {
    context: AudioContext,
    stream: MediaStream,
    capture: AudioWorkletNode,
    player: AudioWorkletNode,
    _listeners: [Closure<dyn Fn(MessageEvent)>; 2],
    _ended: Closure<dyn Fn()>,
}

/// What an [`Audio`] tells.
pub struct Hears {
    /// The next piece of the microphone's sound, at the rate of the context.
    pub samples: Box<dyn Fn(Vec<f32>)>,
    pub played: Box<dyn Fn(Played)>,
    /// The microphone is gone: unplugged, or taken back by the user.
    pub gone: Box<dyn Fn()>,
}

/// Whether the page's policy permits a microphone; browsers that cannot say permit it.
pub fn allowed() -> bool {
    let document: JsValue = leptos::prelude::document().into();
    ["featurePolicy", "permissionsPolicy"].iter().all(|name| {
        let policy = Reflect::get(&document, &JsValue::from_str(name)).unwrap_or_default();
        let asks = Reflect::get(&policy, &JsValue::from_str("allowsFeature")).unwrap_or_default();
        let Ok(asks) = asks.dyn_into::<js_sys::Function>() else {
            return true;
        };
        let answer = asks.call1(&policy, &JsValue::from_str("microphone"));
        answer.ok().and_then(|answer| answer.as_bool()).unwrap_or(true)
    })
}

fn devices() -> Option<MediaDevices> {
    let devices = window().navigator().media_devices().ok()?;
    (!devices.is_undefined()).then_some(devices)
}

/// What stands in the way before anybody is asked.
fn obstacle() -> Option<Refusal> {
    if !window().is_secure_context() {
        return Some(Refusal::Insecure);
    }
    if devices().is_none() {
        return Some(Refusal::Old);
    }
    (!allowed()).then_some(Refusal::Policy)
}

/// Name of what was thrown.
fn thrown(error: &JsValue) -> String {
    let name = Reflect::get(error, &JsValue::from_str("name")).ok();
    name.and_then(|name| name.as_string()).unwrap_or_default()
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// The microphones there are: what the browser calls them, and their names. Names are known once one was allowed.
pub async fn microphones() -> Vec<(String, String)> {
    let Some(promise) = devices().and_then(|devices| devices.enumerate_devices().ok()) else {
        return Vec::new();
    };
    let list = JsFuture::from(promise).await.unwrap_or_default();
    let text = |device: &JsValue, name: &str| {
        let value = Reflect::get(device, &JsValue::from_str(name)).ok();
        value.and_then(|value| value.as_string()).unwrap_or_default()
    };
    Array::from(&list)
        .iter()
        .filter(|device| text(device, "kind") == "audioinput" && !text(device, "deviceId").is_empty())
        .map(|device| (text(&device, "deviceId"), text(&device, "label")))
        .collect()
}

/// Asks for the microphone with the browser's own echo cancelling, noise suppression and gain control.
async fn microphone(device: &str) -> Result<MediaStream, Refusal> {
    if let Some(refusal) = obstacle() {
        return Err(refusal);
    }
    let yes = JsValue::TRUE;
    let wanted = object(&[
        ("echoCancellation", yes.clone()),
        ("noiseSuppression", yes.clone()),
        ("autoGainControl", yes),
        ("channelCount", JsValue::from_f64(1.0)),
    ]);
    if !device.is_empty() {
        // Only wished for: a microphone that is not there any more must not keep anybody from talking.
        let _ = Reflect::set(&wanted, &"deviceId".into(), &JsValue::from_str(device));
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&wanted);
    let refused = |error: JsValue| Refusal::of(&thrown(&error), allowed());
    let devices = devices().ok_or(Refusal::Old)?;
    let promise = devices.get_user_media_with_constraints(&constraints).map_err(refused)?;
    JsFuture::from(promise)
        .await
        .map(JsCast::unchecked_into)
        .map_err(refused)
}

/// A context must be made while the browser still handles the click that asks for sound.
pub fn context() -> Result<AudioContext, Refusal> {
    let context = AudioContext::new().map_err(|_| Refusal::Old)?;
    let _ = context.resume();
    Ok(context)
}

impl Audio {
    /// Opens both ends.
    ///
    /// # Errors
    /// There is no microphone for this page, or no audio thread; the microphone is off again then.
    pub async fn open(context: AudioContext, device: &str, hears: Hears) -> Result<Self, Refusal> {
        let stream = match microphone(device).await {
            Ok(stream) => stream,
            Err(refusal) => {
                let _ = context.close();
                return Err(refusal);
            }
        };
        // The stream itself: its own method of that name makes another one, with microphones of its own.
        let opened = Self::connect(context.clone(), Clone::clone(&stream), hears).await;
        if opened.is_err() {
            stop(&stream);
            let _ = context.close();
        }
        opened
    }

    async fn connect(context: AudioContext, stream: MediaStream, hears: Hears) -> Result<Self, Refusal> {
        let failed = |_: JsValue| Refusal::Worklet;
        let worklet = context.audio_worklet().map_err(|_| Refusal::Old)?;
        let loading = worklet.add_module(&base::asset(WORKLET)).map_err(failed)?;
        JsFuture::from(loading).await.map_err(failed)?;
        let capture = AudioWorkletNode::new(&context, "voiceassist-capture").map_err(failed)?;
        let player = AudioWorkletNode::new(&context, "voiceassist-playback").map_err(failed)?;
        let source = context.create_media_stream_source(&stream).map_err(failed)?;
        source.connect_with_audio_node(&capture).map_err(failed)?;
        // It gives silence; a node that leads nowhere is not run by every browser.
        let destination = context.destination();
        capture.connect_with_audio_node(&destination).map_err(failed)?;
        player.connect_with_audio_node(&destination).map_err(failed)?;

        let rate = f64::from(context.sample_rate());
        let (samples, told) = (hears.samples, hears.played);
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            samples(event.data().unchecked_into::<Float32Array>().to_vec());
        });
        let played = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(report) = report(&event.data(), rate) {
                told(report);
            }
        });
        capture
            .port()
            .map_err(failed)?
            .set_onmessage(Some(heard.as_ref().unchecked_ref()));
        player
            .port()
            .map_err(failed)?
            .set_onmessage(Some(played.as_ref().unchecked_ref()));
        let ended = Closure::<dyn Fn()>::new(hears.gone);
        for track in tracks(&stream) {
            track.set_onended(Some(ended.as_ref().unchecked_ref()));
        }
        Ok(Self {
            context,
            stream,
            capture,
            player,
            _listeners: [heard, played],
            _ended: ended,
        })
    }

    /// Milliseconds from the player to the ear, as far as the browser knows.
    pub fn latency_ms(&self) -> i64 {
        let seconds = Reflect::get(&self.context, &"outputLatency".into()).ok();
        (seconds.and_then(|value| value.as_f64()).unwrap_or(0.0) * 1000.0) as i64
    }

    pub fn play(&self, piece: &Piece<'_>) {
        let samples = Float32Array::from(piece.samples);
        let message = object(&[
            ("samples", samples.into()),
            ("utt", JsValue::from_f64(f64::from(piece.utt))),
            ("segment", JsValue::from_f64(f64::from(piece.segment))),
            ("at", JsValue::from_f64(piece.at)),
            ("last", JsValue::from_bool(piece.last)),
        ]);
        self.tell(&message);
    }

    /// Throws away what waits, and is silent within 5 ms.
    pub fn flush(&self) {
        self.order("flush");
    }

    pub fn pause(&self, pause: bool) {
        self.order(if pause { "pause" } else { "resume" });
    }

    /// Makes the answer quieter while somebody seems to speak over it.
    pub fn duck(&self, duck: bool) {
        self.order(if duck { "duck" } else { "unduck" });
    }

    /// Some browsers hold sound back until a click or touch has ended.
    pub fn wake(&self) {
        let _ = self.context.resume();
    }

    fn order(&self, order: &str) {
        self.tell(&object(&[("order", JsValue::from_str(order))]));
    }

    fn tell(&self, message: &Object) {
        if let Ok(port) = self.player.port() {
            let _ = port.post_message(message);
        }
    }

    /// Whether the microphone gives anything but silence.
    pub fn listen(&self, on: bool) {
        for track in tracks(&self.stream) {
            track.set_enabled(on);
        }
    }
}

impl Drop for Audio {
    fn drop(&mut self) {
        self.order("close");
        for node in [&self.capture, &self.player] {
            if let Ok(port) = node.port() {
                port.set_onmessage(None);
            }
        }
        if let Ok(port) = self.capture.port() {
            let _ = port.post_message(&JsValue::NULL);
        }
        stop(&self.stream);
        let _ = self.context.close();
    }
}

fn tracks(stream: &MediaStream) -> Vec<MediaStreamTrack> {
    stream.get_tracks().iter().map(JsCast::unchecked_into).collect()
}

fn stop(stream: &MediaStream) {
    for track in tracks(stream) {
        track.set_onended(None);
        track.stop();
    }
}

fn report(data: &JsValue, rate: f64) -> Option<Played> {
    let field = |name: &str| Reflect::get(data, &JsValue::from_str(name)).ok();
    let number = |name: &str| field(name).and_then(|value| value.as_f64());
    let ms = |samples: f64| (samples * 1000.0 / rate) as i64;
    let kind = match field("kind")?.as_string()?.as_str() {
        "started" => PlayedKind::Started,
        "done" => PlayedKind::Done,
        _ => PlayedKind::Progress,
    };
    Some(Played {
        kind,
        utt: number("utt")? as u16,
        segment: number("segment")? as u16,
        heard_ms: ms(number("played")?),
        buffered_ms: ms(number("buffered")?),
    })
}
