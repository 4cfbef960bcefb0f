//! Estimated date of conception: ovulation lies about 14 days before the next period, so `last period + cycle length -
//! 14`, which in a cycle of 28 days is day 14 (ACOG Committee Opinion 700). How far single cycles stray from it: Wilcox et
//! al., BMJ 2000;321:1259-1262, PMID 11082086.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding, paper,
    refused, step, variant,
};

use crate::days::{acog, cycle_length, last_period, later, read};
use crate::due_date::period;

pub const CONCEPTION: Calculator = Calculator {
    id: "conception-date",
    info,
    examples,
    compute,
};

const STANDARD: &str = "by-cycle-length";
const FIXED: &str = "day-14";

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: CONCEPTION.id.into(),
        version: "1.0.0".into(),
        title: "Estimated date of conception".into(),
        summary: "Likely date of conception from the last menstrual period and the length of the cycle.".into(),
        population: "Pregnant women with a certain last period and regular cycles. It says when ovulation was likely, \
                     within a week or more either way, and is no evidence of paternity."
            .into(),
        parameters: vec![
            last_period(),
            cycle_length(),
            variant(
                "14 days before the next period unless you choose day 14 of every cycle.",
                &[
                    (STANDARD, "14 days before the next period"),
                    (FIXED, "Day 14, whatever the length of the cycle"),
                ],
            ),
        ],
        citations: vec![acog(), wilcox()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let period = read(inputs, "last-menstrual-period")?;
    let cycle = inputs.optional_integer("cycle-length")?;
    let (days, rule) = match (inputs.variant(STANDARD)?, cycle) {
        (STANDARD, Some(cycle)) => (i64::from(cycle) - 14, format!("{cycle} - 14 = {} days", cycle - 14)),
        (STANDARD, None) => (14, "left out: 14 days, as in a cycle of 28".to_owned()),
        (FIXED, _) => (14, "14 days, whatever the length of the cycle".to_owned()),
        (other, _) => return Err(refused(format!("{other} is not a variant of this rule"))),
    };
    let date = later(period, days)?;
    Ok(Outcome {
        findings: vec![finding(
            "conception-date",
            "Estimated date of conception",
            Value::Date(date.to_string()),
            Severity::Info,
            "The likely day of ovulation; conception on any of several days before it is as possible.",
            &[&acog(), &wilcox()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step("Rule", "first day of the last period + (cycle length - 14)"),
            step("Days", rule),
            step("Date", format!("{period} + {days} days = {date}")),
        ],
    })
}

fn wilcox() -> Citation {
    paper(
        "wilcox-2000",
        "The timing of the \"fertile window\" in the menstrual cycle: day specific estimates from a prospective study",
        "BMJ",
        &["Wilcox AJ", "Dunson D", "Baird DD"],
        "2000-11-18",
        "10.1136/bmj.321.7271.1259",
        "11082086",
    )
}

fn examples() -> Vec<Example> {
    [
        ("2025-01-01", Some(28), None, "2025-01-15"),
        ("2025-01-01", Some(32), None, "2025-01-19"),
        ("2024-02-20", None, None, "2024-03-05"),
        ("2025-01-01", Some(32), Some(FIXED), "2025-01-15"),
    ]
    .map(|(date, cycle, variant, conception)| {
        let mut arguments = period(date, cycle);
        arguments.extend(variant.map(|variant: &str| ("variant", Value::Choice(variant.into()))));
        example(
            &info(),
            arguments,
            vec![("conception-date", Value::Date(conception.into()))],
            acog(),
            "counted by hand",
        )
    })
    .into()
}
