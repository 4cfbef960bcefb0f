//! How far reading the reader's own Nextcloud files has come.

use std::time::Duration;

use api_types::{Indexing, IndexingState, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::uploads;
use crate::{
    api, format,
    state::app,
    texts::{fill, in_english, nc},
    ui::{icon::Icon, problem::Problem},
};

/// Between two questions while something is on its way.
const POLL: Duration = Duration::from_secs(3);
/// While nothing is, only every so many of them ask: the server looks by itself while somebody is here.
const QUIET: u32 = 4;
/// So many ask after a look was asked for; the server makes one of looks that follow each other closely.
const AFTER_LOOK: u32 = 5;

#[component]
pub fn IndexingView() -> impl IntoView {
    let app = app();
    let loaded = RwSignal::new(None::<Result<Indexing, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let now = api::get::<Indexing>("nextcloud/indexing").await;
            let Some(before) = loaded.try_get_untracked() else {
                return;
            };
            let counts = |of: &Indexing| (of.found, of.ready, of.waiting, of.failed);
            if let (Some(Ok(before)), Ok(now)) = (&before, &now)
                && counts(before) != counts(now)
            {
                spawn_local(uploads::load());
                spawn_local(app.load_status());
            }
            // A failed refresh keeps what is shown.
            if now.is_ok() || before.is_none() {
                let _ = loaded.try_set(Some(now));
            }
        });
    };
    load();
    let ticks = StoredValue::new(0_u32);
    let eager = StoredValue::new(0_u32);
    let poll = set_interval_with_handle(
        move || {
            ticks.update_value(|ticks| *ticks = ticks.wrapping_add(1));
            let wanted = eager.get_value() > 0;
            eager.update_value(|eager| *eager = eager.saturating_sub(1));
            let working = loaded.with_untracked(|loaded| matches!(loaded, Some(Ok(now)) if busy(now)));
            let due = working || wanted || ticks.get_value().is_multiple_of(QUIET);
            // A page nobody sees must not keep the server looking.
            if due && !document().hidden() {
                load();
            }
        },
        POLL,
    );
    on_cleanup(move || {
        if let Ok(handle) = poll {
            handle.clear();
        }
    });
    let look = move |_| {
        spawn_local(async move {
            match api::tell("POST", "nextcloud/look").await {
                Ok(()) => app.say(nc().looking_now),
                Err(problem) => app.fail(&problem),
            }
            eager.set_value(AFTER_LOOK);
            load();
        });
    };
    view! {
        <section class="va-indexing-box" aria-labelledby="va-your-files">
            <div class="va-page-head">
                <h2 id="va-your-files">{nc().your_files}</h2>
                <button class="va-button" on:click=look><Icon name="refresh" />{nc().look_now}</button>
            </div>
            <p class="va-intro">{nc().read_automatically}</p>
            {move || match loaded.get() {
                None => ().into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(now)) => view! { <Now now /> }.into_any(),
            }}
        </section>
    }
}

fn busy(now: &Indexing) -> bool {
    now.waiting > 0 || matches!(now.state, IndexingState::Looking | IndexingState::Reading)
}

#[component]
fn Now(now: Indexing) -> impl IntoView {
    let facts = [
        (nc().found, now.found),
        (nc().ready, now.ready),
        (nc().waiting, now.waiting),
        (nc().failed, now.failed),
    ];
    let last = match now.last_look_at {
        Some(at) => fill(nc().last_look, &[("when", &format::moment(at))]),
        None => nc().never_looked.to_owned(),
    };
    let left_out = now.reason.clone().filter(|_| now.state != IndexingState::Paused);
    view! {
        <dl class="va-counts">
            {facts.into_iter().map(|(name, count)| view! { <div><dt>{name}</dt><dd>{format::count(count)}</dd></div> }).collect_view()}
        </dl>
        <p class="va-indexing-state" role="status">
            {match now.state {
                IndexingState::Paused => view! {
                    <Icon name="warning" /><strong>{nc().paused}</strong>" "
                    {match now.reason {
                        Some(reason) => view! { <span lang=in_english()>{reason}</span> }.into_any(),
                        None => nc().paused_unknown.into_any(),
                    }}
                }.into_any(),
                IndexingState::Looking => running(nc().looking.to_owned()).into_any(),
                IndexingState::Reading => running(match now.eta_seconds {
                    Some(seconds) => fill(nc().reading_eta, &[("time", &format::span(seconds))]),
                    None => nc().reading.to_owned(),
                }).into_any(),
                IndexingState::Idle => view! { <Icon name="check" /><span>{nc().idle}</span> }.into_any(),
            }}
            <span class="va-quiet">{last}</span>
        </p>
        {left_out.map(|reason| view! {
            <p class="va-notice"><Icon name="warning" /><span>{nc().left_out}" "<span lang=in_english()>{reason}"."</span></span></p>
        })}
    }
}

fn running(text: String) -> impl IntoView {
    view! { <span class="va-spinner" aria-hidden="true"></span><span>{text}</span> }
}
