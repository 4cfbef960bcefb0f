//! An honest no that still helps: what was searched, what came nearest, what to try, whom to ask.

use api_types::{NotFound, ToolInfo, ToolList};
use leptos::{prelude::*, task::spawn_local};

use super::{model::Turn, sources::SourceButton};
use crate::{
    api, format,
    route::Route,
    state::app,
    texts::{fill, in_english, t, tl},
    tools::{address, searches},
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
    let words = not_found.searched_for.join(" ");
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
                {app().can_ask().then(|| view! {
                    <li><a href="#/documents">{t().add_missing_document}</a></li>
                    <SearchTools words />
                })}
                <li>{if owners.is_empty() {
                    t().whom_to_ask.to_owned()
                } else {
                    fill(t().whom_to_ask_owner, &[("owners", &owners.join(", "))])
                }}</li>
            </ul>
        </section>
    }
}

/// Tools that search elsewhere. Nothing leaves before the reader has seen the words and presses the button there.
#[component]
fn SearchTools(words: String) -> impl IntoView {
    let tools = RwSignal::new(Vec::<ToolInfo>::new());
    spawn_local(async move {
        let list = api::get::<ToolList>("tools").await;
        let list = list.map(|list| list.tools).unwrap_or_default();
        let _ = tools.try_set(list.into_iter().filter(searches).collect());
    });
    move || {
        let words = words.clone();
        let item = move |tool: ToolInfo| {
            let words = words.clone();
            let href = Route::Tools(Some(address(&tool))).hash();
            let hand_over = move |_| app().for_tool.set(Some(words.clone()));
            view! { <li>{tl().search_elsewhere}" "<a href=href lang=in_english() on:click=hand_over>{tool.title}</a></li> }
        };
        tools.get().into_iter().map(item).collect_view()
    }
}
