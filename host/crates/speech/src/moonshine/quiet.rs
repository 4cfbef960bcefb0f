//! Quiet before and after speech. In long quiet the recogniser is lost: of sentences with more than a second of it on
//! either side one in five comes back empty. With none before the first word it hears that worse.

use std::borrow::Cow;

use crate::RATE;

const fn samples(ms: usize) -> usize {
    RATE as usize / 1_000 * ms
}

/// The window of loudness.
const WINDOW: usize = samples(20);
/// Something is said from this share of the loudest window on (-34 dB), and where it is noisy from this many times the
/// quiet windows on; in any case from a tenth on (-20 dB): where hardly anything is quiet, nothing is cut.
const OF_LOUDEST: f32 = 0.02;
const OF_QUIET: f32 = 2.5;
const MOST: f32 = 0.1;
/// One window in so many is taken for quiet.
const QUIET: usize = 10;
/// More quiet before speech than the first is cut to the second; and after it.
const BEFORE: (usize, usize) = (samples(400), samples(200));
const AFTER: (usize, usize) = (samples(600), samples(300));

/// How loud each whole window is, and from where on something is said; none where there is no window.
fn loudness(speech: &[f32]) -> Option<(Vec<f32>, f32)> {
    let loudness: Vec<f32> = speech
        .chunks_exact(WINDOW)
        .map(|window| (window.iter().map(|s| s * s).sum::<f32>() / WINDOW as f32).sqrt())
        .collect();
    let mut sorted = loudness.clone();
    sorted.sort_unstable_by(f32::total_cmp);
    let (loudest, quiet) = (*sorted.last()?, *sorted.get(sorted.len() / QUIET)?);
    let least = (loudest * OF_LOUDEST).max(quiet * OF_QUIET).min(loudest * MOST);
    Some((loudness, least))
}

/// Whether nothing is said from that sample on.
pub fn ends_at(speech: &[f32], from: usize) -> bool {
    loudness(speech).is_some_and(|(loudness, least)| loudness.iter().skip(from / WINDOW).all(|one| *one <= least))
}

/// Speech of 16 kHz with a fifth of a second of quiet before it, and not much more after it.
pub fn around(speech: &[f32]) -> Cow<'_, [f32]> {
    let Some((loudness, least)) = loudness(speech) else {
        return speech.into();
    };
    let said = |loudness: &f32| *loudness > least;
    let (Some(first), Some(last)) = (loudness.iter().position(said), loudness.iter().rposition(said)) else {
        return speech.into();
    };
    let (begin, end) = (first * WINDOW, (last + 1) * WINDOW);
    let from = if begin > BEFORE.0 { begin - BEFORE.1 } else { 0 };
    let to = if speech.len() - end > AFTER.0 {
        end + AFTER.1
    } else {
        speech.len()
    };
    let mut framed = vec![0.0; BEFORE.1.saturating_sub(begin)];
    framed.extend_from_slice(&speech[from..to]);
    framed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(parts: &[(usize, f32)]) -> Vec<f32> {
        let tone = |(ms, loud): &(usize, f32)| {
            let loud = *loud;
            (0..samples(*ms)).map(move |at| loud * (at as f32 * 0.3).sin())
        };
        parts.iter().flat_map(tone).collect()
    }

    #[test]
    fn speech_ends_where_only_quiet_follows() {
        let speech = sound(&[(500, 0.3), (300, 0.001)]);
        assert!(ends_at(&speech, samples(500)) && !ends_at(&speech, samples(400)));
        assert!(!ends_at(&sound(&[(500, 0.3), (100, 0.001), (100, 0.1)]), samples(500)));
        assert!(!ends_at(&[], 0));
    }

    #[test]
    fn long_quiet_is_cut_and_what_is_said_softly_is_kept() {
        let speech = sound(&[(1_000, 0.001), (100, 0.02), (900, 0.5), (1_000, 0.001)]);
        let framed = around(&speech);
        assert_eq!(framed, &speech[samples(800)..samples(2_000 + 300)]);
    }

    #[test]
    fn short_quiet_stays_and_so_does_sound_in_which_nothing_is_said() {
        for speech in [
            sound(&[(400, 0.001), (900, 0.5), (600, 0.001)]),
            sound(&[(3_000, 0.0)]),
            sound(&[(10, 0.5)]),
            Vec::new(),
        ] {
            assert_eq!(around(&speech), speech);
        }
    }

    #[test]
    fn what_is_missing_before_the_first_word_is_filled_up() {
        for speech in [
            sound(&[(2_000, 0.5)]),
            sound(&[(1_000, 0.08), (1_000, 0.5)]),
            sound(&[(40, 0.001), (1_960, 0.5)]),
        ] {
            let framed = around(&speech);
            let (filled, rest) = framed.split_at(framed.len() - speech.len());
            assert!(rest == speech && filled.iter().all(|sample| *sample == 0.0));
            assert!(
                (samples(160)..=samples(200)).contains(&filled.len()),
                "{}",
                filled.len()
            );
        }
    }
}
