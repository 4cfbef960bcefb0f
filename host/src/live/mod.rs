//! What administrators see happen: events are rows with a growing number, written with what they tell of, so that a reader
//! who was away and a second host miss none.

pub mod list;
pub mod socket;
mod store;

use serde_json::Value;
use tokio::sync::watch;

use crate::db::Tx;

/// These are not held back to travel with others.
const AT_ONCE: [&str; 2] = ["phi.accessed", "system.alert"];

/// Something that happened, before it has its number.
pub struct Happening<'a> {
    pub kind: &'static str,
    pub user: Option<&'a str>,
    pub session: Option<&'a str>,
    pub resource_type: &'static str,
    pub resource_id: &'a str,
    /// Ids, counts and classes; never text.
    pub data: Value,
}

/// Wakes those who listen on this host.
pub struct Live {
    news: watch::Sender<u64>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            news: watch::Sender::new(0),
        }
    }
}

impl Live {
    /// After the commit of what was [`note`]d.
    pub fn wake(&self) {
        self.news.send_modify(|count| *count += 1);
    }

    fn listen(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }
}

/// Adds the event to the transaction of what it tells of, opened by [`crate::db::begin`].
///
/// # Errors
/// Of the database.
pub async fn note(tx: &mut Tx, now: i64, happening: &Happening<'_>) -> Result<(), sqlx::Error> {
    store::insert(tx, now, happening).await
}

fn at_once(kind: &str) -> bool {
    AT_ONCE.contains(&kind)
}

/// Which events a reader wants: all types unless some are named, after the last one seen.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::IntoParams)]
pub struct Wanted {
    /// Types separated by commas; all when left out.
    #[serde(default)]
    pub types: Option<String>,
    /// The id of the last event seen; without it what comes from now on.
    #[serde(default)]
    pub after: Option<i64>,
}

impl Wanted {
    fn wants(&self, kind: &str) -> bool {
        self.types
            .as_deref()
            .filter(|types| !types.is_empty())
            .is_none_or(|types| types.split(',').any(|wanted| wanted.trim() == kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_types_are_wanted_and_none_named_means_all() {
        let of = |types: Option<&str>| Wanted {
            types: types.map(str::to_owned),
            after: None,
        };
        assert!(of(None).wants("phi.accessed") && of(Some("")).wants("phi.accessed"));
        let some = of(Some("phi.accessed, system.alert"));
        assert!(some.wants("system.alert") && !some.wants("conversation.created") && !some.wants("alert"));
    }
}
