//! Chain, signatures and second copy as they are now.

use api_types::AuditState;
use leptos::prelude::*;

use crate::{
    format,
    texts::{au, fill, in_english},
    ui::icon::Icon,
};

#[component]
pub fn Secured(state: AuditState) -> impl IntoView {
    let signed = match state.signed_at {
        Some(at) => fill(
            au().signed_value,
            &[("entry", &format::count(state.signed)), ("when", &format::moment(at))],
        ),
        None => au().not_signed.to_owned(),
    };
    let after = if state.sink_required {
        au().copy_required
    } else {
        au().copy_catches_up
    };
    view! {
        <section aria-labelledby="va-audit-secured">
            <h2 id="va-audit-secured">{au().secured}</h2>
            {state.sink_problem.map(|reason| view! {
                <p class="va-note bad" role="alert"><Icon name="warning" />
                    <span><span lang=in_english()>{fill(au().copy_stands, &[("reason", &reason)])}</span>" "{after}</span></p>
            })}
            {state.sink.is_none().then(|| view! { <p class="va-note warn"><Icon name="warning" /><span>{au().no_copy}</span></p> })}
            {state.key_beside_data.then(|| view! { <p class="va-note warn"><Icon name="warning" /><span>{au().key_beside}</span></p> })}
            <dl class="va-facts">
                <div><dt>{au().chain}</dt><dd>{fill(au().chain_value, &[("count", &format::count(state.entries))])}</dd></div>
                <div><dt>{au().head}</dt><dd><code>{state.head}</code></dd></div>
                <div><dt>{au().signed}</dt><dd>{signed}</dd></div>
                <div><dt>{au().public_key}</dt><dd><code>{state.public_key}</code></dd></div>
                {state.sink.map(|place| view! {
                    <div><dt>{au().second_copy}</dt><dd>
                        {fill(au().copied_value, &[("entry", &format::count(state.sink_entries)), ("place", &place)])}
                    </dd></div>
                })}
            </dl>
        </section>
    }
}
