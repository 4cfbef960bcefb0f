//! A question and its answer, with what can be done about it.

use api_types::AnswerStatus;
use leptos::{prelude::*, task::spawn_local};

use super::{
    answer::AnswerView,
    copy,
    model::{Live, Turn},
    run,
    stage::StageLine,
};
use crate::{
    dom,
    state::app,
    texts::t,
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn TurnView(conversation: String, turn: Turn) -> impl IntoView {
    let heading = format!("va-question-{}", turn.key);
    let live = turn.live.clone();
    let running = Memo::new({
        let live = live.clone();
        move |_| live.with(Live::running)
    });
    let stopped = Memo::new({
        let live = live.clone();
        move |_| live.with(|live| live.status == AnswerStatus::Stopped)
    });
    let error = Memo::new({
        let live = live.clone();
        move |_| live.with(|live| live.error.clone())
    });
    let retry = {
        let (conversation, turn) = (conversation.clone(), turn.clone());
        Callback::new(move |()| {
            // The button goes with the problem; the question stays.
            dom::focus_soon(format!("va-question-{}", turn.key));
            run::retry(conversation.clone(), turn.clone());
        })
    };
    view! {
        <article class="va-turn" aria-labelledby=heading.clone()>
            <div class="va-asked">
                <span class="va-unseen">{t().you_asked}</span>
                <h2 id=heading.clone() tabindex="-1">{turn.question.clone()}</h2>
            </div>
            <div class="va-answer" aria-busy=move || running.get().to_string()>
                <AnswerView conversation=conversation.clone() turn=turn.clone() />
                {move || running.get().then({
                    let live = live.clone();
                    move || view! { <StageLine live /> }
                })}
                {move || stopped.get().then(|| view! { <p class="va-quiet va-stopped"><Icon name="stop" />{t().stopped}</p> })}
                {move || error.get().map(|problem| view! { <Problem problem retry /> })}
                {
                    let (conversation, turn) = (conversation.clone(), turn.clone());
                    move || (!running.get() && error.with(Option::is_none)).then({
                        let (conversation, turn) = (conversation.clone(), turn.clone());
                        move || view! { <Tools conversation turn /> }
                    })
                }
            </div>
        </article>
    }
}

#[component]
fn Tools(conversation: String, turn: Turn) -> impl IntoView {
    let app = app();
    let for_copy = turn.clone();
    let copy = move |_| {
        let text = for_copy
            .live
            .with_untracked(|live| copy::markdown(&for_copy.question, live));
        spawn_local(async move {
            if dom::copy(&text).await {
                app.toast(t().copied);
            } else {
                app.toast(t().copy_refused);
            }
        });
    };
    let regenerate = move |_| {
        // This button goes while the new answer comes; the question stays.
        dom::focus_soon(format!("va-question-{}", turn.key));
        run::regenerate(conversation.clone(), turn.clone());
    };
    view! {
        <div class="va-tools">
            <button class="va-button quiet" on:click=copy><Icon name="copy" />{t().copy_answer}</button>
            <button class="va-button quiet" on:click=regenerate>
                <Icon name="refresh" />{t().regenerate}
            </button>
        </div>
    }
}
