//! The calculators and tools of a plugin, each with a switch of its own.

use api_types::AdminPlugin;
use leptos::prelude::*;

use super::board::Board;
use crate::{texts::pl, ui::switch::Switch};

#[component]
pub fn Parts(board: Board, plugin: Memo<AdminPlugin>) -> impl IntoView {
    let listed = Memo::new(move |_| {
        plugin.with(|plugin| {
            let parts = plugin.parts.iter().map(|part| (part.id.clone(), part.title.clone()));
            parts.collect::<Vec<_>>()
        })
    });
    let any = Memo::new(move |_| listed.with(|listed| !listed.is_empty()));
    move || {
        any.get().then(|| {
            view! {
                <section aria-labelledby="va-plugin-parts">
                    <h2 id="va-plugin-parts">{pl().parts}</h2>
                    <p class="va-intro">{pl().parts_intro}</p>
                    <ul class="va-parts">
                        <For each=move || listed.get() key=|part| part.clone() let((id, title))>
                            <Part board plugin id title />
                        </For>
                    </ul>
                </section>
            }
        })
    }
}

#[component]
fn Part(board: Board, plugin: Memo<AdminPlugin>, id: String, title: String) -> impl IntoView {
    let on = {
        let id = id.clone();
        Signal::derive(move || plugin.with(|plugin| plugin.parts.iter().any(|part| part.id == id && part.enabled)))
    };
    let switch_id = format!("va-part-{id}");
    let turn = {
        let title = title.clone();
        Callback::new(move |enabled| {
            let plugin = plugin.with_untracked(|plugin| plugin.id.clone());
            board.switch(&plugin, Some(id.clone()), &title, enabled);
        })
    };
    view! {
        <li>
            <span>{title.clone()}</span>
            <Switch id=switch_id label=title on turn />
        </li>
    }
}
