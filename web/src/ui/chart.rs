//! A bar for each day. What it shows also stands in a table, for who cannot or would not look at a picture.

use leptos::prelude::*;

use crate::{format, texts::pa};

/// One day.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// When the day begins, in UTC.
    pub day: i64,
    pub count: i64,
}

/// Of the picture, in its own units: it grows with the page.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 150.0;
/// Above the highest bar, for its number, and below all, for the days.
const ABOVE: f64 = 18.0;
const BELOW: f64 = 20.0;
const ROOM: f64 = HEIGHT - ABOVE - BELOW;

/// Bars are as high as their share of the highest.
fn height(count: i64, highest: i64) -> f64 {
    if highest <= 0 {
        return 0.0;
    }
    // What is there is seen, however little.
    let share = count.max(0) as f64 / highest as f64 * ROOM;
    if count > 0 { share.max(2.0) } else { 0.0 }
}

#[component]
pub fn BarChart(
    /// Of the picture; its parts have ids that begin so.
    id: &'static str,
    #[prop(into)] title: String,
    bars: Vec<Bar>,
) -> impl IntoView {
    let (title_id, about_id) = (format!("{id}-title"), format!("{id}-about"));
    let labelled = format!("{title_id} {about_id}");
    let highest = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    let sum: i64 = bars.iter().map(|bar| bar.count).sum();
    let day = |bar: Option<&Bar>| bar.map(|bar| format::utc_day(bar.day)).unwrap_or_default();
    let about = crate::texts::fill(
        pa().last_days,
        &[
            ("count", &format::count(sum)),
            ("first", &day(bars.first())),
            ("last", &day(bars.last())),
        ],
    );
    let step = WIDTH / bars.len().max(1) as f64;
    let last = bars.len().saturating_sub(1);
    let drawn = bars.clone();
    view! {
        <figure class="va-chart">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby=labelled>
                <title id=title_id>{title.clone()}</title>
                <desc id=about_id>{about.clone()}</desc>
                {drawn.into_iter().enumerate().map(|(at, bar)| {
                    let (tall, middle) = (height(bar.count, highest), (at as f64 + 0.5) * step);
                    let named = at == 0 || at == last || at == last / 2;
                    let anchor = if at == 0 { "start" } else if at == last { "end" } else { "middle" };
                    let x = if at == 0 { 0.0 } else if at == last { WIDTH } else { middle };
                    view! {
                        <rect x={at as f64 * step + step * 0.12} y={ABOVE + ROOM - tall} width={step * 0.76} height={tall} rx="2" />
                        {(bar.count > 0).then(|| view! {
                            <text class="va-chart-number" x={middle} y={ABOVE + ROOM - tall - 5.0} text-anchor="middle">{format::short(bar.count)}</text>
                        })}
                        {named.then(|| view! {
                            <text x={x} y={HEIGHT - 4.0} text-anchor=anchor>{format::utc_day_short(bar.day)}</text>
                        })}
                    }
                }).collect_view()}
                <line x1="0" x2={WIDTH} y1={ABOVE + ROOM + 0.5} y2={ABOVE + ROOM + 0.5} />
            </svg>
            <figcaption class="va-quiet">{about}</figcaption>
            <details class="va-chart-table">
                <summary>{pa().show_table}</summary>
                <table class="va-table">
                    <caption class="va-unseen">{title}</caption>
                    <thead><tr><th scope="col">{pa().day}</th><th scope="col" class="va-number">{pa().count}</th></tr></thead>
                    <tbody>
                        {bars.into_iter().rev().map(|bar| view! {
                            <tr><th scope="row">{format::utc_day(bar.day)}</th><td class="va-number">{format::count(bar.count)}</td></tr>
                        }).collect_view()}
                    </tbody>
                </table>
            </details>
        </figure>
    }
}

/// Parts of a whole, each with a bar, its number and its share.
#[component]
pub fn Shares(
    #[prop(into)] title: String,
    /// Name and number.
    parts: Vec<(String, i64)>,
) -> impl IntoView {
    let sum: i64 = parts.iter().map(|(_, count)| count).sum();
    let share = move |count: i64| if sum > 0 { count as f32 / sum as f32 } else { 0.0 };
    view! {
        <table class="va-shares">
            <caption class="va-unseen">{title}</caption>
            <thead class="va-unseen">
                <tr><th scope="col">{pa().kind}</th><th scope="col">{pa().count}</th><th scope="col">{pa().share}</th></tr>
            </thead>
            <tbody>
                {parts.into_iter().map(|(name, count)| view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td class="va-number">{format::count(count)}</td>
                        <td><span class="va-share" aria-hidden="true"><span style:width=format!("{:.1}%", share(count) * 100.0)></span></span>
                            <span class="va-quiet">{format::share(share(count))}</span></td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bar_fills_the_room_and_the_lowest_is_seen() {
        assert_eq!(height(10, 10), ROOM);
        assert_eq!(height(5, 10), ROOM / 2.0);
        assert_eq!(height(1, 1_000_000), 2.0);
        assert_eq!((height(0, 10), height(0, 0)), (0.0, 0.0));
    }
}
