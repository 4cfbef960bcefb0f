//! The field for a code of the second factor: at sign-in, and before whatever needs a fresh one.

use api_types::{FreshSecondFactor, ProblemBody, SecondFactorCode};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, dom,
    texts::{se, t},
};

/// The problem says that a code would help.
pub fn helps(problem: &ProblemBody) -> bool {
    problem.kind == "/problems/second-factor-needed"
}

/// Asks for a code until one counts.
#[component]
pub fn CodeForm(id: &'static str, done: Callback<()>) -> impl IntoView {
    let send = move |code: String, wrong: RwSignal<Option<String>>| {
        spawn_local(async move {
            match api::post::<_, FreshSecondFactor>("auth/second-factor", &SecondFactorCode { code }).await {
                Ok(fresh) => {
                    api::session::keep_proof(fresh.proof);
                    done.try_run(());
                }
                Err(problem) => tell(id, wrong, problem),
            }
        });
    };
    dom::focus_soon(id);
    view! { <Field id label=se().code_or_recovery send=Callback::new(move |(code, wrong)| send(code, wrong)) /> }
}

/// Says what is wrong with a code, and takes the next.
pub fn tell(id: &'static str, wrong: RwSignal<Option<String>>, problem: ProblemBody) {
    let text = problem
        .detail
        .map_or(problem.title.clone(), |detail| format!("{}. {detail}", problem.title));
    let _ = wrong.try_set(Some(text));
    dom::focus_soon(id);
}

/// A labelled field with its button; `send` hears what was typed and where to say what is wrong with it.
#[component]
pub fn Field(
    id: &'static str,
    #[prop(into)] label: String,
    send: Callback<(String, RwSignal<Option<String>>)>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let code = typed.get_untracked().trim().to_owned();
        if !code.is_empty() {
            typed.set(String::new());
            send.run((code, wrong));
        }
    };
    view! {
        <form class="va-code" on:submit=submit>
            <label for=id>{label}</label>
            <div class="va-paste">
                <input
                    id=id
                    type="text"
                    inputmode="text"
                    autocomplete="one-time-code"
                    spellcheck="false"
                    aria-invalid=move || wrong.with(Option::is_some).to_string()
                    aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-wrong"))
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button class="va-button primary" type="submit">{se().confirm}</button>
            </div>
            {move || wrong.get().map(|text| view! { <p id=format!("{id}-wrong") class="va-field-error" role="alert">{text}</p> })}
        </form>
    }
}

/// Runs `again` once a code was given, in a place of its own until then.
#[component]
pub fn Asked(id: &'static str, open: RwSignal<bool>, again: Callback<()>) -> impl IntoView {
    let done = Callback::new(move |()| {
        open.set(false);
        again.run(());
    });
    view! {
        {move || open.get().then(|| view! {
            <div class="va-factor">
                <p>{se().needs_code}</p>
                <CodeForm id done />
                <button class="va-link" on:click=move |_| open.set(false)>{t().cancel}</button>
            </div>
        })}
    }
}
