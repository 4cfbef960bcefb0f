//! The self-test: what the server tried, and what this browser tries.

use api_types::SelfCheck;
use leptos::{prelude::*, task::spawn_local};

use super::hops;
use crate::{
    texts::{in_english, nc},
    ui::icon::Icon,
};

#[component]
pub fn Checks(checks: Vec<SelfCheck>, again: Callback<()>) -> impl IntoView {
    let tried = RwSignal::new(None::<Vec<SelfCheck>>);
    spawn_local(async move {
        let _ = tried.try_set(Some(hops::try_all().await));
    });
    view! {
        <div class="va-page-head">
            <h3>{nc().checks}</h3>
            <button class="va-button quiet" on:click=move |_| again.run(())><Icon name="refresh" />{nc().check_again}</button>
        </div>
        <p class="va-intro">{nc().checks_intro}</p>
        <h4>{nc().from_server}</h4>
        <ul class="va-checks" lang=in_english()>
            {checks.into_iter().map(|check| view! { <Line check /> }).collect_view()}
        </ul>
        <h4>{nc().from_browser}</h4>
        <div role="status">
            {move || match tried.get() {
                None => view! { <p class="va-indexing-state"><span class="va-spinner" aria-hidden="true"></span>{nc().testing}</p> }.into_any(),
                Some(checks) => view! {
                    <ul class="va-checks">{checks.into_iter().map(|check| view! { <Line check /> }).collect_view()}</ul>
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Line(check: SelfCheck) -> impl IntoView {
    let (class, icon, word) = if check.ok {
        ("va-status good", "check", nc().passed)
    } else {
        ("va-status bad", "warning", nc().not_passed)
    };
    // Only the way through the web server is a matter of its configuration.
    let configuration = !check.ok && matches!(check.id.as_str(), "exapps" | "static" | "stream");
    let title = format!("va-check-{}-title", check.id);
    let snippet = title.clone();
    view! {
        <li id=format!("va-check-{}", check.id)>
            <span class=class><Icon name=icon /><span class="va-unseen">{word}</span></span>
            <div>
                <strong id=title>{check.title}</strong>
                <p class="va-quiet">{check.detail}</p>
                {check.fix.map(|fix| view! { <p><strong>{nc().how_to_fix}</strong>" "{fix}</p> })}
                {configuration.then(|| view! {
                    <div class="va-scroll" tabindex="0" role="region" aria-labelledby=snippet><pre class="va-snippet"><code>{hops::NGINX}</code></pre></div>
                })}
            </div>
        </li>
    }
}
