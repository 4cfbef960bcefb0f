//! The list of conversations, with search.

use std::time::Duration;

use api_types::ConversationInfo;
use leptos::{prelude::*, task::spawn_local};

use super::conversation_row::ConversationRow;
use crate::{
    api, dom,
    route::{self, Route},
    state::app,
    texts::{fill, t},
    ui::confirm::Confirm,
};

#[component]
pub fn Conversations() -> impl IntoView {
    let app = app();
    let doomed = RwSignal::new(None::<ConversationInfo>);
    let later = StoredValue::new_local(None::<TimeoutHandle>);
    let search = move |event| {
        app.search.set(event_target_value(&event));
        if let Some(Some(handle)) = later.try_update_value(Option::take) {
            handle.clear();
        }
        let handle = set_timeout_with_handle(
            move || spawn_local(app.load_conversations()),
            Duration::from_millis(200),
        );
        later.set_value(handle.ok());
    };
    let delete = Callback::new(move |()| {
        let Some(info) = doomed.get_untracked() else { return };
        doomed.set(None);
        spawn_local(async move {
            if let Err(problem) = api::tell("DELETE", &format!("conversations/{}", info.id)).await {
                app.fail(&problem);
                return;
            }
            app.chats.update_value(|chats| chats.forget(&info.id));
            if app.route.get_untracked() == Route::Chat(Some(info.id.clone())) {
                route::go(&Route::Chat(None));
            }
            app.toast(t().conversation_deleted);
            app.load_conversations().await;
            dom::focus_soon("va-search");
        });
    });
    view! {
        <div class="va-search">
            <label class="va-unseen" for="va-search">{t().search_conversations}</label>
            <input
                id="va-search"
                type="search"
                placeholder=t().search_conversations
                prop:value=move || app.search.get()
                on:input=search
            />
        </div>
        <h2 class="va-unseen" id="va-conversations">{t().conversations}</h2>
        <ul class="va-conversations" aria-labelledby="va-conversations">
            <For
                each=move || app.conversations.get().unwrap_or_default()
                key=|info| (info.id.clone(), info.title.clone())
                let(info)
            >
                <ConversationRow info doomed />
            </For>
        </ul>
        {move || {
            let empty = app.conversations.with(|list| list.as_ref().is_some_and(Vec::is_empty));
            let words = app.search.get();
            empty.then(|| view! {
                <p class="va-quiet va-no-conversations" role="status">
                    {if words.trim().is_empty() {
                        t().no_conversations.to_owned()
                    } else {
                        fill(t().no_conversation_matches, &[("words", words.trim())])
                    }}
                </p>
            })
        }}
        <Confirm
            question=Signal::derive(move || doomed.get().map(|info| fill(t().delete_conversation_question, &[("title", &info.title)])))
            detail=Signal::derive(|| t().delete_conversation_detail.to_owned())
            action=t().delete
            on_yes=delete
            on_no=Callback::new(move |()| doomed.set(None))
        />
    }
}
