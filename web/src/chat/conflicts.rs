//! Sources that disagree, side by side, so that the reader decides.

use api_types::Conflict;
use leptos::prelude::*;

use super::{model::Turn, sentences::Chip};
use crate::{format, texts::t, ui::icon::Icon};

#[component]
pub fn Conflicts(turn: Turn, conflicts: Vec<Conflict>) -> impl IntoView {
    conflicts
        .into_iter()
        .enumerate()
        .map(|(index, conflict)| {
            let turn = turn.clone();
            view! {
                <section class="va-conflict">
                    <h3><Icon name="warning" />{t().conflict}</h3>
                    <p>{conflict.topic}</p>
                    <ul>
                        {conflict.sides.into_iter().enumerate().map(|(side, content)| view! {
                            <li>
                                <p>
                                    {content.statement}" "
                                    <Chip turn=turn.clone() number=content.citation place=format!("c{index}-{side}") />
                                </p>
                                <p class="va-quiet">
                                    {content.document_title}
                                    " \u{b7} "
                                    {content.source_date.map_or_else(|| t().undated.to_owned(), |date| format::stated_date(&date))}
                                </p>
                            </li>
                        }).collect_view()}
                    </ul>
                </section>
            }
        })
        .collect_view()
}
