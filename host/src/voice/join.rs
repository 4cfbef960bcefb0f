//! The first message of a connection: who it is, and which session it carries.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use voice_turn::vap::{ClientMessage, CloseCode, Codec, read_client};

use super::input::{Attach, Input, Out, Transport};
use super::kept::Kept;
use super::sessions::{Handle, Refused};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;

/// A connection that carries a session.
pub struct Joined {
    pub link: u64,
    pub handle: Handle,
}

/// Why it does not, for either transport.
pub struct Refusal {
    pub code: CloseCode,
    pub problem: Problem,
}

fn refusal(code: CloseCode, problem: Problem) -> Refusal {
    Refusal { code, problem }
}

/// # Errors
/// 4400 for what is no `hello` of ours, 4401 for a session or ticket that is not the caller's, 4410 for a session
/// to come back to that is not there.
pub async fn join(
    app: &App,
    caller: &Caller,
    text: &str,
    transport: Transport,
    out: mpsc::Sender<Out>,
    kept: Option<Arc<Kept>>,
) -> Result<Joined, Refusal> {
    let bad = |why: String| refusal(CloseCode::BadMessage, Problem::bad_request(why));
    let hello = read_client(text).map_err(|error| bad(format!("The first message cannot be read: {error}.")))?;
    let ClientMessage::Hello {
        session_id,
        ticket,
        resume_token,
        audio_in,
        audio_out,
        ..
    } = &hello.message
    else {
        return Err(bad("The first message of a connection is `hello`.".into()));
    };
    if audio_in.codec != Codec::Pcm16 || audio_in.rate != speech::RATE {
        return Err(bad("Send the microphone as `pcm_s16le` with a rate of 16000.".into()));
    }
    if !audio_out.codecs.is_empty() && !audio_out.codecs.contains(&Codec::Pcm16) {
        return Err(bad(
            "The answer's sound is `pcm_s16le`; name it among `audio_out.codecs`.".into(),
        ));
    }
    let now = app.clock.now_ms();
    let (handle, resumed) = app
        .voice
        .sessions
        .enter((session_id, caller.id()), ticket, resume_token.as_deref(), now)
        .map_err(|why| match why {
            Refused::Unknown => refusal(
                match resume_token {
                    Some(_) => CloseCode::Gone,
                    None => CloseCode::NotSignedIn,
                },
                Problem::not_found(),
            ),
            Refused::Ticket => refusal(
                CloseCode::NotSignedIn,
                Problem::forbidden(
                    "This ticket was used already or is more than a minute old. Begin a new voice session.",
                ),
            ),
        })?;
    let (told, joined) = oneshot::channel();
    let attach = Attach {
        caller: caller.clone(),
        hello: hello.message,
        resumed,
        transport,
        out,
        kept,
        joined: told,
    };
    let gone = || refusal(CloseCode::NotSignedIn, Problem::not_found());
    let sent = handle.inbox.send(Input::Attach(Box::new(attach))).await;
    sent.map_err(|_| gone())?;
    let link = joined.await.map_err(|_| gone())?;
    let link = link.map_err(|problem| refusal(CloseCode::NoCapacity, problem))?;
    Ok(Joined { link, handle })
}
