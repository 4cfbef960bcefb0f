//! Conversations by voice, as administrators see them: how many, how they ended, where they stand, how long each stage
//! takes. Nothing that was said.

use std::sync::Arc;

use api_types::{ProblemBody, TurnStateRow, TurnStates, VoiceAnalytics, VoiceSessionPage, VoiceStage};
use axum::extract::State;
use serde::Deserialize;

use super::store::DAY_MS;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};
use crate::identity;
use crate::voice::store::{self, Measured};

const HOUR_MS: i64 = DAY_MS / 24;

#[utoipa::path(get, path = "/api/admin/panel/voice/sessions",
    responses((status = 200, body = VoiceSessionPage), (status = 403, body = ProblemBody)))]
pub async fn sessions(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<VoiceSessionPage>, Problem> {
    caller.require_admin()?;
    let sessions = store::newest(&app.db).await?;
    Ok(axum::Json(VoiceSessionPage { sessions }))
}

#[utoipa::path(get, path = "/api/admin/panel/voice/tt-sessions",
    responses((status = 200, body = TurnStates), (status = 403, body = ProblemBody)))]
pub async fn states(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<TurnStates>, Problem> {
    caller.require_admin()?;
    let queued = i64::try_from(app.voice.queued()).unwrap_or(i64::MAX);
    let mut sessions = Vec::new();
    for (session_id, user_id, status) in app.voice.sessions.states() {
        let user = identity::user(&app.db, &user_id).await?;
        sessions.push(TurnStateRow {
            session_id,
            user_name: user.map(|user| user.name).unwrap_or_default(),
            user_id,
            turn: status.turn,
            state: status.state.to_owned(),
            state_ms: i64::try_from(status.since.elapsed().as_millis()).unwrap_or(i64::MAX),
            connected: status.connected,
            queued,
        });
    }
    sessions.sort_by(|a, b| a.session_id.cmp(&b.session_id));
    let capacity = i64::try_from(app.config.voice_sessions).unwrap_or(i64::MAX);
    Ok(axum::Json(TurnStates { sessions, capacity }))
}

/// How far back.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Window {
    /// `1h`, `24h` (the default), `7d` or `30d`.
    #[serde(default)]
    window: Option<String>,
}

impl Window {
    fn ms(&self) -> Result<i64, Problem> {
        match self.window.as_deref() {
            Some("1h") => Ok(HOUR_MS),
            None | Some("" | "24h") => Ok(DAY_MS),
            Some("7d") => Ok(7 * DAY_MS),
            Some("30d") => Ok(30 * DAY_MS),
            Some(_) => Err(Problem::bad_request("`window` is 1h, 24h, 7d or 30d.")),
        }
    }
}

#[utoipa::path(get, path = "/api/admin/panel/voice/tt-analytics", params(Window),
    responses((status = 200, body = VoiceAnalytics), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub async fn analytics(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(window): Query<Window>,
) -> Result<axum::Json<VoiceAnalytics>, Problem> {
    caller.require_admin()?;
    let since = app.clock.now_ms() - window.ms()?;
    let (sessions, counts) = store::counts_since(&app.db, since).await?;
    let measured = store::measured_since(&app.db, since).await?;
    Ok(axum::Json(VoiceAnalytics {
        since,
        sessions,
        turns: i64::try_from(measured.len()).unwrap_or(i64::MAX),
        bargeins: counts.bargeins,
        false_interruptions: measured.iter().map(|one| one.false_interruptions).sum(),
        fallbacks: measured.iter().map(|one| one.fallbacks).sum(),
        errors: counts.errors,
        stages: stages(&measured),
    }))
}

type Stage = fn(&Measured) -> Option<i64>;

fn stages(measured: &[Measured]) -> Vec<VoiceStage> {
    let stages: [(&str, Stage); 7] = [
        ("eou_delay", |one| one.eou_delay),
        ("transcription_delay", |one| one.transcription_delay),
        ("llm_ttft", |one| one.llm_ttft),
        ("tts_ttfb", |one| one.tts_ttfb),
        ("ttfa", |one| one.ttfa),
        ("e2e", |one| one.e2e),
        ("bargein_silence", |one| one.bargein_silence),
    ];
    let all = stages.into_iter().map(|(name, of)| {
        let mut times: Vec<i64> = measured.iter().filter_map(of).collect();
        times.sort_unstable();
        VoiceStage {
            name: name.to_owned(),
            count: i64::try_from(times.len()).unwrap_or(i64::MAX),
            p50: percentile(&times, 50),
            p95: percentile(&times, 95),
            p99: percentile(&times, 99),
        }
    });
    all.collect()
}

/// The smallest of the sorted times that so many percent do not exceed.
fn percentile(times: &[i64], percent: usize) -> Option<i64> {
    let rank = (times.len() * percent).div_ceil(100);
    times.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<i64> = (1..=200).collect();
        let found = [50, 95, 99].map(|percent| percentile(&times, percent));
        assert_eq!(found, [Some(100), Some(190), Some(198)]);
        assert_eq!(percentile(&[7], 99), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }
}
