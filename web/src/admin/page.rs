//! The admin page.

use api_types::Role;
use leptos::prelude::*;

use super::{
    contexts::Contexts, egress::Egress, endpoints::Endpoints, installation::Installation, nextcloud::NextcloudSection,
};
use crate::{
    state::app,
    texts::{au, pl, re, se, t},
    ui::icon::Icon,
};

#[component]
pub fn AdminPage() -> impl IntoView {
    let allowed = app().user().is_some_and(|info| info.user.role == Role::Admin);
    if !allowed {
        return view! { <div class="va-page"><h1>{t().admin}</h1><p>{t().admins_only}</p></div> }.into_any();
    }
    view! {
        <div class="va-page">
            <h1>{t().admin}</h1>
            {app().in_nextcloud().then(|| view! { <NextcloudSection /> })}
            <section aria-labelledby="va-admin-plugins">
                <h2 id="va-admin-plugins">{pl().plugins}</h2>
                <p class="va-intro">{pl().plugins_intro}</p>
                <p><a class="va-button" href="#/admin/plugins"><Icon name="plugin" />{pl().manage_plugins}</a></p>
            </section>
            <Contexts />
            <section aria-labelledby="va-admin-audit">
                <h2 id="va-admin-audit">{au().audit}</h2>
                <p class="va-intro">{au().audit_intro}</p>
                <p><a class="va-button" href="#/admin/audit"><Icon name="shield" />{au().open_audit}</a></p>
            </section>
            <section aria-labelledby="va-admin-retention">
                <h2 id="va-admin-retention">{re().retention}</h2>
                <p class="va-intro">{re().retention_intro}</p>
                <p><a class="va-button" href="#/admin/retention"><Icon name="document" />{re().open_retention}</a></p>
            </section>
            <section aria-labelledby="va-admin-users">
                <h2 id="va-admin-users">{se().users}</h2>
                <p class="va-intro">{se().users_intro}</p>
                <p><a class="va-button" href="#/admin/users"><Icon name="user" />{se().manage_users}</a></p>
            </section>
            <Endpoints />
            <Egress />
            <Installation />
        </div>
    }
    .into_any()
}
