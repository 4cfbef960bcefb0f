//! What a plugin may do: in words, and permission by permission.

use api_types::{AdminPlugin, PluginGrant, PluginState};
use leptos::prelude::*;

use super::{
    board::{Board, path},
    consent::{request, words},
};
use crate::{
    api,
    texts::{fill, in_english, pl, t},
    ui::icon::Icon,
};

#[component]
pub fn May(plugin: Memo<AdminPlugin>) -> impl IntoView {
    let shown = Memo::new(move |_| plugin.with(|plugin| (plugin.state, plugin.consent.clone())));
    view! {
        <section aria-labelledby="va-plugin-may">
            <h2 id="va-plugin-may">
                {move || if shown.with(|(state, _)| *state == PluginState::Waiting) { pl().would_do } else { pl().may_do }}
            </h2>
            {move || {
                let (_, sentences) = shown.get();
                view! {
                    <ul class="va-plain-list" lang=in_english()>
                        {sentences.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                    </ul>
                }
            }}
        </section>
    }
}

#[component]
pub fn Grants(board: Board, plugin: Memo<AdminPlugin>) -> impl IntoView {
    let shown = Memo::new(move |_| {
        plugin.with(|plugin| {
            let decided = plugin.state != PluginState::Waiting && !plugin.grants.is_empty();
            decided.then(|| plugin.grants.clone())
        })
    });
    move || {
        shown.get().map(|grants| {
            view! {
                <section aria-labelledby="va-plugin-grants">
                    <h2 id="va-plugin-grants">{pl().grants}</h2>
                    <p class="va-intro">{pl().grants_intro}</p>
                    <ul class="va-endpoints">
                        {grants.into_iter().map(|grant| view! { <Grant board plugin grant /> }).collect_view()}
                    </ul>
                </section>
            }
        })
    }
}

#[component]
fn Grant(board: Board, plugin: Memo<AdminPlugin>, grant: PluginGrant) -> impl IntoView {
    let (words, name) = words(&grant);
    let (label, done) = if grant.granted {
        (pl().revoke, pl().revoked)
    } else {
        (pl().allow, pl().granted)
    };
    let spoken = format!("{label}: {words} ({name})");
    let done = fill(done, &[("title", grant.title.trim_start_matches("https://"))]);
    let id = format!("va-grant-{:?}-{name}", grant.kind);
    let granted = grant.granted;
    let act = move |_| {
        let (path, request) = plugin.with_untracked(|plugin| {
            let kept = plugin.grants.iter().filter(|one| {
                let this = (one.kind, &one.name) == (grant.kind, &grant.name);
                if this { !grant.granted } else { one.granted }
            });
            (path(&plugin.id, "/grants"), request(&plugin.digest, kept))
        });
        board.change(async move { api::set(&path, &request).await }, done.clone());
    };
    view! {
        <li>
            <div>
                <strong>{words}</strong>
                <p class="va-quiet"><code>{name}</code></p>
            </div>
            <div class="va-grant-state">
                {if granted {
                    view! { <span class="va-status good"><Icon name="check" />{pl().is_granted}</span> }.into_any()
                } else {
                    view! { <span class="va-status"><Icon name="stop" />{pl().not_granted}</span> }.into_any()
                }}
                <button id=id class="va-button" aria-label=spoken on:click=act>{label}</button>
            </div>
        </li>
    }
}

/// Who made it and what exactly is installed.
#[component]
pub fn Origin(plugin: Memo<AdminPlugin>) -> impl IntoView {
    let facts = Memo::new(move |_| {
        plugin.with(|plugin| {
            [
                plugin.publisher.clone(),
                plugin.fingerprint.clone(),
                plugin.digest.clone(),
                plugin.licence.clone(),
                (if plugin.bundled { t().yes } else { t().no }).to_owned(),
            ]
        })
    });
    view! {
        <section aria-labelledby="va-plugin-origin">
            <h2 id="va-plugin-origin">{pl().origin}</h2>
            <dl class="va-facts">
                {move || {
                    let [publisher, fingerprint, digest, licence, bundled] = facts.get();
                    view! {
                        <div><dt>{pl().publisher}</dt><dd>{publisher}</dd></div>
                        <div><dt>{pl().fingerprint}</dt><dd><code class="va-fingerprint">{fingerprint}</code></dd></div>
                        <div><dt>{pl().digest}</dt><dd><code>{digest}</code></dd></div>
                        <div><dt>{pl().licence}</dt><dd>{licence}</dd></div>
                        <div><dt>{pl().bundled}</dt><dd>{bundled}</dd></div>
                    }
                }}
            </dl>
        </section>
    }
}
