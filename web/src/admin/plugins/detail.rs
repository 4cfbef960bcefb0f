//! One plugin: what it is, what it may do, what it did, and how to stop it.

use api_types::{AdminPlugin, PluginState};
use leptos::{prelude::*, task::spawn_local};

use super::{
    board::{self, Board, path},
    calls::Calls,
    consent::{Consent, Offer},
    figures::Figures,
    grants::{Grants, May, Origin},
    guideline::Guideline,
    parts::Parts,
    row::{StateShown, waits},
    secrets::Secrets,
    settings::Settings,
};
use crate::{
    api,
    route::{self, Admin, Route},
    state::app,
    texts::{fill, in_english, pl},
    ui::{confirm::Confirm, icon::Icon, switch::Switch},
};

#[component]
pub fn Detail(board: Board, first: AdminPlugin) -> impl IntoView {
    let (id, title) = (first.id.clone(), first.title.clone());
    let since = board.loaded.with_untracked(|loaded| match loaded {
        Some(Ok(all)) => all.since,
        _ => 0,
    });
    let plugin = board.follow(first);
    let state = Memo::new(move |_| plugin.with(|plugin| plugin.state));
    let turn = {
        let (id, title) = (id.clone(), title.clone());
        Callback::new(move |enabled| board.switch(&id, None, &title, enabled))
    };
    let facts = move || {
        plugin.with(|plugin| {
            let version = fill(pl().version_number, &[("version", &plugin.version)]);
            format!("{} \u{b7} {version}", board::kind(&plugin.world))
        })
    };
    view! {
        <a class="va-back" href="#/admin/plugins"><Icon name="back" />{pl().all_plugins}</a>
        <div class="va-page-head">
            <div>
                <h1>{move || plugin.with(|plugin| plugin.title.clone())}</h1>
                <p class="va-quiet">{facts}</p>
            </div>
            <div class="va-plugin-state">
                <StateShown state />
                {move || (state.get() != PluginState::Waiting).then(|| view! {
                    <Switch
                        id="va-plugin-switch".to_owned()
                        label=title.clone()
                        on=Signal::derive(move || board::is_on(state.get()))
                        turn
                    />
                })}
            </div>
        </div>
        <p lang=in_english()>{move || plugin.with(|plugin| plugin.purpose.clone())}</p>
        {move || plugin.with(|plugin| plugin.reason.clone()).map(|reason| view! {
            <p class="va-reason" lang=in_english()>{reason}</p>
        })}
        <Decide board plugin />
        <May plugin />
        <Grants board plugin />
        <Secrets board plugin />
        <Settings board plugin />
        <Parts board plugin />
        <Guideline plugin />
        <Figures plugin since />
        <Calls board plugin=id />
        <Origin plugin />
        <Ends board plugin />
    }
}

/// A version that waits, and the way to its consent.
#[component]
fn Decide(board: Board, plugin: Memo<AdminPlugin>) -> impl IntoView {
    let offer = Memo::new(move |_| plugin.with(|plugin| Offer::of(plugin).zip(waits(plugin))));
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    move || {
        offer.get().map(|(offer, text)| {
            view! {
                <div class="va-note warn va-decide">
                    <Icon name="question" />
                    <div>
                        <strong>{text}</strong>
                        <p>{pl().nothing_until_decided}</p>
                        <button id="va-plugin-decide" class="va-button primary" on:click=move |_| open.set(true)>
                            {pl().read_and_decide}
                        </button>
                    </div>
                </div>
                <Consent board plugin offer open close />
            }
        })
    }
}

/// One step back, and away with it.
#[component]
fn Ends(board: Board, plugin: Memo<AdminPlugin>) -> impl IntoView {
    let (id, title, bundled) =
        plugin.with_untracked(|plugin| (plugin.id.clone(), plugin.title.clone(), plugin.bundled));
    let previous = Memo::new(move |_| plugin.with(|plugin| plugin.previous.clone()));
    let asked = RwSignal::new(false);
    let question = {
        let title = title.clone();
        Signal::derive(move || asked.get().then(|| fill(pl().remove_question, &[("title", &title)])))
    };
    let back = {
        let id = id.clone();
        move |version: String| {
            let path = path(&id, "/rollback");
            let done = fill(pl().rolled_back, &[("version", &version)]);
            board.change(async move { api::tell("POST", &path).await }, done);
        }
    };
    let remove = Callback::new(move |()| {
        asked.set(false);
        let (path, title) = (path(&id, ""), title.clone());
        spawn_local(async move {
            match api::tell("DELETE", &path).await {
                Ok(()) => {
                    app().toast(fill(pl().removed, &[("title", &title)]));
                    route::go(&Route::Admin(Admin::Plugins(None)));
                }
                Err(problem) => app().fail(&problem),
            }
            board.load();
        });
    });
    view! {
        <section aria-labelledby="va-plugin-ends">
            <h2 id="va-plugin-ends">{pl().ends}</h2>
            <p class="va-intro">{move || match previous.get() {
                Some(version) => fill(pl().previous_is, &[("version", &version)]),
                None => pl().no_previous.to_owned(),
            }}</p>
            {bundled.then(|| view! { <p class="va-intro">{pl().bundled_stays}</p> })}
            <div class="va-row">
                {move || previous.get().map(|version| {
                    let back = back.clone();
                    let label = fill(pl().step_back, &[("version", &version)]);
                    view! { <button id="va-plugin-back" class="va-button" on:click=move |_| back(version.clone())>{label}</button> }
                })}
                {(!bundled).then(|| view! {
                    <button id="va-plugin-remove" class="va-button" on:click=move |_| asked.set(true)>
                        <Icon name="delete" />{pl().remove_plugin}
                    </button>
                })}
            </div>
            <Confirm
                question
                detail=Signal::derive(|| pl().remove_detail.to_owned())
                action=pl().remove_plugin
                on_yes=remove
                on_no=Callback::new(move |()| asked.set(false))
            />
        </section>
    }
}
