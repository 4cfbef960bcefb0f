//! One document: what it is, how far it has come, what went wrong.

use api_types::{DocumentInfo, DocumentSource, DocumentStatus};
use leptos::prelude::*;

use super::status::Status;
use crate::{
    format,
    texts::{fill, t},
    ui::icon::Icon,
    viewer::Target,
};

#[component]
pub fn DocumentRow(info: DocumentInfo, doomed: RwSignal<Option<DocumentInfo>>) -> impl IntoView {
    let id = format!("va-document-{}", info.id);
    let ready = info.status == DocumentStatus::Ready;
    let facts = facts(&info);
    let target = info.clone();
    let origin = id.clone();
    let title = if ready {
        view! {
            <button
                id=id
                class="va-link"
                on:click=move |_| Target::document(&target.id, &target.title, origin.clone()).open()
            >
                {info.title.clone()}
            </button>
        }
        .into_any()
    } else {
        view! { <span id=id>{info.title.clone()}</span> }.into_any()
    };
    let deletable = info.can_delete.then(|| {
        let label = fill(t().delete_document, &[("title", &info.title)]);
        let info = info.clone();
        view! {
            <button class="va-icon-button" aria-label=label title=t().delete on:click=move |_| doomed.set(Some(info.clone()))>
                <Icon name="delete" />
            </button>
        }
    });
    let unreadable = info
        .language
        .as_deref()
        .is_some_and(|code| code != "eng" && code != "und");
    view! {
        <li class="va-document">
            <Icon name="document" />
            <div class="va-document-text">
                <h3>{title}{info.watermark.clone().map(|mark| view! { " "<span class="va-mark">{mark}</span> })}</h3>
                <p class="va-quiet">{facts}</p>
                {(ready && unreadable).then(|| view! { <p class="va-quiet"><Icon name="info" />{t().other_language}</p> })}
                {info.reason.clone().map(|reason| view! { <p class="va-reason">{reason.message}</p> })}
            </div>
            <div class="va-document-state"><Status info=info.clone() /></div>
            {deletable}
        </li>
    }
}

fn facts(info: &DocumentInfo) -> String {
    let mut facts = Vec::new();
    if info.title != info.file_name {
        facts.push(info.file_name.clone());
    }
    facts.push(format::bytes(info.bytes));
    if info.status == DocumentStatus::Ready {
        facts.push(counted(info.pages, t().page_one, t().pages_many));
        facts.push(counted(info.passages, t().passage_one, t().passages_many));
        if info.ocr_pages > 0 {
            facts.push(counted(info.ocr_pages, t().ocr_one, t().ocr_many));
        }
    }
    facts.extend(info.language.as_deref().map(language));
    facts.extend(
        info.source_date
            .as_ref()
            .map(|date| fill(t().dated, &[("date", &format::stated_date(date))])),
    );
    facts.extend(info.source_owner.clone());
    facts.push(match info.source {
        DocumentSource::Upload => fill(t().added_on, &[("date", &format::day(info.added_at))]),
        DocumentSource::WatchedFolder => t().from_folder.to_owned(),
        DocumentSource::Demo => t().from_demo.to_owned(),
    });
    facts.join(" \u{b7} ")
}

fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 {
        one.to_owned()
    } else {
        fill(many, &[("count", &format::count(count))])
    }
}

/// The name of an ISO 639-3 language, or its code.
fn language(code: &str) -> String {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"type".into(), &"language".into());
    if code == "und" {
        return t().language_unknown.to_owned();
    }
    let names = js_sys::Intl::DisplayNames::new(&js_sys::Array::of1(&"en".into()), &options);
    names
        .of(code)
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| code.to_owned())
}
