//! What was taken out, and the way back.

use api_types::{ExcludedFile, ExcludedFiles};
use leptos::{prelude::*, task::spawn_local};

use super::{Board, failures::called};
use crate::{
    admin::paged::listed,
    api, format,
    state::app,
    texts::{fill, pa, t},
    ui::icon::Icon,
};

#[component]
pub fn Exclusions(board: Board) -> impl IntoView {
    view! {
        <section aria-labelledby="va-exclusions">
            <h2 id="va-exclusions">{pa().exclusions}</h2>
            {listed("va-more-exclusions", board.exclusions, move |page| view! { <Rows page board /> }.into_any())}
        </section>
    }
}

#[component]
fn Rows(page: ExcludedFiles, board: Board) -> impl IntoView {
    if page.files.is_empty() {
        return view! { <p class="va-no-data"><Icon name="check" /><span><strong>{t().no_data}</strong>" "{pa().exclusions_none}</span></p> }
            .into_any();
    }
    view! {
        <div class="va-scroll" tabindex="0" role="group" aria-label=pa().exclusions>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{t().when}</th><th scope="col">{pa().file}</th><th scope="col">{pa().taken_out_by}</th>
                        <th scope="col"><span class="va-unseen">{pa().let_in}</span></th>
                    </tr>
                </thead>
                <tbody>{page.files.into_iter().map(|file| view! { <Row file board /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(file: ExcludedFile, board: Board) -> impl IntoView {
    let app = app();
    let at = format::moment(file.at);
    let name = called(file.source, file.path, file.owner.as_deref());
    let label = fill(pa().let_in_of, &[("file", &name), ("time", &at)]);
    let let_in = move |_| {
        let path = format!("panel/indexing/exclusions/{}", api::query(&file.id));
        spawn_local(async move {
            match api::tell("DELETE", &path).await {
                Ok(()) => app.toast(pa().let_in_now),
                Err(problem) => app.fail(&problem),
            }
            board.load();
        });
    };
    view! {
        <tr>
            <td class="va-when">{at}</td>
            <th scope="row">{name}<br /><span class="va-quiet">{file.media_type}</span></th>
            <td>{file.by}</td>
            <td><button class="va-button" aria-label=label on:click=let_in>{pa().let_in}</button></td>
        </tr>
    }
}
