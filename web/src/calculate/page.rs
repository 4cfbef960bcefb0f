//! All calculators, and the form of the one chosen.

use api_types::{CalculatorInfo, PluginList, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::form::CalculatorForm;
use crate::{
    api,
    route::Route,
    state::app,
    texts::{fill, t},
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
    let empty = list.plugins.iter().all(|plugin| plugin.calculators.is_empty());
    view! {
        <h1>{t().calculators}</h1>
        <p class="va-intro">{t().calculators_intro}</p>
        {empty.then(|| view! { <p class="va-quiet">{t().no_calculators}</p> })}
        {list.plugins.into_iter().filter(|plugin| !plugin.calculators.is_empty()).map(|plugin| view! {
            <section>
                <h2>{plugin.title}" "<span class="va-quiet">{t().version}" "{plugin.version}</span></h2>
                <ul class="va-cards">
                    {plugin.calculators.into_iter().map(|calculator| view! { <CardLink calculator /> }).collect_view()}
                </ul>
                {(!plugin.capabilities.is_empty()).then(|| view! {
                    <details class="va-details">
                        <summary><Icon name="shield" /><span>{t().what_it_can_reach}</span></summary>
                        <ul>{plugin.capabilities.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
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
                <span>{calculator.summary}</span>
            </a>
        </li>
    }
}
