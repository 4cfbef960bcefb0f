//! Which models may answer. Nothing remote is on until it is switched on here.

use api_types::{EndpointKind, ModelEndpoint, ModelEndpointList, ProblemBody, SwitchEndpoint};
use leptos::{prelude::*, task::spawn_local};

use super::handling::{Handling, Try};
use crate::{
    api,
    state::app,
    texts::{fill, in_english, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn ModelsPage() -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<ModelEndpointList, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get("admin/endpoints").await));
        });
    };
    load();
    view! {
        <div class="va-page">
            <h1>{t().models}</h1>
            <p class="va-intro">{t().models_intro}</p>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(list)) => view! {
                    <ul class="va-endpoints">
                        {list.endpoints.into_iter().map(|endpoint| view! { <Row endpoint changed=Callback::new(move |()| load()) /> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Row(endpoint: ModelEndpoint, changed: Callback<()>) -> impl IntoView {
    let app = app();
    let place = match (&endpoint.base_url, endpoint.built_in, endpoint.local) {
        (_, true, _) => t().built_in.to_owned(),
        (Some(url), _, true) => fill(t().local_endpoint, &[("url", url)]),
        (Some(url), _, false) => {
            let text = match endpoint.kind {
                EndpointKind::Answers => t().remote_endpoint,
                EndpointKind::SpeechToText => t().hearing_endpoint,
                EndpointKind::TextToSpeech => t().speaking_endpoint,
            };
            fill(text, &[("url", url)])
        }
        (None, ..) => String::new(),
    };
    let (id, enabled, title) = (endpoint.id.clone(), endpoint.enabled, endpoint.title.clone());
    let switch = move |_| {
        let path = format!("admin/endpoints/{}", api::query(&id));
        let title = title.clone();
        let turned = SwitchEndpoint {
            enabled: !enabled,
            phi_handling: None,
            agreement: None,
        };
        spawn_local(async move {
            match api::put::<_, ModelEndpointList>(&path, &turned).await {
                Ok(_) => {
                    let text = if enabled { t().switched_off } else { t().switched_on };
                    app.toast(fill(text, &[("title", &title)]));
                }
                Err(problem) => app.fail(&problem),
            }
            // The page may have been left meanwhile.
            changed.try_run(());
            app.load_status().await;
        });
    };
    view! {
        <li>
            <div>
                <strong>{endpoint.title.clone()}</strong>
                <p class="va-quiet">{(!endpoint.local && !endpoint.built_in).then(|| view! { <Icon name="warning" /> })}{place}</p>
                {endpoint.blocked.clone().map(|reason| view! { <p class="va-note warn" lang=in_english()>{reason}</p> })}
                {(!endpoint.local && !endpoint.built_in).then(|| view! { <Handling endpoint=endpoint.clone() changed /> })}
                {(!endpoint.built_in).then(|| view! { <Try id=endpoint.id.clone() title=endpoint.title.clone() /> })}
            </div>
            {if endpoint.built_in {
                view! { <span class="va-status good"><Icon name="check" />{t().always_on}</span> }.into_any()
            } else {
                view! {
                    <button class="va-switch" role="switch" aria-checked=enabled.to_string() aria-label=endpoint.title on:click=switch>
                        <span class="va-knob" aria-hidden="true"></span>
                        <span>{if enabled { t().on } else { t().off }}</span>
                    </button>
                }.into_any()
            }}
        </li>
    }
}
