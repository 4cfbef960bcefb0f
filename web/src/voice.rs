//! The way to the voice window, a page of its own: inside Nextcloud's pages a microphone is not allowed.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MessageEvent;

use crate::{base, state::app, texts::nc, ui::icon::Icon};

const FEATURES: &str = "popup,width=460,height=720";

/// Only inside Nextcloud: elsewhere a page may ask for the microphone itself.
#[component]
pub fn VoiceButton() -> impl IntoView {
    let app = app();
    listen();
    let open = move |_| {
        let opened =
            window().open_with_url_and_target_and_features(&base::page("voice"), "voiceassist-voice", FEATURES);
        if !matches!(opened, Ok(Some(_))) {
            app.toast(nc().voice_blocked);
        }
    };
    move || {
        app.in_nextcloud().then(|| {
            view! {
                <p class="va-voice">
                    <button type="button" class="va-button quiet" on:click=open><Icon name="microphone" />{nc().voice_window}</button>
                </p>
            }
        })
    }
}

/// Hears from the voice window that the microphone works, for as long as the button is there.
fn listen() {
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let ours = window()
            .location()
            .origin()
            .is_ok_and(|origin| origin == event.origin());
        let said = js_sys::Reflect::get(&event.data(), &"voiceassist".into()).ok();
        if ours && said.and_then(|said| said.as_string()).as_deref() == Some("microphone ok") {
            app().toast(nc().voice_works);
        }
    });
    let _ = window().add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    let held = StoredValue::new_local(Some(heard));
    on_cleanup(move || {
        if let Some(Some(heard)) = held.try_update_value(Option::take) {
            let _ = window().remove_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
        }
    });
}
