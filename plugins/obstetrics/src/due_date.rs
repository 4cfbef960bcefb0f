//! Estimated due date by Naegele's rule: 280 days after the first day of the last period, which presumes a cycle of 28
//! days with ovulation on day 14 (ACOG Committee Opinion 700, PMID 28426621). A longer cycle ovulates later, by as many
//! days as it is longer, because the second half of the cycle is the steady one.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Error, Example, Inputs, Outcome, Severity, Value, example, finding, step,
};

use crate::days::{acog, cycle_length, last_period, later, read};

pub const DUE_DATE: Calculator = Calculator {
    id: "due-date",
    info,
    examples,
    compute,
};

const PREGNANCY: i64 = 280;
const CYCLE: i64 = 28;

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: DUE_DATE.id.into(),
        version: "1.0.0".into(),
        title: "Estimated due date (Naegele)".into(),
        summary: "Due date from the last menstrual period, corrected for the length of the cycle.".into(),
        population:
            "Pregnant women with a certain last period and regular cycles, who conceived without assistance. An \
                     ultrasound before 22 weeks that differs by more than ACOG's limits takes precedence; after embryo \
                     transfer use the age of the embryo."
                .into(),
        parameters: vec![last_period(), cycle_length()],
        citations: vec![acog()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let period = read(inputs, "last-menstrual-period")?;
    let cycle = inputs.optional_integer("cycle-length")?.map(i64::from);
    let correction = cycle.map_or(0, |cycle| cycle - CYCLE);
    let due = later(period, PREGNANCY + correction)?;
    let cycle_step = match cycle {
        Some(cycle) => format!("{cycle} - 28 = {correction} days"),
        None => "left out: no correction".to_owned(),
    };
    Ok(Outcome {
        findings: vec![finding(
            "due-date",
            "Estimated due date",
            Value::Date(due.to_string()),
            Severity::Info,
            "Few children come on the day itself; confirm by an early ultrasound.",
            &[&acog()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Rule", "first day of the last period + 280 days + (cycle length - 28)"),
            step("Cycle", cycle_step),
            step("Date", format!("{period} + {} days = {due}", PREGNANCY + correction)),
        ],
    })
}

pub fn period(date: &str, cycle: Option<i32>) -> Vec<(&'static str, Value)> {
    let mut arguments = vec![("last-menstrual-period", Value::Date(date.into()))];
    arguments.extend(cycle.map(|cycle| ("cycle-length", Value::Integer(cycle))));
    arguments
}

/// Counted on the calendar. Naegele: back three months, on seven days, where the months allow it.
fn examples() -> Vec<Example> {
    [
        // 1 January back to 1 October, on to 8 October
        ("2025-01-01", None, "2025-10-08"),
        // through 29 February 2024
        ("2023-06-10", Some(28), "2024-03-16"),
        // four days longer, three shorter
        ("2025-01-01", Some(32), "2025-10-12"),
        ("2025-01-01", Some(25), "2025-10-05"),
    ]
    .map(|(date, cycle, due)| {
        example(
            &info(),
            period(date, cycle),
            vec![("due-date", Value::Date(due.into()))],
            acog(),
            "280 days, counted by hand",
        )
    })
    .into()
}
