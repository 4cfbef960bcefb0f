//! Secrets that the server adds to a plugin's requests. They go in here and never come out again.

use api_types::{AdminPlugin, PluginGrant, PluginGrantKind, SetPluginSecret};
use leptos::prelude::*;

use super::board::{Board, path};
use crate::{
    api,
    texts::{fill, pl, t},
    ui::icon::Icon,
};

#[component]
pub fn Secrets(board: Board, plugin: Memo<AdminPlugin>) -> impl IntoView {
    let handles = Memo::new(move |_| {
        plugin.with(|plugin| {
            let granted = plugin
                .grants
                .iter()
                .filter(|grant| grant.kind == PluginGrantKind::Credential && grant.granted);
            granted.cloned().collect::<Vec<_>>()
        })
    });
    move || {
        let handles = handles.get();
        (!handles.is_empty()).then(|| {
            view! {
                <section aria-labelledby="va-plugin-secrets">
                    <h2 id="va-plugin-secrets">{pl().secrets}</h2>
                    <p class="va-intro">{pl().secrets_intro}</p>
                    <ul class="va-entries">
                        {handles.into_iter().map(|grant| view! { <Secret board plugin grant /> }).collect_view()}
                    </ul>
                </section>
            }
        })
    }
}

#[component]
fn Secret(board: Board, plugin: Memo<AdminPlugin>, grant: PluginGrant) -> impl IntoView {
    let id = format!("va-secret-{}", grant.name);
    let state = format!("{id}-state");
    let typed = RwSignal::new(String::new());
    let set = grant.set == Some(true);
    let enter = {
        let (name, title) = (grant.name.clone(), grant.title.clone());
        move |secret: String, done: &str| {
            let rest = format!("/credentials/{}", api::query(&name));
            let path = plugin.with_untracked(|plugin| path(&plugin.id, &rest));
            let request = SetPluginSecret { secret };
            let done = fill(done, &[("title", &title)]);
            board.change(async move { api::set(&path, &request).await }, done);
        }
    };
    let save = {
        let enter = enter.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let secret = typed.get_untracked();
            typed.set(String::new());
            if !secret.trim().is_empty() {
                enter(secret, pl().secret_saved);
            }
        }
    };
    let remove = move |_| enter(String::new(), pl().secret_removed);
    view! {
        <li>
            <form class="va-entry" on:submit=save>
                <div class="va-entry-head">
                    <label for=id.clone()>{grant.title.clone()}</label>
                    <span id=state.clone() class="va-status" class:good=set>
                        <Icon name=if set { "check" } else { "minus" } />
                        {if set { pl().secret_set } else { pl().secret_not_set }}
                    </span>
                </div>
                <div class="va-row">
                    <input
                        id=id.clone()
                        type="password"
                        autocomplete="new-password"
                        spellcheck="false"
                        aria-describedby=state
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <button id=format!("{id}-save") type="submit" class="va-button"
                        aria-label=format!("{}: {}", t().save, grant.title)>{t().save}</button>
                    {set.then(|| view! {
                        <button id=format!("{id}-remove") type="button" class="va-button quiet"
                            aria-label=format!("{}: {}", pl().remove, grant.title) on:click=remove>{pl().remove}</button>
                    })}
                </div>
            </form>
        </li>
    }
}
