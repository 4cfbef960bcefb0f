//! Troubles that can be switched on.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How an unreachable server shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Down {
    #[default]
    No,
    /// 503 for every request.
    Unavailable,
    /// Connections end without an answer.
    Dropped,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub status: u16,
    pub retry_after: Option<u64>,
}

#[derive(Default)]
pub(crate) struct Faults {
    pub delay: Duration,
    pub down: Down,
    pub failures: VecDeque<Failure>,
    /// Wait before the content of a file, by its id.
    pub slow: BTreeMap<i64, Duration>,
}
