//! Finds one user and offers what can be done with their data.

use api_types::{ProblemBody, UserList, UserSummary};
use leptos::{prelude::*, task::spawn_local};

use super::act::Act;
use crate::{
    api,
    texts::{fill, re},
    ui::problem::Problem,
};

#[component]
pub fn Person(chosen: RwSignal<Option<Act>>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Result<Vec<UserSummary>, ProblemBody>>);
    let look = move || {
        let asked = words.get_untracked();
        if asked.trim().is_empty() {
            found.set(None);
            return;
        }
        spawn_local(async move {
            let path = format!("users?q={}", api::query(asked.trim()));
            let answer = api::panel::<UserList>(&path).await;
            // An answer to words that have changed meanwhile is stale.
            if words.try_get_untracked().is_some_and(|now| now == asked) {
                let _ = found.try_set(Some(answer.map(|list| list.users)));
            }
        });
    };
    // Whoever was erased is not found any more.
    Effect::new(move |_| {
        if chosen.with(Option::is_none) {
            look();
        }
    });
    view! {
        <section aria-labelledby="va-person">
            <h2 id="va-person">{re().person}</h2>
            <p class="va-intro">{re().person_intro}</p>
            <div class="va-field">
                <label for="va-person-name">{re().find_person}</label>
                <input id="va-person-name" class="va-wide" type="search" autocomplete="off" spellcheck="false"
                    prop:value=move || words.get()
                    on:input=move |event| { words.set(event_target_value(&event)); look(); } />
            </div>
            {move || found.get().map(|found| match found {
                Err(problem) => view! { <Problem problem /> }.into_any(),
                Ok(users) if users.is_empty() => view! { <p class="va-no-data">{re().nobody}</p> }.into_any(),
                Ok(users) => view! {
                    <ul class="va-endpoints">{users.into_iter().map(|user| view! { <Row user chosen /> }).collect_view()}</ul>
                }.into_any(),
            })}
        </section>
    }
}

#[component]
fn Row(user: UserSummary, chosen: RwSignal<Option<Act>>) -> impl IntoView {
    let name = user.name.clone();
    let label = |text: &str| fill(text, &[("user", &name)]);
    let (hold, export, erase) = (label(re().hold_of), label(re().export_of), label(re().erase_of));
    let (held, exported) = (user.clone(), user.clone());
    view! {
        <li>
            <strong>{name.clone()}</strong>
            <div class="va-row">
                <button class="va-button" aria-label=hold on:click=move |_| chosen.set(Some(Act::HoldUser(held.clone())))>{re().hold}</button>
                <button class="va-button" aria-label=export on:click=move |_| chosen.set(Some(Act::Export(exported.clone())))>{re().export}</button>
                <button class="va-button danger" aria-label=erase on:click=move |_| chosen.set(Some(Act::Erase(user.clone())))>{re().erase}</button>
            </div>
        </li>
    }
}
