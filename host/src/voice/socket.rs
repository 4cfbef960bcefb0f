//! `WS /api/v1/voice`: carries one session, `vap.v1`, sound both ways.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message as Carried, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use voice_turn::vap::{CloseCode, Message, SUBPROTOCOL};

use super::input::{BEHIND, Input, Out, Transport};
use super::join::{Joined, join};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::guard;
use crate::edge::problem::Problem;

/// A connection that does not say who it is ends.
const FIRST: Duration = Duration::from_secs(10);
/// A client answers each of these.
const PING: Duration = Duration::from_secs(15);
/// Nothing came for so long: nobody is there any more.
const SILENT: Duration = Duration::from_secs(45);
/// A client that takes nothing for so long is gone.
const STUCK: Duration = Duration::from_secs(10);
/// The protocol's longest message, and some more.
const LONGEST: usize = 80 * 1024;
/// What is read at once, which each session keeps: a second of sound is four times as long.
const READ: usize = 8 * 1024;
/// RFC 6455: the purpose is fulfilled.
const NORMAL: u16 = 1000;

#[utoipa::path(get, path = "/api/v1/voice",
    responses((status = 101), (status = 400, body = api_types::ProblemBody), (status = 401, body = api_types::ProblemBody), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    caller.require_asker()?;
    if !guard::from_here(&headers, app.config.nextcloud()) {
        return Err(Problem::forbidden(
            "Open the voice session from VoiceAssist's own page.",
        ));
    }
    let upgrade = upgrade?
        .protocols([SUBPROTOCOL])
        .max_message_size(LONGEST)
        .max_frame_size(LONGEST)
        .read_buffer_size(READ);
    Ok(upgrade.on_upgrade(move |socket| carry(app, caller, socket)))
}

async fn carry(app: Arc<App>, caller: Caller, mut socket: WebSocket) {
    let first = timeout(FIRST, first_text(&mut socket)).await.ok().flatten();
    let Some(text) = first else {
        return close(&mut socket, Some(CloseCode::BadMessage)).await;
    };
    let (out, outgoing) = mpsc::channel(BEHIND);
    match join(&app, &caller, &text, Transport::WebSocket, out, None).await {
        Ok(Joined { link, handle }) => {
            pump(&mut socket, outgoing, link, &handle.inbox).await;
            // A session that has ended does not mind.
            let _ = handle.inbox.send(Input::Lost { link }).await;
        }
        Err(refusal) => close(&mut socket, Some(refusal.code)).await,
    }
}

async fn first_text(socket: &mut WebSocket) -> Option<String> {
    loop {
        match socket.recv().await? {
            Ok(Carried::Text(text)) => return Some(text.as_str().to_owned()),
            Ok(Carried::Ping(_) | Carried::Pong(_)) => {}
            Ok(Carried::Binary(_) | Carried::Close(_)) | Err(_) => return None,
        }
    }
}

/// Both ways, until one side closes.
async fn pump(socket: &mut WebSocket, mut outgoing: mpsc::Receiver<Out>, link: u64, inbox: &mpsc::Sender<Input>) {
    let mut ping = tokio::time::interval(PING);
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            out = outgoing.recv() => match out {
                Some(Out::Message(Message::Text(text))) => Carried::Text(text.into()),
                Some(Out::Message(Message::Binary(bytes))) => Carried::Binary(bytes.into()),
                Some(Out::Close(code)) => return close(socket, code).await,
                None => return,
            },
            _ = ping.tick() => match heard.elapsed() < SILENT {
                true => Carried::Ping(Vec::new().into()),
                false => return,
            },
            said = socket.recv() => {
                heard = Instant::now();
                let message = match said {
                    Some(Ok(Carried::Text(text))) => Message::Text(text.as_str().to_owned()),
                    Some(Ok(Carried::Binary(bytes))) => Message::Binary(bytes.to_vec()),
                    Some(Ok(Carried::Ping(_) | Carried::Pong(_))) => continue,
                    Some(Ok(Carried::Close(_)) | Err(_)) | None => return,
                };
                if inbox.send(Input::Said { link, message }).await.is_err() {
                    return;
                }
                continue;
            }
        };
        if !matches!(timeout(STUCK, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

async fn close(socket: &mut WebSocket, code: Option<CloseCode>) {
    let frame = CloseFrame {
        code: code.map_or(NORMAL, CloseCode::code),
        reason: "".into(),
    };
    let _ = timeout(STUCK, socket.send(Carried::Close(Some(frame)))).await;
    // The client's own closing is waited for a little, so that it reads the code.
    let _ = timeout(STUCK, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}
