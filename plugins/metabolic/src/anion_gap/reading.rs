//! What the values mean.

use voiceassist_plugin::Severity;

/// The range in common use was 8-16 mEq/L; ion-selective electrodes brought it down, to 3-11 in one laboratory (Winter).
pub fn gap(gap: f64) -> (Severity, &'static str) {
    match gap {
        x if x < 3.0 => (
            Severity::Low,
            "Below 3, under both published ranges (3-11 and 8-16): think of a laboratory error, low albumin, a paraprotein or \
             bromide.",
        ),
        x if x <= 11.0 => (
            Severity::Info,
            "Not raised: published ranges are 3-11 and 8-16, by the method.",
        ),
        x if x <= 16.0 => (
            Severity::Low,
            "Raised where the normal range is 3-11, normal where it is 8-16: see your laboratory's range.",
        ),
        _ => (
            Severity::High,
            "Above 16, over both published ranges (3-11 and 8-16); your laboratory's own range decides.",
        ),
    }
}

/// Wrenn's bands of 6 mEq/L either way, which presuppose a raised gap.
pub fn delta_gap(delta: f64, rise: f64) -> (Severity, &'static str) {
    match delta {
        _ if rise <= 0.0 => (
            Severity::Info,
            "The anion gap is not raised: the delta gap says nothing.",
        ),
        x if x > 6.0 => (
            Severity::High,
            "Above +6: metabolic alkalosis, or a raised bicarbonate before, beside it.",
        ),
        x if x < -6.0 => (
            Severity::High,
            "Below -6: hyperchloraemic (normal-gap) acidosis beside it.",
        ),
        _ => (
            Severity::Info,
            "Between -6 and +6: a high-anion-gap acidosis alone explains it.",
        ),
    }
}

/// Bands of 1 and 2, which presuppose a raised gap and a fallen bicarbonate.
pub fn delta_ratio(ratio: f64, rise: f64, fall: f64) -> (Severity, &'static str) {
    match ratio {
        _ if rise <= 0.0 || fall <= 0.0 => (
            Severity::Info,
            "The anion gap is not raised or bicarbonate has not fallen: the ratio says nothing.",
        ),
        x if x < 1.0 => (
            Severity::High,
            "Below 1: a normal-gap acidosis beside the high-gap one.",
        ),
        x if x <= 2.0 => (
            Severity::Info,
            "1 to 2: a high-anion-gap acidosis alone explains it (near 1 in ketoacidosis, near 1.6 in lactic acidosis).",
        ),
        _ => (
            Severity::High,
            "Above 2: metabolic alkalosis, or a raised bicarbonate before, beside it.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_judged_at_3_11_and_16() {
        for (value, severity) in [
            (2.9, Severity::Low),
            (3.0, Severity::Info),
            (11.0, Severity::Info),
            (11.1, Severity::Low),
            (16.0, Severity::Low),
            (16.1, Severity::High),
        ] {
            assert_eq!(gap(value).0, severity, "{value}");
        }
    }

    #[test]
    fn the_delta_gap_is_judged_beyond_6_and_only_when_the_gap_is_raised() {
        for (delta, rise, severity) in [
            (6.0, 10.0, Severity::Info),
            (6.1, 10.0, Severity::High),
            (-6.0, 10.0, Severity::Info),
            (-6.1, 10.0, Severity::High),
            (-20.0, 0.0, Severity::Info),
        ] {
            assert_eq!(delta_gap(delta, rise).0, severity, "{delta}");
        }
    }

    #[test]
    fn the_ratio_is_judged_at_1_and_2_and_only_when_both_have_moved() {
        for (ratio, rise, fall, severity) in [
            (0.99, 9.9, 10.0, Severity::High),
            (1.0, 10.0, 10.0, Severity::Info),
            (2.0, 20.0, 10.0, Severity::Info),
            (2.01, 20.1, 10.0, Severity::High),
            (-3.0, 3.0, -1.0, Severity::Info),
            (-0.5, -5.0, 10.0, Severity::Info),
        ] {
            assert_eq!(delta_ratio(ratio, rise, fall).0, severity, "{ratio}");
        }
    }
}
