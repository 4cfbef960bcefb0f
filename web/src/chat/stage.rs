//! What is happening while an answer is not there yet.

use api_types::Stage;
use leptos::prelude::*;

use super::model::Live;
use crate::texts::t;

#[component]
pub fn StageLine(live: ArcRwSignal<Live>) -> impl IntoView {
    let text = Memo::new(move |_| {
        live.with(|live| {
            if live.stopping {
                return t().stopping;
            }
            match live.stage {
                None => t().stage_sending,
                Some(Stage::Screening) => t().stage_screening,
                Some(Stage::Searching) => t().stage_searching,
                Some(Stage::Checking) => t().stage_checking,
                Some(Stage::Writing) => t().stage_writing,
                Some(Stage::Calculating) => t().stage_calculating,
            }
        })
    });
    view! {
        <p class="va-stage">
            <span class="va-spinner" aria-hidden="true"></span>
            {move || text.get()}
        </p>
    }
}
