//! `WS /api/admin/panel/ws`: events as they happen, 50 at a time or once a second, urgent ones at once.

use std::sync::Arc;
use std::time::Duration;

use api_types::{LiveEvent, LiveEvents, Role};
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::time::Instant;

use super::{Wanted, at_once, store};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::guard;
use crate::edge::problem::{Problem, Query};

/// Events in one message, and how long the first of them waits for others.
const TOGETHER: usize = 50;
const AT_MOST: Duration = Duration::from_secs(1);
/// Another host wakes nobody here: its events are looked for as often.
const LOOK: Duration = Duration::from_millis(500);
/// How often it is asked whether the reader is still an administrator.
const STILL: Duration = Duration::from_secs(3);

#[utoipa::path(get, path = "/api/admin/panel/ws", params(Wanted),
    responses((status = 101), (status = 400, body = api_types::ProblemBody), (status = 401, body = api_types::ProblemBody), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    caller.require_admin()?;
    if !guard::from_here(&headers, app.config.nextcloud()) {
        return Err(Problem::forbidden("Open the live view from VoiceAssist's own page."));
    }
    let upgrade = upgrade?;
    let after = match wanted.after {
        Some(after) => after,
        None => store::newest(&app.db).await?,
    };
    Ok(upgrade.on_upgrade(move |socket| async move {
        if let Err(error) = follow(&app, &caller, &wanted, after, socket).await {
            tracing::warn!(%error, "a live view ended");
        }
    }))
}

async fn follow(
    app: &App,
    caller: &Caller,
    wanted: &Wanted,
    mut after: i64,
    mut socket: WebSocket,
) -> Result<(), sqlx::Error> {
    let mut news = app.live.listen();
    let mut held: Vec<LiveEvent> = Vec::new();
    let mut since: Option<Instant> = None;
    let mut looked_at = Instant::now();
    loop {
        loop {
            let events = store::after(&app.db, after, TOGETHER as i64).await?;
            let Some(last) = events.last() else { break };
            after = last.id;
            for event in events.into_iter().filter(|event| wanted.wants(&event.kind)) {
                let urgent = at_once(&event.kind);
                held.push(event);
                if (urgent || held.len() == TOGETHER) && !give(&mut socket, &mut held).await {
                    return Ok(());
                }
            }
        }
        since = if held.is_empty() {
            None
        } else {
            since.or(Some(Instant::now()))
        };
        if since.is_some_and(|since| since.elapsed() >= AT_MOST) {
            if !give(&mut socket, &mut held).await {
                return Ok(());
            }
            since = None;
        }
        if looked_at.elapsed() >= STILL {
            if !matches!(caller.still_here(app).await, Ok(Role::Admin)) {
                let _ = socket.send(Message::Close(None)).await;
                return Ok(());
            }
            looked_at = Instant::now();
        }
        let left = since.map_or(LOOK, |since| AT_MOST.saturating_sub(since.elapsed()).min(LOOK));
        tokio::select! {
            _ = news.changed() => {}
            () = tokio::time::sleep(left) => {}
            said = socket.recv() => match said {
                // Nothing is asked for by words; pings are answered by the socket itself.
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => {}
            },
        }
    }
}

/// Sends what is held. False when nobody is there any more.
async fn give(socket: &mut WebSocket, held: &mut Vec<LiveEvent>) -> bool {
    let events = std::mem::take(held);
    let newest = events.last().map_or(0, |last| last.id);
    match serde_json::to_string(&LiveEvents { events, newest }) {
        Ok(text) => socket.send(Message::Text(text.into())).await.is_ok(),
        Err(_) => false,
    }
}
