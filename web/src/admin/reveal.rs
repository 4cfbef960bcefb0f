//! The dialogue in which something masked is opened: a reason first, then five minutes.

use std::time::Duration;

use api_types::{ProblemBody, RevealRequest};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use crate::{
    api, format,
    security::code::{Asked, helps},
    texts::{ct, fill, t},
    ui::{modal::Modal, problem::Problem},
};

const LEAST: usize = 10;

/// What is about to be opened.
#[derive(Clone)]
pub struct Chosen {
    /// Of the reveal, below the panel's.
    pub path: String,
    /// What will be seen, and of whom.
    pub detail: String,
}

/// What was opened.
pub trait Revealed: DeserializeOwned + Clone + Send + Sync + 'static {
    fn expires_at(&self) -> i64;
    fn shown(self) -> AnyView;
}

pub fn dialogue<T: Revealed>(chosen: RwSignal<Option<Chosen>>, title: &'static str) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let shown = RwSignal::new(None::<T>);
    let problem = RwSignal::new(None::<ProblemBody>);
    let asked = RwSignal::new(false);
    let close = move || {
        // What was shown is gone with the dialogue.
        let _ = shown.try_set(None);
        let _ = problem.try_set(None);
        let _ = asked.try_set(false);
        let _ = reason.try_set(String::new());
        let _ = chosen.try_set(None);
    };
    let reveal = Callback::new(move |()| {
        let Some(row) = chosen.get_untracked() else { return };
        let request = RevealRequest {
            reason: reason.get_untracked(),
        };
        spawn_local(async move {
            match api::panel_post::<_, T>(&row.path, &request).await {
                Ok(revealed) => {
                    let of = revealed.expires_at();
                    let left = of - js_sys::Date::now() as i64;
                    let _ = problem.try_set(None);
                    let _ = shown.try_set(Some(revealed));
                    set_timeout(
                        move || {
                            let same = |shown: &Option<T>| shown.as_ref().is_some_and(|one| one.expires_at() == of);
                            if shown.try_with_untracked(same) == Some(true) {
                                close();
                            }
                        },
                        Duration::from_millis(u64::try_from(left).unwrap_or(0)),
                    );
                }
                Err(refused) if helps(&refused) => {
                    let _ = problem.try_set(None);
                    let _ = asked.try_set(true);
                }
                Err(refused) => {
                    let _ = problem.try_set(Some(refused));
                }
            }
        });
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        reveal.run(());
    };
    let short = move || reason.with(|reason| reason.trim().chars().count() < LEAST);
    let detail = move || chosen.with(|chosen| chosen.as_ref().map(|chosen| chosen.detail.clone()));
    view! {
        <Modal open=Signal::derive(move || chosen.with(Option::is_some)) titled="va-reveal-title" on_close=Callback::new(move |()| close())>
            <h2 id="va-reveal-title">{title}</h2>
            {move || match shown.get() {
                Some(revealed) => {
                    let until = format::moment(revealed.expires_at());
                    view! {
                        {revealed.shown()}
                        <p class="va-quiet">{fill(ct().hidden_at, &[("time", &until)])}</p>
                        <div class="va-dialog-buttons">
                            <button class="va-button primary" autofocus on:click=move |_| close()>{ct().hide_now}</button>
                        </div>
                    }.into_any()
                }
                None => view! {
                    <form on:submit=submit>
                        <p>{detail}</p>
                        <div class="va-field">
                            <label for="va-reveal-reason">{ct().reason}" "<span class="va-quiet">{ct().reason_help}</span></label>
                            <textarea id="va-reveal-reason" class="va-wide" rows="3" maxlength="500" prop:value=move || reason.get()
                                on:input=move |event| reason.set(event_target_value(&event))></textarea>
                        </div>
                        {move || problem.get().map(|problem| view! { <Problem problem /> })}
                        <div class="va-dialog-buttons">
                            <button type="button" class="va-button" on:click=move |_| close()>{t().cancel}</button>
                            <button type="submit" class="va-button primary" disabled=short>{ct().reveal_now}</button>
                        </div>
                    </form>
                    <Asked id="va-code-for-reveal" open=asked again=reveal />
                }.into_any(),
            }}
        </Modal>
    }
}
