//! What a plugin lets an administrator set, its folders included.

use api_types::{AdminPlugin, PluginSetting, SetPluginSetting};
use leptos::prelude::*;

use super::board::{Board, path};
use crate::{
    api,
    texts::{fill, pl, t},
};

#[component]
pub fn Settings(board: Board, plugin: Memo<AdminPlugin>) -> impl IntoView {
    let settings = Memo::new(move |_| plugin.with(|plugin| plugin.settings.clone()));
    move || {
        let settings = settings.get();
        (!settings.is_empty()).then(|| {
            view! {
                <section aria-labelledby="va-plugin-settings">
                    <h2 id="va-plugin-settings">{pl().settings}</h2>
                    <ul class="va-entries">
                        {settings.into_iter().map(|setting| view! { <Setting board plugin setting /> }).collect_view()}
                    </ul>
                </section>
            }
        })
    }
}

#[component]
fn Setting(board: Board, plugin: Memo<AdminPlugin>, setting: PluginSetting) -> impl IntoView {
    let id = format!("va-setting-{}", setting.key);
    let typed = RwSignal::new(setting.value);
    let done = fill(pl().setting_saved, &[("title", &setting.title)]);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let rest = format!("/settings/{}", api::query(&setting.key));
        let path = plugin.with_untracked(|plugin| path(&plugin.id, &rest));
        let request = SetPluginSetting {
            value: typed.get_untracked(),
        };
        board.change(async move { api::set(&path, &request).await }, done.clone());
    };
    view! {
        <li>
            <form class="va-entry" on:submit=save>
                <label for=id.clone()>{setting.title.clone()}</label>
                <div class="va-row">
                    <input
                        id=id.clone()
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <button id=format!("{id}-save") type="submit" class="va-button"
                        aria-label=format!("{}: {}", t().save, setting.title)>{t().save}</button>
                </div>
            </form>
        </li>
    }
}
