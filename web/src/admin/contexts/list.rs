//! The masked list.

use api_types::{MaskedContext, MaskedContexts, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::{live::Seen, reveal::Reveal};
use crate::{
    api, format,
    texts::{ct, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn Contexts() -> impl IntoView {
    let rows = RwSignal::new(Vec::<MaskedContext>::new());
    let next = RwSignal::new(None::<String>);
    let state = RwSignal::new(None::<Result<(), ProblemBody>>);
    let chosen = RwSignal::new(None::<MaskedContext>);
    let load = move |after: Option<String>| {
        spawn_local(async move {
            let query = after.as_deref().map(|after| format!("?after={}", api::query(after)));
            let path = format!("clinical-contexts{}", query.unwrap_or_default());
            let page = api::panel::<MaskedContexts>(&path).await;
            let _ = state.try_set(Some(match page {
                Ok(page) => {
                    rows.try_update(|rows| {
                        if after.is_none() {
                            rows.clear();
                        }
                        rows.extend(page.contexts);
                    });
                    let _ = next.try_set(page.next);
                    Ok(())
                }
                Err(problem) => Err(problem),
            }));
        });
    };
    load(None);
    view! {
        <section aria-labelledby="va-contexts">
            <div class="va-page-head">
                <h2 id="va-contexts">{ct().contexts}</h2>
                <button class="va-button quiet" on:click=move |_| load(None)><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{ct().contexts_intro}</p>
            {move || match state.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load(None)) /> }.into_any(),
                Some(Ok(())) if rows.with(Vec::is_empty) => view! {
                    <p class="va-no-data"><Icon name="shield" /><strong>{t().no_data}</strong></p>
                }.into_any(),
                Some(Ok(())) => view! { <Rows rows chosen /> }.into_any(),
            }}
            {move || next.get().map(|after| view! {
                <button class="va-button" on:click=move |_| load(Some(after.clone()))>{ct().more}</button>
            })}
            <Seen />
            <Reveal chosen />
        </section>
    }
}

#[component]
fn Rows(rows: RwSignal<Vec<MaskedContext>>, chosen: RwSignal<Option<MaskedContext>>) -> impl IntoView {
    view! {
        <div class="va-scroll" tabindex="0" role="group" aria-label=ct().contexts>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{ct().user}</th><th scope="col">{ct().facts}</th><th scope="col">{ct().changed}</th>
                        <th scope="col"><span class="va-unseen">{ct().reveal}</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rows.get() key=|row| (row.id.clone(), row.updated_at) let(row)>
                        {
                            let picked = row.clone();
                            view! {
                                <tr>
                                    <td>{row.user_name}</td>
                                    <td>{format::count(row.facts)}" "<span class="va-quiet">"\u{2022}\u{2022}\u{2022}\u{2022} "{ct().masked}</span></td>
                                    <td>{format::moment(row.updated_at)}</td>
                                    <td><button class="va-button" on:click=move |_| chosen.set(Some(picked.clone()))>{ct().reveal}</button></td>
                                </tr>
                            }
                        }
                    </For>
                </tbody>
            </table>
        </div>
    }
}
