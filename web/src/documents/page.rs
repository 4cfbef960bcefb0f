//! The list of documents, with what is on its way.

use std::time::Duration;

use api_types::DocumentInfo;
use leptos::{html::Input, prelude::*, task::spawn_local};

use super::{
    indexing::IndexingView,
    row::DocumentRow,
    status::Progress,
    uploads::{self, Upload, pending},
};
use crate::{
    api,
    chat::scope,
    dom, format,
    state::app,
    texts::{fill, nc, t},
    ui::{confirm::Confirm, icon::Icon, problem::Problem},
};

const POLL: Duration = Duration::from_millis(1_500);

#[component]
pub fn DocumentsPage() -> impl IntoView {
    let app = app();
    let doomed = RwSignal::new(None::<DocumentInfo>);
    let chosen = RwSignal::new(Vec::<String>::new());
    spawn_local(uploads::load());
    spawn_local(app.load_status());
    poll_while_pending();
    let delete = Callback::new(move |()| {
        let Some(info) = doomed.get_untracked() else { return };
        doomed.set(None);
        spawn_local(async move {
            match api::tell("DELETE", &format!("documents/{}", info.id)).await {
                Ok(()) => app.toast(fill(t().document_deleted, &[("title", &info.title)])),
                Err(problem) => app.fail(&problem),
            }
            if app
                .viewer
                .with_untracked(|open| open.as_ref().is_some_and(|open| open.document_id == info.id))
            {
                app.viewer.set(None);
            }
            uploads::load().await;
            app.load_status().await;
            dom::focus_soon("va-documents-title");
        });
    });
    let list = move || app.documents.get().and_then(Result::ok).unwrap_or_default();
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1 id="va-documents-title" tabindex="-1">{t().documents}</h1>
                {move || app.can_ask().then(|| view! { <AddButton /> })}
            </div>
            {move || app.can_ask().then(|| view! { <p class="va-intro">{intro}</p> })}
            {move || app.in_nextcloud().then(|| view! { <IndexingView /> })}
            <Show when=move || app.uploads.with(|all| !all.is_empty())>
                <section aria-labelledby="va-uploads">
                    <h2 id="va-uploads">{t().uploads}</h2>
                    <ul class="va-documents">
                        <For each=move || app.uploads.get() key=|entry| (entry.id.clone(), entry.refused.is_some()) let(entry)>
                            <UploadRow entry />
                        </For>
                    </ul>
                </section>
            </Show>
            {move || match app.documents.get() {
                None => Some(view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any()),
                Some(Err(problem)) => Some(view! {
                    <Problem problem retry=Callback::new(move |()| spawn_local(uploads::load())) />
                }.into_any()),
                Some(Ok(all)) if all.is_empty() => Some(view! {
                    <div class="va-note info"><Icon name="info" /><div><strong>{t().no_documents_yet}</strong><p>{app.how_to_begin()}</p></div></div>
                }.into_any()),
                Some(Ok(_)) => None,
            }}
            <Show when=move || !list().is_empty()>
                <h2 class="va-unseen">{t().all_documents}</h2>
            </Show>
            <ul class="va-documents">
                // A row stays while its document is read, and with it the focus on its button.
                <For each=list key=|info| info.id.clone() let(info)>
                    <DocumentRow listed=info doomed chosen />
                </For>
            </ul>
            <More />
            <Show when=move || chosen.with(|all| !all.is_empty())>
                <ChosenBar chosen />
            </Show>
            <Confirm
                question=Signal::derive(move || doomed.get().map(|info| fill(t().delete_document_question, &[("title", &info.title)])))
                detail=Signal::derive(|| t().delete_document_detail.to_owned())
                action=t().delete
                on_yes=delete
                on_no=Callback::new(move |()| doomed.set(None))
            />
        </div>
    }
}

/// The way to the rest of a list that came in part.
#[component]
fn More() -> impl IntoView {
    let app = app();
    let busy = RwSignal::new(false);
    let asked = RwSignal::new(false);
    let more = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match uploads::load_more().await {
                Ok(1) => app.say(t().more_shown_one),
                Ok(count) => app.say(fill(t().more_shown_many, &[("count", &format::count(count as i64))])),
                Err(problem) => app.fail(&problem),
            }
            busy.set(false);
            asked.set(true);
            // The button goes with the last page, and the focus must not.
            if app.documents_next.with_untracked(Option::is_none) {
                dom::focus_soon("va-documents-end");
            }
        });
    };
    view! {
        {move || app.documents_next.with(Option::is_some).then(|| view! {
            <p class="va-more">
                <button class="va-button" aria-busy=move || busy.get().to_string() on:click=more>{t().show_more}</button>
            </p>
        })}
        {move || (asked.get() && app.documents_next.with(Option::is_none)).then(|| view! {
            <p class="va-quiet va-more" id="va-documents-end" tabindex="-1">{t().all_listed}</p>
        })}
    }
}

