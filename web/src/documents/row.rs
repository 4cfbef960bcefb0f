//! One document: what it is, how far it has come, what went wrong.

use api_types::{DocumentInfo, DocumentSource, DocumentStatus};
use leptos::prelude::*;

use super::status::Status;
use crate::{
    chat::scope,
    format,
    state::app,
    texts::{self, fill, t},
    ui::icon::Icon,
    viewer::Target,
};

/// `listed` is the document as first listed; what it has become is read from the list.
#[component]
pub fn DocumentRow(
    listed: DocumentInfo,
    doomed: RwSignal<Option<DocumentInfo>>,
    /// Ids of the documents a question is to be restricted to.
    chosen: RwSignal<Vec<String>>,
) -> impl IntoView {
    let app = app();
    let document = listed.id.clone();
    let own = StoredValue::new(document.clone());
    let id = format!("va-document-{document}");
    let deletable = listed.can_delete;
    let info = Memo::new(move |before: Option<&DocumentInfo>| {
        let now = app.documents.with(|all| {
            let all = all.as_ref()?.as_ref().ok()?;
            all.iter().find(|info| info.id == document).cloned()
        });
        now.unwrap_or_else(|| before.unwrap_or(&listed).clone())
    });
    let ready = Memo::new(move |_| info.with(|info| info.status == DocumentStatus::Ready));
    let title = Memo::new(move |_| info.with(|info| info.title.clone()));
    let watermark = move || info.with(|info| info.watermark.clone());
    let reason = move || info.with(|info| info.reason.as_ref().map(|reason| texts::reason(reason).to_owned()));
    let unreadable = Memo::new(move |_| {
        info.with(|info| {
            let language = info.language.as_deref();
            info.status == DocumentStatus::Ready && language.is_some_and(|code| code != "eng" && code != "und")
        })
    });
    let heading = move || {
        let id = id.clone();
        if ready.get() {
            let origin = id.clone();
            let open = move |_| {
                let info = info.get_untracked();
                Target::document(&info.id, &info.title, origin.clone()).open();
            };
            view! { <button id=id class="va-link" on:click=open>{move || title.get()}</button> }.into_any()
        } else {
            view! { <span id=id>{move || title.get()}</span> }.into_any()
        }
    };
    view! {
        <li class="va-document">
            {move || if ready.get() && app.can_ask() {
                let tick = move |event| {
                    let ticked = event_target_checked(&event);
                    chosen.update(|all| {
                        all.retain(|id| *id != own.get_value());
                        if ticked {
                            all.push(own.get_value());
                        }
                    });
                };
                view! {
                    <label class="va-choose">
                        <span class="va-unseen">{move || fill(t().choose_document, &[("title", &title.get())])}</span>
                        <input
                            type="checkbox"
                            prop:checked=move || chosen.with(|all| own.with_value(|own| all.contains(own)))
                            on:change=tick
                        />
                    </label>
                }.into_any()
            } else {
                view! { <Icon name="document" /> }.into_any()
            }}
            <div class="va-document-text">
                <h3>{heading}{move || watermark().map(|mark| view! { " "<span class="va-mark">{mark}</span> })}</h3>
                <p class="va-quiet">{move || info.with(facts)}</p>
                {move || unreadable.get().then(|| view! { <p class="va-quiet"><Icon name="info" />{t().other_language}</p> })}
                {move || reason().map(|reason| view! { <p class="va-reason">{reason}</p> })}
            </div>
            <div class="va-document-state"><Status info /></div>
            <div class="va-document-tools">
            {move || (ready.get() && app.can_ask()).then(|| view! {
                <button
                    class="va-icon-button"
                    aria-label=move || fill(t().ask_about, &[("title", &title.get())])
                    title=t().ask_about_this
                    on:click=move |_| scope::ask_about(vec![own.get_value()])
                >
                    <Icon name="chat" />
                </button>
            })}
            {deletable.then(|| view! {
                <button
                    class="va-icon-button"
                    aria-label=move || fill(t().delete_document, &[("title", &title.get())])
                    title=t().delete
                    on:click=move |_| doomed.set(Some(info.get_untracked()))
                >
                    <Icon name="delete" />
                </button>
            })}
            </div>
        </li>
    }
}

fn facts(info: &DocumentInfo) -> String {
    let mut facts = Vec::new();
    if info.title != info.file_name {
        facts.push(info.file_name.clone());
    }
    facts.extend(
        info.folder
            .as_ref()
            .map(|folder| fill(t().in_folder, &[("folder", folder)])),
    );
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
        DocumentSource::Guideline => t().from_guideline.to_owned(),
        DocumentSource::Nextcloud => t().from_nextcloud.to_owned(),
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
    let names = js_sys::Intl::DisplayNames::new(&js_sys::Array::of1(&t().locale.into()), &options);
    names
        .of(code)
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| code.to_owned())
}
