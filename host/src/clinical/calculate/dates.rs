//! Dates, as people write them. A date without its year, or that may be the fifth of June or the sixth of May, is asked.

use std::ops::Range;

use api_types::{ArgumentValue, CalculatorInfo, Parameter, ParameterDomain};
use chrono::NaiveDate;

use super::reading::{Found, Reading};
use super::text::{Kind, Token, phrases};
use super::vocabulary::spells;

const MONTHS: [&str; 12] = [
    "january jan",
    "february feb",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sep sept",
    "october oct",
    "november nov",
    "december dec",
];
const LAST_PERIOD: &str =
    "lmp; last |menstrual period; first day of |the|her last |menstrual period; last menses; lnmp";
const LAST_PERIOD_CODE: &str = "8665-2";
/// How far before a date its name may stand, in tokens.
const REACH: usize = 8;

/// A date, or what keeps it from being one.
enum Written {
    Date(NaiveDate),
    NoYear,
    DayOrMonth,
}

pub fn read(text: &[Token], calculator: &CalculatorInfo) -> Vec<Found> {
    let wanted: Vec<&Parameter> = calculator
        .parameters
        .iter()
        .filter(|parameter| parameter.domain == ParameterDomain::Date)
        .collect();
    let is_period = |parameter: &&Parameter| parameter.codings.iter().any(|coding| coding.code == LAST_PERIOD_CODE);
    let (periods, others): (Vec<&Parameter>, Vec<&Parameter>) = wanted.into_iter().partition(is_period);
    let (mut found, mut at, mut since) = (Vec::new(), 0, 0);
    while at < text.len() {
        let Some((written, tokens)) = date(text, at) else {
            at += 1;
            continue;
        };
        let from = since.max(at.saturating_sub(REACH));
        let name = (from..at).find(|&at| phrases(LAST_PERIOD).any(|words| spells(text, at, &words).is_some()));
        let of = if name.is_some() || others.is_empty() {
            periods.first()
        } else {
            others.first()
        };
        let tokens = name.unwrap_or(tokens.start)..tokens.end;
        (at, since) = (tokens.end, tokens.end);
        found.extend(of.map(|parameter| Found {
            parameter: parameter.name.clone(),
            reading: reading(written, parameter),
            tokens,
        }));
    }
    found
}

fn reading(written: Written, parameter: &Parameter) -> Reading {
    let ask = |why: &str| Reading::Ask {
        suggestion: None,
        question: format!("{}: {why}", parameter.label),
    };
    match written {
        Written::Date(date) => Reading::Value(ArgumentValue::Text(date.to_string())),
        Written::NoYear => ask("of which year?"),
        Written::DayOrMonth => ask("which number is the day and which the month? Write the month in letters."),
    }
}

/// The date that starts at `at`.
fn date(text: &[Token], at: usize) -> Option<(Written, Range<usize>)> {
    let whole = |at: usize| {
        let value = text
            .get(at)?
            .number()
            .filter(|value| value.fract() == 0.0 && (1.0..=9_999.0).contains(value))?;
        format!("{value}").parse::<u32>().ok()
    };
    let joint = |at: usize| {
        text.get(at)
            .is_some_and(|token| matches!(token.kind, Kind::Mark('-' | '/' | '.')))
    };
    let year = |at: usize| whole(at).filter(|year| (1900..=2199).contains(year));
    let month = |at: usize| {
        let word = text.get(at).filter(|token| token.kind == Kind::Word)?;
        (1..)
            .zip(MONTHS)
            .find(|(_, names)| word.listed(names))
            .map(|(month, _)| month)
    };
    let day = |at: usize| whole(at).filter(|day| (1..=31).contains(day));
    let ordinal = |at: usize| {
        usize::from(
            text.get(at)
                .is_some_and(|token| token.one_of(&["st", "nd", "rd", "th"])),
        )
    };
    let dated = |year: u32, month: u32, day: u32, tokens| {
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        Some((Written::Date(date), tokens))
    };
    if joint(at + 1) && joint(at + 3) {
        if let (Some(year), Some(month), Some(day)) = (year(at), whole(at + 2), whole(at + 4)) {
            return dated(year, month, day, at..at + 5);
        }
        if let (Some(first), Some(second), Some(year)) = (day(at), day(at + 2), year(at + 4)) {
            return match (first > 12, second > 12) {
                _ if first == second => dated(year, first, second, at..at + 5),
                (true, false) => dated(year, second, first, at..at + 5),
                (false, true) => dated(year, first, second, at..at + 5),
                _ => Some((Written::DayOrMonth, at..at + 5)),
            };
        }
    }
    // "17 May 2026", "the 17th of May 2026"
    if let Some(day) = day(at) {
        let after = at + 1 + ordinal(at + 1);
        let after = after + usize::from(text.get(after).is_some_and(|token| token.text == "of"));
        let month = month(after)?;
        return year_behind(text, after + 1, year).map_or(Some((Written::NoYear, at..after + 1)), |(year, end)| {
            dated(year, month, day, at..end)
        });
    }
    // "May 17, 2026"
    let month = month(at)?;
    let day = day(at + 1)?;
    let after = at + 2 + ordinal(at + 2);
    year_behind(text, after, year).map_or(Some((Written::NoYear, at..after)), |(year, end)| {
        dated(year, month, day, at..end)
    })
}

fn year_behind(text: &[Token], at: usize, year: impl Fn(usize) -> Option<u32>) -> Option<(u32, usize)> {
    let at = at + usize::from(text.get(at).is_some_and(|token| token.is_mark(',')));
    Some((year(at)?, at + 1))
}
