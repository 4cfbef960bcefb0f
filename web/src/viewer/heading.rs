//! Which document lies open, the words it is cited for, and the ways out.

use api_types::DocumentInfo;
use leptos::prelude::*;

use super::{marks::Marks, target::close};
use crate::{
    base, format,
    state::app,
    texts::{fill, t},
    ui::icon::Icon,
};

#[component]
pub fn Heading(document: RwSignal<Option<DocumentInfo>>, marks: RwSignal<Option<Marks>>) -> impl IntoView {
    let app = app();
    let title = move || {
        app.viewer
            .with(|open| open.as_ref().map(|open| open.title.clone()).unwrap_or_default())
    };
    let quote = move || {
        app.viewer.with(|open| {
            open.as_ref()
                .and_then(|open| open.passage.as_ref())
                .map(|cited| cited.quote.clone())
        })
    };
    view! {
        <div class="va-viewer-head">
            <div class="va-viewer-title">
                <h2 id="va-viewer-title" tabindex="-1">{title}</h2>
                <p class="va-quiet">{move || document.get().map(|info| facts(&info, marks))}</p>
            </div>
            {move || document.get().map(|info| {
                let address = base::api(&format!("documents/{}/content", info.id));
                view! {
                    {info.watermark.clone().map(|mark| view! { <span class="va-mark">{mark}</span> })}
                    <a class="va-icon-button" href=address.clone() target="_blank" rel="noopener" aria-label=t().open_original title=t().open_original>
                        <Icon name="open" />
                    </a>
                    <a class="va-icon-button" href=address download=info.file_name aria-label=t().download title=t().download>
                        <Icon name="download" />
                    </a>
                }
            })}
            <button class="va-icon-button" aria-label=t().close_document title=t().close_document on:click=move |_| close()>
                <Icon name="close" />
            </button>
        </div>
        {move || quote().map(|text| view! {
            <blockquote class="va-cited" tabindex="0"><span class="va-unseen">{t().cited_words}" "</span>{text}</blockquote>
        })}
    }
}

fn facts(info: &DocumentInfo, marks: RwSignal<Option<Marks>>) -> String {
    let mut facts = Vec::new();
    if let Some(marks) = marks.get().filter(|marks| !marks.passage.lines.is_empty()) {
        let (first, last) = (marks.passage.page, marks.passage.page_end);
        facts.push(if last > first {
            fill(
                t().pages_from_to,
                &[("first", &first.to_string()), ("last", &last.to_string())],
            )
        } else {
            fill(t().page, &[("page", &first.to_string())])
        });
    }
    facts.push(match &info.source_date {
        Some(date) => fill(t().dated, &[("date", &format::stated_date(date))]),
        None => t().undated.to_owned(),
    });
    facts.extend(info.source_owner.clone());
    facts.join(" \u{b7} ")
}
