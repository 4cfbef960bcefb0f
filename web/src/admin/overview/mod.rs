//! What is going on: numbers, each with a way to the records that it counts.

use api_types::{OfKind, OnDay, PanelOverview, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::{installation::Installation, live::Seen};
use crate::{
    api, format,
    route::{Admin, Route},
    texts::{fill, pa, t},
    ui::{
        chart::{Bar, BarChart, Shares},
        icon::Icon,
        problem::Problem,
    },
};

#[component]
pub fn OverviewPage() -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<PanelOverview, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::panel("overview").await));
        });
    };
    load();
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1>{t().admin}</h1>
                <button class="va-button quiet" on:click=move |_| load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{pa().overview_intro}</p>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(now)) => view! { <Numbers now /> }.into_any(),
            }}
            <Seen />
            <Installation />
        </div>
    }
}

fn of(found: &[OfKind], kinds: &[&str]) -> i64 {
    let wanted = found.iter().filter(|one| kinds.contains(&one.kind.as_str()));
    wanted.map(|one| one.count).sum()
}

#[component]
fn Numbers(now: PanelOverview) -> impl IntoView {
    let (today, since) = (format::iso_day(now.today), format::iso_day(now.since));
    let conversations = |query: String| Admin::Conversations(Some(query));
    let answers = Admin::Audit(Some(format!("action=answer.given&from={since}")));
    let right_now = [
        (pa().conversations_all, now.conversations, Admin::Conversations(None)),
        (
            pa().users_today,
            now.users_today,
            conversations(format!("from={today}")),
        ),
        (pa().documents_ready, of(&now.documents, &["ready"]), Admin::Indexing),
        (
            pa().documents_waiting,
            of(&now.documents, &["queued", "extracting", "embedding"]),
            Admin::Indexing,
        ),
        (pa().documents_failed, of(&now.documents, &["failed"]), Admin::Indexing),
        (
            pa().jobs_waiting,
            of(&now.jobs, &["queued", "later", "running"]),
            Admin::Indexing,
        ),
        (pa().jobs_dead, of(&now.jobs, &["dead"]), Admin::Indexing),
    ];
    let lately = [
        (pa().withheld_answers, now.answers_withheld, answers.clone()),
        (
            pa().phi_questions,
            now.phi_questions,
            conversations(format!("class=phi&from={since}")),
        ),
        (pa().identifiers, now.identifiers, Admin::Egress(None)),
        (
            pa().egress_refused,
            now.egress_refused,
            Admin::Egress(Some(format!("refused=true&from={since}"))),
        ),
        (pa().alerts, now.alerts, Admin::Health),
    ];
    let parts: Vec<(String, i64)> = now
        .answers
        .iter()
        .map(|one| (pa().state(&one.kind).to_owned(), one.count))
        .collect();
    let withheld = (now.sentences_withheld > 0).then(|| {
        fill(
            pa().withheld_sentences,
            &[("count", &format::count(now.sentences_withheld))],
        )
    });
    view! {
        <State bad=now.bad />
        <section aria-labelledby="va-right-now">
            <h2 id="va-right-now">{pa().right_now}</h2>
            <Tiles tiles=right_now.to_vec() />
        </section>
        <div class="va-charts">
            <Daily id="va-questions" title=pa().questions_per_day nothing=pa().questions_nothing days=now.questions
                to=conversations(format!("from={since}")) />
            <Daily id="va-left" title=pa().egress_per_day nothing=pa().egress_nothing days=now.egress
                to=Admin::Egress(Some(format!("remote=true&refused=false&from={since}"))) />
        </div>
        <section aria-labelledby="va-lately">
            <h2 id="va-lately">{pa().in_days}</h2>
            <Tiles tiles=lately.to_vec() />
            {withheld.map(|text| view! { <p class="va-quiet">{text}</p> })}
        </section>
        <section aria-labelledby="va-answers">
            <h2 id="va-answers"><a href=Route::Admin(answers).hash()>{pa().answers_by_kind}</a></h2>
            {if parts.is_empty() {
                view! { <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{pa().answers_nothing}</span></p> }.into_any()
            } else {
                view! { <Shares title=pa().answers_by_kind parts /> }.into_any()
            }}
        </section>
    }
}

/// Whether all is good, with a way to what is not.
#[component]
fn State(bad: Vec<String>) -> impl IntoView {
    let href = Route::Admin(Admin::Health).hash();
    if bad.is_empty() {
        return view! {
            <p class="va-note"><Icon name="check" /><span>{pa().all_good}" "<a href=href>{pa().see_health}</a></span></p>
        }
        .into_any();
    }
    let names: Vec<&str> = bad.iter().map(|name| pa().part(name)).collect();
    view! {
        <p class="va-note bad"><Icon name="warning" /><span>
            <strong>{fill(pa().bad_now, &[("names", &names.join(", "))])}</strong>" "<a href=href>{pa().see_health}</a>
        </span></p>
    }
    .into_any()
}

#[component]
fn Tiles(tiles: Vec<(&'static str, i64, Admin)>) -> impl IntoView {
    view! {
        <ul class="va-tiles">
            {tiles.into_iter().map(|(name, count, to)| view! {
                <li><a href=Route::Admin(to).hash()><strong>{format::count(count)}</strong><span>{name}</span></a></li>
            }).collect_view()}
        </ul>
    }
}

#[component]
fn Daily(
    id: &'static str,
    title: &'static str,
    /// What it says when all days are empty.
    nothing: &'static str,
    days: Vec<OnDay>,
    to: Admin,
) -> impl IntoView {
    let heading = format!("{id}-heading");
    let labelled = heading.clone();
    let bars: Vec<Bar> = days
        .iter()
        .map(|one| Bar {
            day: one.day,
            count: one.count,
        })
        .collect();
    let empty = bars.iter().all(|bar| bar.count == 0);
    view! {
        <section aria-labelledby=labelled>
            <h2 id=heading><a href=Route::Admin(to).hash()>{title}</a></h2>
            {if empty {
                view! { <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{nothing}</span></p> }.into_any()
            } else {
                view! { <BarChart id title bars /> }.into_any()
            }}
        </section>
    }
}
