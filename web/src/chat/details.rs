//! How an answer came about, for those who want to know, and what left the building, for everyone.

use api_types::AnswerMetadata;
use leptos::prelude::*;

use crate::{
    format,
    texts::{fill, said, t},
    ui::icon::Icon,
};

#[component]
pub fn Details(metadata: AnswerMetadata) -> impl IntoView {
    let left = said(&metadata.receipt.left_the_building).to_owned();
    let summary = fill(t().receipt, &[("left", &left)]);
    let facts = [
        (t().model, format!("{} ({})", metadata.model, metadata.provider)),
        (t().ran_at, said(&metadata.ran_at).to_owned()),
        (t().why_chosen, metadata.selection_reason),
        (t().selection_confidence, format::share(metadata.selection_confidence)),
        (t().retrieval_confidence, format::share(metadata.retrieval_confidence)),
        (t().took, format::duration(metadata.total_ms)),
        (t().left_the_building, left),
    ];
    view! {
        <details class="va-details">
            <summary><Icon name="shield" /><span>{summary}</span><span class="va-quiet">{t().how_it_came_about}</span></summary>
            <dl>
                {facts.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
            </dl>
            {(!metadata.receipt.requests.is_empty()).then(|| view! {
                <h4>{t().requests_sent}</h4>
                <ul>
                    {metadata.receipt.requests.into_iter().map(|record| view! {
                        <li>{fill(t().request_line, &[
                            ("purpose", &record.purpose),
                            ("destination", &record.destination),
                            ("bytes", &format::bytes(record.bytes_out + record.target_bytes)),
                            ("class", &format!("{}{}", record.class, format::release(record.replaced, record.agreement.as_deref()))),
                            ("outcome", &record.outcome),
                        ])}</li>
                    }).collect_view()}
                </ul>
            })}
            {(!metadata.reasoning_path.is_empty()).then(|| view! {
                <h4>{t().reasoning_path}</h4>
                <ol class="va-path">
                    {metadata.reasoning_path.into_iter().map(|step| view! {
                        <li><strong>{step.name}</strong>" "{step.detail}" "<span class="va-quiet">{format::duration(step.ms)}</span></li>
                    }).collect_view()}
                </ol>
            })}
        </details>
    }
}
