//! Users who were erased or are being erased.

use api_types::Erasure;
use leptos::prelude::*;

use crate::{
    format,
    texts::{fill, re},
};

#[component]
pub fn Erasures(erasures: Vec<Erasure>) -> impl IntoView {
    view! {
        <section aria-labelledby="va-erasures">
            <h2 id="va-erasures">{re().erasures}</h2>
            {if erasures.is_empty() {
                view! { <p class="va-quiet">{re().no_erasures}</p> }.into_any()
            } else {
                view! {
                    <div class="va-scroll" tabindex="0" role="group" aria-label=re().erasures>
                        <table class="va-table">
                            <thead>
                                <tr>
                                    <th scope="col">{re().erased_user}</th><th scope="col">{re().ordered}</th>
                                    <th scope="col">{re().went}</th><th scope="col">{re().state}</th>
                                </tr>
                            </thead>
                            <tbody>{erasures.into_iter().map(|erasure| view! { <Row erasure /> }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn Row(erasure: Erasure) -> impl IntoView {
    let ordered = fill(
        re().by,
        &[
            ("by", &erasure.ordered_by),
            ("when", &format::moment(erasure.ordered_at)),
        ],
    );
    let (conversations, documents) = (format::count(erasure.conversations), format::count(erasure.documents));
    let went = fill(
        re().erasure_counts,
        &[("conversations", &conversations), ("documents", &documents)],
    );
    let state = match (erasure.finished_at, erasure.held) {
        (Some(at), _) => fill(re().erasure_done, &[("when", &format::moment(at))]),
        (None, true) => re().erasure_held.to_owned(),
        (None, false) => re().erasure_runs.to_owned(),
    };
    view! {
        <tr>
            <th scope="row" class="va-id">{erasure.user_id}</th>
            <td>{ordered}</td>
            <td>{went}</td>
            <td>{state}</td>
        </tr>
    }
}
