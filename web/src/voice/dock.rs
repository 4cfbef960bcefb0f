//! The panel in the page of a conversation.

use leptos::prelude::*;

use super::panel::Panel;
use crate::{dom, state::app, texts::vo, ui::icon::Icon};

#[component]
pub fn VoiceDock() -> impl IntoView {
    let voice = app().voice;
    let close = move |_| {
        voice.end();
        voice.open.set(false);
        dom::focus_soon("va-voice");
    };
    move || {
        voice.open.get().then(|| {
            view! {
                <section class="va-dock" aria-labelledby="va-dock-title">
                    <div class="va-dock-head">
                        <h2 id="va-dock-title">{vo().title}</h2>
                        <button type="button" class="va-icon-button" aria-label=vo().close title=vo().close on:click=close><Icon name="close" /></button>
                    </div>
                    <Panel all=false />
                </section>
            }
        })
    }
}
