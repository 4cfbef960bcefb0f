//! The way in: the one-time link, and what to do when it is gone.

use api_types::{ProblemBody, SessionInfo, SignInRequest};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    route::{self, Route},
    security::code::CodeForm,
    state::{Session, app},
    texts::{se, t},
    ui::icon::Icon,
};

/// Signs in with the link's secret when the address carries one, else with the session the browser has.
pub async fn enter() {
    let app = app();
    let hash = route::current_hash();
    if let Some(token) = hash.strip_prefix("#login=") {
        let token = token.to_owned();
        // Out of the address at once, so that it is neither bookmarked nor shown to a passer-by.
        route::replace(app.route, Route::Chat(None));
        sign_in(token).await;
        return;
    }
    match api::get::<SessionInfo>("session").await {
        Ok(info) => app.session.set(Session::Someone(info)),
        Err(problem) if problem.kind == "/problems/signed-out" => app.session.set(Session::Nobody(None)),
        Err(problem) => app.session.set(Session::Nobody(Some(problem))),
    }
}

async fn sign_in(token: String) {
    let app = app();
    match api::post::<_, SessionInfo>("session", &SignInRequest { token }).await {
        Ok(info) => app.session.set(Session::Someone(info)),
        // A used link in a browser that is already signed in is no obstacle.
        Err(problem) => match api::get::<SessionInfo>("session").await {
            Ok(info) => app.session.set(Session::Someone(info)),
            Err(_) => app.session.set(Session::Nobody(Some(problem))),
        },
    }
}

#[component]
pub fn SignIn() -> impl IntoView {
    let app = app();
    let problem = move || match app.session.get() {
        Session::Nobody(problem) => problem,
        _ => None,
    };
    let waiting = move || app.user().is_some_and(|info| info.needs_second_factor);
    view! {
        <main class="va-sign-in">
            {move || match waiting() {
                true => view! { <SecondFactor /> }.into_any(),
                false => view! { <Link problem=problem() /> }.into_any(),
            }}
        </main>
    }
}

/// The code that a new session waits for.
#[component]
fn SecondFactor() -> impl IntoView {
    let app = app();
    let done = Callback::new(move |()| spawn_local(enter()));
    let leave = move |_| {
        spawn_local(async move {
            let _ = api::tell("DELETE", "session").await;
            app.session.set(Session::Nobody(None));
        });
    };
    view! {
        <div class="va-card">
            <h1>{t().product}</h1>
            <p>{se().sign_in_code}</p>
            <CodeForm id="va-sign-in-code" done />
            <button class="va-link" on:click=leave>{t().sign_out}</button>
        </div>
    }
}

/// The one-time link, and why there is nobody.
#[component]
fn Link(problem: Option<ProblemBody>) -> impl IntoView {
    let link = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = link.get_untracked();
        let token = typed.rsplit("login=").next().unwrap_or_default().trim().to_owned();
        if token.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            sign_in(token).await;
            let _ = busy.try_set(false);
        });
    };
    view! {
            <div class="va-card">
                <h1>{t().product}</h1>
                {match problem {
                    Some(problem) if problem.kind.starts_with("/problems/session-") => view! {
                        <div class="va-note warn" role="alert">
                            <Icon name="warning" />
                            <div><strong>{se().session_over}</strong><p>{se().why(&problem)}</p></div>
                        </div>
                    }.into_any(),
                    Some(problem) if problem.status == 401 => view! {
                        <div class="va-note warn" role="alert">
                            <Icon name="warning" />
                            <div><strong>{t().link_expired}</strong><p>{t().link_expired_detail}</p></div>
                        </div>
                    }.into_any(),
                    Some(problem) => view! {
                        <div class="va-note bad" role="alert">
                            <Icon name="warning" />
                            <div><strong>{problem.title}</strong>{problem.detail.map(|detail| view! { <p>{detail}</p> })}</div>
                        </div>
                    }.into_any(),
                    None => view! { <p>{t().sign_in_intro}</p> }.into_any(),
                }}
                <ol class="va-steps">
                    <li>{t().sign_in_step_server}<code class="va-command">"voiceassist login --user "<em>{t().sign_in_name}</em></code></li>
                    <li>{t().sign_in_step_open}</li>
                </ol>
                <form on:submit=submit>
                    <label for="va-link">{t().sign_in_paste}</label>
                    <div class="va-paste">
                        <input
                            id="va-link"
                            type="text"
                            autocomplete="off"
                            spellcheck="false"
                            prop:value=move || link.get()
                            on:input=move |event| link.set(event_target_value(&event))
                        />
                        <button class="va-button primary" type="submit" disabled=move || busy.get()>{t().sign_in}</button>
                    </div>
                </form>
            </div>
    }
}
