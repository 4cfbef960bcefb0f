//! The sources of an answer: what, from when, by whom, which page.

use api_types::Citation;
use leptos::prelude::*;

use super::model::Turn;
use crate::{
    format,
    texts::{fill, t},
    viewer::Target,
};

#[component]
pub fn Sources(turn: Turn) -> impl IntoView {
    let heading = format!("va-sources-{}", turn.key);
    let citations = turn.live.with_untracked(|live| live.citations.clone());
    view! {
        <section class="va-sources" aria-labelledby=heading.clone()>
            <h3 id=heading.clone()>{t().sources}</h3>
            <ol>
                {citations.into_iter().map(|citation| {
                    let number = citation.number;
                    let id = format!("va-source-{}-{}", turn.key, citation.number);
                    view! { <li value=number><SourceButton id citation numbered=true /></li> }
                }).collect_view()}
            </ol>
        </section>
    }
}

/// A source to open, with the facts a reader weighs it by.
#[component]
pub fn SourceButton(id: String, citation: Citation, numbered: bool) -> impl IntoView {
    let facts = facts(&citation);
    let origin = id.clone();
    let target = citation.clone();
    view! {
        <button id=id class="va-source" on:click=move |_| Target::cited(&target, origin.clone()).open()>
            {numbered.then(|| view! { <span class="va-chip" aria-hidden="true">{citation.number}</span> })}
            <span class="va-source-text">
                <span class="va-source-title">{citation.document_title}</span>
                <span class="va-quiet">{facts}</span>
                {(!numbered).then(|| view! { <q>{citation.quote}</q> })}
            </span>
            {citation.watermark.map(|mark| view! { <span class="va-mark">{mark}</span> })}
        </button>
    }
}

/// Page, heading, date and owner, as far as the document states them.
pub fn facts(citation: &Citation) -> String {
    let mut facts = Vec::new();
    if citation.has_pages {
        facts.push(fill(t().page, &[("page", &citation.page.to_string())]));
    }
    facts.extend(citation.heading.clone());
    facts.push(match &citation.source_date {
        Some(date) => format::stated_date(date),
        None => t().undated.to_owned(),
    });
    facts.extend(citation.source_owner.clone());
    facts.join(" \u{b7} ")
}
