//! File events and their delivery by webhook_listeners (nextcloud.md 5.1).

use serde_json::{Value, json};

use super::client::Outgoing;
use super::state::State;
use super::{Nextcloud, locked};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    Created,
    Written,
    Deleted,
    Renamed,
    Copied,
    Restored,
}

impl Happened {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Created => "OCP\\Files\\Events\\Node\\NodeCreatedEvent",
            Self::Written => "OCP\\Files\\Events\\Node\\NodeWrittenEvent",
            Self::Deleted => "OCP\\Files\\Events\\Node\\NodeDeletedEvent",
            Self::Renamed => "OCP\\Files\\Events\\Node\\NodeRenamedEvent",
            Self::Copied => "OCP\\Files\\Events\\Node\\NodeCopiedEvent",
            Self::Restored => "OCA\\Files_Trashbin\\Events\\NodeRestoredEvent",
        }
    }
}

/// One event in the actor's name.
#[derive(Clone, Debug)]
pub(crate) struct FileEvent {
    pub happened: Happened,
    pub user: String,
    pub id: i64,
    /// In the actor's tree; of the source, where there are two.
    pub path: String,
    /// Id and path of the target, where there are two.
    pub target: Option<(i64, String)>,
    pub time: i64,
}

/// What becomes of the queued deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    InOrder,
    /// In an order that depends on the seed only.
    Shuffled(u64),
    /// Each one twice.
    Duplicated,
    /// None arrives, and the queue is empty.
    Lost,
    /// Only the first n arrive; the others stay queued for the next call.
    Late(usize),
}

/// One delivery that was tried.
#[derive(Clone, Debug)]
pub struct Delivered {
    pub class: String,
    pub user: String,
    /// `None` when the app did not answer within three seconds.
    pub status: Option<u16>,
}

impl State {
    pub(crate) fn event(&mut self, happened: Happened, user: &str, id: i64, path: &str, target: Option<(i64, String)>) {
        let time = self.now;
        self.events.push(FileEvent {
            happened,
            user: user.to_owned(),
            id,
            path: path.to_owned(),
            target,
            time,
        });
    }

    /// (uri, method, user, body) of each delivery that is due, in order.
    fn due(&self, events: &[FileEvent]) -> Vec<(Value, FileEvent)> {
        let mut due = Vec::new();
        for event in events {
            for webhook in &self.app.registered.webhooks {
                let filter = webhook["userIdFilter"].as_str().unwrap_or_default();
                let meant =
                    webhook["event"] == json!(event.happened.class()) && (filter.is_empty() || filter == event.user);
                // nextcloud.md 5.1: a disabled or missing app loses the event.
                if meant && self.app.enabled {
                    due.push((webhook.clone(), event.clone()));
                }
            }
        }
        due
    }

    fn payload(&self, event: &FileEvent) -> Value {
        let path = |path: &str| format!("/{}/files{path}", event.user);
        let class = event.happened.class();
        let whole = |id: i64, at: &str| json!({ "id": id, "path": path(at) });
        let bare = |at: &str| json!({ "path": path(at) });
        // A node that is no longer there has a path only (OCP\EventDispatcher\JsonSerializer).
        let body = match (&event.target, event.happened) {
            (Some((id, to)), Happened::Copied) => {
                json!({ "source": whole(event.id, &event.path), "target": whole(*id, to), "class": class })
            }
            (Some((id, to)), _) => json!({ "source": bare(&event.path), "target": whole(*id, to), "class": class }),
            (None, Happened::Deleted) => json!({ "node": bare(&event.path), "class": class }),
            (None, _) => json!({ "node": whole(event.id, &event.path), "class": class }),
        };
        let display = self
            .users
            .get(&event.user)
            .map_or(event.user.as_str(), |user| user.display.as_str());
        json!({
            "event": body,
            "user": { "uid": event.user, "displayName": display },
            "time": event.time,
            "authentication": [],
        })
    }
}

impl Nextcloud {
    /// Sends the queued events to the registered addresses, as cron would; nothing is repeated when it fails.
    pub async fn deliver_webhooks(&self, delivery: Delivery) -> Vec<Delivered> {
        let due = {
            let mut state = locked(&self.inner);
            let mut events = std::mem::take(&mut state.events);
            if let Delivery::Late(first) = delivery {
                state.events = events.split_off(first.min(events.len()));
            }
            let mut due: Vec<(Value, FileEvent, Value)> = state
                .due(&events)
                .into_iter()
                .map(|(webhook, event)| {
                    let payload = state.payload(&event);
                    (webhook, event, payload)
                })
                .collect();
            match delivery {
                Delivery::Lost => due.clear(),
                Delivery::Duplicated => due = due.into_iter().flat_map(|one| [one.clone(), one]).collect(),
                Delivery::Shuffled(seed) => shuffle(&mut due, seed),
                Delivery::InOrder | Delivery::Late(_) => {}
            }
            due
        };
        let mut delivered = Vec::new();
        for (webhook, event, payload) in due {
            let answer = self
                .inner
                .call_app(Outgoing {
                    method: webhook["httpMethod"].as_str().unwrap_or("POST"),
                    path: webhook["uri"].as_str().unwrap_or("/"),
                    user: &event.user,
                    // nextcloud.md 5.1: no Content-Type.
                    json: false,
                    body: payload.to_string().into(),
                    // nextcloud.md 5.1: 3 s.
                    timeout: std::time::Duration::from_secs(3),
                })
                .await;
            delivered.push(Delivered {
                class: event.happened.class().to_owned(),
                user: event.user,
                status: answer.ok().map(|answer| answer.status().as_u16()),
            });
        }
        delivered
    }

    /// Events that wait for delivery.
    pub fn queued_webhooks(&self) -> usize {
        locked(&self.inner).events.len()
    }
}

/// Fisher-Yates with xorshift.
fn shuffle<T>(list: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for at in (1..list.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (at as u64 + 1)).unwrap_or(0);
        list.swap(at, other);
    }
}
