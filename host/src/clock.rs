//! Time and randomness, passed in so that tests decide both.

use std::time::{SystemTime, UNIX_EPOCH};

/// Wall clock in Unix milliseconds.
pub trait Clock: Send + Sync {
    fn now_ms(&self) -> i64;
}

/// Cryptographically secure random bytes.
pub trait Random: Send + Sync {
    fn fill(&self, out: &mut [u8]);
}

pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) {
        rand::RngCore::fill_bytes(&mut rand::rng(), out);
    }
}

/// A new random id: UUID version 4 in its usual text form.
pub fn new_id(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A new secret of 256 bits, URL-safe, for links and sessions.
pub fn new_secret(random: &dyn Random) -> String {
    use base64::Engine;
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
