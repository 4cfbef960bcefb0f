//! Turns for guests that compute for long.
//!
//! A guest holds its thread until the next tick, and as many of them as there are threads would hold them all: a call
//! of 50 us beside them would wait 10 ms. So a guest that has once computed for longer than [`TURN`] goes on only
//! while it has a turn, and there is one turn less than there are threads. A plugin that did so in its last call starts
//! its next that way.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, ready},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, sync::Semaphore};
use tokio_util::sync::PollSemaphore;

/// A fifth of a tick. No plugin of this project comes near it.
const TURN: Duration = Duration::from_millis(2);

#[derive(Clone)]
pub(crate) struct Turns {
    turns: Arc<Semaphore>,
    /// Whether the plugin's last call was long.
    long: Arc<AtomicBool>,
}

impl Turns {
    /// For the runtime this is called in.
    pub fn new() -> Self {
        let threads = Handle::try_current().map_or(1, |handle| handle.metrics().num_workers());
        Self {
            turns: Arc::new(Semaphore::new(threads.saturating_sub(1).max(1))),
            long: Arc::default(),
        }
    }

    /// The same turns, with the memory of one plugin.
    pub fn for_plugin(&self) -> Self {
        Self {
            turns: Arc::clone(&self.turns),
            long: Arc::default(),
        }
    }

    pub async fn take<R>(&self, call: impl Future<Output = R>) -> R {
        let mut call = pin!(call);
        let mut turns = PollSemaphore::new(Arc::clone(&self.turns));
        let mut needs_turn = self.long.load(Ordering::Relaxed);
        let mut was_long = false;
        let outcome = poll_fn(|context| {
            let turn = if needs_turn {
                ready!(turns.poll_acquire(context))
            } else {
                None
            };
            let start = Instant::now();
            let polled: Poll<R> = call.as_mut().poll(context);
            if start.elapsed() >= TURN {
                (needs_turn, was_long) = (true, true);
                // Said at once: a call that is dropped at its deadline does not come back here.
                self.long.store(true, Ordering::Relaxed);
            }
            drop(turn);
            polled
        })
        .await;
        self.long.store(was_long, Ordering::Relaxed);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds its thread.
    fn compute() {
        let start = Instant::now();
        while start.elapsed() < TURN + Duration::from_millis(1) {
            std::hint::spin_loop();
        }
    }

    #[tokio::test]
    async fn long_calls_take_turns_and_short_ones_do_not_wait() {
        let turns = Turns::new();
        let (long, short) = (turns.for_plugin(), turns.for_plugin());
        long.take(async { compute() }).await;
        assert!(long.long.load(Ordering::Relaxed));
        let taken = Arc::clone(&turns.turns).try_acquire_owned();
        assert!(taken.is_ok());
        let waits = tokio::time::timeout(Duration::from_millis(20), long.take(async {}));
        assert!(waits.await.is_err(), "there is no turn left");
        short.take(async {}).await;
        drop(taken);
        long.take(async {}).await;
        assert!(!long.long.load(Ordering::Relaxed), "a short call mends it");
    }

    #[tokio::test]
    async fn a_turn_is_given_back_while_a_call_waits() {
        let turns = Turns::new();
        let (first, second) = (turns.for_plugin(), turns.for_plugin());
        for plugin in [&first, &second] {
            plugin.take(async { compute() }).await;
        }
        let waiting = first.take(async {
            compute();
            std::future::pending::<()>().await;
        });
        let other = second.take(async {});
        let both = async { tokio::join!(waiting, other) };
        assert!(tokio::time::timeout(Duration::from_millis(20), both).await.is_err());
        assert!(!second.long.load(Ordering::Relaxed), "the second was served");
    }
}
