//! Everything that left the building.

use api_types::{EgressLog, EgressRecord, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::t,
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn Egress() -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<EgressLog, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get("admin/egress").await));
        });
    };
    load();
    view! {
        <section aria-labelledby="va-egress">
            <div class="va-page-head">
                <h2 id="va-egress">{t().left_the_building}</h2>
                <button class="va-button quiet" on:click=move |_| load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{t().egress_intro}</p>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(log)) if log.records.is_empty() => view! {
                    <p class="va-no-data"><Icon name="shield" /><strong>{t().no_data}</strong>" "{t().nothing_left}</p>
                }.into_any(),
                Some(Ok(log)) => view! { <Records records=log.records /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Records(records: Vec<EgressRecord>) -> impl IntoView {
    view! {
        <div class="va-scroll" tabindex="0" role="region" aria-label=t().requests_sent>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{t().when}</th><th scope="col">{t().purpose}</th><th scope="col">{t().destination}</th>
                        <th scope="col">{t().sent}</th><th scope="col">{t().received}</th><th scope="col">{t().class}</th>
                        <th scope="col">{t().outcome}</th>
                    </tr>
                </thead>
                <tbody>
                    {records.into_iter().map(|record| view! {
                        <tr>
                            <td>{format::moment(record.at)}</td><td>{record.purpose}</td>
                            <td>{record.destination}" "<span class="va-quiet">{if record.remote { t().remote } else { t().local }}</span></td>
                            <td>{format::bytes(record.bytes_out + record.target_bytes)}</td><td>{format::bytes(record.bytes_in)}</td>
                            <td>{record.class}{format::release(record.replaced, record.agreement.as_deref())}</td><td>{record.outcome}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
