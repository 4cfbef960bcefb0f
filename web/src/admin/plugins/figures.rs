//! What a plugin did, counted by the server; what was not counted is not shown as a number.

use api_types::AdminPlugin;
use leptos::prelude::*;

use crate::{
    format,
    texts::{fill, pl, t},
};

/// Milliseconds as measured: calls may take a fraction of one.
fn milliseconds(ms: f64) -> String {
    if ms < 10.0 {
        format!("{} ms", format::number((ms * 100.0).round() / 100.0))
    } else {
        format::duration(ms.round() as i64)
    }
}

/// Calls and requests in one sentence.
pub fn line(plugin: &AdminPlugin) -> String {
    let calls = &plugin.calls;
    let mut parts = Vec::new();
    if calls.calls == 0 {
        parts.push(pl().no_calls.to_owned());
    } else {
        parts.push(fill(
            pl().calls_counted,
            &[
                ("calls", &format::count(calls.calls)),
                ("errors", &format::count(calls.errors)),
            ],
        ));
        parts.extend(calls.p50_ms.map(|ms| fill(pl().median, &[("ms", &milliseconds(ms))])));
    }
    if plugin.egress.requests > 0 {
        parts.push(fill(
            pl().requests_counted,
            &[
                ("requests", &format::count(plugin.egress.requests)),
                ("refused", &format::count(plugin.egress.refused)),
            ],
        ));
    }
    parts.join(" \u{b7} ")
}

#[component]
pub fn Figures(plugin: Memo<AdminPlugin>, since: i64) -> impl IntoView {
    let counted = Memo::new(move |_| plugin.with(|plugin| (plugin.calls.clone(), plugin.egress.clone())));
    view! {
        <section aria-labelledby="va-plugin-figures">
            <h2 id="va-plugin-figures">{pl().figures}</h2>
            <p class="va-intro">{fill(pl().counted_since, &[("date", &format::moment(since))])}</p>
            <dl class="va-counts">
                {move || {
                    let (calls, egress) = counted.get();
                    let time = |ms: Option<f64>| ms.map_or_else(|| t().no_data.to_owned(), milliseconds);
                    [
                        (pl().calls, format::count(calls.calls)),
                        (pl().errors, format::count(calls.errors)),
                        (pl().half_within, time(calls.p50_ms)),
                        (pl().most_within, time(calls.p95_ms)),
                        (pl().last_call, calls.last_at.map_or_else(|| t().no_data.to_owned(), format::moment)),
                        (pl().requests, format::count(egress.requests)),
                        (pl().requests_refused, format::count(egress.refused)),
                        (t().sent, format::bytes(egress.bytes_out)),
                        (t().received, format::bytes(egress.bytes_in)),
                    ]
                    .into_iter()
                    .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
                    .collect_view()
                }}
            </dl>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn short_calls_keep_their_fraction() {
        assert_eq!(milliseconds(0.318), "0.32 ms");
        assert_eq!(milliseconds(0.0), "0 ms");
        assert_eq!(milliseconds(84.6), "85 ms");
        assert_eq!(milliseconds(1_440.0), "1.4 s");
    }
}
