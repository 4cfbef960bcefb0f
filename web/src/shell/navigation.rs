//! The way around: conversations first, then the pages.

use api_types::Role;
use leptos::prelude::*;

use super::conversations::Conversations;
use crate::{
    dom,
    route::{self, Admin, Route},
    state::app,
    texts::{t, tl},
    ui::icon::Icon,
};

#[component]
pub fn Navigation(hidden: Signal<bool>) -> impl IntoView {
    let app = app();
    let is_admin = move || app.user().is_some_and(|info| info.user.role == Role::Admin);
    let new = move |_| {
        route::go(&Route::Chat(None));
        app.nav_open.set(false);
        dom::focus_soon("va-question");
    };
    view! {
        <nav
            id="app-navigation"
            // Nextcloud puts a style of its own on a navigation of this name that is not one of its Vue ones.
            class="va-navigation vue"
            class:open=move || app.nav_open.get()
            inert=move || hidden.get()
            aria-label=t().navigation
            on:keydown=move |event| if event.key() == "Escape" && app.nav_open.get_untracked() {
                app.nav_open.set(false);
                dom::focus_soon("va-menu");
            }
        >
            <button class="va-button primary wide" on:click=new>
                <Icon name="add" />
                {t().new_conversation}
            </button>
            <Conversations />
            <ul class="va-pages">
                <Page icon="document" label=t().documents to=Route::Documents />
                <Page icon="calculator" label=t().calculators to=Route::Calculators(None) />
                <Page icon="tool" label=tl().tools to=Route::Tools(None) />
                {move || is_admin().then(|| view! { <Page icon="admin" label=t().admin to=Route::Admin(Admin::Overview) /> })}
            </ul>
        </nav>
    }
}

#[component]
fn Page(icon: &'static str, label: &'static str, to: Route) -> impl IntoView {
    let app = app();
    let href = to.hash();
    let here = move || std::mem::discriminant(&app.route.get()) == std::mem::discriminant(&to);
    view! {
        <li>
            <a href=href aria-current=move || here().then_some("page")>
                <Icon name=icon />
                {label}
            </a>
        </li>
    }
}
