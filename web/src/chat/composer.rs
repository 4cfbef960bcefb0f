//! Where questions are typed. Enter sends, Shift+Enter begins a new line.

use std::time::Duration;

use leptos::{html::Textarea, prelude::*, task::spawn_local};

use super::{
    model::{Chat, Live, Turn},
    run,
    scope_row::ScopeRow,
};
use crate::{
    dom,
    state::app,
    texts::{fill, t},
    ui::icon::Icon,
    voice::button::VoiceButton,
};

const LONGEST_QUESTION: usize = 4_000;

#[component]
pub fn Composer(conversation: Option<String>, chat: Option<Chat>) -> impl IntoView {
    let app = app();
    let text = app.draft;
    let field = NodeRef::<Textarea>::new();
    let running = {
        let chat = chat.clone();
        Memo::new(move |_| chat.as_ref().is_some_and(Chat::busy))
    };
    let scope = chat
        .as_ref()
        .map_or_else(|| app.scope.into(), |chat| chat.scope.clone());
    let nothing_to_ask = {
        let scope = scope.clone();
        Memo::new(move |_| scope.with(|scope| scope.as_ref().is_some_and(|scope| scope.documents.is_empty())))
    };
    let ready = move || !text.with(|text| text.trim().is_empty()) && !running.get() && !nothing_to_ask.get();
    let scope_of = conversation.clone();
    let send = move || {
        let question = text.get_untracked().trim().to_owned();
        if question.is_empty() || running.get_untracked() || nothing_to_ask.get_untracked() {
            return;
        }
        text.set(String::new());
        run::ask(conversation.clone(), question, None);
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    let send_by_key = send.clone();
    let stop = {
        let conversation = chat.clone();
        move || {
            let Some(chat) = &conversation else { return };
            let current: Option<Turn> = chat.turns.with_untracked(|turns| {
                turns
                    .iter()
                    .rfind(|turn| turn.live.with_untracked(Live::running))
                    .cloned()
            });
            let id = app.route.get_untracked();
            if let (Some(turn), crate::route::Route::Chat(Some(id))) = (current, id) {
                run::stop(id, turn);
            }
        }
    };
    // Asking is allowed while files are still being read; the number shown must not go stale meanwhile.
    let waiting = Memo::new(move |_| app.status.with(|s| s.as_ref().map_or(0, |s| s.documents_waiting)));
    let poll = set_interval_with_handle(
        move || {
            if waiting.get_untracked() > 0 {
                spawn_local(app.load_status());
            }
        },
        Duration::from_secs(3),
    );
    on_cleanup(move || {
        if let Ok(handle) = poll {
            handle.clear();
        }
    });
    Effect::new(move |_| {
        // On a touch screen the keyboard would cover the examples; who talks has the focus on the talk button.
        if let Some(field) = field.get()
            && dom::matches("(hover: hover)")
            && !app.voice.open.get_untracked()
        {
            let _ = field.focus();
        }
    });
    // For browsers that do not grow a field by themselves.
    let lines = move || text.with(|text| text.lines().count().clamp(1, 8)).to_string();
    if !app.can_ask() {
        return view! { <div class="va-composer"><p class="va-indexing"><Icon name="info" />{t().may_not_ask}</p></div> }.into_any();
    }
    view! {
        <div class="va-composer">
            <ScopeRow conversation=scope_of scope />
            {move || (waiting.get() > 0).then(|| view! {
                <p class="va-indexing" role="status">
                    <span class="va-spinner" aria-hidden="true"></span>
                    <span>
                        {if waiting.get() == 1 {
                            t().indexing_one.to_owned()
                        } else {
                            fill(t().indexing_many, &[("count", &waiting.get().to_string())])
                        }}
                        " "<a href="#/documents">{t().see_documents}</a>
                    </span>
                </p>
            })}
            <form on:submit=move |event| { event.prevent_default(); send() }>
                <label class="va-unseen" for="va-question">{t().your_question}</label>
                <textarea
                    id="va-question"
                    node_ref=field
                    rows=lines
                    maxlength=LONGEST_QUESTION
                    placeholder=t().ask_placeholder
                    aria-describedby="va-question-hint"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                            event.prevent_default();
                            send_by_key();
                        }
                    }
                ></textarea>
                <VoiceButton />
                {move || if running.get() {
                    let stop = stop.clone();
                    view! {
                        <button type="button" class="va-send" aria-label=t().stop title=t().stop on:click=move |_| stop()>
                            <Icon name="stop" />
                        </button>
                    }.into_any()
                } else {
                    view! {
                        <button type="submit" class="va-send primary" aria-label=t().send title=t().send aria-disabled=move || (!ready()).to_string()>
                            <Icon name="send" />
                        </button>
                    }.into_any()
                }}
            </form>
            <p id="va-question-hint" class="va-quiet va-hint"><span class="va-keys">{t().ask_keys}" "</span>{t().ask_hint}</p>
        </div>
    }
    .into_any()
}
