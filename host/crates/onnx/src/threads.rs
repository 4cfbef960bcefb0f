//! The threads that run graphs: whoever runs one has a thread of its own for it, so that nobody waits for another's work.

use std::sync::{Arc, Mutex, PoisonError};

use rten::ThreadPool;

/// Those that have nothing to do; there are as many as graphs were ever run at the same time.
static IDLE: Mutex<Vec<Arc<ThreadPool>>> = Mutex::new(Vec::new());

/// One thread, given back when it is dropped.
pub(crate) struct OneThread(Arc<ThreadPool>);

impl OneThread {
    pub fn take() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self(idle.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1))))
    }

    pub fn pool(&self) -> Arc<ThreadPool> {
        Arc::clone(&self.0)
    }
}

impl Drop for OneThread {
    fn drop(&mut self) {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self.pool());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_have_two_threads() {
        let (first, second) = (OneThread::take(), OneThread::take());
        assert!(!Arc::ptr_eq(&first.0, &second.0));
    }
}
