//! A conversation, or the empty page before one.

use api_types::ContextAccess;
use leptos::{html::Div, prelude::*};
use web_sys::ScrollLogicalPosition;

use super::{
    composer::Composer,
    empty::Empty,
    model::{Chat, Loading, Turn},
    run,
    turn::TurnView,
};
use crate::{
    context::panel::PatientContext,
    dom, format,
    route::Route,
    state::app,
    texts::{fill, pa, t},
    ui::{icon::Icon, problem::Problem},
    voice::dock::VoiceDock,
};

#[component]
pub fn ChatPage() -> impl IntoView {
    let app = app();
    let id = Memo::new(move |before: Option<&Option<String>>| match app.route.get() {
        Route::Chat(id) => id,
        _ => before.cloned().flatten(),
    });
    view! {
        <div class="va-chat">
            {move || match id.get() {
                Some(id) => {
                    let chat = run::open(&id);
                    view! { <PatientContext conversation=id.clone() /> <Thread id chat /> }.into_any()
                }
                None => view! { <Empty /> }.into_any(),
            }}
            <VoiceDock />
            {move || {
                let id = id.get();
                let chat = id.as_deref().map(run::open);
                view! { <Composer conversation=id chat /> }
            }}
        </div>
    }
}

#[component]
fn Thread(id: String, chat: Chat) -> impl IntoView {
    let end = NodeRef::<Div>::new();
    let turns = chat.turns.clone();
    let title = {
        let id = id.clone();
        move || {
            app().conversations.with(|list| {
                list.iter()
                    .flatten()
                    .find(|info| info.id == id)
                    .map(|info| info.title.clone())
            })
        }
    };
    // A new question is brought into view at the top; what follows grows below it and never moves what is being read.
    let count = {
        let turns = turns.clone();
        Memo::new(move |_| turns.with(Vec::len))
    };
    Effect::new(move |before: Option<usize>| {
        let now = count.get();
        if now > 0
            && before != Some(now)
            && let Some(end) = end.get()
        {
            request_animation_frame(move || {
                if let Some(last) = end.previous_element_sibling() {
                    dom::reveal(
                        &last,
                        ScrollLogicalPosition::Start,
                        before.is_some_and(|count| count > 0),
                    );
                }
            });
        }
        now
    });
    let (loading, accesses) = (chat.loading.clone(), chat.accesses.clone());
    let again = {
        let (id, chat) = (id.clone(), chat.clone());
        Callback::new(move |()| leptos::task::spawn_local(run::load(id.clone(), chat.clone())))
    };
    view! {
        <div class="va-thread">
            <h1 class="va-unseen">{move || title().unwrap_or_else(|| t().conversation.to_owned())}</h1>
            {move || match loading.get() {
                Loading::Running => Some(view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any()),
                Loading::Failed(problem) if problem.status == 404 => Some(view! {
                    <div class="va-missing"><h2>{t().conversation_missing}</h2><p>{t().conversation_missing_detail}</p></div>
                }.into_any()),
                Loading::Failed(problem) => Some(view! { <Problem problem retry=again /> }.into_any()),
                Loading::Ready => None,
            }}
            {move || accesses.get().into_iter().map(|access| view! { <Looked access /> }).collect_view()}
            <For each=move || turns.get() key=|turn: &Turn| turn.key.clone() let(turn)>
                <TurnView conversation=id.clone() turn />
            </For>
            <div node_ref=end class="va-thread-end"></div>
        </div>
    }
}

/// An administrator has looked at this conversation: its owner is told who and why.
#[component]
fn Looked(access: ContextAccess) -> impl IntoView {
    let text = fill(
        pa().looked,
        &[
            ("by", &access.by),
            ("when", &format::moment(access.at)),
            ("reason", &access.reason),
        ],
    );
    view! { <p class="va-note warn"><Icon name="warning" /><span>{text}</span></p> }
}
