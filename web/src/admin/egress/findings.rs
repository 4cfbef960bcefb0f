//! What the screening found, in numbers.

use std::collections::BTreeMap;

use api_types::{OfKind, PhiFindings, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    texts::{pa, t},
    ui::{
        chart::{Bar, BarChart, Shares},
        icon::Icon,
        problem::Problem,
    },
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[component]
pub fn Findings() -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<PhiFindings, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::panel("phi").await));
        });
    };
    load();
    view! {
        <section aria-labelledby="va-findings">
            <h2 id="va-findings">{pa().findings}</h2>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(found)) => view! { <Found found /> }.into_any(),
            }}
        </section>
    }
}

/// Every day from the first to the last, also those without any.
fn by_day(found: &PhiFindings) -> Vec<Bar> {
    let mut counts = BTreeMap::<i64, i64>::new();
    for one in &found.identifiers {
        *counts.entry(one.day).or_default() += one.count;
    }
    let first = (found.since / DAY_MS + 1) * DAY_MS;
    (0..14)
        .map(|number| first + number * DAY_MS)
        .map(|day| Bar {
            day,
            count: counts.get(&day).copied().unwrap_or_default(),
        })
        .collect()
}

/// Names of identifiers with how many there are, the most frequent first.
fn by_kind(found: &PhiFindings) -> Vec<(String, i64)> {
    let mut counts = BTreeMap::<&str, i64>::new();
    for one in &found.identifiers {
        *counts.entry(pa().identifier(&one.kind)).or_default() += one.count;
    }
    let mut kinds: Vec<_> = counts
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect();
    kinds.sort_by_key(|(_, count)| -count);
    kinds
}

fn classes(found: &[OfKind]) -> Vec<(String, i64)> {
    found
        .iter()
        .map(|one| (pa().state(&one.kind).to_owned(), one.count))
        .collect()
}

#[component]
fn Found(found: PhiFindings) -> impl IntoView {
    let (bars, kinds) = (by_day(&found), by_kind(&found));
    let parts = [
        (
            "va-questions-by-class",
            pa().questions_by_class,
            classes(&found.questions),
        ),
        ("va-passages-by-class", pa().passages_by_class, classes(&found.passages)),
    ];
    view! {
        {if kinds.is_empty() {
            view! { <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{pa().identifiers_none}</span></p> }.into_any()
        } else {
            view! {
                <div class="va-charts">
                    <section aria-labelledby="va-identifiers">
                        <h3 id="va-identifiers">{pa().identifiers_per_day}</h3>
                        <BarChart id="va-identifiers-chart" title=pa().identifiers_per_day bars />
                    </section>
                    <section aria-labelledby="va-identifier-kinds">
                        <h3 id="va-identifier-kinds">{pa().identifiers_by_kind}</h3>
                        <Shares title=pa().identifiers_by_kind parts=kinds />
                    </section>
                </div>
            }.into_any()
        }}
        <div class="va-charts">
            {parts.into_iter().map(|(id, title, parts)| view! {
                <section aria-labelledby=id>
                    <h3 id=id>{title}</h3>
                    {if parts.is_empty() {
                        view! { <p class="va-no-data"><Icon name="info" /><strong>{t().no_data}</strong></p> }.into_any()
                    } else {
                        view! { <Shares title parts /> }.into_any()
                    }}
                </section>
            }).collect_view()}
        </div>
    }
}
