//! What this server depends on, and when it turned.

use std::time::Duration;

use api_types::{Alert, HealthCheck, HealthPage as Page};
use leptos::prelude::*;

use super::paged::{Paged, listed};
use crate::{
    format,
    texts::{in_english, pa, t},
    ui::icon::Icon,
};

/// The host looks as often.
const EVERY: Duration = Duration::from_secs(15);

#[component]
pub fn HealthPage() -> impl IntoView {
    let paged = Paged::<Page>::at("health");
    if let Ok(handle) = set_interval_with_handle(move || paged.load(), EVERY) {
        on_cleanup(move || handle.clear());
    }
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1>{pa().health}</h1>
                <button class="va-button quiet" on:click=move |_| paged.load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{pa().health_intro}</p>
            {listed("va-more-alerts", paged, move |page| view! { <Checks checks=page.checks /><Alerts alerts=page.alerts /> }.into_any())}
        </div>
    }
}

#[component]
fn Checks(checks: Vec<HealthCheck>) -> impl IntoView {
    if checks.is_empty() {
        return view! { <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{pa().health_soon}</span></p> }
            .into_any();
    }
    view! {
        <div class="va-scroll" tabindex="0" role="region" aria-label=pa().health>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{pa().part}</th><th scope="col">{pa().state}</th><th scope="col">{pa().found_out}</th>
                        <th scope="col">{pa().since}</th><th scope="col">{pa().checked}</th><th scope="col" class="va-number">{pa().latency}</th>
                    </tr>
                </thead>
                <tbody>{checks.into_iter().map(|check| view! { <Check check /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Check(check: HealthCheck) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{pa().part(&check.name).to_owned()}</th>
            <td>{if check.good {
                view! { <span class="va-status good"><Icon name="check" />{pa().good}</span> }.into_any()
            } else {
                view! { <span class="va-status bad"><Icon name="warning" />{pa().bad}</span> }.into_any()
            }}</td>
            <td lang=in_english()>
                {check.detail}
                {check.fix.map(|fix| view! { <p class="va-fix"><strong>{pa().what_to_do}": "</strong>{fix}</p> })}
            </td>
            <td class="va-when">{format::moment(check.since)}</td>
            <td class="va-when">{format::moment(check.checked_at)}</td>
            <td class="va-number">{check.latency_ms.map(format::duration)}</td>
        </tr>
    }
}

#[component]
fn Alerts(alerts: Vec<Alert>) -> impl IntoView {
    view! {
        <section aria-labelledby="va-alerts">
            <h2 id="va-alerts">{pa().alerts}</h2>
            <p class="va-intro">{pa().alerts_intro}</p>
            {if alerts.is_empty() {
                view! { <p class="va-no-data"><Icon name="check" /><span><strong>{t().no_data}</strong>" "{pa().alerts_none}</span></p> }.into_any()
            } else {
                view! {
                    <div class="va-scroll" tabindex="0" role="group" aria-label=pa().alerts>
                        <table class="va-table">
                            <thead>
                                <tr>
                                    <th scope="col">{t().when}</th><th scope="col">{pa().part}</th><th scope="col">{pa().state}</th>
                                    <th scope="col">{pa().found_out}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {alerts.into_iter().map(|alert| view! {
                                    <tr>
                                        <td class="va-when">{format::moment(alert.at)}</td>
                                        <th scope="row">{pa().part(&alert.name).to_owned()}</th>
                                        <td>{if alert.good {
                                            view! { <span class="va-status good"><Icon name="check" />{pa().turned_good}</span> }.into_any()
                                        } else {
                                            view! { <span class="va-status bad"><Icon name="warning" />{pa().turned_bad}</span> }.into_any()
                                        }}</td>
                                        <td lang=in_english()>{alert.detail}</td>
                                    </tr>
                                }).collect_view()}
                            </tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}
