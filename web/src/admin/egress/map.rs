//! Every destination that this server may contact now.

use api_types::{EgressAllows, EgressDestination, EgressMap, EgressWhy, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{fill, in_english, pa, t},
    ui::{icon::Icon, problem::Problem},
};

fn why(why: EgressWhy) -> &'static str {
    match why {
        EgressWhy::Model => pa().why_model,
        EgressWhy::Plugin => pa().why_plugin,
        EgressWhy::Nextcloud => pa().why_nextcloud,
        EgressWhy::Issuer => pa().why_issuer,
        EgressWhy::Redis => pa().why_redis,
        EgressWhy::Database => pa().why_database,
        EgressWhy::Audit => pa().why_audit,
        EgressWhy::Other => pa().why_other,
    }
}

fn allows(allows: EgressAllows) -> &'static str {
    match allows {
        EgressAllows::Public => pa().allows_public,
        EgressAllows::Internal => pa().allows_internal,
        EgressAllows::Redacted => pa().allows_redacted,
        EgressAllows::Phi => pa().allows_phi,
    }
}

#[component]
pub fn Map() -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<EgressMap, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::panel("egress-map").await));
        });
    };
    load();
    view! {
        <section aria-labelledby="va-egress-map">
            <div class="va-page-head">
                <h2 id="va-egress-map">{pa().egress_map}</h2>
                <button class="va-button quiet" on:click=move |_| load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{pa().egress_map_intro}</p>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(map)) if map.destinations.is_empty() => view! {
                    <p class="va-no-data"><Icon name="shield" /><span>{pa().egress_map_none}</span></p>
                }.into_any(),
                Some(Ok(map)) => view! {
                    <div class="va-scroll" tabindex="0" role="group" aria-label=pa().egress_map>
                        <table class="va-table">
                            <thead>
                                <tr>
                                    <th scope="col">{t().destination}</th><th scope="col">{pa().why}</th><th scope="col">{pa().state}</th>
                                    <th scope="col">{pa().at_most}</th><th scope="col">{pa().carries}</th><th scope="col">{pa().allowed_by}</th>
                                </tr>
                            </thead>
                            <tbody>{map.destinations.into_iter().map(|to| view! { <To to /> }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn To(to: EgressDestination) -> impl IntoView {
    let place = if to.local { pa().inside } else { pa().outside };
    let by = to.allowed_by.map(|by| match to.allowed_at {
        Some(at) => fill(pa().by_on, &[("by", &by), ("when", &format::moment(at))]),
        None => by,
    });
    view! {
        <tr>
            <th scope="row"><code>{to.destination}</code>" "<span class="va-quiet">{place}</span></th>
            <td>{why(to.why)}{to.name.map(|name| view! { <br /><span class="va-quiet">{name}</span> })}</td>
            <td>{if to.open {
                view! { <span class="va-status"><Icon name="open" />{pa().open}</span> }.into_any()
            } else {
                view! { <span class="va-status"><Icon name="close" />{pa().off}</span> }.into_any()
            }}</td>
            <td>{allows(to.allows)}</td>
            <td lang=in_english()>{to.carries}</td>
            <td>
                {to.setting.map(|setting| view! { <code>{setting}</code><br /> })}
                {by}
                {to.agreement.map(|agreement| view! { <br />{fill(pa().under, &[("agreement", &agreement)])} })}
            </td>
        </tr>
    }
}
