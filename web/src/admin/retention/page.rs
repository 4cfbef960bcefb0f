//! Rules, holds, one person's data, erasures.

use api_types::{HoldList, ProblemBody, RetentionState};
use leptos::{prelude::*, task::spawn_local};

use super::{
    act::{Act, Dialog},
    erasures::Erasures,
    holds::Holds,
    person::Person,
    rules::Rules,
};
use crate::{
    api,
    texts::{re, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn RetentionPage() -> impl IntoView {
    let state = RwSignal::new(None::<Result<(RetentionState, HoldList), ProblemBody>>);
    let chosen = RwSignal::new(None::<Act>);
    let load = move || {
        spawn_local(async move {
            let rules = api::get::<RetentionState>("admin/retention").await;
            let holds = api::get::<HoldList>("admin/holds").await;
            let _ = state.try_set(Some(rules.and_then(|rules| Ok((rules, holds?)))));
        });
    };
    load();
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1>{re().retention}</h1>
                <button class="va-button quiet" on:click=move |_| load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{re().retention_intro}</p>
            {move || match state.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok((rules, holds))) => view! {
                    <Rules state=rules.clone() chosen />
                    <Holds holds=holds.holds chosen />
                    <Erasures erasures=rules.erasures />
                }.into_any(),
            }}
            <Person chosen />
            <Dialog chosen done=Callback::new(move |()| load()) />
        </div>
    }
}
