//! An honest no that still helps: what was searched, what came nearest, what to try, whom to ask.

use api_types::NotFound;
use leptos::prelude::*;

use super::{model::Turn, sources::SourceButton};
use crate::{
    format,
    state::app,
    texts::{fill, t},
    ui::icon::Icon,
};

#[component]
pub fn NotFoundView(turn: Turn, not_found: NotFound) -> impl IntoView {
    let searched = fill(
        t().searched,
        &[
            ("documents", &format::count(not_found.searched_documents)),
            ("passages", &format::count(not_found.searched_passages)),
        ],
    );
    // The authors of the nearest sources are the people to ask first.
    let mut owners: Vec<String> = not_found
        .nearest
        .iter()
        .filter_map(|citation| citation.source_owner.clone())
        .collect();
    owners.dedup();
    view! {
        <section class="va-not-found">
            <h3><Icon name="search" />{t().not_found_title}</h3>
            <p>{searched}</p>
            {(!not_found.searched_for.is_empty()).then(|| view! {
                <p class="va-words">
                    <span class="va-quiet">{t().searched_for}</span>
                    {not_found.searched_for.into_iter().map(|word| view! { <span class="va-word">{word}</span> }).collect_view()}
                </p>
            })}
            {(!not_found.nearest.is_empty()).then(|| view! {
                <h4>{t().nearest}</h4>
                <p class="va-quiet">{t().nearest_explained}</p>
                <ul class="va-nearest">
                    {not_found.nearest.into_iter().enumerate().map(|(index, citation)| {
                        let id = format!("va-near-{}-{index}", turn.key);
                        view! { <li><SourceButton id citation /></li> }
                    }).collect_view()}
                </ul>
            })}
            <h4>{t().what_to_try}</h4>
            <ul class="va-try">
                {not_found.suggestions.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                {app().can_ask().then(|| view! { <li><a href="#/documents">{t().add_missing_document}</a></li> })}
                <li>{if owners.is_empty() {
                    t().whom_to_ask.to_owned()
                } else {
                    fill(t().whom_to_ask_owner, &[("owners", &owners.join(", "))])
                }}</li>
            </ul>
        </section>
    }
}
