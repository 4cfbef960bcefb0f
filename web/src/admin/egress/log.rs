//! The log: found, added up, and the receipt of one answer.

use api_types::{EgressPage, EgressRecord, EgressTotal};
use leptos::prelude::*;

use crate::{
    admin::{
        find::{Field, Find, Kind, query},
        paged::{Paged, listed},
    },
    api, format,
    texts::{fill, pa, t},
    ui::icon::Icon,
};

const PATH: &str = "egress";
const CLASSES: [&str; 3] = ["public", "internal", "phi"];

#[component]
pub fn Log(preset: String) -> impl IntoView {
    let classes = CLASSES.into_iter().map(|code| (code, pa().state(code))).collect();
    let fields = vec![
        Field::new(
            "destination",
            t().destination,
            Kind::Text(pa().destination_hint),
            &preset,
        ),
        Field::new("purpose", t().purpose, Kind::Text(pa().purpose_hint), &preset),
        Field::new("class", pa().class, Kind::Choice(classes), &preset),
        Field::new(
            "remote",
            pa().where_to,
            Kind::Choice(vec![("true", pa().outside), ("false", pa().inside)]),
            &preset,
        ),
        Field::new(
            "refused",
            pa().gate,
            Kind::Choice(vec![("false", pa().let_through), ("true", pa().stopped)]),
            &preset,
        ),
        Field::new("from", pa().from, Kind::From, &preset),
        Field::new("to", pa().until, Kind::Until, &preset),
    ];
    let paged = Paged::<EgressPage>::at(format!("{PATH}?{}", query(&fields)));
    let receipt = RwSignal::new(false);
    let search = Callback::new(move |query: String| {
        receipt.set(false);
        paged.turn_to(format!("{PATH}?{query}"));
    });
    let of_answer = Callback::new(move |answer: String| {
        receipt.set(true);
        paged.turn_to(format!("{PATH}?answer={}", api::query(&answer)));
    });
    view! {
        <section aria-labelledby="va-egress-log">
            <div class="va-page-head">
                <h2 id="va-egress-log">{pa().egress_log}</h2>
                <button class="va-button quiet" on:click=move |_| paged.load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{t().egress_intro}</p>
            <Find id="va-find-egress" fields search />
            {move || receipt.get().then(|| view! {
                <p class="va-note"><Icon name="info" /><span>{pa().receipt_shown}" "
                    <button class="va-link" on:click=move |_| search.run(String::new())>{pa().show_all}</button></span></p>
            })}
            {listed("va-more-egress", paged, move |page| view! { <Found page of_answer /> }.into_any())}
        </section>
    }
}

#[component]
fn Found(page: EgressPage, of_answer: Callback<String>) -> impl IntoView {
    if page.records.is_empty() {
        return view! {
            <p class="va-no-data"><Icon name="shield" /><span><strong>{t().no_data}</strong>" "{pa().nothing_found}</span></p>
        }
        .into_any();
    }
    let found = match page.total {
        1 => pa().found_one.to_owned(),
        total => fill(pa().found_many, &[("count", &format::count(total))]),
    };
    view! {
        <p role="status">{found}</p>
        <h3>{pa().totals}</h3>
        <div class="va-scroll" tabindex="0" role="region" aria-label=pa().totals>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{t().destination}</th><th scope="col">{t().purpose}</th><th scope="col">{t().class}</th>
                        <th scope="col" class="va-number">{pa().requests}</th><th scope="col" class="va-number">{pa().stopped}</th>
                        <th scope="col" class="va-number">{t().sent}</th><th scope="col" class="va-number">{t().received}</th>
                    </tr>
                </thead>
                <tbody>{page.totals.into_iter().map(|total| view! { <Total total /> }).collect_view()}</tbody>
            </table>
        </div>
        <h3>{t().requests_sent}</h3>
        <div class="va-scroll" tabindex="0" role="region" aria-label=t().requests_sent>
            <table class="va-table">
                <thead>
                    <tr>
                        <th scope="col">{t().when}</th><th scope="col">{t().purpose}</th><th scope="col">{t().destination}</th>
                        <th scope="col" class="va-number">{t().sent}</th><th scope="col" class="va-number">{t().received}</th>
                        <th scope="col">{t().class}</th><th scope="col">{t().outcome}</th><th scope="col">{pa().receipt}</th>
                    </tr>
                </thead>
                <tbody>{page.records.into_iter().map(|record| view! { <Record record of_answer /> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn place(remote: bool) -> &'static str {
    if remote { pa().outside } else { pa().inside }
}

#[component]
fn Total(total: EgressTotal) -> impl IntoView {
    view! {
        <tr>
            <th scope="row"><code>{total.destination}</code>" "<span class="va-quiet">{place(total.remote)}</span></th>
            <td>{total.purpose}</td>
            <td>{pa().state(&total.class).to_owned()}</td>
            <td class="va-number">{format::count(total.requests)}</td>
            <td class="va-number">{format::count(total.refused)}</td>
            <td class="va-number">{format::bytes(total.bytes_out)}</td>
            <td class="va-number">{format::bytes(total.bytes_in)}</td>
        </tr>
    }
}

#[component]
fn Record(record: EgressRecord, of_answer: Callback<String>) -> impl IntoView {
    let at = format::moment(record.at);
    let label = fill(pa().receipt_of, &[("destination", &record.destination), ("time", &at)]);
    let class = format!(
        "{}{}",
        pa().state(&record.class),
        format::release(record.replaced, record.agreement.as_deref())
    );
    view! {
        <tr>
            <td class="va-when">{at}</td>
            <td>{record.purpose}</td>
            <td><code>{record.destination}</code>" "<span class="va-quiet">{place(record.remote)}</span></td>
            <td class="va-number">{format::bytes(record.bytes_out + record.target_bytes)}</td>
            <td class="va-number">{format::bytes(record.bytes_in)}</td>
            <td>{class}</td>
            <td>{record.outcome}</td>
            <td>{record.answer_id.map(|answer| view! {
                <button class="va-link" aria-label=label on:click=move |_| of_answer.run(answer.clone())>{pa().receipt}</button>
            })}</td>
        </tr>
    }
}
