//! Everything for talking in one panel: the button, who speaks, what was said, what is asked back.

use leptos::prelude::*;

use super::{
    captions::Captions,
    controls::{Controls, SettingsFields},
    keys,
    refusal::Refusal,
    standing::StandingLine,
    talk::{Meter, TalkButton},
    window,
};
use crate::{
    base,
    state::app,
    texts::{in_english, vo},
    ui::icon::Icon,
};

#[component]
pub fn Panel(
    /// All that was said in this session, not only what was said last.
    all: bool,
) -> impl IntoView {
    let voice = app().voice;
    keys::listen(voice);
    let notice = Memo::new(move |_| voice.view.with(|view| view.notice.clone()));
    view! {
        <div class="va-talk-panel">
            <div class="va-talk-side">
                <TalkButton />
                <StandingLine />
                <Meter />
                <p id="va-talk-hint" class="va-quiet va-talk-hint">{vo().hint}</p>
            </div>
            <div class="va-talk-main">
                <Refused />
                <Captions all />
                {move || notice.get().map(|text| view! {
                    <p class="va-notice" role="status" lang=in_english()><Icon name="info" /><span>{text}</span></p>
                })}
                <AskedBack />
                <Controls />
            </div>
            <div class="va-talk-foot">
                <SettingsFields />
                <Label />
            </div>
        </div>
    }
}

/// What the recognition is good for, always beside it.
#[component]
fn Label() -> impl IntoView {
    let voice = app().voice;
    let local = Memo::new(move |_| voice.view.with(|view| view.local));
    view! {
        <p class="va-talk-label-note">
            <Icon name="info" />
            <span>
                {vo().label}
                {move || local.get().map(|local| format!(" {}", if local { vo().local } else { vo().elsewhere }))}
            </span>
        </p>
    }
}

#[component]
fn Refused() -> impl IntoView {
    let voice = app().voice;
    move || {
        voice.refusal.get().map(|refusal| {
            let (what, fix) = refusal.said();
            // Another page of ours may be allowed what Nextcloud's is not.
            let elsewhere = base::embedded() && matches!(refusal, Refusal::Policy | Refusal::Denied | Refusal::Worklet);
            view! {
                <div class="va-note bad" role="alert">
                    <Icon name="warning" />
                    <div>
                        <strong>{what}</strong>
                        <p>{fix}</p>
                        {elsewhere.then(|| view! {
                            <button type="button" class="va-button" on:click=move |_| window::open()>{vo().button_window}</button>
                        })}
                    </div>
                </div>
            }
        })
    }
}

#[component]
fn AskedBack() -> impl IntoView {
    let voice = app().voice;
    let clarify = Memo::new(move |_| voice.view.with(|view| view.clarify.clone()));
    move || {
        clarify.get().map(|clarify| {
            view! {
                <fieldset class="va-asked-back" aria-live="polite">
                    <legend lang=clarify.language><Icon name="question" />{clarify.question}</legend>
                    <div class="va-asked-options">
                        {clarify.options.into_iter().map(|option| {
                            let words = option.clone();
                            view! {
                                <button type="button" class="va-button" lang=in_english() on:click=move |_| voice.choose(words.clone())>{option}</button>
                            }
                        }).collect_view()}
                    </div>
                    <p class="va-quiet">{vo().or_say_it}</p>
                </fieldset>
            }
        })
    }
}
