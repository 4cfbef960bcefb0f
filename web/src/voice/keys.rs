//! Keys that work wherever the focus is while the panel is shown: the space bar, held, talks; Escape stops the answer.

use leptos::prelude::*;
use voice_turn::vap::BargeSource;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{Voice, talk::Press};

/// What takes keys for itself.
const TAKES_KEYS: &str =
    "input, textarea, select, button, a, summary, [contenteditable], [role=slider], dialog[open] *";

fn free(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    !event.default_prevented()
        && target.is_none_or(|element| element.closest(TAKES_KEYS).is_ok_and(|found| found.is_none()))
}

/// For as long as the component lives that calls this.
pub fn listen(voice: Voice) {
    let press = Press::new(voice);
    let down = window_event_listener(leptos::ev::keydown, move |event| match event.key().as_str() {
        " " if free(&event) => {
            event.prevent_default();
            if !event.repeat() {
                press.down();
            }
        }
        "Escape" if !event.default_prevented() && voice.view.with_untracked(|view| view.standing.answers()) => {
            event.prevent_default();
            voice.stop_answer(BargeSource::Key);
        }
        _ => {}
    });
    let up = window_event_listener(leptos::ev::keyup, move |event| {
        if event.key() == " " {
            press.up();
        }
    });
    // A key that is let go in another window is heard by nobody here.
    let blur = window_event_listener(leptos::ev::blur, move |_| {
        press.up();
    });
    on_cleanup(move || {
        down.remove();
        up.remove();
        blur.remove();
    });
}
