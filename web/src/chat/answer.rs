//! An answer in all its kinds.

use api_types::{Answer, AnswerKind};
use leptos::prelude::*;

use super::{
    calculation::CalculationAnswer,
    clarification::ClarificationView,
    conflicts::Conflicts,
    details::Details,
    model::{Live, Turn},
    not_found::NotFoundView,
    sentences::Sentences,
    sources::Sources,
};
use crate::{
    texts::{fill, in_english, nc, t},
    ui::icon::Icon,
};

#[component]
pub fn AnswerView(conversation: String, turn: Turn) -> impl IntoView {
    let live = turn.live.clone();
    let watermark = Memo::new({
        let live = live.clone();
        move |_| {
            live.with(|live| {
                let whole = live.answer.as_ref().and_then(|answer| answer.watermark.clone());
                whole.or_else(|| live.citations.iter().find_map(|citation| citation.watermark.clone()))
            })
        }
    });
    // Only the parts that come with the complete answer; sentences draw themselves one by one.
    let answer = Memo::new({
        let live = live.clone();
        move |_| live.with(|live| live.answer.clone())
    });
    let head = {
        let (conversation, turn) = (conversation.clone(), turn.clone());
        move || answer.get().map(|answer| head(conversation.clone(), &turn, answer))
    };
    let foot = {
        let turn = turn.clone();
        move || answer.get().map(|answer| foot(&turn, answer))
    };
    let any_sentence = Memo::new({
        let live = live.clone();
        move |_| live.with(|live: &Live| !live.sentences.is_empty())
    });
    let unconfirmed = Memo::new({
        let live = live.clone();
        move |_| live.with(|live: &Live| live.unconfirmed)
    });
    view! {
        {move || watermark.get().map(|mark| view! {
            <p class="va-watermark"><Icon name="warning" /><strong>{mark}</strong>" "{t().watermark_explained}</p>
        })}
        {head}
        {move || any_sentence.get().then({
            let turn = turn.clone();
            move || view! { <Sentences turn /> }
        })}
        {move || unconfirmed.get().then(|| view! {
            <p class="va-withheld va-unconfirmed">
                <Icon name="shield" />
                <span><strong>{nc().unconfirmed}</strong>" "{nc().unconfirmed_explained}</span>
            </p>
        })}
        {foot}
    }
}

/// What stands above the sentences: the kinds of answer that are not sentences.
fn head(conversation: String, turn: &Turn, answer: Answer) -> impl IntoView + use<> {
    let refused = answer.kind == AnswerKind::Refused;
    let key = turn.key.clone();
    view! {
        {refused.then(|| view! { <h3 class="va-refused"><Icon name="shield" />{t().refused_title}</h3> })}
        {answer.clarification.map({
            let conversation = conversation.clone();
            |clarification| view! { <ClarificationView conversation clarification /> }
        })}
        {answer.calculation.map(|calculation| view! { <CalculationAnswer conversation key calculation /> })}
        {answer.not_found.map({
            let turn = turn.clone();
            |not_found| view! { <NotFoundView turn not_found /> }
        })}
    }
}

/// What stands below the sentences.
fn foot(turn: &Turn, answer: Answer) -> impl IntoView + use<> {
    let withheld = answer.withheld;
    let cited = answer.kind != AnswerKind::NotFound && !answer.citations.is_empty();
    view! {
        {(!answer.conflicts.is_empty()).then({
            let (turn, conflicts) = (turn.clone(), answer.conflicts);
            || view! { <Conflicts turn conflicts /> }
        })}
        {(withheld > 0).then(|| view! {
            <p class="va-withheld">
                <Icon name="shield" />
                <span>
                    <strong>{if withheld == 1 {
                        t().withheld_one.to_owned()
                    } else {
                        fill(t().withheld_many, &[("count", &withheld.to_string())])
                    }}</strong>
                    " "{t().withheld_explained}
                </span>
            </p>
        })}
        {answer.notices.into_iter().map(|notice| view! {
            <p class="va-notice" lang=in_english()><Icon name="info" /><span>{notice}</span></p>
        }).collect_view()}
        {cited.then({
            let turn = turn.clone();
            || view! { <Sources turn /> }
        })}
        <Details metadata=answer.metadata />
    }
}
