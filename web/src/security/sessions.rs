//! A list of sessions, each with a button that ends it: the reader's own, or everyone's.

use api_types::{ProblemBody, SessionKind, SessionList, SessionSummary};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, dom, format,
    state::app,
    texts::{fill, se, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn Sessions(
    /// `sessions`, or `panel/sessions` for everyone's.
    path: &'static str,
    /// Whose they are is part of each row.
    named: bool,
) -> impl IntoView {
    let shown = RwSignal::new(Vec::<SessionSummary>::new());
    let next = RwSignal::new(None::<String>);
    let state = RwSignal::new(None::<Result<(), ProblemBody>>);
    let load = move |after: Option<String>| {
        spawn_local(async move {
            let page = match &after {
                Some(after) => format!("{path}?after={}", api::query(after)),
                None => path.to_owned(),
            };
            match api::get::<SessionList>(&page).await {
                Ok(list) => {
                    let _ = shown.try_update(|all| match after {
                        Some(_) => all.extend(list.sessions),
                        None => *all = list.sessions,
                    });
                    let _ = next.try_set(list.next);
                    let _ = state.try_set(Some(Ok(())));
                }
                Err(problem) => _ = state.try_set(Some(Err(problem))),
            }
        });
    };
    load(None);
    let ended = Callback::new(move |id: String| {
        shown.update(|all| all.retain(|session| session.id != id));
        dom::focus_soon("va-sessions");
    });
    view! {
        {move || match state.get() {
            None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
            Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load(None)) /> }.into_any(),
            Some(Ok(())) if shown.with(Vec::is_empty) => view! { <p class="va-no-data">{se().no_sessions}</p> }.into_any(),
            Some(Ok(())) => view! {
                <ul class="va-endpoints">
                    <For each=move || shown.get() key=|session| session.id.clone() let(session)>
                        <Row path session named ended />
                    </For>
                </ul>
                {move || next.get().map(|after| view! {
                    <button class="va-button" on:click=move |_| load(Some(after.clone()))>{se().more}</button>
                })}
            }.into_any(),
        }}
    }
}

#[component]
fn Row(path: &'static str, session: SessionSummary, named: bool, ended: Callback<String>) -> impl IntoView {
    let app = app();
    let kind = match session.kind {
        SessionKind::Program => se().a_program,
        SessionKind::Browser => se().a_browser,
    };
    let client = match session.client.as_str() {
        "" => kind.to_owned(),
        client => client.to_owned(),
    };
    let title = if named {
        format!("{} \u{2013} {client}", session.user.name)
    } else {
        client.clone()
    };
    let label = fill(
        se().end_session_of,
        &[("user", &session.user.name), ("client", &client)],
    );
    let id = session.id.clone();
    let end = move |_| {
        let id = id.clone();
        spawn_local(async move {
            match api::tell("DELETE", &format!("{path}/{}", api::query(&id))).await {
                Ok(()) => {
                    app.toast(se().session_ended);
                    ended.try_run(id);
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    view! {
        <li>
            <div>
                <strong>{title}</strong>
                {session.current.then(|| view! { " "<span class="va-status good"><Icon name="check" />{se().this_session}</span> })}
                <p class="va-quiet">
                    {format!(
                        "{} {} \u{b7} {} {} \u{b7} {} {}",
                        se().opened, format::moment(session.created_at),
                        se().last_seen, format::moment(session.last_seen_at),
                        se().ends, format::moment(session.expires_at),
                    )}
                </p>
            </div>
            {(!session.current).then(|| view! { <button class="va-button" aria-label=label on:click=end>{se().end}</button> })}
        </li>
    }
}
