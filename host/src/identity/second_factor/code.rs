//! Codes of RFC 6238 with what every authenticator app takes for granted: SHA-1, 6 digits, 30 seconds.

use ring::hmac;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::clock::Random;

/// Bytes of a secret: as long as the hash (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
/// A code of the step before or after is taken: clocks differ.
const DRIFT: i64 = 1;

/// The step whose code `given` is, if it is one that counts now. Every step is computed and compared, whichever fits.
pub fn step_of(secret: &[u8; SECRET_BYTES], given: &str, now: i64) -> Option<i64> {
    let current = now / STEP_MS;
    let mut fits = Choice::from(0);
    let mut found = 0;
    for step in current - DRIFT..=current + DRIFT {
        let same = code(secret, step).as_bytes().ct_eq(given.as_bytes());
        found.conditional_assign(&step, same);
        fits |= same;
    }
    bool::from(fits).then_some(found)
}

/// The code of one step.
pub fn code(secret: &[u8; SECRET_BYTES], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[tag.len() - 1] & 0xf);
    let number = tag[offset..offset + 4]
        .iter()
        .fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The step at `now`, in Unix milliseconds.
pub fn step_at(now: i64) -> i64 {
    now / STEP_MS
}

pub fn new_secret(random: &dyn Random) -> [u8; SECRET_BYTES] {
    let mut secret = [0; SECRET_BYTES];
    random.fill(&mut secret);
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six digits of its eight.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, step_at(seconds * 1000)), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_half_a_minute_early_and_late_and_no_longer() {
        let secret = b"12345678901234567890";
        let now = 1_234_567_890_000;
        let step = step_at(now);
        for (off, counts) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = step_of(secret, &code(secret, step + off), now);
            assert_eq!(found, counts.then_some(step + off), "{off}");
        }
        for wrong in ["", "00592", "0059244", "abcdef"] {
            assert_eq!(step_of(secret, wrong, now), None);
        }
    }
}
