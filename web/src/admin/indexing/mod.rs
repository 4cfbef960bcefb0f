//! The queue of everything that is to be read, what failed, and what was taken out.

mod exclusions;
mod failures;
mod queue;

use api_types::{ExcludedFiles, IndexingFailures};
use leptos::prelude::*;

use super::paged::Paged;
use crate::{
    route::{Admin, Route},
    state::app,
    texts::{pa, t},
    ui::icon::Icon,
};

/// What a change on this page concerns.
#[derive(Clone, Copy)]
struct Board {
    queue: queue::Queue,
    failures: Paged<IndexingFailures>,
    exclusions: Paged<ExcludedFiles>,
}

impl Board {
    fn load(self) {
        self.queue.load();
        self.failures.load();
        self.exclusions.load();
    }
}

#[component]
pub fn IndexingPage() -> impl IntoView {
    let board = Board {
        queue: queue::Queue::new(),
        failures: Paged::at("indexing/failures"),
        exclusions: Paged::at("indexing/exclusions"),
    };
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1>{pa().indexing}</h1>
                <button class="va-button quiet" on:click=move |_| board.load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{pa().indexing_intro}</p>
            <queue::Shown queue=board.queue />
            <failures::Failures board />
            <exclusions::Exclusions board />
            {app().in_nextcloud().then(|| view! {
                <p><a class="va-link" href=Route::Admin(Admin::Nextcloud).hash()>{pa().folder_rules}</a></p>
            })}
        </div>
    }
}
