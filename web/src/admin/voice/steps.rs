//! How long each step of an answer takes, over a time that is chosen.

use api_types::{ProblemBody, VoiceAnalytics, VoiceStage};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{t, vo},
    ui::{icon::Icon, problem::Problem},
};

/// As the host takes them.
const WINDOWS: [&str; 3] = ["1h", "24h", "7d"];

fn window_name(window: &str) -> &'static str {
    match window {
        "1h" => vo().window_hour,
        "24h" => vo().window_day,
        _ => vo().window_week,
    }
}

fn step(name: &str) -> &str {
    let vo = vo();
    match name {
        "eou_delay" => vo.step_eou_delay,
        "transcription_delay" => vo.step_transcription_delay,
        "llm_ttft" => vo.step_llm_ttft,
        "tts_ttfb" => vo.step_tts_ttfb,
        "ttfa" => vo.step_ttfa,
        "e2e" => vo.step_e2e,
        "bargein_silence" => vo.step_bargein_silence,
        other => other,
    }
}

#[component]
pub fn Steps() -> impl IntoView {
    let window = RwSignal::new(WINDOWS[1]);
    let found = RwSignal::new(None::<Result<VoiceAnalytics, ProblemBody>>);
    let load = move || {
        let wanted = window.get_untracked();
        spawn_local(async move {
            let answer = api::panel(&format!("voice/tt-analytics?window={wanted}")).await;
            // An answer for another time is stale, and the page may have been left.
            if window.try_get_untracked() == Some(wanted) {
                found.set(Some(answer));
            }
        });
    };
    load();
    view! {
        <section aria-labelledby="va-voice-steps">
            <div class="va-page-head">
                <h2 id="va-voice-steps">{vo().admin_steps}</h2>
                <div class="va-row">
                    <select aria-label=vo().admin_window on:change=move |event| {
                        let chosen = event_target_value(&event);
                        if let Some(known) = WINDOWS.into_iter().find(|known| *known == chosen) {
                            window.set(known);
                            load();
                        }
                    }>
                        {WINDOWS.into_iter().map(|known| view! {
                            <option value=known selected=move || window.get() == known>{window_name(known)}</option>
                        }).collect_view()}
                    </select>
                    <button class="va-button quiet" on:click=move |_| load()><Icon name="refresh" />{t().refresh}</button>
                </div>
            </div>
            {move || match found.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                Some(Ok(analytics)) => view! { <Measured analytics /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Measured(analytics: VoiceAnalytics) -> impl IntoView {
    let tiles = [
        (vo().admin_sessions, analytics.sessions),
        (vo().questions, analytics.turns),
        (vo().cut_offs, analytics.bargeins),
        (vo().held_for_nothing, analytics.false_interruptions),
        (vo().fallbacks, analytics.fallbacks),
        (vo().errors, analytics.errors),
    ];
    let longest = analytics.stages.iter().filter_map(|stage| stage.p99).max().unwrap_or(0);
    let measured = analytics.stages.iter().any(|stage| stage.count > 0);
    view! {
        <dl class="va-counts">
            {tiles.into_iter().map(|(name, count)| view! { <div><dt>{name}</dt><dd>{format::count(count)}</dd></div> }).collect_view()}
        </dl>
        {if measured {
            view! {
                <div class="va-scroll" tabindex="0" role="group" aria-label=vo().admin_steps>
                    <table class="va-table">
                        <thead>
                            <tr>
                                <th scope="col">{vo().step}</th><th scope="col" class="va-number">{vo().measured}</th>
                                <th scope="col" class="va-number">{vo().half}</th><th scope="col" class="va-number">{vo().most}</th>
                                <th scope="col" class="va-number">{vo().nearly_all}</th>
                            </tr>
                        </thead>
                        <tbody>{analytics.stages.into_iter().map(|stage| row(stage, longest)).collect_view()}</tbody>
                    </table>
                </div>
            }.into_any()
        } else {
            view! { <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{vo().admin_steps_none}</span></p> }.into_any()
        }}
    }
}

/// How long a bar is, of the longest time in the table.
fn share(ms: Option<i64>, longest: i64) -> f64 {
    match ms {
        Some(ms) if longest > 0 => (ms.max(0) as f64 / longest as f64).min(1.0),
        _ => 0.0,
    }
}

fn row(stage: VoiceStage, longest: i64) -> impl IntoView {
    let time = |ms: Option<i64>| ms.map_or_else(|| "\u{2013}".to_owned(), format::duration);
    let bar = share(stage.p95, longest);
    view! {
        <tr>
            <th scope="row">{step(&stage.name).to_owned()}</th>
            <td class="va-number">{format::count(stage.count)}</td>
            <td class="va-number">{time(stage.p50)}</td>
            <td class="va-number">
                {time(stage.p95)}
                <span class="va-step-bar" aria-hidden="true"><span style:width=format!("{:.1}%", bar * 100.0)></span></span>
            </td>
            <td class="va-number">{time(stage.p99)}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_bar_is_a_share_of_the_longest_time_and_empty_without_one() {
        assert_eq!(share(Some(500), 1_000), 0.5);
        assert_eq!(
            (share(None, 1_000), share(Some(5), 0), share(Some(9), 3)),
            (0.0, 0.0, 1.0)
        );
    }
}
