//! The rule of each kind of data, with what it will do next.

use api_types::{RetentionRule, RetentionState};
use leptos::prelude::*;

use super::act::Act;
use crate::{
    format,
    texts::{fill, re},
};

#[component]
pub fn Rules(state: RetentionState, chosen: RwSignal<Option<Act>>) -> impl IntoView {
    let next = state.next_run_at.map_or_else(|| "\u{2013}".to_owned(), format::moment);
    let intro = fill(re().kept_intro, &[("when", &next)]);
    view! {
        <section aria-labelledby="va-rules">
            <h2 id="va-rules">{re().kept}</h2>
            <p class="va-intro">{intro}</p>
            <div class="va-scroll" tabindex="0" role="group" aria-label=re().kept>
                <table class="va-table">
                    <thead>
                        <tr>
                            <th scope="col">{re().what}</th><th scope="col">{re().rule}</th><th scope="col">{re().records}</th>
                            <th scope="col">{re().due}</th><th scope="col">{re().last_run}</th>
                            <th scope="col"><span class="va-unseen">{re().actions}</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {state.rules.into_iter().map(|rule| {
                            let next = state.next_run_at;
                            view! { <Row rule next chosen /> }
                        }).collect_view()}
                        <tr>
                            <th scope="row">{re().audit}<div class="va-quiet">{re().audit_why}</div></th>
                            <td>{re().for_ever}</td>
                            <td>{format::count(state.audit_entries)}</td>
                            <td>"0"</td><td>"\u{2013}"</td><td></td>
                        </tr>
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn Row(rule: RetentionRule, next: Option<i64>, chosen: RwSignal<Option<Act>>) -> impl IntoView {
    let what = re().class(rule.class);
    let last = match rule.last_run {
        None => re().not_yet.to_owned(),
        Some(run) => {
            let removed = format::count(run.removed);
            match run.finished_at {
                Some(at) => fill(re().removed, &[("count", &removed), ("when", &format::moment(at))]),
                None => fill(re().runs_now, &[("count", &removed)]),
            }
        }
    };
    let held = (rule.held > 0).then(|| fill(re().held_of, &[("count", &format::count(rule.held))]));
    let (days, records, due) = (said(rule.days), format::count(rule.records), format::count(rule.due));
    let label = fill(re().change_of, &[("what", what)]);
    let counted = re().counted(rule.class);
    view! {
        <tr>
            <th scope="row">{what}<div class="va-quiet">{counted}</div></th>
            <td>{days}</td>
            <td>{records}</td>
            <td>{due}{held.map(|held| view! { <div class="va-quiet">{held}</div> })}</td>
            <td>{last}</td>
            <td><button class="va-button" aria-label=label on:click=move |_| chosen.set(Some(Act::Rule(rule.clone(), next)))>{re().change}</button></td>
        </tr>
    }
}

fn said(days: Option<i64>) -> String {
    match days {
        None => re().for_ever.to_owned(),
        Some(1) => re().days_one.to_owned(),
        Some(days) => fill(re().days_many, &[("count", &format::count(days))]),
    }
}
