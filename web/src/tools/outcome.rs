//! What a tool returned: text, citations and files.

use api_types::{Reference, ToolCitation, ToolContent, ToolOutcome};
use leptos::prelude::*;

use super::markdown::Markdown;
use crate::{
    calculate::reference::Links,
    format,
    texts::{fill, tl},
    ui::icon::Icon,
};

#[component]
pub fn Outcome(outcome: ToolOutcome) -> impl IntoView {
    let empty = outcome.content.is_empty();
    let data = outcome
        .structured
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let bare = data.is_none();
    view! {
        <div class="va-outcome">
            {(empty && bare).then(|| view! { <p class="va-quiet">{tl().nothing_returned}</p> })}
            {outcome.content.into_iter().map(|content| match content {
                ToolContent::Text { text } => view! { <Markdown text /> }.into_any(),
                ToolContent::Citation { citation } => view! { <Citation citation /> }.into_any(),
                ToolContent::File { folder, path } => view! { <Stored folder path /> }.into_any(),
            }).collect_view()}
            {data.map(|data| view! {
                <details class="va-details" open=empty>
                    <summary><Icon name="document" /><span>{tl().data}</span></summary>
                    <pre class="va-snippet va-scroll" tabindex="0"><code>{data}</code></pre>
                </details>
            })}
            <p class="va-quiet">
                {fill(tl().returned_by, &[("plugin", &outcome.plugin), ("version", &outcome.plugin_version)])}
            </p>
        </div>
    }
}

/// Authors shown before "et al.".
const AUTHORS: usize = 6;

fn authors(all: &[String]) -> String {
    if all.len() > AUTHORS {
        format!("{} et al.", all[..AUTHORS].join(", "))
    } else {
        all.join(", ")
    }
}

#[component]
fn Citation(citation: ToolCitation) -> impl IntoView {
    let people = authors(&citation.authors);
    let published = citation.published.as_deref().map(format::stated_date);
    let place: Vec<String> = citation.publisher.clone().into_iter().chain(published).collect();
    let reference = Reference {
        title: citation.title.clone(),
        authors: citation.authors,
        published: citation.published,
        url: citation.url,
        doi: citation.doi,
        pmid: citation.pmid,
    };
    view! {
        <article class="va-paper">
            <h3>{citation.title}</h3>
            {(!people.is_empty()).then(|| view! { <p>{people}</p> })}
            {(!place.is_empty()).then(|| view! { <p class="va-quiet">{place.join(" \u{b7} ")}</p> })}
            <Links reference />
        </article>
    }
}

#[component]
fn Stored(folder: String, path: String) -> impl IntoView {
    view! {
        <p class="va-stored"><Icon name="document" /><span>{tl().file}" "<strong>{path}</strong>" "{fill(tl().in_folder, &[("folder", &folder)])}</span></p>
    }
}

#[cfg(test)]
mod tests {
    use super::authors;

    #[test]
    fn long_lists_of_authors_are_cut() {
        let names: Vec<String> = (1..=7).map(|n| format!("A{n}")).collect();
        assert_eq!(authors(&names[..2]), "A1, A2");
        assert_eq!(authors(&names), "A1, A2, A3, A4, A5, A6 et al.");
    }
}
