//! The sources of an answer: what, from when, by whom, which page.

use api_types::Citation;
use leptos::prelude::*;

use super::model::Turn;
use crate::{
    format,
    texts::{fill, t, tl},
    ui::icon::Icon,
    viewer::Target,
};

#[component]
pub fn Sources(turn: Turn) -> impl IntoView {
    let heading = format!("va-sources-{}", turn.key);
    let documents = turn.live.with_untracked(|live| by_document(&live.citations));
    view! {
        <section class="va-sources" aria-labelledby=heading.clone()>
            <h3 id=heading.clone()>{t().sources}</h3>
            <ul>
                {documents.into_iter().map(|citations| view! { <Document key=turn.key.clone() citations /> }).collect_view()}
            </ul>
        </section>
    }
}

/// Citations of one document together, in the order of their first numbers.
fn by_document(citations: &[Citation]) -> Vec<Vec<Citation>> {
    let mut documents: Vec<Vec<Citation>> = Vec::new();
    for citation in citations {
        let same = |group: &&mut Vec<Citation>| group.iter().any(|other| other.document_id == citation.document_id);
        match documents.iter_mut().find(same) {
            Some(group) => group.push(citation.clone()),
            None => documents.push(vec![citation.clone()]),
        }
    }
    documents
}

#[component]
fn Document(key: String, citations: Vec<Citation>) -> impl IntoView {
    let first = citations.first().cloned();
    let changed = superseded(&citations);
    view! {
        <li class="va-cited-document">
            {first.map(|first| view! {
                <p>
                    <strong>{first.document_title.clone()}</strong>
                    {first.watermark.clone().map(|mark| view! { " "<span class="va-mark">{mark}</span> })}
                    <span class="va-quiet">{origin(&first)}</span>
                </p>
            })}
            {changed.map(|text| view! { <p class="va-superseded"><Icon name="warning" /><span>{text}</span></p> })}
            <ul class="va-places">
                {citations.into_iter().map(|citation| view! { <li><Place key=key.clone() citation /></li> }).collect_view()}
            </ul>
        </li>
    }
}

/// That a source has changed since the answer, and whether it still says what was quoted.
fn superseded(citations: &[Citation]) -> Option<String> {
    let newer: Vec<_> = citations.iter().filter_map(|citation| citation.superseded).collect();
    let at = newer.iter().map(|one| one.at).max()?;
    let kept = newer.iter().all(|one| one.quote_kept);
    let text = if kept { tl().changed_kept } else { tl().changed_lost };
    Some(fill(text, &[("date", &format::day(at))]))
}

/// One cited place of a document: its number and page.
#[component]
fn Place(key: String, citation: Citation) -> impl IntoView {
    let id = format!("va-source-{key}-{}", citation.number);
    let place = match (&citation.heading, citation.has_pages) {
        (_, true) => fill(t().page, &[("page", &citation.page.to_string())]),
        (Some(heading), false) => format::heading(heading).to_owned(),
        (None, false) => t().passage.to_owned(),
    };
    let back = id.clone();
    let number = citation.number;
    let quote = citation.quote.clone();
    view! {
        <button id=id class="va-place" title=quote on:click=move |_| Target::cited(&citation, back.clone()).open()>
            <span class="va-chip">{number}</span>" "<span>{place}</span>
        </button>
    }
}

/// A source to open, with the facts a reader weighs it by.
#[component]
pub fn SourceButton(id: String, citation: Citation) -> impl IntoView {
    let facts = facts(&citation);
    let back = id.clone();
    let target = citation.clone();
    view! {
        <button id=id class="va-source" on:click=move |_| Target::cited(&target, back.clone()).open()>
            <span class="va-source-text">
                <span class="va-source-title">{citation.document_title}</span>
                <span class="va-quiet">{facts}</span>
                <q>{glimpse(&citation.quote)}</q>
            </span>
            {citation.watermark.map(|mark| view! { <span class="va-mark">{mark}</span> })}
        </button>
    }
}

/// A text that breaks off says so.
fn glimpse(quote: &str) -> String {
    match quote.trim_end() {
        whole if whole.ends_with(['.', '!', '?', ':']) => whole.to_owned(),
        cut => format!("{cut} \u{2026}"),
    }
}

/// Page, heading, date and owner, as far as the document states them.
pub fn facts(citation: &Citation) -> String {
    let mut facts = Vec::new();
    if citation.has_pages {
        facts.push(fill(t().page, &[("page", &citation.page.to_string())]));
    }
    facts.extend(citation.heading.as_deref().map(|path| format::heading(path).to_owned()));
    facts.push(origin(citation));
    facts.join(" \u{b7} ")
}

/// As the document states it.
pub fn date(citation: &Citation) -> String {
    citation
        .source_date
        .as_deref()
        .map_or_else(|| t().undated.to_owned(), format::stated_date)
}

/// Date and owner.
fn origin(citation: &Citation) -> String {
    let owner = citation.source_owner.clone();
    std::iter::once(date(citation))
        .chain(owner)
        .collect::<Vec<_>>()
        .join(" \u{b7} ")
}
