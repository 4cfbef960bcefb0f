//! The one large button: a click begins and ends, holding it talks.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::{Voice, standing};
use crate::{state::app, texts::vo, ui::icon::Icon};

/// Pressed for longer, it is held.
const HOLD: Duration = Duration::from_millis(300);

/// Tells a click from holding, for a pointer or a key.
#[derive(Clone, Copy)]
pub struct Press {
    voice: Voice,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// The press has become holding, so that its end is no click.
    holding: StoredValue<bool>,
}

impl Press {
    pub fn new(voice: Voice) -> Self {
        let press = Self {
            voice,
            timer: StoredValue::new(None),
            holding: StoredValue::new(false),
        };
        on_cleanup(move || {
            press.up();
        });
        press
    }

    pub fn down(self) {
        self.holding.set_value(false);
        let timer = set_timeout_with_handle(
            move || {
                self.timer.set_value(None);
                self.holding.set_value(true);
                self.voice.hold();
            },
            HOLD,
        );
        self.timer.set_value(timer.ok());
    }

    /// Whether it was held until now.
    pub fn up(self) -> bool {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let held = self.holding.try_get_value().unwrap_or(false) && self.voice.held.get_untracked();
        if held {
            self.voice.release();
        }
        held
    }

    /// A click follows every press of a pointer; that of holding is none.
    fn click(self) {
        if !self.holding.get_value() {
            self.voice.toggle();
        }
        self.holding.set_value(false);
    }
}

#[component]
pub fn TalkButton() -> impl IntoView {
    let voice = app().voice;
    let press = Press::new(voice);
    let now = Memo::new(move |_| voice.view.with(|view| view.standing));
    let key = |event: &KeyboardEvent| event.key() == " ";
    let label = move || {
        let vo = vo();
        match (voice.held.get(), now.get().runs()) {
            (true, _) => vo.let_go,
            (false, true) => vo.end,
            (false, false) => vo.talk,
        }
    };
    view! {
        <button
            id="va-talk"
            type="button"
            class=move || format!("va-talk {}", standing::class(now.get()))
            class:held=move || voice.held.get()
            aria-describedby="va-talk-hint"
            style=("--level", move || format!("{:.2}", voice.level.get()))
            on:pointerdown=move |event: PointerEvent| {
                if event.button() != 0 {
                    return;
                }
                if let Some(button) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
                    // Its end is heard wherever it comes.
                    let _ = button.set_pointer_capture(event.pointer_id());
                }
                press.down();
            }
            on:pointerup=move |_| { press.up(); }
            on:pointercancel=move |_| { press.up(); }
            on:contextmenu=move |event| event.prevent_default()
            on:keydown=move |event| if key(&event) {
                event.prevent_default();
                event.stop_propagation();
                if !event.repeat() {
                    press.down();
                }
            }
            on:keyup=move |event| if key(&event) {
                event.prevent_default();
                event.stop_propagation();
                if !press.up() {
                    voice.toggle();
                }
            }
            on:blur=move |_| { press.up(); }
            on:click=move |_| press.click()
        >
            <span class="va-talk-disc" aria-hidden="true">
                {move || {
                    let icon = match (voice.held.get(), now.get().runs()) {
                        (false, true) => "stop",
                        _ => "microphone",
                    };
                    view! { <Icon name=icon /> }
                }}
            </span>
            <span class="va-talk-label">{label}</span>
        </button>
    }
}

/// How loud it is at the microphone.
#[component]
pub fn Meter() -> impl IntoView {
    let voice = app().voice;
    let level = move || voice.level.get();
    view! {
        <div
            class="va-meter"
            role="meter"
            aria-label=vo().level
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", level() * 100.0)
        >
            <span style:transform=move || format!("scaleX({:.3})", level())></span>
        </div>
    }
}
