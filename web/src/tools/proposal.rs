//! What a tool would change: each change with before and after, to confirm one by one. Nothing happens without it.

use api_types::{ConfirmProposal, ProblemBody, ToolChange, ToolEffect, ToolOutcome, ToolProposal};
use leptos::{leptos_dom::helpers::set_interval_with_handle, prelude::*, task::spawn_local};

use super::{compare::Compare, form::effect, outcome::Outcome};
use crate::{
    api, dom,
    state::app,
    texts::{fill, in_english, tl},
    ui::{icon::Icon, problem::Problem},
};

#[derive(Clone)]
struct Change {
    facts: ToolChange,
    agreed: RwSignal<bool>,
}

#[derive(Clone, PartialEq)]
enum Step {
    Open,
    Busy,
    Done(ToolOutcome),
    Failed(ProblemBody),
}

/// Whole seconds left until `expires_at`; none is below zero.
fn left(expires_at: i64, now: i64) -> i64 {
    ((expires_at - now) as f64 / 1000.0).ceil().max(0.0) as i64
}

fn clock(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Seconds left, counted down as long as the page shows it; said aloud when a minute is left and when none is.
fn countdown(expires_at: i64) -> RwSignal<i64> {
    let seconds = RwSignal::new(left(expires_at, dom::now_ms() as i64));
    let tick = move || {
        let now = left(expires_at, dom::now_ms() as i64);
        let Some(before) = seconds.try_get_untracked().filter(|before| *before != now) else {
            return;
        };
        let _ = seconds.try_set(now);
        if before > 60 && now <= 60 {
            app().say(tl().one_minute_left);
        } else if now == 0 {
            app().say(tl().expired);
        }
    };
    if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_millis(500)) {
        on_cleanup(move || handle.clear());
    }
    seconds
}

#[component]
pub fn Proposal(
    proposal: ToolProposal,
    /// Back to the arguments.
    edit: Callback<()>,
    /// Asks anew with the same arguments.
    again: Callback<()>,
) -> impl IntoView {
    // What cannot be undone is never agreed to beforehand.
    let agreed = proposal.effect != ToolEffect::Irreversible;
    let changes: Vec<Change> = proposal
        .changes
        .iter()
        .map(|facts| Change {
            facts: facts.clone(),
            agreed: RwSignal::new(agreed),
        })
        .collect();
    let total = changes.len();
    let chosen = {
        let changes = changes.clone();
        Memo::new(move |_| {
            let agreed = changes.iter().enumerate().filter(|(_, change)| change.agreed.get());
            agreed.map(|(place, _)| place).collect::<Vec<_>>()
        })
    };
    let seconds = countdown(proposal.expires_at);
    let over = Memo::new(move |_| seconds.get() == 0);
    let step = RwSignal::new(Step::Open);
    let path = format!("proposals/{}/confirm", api::query(&proposal.id));
    let confirm = move |_| {
        let (path, request) = (
            path.clone(),
            ConfirmProposal {
                accepted: chosen.get_untracked(),
            },
        );
        step.set(Step::Busy);
        spawn_local(async move {
            let next = match api::post::<_, ToolOutcome>(&path, &request).await {
                Ok(outcome) => Step::Done(outcome),
                Err(problem) => Step::Failed(problem),
            };
            if step.try_set(next).is_none() {
                dom::focus_soon("va-proposal-title");
            }
        });
    };
    let open = Memo::new(move |_| step.with(|step| matches!(step, Step::Open | Step::Busy)));
    let idle = Memo::new(move |_| step.with(|step| *step == Step::Open));
    let done = Memo::new(move |_| step.with(|step| matches!(step, Step::Done(_))));
    let (icon, words) = effect(proposal.effect);
    let heading = move || {
        step.with(|step| match step {
            Step::Done(_) => tl().was_done,
            Step::Failed(_) => tl().was_not_done,
            _ => tl().please_confirm,
        })
    };
    let button = {
        move || {
            if total == 1 {
                tl().confirm_one.to_owned()
            } else {
                let count = chosen.with(Vec::len).to_string();
                fill(tl().confirm_some, &[("count", &count), ("total", &total.to_string())])
            }
        }
    };
    view! {
        <section class="va-proposal" aria-labelledby="va-proposal-title">
            <h2 id="va-proposal-title" tabindex="-1">{heading}</h2>
            <p><strong lang=in_english()>{proposal.title}</strong>" \u{b7} "{proposal.plugin_title}</p>
            {move || open.get().then(|| view! {
                <p class="va-effect" class:irreversible=!agreed><Icon name=icon /><span>{words}</span></p>
            })}
            {move || match step.get() {
                Step::Open | Step::Busy => None,
                Step::Done(outcome) => Some(view! { <Outcome outcome /> }.into_any()),
                Step::Failed(problem) => Some(view! { <Problem problem /><Again again edit /> }.into_any()),
            }}
            <ol class="va-changes">
                {changes.into_iter().enumerate().map(|(place, change)| view! { <ChangeView place total change done idle over /> }).collect_view()}
            </ol>
            {move || open.get().then({
                let confirm = confirm.clone();
                move || view! {
                    <p class="va-expiry" class:over=move || over.get()>
                        {move || if over.get() {
                            tl().expired.to_owned()
                        } else {
                            fill(tl().expires_in, &[("time", &clock(seconds.get()))])
                        }}
                    </p>
                    <div class="va-row">
                        <Show
                            when=move || !over.get()
                            fallback=move || view! {
                                <button class="va-button primary" on:click=move |_| again.run(())><Icon name="refresh" />{tl().ask_again}</button>
                            }
                        >
                            <button
                                id="va-proposal-confirm"
                                class="va-button primary"
                                disabled=move || !idle.get() || chosen.with(Vec::is_empty)
                                on:click=confirm.clone()
                            >
                                <Icon name="check" />{button}
                            </button>
                        </Show>
                        <button class="va-button" disabled=move || !idle.get() on:click=move |_| edit.run(())>
                            <Icon name="edit" />{tl().edit}
                        </button>
                    </div>
                }
            })}
            {move || step.with(|step| *step == Step::Busy).then(|| view! {
                <p class="va-stage" role="status"><span class="va-spinner" aria-hidden="true"></span>{tl().working}</p>
            })}
        </section>
    }
}

