//! Short messages that go by themselves.

use leptos::prelude::*;

use crate::{
    state::{app, toast_id, undo_id},
    texts::t,
    ui::icon::Icon,
};

#[component]
pub fn Toasts() -> impl IntoView {
    let app = app();
    view! {
        <div class="va-toasts" role="status" aria-live="polite">
            <For each=move || app.toasts.get() key=|toast| toast.id let(toast)>
                <div id=toast_id(toast.id) class="va-toast" class:bad=toast.bad>
                    <Icon name=if toast.bad { "warning" } else { "check" } />
                    <span>{toast.text}</span>
                    {toast.undo.map(|undo| view! {
                        <button id=undo_id(toast.id) class="va-button" on:click=move |_| {
                            app.dismiss(toast.id);
                            undo.run(());
                        }>{t().undo}</button>
                    })}
                    <button class="va-icon-button" aria-label=t().dismiss on:click=move |_| app.dismiss(toast.id)>
                        <Icon name="close" />
                    </button>
                </div>
            </For>
        </div>
    }
}
