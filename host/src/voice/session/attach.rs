//! A connection takes over: the first one, or one that comes back.

use voice_turn::vap::{ClientMessage, Codec, HostMessage};
use voice_turn::{Event, Mode, State, Waits};

use super::super::begin::RESUME_S;
use super::super::input::{Attach, Input, Transport, Worked};
use super::super::microphone::Microphone;
use super::super::mouth::VOICE_RATE;
use super::super::store;
use super::super::wire::Link;
use super::super::words;
use super::Session;
use crate::audit;
use crate::edge::problem::Problem;
use crate::live::{self, Happening};

/// The rate in which a client that offers these is spoken to.
fn rate_of(offered: Vec<u32>) -> u32 {
    let offered = offered.into_iter().filter(|rate| (8_000..=48_000).contains(rate));
    let rates: Vec<u32> = offered.collect();
    let wanted = rates.contains(&VOICE_RATE) || rates.is_empty();
    if wanted { VOICE_RATE } else { rates[0] }
}

impl Session {
    pub(super) async fn attach(&mut self, attach: Attach) {
        let Attach {
            caller,
            hello,
            resumed,
            transport,
            out,
            kept,
            joined,
        } = attach;
        let asked = self.now();
        let ClientMessage::Hello {
            down_seq,
            heard_ms,
            audio_out,
            ..
        } = hello
        else {
            return;
        };
        let first = self.is_new();
        let ready = match first {
            true => {
                self.speaking.rate = rate_of(audio_out.rates);
                self.open_microphone()
            }
            false => Ok(()),
        };
        let noted = match ready {
            Ok(()) => self.note_joined(transport, first).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        if let Err(problem) = noted {
            // Who does not wait for it any more needs no reason.
            let _ = joined.send(Err(problem));
            return;
        }
        self.caller = caller;
        self.links += 1;
        let number = self.links;
        if joined.send(Ok(number)).is_err() {
            return self.disconnected();
        }
        if first {
            let now = self.now();
            self.state = State::new(waits(), Mode::HandsFree, now);
            self.changed = now;
        }
        let welcome = HostMessage::Welcome {
            session_id: self.id.clone(),
            resume_token: self.resume.clone(),
            resume_window_s: RESUME_S,
            up_seq: self.inbox.last(),
            codec: Codec::Pcm16,
            rate: self.speaking.rate,
            local: self.is_local(),
        };
        if self.wire.is_connected() {
            self.happen(Event::Disconnected);
        }
        let now = self.now();
        self.wire
            .connect(Link { number, out, kept }, welcome, resumed, down_seq, now);
        match first {
            true => {
                self.happen(Event::Connected);
                let ready_ms = self.now() - asked;
                self.wire.tell(HostMessage::Listening { ready_ms });
            }
            false => {
                self.happen(Event::Reconnected { heard_ms });
                self.wire.mention(HostMessage::TurnState {
                    turn: self.state.turn(),
                    state: words::phase(self.state.phase()).to_owned(),
                });
            }
        }
    }

    fn open_microphone(&mut self) -> Result<(), Problem> {
        let detector = self
            .app
            .voice
            .speech
            .detector()
            .map_err(|error| Problem::internal(&error))?;
        let inbox = self.handle.inbox.clone();
        let tell = move |windows| inbox.blocking_send(Input::Worked(Worked::Windows(windows))).is_ok();
        let microphone =
            Microphone::open(&detector, self.speaking.rate, tell).map_err(|error| Problem::internal(&error))?;
        self.microphone = Some(microphone);
        Ok(())
    }

    async fn note_joined(&self, transport: Transport, first: bool) -> Result<(), sqlx::Error> {
        let now = self.app.clock.now_ms();
        let mut tx = crate::db::begin(&self.app.db).await?;
        store::set_transport(&mut tx, &self.id, transport.name()).await?;
        let event = audit::Event::new(self.caller.id(), "voice.session_joined", "voice_session", &self.id);
        let how = serde_json::json!({ "transport": transport.name() });
        audit::record(&mut tx, now, &event.detail(how)).await?;
        if first {
            let happening = Happening {
                kind: "voice.session_started",
                user: Some(self.caller.id()),
                session: None,
                resource_type: "voice_session",
                resource_id: &self.id,
                data: serde_json::json!({
                    "kind": store::kind(self.is_local()), "transport": transport.name(), "local": self.is_local(),
                }),
            };
            live::note(&mut tx, now, &happening).await?;
        }
        tx.commit().await?;
        self.app.live.wake();
        Ok(())
    }
}

/// The final text is read several times, which takes as long on a busy machine as some seconds; a text that was read once
/// is not asked in its place.
fn waits() -> Waits {
    Waits {
        final_text: 5_000,
        ..Waits::default()
    }
}
