//! Everyone who has been here, by name, a page at a time; and their sessions.

use api_types::{ProblemBody, Role, UserList, UserSummary};
use leptos::{prelude::*, task::spawn_local};

use super::row::Row;
use crate::{
    api,
    security::sessions::Sessions,
    state::app,
    texts::{se, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn UsersPage() -> impl IntoView {
    let app = app();
    if !app.user().is_some_and(|info| info.user.role == Role::Admin) {
        return view! { <div class="va-page"><h1>{se().users}</h1><p>{t().admins_only}</p></div> }.into_any();
    }
    view! {
        <div class="va-page">
            <h1>{se().users}</h1>
            <p class="va-intro">{se().users_intro}</p>
            {app.in_nextcloud().then(|| view! { <p class="va-note"><Icon name="info" />{se().groups_decide}</p> })}
            <Users />
            <section aria-labelledby="va-sessions">
                <h2 id="va-sessions" tabindex="-1">{se().all_sessions}</h2>
                {if app.in_nextcloud() {
                    view! { <p class="va-intro">{se().sessions_of_nextcloud}</p> }.into_any()
                } else {
                    view! { <Sessions path="panel/sessions" named=true /> }.into_any()
                }}
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Users() -> impl IntoView {
    let shown = RwSignal::new(Vec::<UserSummary>::new());
    let next = RwSignal::new(None::<String>);
    let state = RwSignal::new(None::<Result<(), ProblemBody>>);
    let words = RwSignal::new(String::new());
    let load = move |after: Option<String>| {
        let asked = words.get_untracked();
        spawn_local(async move {
            let after_part = after
                .as_ref()
                .map_or(String::new(), |after| format!("&after={}", api::query(after)));
            let path = format!("panel/users?q={}{after_part}", api::query(asked.trim()));
            let answer = api::get::<UserList>(&path).await;
            // An answer to words that have changed meanwhile is stale.
            if words.try_get_untracked().is_none_or(|now| now != asked) {
                return;
            }
            match answer {
                Ok(list) => {
                    shown.update(|all| match after {
                        Some(_) => all.extend(list.users),
                        None => *all = list.users,
                    });
                    next.set(list.next);
                    state.set(Some(Ok(())));
                }
                Err(problem) => state.set(Some(Err(problem))),
            }
        });
    };
    load(None);
    view! {
        <div class="va-search">
            <label class="va-unseen" for="va-user-search">{se().search_users}</label>
            <input
                id="va-user-search"
                type="search"
                placeholder=se().search_users
                prop:value=move || words.get()
                on:input=move |event| {
                    words.set(event_target_value(&event));
                    load(None);
                }
            />
        </div>
        {move || match state.get() {
            None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
            Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load(None)) /> }.into_any(),
            Some(Ok(())) if shown.with(Vec::is_empty) => view! { <p class="va-no-data">{se().no_users}</p> }.into_any(),
            Some(Ok(())) => view! {
                <div class="va-scroll" tabindex="0" role="region" aria-label=se().users>
                    <table class="va-table">
                        <thead>
                            <tr>
                                <th scope="col">{se().user}</th><th scope="col">{se().role}</th>
                                <th scope="col">{se().may_sign_in}</th><th scope="col">{se().second_factor}</th>
                                <th scope="col">{se().signed_in}</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || shown.get() key=|user| (user.id.clone(), user.second_factor) let(user)>
                                <Row user changed=Callback::new(move |()| load(None)) />
                            </For>
                        </tbody>
                    </table>
                </div>
                {move || next.get().map(|after| view! {
                    <button class="va-button" on:click=move |_| load(Some(after.clone()))>{se().more}</button>
                })}
            }.into_any(),
        }}
    }
}
