//! What a remote model is given of patient information, and a request about nobody to try a model with.

use api_types::{Agreement, EndpointKind, EndpointTest, ModelEndpoint, ModelEndpointList, PhiHandling, SwitchEndpoint};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    security::code::{Asked, helps},
    state::app,
    texts::{fill, in_english, t},
    ui::icon::Icon,
};

#[component]
pub fn Handling(endpoint: ModelEndpoint, changed: Callback<()>) -> impl IntoView {
    let app = app();
    let chosen = RwSignal::new(endpoint.phi_handling);
    let on_file = endpoint.agreement.clone();
    let reference = RwSignal::new(on_file.as_ref().map(|one| one.reference.clone()).unwrap_or_default());
    let agreed_on = RwSignal::new(on_file.map(|one| one.agreed_on).unwrap_or_default());
    let (id, enabled, title) = (endpoint.id, endpoint.enabled, endpoint.title);
    let is_sound = endpoint.kind != EndpointKind::Answers;
    let group = format!("va-handling-{id}");
    let (reference_id, day_id) = (format!("{group}-reference"), format!("{group}-day"));
    let choices = [
        (
            PhiHandling::NeverPhi,
            t().never_phi,
            if is_sound {
                t().never_sound_detail
            } else {
                t().never_phi_detail
            },
        ),
        (
            PhiHandling::RedactAndRestore,
            t().redact_and_restore,
            t().redact_and_restore_detail,
        ),
        (PhiHandling::PhiAllowed, t().phi_allowed, t().phi_allowed_detail),
    ];
    // Sound cannot be redacted.
    let choices = choices
        .into_iter()
        .filter(move |(value, ..)| !is_sound || *value != PhiHandling::RedactAndRestore);
    let asked = RwSignal::new(false);
    let send = Callback::new(move |()| {
        let agreement = Agreement {
            reference: reference.get_untracked(),
            agreed_on: agreed_on.get_untracked(),
        };
        let wanted = SwitchEndpoint {
            enabled,
            phi_handling: Some(chosen.get_untracked()),
            agreement: (chosen.get_untracked() == PhiHandling::PhiAllowed).then_some(agreement),
        };
        let (path, title) = (format!("admin/endpoints/{}", api::query(&id)), title.clone());
        spawn_local(async move {
            match api::put::<_, ModelEndpointList>(&path, &wanted).await {
                Ok(_) => {
                    app.toast(fill(t().handling_saved, &[("title", &title)]));
                    changed.try_run(());
                }
                Err(problem) if helps(&problem) => {
                    let _ = asked.try_set(true);
                }
                Err(problem) => app.fail(&problem),
            }
        });
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    view! {
        <form class="va-handling" on:submit=save>
            <fieldset class="va-choices">
                <legend>{t().patient_information}</legend>
                {choices.map(|(value, title, detail)| view! {
                    <label>
                        <input
                            type="radio"
                            name=group.clone()
                            prop:checked=move || chosen.get() == value
                            on:change=move |_| chosen.set(value)
                        />
                        <span><strong>{title}</strong><span class="va-quiet">{detail}</span></span>
                    </label>
                }).collect_view()}
            </fieldset>
            <div class="va-agreement" hidden=move || chosen.get() != PhiHandling::PhiAllowed>
                <div class="va-field">
                    <label for=reference_id.clone()>{t().agreement_reference}</label>
                    <input
                        id=reference_id
                        class="va-wide"
                        maxlength="200"
                        prop:value=move || reference.get()
                        required=move || chosen.get() == PhiHandling::PhiAllowed
                        on:input=move |event| reference.set(event_target_value(&event))
                    />
                </div>
                <div class="va-field">
                    <label for=day_id.clone()>{t().agreement_day}</label>
                    <input
                        id=day_id
                        type="date"
                        prop:value=move || agreed_on.get()
                        required=move || chosen.get() == PhiHandling::PhiAllowed
                        on:input=move |event| agreed_on.set(event_target_value(&event))
                    />
                </div>
            </div>
            <button class="va-button">{t().save_handling}</button>
        </form>
        <Asked id="va-handling-code" open=asked again=send />
    }
}

#[component]
pub fn Try(id: String, title: String) -> impl IntoView {
    let running = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<EndpointTest, String>>);
    let send = move |_| {
        let path = format!("admin/endpoints/{}/test", api::query(&id));
        running.set(true);
        spawn_local(async move {
            let tested = api::post::<_, EndpointTest>(&path, &()).await;
            let _ = running.try_set(false);
            let tested = tested.map_err(|problem| problem.detail.unwrap_or(problem.title));
            let _ = outcome.try_set(Some(tested));
        });
    };
    view! {
        <div class="va-trial">
            <button
                class="va-button quiet"
                aria-label=fill(t().try_endpoint_named, &[("title", &title)])
                disabled=move || running.get()
                on:click=send
            >
                {move || if running.get() { t().trying } else { t().try_endpoint }}
            </button>
            <span role="status">{move || outcome.get().map(|outcome| match outcome {
                Ok(EndpointTest { problem: None, total_ms, .. }) => {
                    let text = fill(t().answered_in, &[("time", &format::duration(total_ms))]);
                    view! { <span class="va-status good"><Icon name="check" />{text}</span> }.into_any()
                }
                Ok(EndpointTest { problem: Some(why), .. }) | Err(why) => view! {
                    <span class="va-status bad"><Icon name="warning" /><span lang=in_english()>{why}</span></span>
                }.into_any(),
            })}</span>
        </div>
    }
}
