use voiceassist_plugin::{Outcome, Value, argument, compute};

use super::CALCULATORS;

fn on(period: &str, date: &str) -> Result<Outcome, String> {
    let arguments = [
        argument("last-menstrual-period", Value::Date(period.into())),
        argument("on-date", Value::Date(date.into())),
    ];
    compute(CALCULATORS, "gestational-age", &arguments).map_err(|error| error.message)
}

#[test]
fn every_calculator_keeps_what_it_declares() {
    voiceassist_plugin::conformance::conforms(CALCULATORS, include_str!("../vectors.json"));
}

#[test]
fn a_day_before_the_last_period_is_refused() {
    assert!(on("2025-01-02", "2025-01-01").is_err_and(|message| message.contains("before")));
    assert!(on("2025-01-02", "2025-01-02").is_ok());
}

#[test]
fn a_partial_or_foreign_date_is_refused() {
    for date in ["2025-01", "2025", "01/02/2025", "2025-02-30", "tomorrow"] {
        assert!(on("2024-12-01", date).is_err(), "{date}");
    }
}

#[test]
fn due_dates_at_the_end_of_the_calendar_do_not_panic() {
    let last = compute(
        CALCULATORS,
        "due-date",
        &[argument("last-menstrual-period", Value::Date("+262142-12-31".into()))],
    );
    assert!(last.is_err());
}

#[test]
fn dates_read_as_year_month_day() {
    // 3 January and 1 March are 57 days apart in a common year: month and day are not swapped.
    let outcome = on("2025-01-03", "2025-03-01");
    assert_eq!(
        outcome.map(|outcome| outcome.findings[0].value.clone()),
        Ok(Value::Text("8 weeks, 1 day".into()))
    );
}
