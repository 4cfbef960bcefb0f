//! How far a document has come.

use api_types::{DocumentInfo, DocumentStatus};
use leptos::prelude::*;

use crate::{format, texts::t, ui::icon::Icon};

#[component]
pub fn Status(info: Memo<DocumentInfo>) -> impl IntoView {
    let status = Memo::new(move |_| info.with(|info| info.status));
    move || show(status.get(), info)
}

fn show(status: DocumentStatus, info: Memo<DocumentInfo>) -> impl IntoView {
    let (word, icon, class) = match status {
        DocumentStatus::Queued => (t().status_queued, "down", "va-status waiting"),
        DocumentStatus::Extracting => (t().status_extracting, "document", "va-status waiting"),
        DocumentStatus::Embedding => (t().status_embedding, "search", "va-status waiting"),
        DocumentStatus::Ready => (t().status_ready, "check", "va-status good"),
        DocumentStatus::Failed => (t().status_failed, "warning", "va-status bad"),
    };
    let running = info.with_untracked(super::uploads::pending);
    let share = Signal::derive(move || info.with(|info| info.progress));
    view! {
        <span class=class><Icon name=icon />{word}{running.then_some(move || format!(" {}", format::share(share.get())))}</span>
        {running.then(|| {
            let label = info.with_untracked(|info| format!("{word}: {}", info.title));
            view! { <Progress share label /> }
        })}
    }
}

#[component]
pub fn Progress(share: Signal<f32>, label: String) -> impl IntoView {
    view! { <progress max="1" prop:value=move || share.get() aria-label=label></progress> }
}
