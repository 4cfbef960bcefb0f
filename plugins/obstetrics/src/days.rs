//! Calendar dates and the inputs they come from.

use chrono::{NaiveDate, TimeDelta};
use voiceassist_plugin::{Citation, Error, Inputs, Parameter, date, integer, measured::loinc, paper, refused};

pub fn last_period() -> Parameter {
    Parameter {
        codings: loinc(&[("8665-2", "Last menstrual period start date")]),
        ..date("last-menstrual-period", "First day of the last menstrual period")
    }
}

pub fn cycle_length() -> Parameter {
    integer("cycle-length", "Cycle length (days)", 18, 60, Vec::new())
        .optional()
        .help("From the first day of one period to the first day of the next; the rule without it is for 28 days.")
}

/// # Errors
/// `invalid-input` when it is absent or no day of the calendar.
pub fn read(inputs: &Inputs, name: &str) -> Result<NaiveDate, Error> {
    let text = inputs.date(name)?;
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| refused(format!("{text} is no date (year-month-day).")))
}

/// # Errors
/// `invalid-input` beyond the end of the calendar.
pub fn later(from: NaiveDate, days: i64) -> Result<NaiveDate, Error> {
    from.checked_add_signed(TimeDelta::days(days))
        .ok_or_else(|| refused("That date lies beyond the calendar."))
}

/// A pregnancy dated by the last period lasts 280 days (ACOG Committee Opinion 700).
pub fn acog() -> Citation {
    paper(
        "acog-700",
        "Committee Opinion No 700: methods for estimating the due date",
        "Obstetrics and Gynecology",
        &["American College of Obstetricians and Gynecologists"],
        "2017-05",
        "10.1097/AOG.0000000000002046",
        "28426621",
    )
}
