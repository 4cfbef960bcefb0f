//! The sessions there were, newest first.

use api_types::{ProblemBody, VoiceSessionPage, VoiceSessionRow};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{t, vo},
    ui::{icon::Icon, problem::Problem},
};

fn reason(name: &str) -> &str {
    let vo = vo();
    match name {
        "closed" => vo.reason_closed,
        "idle" => vo.reason_idle,
        "connection_lost" => vo.reason_connection_lost,
        "signed_out" => vo.reason_signed_out,
        "unused" => vo.reason_unused,
        "server_stopped" => vo.reason_server_stopped,
        other => other,
    }
}

fn way(transport: Option<&str>) -> &str {
    match transport {
        Some("websocket") => vo().way_socket,
        Some("http") => vo().way_requests,
        Some(other) => other,
        None => "\u{2013}",
    }
}

#[component]
pub fn Sessions() -> impl IntoView {
    let found = RwSignal::new(None::<Result<VoiceSessionPage, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let answer = api::panel("voice/sessions").await;
            let _ = found.try_set(Some(answer));
        });
    };
    load();
    view! {
        <section aria-labelledby="va-voice-sessions">
            <div class="va-page-head">
                <h2 id="va-voice-sessions">{vo().admin_sessions}</h2>
                <button class="va-button quiet" on:click=move |_| load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            {move || match found.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(page)) if page.sessions.is_empty() => view! {
                    <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{vo().admin_sessions_none}</span></p>
                }.into_any(),
                Some(Ok(page)) => view! { <Table rows=page.sessions /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Table(rows: Vec<VoiceSessionRow>) -> impl IntoView {
    view! {
        <div class="va-scroll" tabindex="0" role="group" aria-label=vo().admin_sessions>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{vo().user}</th><th scope="col">{vo().begun}</th>
                        <th scope="col" class="va-number">{vo().lasted}</th><th scope="col" class="va-number">{vo().questions}</th>
                        <th scope="col" class="va-number">{vo().cut_offs}</th><th scope="col" class="va-number">{vo().errors}</th>
                        <th scope="col">{vo().way}</th><th scope="col">{vo().why_ended}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(row: VoiceSessionRow) -> impl IntoView {
    let lasted = row.ended_at.map(|ended| format::duration(ended - row.started_at));
    let ended = match (&row.ended_at, &row.reason) {
        (None, _) => vo().goes_on.to_owned(),
        (Some(_), Some(name)) => reason(name).to_owned(),
        (Some(_), None) => "\u{2013}".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{row.user_name}</th>
            <td class="va-when">{format::moment(row.started_at)}</td>
            <td class="va-number">{lasted}</td>
            <td class="va-number">{format::count(row.turns)}</td>
            <td class="va-number">{format::count(row.bargeins)}</td>
            <td class="va-number">{format::count(row.errors)}</td>
            <td>{way(row.transport.as_deref()).to_owned()}</td>
            <td>{ended}</td>
        </tr>
    }
}
