//! A problem in place of what could not be shown, with a way to try again.

use api_types::ProblemBody;
use leptos::prelude::*;

use crate::{texts::t, ui::icon::Icon};

#[component]
pub fn Problem(problem: ProblemBody, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    view! {
        <div class="va-note bad" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{problem.title}</strong>
                {problem.detail.map(|detail| view! { <p>{detail}</p> })}
                {retry.map(|retry| view! {
                    <button class="va-button" on:click=move |_| retry.run(())>{t().try_again}</button>
                })}
            </div>
        </div>
    }
}
