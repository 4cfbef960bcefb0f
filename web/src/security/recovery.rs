//! Recovery codes, shown this once.

use leptos::{prelude::*, task::spawn_local};

use crate::{dom, state::app, texts::se, ui::icon::Icon};

#[component]
pub fn Codes(codes: Vec<String>, kept: Callback<()>) -> impl IntoView {
    let text = codes.join("\n");
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            if dom::copy(&text).await {
                app().toast(se().codes_copied);
            }
        });
    };
    dom::focus_soon("va-recovery");
    view! {
        <div class="va-factor">
            <h3 id="va-recovery" tabindex="-1">{se().recovery_codes}</h3>
            <p>{se().recovery_codes_intro}</p>
            <ul class="va-codes">{codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
            <div class="va-row">
                <button class="va-button" on:click=copy><Icon name="copy" />{se().copy_codes}</button>
                <button class="va-button primary" on:click=move |_| kept.run(())>{se().codes_kept}</button>
            </div>
        </div>
    }
}
