//! The live region: each new sentence of an answer is said once.

use leptos::prelude::*;

use crate::state::app;

#[component]
pub fn Announcer() -> impl IntoView {
    let spoken = app().spoken;
    view! {
        <div class="va-unseen" role="log" aria-live="polite" aria-relevant="additions" aria-atomic="false">
            <For each=move || spoken.get() key=|entry| entry.0 let(entry)>
                <p>{entry.1}</p>
            </For>
        </div>
    }
}
