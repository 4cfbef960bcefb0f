//! Legal holds: those that hold, and those that were lifted.

use api_types::{Hold, HoldKind};
use leptos::prelude::*;

use super::act::Act;
use crate::{
    format,
    texts::{fill, re},
    ui::icon::Icon,
};

#[component]
pub fn Holds(holds: Vec<Hold>, chosen: RwSignal<Option<Act>>) -> impl IntoView {
    view! {
        <section aria-labelledby="va-holds">
            <div class="va-page-head">
                <h2 id="va-holds">{re().holds}</h2>
                <button class="va-button" on:click=move |_| chosen.set(Some(Act::HoldConversation))>{re().hold_conversation}</button>
            </div>
            <p class="va-intro">{re().holds_intro}</p>
            {if holds.is_empty() {
                view! { <p class="va-no-data"><Icon name="shield" /><strong>{re().no_holds}</strong></p> }.into_any()
            } else {
                view! {
                    <div class="va-scroll" tabindex="0" role="group" aria-label=re().holds>
                        <table class="va-table">
                            <thead>
                                <tr>
                                    <th scope="col">{re().whose}</th><th scope="col">{re().on}</th><th scope="col">{re().reason}</th>
                                    <th scope="col">{re().placed_by}</th><th scope="col">{re().state}</th>
                                </tr>
                            </thead>
                            <tbody>{holds.into_iter().map(|hold| view! { <Row hold chosen /> }).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn Row(hold: Hold, chosen: RwSignal<Option<Act>>) -> impl IntoView {
    let on = match hold.kind {
        HoldKind::User => view! { {re().everything} }.into_any(),
        HoldKind::Conversation => view! {
            {re().one_conversation}<div class="va-quiet va-id">{hold.subject_id.clone()}</div>
        }
        .into_any(),
    };
    let placed = fill(
        re().by,
        &[("by", &hold.placed_by), ("when", &format::moment(hold.placed_at))],
    );
    let label = fill(re().lift_of, &[("user", &hold.user_name)]);
    let (user, reason) = (hold.user_name.clone(), hold.reason.clone());
    let state = match (hold.lifted_at, hold.lifted_by.clone()) {
        (Some(at), by) => {
            let by = by.unwrap_or_default();
            let lifted = fill(re().lifted_by, &[("by", &by), ("when", &format::moment(at))]);
            view! { <span class="va-quiet">{lifted}</span> }.into_any()
        }
        (None, _) => view! {
            <button class="va-button" aria-label=label on:click=move |_| chosen.set(Some(Act::Lift(hold.clone())))>{re().lift}</button>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{user}</th>
            <td>{on}</td>
            <td>{reason}</td>
            <td>{placed}</td>
            <td>{state}</td>
        </tr>
    }
}
