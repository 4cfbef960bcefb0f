//! Header, navigation, the page of the route, and the open document beside it.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};

use super::{account::Account, navigation::Navigation};
use crate::{
    admin::{audit::page::AuditPage, page::AdminPage, plugins::page::PluginsPage, retention::RetentionPage, users::page::UsersPage},
    base,
    calculate::page::CalculatorsPage,
    chat::{page::ChatPage, scope},
    documents::{drop::DropAnywhere, page::DocumentsPage},
    dom,
    route::{Admin, Route},
    security::page::SecurityPage,
    state::app,
    texts::{au, pl, re, se, t, tl},
    tools::page::ToolsPage,
    ui::icon::Icon,
    viewer::panel::Viewer,
};

/// Below this the document covers the answer and the navigation slides in.
const NARROW: &str = "(max-width: 800px)";

#[component]
pub fn Frame() -> impl IntoView {
    let app = app();
    spawn_local(app.load_status());
    spawn_local(app.load_conversations());
    scope::from_address();
    let narrow = follow_width();
    let viewer_open = Memo::new(move |_| app.viewer.with(Option::is_some));
    let covered = move || narrow.get() && (viewer_open.get() || app.nav_open.get());
    // A new page begins at its top, with the navigation out of the way.
    Effect::new(move |before: Option<Route>| {
        let route = app.route.get();
        if before.is_some_and(|before| before != route) {
            app.nav_open.set(false);
            if std::mem::discriminant(&route) != std::mem::discriminant(&Route::Chat(None)) {
                app.viewer.set(None);
                // What had the focus may be gone, and a listener hears where this is.
                dom::focus_soon("app-content");
            }
        }
        route
    });
    Effect::new(move |_| {
        let page = match app.route.get() {
            Route::Chat(_) => return document().set_title(t().product),
            Route::Documents => t().documents,
            Route::Calculators(_) => t().calculators,
            Route::Tools(_) => tl().tools,
            Route::Admin(Admin::Plugins(_)) => pl().plugins,
            Route::Admin(Admin::Audit) => au().audit,
            Route::Security => se().security,
            Route::Admin(Admin::Users) => se().users,
            Route::Admin(Admin::Retention) => re().retention,
            Route::Admin(Admin::Overview) => t().admin,
        };
        document().set_title(&format!("{page} \u{2013} {}", t().product));
    });
    let behind = move || narrow.get() && viewer_open.get();
    // Nextcloud's page may have put its own main around this one.
    let role = (!dom::within("main, [role=main]")).then_some("main");
    view! {
        <a class="va-skip" href="#app-content" on:click=move |event| {
            event.prevent_default();
            dom::focus("app-content");
        }>{t().skip_to_content}</a>
        {if base::embedded() {
            view! { <div class="va-header within" inert=behind><Head /></div> }.into_any()
        } else {
            view! { <header class="va-header" inert=behind><Head /></header> }.into_any()
        }}
        <div class="va-body" class:with-viewer=move || viewer_open.get()>
            <Navigation hidden=Signal::derive(move || narrow.get() && !app.nav_open.get()) />
            <div id="app-content" role=role tabindex="-1" inert=covered>
                {move || match app.route.get() {
                    Route::Chat(_) => view! { <ChatPage /> }.into_any(),
                    Route::Documents => view! { <DocumentsPage /> }.into_any(),
                    Route::Calculators(_) => view! { <CalculatorsPage /> }.into_any(),
                    Route::Tools(_) => view! { <ToolsPage /> }.into_any(),
                    Route::Admin(Admin::Plugins(_)) => view! { <PluginsPage /> }.into_any(),
                    Route::Admin(Admin::Audit) => view! { <AuditPage /> }.into_any(),
                    Route::Security => view! { <SecurityPage /> }.into_any(),
                    Route::Admin(Admin::Users) => view! { <UsersPage /> }.into_any(),
                    Route::Admin(Admin::Retention) => view! { <RetentionPage /> }.into_any(),
                    Route::Admin(Admin::Overview) => view! { <AdminPage /> }.into_any(),
                }}
            </div>
            <Viewer narrow />
        </div>
        {move || app.can_ask().then(|| view! { <DropAnywhere /> })}
    }
}

/// Where this is, and who is here.
#[component]
fn Head() -> impl IntoView {
    let app = app();
    view! {
        <button
            id="va-menu"
            class="va-icon-button va-menu"
            aria-label=t().menu
            aria-expanded=move || app.nav_open.get().to_string()
            aria-controls="app-navigation"
            on:click=move |_| app.nav_open.update(|open| *open = !*open)
        >
            <Icon name="menu" />
        </button>
        <a class="va-brand" href="#/chat">
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4h16v12H11l-5 4v-4H4zM11 7v2H9v2h2v2h2v-2h2V9h-2V7z" fill="currentColor" fill-rule="evenodd" /></svg>
            <span>{t().product}</span>
        </a>
        {move || app.status.with(|s| s.as_ref().is_some_and(|s| s.demo)).then(|| view! {
            <span class="va-demo" title=t().demo_explained>{t().demo}</span>
        })}
        <Account />
    }
}

fn follow_width() -> RwSignal<bool> {
    let narrow = RwSignal::new(dom::matches(NARROW));
    let listener = Closure::<dyn Fn()>::new(move || {
        let now = dom::matches(NARROW);
        if narrow.try_get_untracked().is_some_and(|before| before != now) {
            narrow.set(now);
        }
    });
    if let Ok(Some(list)) = window().match_media(NARROW) {
        let _ = list.add_listener_with_opt_callback(Some(listener.as_ref().unchecked_ref()));
    }
    listener.forget();
    narrow
}
