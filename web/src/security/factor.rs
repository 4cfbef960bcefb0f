//! The reader's second factor: none, being set up, or on.

use api_types::{ProblemBody, RecoveryCodes, SecondFactorEnrolment, SecondFactorState};
use leptos::{prelude::*, task::spawn_local};

use super::code::{Asked, helps};
use super::{enrol::Enrol, recovery::Codes};
use crate::{
    api, dom,
    state::app,
    texts::{fill, se, t},
    ui::{icon::Icon, problem::Problem},
};

#[derive(Clone)]
enum Step {
    State,
    Enrol(SecondFactorEnrolment),
    Codes(Vec<String>),
}

#[component]
pub fn Factor() -> impl IntoView {
    let app = app();
    let loaded = RwSignal::new(None::<Result<SecondFactorState, ProblemBody>>);
    let step = RwSignal::new(Step::State);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get("auth/second-factor").await));
        });
    };
    load();
    let begin = move |_| {
        spawn_local(async move {
            let begun = match api::fetch(post("auth/second-factor/enrolment")).await {
                Ok(response) => api::json::<SecondFactorEnrolment>(response).await,
                Err(problem) => Err(problem),
            };
            match begun {
                Ok(enrolment) => {
                    let _ = step.try_set(Step::Enrol(enrolment));
                    dom::focus_soon("va-first-code");
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    let show_codes = Callback::new(move |codes| {
        step.set(Step::Codes(codes));
        load();
    });
    let intro = if app.in_nextcloud() {
        se().second_factor_intro_nextcloud
    } else {
        se().second_factor_intro
    };
    view! {
        <section aria-labelledby="va-factor">
            <h2 id="va-factor" tabindex="-1">{se().second_factor}</h2>
            <p class="va-intro">{intro}</p>
            {move || match (step.get(), loaded.get()) {
                (Step::Enrol(enrolment), _) => view! { <Enrol enrolment done=show_codes /> }.into_any(),
                (Step::Codes(codes), _) => {
                    let kept = Callback::new(move |()| {
                        step.set(Step::State);
                        dom::focus_soon("va-factor");
                    });
                    view! { <Codes codes kept /> }.into_any()
                }
                (Step::State, None) => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                (Step::State, Some(Err(problem))) => {
                    view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any()
                }
                (Step::State, Some(Ok(state))) if state.enrolled => {
                    view! { <Enrolled left=state.recovery_codes_left show_codes changed=Callback::new(move |()| load()) /> }.into_any()
                }
                (Step::State, Some(Ok(_))) => view! {
                    <p class="va-row va-state">
                        <span class="va-status">{se().not_enrolled}</span>
                        <button class="va-button primary" on:click=begin>{se().set_up}</button>
                    </p>
                }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Enrolled(left: i64, show_codes: Callback<Vec<String>>, changed: Callback<()>) -> impl IntoView {
    let app = app();
    let (ask_codes, ask_remove) = (RwSignal::new(false), RwSignal::new(false));
    let renew = Callback::new(move |()| {
        spawn_local(async move {
            match api::fetch(post("auth/second-factor/recovery-codes")).await {
                Ok(response) => match api::json::<RecoveryCodes>(response).await {
                    Ok(made) => _ = show_codes.try_run(made.codes),
                    Err(problem) => app.fail(&problem),
                },
                Err(problem) if helps(&problem) => _ = ask_codes.try_set(true),
                Err(problem) => app.fail(&problem),
            }
        });
    });
    let remove = Callback::new(move |()| {
        spawn_local(async move {
            match api::tell("DELETE", "auth/second-factor").await {
                Ok(()) => {
                    api::session::keep_proof(None);
                    app.toast(se().removed);
                    changed.try_run(());
                    dom::focus_soon("va-factor");
                }
                Err(problem) if helps(&problem) => _ = ask_remove.try_set(true),
                Err(problem) => app.fail(&problem),
            }
        });
    });
    view! {
        <p class="va-row va-state">
            <span class="va-status good"><Icon name="check" />{se().enrolled}</span>
            <span class="va-quiet">{fill(se().codes_left, &[("number", &left.to_string())])}</span>
        </p>
        <div class="va-row">
            <button class="va-button" on:click=move |_| renew.run(())>{se().new_codes}</button>
            <button class="va-button" on:click=move |_| remove.run(())>{se().remove}</button>
        </div>
        <Asked id="va-code-for-codes" open=ask_codes again=renew />
        <Asked id="va-code-for-removal" open=ask_remove again=remove />
    }
}

fn post(path: &str) -> api::Call<'_> {
    api::Call {
        method: "POST",
        path,
        body: None,
        accept: "application/json",
        signal: None,
    }
}
