//! Redis carries one empty word, "look", between the hosts of a database. While it is away they look once a second.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{
    AsyncCommands, AsyncConnectionConfig, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind,
    RedisConnectionInfo,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Notify, mpsc};

use crate::egress::{AllowedOrigin, ConnectRequest, Egress, EgressError, Origin, PhiMode, Refusal};

const CHANNEL: &str = "voiceassist.news";
const SCHEME: &str = "redis";
/// Between two tries; doubled up to the second while Redis stays away.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];

/// Where Redis is, and how one signs in there.
pub struct Redis {
    host: String,
    port: u16,
    settings: RedisConnectionInfo,
    here: AtomicBool,
}

#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error(transparent)]
    Redis(#[from] ::redis::RedisError),
    #[error("the connection ended")]
    Ended,
}

impl Redis {
    /// None when `url` is not `redis://HOST`, with or without user, password, port and number of the database.
    pub fn parse(url: &SecretString) -> Option<Self> {
        let info = url.expose_secret().into_connection_info().ok()?;
        let ConnectionAddr::Tcp(host, port) = info.addr() else {
            return None;
        };
        Some(Self {
            host: host.clone(),
            port: *port,
            // Only its third protocol tells and asks on one connection.
            settings: info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3),
            here: AtomicBool::new(false),
        })
    }

    /// # Errors
    /// The host is no name or address.
    pub fn allowed_origin(&self) -> Result<AllowedOrigin, Refusal> {
        Ok(AllowedOrigin {
            origin: Origin::tcp(SCHEME, &self.host, self.port)?,
            local: true,
            phi: PhiMode::Never,
        })
    }

    /// Connected now.
    pub(super) fn is_here(&self) -> bool {
        self.here.load(Ordering::Relaxed)
    }

    /// Passes on `told` to the others and what they pass on to `look`, for ever.
    pub(super) async fn listen(&self, egress: &Egress, told: &Notify, look: &Notify) {
        let mut pause = AGAIN[0];
        loop {
            let Err(error) = self.connected(egress, told, look, &mut pause).await;
            self.here.store(false, Ordering::Relaxed);
            // Said once, not at each try.
            if pause == AGAIN[0] {
                tracing::warn!(%error, "Redis is away; other hosts hear of changes within a second");
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(AGAIN[1]);
        }
    }

    async fn connected(
        &self,
        egress: &Egress,
        told: &Notify,
        look: &Notify,
        pause: &mut Duration,
    ) -> Result<Infallible, Lost> {
        let request = ConnectRequest {
            purpose: SCHEME,
            scheme: SCHEME,
            host: &self.host,
            port: self.port,
            answer_id: None,
            agreement: None,
        };
        let stream = egress.connect(request).await?;
        let (sender, mut pushed) = mpsc::unbounded_channel();
        let config = AsyncConnectionConfig::new().set_push_sender(sender);
        let (link, driver) = MultiplexedConnection::new_with_config(&self.settings, stream, config).await?;
        tokio::select! {
            () = driver => Err(Lost::Ended),
            lost = self.converse(link, &mut pushed, told, look, pause) => lost,
        }
    }

    async fn converse(
        &self,
        mut link: MultiplexedConnection,
        pushed: &mut mpsc::UnboundedReceiver<PushInfo>,
        told: &Notify,
        look: &Notify,
        pause: &mut Duration,
    ) -> Result<Infallible, Lost> {
        link.subscribe(CHANNEL).await?;
        self.here.store(true, Ordering::Relaxed);
        *pause = AGAIN[0];
        // What was told while Redis was away.
        look.notify_one();
        loop {
            tokio::select! {
                push = pushed.recv() => match push.map(|push| push.kind) {
                    Some(PushKind::Message) => look.notify_one(),
                    Some(PushKind::Disconnection) | None => return Err(Lost::Ended),
                    Some(_) => {}
                },
                () = told.notified() => link.publish::<_, _, ()>(CHANNEL, "").await?,
            }
        }
    }
}
