//! One question back when a question is too broad.

use api_types::Clarification;
use leptos::prelude::*;

use super::run;

#[component]
pub fn ClarificationView(conversation: String, clarification: Clarification) -> impl IntoView {
    view! {
        <fieldset class="va-clarification">
            <legend>{clarification.question}</legend>
            {clarification.options.into_iter().map(|option| {
                let conversation = conversation.clone();
                view! {
                    <button
                        class="va-button"
                        on:click=move |_| run::ask(Some(conversation.clone()), option.question.clone(), None)
                    >
                        {option.label}
                    </button>
                }
            }).collect_view()}
        </fieldset>
    }
}
