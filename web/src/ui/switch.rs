//! A switch that acts at once.

use leptos::prelude::*;

use crate::texts::t;

#[component]
pub fn Switch(
    id: String,
    /// What is switched.
    #[prop(into)]
    label: String,
    #[prop(into)] on: Signal<bool>,
    /// Hears what it shall be.
    turn: Callback<bool>,
) -> impl IntoView {
    view! {
        <button
            id=id
            type="button"
            class="va-switch"
            role="switch"
            aria-checked=move || on.get().to_string()
            aria-label=label
            on:click=move |_| turn.run(!on.get_untracked())
        >
            <span class="va-knob" aria-hidden="true"></span>
            <span>{move || if on.get() { t().on } else { t().off }}</span>
        </button>
    }
}
