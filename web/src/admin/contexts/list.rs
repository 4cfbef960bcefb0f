//! The masked list, and the way to look at one.

use api_types::{MaskedContext, MaskedContexts, RevealedContext};
use leptos::prelude::*;

use crate::{
    admin::{
        live::Seen,
        paged::{Paged, listed},
        reveal::{Chosen, Revealed, dialogue},
    },
    api,
    context::facts::{Facts, counted},
    format,
    texts::{ct, fill, t},
    ui::icon::Icon,
};

const PATH: &str = "clinical-contexts";

#[component]
pub fn ContextsPage() -> impl IntoView {
    let paged = Paged::<MaskedContexts>::at(PATH);
    let chosen = RwSignal::new(None::<Chosen>);
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1>{ct().contexts}</h1>
                <button class="va-button quiet" on:click=move |_| paged.load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{ct().contexts_intro}</p>
            {listed("va-more-contexts", paged, move |page| view! { <Rows page chosen /> }.into_any())}
            <Seen types="phi.accessed" />
            {dialogue::<RevealedContext>(chosen, ct().reveal_title)}
        </div>
    }
}

#[component]
fn Rows(page: MaskedContexts, chosen: RwSignal<Option<Chosen>>) -> impl IntoView {
    if page.contexts.is_empty() {
        return view! { <p class="va-no-data"><Icon name="shield" /><strong>{t().no_data}</strong></p> }.into_any();
    }
    view! {
        <div class="va-scroll" tabindex="0" role="region" aria-label=ct().contexts>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{ct().user}</th><th scope="col">{ct().facts}</th><th scope="col">{ct().changed}</th>
                        <th scope="col"><span class="va-unseen">{ct().reveal}</span></th>
                    </tr>
                </thead>
                <tbody>{page.contexts.into_iter().map(|row| view! { <Row row chosen /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(row: MaskedContext, chosen: RwSignal<Option<Chosen>>) -> impl IntoView {
    let facts = counted(row.facts);
    let pick = Chosen {
        path: format!("{PATH}/{}/reveal", api::query(&row.id)),
        detail: fill(ct().reveal_detail, &[("facts", &facts), ("user", &row.user_name)]),
    };
    view! {
        <tr>
            <th scope="row">{row.user_name}</th>
            <td>{format::count(row.facts)}" "<span class="va-quiet">"\u{2022}\u{2022}\u{2022}\u{2022} "{ct().masked}</span></td>
            <td>{format::moment(row.updated_at)}</td>
            <td><button class="va-button" on:click=move |_| chosen.set(Some(pick.clone()))>{ct().reveal}</button></td>
        </tr>
    }
}

impl Revealed for RevealedContext {
    fn expires_at(&self) -> i64 {
        self.expires_at
    }

    fn shown(self) -> AnyView {
        view! { <Facts context=self.context /> }.into_any()
    }
}
