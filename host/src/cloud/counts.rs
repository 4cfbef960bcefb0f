//! Numbers of a library. Those of a large one take a while to count, and are remembered for half a minute, per user.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nextcloud::ActingUser;

const FRESH_MS: i64 = 30_000;

/// How many documents there are, and how far reading them has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub documents: i64,
    pub ready: i64,
    pub failed: i64,
    pub passages: i64,
}

impl Counts {
    /// One more document in this state.
    pub fn add(&mut self, status: &str, passages: i64) {
        self.documents += 1;
        self.passages += passages;
        match status {
            "ready" => self.ready += 1,
            "failed" => self.failed += 1,
            _ => {}
        }
    }

    pub fn waiting(&self) -> i64 {
        self.documents - self.ready - self.failed
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            documents: self.documents + other.documents,
            ready: self.ready + other.ready,
            failed: self.failed + other.failed,
            passages: self.passages + other.passages,
        }
    }
}

#[derive(Default)]
pub struct Remembered(Mutex<HashMap<ActingUser, (Counts, i64)>>);

impl Remembered {
    pub fn get(&self, user: &ActingUser, now: i64) -> Option<Counts> {
        let (counted, at) = *self.all().get(user)?;
        (now - at < FRESH_MS).then_some(counted)
    }

    pub fn set(&self, user: &ActingUser, counted: Counts, now: i64) {
        let mut all = self.all();
        all.retain(|_, (_, at)| now - *at < FRESH_MS);
        all.insert(user.clone(), (counted, now));
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ActingUser, (Counts, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
