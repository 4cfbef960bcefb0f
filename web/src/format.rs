//! Dates, sizes and counts as people read them.

use js_sys::{Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::texts::{Language, fill, language, nc, t};

/// A moment (Unix milliseconds) as date and time in the reader's own zone.
pub fn moment(ms: i64) -> String {
    style(ms, "medium", Some("short"))
}

/// A moment (Unix milliseconds) as a date.
pub fn day(ms: i64) -> String {
    style(ms, "medium", None)
}

/// The day that begins at a moment, in UTC.
pub fn utc_day(ms: i64) -> String {
    written(ms, &[("timeZone", "UTC"), ("dateStyle", "medium")])
}

/// As [`utc_day`], without the year.
pub fn utc_day_short(ms: i64) -> String {
    written(ms, &[("timeZone", "UTC"), ("day", "numeric"), ("month", "short")])
}

/// The day of a moment in UTC as addresses name it: `2026-03-02`.
pub fn iso_day(ms: i64) -> String {
    let text = Date::new(&JsValue::from_f64(ms as f64)).to_iso_string();
    text.as_string()
        .and_then(|text| text.get(..10).map(str::to_owned))
        .unwrap_or_default()
}

fn style(ms: i64, date: &str, time: Option<&str>) -> String {
    let mut options = vec![("dateStyle", date)];
    options.extend(time.map(|time| ("timeStyle", time)));
    written(ms, &options)
}

fn written(ms: i64, wanted: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (name, value) in wanted {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    let format = Intl::DateTimeFormat::new(&js_sys::Array::of1(&JsValue::from_str(t().locale)), &options);
    format
        .format()
        .call1(&JsValue::UNDEFINED, &Date::new(&JsValue::from_f64(ms as f64)))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// A date a document states (ISO 8601, possibly only a year or month) in words.
pub fn stated_date(iso: &str) -> String {
    let mut parts = iso.splitn(3, '-');
    let year = parts.next().unwrap_or(iso);
    let month = parts
        .next()
        .and_then(|m| m.parse::<usize>().ok())
        .and_then(|m| t().months.split(' ').nth(m.checked_sub(1)?));
    let day = parts.next().and_then(|d| d.get(..2).unwrap_or(d).parse::<u32>().ok());
    match (month, day) {
        (Some(month), Some(day)) if language() == Language::German => format!("{day}. {month} {year}"),
        (Some(month), Some(day)) => format!("{day} {month} {year}"),
        (Some(month), None) => format!("{month} {year}"),
        _ => year.to_owned(),
    }
}

/// A size as file managers show it: 1 kB has 1,024 bytes.
pub fn bytes(count: i64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1024 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit < UNITS.len() - 1 {
        value /= 1024.0;
        unit += 1;
    }
    if value < 10.0 {
        format!("{} {}", decimal(&format!("{value:.1}")), UNITS[unit])
    } else {
        format!("{value:.0} {}", UNITS[unit])
    }
}

/// The innermost heading of a path such as `Guide > Injections > Vials`.
pub fn heading(path: &str) -> &str {
    path.rsplit(" > ").next().unwrap_or(path).trim()
}

/// A duration in milliseconds: `85 ms`, `1.4 s`.
pub fn duration(ms: i64) -> String {
    if ms < 1000 {
        format!("{ms} ms")
    } else {
        format!("{} s", decimal(&format!("{:.1}", ms as f64 / 1000.0)))
    }
}

/// What an administrator's choice made of a request's patient information, after its class; empty when nothing.
pub fn release(replaced: i64, agreement: Option<&str>) -> String {
    let mut text = String::new();
    if replaced > 0 {
        text.push_str(&fill(t().replaced, &[("count", &replaced.to_string())]));
    }
    if let Some(agreement) = agreement {
        text.push_str(&fill(t().under_agreement, &[("agreement", agreement)]));
    }
    text
}

/// A share between 0 and 1 as a percentage.
pub fn share(value: f32) -> String {
    format!("{:.0} %", value.clamp(0.0, 1.0) * 100.0)
}

/// A whole number with groups of three.
pub fn count(value: i64) -> String {
    let digits = value.abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(t().group_mark);
        }
        out.push(digit);
    }
    if value < 0 { format!("-{out}") } else { out }
}

/// A number in the least room: `950`, `12k`, `3M`.
pub fn short(value: i64) -> String {
    match value {
        ..10_000 => count(value),
        10_000..10_000_000 => format!("{}k", count(value / 1000)),
        _ => format!("{}M", count(value / 1_000_000)),
    }
}

/// A number without a needless fraction.
pub fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.0}")
    } else {
        decimal(&format!("{value}"))
    }
}

/// A decimal point as the reader's language writes it.
fn decimal(number: &str) -> String {
    number.replace('.', t().decimal_mark)
}

/// A span in seconds as people say it: `40 s`, `5 min`, `2 h 10 min`.
pub fn span(seconds: i64) -> String {
    let minutes = (seconds + 30) / 60;
    match seconds {
        ..60 => fill(nc().seconds, &[("count", &seconds.max(1).to_string())]),
        60..3_600 => fill(nc().minutes, &[("count", &minutes.to_string())]),
        _ => fill(
            nc().hours,
            &[
                ("hours", &(minutes / 60).to_string()),
                ("minutes", &(minutes % 60).to_string()),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::speak;

    #[test]
    fn partial_dates_stay_partial() {
        assert_eq!(stated_date("2016-09-15"), "15 Sep 2016");
        assert_eq!(stated_date("2016-09"), "Sep 2016");
        assert_eq!(stated_date("2016"), "2016");
        assert_eq!(stated_date("2024-03-01T10:00:00Z"), "1 Mar 2024");
    }

    #[test]
    fn a_heading_is_the_last_of_its_path() {
        assert_eq!(heading("Guide > Injections > Vials"), "Vials");
        assert_eq!(heading("Vials"), "Vials");
    }

    #[test]
    fn sizes_and_counts_are_short() {
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_504_578), "1.4 MB");
        assert_eq!(bytes(104_857_600), "100 MB");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(
            (short(950), short(12_300), short(3_100_000)),
            ("950".into(), "12k".into(), "3,100k".into())
        );
        assert_eq!(number(120.0), "120");
        assert_eq!(number(1.2), "1.2");
    }

    #[test]
    fn german_has_its_own_marks() {
        speak(Language::German);
        assert_eq!(bytes(1_504_578), "1,4 MB");
        assert_eq!(count(1_234_567), "1.234.567");
        assert_eq!(number(1.2), "1,2");
        assert_eq!(stated_date("2016-09-15"), "15. Sept. 2016");
        assert_eq!(stated_date("2016-03"), "M\u{e4}rz 2016");
    }

    #[test]
    fn a_span_is_as_rough_as_it_is_long() {
        assert_eq!(span(0), "1 s");
        assert_eq!(span(59), "59 s");
        assert_eq!(span(61), "1 min");
        assert_eq!(span(3_599), "60 min");
        assert_eq!(span(7_800), "2 h 10 min");
    }
}
