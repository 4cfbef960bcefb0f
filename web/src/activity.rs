//! Whether anybody is there. What a page asks by itself, with nobody at it, must not keep a session alive.

use std::cell::Cell;

use leptos::prelude::window;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::dom;

/// Who has touched nothing for so long counts as away.
const AWAY_MS: f64 = 60_000.0;

thread_local! {
    static LAST: Cell<f64> = const { Cell::new(0.0) };
}

/// Notices keys, pointers and scrolling from now on.
pub fn notice() {
    LAST.set(dom::now_ms());
    let listener = Closure::<dyn Fn()>::new(|| LAST.set(dom::now_ms()));
    for event in ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] {
        let _ = window().add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// Somebody talks, who need not touch anything.
pub fn here() {
    LAST.set(dom::now_ms());
}

pub fn away() -> bool {
    dom::now_ms() - LAST.get() > AWAY_MS
}
