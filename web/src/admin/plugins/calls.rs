//! The newest calls of a plugin.

use api_types::{PluginCall, PluginLog, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::board::{Board, path};
use crate::{
    api, format,
    texts::{pl, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn Calls(board: Board, plugin: String) -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<PluginLog, ProblemBody>>);
    let load = move || {
        let path = path(&plugin, "/calls");
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get(&path).await));
        });
    };
    load();
    let load = Callback::new(move |()| load());
    // The figures above count the same calls.
    let again = move |_| {
        load.run(());
        board.load();
    };
    view! {
        <section aria-labelledby="va-plugin-calls">
            <div class="va-page-head">
                <h2 id="va-plugin-calls">{pl().call_log}</h2>
                <button class="va-button quiet" on:click=again><Icon name="refresh" />{t().refresh}</button>
            </div>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=load /> }.into_any(),
                Some(Ok(log)) if log.calls.is_empty() => view! {
                    <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{pl().never_called}</span></p>
                }.into_any(),
                Some(Ok(log)) => view! { <Table calls=log.calls /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Table(calls: Vec<PluginCall>) -> impl IntoView {
    view! {
        <div class="va-scroll va-log" tabindex="0" role="region" aria-label=pl().call_table>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{t().when}</th><th scope="col">{pl().part}</th><th scope="col">{t().version}</th>
                        <th scope="col">{pl().took}</th><th scope="col">{t().outcome}</th>
                    </tr>
                </thead>
                <tbody>
                    {calls.into_iter().map(|call| view! {
                        <tr>
                            <td>{format::moment(call.at)}</td><td>{call.part}</td><td>{call.version}</td>
                            <td class="va-number">{format::number((call.ms * 100.0).round() / 100.0)}" ms"</td>
                            <td>{if call.outcome == "done" { pl().done.to_owned() } else { call.outcome }}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
