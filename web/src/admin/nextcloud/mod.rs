//! The installation inside Nextcloud: does every hop work, who may do what, what is read.

mod address_rules;
mod checks;
mod hops;
pub mod roles;
mod rules;

use api_types::{NextcloudAdmin, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    texts::{fill, nc, pa, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn NextcloudPage() -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<NextcloudAdmin, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get("admin/nextcloud").await));
        });
    };
    load();
    let again = Callback::new(move |()| {
        loaded.set(None);
        load();
    });
    view! {
        <div class="va-page">
            <h1>{pa().nextcloud}</h1>
            <section class="va-nextcloud" aria-labelledby="va-nextcloud">
            <h2 id="va-nextcloud" tabindex="-1">{nc().nextcloud}</h2>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading" role="status">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=again /> }.into_any(),
                Some(Ok(now)) => view! { <Loaded now again /> }.into_any(),
            }}
            </section>
        </div>
    }
}

#[component]
fn Loaded(now: NextcloudAdmin, again: Callback<()>) -> impl IntoView {
    let place = match &now.version {
        Some(version) => fill(nc().nextcloud_at, &[("version", version), ("url", &now.url)]),
        None => fill(nc().nextcloud_unknown, &[("url", &now.url)]),
    };
    let way = if now.harp { nc().through_harp } else { nc().through_php };
    view! {
        {now.no_patient_data_yet.then(|| view! {
            <div class="va-note warn">
                <Icon name="warning" />
                <div><strong>{nc().no_patients_yet}</strong><p>{nc().no_patients_yet_detail}</p></div>
            </div>
        })}
        <p>{place}". "{fill(nc().proven_on, &[("tested", &now.tested)])}" "{way}</p>
        <checks::Checks checks=now.checks again />
        <roles::Roles mapping=now.roles />
        <rules::Rules rules=now.rules />
        <address_rules::Declaration declared=now.address_rules />
    }
}
