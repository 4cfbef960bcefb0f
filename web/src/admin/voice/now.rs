//! The sessions that are going on, looked at anew every two seconds.

use std::time::Duration;

use api_types::{ProblemBody, TurnStateRow, TurnStates};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{fill, t, vo},
    ui::{icon::Icon, problem::Problem},
};

const EVERY: Duration = Duration::from_secs(2);

/// A state of the turn as it is named to the user who talks.
fn state(name: &str) -> &str {
    let vo = vo();
    match name {
        "waiting" => vo.connecting,
        "listening" | "clarifying" => vo.listening,
        "hearing" | "ending" => vo.hearing,
        "thinking" => vo.thinking,
        "speaking" => vo.speaking,
        "paused" => vo.paused,
        other => other,
    }
}

#[component]
pub fn Now() -> impl IntoView {
    let found = RwSignal::new(None::<Result<TurnStates, ProblemBody>>);
    let look = move || {
        spawn_local(async move {
            let answer = api::panel("voice/tt-sessions").await;
            let _ = found.try_set(Some(answer));
        });
    };
    look();
    if let Ok(handle) = set_interval_with_handle(look, EVERY) {
        on_cleanup(move || handle.clear());
    }
    view! {
        <section aria-labelledby="va-voice-now">
            <h2 id="va-voice-now">{vo().admin_now}</h2>
            {move || match found.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem /> }.into_any(),
                Some(Ok(states)) => view! { <States states /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn States(states: TurnStates) -> impl IntoView {
    let places = fill(
        vo().admin_capacity,
        &[
            ("count", &format::count(states.sessions.len() as i64)),
            ("capacity", &format::count(states.capacity)),
        ],
    );
    view! {
        {if states.sessions.is_empty() {
            view! { <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{vo().admin_now_none}</span></p> }.into_any()
        } else {
            view! {
                <div class="va-scroll" tabindex="0" role="group" aria-label=vo().admin_now>
                    <table class="va-table">
                        <thead>
                            <tr>
                                <th scope="col">{vo().user}</th><th scope="col">{vo().state}</th>
                                <th scope="col" class="va-number">{vo().since}</th><th scope="col" class="va-number">{vo().turn}</th>
                                <th scope="col" class="va-number">{vo().queued}</th>
                            </tr>
                        </thead>
                        <tbody>{states.sessions.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }.into_any()
        }}
        <p class="va-quiet">{places}</p>
    }
}

fn row(row: TurnStateRow) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{row.user_name}</th>
            <td>
                {state(&row.state).to_owned()}
                {(!row.connected).then(|| view! { <span class="va-status bad"><Icon name="warning" />{vo().connection_gone}</span> })}
            </td>
            <td class="va-number">{format::duration(row.state_ms)}</td>
            <td class="va-number">{format::count(i64::from(row.turn))}</td>
            <td class="va-number">{format::count(row.queued)}</td>
        </tr>
    }
}