/// How many documents are chosen, and what to do with them.
#[component]
fn ChosenBar(chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let count = move || match chosen.with(Vec::len) {
        1 => t().chosen_one.to_owned(),
        many => fill(t().chosen_many, &[("count", &many.to_string())]),
    };
    view! {
        <div class="va-chosen">
            <strong role="status">{count}</strong>
            <button class="va-button primary" on:click=move |_| scope::ask_about(chosen.get_untracked())>
                <Icon name="chat" />{t().ask_about_chosen}
            </button>
            <button class="va-button quiet" on:click=move |_| {
                chosen.set(Vec::new());
                dom::focus_soon("va-documents-title");
            }>{t().choose_none}</button>
        </div>
    }
}

/// What can be read, how large it may be and where it stays, in the server's own words.
fn intro() -> String {
    let app = app();
    let limits = limits();
    if app.in_nextcloud() {
        return format!("{limits} {}", nc().uploads_stay_here);
    }
    limits
}

fn limits() -> String {
    app().status.with(|status| match status {
        None => t().documents_intro.to_owned(),
        Some(status) => fill(
            t().documents_intro_limits,
            &[
                ("kinds", &status.accepts.join(", ")),
                ("limit", &format::bytes(status.max_upload_bytes)),
            ],
        ),
    })
}

fn poll_while_pending() {
    let app = app();
    let handle = set_interval_with_handle(
        move || {
            let waiting = app.documents.with_untracked(|all| {
                all.as_ref()
                    .is_some_and(|all| all.as_ref().is_ok_and(|all| all.iter().any(pending)))
            });
            if waiting {
                spawn_local(async move {
                    uploads::load().await;
                    app.load_status().await;
                });
            }
        },
        POLL,
    );
    on_cleanup(move || {
        if let Ok(handle) = handle {
            handle.clear();
        }
    });
}

#[component]
fn AddButton() -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let accepts = move || {
        app().status.with(|status| {
            status.as_ref().map(|status| {
                let dotted = status
                    .accepts
                    .iter()
                    .map(|kind| format!(".{}", kind.trim_start_matches('.')));
                dotted.collect::<Vec<_>>().join(",")
            })
        })
    };
    view! {
        <input
            id="va-files"
            class="va-unseen"
            type="file"
            multiple
            tabindex="-1"
            aria-label=t().add_documents
            accept=accepts
            node_ref=field
            on:change=move |_| {
                if let Some(field) = field.get_untracked() {
                    if let Some(files) = field.files() {
                        uploads::send(&files);
                    }
                    // The same file may be chosen again after a correction.
                    field.set_value("");
                }
            }
        />
        <button class="va-button primary" on:click=move |_| if let Some(field) = field.get_untracked() { field.click() }>
            <Icon name="upload" />{t().add_documents}
        </button>
    }
}

#[component]
fn UploadRow(entry: Upload) -> impl IntoView {
    let app = app();
    let id = entry.id.clone();
    let sent = move || {
        app.uploads
            .with(|all| all.iter().find(|other| other.id == id).map_or(1.0, |entry| entry.sent))
    };
    let forget = entry.id.clone();
    let name = entry.name.clone();
    view! {
        <li class="va-document">
            <Icon name="upload" />
            <div class="va-document-text">
                <h3>{entry.name.clone()}</h3>
                <p class="va-quiet">{format::bytes(entry.bytes)}</p>
                {entry.refused.clone().map(|message| view! { <p class="va-reason" role="alert">{message}</p> })}
            </div>
            <div class="va-document-state">
                {match entry.refused {
                    Some(_) => view! { <span class="va-status bad"><Icon name="warning" />{t().status_refused}</span> }.into_any(),
                    None => view! {
                        <span class="va-status waiting">{t().status_sending}</span>
                        <Progress share=Signal::derive(sent) label=fill(t().uploading, &[("name", &name)]) />
                    }.into_any(),
                }}
            </div>
            <button
                class="va-icon-button"
                aria-label=fill(t().dismiss_upload, &[("name", &entry.name)])
                title=t().dismiss
                on:click=move |_| app.uploads.update(|all| all.retain(|other| other.id != forget))
            >
                <Icon name="close" />
            </button>
        </li>
    }
}
