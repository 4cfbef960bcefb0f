//! The browser's own dialog: it keeps the focus inside, closes with Escape and gives the focus back.

use leptos::{html::Dialog, prelude::*};

#[component]
pub fn Modal(
    #[prop(into)] open: Signal<bool>,
    /// Id of its heading.
    titled: &'static str,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog node_ref=dialog class="va-dialog wide" aria-labelledby=titled on:close=move |_| on_close.run(())>
            {children()}
        </dialog>
    }
}
