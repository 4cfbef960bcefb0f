//! All calculators, and the form of the one chosen.

use api_types::{CalculatorInfo, PluginList, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::{form::CalculatorForm, search::matching};
use crate::{
    api,
    route::{self, Route},
    state::app,
    texts::{fill, in_english, t, tl},
    ui::{icon::Icon, problem::Problem},
};

type Loaded = Option<Result<PluginList, ProblemBody>>;

#[component]
pub fn CalculatorsPage() -> impl IntoView {
    let app = app();
    let loaded = RwSignal::new(Loaded::None);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get::<PluginList>("plugins").await));
        });
    };
    load();
    let chosen = Memo::new(move |_| match app.route.get() {
        Route::Calculators(id) => id,
        _ => None,
    });
    view! {
        <div class="va-page">
            {move || match loaded.get() {
                None => view! { <h1>{t().calculators}</h1><p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! {
                    <h1>{t().calculators}</h1>
                    <Problem problem retry=Callback::new(move |()| load()) />
                }.into_any(),
                Some(Ok(list)) => match chosen.get() {
                    None => view! { <All list /> }.into_any(),
                    Some(id) => match list.plugins.iter().flat_map(|plugin| &plugin.calculators).find(|c| c.id == id) {
                        Some(calculator) => view! {
                            <a class="va-back" href="#/calculators"><Icon name="back" />{t().all_calculators}</a>
                            <CalculatorForm calculator=calculator.clone() />
                        }.into_any(),
                        None => view! {
                            <h1>{t().calculators}</h1>
                            <p>{fill(t().no_such_calculator, &[("id", &id)])}" "<a href="#/calculators">{t().all_calculators}</a></p>
                        }.into_any(),
                    },
                },
            }}
        </div>
    }
}

#[component]
fn All(list: PluginList) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let plugins = StoredValue::new(list.plugins);
    let total: usize = plugins.with_value(|all| all.iter().map(|plugin| plugin.calculators.len()).sum());
    let found = Memo::new(move |_| plugins.with_value(|all| typed.with(|typed| matching(all, typed))));
    let count =
        Memo::new(move |_| found.with(|found| found.iter().map(|plugin| plugin.calculators.len()).sum::<usize>()));
    let open_first = move || {
        let first = found.with_untracked(|found| Some(found.first()?.calculators.first()?.id.clone()));
        if let Some(id) = first.filter(|_| typed.with_untracked(|typed| !typed.trim().is_empty())) {
            route::go(&Route::Calculators(Some(id)));
        }
    };
    view! {
        <h1>{t().calculators}</h1>
        <p class="va-intro">{t().calculators_intro}</p>
        {(total == 0).then(|| view! { <p class="va-quiet">{t().no_calculators}</p> })}
        {(total > 0).then(|| view! {
            <div class="va-find" role="search">
                <label for="va-find">{tl().find_calculator}</label>
                <input
                    id="va-find"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="va-found"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                    on:keydown=move |event| match event.key().as_str() {
                        "Enter" => open_first(),
                        "Escape" => typed.set(String::new()),
                        _ => {}
                    }
                />
                <p id="va-found" class="va-quiet" role="status">{move || match (count.get(), typed.with(|typed| typed.trim().is_empty())) {
                    (_, true) => fill(tl().calculators_counted, &[("count", &total.to_string())]),
                    (0, false) => fill(tl().none_found, &[("words", typed.get().trim())]),
                    (found, false) => fill(tl().found, &[("count", &found.to_string()), ("total", &total.to_string())]),
                }}</p>
            </div>
        })}
        {move || found.get().into_iter().map(|plugin| view! {
            <section class="va-speciality">
                <h2>{plugin.title}" "<span class="va-quiet">{t().version}" "{plugin.version}</span></h2>
                <ul class="va-cards">
                    {plugin.calculators.into_iter().map(|calculator| view! { <CardLink calculator /> }).collect_view()}
                </ul>
                {(!plugin.capabilities.is_empty()).then(|| view! {
                    <details class="va-details">
                        <summary><Icon name="shield" /><span>{t().what_it_can_reach}</span></summary>
                        <ul lang=in_english()>{plugin.capabilities.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
                    </details>
                })}
            </section>
        }).collect_view()}
    }
}

#[component]
fn CardLink(calculator: CalculatorInfo) -> impl IntoView {
    let href = Route::Calculators(Some(calculator.id)).hash();
    view! {
        <li>
            <a class="va-card-link" href=href>
                <strong>{calculator.title}</strong>
                <span lang=in_english()>{calculator.summary}</span>
            </a>
        </li>
    }
}