#[component]
fn Again(again: Callback<()>, edit: Callback<()>) -> impl IntoView {
    view! {
        <div class="va-row">
            <button class="va-button" on:click=move |_| again.run(())><Icon name="refresh" />{tl().ask_again}</button>
            <button class="va-button" on:click=move |_| edit.run(())><Icon name="edit" />{tl().edit}</button>
        </div>
    }
}

#[component]
fn ChangeView(
    place: usize,
    total: usize,
    change: Change,
    done: Memo<bool>,
    idle: Memo<bool>,
    over: Memo<bool>,
) -> impl IntoView {
    let Change { facts, agreed } = change;
    let number = [("number", &*(place + 1).to_string()), ("total", &*total.to_string())];
    view! {
        <li class="va-change" class:refused=move || !agreed.get()>
            <label class="va-consent-tick">
                <input
                    type="checkbox"
                    disabled=move || !idle.get() || over.get()
                    prop:checked=move || agreed.get()
                    on:change=move |event| agreed.set(event_target_checked(&event))
                />
                <span>
                    {(total > 1).then(|| view! { <span class="va-quiet">{fill(tl().change_number, &number)}</span> })}
                    <strong>{facts.summary}</strong>
                    <span class="va-quiet">{facts.target}</span>
                </span>
            </label>
            <Compare before=facts.before after=facts.after />
            {move || done.get().then(|| {
                let (icon, text) = if agreed.get() { ("check", tl().you_agreed) } else { ("stop", tl().left_as_it_was) };
                view! { <p class="va-status"><Icon name=icon />{text}</p> }
            })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, left};

    #[test]
    fn time_left_is_whole_seconds_and_never_negative() {
        assert_eq!(left(300_000, 0), 300);
        assert_eq!(left(1_000, 1), 1);
        assert_eq!(left(1_000, 1_000), 0);
        assert_eq!(left(1_000, 9_000), 0);
        assert_eq!(
            (clock(300), clock(65), clock(9)),
            ("5:00".into(), "1:05".into(), "0:09".into())
        );
    }
}
