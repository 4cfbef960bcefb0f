//! Numbers as steps show them.

/// Up to three decimals, without trailing zeros; below 0.1 three significant digits.
#[must_use]
pub fn short(value: f64) -> String {
    let decimals = match value.abs() {
        small if small == 0.0 || small >= 0.1 => 3,
        small if small >= 0.01 => 4,
        small if small >= 0.001 => 5,
        _ => 6,
    };
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// Rounded to so many decimals, half away from zero. For results only, never before one.
#[must_use]
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    let result = (value * scale).round() / scale;
    if result == 0.0 { 0.0 } else { result }
}

/// A result as it is reported: so many decimals, and never fewer than three significant digits.
#[must_use]
pub fn reported(value: f64, decimals: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a finite number")]
    let magnitude = value.abs().log10().floor() as i32;
    rounded(value, decimals.max(2 - magnitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_without_padding() {
        for (value, shown) in [
            (80.0, "80"),
            (1.5, "1.5"),
            (0.741_03, "0.741"),
            (0.012_345, "0.0123"),
            (0.000_5, "0.0005"),
            (-0.000_000_1, "0"),
            (-3.25, "-3.25"),
            (100.0, "100"),
            (0.0, "0"),
        ] {
            assert_eq!(short(value), shown);
        }
    }

    #[test]
    fn small_results_keep_three_digits() {
        for (value, decimals, expected) in [
            (58.333, 1, 58.3),
            (1.0715, 1, 1.07),
            (0.008_684, 1, 0.008_68),
            (-0.048_91, 2, -0.0489),
            (116.728, 1, 116.7),
            (9.999, 1, 10.0),
            (0.0, 1, 0.0),
        ] {
            assert!((reported(value, decimals) - expected).abs() < 1e-12, "{value}");
        }
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert!((rounded(2.25, 1) - 2.3).abs() < 1e-12);
        assert!((rounded(-2.25, 1) + 2.3).abs() < 1e-12);
        assert!(rounded(-0.001, 1).is_sign_positive());
    }
}
