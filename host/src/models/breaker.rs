//! Stops asking an endpoint that keeps failing, and tries it again after a while.

use std::sync::{Mutex, PoisonError};

/// One failure may be chance, three in a row are not.
const FAILURES: u32 = 3;
/// Milliseconds until one request may try again.
const PAUSE_MS: i64 = 30_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaker {
    Closed,
    /// One request may try.
    Trying,
    Open,
}

#[derive(Default)]
pub(super) struct Health {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    closed_until: i64,
}

impl Health {
    /// Whether to ask now. While `Trying`, others see `Open` until the outcome is known or another pause has passed.
    pub(super) fn ask(&self, now: i64) -> Breaker {
        let mut state = self.lock();
        if state.failures < FAILURES {
            return Breaker::Closed;
        }
        if now < state.closed_until {
            return Breaker::Open;
        }
        state.closed_until = now + PAUSE_MS;
        Breaker::Trying
    }

    /// Failed so often that it is given a pause; without taking the one trial.
    pub(super) fn is_paused(&self) -> bool {
        self.lock().failures >= FAILURES
    }

    pub(super) fn succeeded(&self) {
        *self.lock() = State::default();
    }

    pub(super) fn failed(&self, now: i64) {
        let mut state = self.lock();
        state.failures = state.failures.saturating_add(1);
        state.closed_until = now + PAUSE_MS;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_open_it_and_one_try_after_the_pause_decides() {
        let health = Health::default();
        for _ in 0..2 {
            health.failed(0);
            assert_eq!(health.ask(0), Breaker::Closed);
        }
        health.failed(1_000);
        assert_eq!(health.ask(1_000 + PAUSE_MS - 1), Breaker::Open);
        assert_eq!(health.ask(1_000 + PAUSE_MS), Breaker::Trying);
        assert_eq!(health.ask(1_000 + PAUSE_MS + 1), Breaker::Open);
        health.failed(40_000);
        assert_eq!(health.ask(40_000 + PAUSE_MS - 1), Breaker::Open);
        assert_eq!(health.ask(40_000 + PAUSE_MS), Breaker::Trying);
        health.succeeded();
        assert_eq!(health.ask(40_000 + PAUSE_MS), Breaker::Closed);
    }

    #[test]
    fn a_success_forgets_earlier_failures() {
        let health = Health::default();
        health.failed(0);
        health.failed(0);
        health.succeeded();
        health.failed(0);
        assert_eq!(health.ask(0), Breaker::Closed);
    }
}
