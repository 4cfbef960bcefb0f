//! What one call may use.

use std::time::Duration;

use crate::World;

/// What one call may use, and how many run at once. Calculators have a lane of their own, so that plugins which
/// wait for a network cannot keep a calculation waiting.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Over all linear memories and tables of a call together.
    pub memory_bytes: usize,
    /// Wall time of a calculator's call, enforced to one tick of 10 ms.
    pub deadline: Duration,
    /// The same for a connected plugin, its waiting for the outside included, and for one `next` of a completion.
    pub connected_deadline: Duration,
    /// A completion from its opening to its end.
    pub completion_deadline: Duration,
    /// Calculations that run at once: pool slots.
    pub concurrency: u32,
    /// Calls of connected plugins that run at once, open completions among them. One plugin gets half of them.
    pub connected_concurrency: u32,
    /// Calls that may wait for a slot, in each lane; one more is `CallError::Saturated`.
    pub waiting: u32,
    /// Everything one call returns, or passes to one import, counted before it is copied.
    pub output_bytes: usize,
    /// Items of one returned list.
    pub list_items: usize,
    /// Bytes of one returned string.
    pub text_bytes: usize,
    /// Size of a component's file.
    pub component_bytes: usize,
    /// Requests of one call.
    pub http_requests: usize,
    /// Bodies of all requests of one call together; they are held in memory to be screened.
    pub http_sent_bytes: usize,
    /// Bodies of all responses of one call together.
    pub http_received_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // CPython starts with 20 MiB.
            memory_bytes: 64 << 20,
            deadline: Duration::from_millis(500),
            connected_deadline: Duration::from_secs(30),
            completion_deadline: Duration::from_secs(300),
            concurrency: 16,
            connected_concurrency: 16,
            waiting: 256,
            // Component records are counted by their in-memory size; 55 calculators with examples take about 1 MiB.
            output_bytes: 8 << 20,
            list_items: 4_096,
            text_bytes: 64 << 10,
            component_bytes: 32 << 20,
            http_requests: 64,
            http_sent_bytes: 8 << 20,
            http_received_bytes: 32 << 20,
        }
    }
}

/// A plugin's own limits; each counts only where it is below the host's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lower {
    pub memory_bytes: Option<usize>,
    pub deadline: Option<Duration>,
}

impl Limits {
    /// The limits of one plugin. [`Limits::deadline`] becomes the one of its world.
    pub(crate) fn of(&self, world: World, lower: Option<&Lower>) -> Self {
        let mut limits = self.clone();
        if world != World::Calculator {
            limits.deadline = self.connected_deadline;
        }
        if let Some(lower) = lower {
            limits.memory_bytes = limits.memory_bytes.min(lower.memory_bytes.unwrap_or(usize::MAX));
            limits.deadline = limits.deadline.min(lower.deadline.unwrap_or(Duration::MAX));
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_lowers_limits_and_never_raises_them() {
        let host = Limits::default();
        let tight = Lower {
            memory_bytes: Some(1 << 20),
            deadline: Some(Duration::from_millis(20)),
        };
        let greedy = Lower {
            memory_bytes: Some(1 << 40),
            deadline: Some(Duration::from_secs(3_600)),
        };
        let (low, same) = (
            host.of(World::Scraper, Some(&tight)),
            host.of(World::Scraper, Some(&greedy)),
        );
        assert_eq!((low.memory_bytes, low.deadline), (1 << 20, Duration::from_millis(20)));
        assert_eq!(
            (same.memory_bytes, same.deadline),
            (host.memory_bytes, host.connected_deadline)
        );
        assert_eq!(host.of(World::Calculator, Some(&greedy)).deadline, host.deadline);
    }
}
