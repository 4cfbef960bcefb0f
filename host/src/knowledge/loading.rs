//! How much of the search index has been filled at the start: passages loaded of all that are stored.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Loading {
    loaded: AtomicU64,
    total: AtomicU64,
}

impl Loading {
    pub fn begin(&self, total: u64) {
        self.loaded.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub fn add(&self, passages: u64) {
        self.loaded.fetch_add(passages, Ordering::Relaxed);
    }

    /// Whole percents, 0 to 99: the last one belongs to what comes after loading.
    pub fn percent(&self) -> u8 {
        let (loaded, total) = (self.loaded.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        let percent = (loaded * 100).checked_div(total).unwrap_or(0);
        u8::try_from(percent.min(99)).unwrap_or(99)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_are_of_what_is_stored_and_end_before_the_hundredth() {
        let loading = Loading::default();
        assert_eq!(loading.percent(), 0);
        loading.begin(200);
        loading.add(50);
        assert_eq!(loading.percent(), 25);
        loading.add(150);
        assert_eq!(loading.percent(), 99);
    }
}
