//! The administration as one place: a list of its pages beside the one that is open.

use api_types::Role;
use leptos::prelude::*;

use super::{
    audit::page::AuditPage, contexts::ContextsPage, conversations::ConversationsPage, egress::EgressAdminPage,
    endpoints::ModelsPage, health::HealthPage, indexing::IndexingPage, nextcloud::NextcloudPage,
    overview::OverviewPage, plugins::page::PluginsPage, retention::RetentionPage, users::page::UsersPage,
    voice::VoicePage,
};
use crate::{
    dom,
    route::{Admin, Route},
    state::app,
    texts::{au, ct, pa, pl, re, se, t, vo},
    ui::icon::Icon,
};

/// The name of a page.
pub fn title(page: &Admin) -> &'static str {
    match page {
        Admin::Overview => pa().overview,
        Admin::Conversations(_) => pa().conversations,
        Admin::Contexts => ct().contexts,
        Admin::Users => se().users,
        Admin::Models => t().models,
        Admin::Indexing => pa().indexing,
        Admin::Plugins(_) => pl().plugins,
        Admin::Audit(_) => au().audit,
        Admin::Egress(_) => pa().egress,
        Admin::Retention => re().retention,
        Admin::Health => pa().health,
        Admin::Voice => vo().admin_title,
        Admin::Nextcloud => pa().nextcloud,
    }
}

const PAGES: [(Admin, &str); 13] = [
    (Admin::Overview, "chart"),
    (Admin::Conversations(None), "chat"),
    (Admin::Contexts, "shield"),
    (Admin::Users, "user"),
    (Admin::Models, "action"),
    (Admin::Voice, "microphone"),
    (Admin::Indexing, "document"),
    (Admin::Plugins(None), "plugin"),
    (Admin::Egress(None), "upload"),
    (Admin::Audit(None), "mark"),
    (Admin::Retention, "delete"),
    (Admin::Health, "check"),
    (Admin::Nextcloud, "admin"),
];

#[component]
pub fn AdminFrame(page: Admin) -> impl IntoView {
    let allowed = app().user().is_some_and(|info| info.user.role == Role::Admin);
    if !allowed {
        return view! { <div class="va-page"><h1>{t().admin}</h1><p>{t().admins_only}</p></div> }.into_any();
    }
    view! {
        <div class="va-admin"><div class="va-admin-frame">
            <Pages here=page.clone() />
            {match page {
                Admin::Overview => view! { <OverviewPage /> }.into_any(),
                Admin::Conversations(preset) => view! { <ConversationsPage preset=preset.unwrap_or_default() /> }.into_any(),
                Admin::Contexts => view! { <ContextsPage /> }.into_any(),
                Admin::Users => view! { <UsersPage /> }.into_any(),
                Admin::Models => view! { <ModelsPage /> }.into_any(),
                Admin::Indexing => view! { <IndexingPage /> }.into_any(),
                Admin::Plugins(_) => view! { <PluginsPage /> }.into_any(),
                Admin::Audit(preset) => view! { <AuditPage preset=preset.unwrap_or_default() /> }.into_any(),
                Admin::Egress(preset) => view! { <EgressAdminPage preset=preset.unwrap_or_default() /> }.into_any(),
                Admin::Retention => view! { <RetentionPage /> }.into_any(),
                Admin::Health => view! { <HealthPage /> }.into_any(),
                Admin::Voice => view! { <VoicePage /> }.into_any(),
                Admin::Nextcloud => view! { <NextcloudPage /> }.into_any(),
            }}
        </div></div>
    }
    .into_any()
}

/// The list; where it is narrow, behind a button that names the page.
#[component]
fn Pages(here: Admin) -> impl IntoView {
    const BUTTON: &str = "va-admin-pages";
    let open = RwSignal::new(false);
    let in_nextcloud = app().in_nextcloud();
    let same = |a: &Admin, b: &Admin| std::mem::discriminant(a) == std::mem::discriminant(b);
    let name = title(&here);
    let pages = PAGES
        .into_iter()
        .filter(move |(page, _)| in_nextcloud || !same(page, &Admin::Nextcloud));
    view! {
        <nav class="va-admin-nav" aria-label=pa().pages on:keydown=move |event| if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            dom::focus_soon(BUTTON);
        }>
            <button
                id=BUTTON
                class="va-button wide"
                aria-expanded=move || open.get().to_string()
                aria-controls="va-admin-list"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon name="menu" />{name}<Icon name="down" />
            </button>
            <ul id="va-admin-list" class="va-pages" class:open=move || open.get()>
                {pages.map(|(page, icon)| {
                    let current = same(&page, &here).then_some("page");
                    let label = title(&page);
                    view! { <li><a href=Route::Admin(page).hash() aria-current=current><Icon name=icon />{label}</a></li> }
                }).collect_view()}
            </ul>
        </nav>
    }
}
