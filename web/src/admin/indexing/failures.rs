//! What could not be read: read it again, or take it out.

use api_types::{DocumentSource, FailureReason, IndexingFailure, IndexingFailures, Retried};
use leptos::{prelude::*, task::spawn_local};

use super::Board;
use crate::{
    admin::paged::listed,
    api, format,
    state::app,
    texts::{fill, pa, reason, t},
    ui::{confirm::Confirm, icon::Icon},
};

/// What a file is called where its own name is not shown.
pub fn called(source: DocumentSource, name: Option<String>, owner: Option<&str>) -> String {
    match (name, owner, source) {
        (Some(name), ..) => name,
        (None, Some(owner), _) => fill(pa().own_file, &[("user", owner)]),
        (None, None, DocumentSource::Nextcloud) => pa().nextcloud_file.to_owned(),
        (None, None, _) => fill(pa().own_file, &[("user", pa().somebody)]),
    }
}

#[component]
pub fn Failures(board: Board) -> impl IntoView {
    let app = app();
    let chosen = RwSignal::new(None::<String>);
    let retry_all = move |_| {
        spawn_local(async move {
            match api::panel_post::<_, Retried>("indexing/retry", &()).await {
                Ok(retried) => app.toast(fill(
                    pa().retried,
                    &[
                        ("documents", &format::count(retried.documents)),
                        ("jobs", &format::count(retried.jobs)),
                    ],
                )),
                Err(problem) => app.fail(&problem),
            }
            board.load();
        });
    };
    let exclude = Callback::new(move |()| {
        let Some(id) = chosen.get_untracked() else { return };
        chosen.set(None);
        spawn_local(async move {
            let path = format!("panel/indexing/documents/{}/exclude", api::query(&id));
            match api::tell("POST", &path).await {
                Ok(()) => app.toast(pa().excluded_now),
                Err(problem) => app.fail(&problem),
            }
            board.load();
        });
    });
    view! {
        <section aria-labelledby="va-failures">
            <div class="va-page-head">
                <h2 id="va-failures">{pa().failures}</h2>
                <button class="va-button" on:click=retry_all><Icon name="refresh" />{pa().retry_all}</button>
            </div>
            <p class="va-intro">{pa().failures_note}</p>
            {listed("va-more-failures", board.failures, move |page| view! { <Rows page board chosen /> }.into_any())}
            <Confirm
                question=Signal::derive(move || chosen.with(|chosen| chosen.as_ref().map(|_| pa().exclude_question.to_owned())))
                detail=Signal::derive(|| pa().exclude_detail.to_owned())
                action=pa().exclude
                on_yes=exclude
                on_no=Callback::new(move |()| { let _ = chosen.try_set(None); })
            />
        </section>
    }
}

#[component]
fn Rows(page: IndexingFailures, board: Board, chosen: RwSignal<Option<String>>) -> impl IntoView {
    if page.failures.is_empty() {
        return view! { <p class="va-no-data"><Icon name="check" /><span><strong>{t().no_data}</strong>" "{pa().failures_none}</span></p> }
            .into_any();
    }
    let found = match page.total {
        1 => pa().found_one.to_owned(),
        total => fill(pa().found_many, &[("count", &format::count(total))]),
    };
    view! {
        <p role="status">{found}</p>
        <div class="va-scroll" tabindex="0" role="group" aria-label=pa().failures>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{t().when}</th><th scope="col">{pa().file}</th><th scope="col">{pa().reason}</th>
                        <th scope="col"><span class="va-unseen">{pa().retry}</span></th>
                    </tr>
                </thead>
                <tbody>{page.failures.into_iter().map(|row| view! { <Row row board chosen /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(row: IndexingFailure, board: Board, chosen: RwSignal<Option<String>>) -> impl IntoView {
    let app = app();
    let at = format::moment(row.at);
    let file = called(row.source, row.file_name, row.owner.as_deref());
    let named = [("file", file.as_str()), ("time", at.as_str())];
    let (retry_label, exclude_label) = (fill(pa().retry_of, &named), fill(pa().exclude_of, &named));
    let id = row.id.clone();
    let retry = move |_| {
        let path = format!("panel/indexing/documents/{}/retry", api::query(&id));
        spawn_local(async move {
            match api::tell("POST", &path).await {
                Ok(()) => app.toast(pa().retried_one),
                Err(problem) => app.fail(&problem),
            }
            board.load();
        });
    };
    let can_exclude = !matches!(row.source, DocumentSource::Demo | DocumentSource::Guideline);
    let why = FailureReason {
        code: row.code,
        message: row.message,
    };
    view! {
        <tr>
            <td class="va-when">{at}</td>
            <th scope="row">{file}<br /><span class="va-quiet">{row.media_type}", "{format::bytes(row.bytes)}</span></th>
            <td>{reason(&why).to_owned()}{row.older_is_searched.then(|| view! { <p class="va-quiet">{pa().older_is_searched}</p> })}</td>
            <td><div class="va-row">
                <button class="va-button" aria-label=retry_label on:click=retry>{pa().retry}</button>
                {can_exclude.then(|| view! {
                    <button class="va-button quiet" aria-label=exclude_label on:click=move |_| chosen.set(Some(row.id.clone()))>{pa().exclude}</button>
                })}
            </div></td>
        </tr>
    }
}
