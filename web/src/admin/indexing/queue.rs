//! How far reading has come.

use api_types::{IndexingQueue, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{fill, pa, t},
    ui::{chart::Shares, icon::Icon, problem::Problem},
};

#[derive(Clone, Copy)]
pub struct Queue(RwSignal<Option<Result<IndexingQueue, ProblemBody>>>);

impl Queue {
    pub fn new() -> Self {
        let queue = Self(RwSignal::new(None));
        queue.load();
        queue
    }

    pub fn load(self) {
        spawn_local(async move {
            let _ = self.0.try_set(Some(api::panel("indexing").await));
        });
    }
}

#[component]
pub fn Shown(queue: Queue) -> impl IntoView {
    view! {
        <section aria-labelledby="va-queue">
            <h2 id="va-queue">{pa().queue}</h2>
            {move || match queue.0.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| queue.load()) /> }.into_any(),
                Some(Ok(now)) => view! { <Now now /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Now(now: IndexingQueue) -> impl IntoView {
    let count = format::count(now.waiting);
    let pace = match now.eta_seconds {
        _ if now.waiting == 0 => pa().queue_empty.to_owned(),
        Some(seconds) => fill(pa().queue_eta, &[("count", &count), ("time", &format::span(seconds))]),
        None => fill(pa().queue_no_eta, &[("count", &count)]),
    };
    let documents: Vec<(String, i64)> = now
        .documents
        .iter()
        .map(|one| (pa().state(&one.kind).to_owned(), one.count))
        .collect();
    view! {
        <p role="status">{pace}</p>
        <div class="va-charts">
            <section aria-labelledby="va-by-state">
                <h3 id="va-by-state">{pa().documents_by_state}</h3>
                {if documents.is_empty() {
                    view! { <p class="va-no-data"><Icon name="document" /><strong>{t().no_data}</strong></p> }.into_any()
                } else {
                    view! { <Shares title=pa().documents_by_state parts=documents /> }.into_any()
                }}
            </section>
            <section aria-labelledby="va-by-job">
                <h3 id="va-by-job">{pa().jobs_by_kind}</h3>
                {if now.jobs.is_empty() {
                    view! { <p class="va-no-data"><Icon name="check" /><span>{pa().queue_empty}</span></p> }.into_any()
                } else {
                    view! {
                        <table class="va-table">
                            <thead><tr><th scope="col">{pa().job}</th><th scope="col">{pa().state}</th><th scope="col" class="va-number">{pa().count}</th></tr></thead>
                            <tbody>
                                {now.jobs.into_iter().map(|job| view! {
                                    <tr>
                                        <th scope="row">{pa().job(&job.kind).to_owned()}</th>
                                        <td>{pa().state(&job.status).to_owned()}</td>
                                        <td class="va-number">{format::count(job.count)}</td>
                                    </tr>
                                }).collect_view()}
                            </tbody>
                        </table>
                    }.into_any()
                }}
            </section>
        </div>
    }
}
