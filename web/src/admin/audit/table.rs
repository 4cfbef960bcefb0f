//! A page of entries, and the way to take away all that was found.

use api_types::{AuditPage, AuditRecord};
use leptos::prelude::*;

use super::{find::Wanted, page::Shown};
use crate::{
    base, format,
    texts::{au, fill, t},
    ui::icon::Icon,
};

#[component]
pub fn Entries(shown: Shown, found: AuditPage) -> impl IntoView {
    let searched = shown.wanted.with_untracked(|wanted| *wanted != Wanted::default());
    let query = shown.wanted.with_untracked(Wanted::query);
    let (total, older) = (found.total, found.older);
    let turned = shown.turned.with_untracked(|turned| !turned.is_empty());
    let take = |format: &str| base::api(&format!("admin/audit/export?format={format}&{query}"));
    view! {
        <section aria-labelledby="va-audit-entries">
            <h2 id="va-audit-entries">{au().entries}</h2>
            {if found.records.is_empty() {
                let why = if searched { au().nothing_found } else { au().nothing_yet };
                view! { <p class="va-no-data"><Icon name="search" /><span><strong>{t().no_data}</strong>" "{why}</span></p> }.into_any()
            } else {
                view! {
                    <p role="status">{fill(au().found, &[("count", &format::count(total))])}</p>
                    <Table records=found.records />
                    <div class="va-row">
                        <button class="va-button" disabled=!turned on:click=move |_| shown.turn(None)>{au().newer}</button>
                        <button class="va-button" disabled=older.is_none() on:click=move |_| shown.turn(older)>{au().older}</button>
                    </div>
                    <p class="va-audit-take">
                        <strong>{au().export_found}</strong>
                        <a class="va-button quiet" href=take("csv") download=""><Icon name="download" />{au().as_csv}</a>
                        <a class="va-button quiet" href=take("json") download=""><Icon name="download" />{au().as_json}</a>
                        <span class="va-quiet">{au().export_note}</span>
                    </p>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn Table(records: Vec<AuditRecord>) -> impl IntoView {
    view! {
        <div class="va-scroll va-audit-table" tabindex="0" role="region" aria-label=au().table>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{au().entry}</th><th scope="col">{t().when}</th><th scope="col">{au().actor}</th>
                        <th scope="col">{au().action}</th><th scope="col">{au().resource}</th><th scope="col">{t().outcome}</th>
                        <th scope="col">{au().detail}</th>
                    </tr>
                </thead>
                <tbody>
                    {records.into_iter().map(|record| view! {
                        <tr>
                            <td class="va-number">{format::count(record.sequence)}</td><td>{format::moment(record.at)}</td>
                            <td>{record.actor_name.unwrap_or(record.actor)}</td><td>{record.action}</td>
                            <td>{record.resource_type}" "<code>{record.resource_id}</code></td><td>{record.outcome}</td>
                            <td><code>{if record.detail == "{}" { String::new() } else { record.detail }}</code></td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
