//! File events of the app `webhook_listeners`: late, unordered, sometimes twice, sometimes never. A hint, no more.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Nextcloud;
use crate::error::NextcloudError;

const LISTENERS: &str = "/ocs/v2.php/apps/webhook_listeners/api/v1/webhooks";
/// What becomes known of files. A file that goes to the trash is deleted; the trash's own event cannot be had.
const EVENTS: [&str; 6] = [
    "OCP\\Files\\Events\\Node\\NodeCreatedEvent",
    "OCP\\Files\\Events\\Node\\NodeWrittenEvent",
    "OCP\\Files\\Events\\Node\\NodeDeletedEvent",
    "OCP\\Files\\Events\\Node\\NodeRenamedEvent",
    "OCP\\Files\\Events\\Node\\NodeCopiedEvent",
    "OCA\\Files_Trashbin\\Events\\NodeRestoredEvent",
];

/// What a file event says. The path is the acting user's own view, `/{uid}/files/…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEvent {
    pub change: FileChange,
    pub file_id: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChange {
    Written,
    Moved,
    Gone,
}

#[derive(Deserialize)]
struct Delivery {
    event: Event,
}

#[derive(Deserialize)]
struct Event {
    class: String,
    #[serde(default)]
    node: Option<Place>,
    #[serde(default)]
    target: Option<Place>,
    #[serde(default)]
    source: Option<Place>,
}

#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    id: Option<i64>,
}

impl FileEvent {
    /// Reads a delivery, which comes without a content type. `None` for an event that is about no file.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let event = serde_json::from_slice::<Delivery>(body).ok()?.event;
        let name = event.class.rsplit('\\').next()?;
        let change = match name {
            "NodeDeletedEvent" => FileChange::Gone,
            "NodeRenamedEvent" | "NodeRestoredEvent" => FileChange::Moved,
            name if name.starts_with("Node") => FileChange::Written,
            _ => return None,
        };
        let place = event.node.or(event.target).or(event.source);
        Some(Self {
            change,
            file_id: place.and_then(|place| place.id).filter(|id| *id > 0),
        })
    }
}

#[derive(Deserialize)]
struct Listener {
    id: i64,
    uri: String,
    event: String,
}

impl Nextcloud {
    /// Registers every file event for the route `uri` exactly once: a POST always inserts, so the list is read first.
    /// Returns how many are registered; an event that this server does not know is left out.
    ///
    /// # Errors
    /// The app `webhook_listeners` is missing, or Nextcloud cannot be reached.
    pub async fn register_file_events(&self, uri: &str) -> Result<usize, NextcloudError> {
        let mut known: Vec<String> = Vec::new();
        for listener in self.file_listeners(uri).await? {
            if known.contains(&listener.event) || !EVENTS.contains(&listener.event.as_str()) {
                self.remove_listener(listener.id).await?;
            } else {
                known.push(listener.event);
            }
        }
        for event in EVENTS {
            if known.iter().any(|name| name == event) {
                continue;
            }
            let body = json!({
                "httpMethod": "POST", "uri": uri, "event": event, "eventFilter": [], "userIdFilter": "",
                "headers": {}, "authMethod": "none", "authData": {},
            });
            match self.ocs::<Value>(Method::POST, LISTENERS, None, Some(body)).await {
                Ok(_) => known.push(event.to_owned()),
                Err(NextcloudError::Status { status: 400, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(known.len())
    }

    /// How many file events are registered for the route `uri`.
    ///
    /// # Errors
    /// As [`Nextcloud::register_file_events`].
    pub async fn registered_file_events(&self, uri: &str) -> Result<usize, NextcloudError> {
        Ok(self.file_listeners(uri).await?.len())
    }

    /// # Errors
    /// As [`Nextcloud::register_file_events`].
    pub async fn remove_file_events(&self, uri: &str) -> Result<(), NextcloudError> {
        for listener in self.file_listeners(uri).await? {
            self.remove_listener(listener.id).await?;
        }
        Ok(())
    }

    async fn file_listeners(&self, uri: &str) -> Result<Vec<Listener>, NextcloudError> {
        let all: Vec<Listener> = self.ocs(Method::GET, LISTENERS, None, None).await?;
        Ok(all.into_iter().filter(|listener| listener.uri == uri).collect())
    }

    async fn remove_listener(&self, id: i64) -> Result<(), NextcloudError> {
        self.ocs::<Value>(Method::DELETE, &format!("{LISTENERS}/{id}"), None, None)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_read_as_the_server_sends_it() {
        let body = br#"{"event":{"node":{"id":165,"path":"/alice/files/Documents/up1.txt"},"class":"OCP\\Files\\Events\\Node\\NodeCreatedEvent"},"user":{"uid":"alice","displayName":"alice"},"time":1795331071,"authentication":[]}"#;
        let event = FileEvent::parse(body);
        assert_eq!(
            event,
            Some(FileEvent {
                change: FileChange::Written,
                file_id: Some(165)
            })
        );
        let body = br#"{"event":{"source":{"path":"/a"},"target":{"id":9,"path":"/b"},"class":"OCP\\Files\\Events\\Node\\NodeRenamedEvent"}}"#;
        assert_eq!(
            FileEvent::parse(body),
            Some(FileEvent {
                change: FileChange::Moved,
                file_id: Some(9)
            })
        );
    }

    #[test]
    fn anything_else_is_no_event() {
        assert_eq!(FileEvent::parse(b"{}"), None);
        assert_eq!(
            FileEvent::parse(br#"{"event":{"class":"OCP\\User\\Events\\UserCreatedEvent"}}"#),
            None
        );
    }
}
