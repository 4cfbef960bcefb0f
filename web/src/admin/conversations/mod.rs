//! All conversations, masked: found, sorted, and opened with a reason.

use api_types::{ConversationPage, ConversationRow, ConversationState, RevealedConversation};
use leptos::prelude::*;

use super::{
    find::{Field, Find, Kind, query},
    live::Seen,
    paged::{Paged, listed},
    reveal::{Chosen, Revealed, dialogue},
};
use crate::{
    api, format,
    texts::{fill, pa, t},
    ui::icon::Icon,
};

const PATH: &str = "conversations";
const STATES: [&str; 5] = ["empty", "running", "done", "stopped", "failed"];
const CLASSES: [&str; 3] = ["none", "possible", "phi"];

fn choices(codes: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    codes.iter().copied().map(|code| (code, pa().state(code))).collect()
}

fn state(state: ConversationState) -> &'static str {
    match state {
        ConversationState::Empty => pa().state_empty,
        ConversationState::Running => pa().state_running,
        ConversationState::Done => pa().state_done,
        ConversationState::Stopped => pa().state_stopped,
        ConversationState::Failed => pa().state_failed,
    }
}

/// By which column, and whether the lowest comes first.
type Sorting = (&'static str, bool);

#[component]
pub fn ConversationsPage(
    /// The search with which the page opens.
    preset: String,
) -> impl IntoView {
    let fields = vec![
        Field::new("user", pa().user, Kind::Text(crate::texts::au().actor_hint), &preset),
        Field::new("from", pa().from, Kind::From, &preset),
        Field::new("to", pa().until, Kind::Until, &preset),
        Field::new("state", pa().state, Kind::Choice(choices(&STATES)), &preset),
        Field::new("class", pa().class, Kind::Choice(choices(&CLASSES)), &preset),
    ];
    let searched = RwSignal::new(query(&fields));
    let sorting: RwSignal<Sorting> = RwSignal::new(("activity", false));
    let path = move || {
        let (order, ascending) = sorting.get_untracked();
        let query = searched.get_untracked();
        format!("{PATH}?order={order}&ascending={ascending}&{query}")
            .trim_end_matches('&')
            .to_owned()
    };
    let paged = Paged::<ConversationPage>::at(path());
    let search = Callback::new(move |query: String| {
        searched.set(query);
        paged.turn_to(path());
    });
    let sort = Callback::new(move |order: &'static str| {
        sorting.update(|(now, ascending)| {
            *ascending = *now == order && !*ascending;
            *now = order;
        });
        paged.turn_to(path());
    });
    let chosen = RwSignal::new(None::<Chosen>);
    view! {
        <div class="va-page">
            <div class="va-page-head">
                <h1>{pa().conversations}</h1>
                <button class="va-button quiet" on:click=move |_| paged.load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{pa().conversations_intro}</p>
            <Find id="va-find-conversations" fields search />
            {listed("va-more-conversations", paged, move |page| view! { <Rows page sorting sort chosen /> }.into_any())}
            <Seen types="phi.accessed" />
            {dialogue::<RevealedConversation>(chosen, pa().reveal_title)}
        </div>
    }
}

#[component]
fn Rows(
    page: ConversationPage,
    sorting: RwSignal<Sorting>,
    sort: Callback<&'static str>,
    chosen: RwSignal<Option<Chosen>>,
) -> impl IntoView {
    if page.conversations.is_empty() {
        return view! {
            <p class="va-no-data"><Icon name="search" /><span><strong>{t().no_data}</strong>" "{pa().nothing_found}</span></p>
        }
        .into_any();
    }
    let found = match page.total {
        1 => pa().found_one.to_owned(),
        total => fill(pa().found_many, &[("count", &format::count(total))]),
    };
    view! {
        <p role="status">{found}</p>
        <div class="va-scroll" tabindex="0" role="region" aria-label=pa().conversations>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{pa().user}</th>
                        <Sortable order="created" label=pa().created sorting sort />
                        <Sortable order="activity" label=pa().last_used sorting sort />
                        <Sortable order="messages" label=pa().messages sorting sort />
                        <th scope="col">{pa().model}</th><th scope="col">{pa().class}</th><th scope="col">{pa().state}</th>
                        <th scope="col"><span class="va-unseen">{pa().reveal}</span></th>
                    </tr>
                </thead>
                <tbody>{page.conversations.into_iter().map(|row| view! { <Row row chosen /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Sortable(
    order: &'static str,
    label: &'static str,
    sorting: RwSignal<Sorting>,
    sort: Callback<&'static str>,
) -> impl IntoView {
    let (by, ascending) = sorting.get_untracked();
    let way = (by == order).then_some(if ascending { "ascending" } else { "descending" });
    view! {
        <th scope="col" aria-sort=way>
            <button id=format!("va-sort-{order}") class="va-sort" title=fill(pa().sort_by, &[("column", label)]) on:click=move |_| sort.run(order)>
                {label}{way.map(|way| view! { <Icon name=if way == "ascending" { "up" } else { "down" } /> })}
            </button>
        </th>
    }
}

#[component]
fn Row(row: ConversationRow, chosen: RwSignal<Option<Chosen>>) -> impl IntoView {
    let count = format::count(row.messages);
    let named = [("user", row.user_name.as_str()), ("count", count.as_str())];
    let label = fill(pa().reveal_of, &named);
    let pick = Chosen {
        path: format!("{PATH}/{}/reveal", api::query(&row.id)),
        detail: fill(pa().reveal_detail, &named),
    };
    let phi = row.phi_class.as_deref() == Some("phi");
    let class = row.phi_class.map(|class| pa().state(&class).to_owned());
    view! {
        <tr>
            <th scope="row">{row.user_name}</th>
            <td class="va-when">{format::moment(row.created_at)}</td>
            <td class="va-when">{format::moment(row.updated_at)}</td>
            <td class="va-number">{count}</td>
            <td>{row.model}</td>
            <td>{phi.then(|| view! { <Icon name="warning" />" " })}{class}</td>
            <td>{state(row.state)}</td>
            <td>{(row.messages > 0).then(|| view! {
                <button class="va-button" aria-label=label on:click=move |_| chosen.set(Some(pick.clone()))>{pa().reveal}</button>
            })}</td>
        </tr>
    }
}

impl Revealed for RevealedConversation {
    fn expires_at(&self) -> i64 {
        self.expires_at
    }

    fn shown(self) -> AnyView {
        view! {
            <ol class="va-revealed">
                {self.messages.into_iter().map(|message| {
                    let none = message.answer.is_empty().then(|| view! { <p class="va-quiet">{pa().no_answer}</p> });
                    view! {
                        <li>
                            <p class="va-quiet">{format::moment(message.asked_at)}</p>
                            <p><strong>{message.question}</strong></p>
                            {message.answer.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
                            {none}
                        </li>
                    }
                }).collect_view()}
            </ol>
        }
        .into_any()
    }
}
