//! What this installation holds, where it lies, and how to begin anew.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    format,
    state::app,
    texts::{fill, said, t},
    ui::icon::Icon,
};

/// The server says it in English.
fn at_rest(words: &str) -> String {
    match words.strip_prefix("encrypted under the master key ") {
        Some(key) => fill(t().at_rest_encrypted, &[("key", key)]),
        None => t().at_rest_plain.to_owned(),
    }
}

#[component]
pub fn Installation() -> impl IntoView {
    let app = app();
    spawn_local(app.load_status());
    view! {
        <section aria-labelledby="va-installation">
            <h2 id="va-installation">{t().installation}</h2>
            {move || app.status.get().map(|status| {
                let documents = fill(t().documents_counted, &[
                    ("all", &format::count(status.documents)),
                    ("ready", &format::count(status.documents_ready)),
                    ("waiting", &format::count(status.documents_waiting)),
                    ("failed", &format::count(status.documents_failed)),
                ]);
                let facts = [
                    (t().version, status.version),
                    (t().documents, documents),
                    (t().passages, format::count(status.passages)),
                    (t().at_rest, at_rest(&status.at_rest)),
                    (t().model, fill(t().model_at, &[("model", &status.model), ("place", said(&status.model_runs_at))])),
                ];
                view! {
                    {status.notices.into_iter().map(|notice| view! {
                        <p class="va-notice"><Icon name="warning" /><span>{notice}</span></p>
                    }).collect_view()}
                    <dl class="va-facts">
                        {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
                        <div><dt>{t().data_lives}</dt><dd><code>{status.data_dir}</code></dd></div>
                    </dl>
                    <h3>{t().begin_anew}</h3>
                    <p>{t().begin_anew_detail}</p>
                }
            })}
        </section>
    }
}
