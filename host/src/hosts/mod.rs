//! The processes that share one database: which of them live, and what each must hear of the others.
//!
//! What one tells is a row of the transaction that did it. Everyone reads the rows after the last one they know, at least once
//! a second; Redis, where there is one, only says that there are some. Nothing is lost with it.

mod redis;
mod store;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Random, new_id};
use crate::db::{Db, Tx};
use crate::egress::Egress;

pub use redis::Redis;

/// What the gate must allow for the Redis at this address; none when it cannot be read.
pub fn origin(url: &secrecy::SecretString) -> Option<crate::egress::AllowedOrigin> {
    Redis::parse(url)?.allowed_origin().ok()
}

/// Without Redis nothing is heard later than this after its commit.
const LOOK: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_secs(5);
/// Who was not seen for so long is gone. Clocks of machines may differ by a few seconds.
const GONE_MS: i64 = 30_000;
/// Rows are kept longer than any reader that lives stays behind.
const KEPT_MS: i64 = 60 * 60 * 1000;
/// What a subscriber may leave unread before the oldest is dropped.
const UNREAD: usize = 4_096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A document was read, changed or removed: its passages in the index are out of date.
    Document,
    /// Only its readers have changed.
    Readers,
    /// The answer of this message is to stop.
    Stop,
}

impl Topic {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Document, "document"),
        (Self::Readers, "readers"),
        (Self::Stop, "stop"),
    ];

    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(topic, _)| *topic == self)
            .map_or("", |(_, name)| name)
    }

    /// None of a topic that only a newer version knows.
    fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(topic, _)| *topic)
    }
}

/// One thing that another process told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub topic: Topic,
    /// An id; never text.
    pub key: String,
}

/// This process among those of its database.
pub struct Hosts {
    /// Of this process; another one after each start.
    pub id: String,
    /// The database is a file, which one process has for itself: there is nobody to tell or to hear.
    alone: bool,
    begun_after: i64,
    db: Db,
    clock: Arc<dyn Clock>,
    redis: Option<Redis>,
    heard: broadcast::Sender<News>,
    /// There may be rows to read.
    look: Notify,
    /// The others are to be told to look.
    told: Notify,
}

impl Hosts {
    /// What is told from now on will be heard: call it before anything is read that news are about.
    ///
    /// # Errors
    /// Of the database.
    pub async fn open(
        db: Db,
        clock: Arc<dyn Clock>,
        random: &dyn Random,
        redis: Option<Redis>,
    ) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: new_id(random),
            alone: crate::db::is_sqlite(&db),
            begun_after: store::last(&db).await?,
            db,
            clock,
            redis,
            heard: broadcast::Sender::new(UNREAD),
            look: Notify::new(),
            told: Notify::new(),
        })
    }

    /// Adds a row to the transaction that makes it true. Call [`Hosts::announce`] after its commit.
    ///
    /// # Errors
    /// Of the database.
    pub async fn tell(&self, tx: &mut Tx, topic: Topic, key: &str) -> Result<(), sqlx::Error> {
        if self.alone {
            return Ok(());
        }
        store::tell(tx, &self.id, topic.name(), key, self.clock.now_ms()).await
    }

    /// Lets the others look at once, where there is a Redis.
    pub fn announce(&self) {
        self.told.notify_one();
    }

    /// Whether Redis is connected; none where there is none, or nobody to tell.
    pub fn redis_is_here(&self) -> Option<bool> {
        self.redis.as_ref().filter(|_| !self.alone).map(Redis::is_here)
    }

    /// What the others tell from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.heard.subscribe()
    }

    /// Becomes one of the hosts, or the only one.
    ///
    /// # Errors
    /// Of the database.
    pub async fn join(&self) -> Result<(), sqlx::Error> {
        if self.alone {
            store::forget_all(&self.db).await?;
        }
        self.beat().await
    }

    /// Shows that this process lives and forgets those that do not.
    ///
    /// # Errors
    /// Of the database.
    pub async fn beat(&self) -> Result<(), sqlx::Error> {
        let now = self.clock.now_ms();
        store::beat(&self.db, &self.id, now, now - GONE_MS).await
    }

    /// The others need not wait to take over what this process leaves behind.
    ///
    /// # Errors
    /// Of the database.
    pub async fn leave(&self) -> Result<(), sqlx::Error> {
        store::forget(&self.db, &self.id).await
    }

    /// Reads what the others tell until `stop`; `after_beat` follows each sign of life.
    pub async fn follow<F: Future<Output = ()>>(
        &self,
        egress: &Egress,
        stop: &CancellationToken,
        after_beat: impl Fn() -> F,
    ) {
        if self.alone {
            return;
        }
        stop.run_until_cancelled(async {
            tokio::join!(self.read(), self.live(after_beat), self.listen(egress));
        })
        .await;
    }

    async fn read(&self) {
        let mut last = self.begun_after;
        loop {
            let _ = tokio::time::timeout(LOOK, self.look.notified()).await;
            match store::after(&self.db, last).await {
                Ok(rows) => {
                    for row in rows {
                        last = row.sequence;
                        let topic = Topic::parse(&row.topic).filter(|_| row.host != self.id);
                        if let Some(topic) = topic {
                            let _ = self.heard.send(News { topic, key: row.key });
                        }
                    }
                }
                Err(error) => tracing::error!(%error, "the news of other hosts cannot be read"),
            }
        }
    }

    async fn live<F: Future<Output = ()>>(&self, after_beat: impl Fn() -> F) {
        loop {
            tokio::time::sleep(BEAT).await;
            let beat = async {
                self.beat().await?;
                store::forget_news(&self.db, self.clock.now_ms() - KEPT_MS).await
            };
            if let Err(error) = beat.await {
                tracing::error!(%error, "the sign of life cannot be written");
                continue;
            }
            after_beat().await;
        }
    }

    async fn listen(&self, egress: &Egress) {
        let Some(redis) = &self.redis else { return };
        redis.listen(egress, &self.told, &self.look).await;
    }
}
