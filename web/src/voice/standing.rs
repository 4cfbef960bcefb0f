//! Who speaks now, as a word with a sign, for eyes and for listeners.

use leptos::prelude::*;

use super::view::Standing;
use crate::{state::app, texts::vo, ui::icon::Icon};

fn named(standing: Standing, muted: bool) -> (&'static str, &'static str) {
    let vo = vo();
    match standing {
        Standing::Off => ("microphone", vo.off),
        Standing::Connecting => ("refresh", vo.connecting),
        Standing::Listening | Standing::Hearing if muted => ("microphone-off", vo.muted),
        Standing::Listening => ("microphone", vo.listening),
        Standing::Hearing => ("waves", vo.hearing),
        Standing::Thinking => ("dots", vo.thinking),
        Standing::Speaking => ("speaker", vo.speaking),
        Standing::Paused => ("pause", vo.paused),
        Standing::Reconnecting => ("refresh", vo.reconnecting),
        Standing::Ended => ("check", vo.ended),
    }
}

/// The class that colours it; the word and the sign say the same without.
pub fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Off | Standing::Ended => "off",
        Standing::Connecting | Standing::Reconnecting => "waiting",
        Standing::Listening => "listening",
        Standing::Hearing => "hearing",
        Standing::Thinking => "thinking",
        Standing::Speaking | Standing::Paused => "speaking",
    }
}

#[component]
pub fn StandingLine() -> impl IntoView {
    let voice = app().voice;
    let now = Memo::new(move |_| voice.view.with(|view| view.standing));
    let why = Memo::new(move |_| {
        voice.view.with(|view| {
            let reason = view.reason.as_deref().filter(|_| view.standing == Standing::Ended);
            reason.and_then(super::why)
        })
    });
    view! {
        <div class="va-standing" role="status" data-standing=move || class(now.get())>
            {move || {
                let (icon, word) = named(now.get(), voice.muted.get());
                view! { <p class=format!("va-standing-word {}", class(now.get()))><Icon name=icon /><strong>{word}</strong></p> }
            }}
            {move || why.get().map(|why| view! { <p class="va-quiet">{why}</p> })}
        </div>
    }
}
