//! The bounded queue in front of the pool.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::CallError;

/// Places for calls that run, and for some more that wait.
#[derive(Clone)]
pub(crate) struct Lane {
    /// Calls inside, running or waiting.
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    /// What one plugin may have of `running`.
    share: Arc<Semaphore>,
}

/// Given back when dropped.
pub(crate) struct Place {
    _permits: [OwnedSemaphorePermit; 3],
}

impl Lane {
    pub fn new(concurrency: u32, waiting: u32) -> Self {
        let concurrency = concurrency as usize;
        Self {
            admitted: Arc::new(Semaphore::new(concurrency + waiting as usize)),
            running: Arc::new(Semaphore::new(concurrency)),
            share: Arc::new(Semaphore::new(concurrency)),
        }
    }

    /// The same lane for one plugin, which may fill half of it.
    pub fn for_plugin(&self, concurrency: u32) -> Self {
        Self {
            share: Arc::new(Semaphore::new((concurrency as usize).div_ceil(2))),
            ..self.clone()
        }
    }

    /// A place to run in, or `Saturated` when the queue is full or does not move for `patience`.
    pub async fn place(&self, patience: Duration) -> Result<Place, CallError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned();
        let admitted = admitted.map_err(|_| CallError::Saturated)?;
        let share = take(&self.share, patience).await?;
        let running = take(&self.running, patience).await?;
        Ok(Place {
            _permits: [admitted, share, running],
        })
    }
}

async fn take(places: &Arc<Semaphore>, patience: Duration) -> Result<OwnedSemaphorePermit, CallError> {
    if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
        return Ok(permit);
    }
    let waiting = tokio::time::timeout(patience, Arc::clone(places).acquire_owned());
    waiting
        .await
        .map_err(|_| CallError::Saturated)?
        .map_err(|_| CallError::Saturated)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn one_plugin_leaves_half_of_the_places_to_others() {
        let lane = Lane::new(4, 4);
        let (greedy, other) = (lane.for_plugin(4), lane.for_plugin(4));
        let _first = greedy.place(PATIENCE).await.unwrap();
        let _second = greedy.place(PATIENCE).await.unwrap();
        assert_eq!(greedy.place(PATIENCE).await.err(), Some(CallError::Saturated));
        assert!(other.place(PATIENCE).await.is_ok());
    }

    #[tokio::test]
    async fn a_place_is_free_again_when_its_call_ends() {
        let lane = Lane::new(1, 0).for_plugin(1);
        let first = lane.place(PATIENCE).await.unwrap();
        assert_eq!(lane.place(PATIENCE).await.err(), Some(CallError::Saturated));
        drop(first);
        assert!(lane.place(PATIENCE).await.is_ok());
    }
}
