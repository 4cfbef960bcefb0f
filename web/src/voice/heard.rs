//! The user's words as they were heard. Those on which much depends can be changed; the question is then asked anew.

use leptos::{html::Input, prelude::*};
use voice_turn::vap::{ChipName, HeardChip, VerdictName};

use super::{
    chips::{Piece, corrected, pieces, word},
    view::Exchange,
};
use crate::{
    dom,
    state::app,
    texts::{fill, in_english, vo},
    ui::icon::Icon,
};

fn kind_name(kind: ChipName) -> &'static str {
    let vo = vo();
    match kind {
        ChipName::Drug => vo.kind_drug,
        ChipName::Number => vo.kind_number,
        ChipName::Unit => vo.kind_unit,
        ChipName::Side => vo.kind_side,
        ChipName::Negation => vo.kind_negation,
    }
}

fn chip_id(turn: u32, chip: usize) -> String {
    format!("va-heard-{turn}-{chip}")
}

#[component]
pub fn HeardText(turn: u32, exchange: Memo<Exchange>) -> impl IntoView {
    let editing = RwSignal::new(None::<usize>);
    let heard = Memo::new(move |_| {
        exchange.with(|exchange| {
            (
                exchange.heard.clone(),
                exchange.chips.clone(),
                exchange.settled,
                exchange.verdict,
            )
        })
    });
    // What was changed is another question; its words have other places.
    Effect::new(move |before: Option<String>| {
        let text = heard.with(|(text, ..)| text.clone());
        if before.is_some_and(|before| before != text) {
            editing.set(None);
        }
        text
    });
    move || {
        let (text, chips, settled, verdict) = heard.get();
        if !settled {
            // What may still change is not read aloud.
            return view! { <p class="va-heard partial" lang=in_english() aria-hidden="true">{text}<span class="va-caret"></span></p> }
                .into_any();
        }
        let parts = pieces(&text, &chips);
        let list = chips.clone();
        view! {
            <p class="va-heard" lang=in_english()>
                {parts.into_iter().map(|piece| match piece {
                    Piece::Plain(text) => text.into_any(),
                    Piece::Chip(at, word) => view! { <ChipButton turn at chip=list[at].clone() word editing /> }.into_any(),
                }).collect_view()}
            </p>
            {(verdict == Some(VerdictName::Refused)).then(|| view! {
                <p class="va-note warn"><Icon name="warning" /><span>{vo().heard_refused}</span></p>
            })}
            {move || editing.get().and_then(|at| {
                let chip = chips.get(at).cloned()?;
                let word = word(&text, &chip)?.to_owned();
                Some(view! { <Correction turn at text=text.clone() chip word editing /> })
            })}
        }
        .into_any()
    }
}

#[component]
fn ChipButton(turn: u32, at: usize, chip: HeardChip, word: String, editing: RwSignal<Option<usize>>) -> impl IntoView {
    let label = fill(vo().change_word, &[("word", &word), ("kind", kind_name(chip.kind))]);
    view! {
        <button
            id=chip_id(turn, at)
            type="button"
            class="va-heard-chip"
            class:negation=chip.kind == ChipName::Negation
            class:doubtful=!chip.alternatives.is_empty()
            aria-label=label.clone()
            title=label
            aria-expanded=move || (editing.get() == Some(at)).to_string()
            on:click=move |_| editing.update(|editing| *editing = (*editing != Some(at)).then_some(at))
        >{word}</button>
    }
}

/// What else it may have been, or other words.
#[component]
fn Correction(
    turn: u32,
    at: usize,
    text: String,
    chip: HeardChip,
    word: String,
    editing: RwSignal<Option<usize>>,
) -> impl IntoView {
    let voice = app().voice;
    let field = NodeRef::<Input>::new();
    let typed = RwSignal::new(word.clone());
    let (id, label) = (
        format!("va-correct-{turn}-{at}"),
        fill(vo().instead_of, &[("word", &word)]),
    );
    let labelled = id.clone();
    let close = move || {
        editing.set(None);
        dom::focus_soon(chip_id(turn, at));
    };
    let alternatives = chip.alternatives.clone();
    let change = move |words: &str| {
        if !words.trim().is_empty() && words.trim() != word {
            voice.correct(turn, corrected(&text, &chip, words));
        }
        close();
    };
    let change_by_form = change.clone();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.select();
        }
    });
    view! {
        <form
            class="va-correct"
            on:submit=move |event| {
                event.prevent_default();
                change_by_form(&typed.get_untracked());
            }
            on:keydown=move |event| if event.key() == "Escape" {
                event.prevent_default();
                close();
            }
        >
            {(!alternatives.is_empty()).then(|| view! {
                <div class="va-correct-options" role="group" aria-label=label.clone()>
                    {alternatives.into_iter().map(|words| {
                        let (change, shown) = (change.clone(), words.clone());
                        view! { <button type="button" class="va-button" lang=in_english() on:click=move |_| change(&words)>{shown}</button> }
                    }).collect_view()}
                </div>
            })}
            <label for=id>{label}</label>
            <div class="va-correct-own">
                <input
                    id=labelled
                    node_ref=field
                    maxlength="120"
                    autocomplete="off"
                    lang=in_english()
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" class="va-button primary">{vo().ask_corrected}</button>
                <button type="button" class="va-button quiet" on:click=move |_| close()>{crate::texts::t().cancel}</button>
            </div>
        </form>
    }
}
