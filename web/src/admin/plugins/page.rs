//! All plugins, or one of them.

use api_types::{ProblemBody, Role};
use leptos::prelude::*;

use super::{board::Board, detail::Detail, install::Install, publishers::Publishers, row::Row};
use crate::{
    route::{Admin, Route},
    state::app,
    texts::{fill, pl, t},
    ui::{icon::Icon, problem::Problem},
};

#[derive(Clone, PartialEq)]
enum Shown {
    Loading,
    Failed(ProblemBody),
    All,
    One(String),
    Missing(String),
}

#[component]
pub fn PluginsPage() -> impl IntoView {
    let app = app();
    let allowed = app.user().is_some_and(|info| info.user.role == Role::Admin);
    if !allowed {
        return view! { <div class="va-page"><h1>{pl().plugins}</h1><p>{t().admins_only}</p></div> }.into_any();
    }
    let board = Board::open();
    let shown = Memo::new(move |_| {
        let Route::Admin(Admin::Plugins(id)) = app.route.get() else {
            return Shown::Loading;
        };
        match (board.loaded.get(), id) {
            (None, _) => Shown::Loading,
            (Some(Err(problem)), _) => Shown::Failed(problem),
            (Some(Ok(_)), None) => Shown::All,
            (Some(Ok(all)), Some(id)) if all.plugins.iter().any(|plugin| plugin.id == id) => Shown::One(id),
            (Some(Ok(_)), Some(id)) => Shown::Missing(id),
        }
    });
    view! {
        <div class="va-page va-plugins">
            {move || match shown.get() {
                Shown::Loading => view! { <h1>{pl().plugins}</h1><p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Shown::Failed(problem) => view! {
                    <h1>{pl().plugins}</h1>
                    <Problem problem retry=Callback::new(move |()| board.load()) />
                }.into_any(),
                Shown::All => view! { <All board /> }.into_any(),
                Shown::One(id) => match board.find_untracked(&id) {
                    Some(first) => view! { <Detail board first /> }.into_any(),
                    None => view! { <Missing id /> }.into_any(),
                },
                Shown::Missing(id) => view! { <Missing id /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Missing(id: String) -> impl IntoView {
    view! {
        <a class="va-back" href="#/admin/plugins"><Icon name="back" />{pl().all_plugins}</a>
        <h1>{pl().plugins}</h1>
        <p>{fill(pl().no_such_plugin, &[("id", &id)])}</p>
    }
}

#[component]
fn All(board: Board) -> impl IntoView {
    let ids = Memo::new(move |_| {
        board.loaded.with(|loaded| match loaded {
            Some(Ok(all)) => all.plugins.iter().map(|plugin| plugin.id.clone()).collect(),
            _ => Vec::new(),
        })
    });
    view! {
        <div class="va-page-head">
            <h1>{pl().plugins}</h1>
            <button id="va-plugins-refresh" class="va-button quiet" on:click=move |_| board.load()>
                <Icon name="refresh" />{t().refresh}
            </button>
        </div>
        <p class="va-intro">{pl().plugins_intro}</p>
        <Install board />
        <section aria-labelledby="va-installed">
            <h2 id="va-installed">{pl().installed}</h2>
            {move || ids.with(Vec::is_empty).then(|| view! {
                <p class="va-no-data"><Icon name="plugin" /><span><strong>{t().no_data}</strong>" "{pl().none_installed}</span></p>
            })}
            <ul class="va-plugin-list">
                <For each=move || ids.get() key=|id| id.clone() let(id)>
                    {board.find_untracked(&id).map(|first| view! { <Row board first /> })}
                </For>
            </ul>
        </section>
        <Publishers board />
    }
}
