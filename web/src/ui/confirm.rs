//! A question before something is gone. The browser's own dialog keeps the focus inside and gives it back.

use leptos::{html::Dialog, prelude::*};

use crate::texts::t;

#[component]
pub fn Confirm(
    /// What is about to happen; nothing while the dialog is closed.
    #[prop(into)]
    question: Signal<Option<String>>,
    #[prop(into)] detail: Signal<String>,
    #[prop(into)] action: String,
    on_yes: Callback<()>,
    on_no: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (question.with(Option::is_some), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog node_ref=dialog class="va-dialog" aria-labelledby="va-confirm-title" on:close=move |_| on_no.run(())>
            <h2 id="va-confirm-title">{move || question.get().unwrap_or_default()}</h2>
            <p>{move || detail.get()}</p>
            <div class="va-dialog-buttons">
                <button class="va-button" autofocus on:click=move |_| on_no.run(())>{t().cancel}</button>
                <button class="va-button danger" on:click=move |_| on_yes.run(())>{action}</button>
            </div>
        </dialog>
    }
}
