//! The admin page.

use api_types::Role;
use leptos::prelude::*;

use super::{egress::Egress, endpoints::Endpoints, installation::Installation, nextcloud::NextcloudSection};
use crate::{state::app, texts::t};

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
            <Endpoints />
            <Egress />
            <Installation />
        </div>
    }
    .into_any()
}
