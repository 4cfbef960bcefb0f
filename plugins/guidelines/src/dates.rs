//! Dates as pages write them.

/// Milliseconds since the Unix epoch of `2026-05-08T10:00:00Z`, `2026-05-08`, `May 8, 2026`, `Aug. 11, 2022`,
/// `8 May 2026`; the time of day counts only in the first form, and as UTC.
pub fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some((date, time)) = text.split_once('T') {
        let day = iso(date)?;
        let mut parts = time.trim_end_matches('Z').split([':', '.', '+']).map(str::parse::<u64>);
        let mut next = || parts.next().and_then(Result::ok).unwrap_or(0);
        return Some(day + next().min(23) * 3_600_000 + next().min(59) * 60_000 + next().min(59) * 1_000);
    }
    iso(text).or_else(|| worded(text))
}

/// `2026-05-08` of a time.
pub fn iso_of(ms: u64) -> String {
    let (year, month, day) = civil(i64::try_from(ms / 86_400_000).unwrap_or(0));
    format!("{year:04}-{month:02}-{day:02}")
}

fn iso(text: &str) -> Option<u64> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    ms(year, month, day)
}

fn worded(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (mut day, mut month, mut year) = (None, None, None);
    for word in text.split([' ', ',', '.']).filter(|word| !word.is_empty()).take(3) {
        let low = word.to_ascii_lowercase();
        if let Some(place) = MONTHS.iter().position(|name| low.starts_with(name)) {
            month = Some(place + 1);
        } else if word.len() == 4 {
            year = word.parse().ok();
        } else {
            day = word.parse().ok();
        }
    }
    ms(year?, i64::try_from(month?).ok()?, day?)
}

fn ms(year: i64, month: i64, day: i64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from the civil calendar: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    u64::try_from(days * 86_400_000).ok()
}

/// The inverse, by the same source.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_day_is_read() {
        let day = Some(1_778_198_400_000);
        for text in [
            "2026-05-08",
            "May 8, 2026",
            "8 May 2026",
            "May. 8, 2026",
            "2026-05-08T00:00:00Z",
        ] {
            assert_eq!(parse(text), day, "{text}");
        }
        assert_eq!(parse("2026-05-08T01:02:03Z"), day.map(|ms| ms + 3_723_000));
        assert_eq!(parse("November 17, 2025, 01:00 PM"), parse("2025-11-17"));
        for text in ["", "soon", "2026-13-01", "May 2026", "31/12/2026"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn day_of_a_time_is_the_day_that_was_read() {
        for text in ["1970-01-01", "2000-02-29", "2024-12-31", "2026-05-08"] {
            assert_eq!(parse(text).map(iso_of).as_deref(), Some(text));
        }
    }
}
