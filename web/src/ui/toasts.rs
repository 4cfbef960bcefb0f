//! Short messages that go by themselves.

use leptos::prelude::*;

use crate::{state::app, texts::t, ui::icon::Icon};

#[component]
pub fn Toasts() -> impl IntoView {
    let toasts = app().toasts;
    view! {
        <div class="va-toasts" role="status" aria-live="polite">
            <For each=move || toasts.get() key=|toast| toast.id let(toast)>
                <div class="va-toast" class:bad=toast.bad>
                    <Icon name=if toast.bad { "warning" } else { "check" } />
                    <span>{toast.text}</span>
                    <button
                        class="va-icon-button"
                        aria-label=t().dismiss
                        on:click=move |_| toasts.update(|all| all.retain(|other| other.id != toast.id))
                    >
                        <Icon name="close" />
                    </button>
                </div>
            </For>
        </div>
    }
}
