//! How far a document has come.

use api_types::{DocumentInfo, DocumentStatus};
use leptos::prelude::*;

use crate::{format, texts::t, ui::icon::Icon};

#[component]
pub fn Status(info: DocumentInfo) -> impl IntoView {
    let (word, icon, class) = match info.status {
        DocumentStatus::Queued => (t().status_queued, "down", "va-status waiting"),
        DocumentStatus::Extracting => (t().status_extracting, "document", "va-status waiting"),
        DocumentStatus::Embedding => (t().status_embedding, "search", "va-status waiting"),
        DocumentStatus::Ready => (t().status_ready, "check", "va-status good"),
        DocumentStatus::Failed => (t().status_failed, "warning", "va-status bad"),
    };
    let running = super::uploads::pending(&info);
    view! {
        <span class=class><Icon name=icon />{word}{running.then(|| format!(" {}", format::share(info.progress)))}</span>
        {running.then(|| view! { <Progress share=info.progress label=format!("{word}: {}", info.title) /> })}
    }
}

#[component]
pub fn Progress(share: f32, label: String) -> impl IntoView {
    view! { <progress max="1" prop:value=share aria-label=label></progress> }
}
