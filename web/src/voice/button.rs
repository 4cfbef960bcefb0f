//! The microphone beside the field for questions. It opens the panel in the page, or the voice window where the page itself
//! may not use the microphone, as inside Nextcloud.

use leptos::prelude::*;

use super::{audio, window};
use crate::{base, dom, state::app, texts::vo, ui::icon::Icon};

/// Whether talking takes place in this page.
fn here() -> bool {
    !base::embedded() || audio::allowed()
}

#[component]
pub fn VoiceButton() -> impl IntoView {
    let voice = app().voice;
    let here = here();
    window::listen();
    let press = move |_| {
        if !here {
            return window::open();
        }
        voice.open.update(|open| *open = !*open);
        if voice.open.get_untracked() {
            dom::focus_soon("va-talk");
        } else {
            voice.end();
        }
    };
    let expanded = move || here.then(|| voice.open.get().to_string());
    let label = if here { vo().button } else { vo().button_window };
    view! {
        <button
            id="va-voice"
            type="button"
            class="va-send va-voice"
            class:on=move || voice.open.get()
            aria-label=label
            title=label
            aria-expanded=expanded
            on:click=press
        >
            <Icon name="microphone" />
        </button>
    }
}
