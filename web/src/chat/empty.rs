//! Before the first question: what can be asked, and of what.

use leptos::prelude::*;

use super::run;
use crate::{
    format,
    state::app,
    texts::{fill, in_english, said, t},
    ui::icon::Icon,
};

/// As many as fit a phone beside the field to type in.
const EXAMPLES: usize = 6;

#[component]
pub fn Empty() -> impl IntoView {
    let app = app();
    let may_ask = move || app.can_ask();
    let status = app.status;
    let examples = move || {
        // They are about everything there is.
        if app.scope.with(Option::is_some) {
            return Vec::new();
        }
        let all = status.with(|s| s.as_ref().map(|s| s.example_questions.clone()).unwrap_or_default());
        all.into_iter().take(EXAMPLES).collect::<Vec<_>>()
    };
    let no_documents = move || status.with(|s| s.as_ref().is_some_and(|s| s.documents == 0));
    view! {
        <div class="va-empty">
            <h1>{t().empty_title}</h1>
            <p>{t().empty_intro}</p>
            {(!t().english_only.is_empty()).then(|| view! {
                <div class="va-note info"><Icon name="info" /><p>{t().english_only}</p></div>
            })}
            {move || no_documents().then(|| view! {
                <div class="va-note info">
                    <Icon name="info" />
                    <div>
                        <strong>{t().no_documents_yet}</strong>
                        <p>{app.how_to_begin()}" "<a href="#/documents">{t().add_documents}</a></p>
                    </div>
                </div>
            })}
            <Show when=move || may_ask() && !examples().is_empty()>
                <h2 id="va-examples">{t().examples}</h2>
                <ul class="va-examples" aria-labelledby="va-examples">
                    <For each=examples key=Clone::clone let(question)>
                        <Example question />
                    </For>
                </ul>
            </Show>
            {move || status.get().filter(|s| s.documents_ready > 0).map(|s| view! {
                <p class="va-quiet">
                    // Passages of a very large library are not counted.
                    {fill(if s.passages > 0 { t().searches } else { t().searches_documents }, &[
                        ("documents", &format::count(s.documents_ready)),
                        ("passages", &format::count(s.passages)),
                        ("model", &s.model),
                        ("place", said(&s.model_runs_at)),
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
            <button class="va-example" lang=in_english() on:click=move |_| run::ask(None, asked.clone(), None)>{question}</button>
        </li>
    }
}
