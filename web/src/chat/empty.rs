//! Before the first question: what can be asked, and of what.

use leptos::prelude::*;

use super::run;
use crate::{
    format,
    state::app,
    texts::{fill, t},
    ui::icon::Icon,
};

/// As many as fit a phone beside the field to type in.
const EXAMPLES: usize = 6;

#[component]
pub fn Empty() -> impl IntoView {
    let app = app();
    let status = app.status;
    let examples = move || {
        let all = status.with(|s| s.as_ref().map(|s| s.example_questions.clone()).unwrap_or_default());
        all.into_iter().take(EXAMPLES).collect::<Vec<_>>()
    };
    let no_documents = move || status.with(|s| s.as_ref().is_some_and(|s| s.documents == 0));
    view! {
        <div class="va-empty">
            <h1>{t().empty_title}</h1>
            <p>{t().empty_intro}</p>
            {move || no_documents().then(|| view! {
                <div class="va-note info">
                    <Icon name="info" />
                    <div>
                        <strong>{t().no_documents_yet}</strong>
                        <p>{t().no_documents_yet_detail}" "<a href="#/documents">{t().add_documents}</a></p>
                    </div>
                </div>
            })}
            <Show when=move || !examples().is_empty()>
                <h2 id="va-examples">{t().examples}</h2>
                <ul class="va-examples" aria-labelledby="va-examples">
                    <For each=examples key=Clone::clone let(question)>
                        <Example question />
                    </For>
                </ul>
            </Show>
            {move || status.get().filter(|s| s.documents_ready > 0).map(|s| view! {
                <p class="va-quiet">
                    {fill(t().searches, &[
                        ("documents", &format::count(s.documents_ready)),
                        ("passages", &format::count(s.passages)),
                        ("model", &s.model),
                        ("place", &s.model_runs_at),
                    ])}
                </p>
            })}
        </div>
    }
}

#[component]
fn Example(question: String) -> impl IntoView {
    let asked = question.clone();
    view! {
        <li>
            <button class="va-example" on:click=move |_| run::ask(None, asked.clone(), None)>{question}</button>
        </li>
    }
}
