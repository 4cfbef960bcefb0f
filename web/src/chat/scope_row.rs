//! What further questions are restricted to, above the field to type in.

use std::time::Duration;

use leptos::prelude::*;

use super::scope::{self, Scope, State};
use crate::{
    dom,
    texts::{fill, t},
    ui::icon::Icon,
};

/// More would push the field out of a phone's view.
const SHOWN: usize = 4;

#[component]
pub fn ScopeRow(conversation: Option<String>, scope: ArcRwSignal<Option<Scope>>) -> impl IntoView {
    let held = StoredValue::new((conversation, scope.clone()));
    let again = set_interval_with_handle(
        move || {
            let (_, scope) = held.get_value();
            if scope.with_untracked(|scope| scope.as_ref().is_some_and(|scope| scope.waiting() > 0)) {
                scope::look_up(&scope);
            }
        },
        Duration::from_secs(3),
    );
    on_cleanup(move || {
        if let Ok(handle) = again {
            handle.clear();
        }
    });
    // The button goes with its chip; the question stays.
    let remove = Callback::new(move |id: i64| {
        held.with_value(|(conversation, scope)| scope::remove(conversation.as_deref(), scope, id));
        dom::focus_soon("va-question");
    });
    let clear = move |_| {
        held.with_value(|(conversation, scope)| scope::choose(conversation.as_deref(), scope, None));
        dom::focus_soon("va-question");
    };
    let note = {
        let scope = scope.clone();
        move || scope.with(|scope| scope.as_ref().and_then(note))
    };
    let chips = move || {
        let scope = scope.get()?;
        let more = scope.items.len().saturating_sub(SHOWN);
        Some(view! {
            <div class="va-scope" role="group" aria-label=t().only_in>
                <Icon name="document" />
                <span aria-hidden="true">{t().only_in}</span>
                <ul>
                    {scope.items.iter().take(SHOWN).map(|item| {
                        let id = item.file_id;
                        let text = match item.documents {
                            1 if !item.folder => item.name.clone(),
                            1 => fill(t().scope_one, &[("name", &item.name)]),
                            count => fill(t().scope_many, &[("name", &item.name), ("count", &count.to_string())]),
                        };
                        let label = fill(t().scope_remove, &[("name", &item.name)]);
                        view! {
                            <li class="va-scope-chip">
                                <span>{text}</span>
                                <button type="button" class="va-icon-button" aria-label=label.clone() title=label on:click=move |_| remove.run(id)>
                                    <Icon name="close" />
                                </button>
                            </li>
                        }
                    }).collect_view()}
                    {(more > 0).then(|| view! { <li class="va-quiet">{fill(t().scope_more, &[("count", &more.to_string())])}</li> })}
                </ul>
                {(scope.items.len() != 1).then(|| view! {
                    <button type="button" class="va-link" on:click=clear>{t().scope_remove_all}</button>
                })}
            </div>
        })
    };
    view! {
        {chips}
        <div role="status">{move || note().map(|text| view! { <p class="va-indexing">{text}</p> })}</div>
    }
}

/// What the reader should know about it.
fn note(scope: &Scope) -> Option<String> {
    match &scope.state {
        State::Looking => Some(t().scope_looking.to_owned()),
        State::Failed(problem) => {
            let detail = problem.detail.as_deref().unwrap_or_default();
            Some(
                format!("{}. {detail}", problem.title.trim_end_matches('.'))
                    .trim_end()
                    .to_owned(),
            )
        }
        State::Known => match (scope.documents.is_empty(), scope.waiting()) {
            (true, 0) => Some(t().scope_nothing.to_owned()),
            (true, _) => Some(t().scope_nothing_yet.to_owned()),
            (false, 0) => None,
            (false, 1) => Some(t().scope_reading_one.to_owned()),
            (false, many) => Some(fill(t().scope_reading_many, &[("count", &many.to_string())])),
        },
    }
}
