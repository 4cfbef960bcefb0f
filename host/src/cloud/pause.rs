//! When Nextcloud asks for a pause or cannot be reached, reading files stops for as long as it asks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use nextcloud::NextcloudError;

/// Without a Retry-After, and when Nextcloud cannot be reached.
const DEFAULT: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(600);

/// Unix milliseconds until which nothing is fetched.
#[derive(Default)]
pub struct Pause(AtomicI64);

impl Pause {
    /// Takes note of an answer that asks for a pause; returns how long it is, none when `error` asks for none.
    pub fn heed(&self, error: &NextcloudError, now: i64) -> Option<Duration> {
        let pause = match error {
            NextcloudError::Busy {
                status: 429,
                retry_after,
            } => retry_after.unwrap_or(DEFAULT).min(LONGEST),
            NextcloudError::Unreachable(_) => DEFAULT,
            // One storage may be away while all others are there; only with a time is it a wish of the whole server.
            NextcloudError::Busy {
                retry_after: Some(wish),
                ..
            } => (*wish).min(LONGEST),
            _ => return None,
        };
        self.hold(pause, now);
        Some(pause)
    }

    /// Pauses from now on, unless a longer pause is under way.
    pub fn hold(&self, pause: Duration, now: i64) {
        let until = now.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX));
        self.0.fetch_max(until, Ordering::Relaxed);
    }

    /// What is left of the pause.
    pub fn left(&self, now: i64) -> Option<Duration> {
        let left = u64::try_from(self.0.load(Ordering::Relaxed) - now).ok()?;
        (left > 0).then(|| Duration::from_millis(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wish_counts_and_ends() {
        let pause = Pause::default();
        assert_eq!(pause.left(0), None);
        let busy = |seconds| NextcloudError::Busy {
            status: 429,
            retry_after: Some(Duration::from_secs(seconds)),
        };
        pause.heed(&busy(20), 1_000);
        pause.heed(&busy(5), 2_000);
        assert_eq!(pause.left(11_000), Some(Duration::from_secs(10)));
        assert_eq!(pause.left(21_000), None);
        assert_eq!(pause.heed(&NextcloudError::NotFound, 0), None);
    }
}
