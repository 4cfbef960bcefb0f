//! A plugin in the list of all.

use api_types::{AdminPlugin, PluginState};
use leptos::prelude::*;

use super::{
    board::{self, Board},
    figures,
};
use crate::{
    route::{Admin, Route},
    texts::{fill, in_english, pl},
    ui::{icon::Icon, switch::Switch},
};

#[component]
pub fn Row(board: Board, first: AdminPlugin) -> impl IntoView {
    let (id, title) = (first.id.clone(), first.title.clone());
    let href = Route::Admin(Admin::Plugins(Some(id.clone()))).hash();
    let plugin = board.follow(first);
    let state = Memo::new(move |_| plugin.with(|plugin| plugin.state));
    let turn = {
        let (id, title) = (id.clone(), title.clone());
        Callback::new(move |enabled| board.switch(&id, None, &title, enabled))
    };
    view! {
        <li class="va-plugin">
            <div class="va-plugin-text">
                <h3><a href=href.clone()>{title.clone()}</a></h3>
                <p class="va-quiet">{move || plugin.with(facts)}</p>
                <p lang=in_english()>{move || plugin.with(|plugin| plugin.purpose.clone())}</p>
                <p class="va-quiet">{move || plugin.with(figures::line)}</p>
                {move || plugin.with(|plugin| plugin.reason.clone()).map(|reason| view! {
                    <p class="va-reason" lang=in_english()>{reason}</p>
                })}
                {
                    let href = href.clone();
                    move || plugin.with(waits).map(|text| view! {
                        <p class="va-plugin-waits"><Icon name="question" /><span>{text}" "<a href=href.clone()>{pl().read_and_decide}</a></span></p>
                    })
                }
            </div>
            <div class="va-plugin-state">
                <StateShown state />
                {
                    let title = title.clone();
                    move || (state.get() != PluginState::Waiting).then(|| view! {
                        <Switch
                            id=format!("va-plugin-{id}-switch")
                            label=title.clone()
                            on=Signal::derive(move || board::is_on(state.get()))
                            turn
                        />
                    })
                }
            </div>
        </li>
    }
}

#[component]
pub fn StateShown(#[prop(into)] state: Signal<PluginState>) -> impl IntoView {
    view! {
        <span
            class="va-status"
            class:good=move || state.get() == PluginState::Running
            class:bad=move || state.get() == PluginState::Refused
        >
            {move || view! { <Icon name=match state.get() {
                PluginState::Running => "check",
                PluginState::Off => "stop",
                PluginState::Waiting => "question",
                PluginState::Refused => "warning",
            } /> }}
            {move || board::state(state.get())}
        </span>
    }
}

fn facts(plugin: &AdminPlugin) -> String {
    let mut parts = vec![
        board::kind(&plugin.world).to_owned(),
        fill(pl().version_number, &[("version", &plugin.version)]),
        fill(pl().by_publisher, &[("publisher", &plugin.publisher)]),
    ];
    if plugin.bundled {
        parts.push(pl().bundled.to_owned());
    }
    parts.join(" \u{b7} ")
}

/// What a person has to decide about it.
pub fn waits(plugin: &AdminPlugin) -> Option<String> {
    match &plugin.upgrade {
        Some(upgrade) => Some(fill(pl().upgrade_waits, &[("version", &upgrade.version)])),
        None => (plugin.state == PluginState::Waiting).then(|| pl().first_waits.to_owned()),
    }
}
