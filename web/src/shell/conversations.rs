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
};

/// Characters of a title in a message about it.
const TITLE: usize = 48;

#[component]
pub fn Conversations() -> impl IntoView {
    let app = app();
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
    let delete = move |info: ConversationInfo| {
        spawn_local(async move {
            if let Err(problem) = api::tell("DELETE", &format!("conversations/{}", info.id)).await {
                app.fail(&problem);
                return;
            }
            app.chats.update_value(|chats| chats.forget(&info.id));
            let was_open = app.route.get_untracked() == Route::Chat(Some(info.id.clone()));
            if was_open {
                route::go(&Route::Chat(None));
            }
            let text = fill(t().conversation_deleted, &[("title", &shortened(&info.title))]);
            app.toast_with_undo(text, Callback::new(move |()| restore(info.id.clone(), was_open)));
            app.load_conversations().await;
        });
    };
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
                <ConversationRow info delete=Callback::new(delete) />
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
    }
}

/// A title for a short message.
fn shortened(title: &str) -> String {
    match title.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}\u{2026}", title[..end].trim_end()),
        None => title.to_owned(),
    }
}

/// Brings a deleted conversation back, and the reader to it when it was open.
fn restore(id: String, was_open: bool) {
    let app = app();
    spawn_local(async move {
        if let Err(problem) = api::tell("POST", &format!("conversations/{id}/restore")).await {
            app.fail(&problem);
            return;
        }
        app.say(t().conversation_restored);
        app.load_conversations().await;
        dom::focus_soon(format!("va-rename-{id}"));
        if was_open {
            route::go(&Route::Chat(Some(id)));
        }
    });
}
