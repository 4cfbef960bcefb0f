//! Work that blocks its thread: a few pieces at the same time, a bounded number waiting, off the threads that serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

pub struct Pool {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    most: usize,
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// Takes `places` pieces at the same time and lets `most` wait.
    pub fn new(places: usize, most: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            waiting: AtomicUsize::new(0),
            most,
        }
    }

    /// Pieces that wait for a place.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Does the work when it is its turn. None when too much waits already, or the work panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let waiting = Waiting(&self.waiting);
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        drop(waiting);
        // The thread keeps its place, also when nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn what_does_not_fit_is_refused_and_the_rest_is_done() {
        let pool = Arc::new(Pool::new(1, 1));
        let (finish, finished) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(move || finished.recv().is_ok()).await }
        });
        while pool.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(|| 2).await }
        });
        while pool.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.run(|| 3).await, None);
        assert!(finish.send(()).is_ok());
        assert_eq!(
            (first.await.ok().flatten(), second.await.ok().flatten()),
            (Some(true), Some(2))
        );
        assert_eq!(pool.waiting(), 0);
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_place_back() {
        let pool = Pool::new(1, 1);
        let broken: fn() -> u8 = || std::panic::resume_unwind(Box::new("a bug"));
        assert_eq!(pool.run(broken).await, None);
        assert_eq!(pool.run(|| 1).await, Some(1));
    }
}
