//! The voice window: a page of its own, because inside Nextcloud's pages a microphone may not be allowed. It tells the page
//! that opened it which conversation to show.

use js_sys::{Object, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Window};

use super::panel::Panel;
use crate::{
    base, chat,
    route::{self, Route},
    shell::sign_in::enter,
    state::{self, Session, app},
    texts::{t, vo},
    ui::{announcer::Announcer, toasts::Toasts},
};

const FEATURES: &str = "popup,width=480,height=760";
const NAME: &str = "voiceassist-voice";
/// Names what is said to the page that opened the window.
const SAID: &str = "voiceassist";

/// Opens it, for the conversation that is open here.
pub fn open() {
    let app = app();
    let address = format!("{}{}", base::page("voice"), app.route.get_untracked().hash());
    let opened = window().open_with_url_and_target_and_features(&address, NAME, FEATURES);
    if !matches!(opened, Ok(Some(_))) {
        app.toast(vo().blocked);
    }
}

/// The page that opened this one, while it is there.
fn opener() -> Option<Window> {
    let is_voice_window = window().name().is_ok_and(|name| name == NAME);
    let opener = window().opener().ok().filter(|opener| !opener.is_null())?;
    is_voice_window.then(|| opener.unchecked_into())
}

/// In the voice window: has the page behind it show a conversation. False elsewhere.
pub fn tell(conversation: &str) -> bool {
    let Some(opener) = opener() else { return false };
    let app = app();
    route::replace(app.route, Route::Chat(Some(conversation.to_owned())));
    let message = Object::new();
    let _ = Reflect::set(&message, &SAID.into(), &"conversation".into());
    let _ = Reflect::set(&message, &"id".into(), &JsValue::from_str(conversation));
    if let Ok(origin) = window().location().origin() {
        let _ = opener.post_message(&message, &origin);
    }
    true
}

/// As [`tell`], and puts that page in front.
pub fn bring_up(conversation: &str) -> bool {
    let told = tell(conversation);
    if let Some(opener) = opener().filter(|_| told) {
        let _ = opener.focus();
    }
    told
}

/// Hears from the voice window, for as long as the component lives that calls this.
pub fn listen() {
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let ours = window()
            .location()
            .origin()
            .is_ok_and(|origin| origin == event.origin());
        let data = event.data();
        let text = |name: &str| Reflect::get(&data, &JsValue::from_str(name)).ok()?.as_string();
        if ours
            && text(SAID).as_deref() == Some("conversation")
            && let Some(id) = text("id")
        {
            show(&id);
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

fn show(conversation: &str) {
    let app = app();
    chat::run::refresh(conversation);
    if app.route.get_untracked() != Route::Chat(Some(conversation.to_owned())) {
        route::go(&Route::Chat(Some(conversation.to_owned())));
    }
    spawn_local(app.load_conversations());
}

/// The page of the window.
#[component]
pub fn VoiceWindow() -> impl IntoView {
    let app = state::create();
    spawn_local(enter());
    document().set_title(&format!("{} \u{2013} {}", vo().title, t().product));
    let within = Memo::new(move |_| match app.session.get() {
        Session::Unknown => None,
        Session::Nobody(_) => Some(false),
        Session::Someone(info) => Some(!info.needs_second_factor && info.can_ask),
    });
    view! {
        <main class="va-voice-window" aria-labelledby="va-window-title">
            <h1 id="va-window-title">{vo().title}</h1>
            {move || match within.get() {
                None => view! { <div class="va-starting" aria-busy="true"></div> }.into_any(),
                Some(false) => view! { <p class="va-note warn">{vo().sign_in_first}</p> }.into_any(),
                Some(true) => view! { <Panel all=true /> }.into_any(),
            }}
            <button type="button" class="va-button quiet" on:click=move |_| {
                app.voice.end();
                let _ = window().close();
            }>{vo().close_window}</button>
        </main>
        <Toasts />
        <Announcer />
    }
}
