//! Both sides of the conversation as text, while it is spoken.

use leptos::{html::Div, prelude::*};

use super::{
    heard::HeardText,
    view::{Exchange, Said},
    window,
};
use crate::{
    route::Route,
    state::app,
    texts::{in_english, t, vo},
    ui::icon::Icon,
};

#[component]
pub fn Captions(
    /// All that was said in this session, not only what was said last.
    all: bool,
) -> impl IntoView {
    let voice = app().voice;
    let frame = NodeRef::<Div>::new();
    let turns = Memo::new(move |_| {
        voice.view.with(|view| {
            let from = if all { 0 } else { view.exchanges.len().saturating_sub(1) };
            view.exchanges[from..]
                .iter()
                .map(|exchange| exchange.turn)
                .collect::<Vec<_>>()
        })
    });
    // What was said last stays in view.
    Effect::new(move |_| {
        voice.view.track();
        if let Some(frame) = frame.get() {
            request_animation_frame(move || frame.set_scroll_top(frame.scroll_height()));
        }
    });
    view! {
        <div node_ref=frame class="va-captions" role="log" aria-label=vo().captions tabindex="0">
            {move || turns.with(Vec::is_empty).then(|| view! { <p class="va-quiet va-captions-none">{vo().captions_none}</p> })}
            <ul>
                <For each=move || turns.get() key=|turn| *turn let(turn)>
                    <ExchangeView turn />
                </For>
            </ul>
        </div>
    }
}

#[component]
fn ExchangeView(turn: u32) -> impl IntoView {
    let voice = app().voice;
    let exchange = Memo::new(move |_| {
        voice.view.with(|view| {
            let found = view.exchanges.iter().find(|exchange| exchange.turn == turn);
            found.cloned().unwrap_or_default()
        })
    });
    let heard = Memo::new(move |_| exchange.with(|exchange| !exchange.heard.is_empty()));
    let answered = Memo::new(move |_| exchange.with(|exchange| !exchange.said.is_empty()));
    view! {
        <li class="va-exchange">
            {move || heard.get().then(|| view! {
                <div class="va-said-by you"><span class="va-who">{vo().you}</span><HeardText turn exchange /></div>
            })}
            {move || answered.get().then(|| view! {
                <div class="va-said-by"><span class="va-who">{t().product}</span><Answer exchange /></div>
            })}
        </li>
    }
}

#[component]
fn Answer(exchange: Memo<Exchange>) -> impl IntoView {
    let voice = app().voice;
    let said = move || exchange.with(|exchange| exchange.said.clone());
    let playing = Memo::new(move |_| voice.view.with(|view| view.playing));
    let cut = Memo::new(move |_| exchange.with(|exchange| exchange.cut));
    let to = Memo::new(move |_| exchange.with(|exchange| exchange.conversation.clone()));
    let key = |said: &Said| (said.utt, said.segment);
    view! {
        <p class="va-answer-said" lang=in_english()>
            <For each=said key let(said)>
                {
                    let at = (said.utt, said.segment);
                    let unheard = move || exchange.with(|exchange| {
                        exchange.said.iter().any(|one| (one.utt, one.segment) == at && one.unheard)
                    });
                    view! {
                        <span class:now=move || playing.get() == Some(at) class:unheard=unheard>{said.text}" "</span>
                    }
                }
            </For>
        </p>
        {move || cut.get().then(|| view! { <p class="va-quiet va-cut"><Icon name="stop" />{vo().cut_off}</p> })}
        {move || to.get().map(|conversation| {
            let href = Route::Chat(Some(conversation.clone())).hash();
            view! {
                <p class="va-with-sources"><a href=href on:click=move |event| if window::bring_up(&conversation) {
                    event.prevent_default();
                }>{vo().with_sources}</a></p>
            }
        })}
    }
}
