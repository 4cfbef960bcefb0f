//! Gestational age in completed weeks and days since the last menstrual period (ACOG Committee Opinion 700), and where
//! term begins and ends (ACOG Committee Opinion 579, Obstet Gynecol 2013;122:1139-1140, PMID 24150030).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, date, example, finding,
    paper, refused, step,
};

use crate::days::{acog, last_period, read};

pub const GESTATIONAL_AGE: Calculator = Calculator {
    id: "gestational-age",
    info,
    examples,
    compute,
};

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: GESTATIONAL_AGE.id.into(),
        version: "1.0.0".into(),
        title: "Gestational age".into(),
        summary: "Completed weeks and days of pregnancy on a day, from the last menstrual period.".into(),
        population: "Pregnant women with a certain last period and cycles of about 28 days. An early ultrasound that \
                     differs by more than ACOG's limits takes precedence; after embryo transfer use the age of the \
                     embryo."
            .into(),
        parameters: vec![
            last_period(),
            date("on-date", "Age on this day").help("The day to count to; today is not assumed."),
        ],
        citations: vec![acog(), term()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let period = read(inputs, "last-menstrual-period")?;
    let on = read(inputs, "on-date")?;
    let total = on.signed_duration_since(period).num_days();
    let days = i32::try_from(total).ok().filter(|days| *days >= 0);
    let Some(total) = days else {
        return Err(refused(
            "The day lies before the last menstrual period: check both dates.",
        ));
    };
    let (weeks, days) = (total / 7, total % 7);
    let (severity, meaning) = band(total);
    let plural = |number: i32, word: &str| {
        if number == 1 {
            format!("1 {word}")
        } else {
            format!("{number} {word}s")
        }
    };
    let text = format!("{}, {}", plural(weeks, "week"), plural(days, "day"));
    Ok(Outcome {
        findings: vec![
            finding(
                "gestational-age",
                "Gestational age",
                Value::Text(text.clone()),
                severity,
                meaning,
                &[&acog(), &term()],
            ),
            finding(
                "weeks",
                "Completed weeks",
                Value::Integer(weeks),
                Severity::Info,
                "",
                &[&acog()],
            ),
            finding(
                "days",
                "Days beyond them",
                Value::Integer(days),
                Severity::Info,
                "",
                &[&acog()],
            ),
        ],
        warnings: Vec::new(),
        steps: vec![
            step("Days", format!("{period} to {on}: {total} days")),
            step("Weeks", format!("{total} / 7 = {weeks}, {days} left over")),
        ],
    })
}

/// By days since the last period.
fn band(days: i32) -> (Severity, &'static str) {
    const WEEK: i32 = 7;
    match days {
        x if x < 37 * WEEK => (Severity::Info, "Before term: 37 weeks are not complete."),
        x if x < 39 * WEEK => (Severity::Info, "Early term, 37 to 38 weeks and 6 days."),
        x if x < 41 * WEEK => (Severity::Info, "Full term, 39 to 40 weeks and 6 days."),
        x if x < 42 * WEEK => (Severity::Moderate, "Late term, 41 weeks to 41 weeks and 6 days."),
        x if x < 46 * WEEK => (Severity::High, "Post-term, 42 weeks and beyond."),
        _ => (Severity::High, "Longer than a pregnancy lasts: check both dates."),
    }
}

fn term() -> Citation {
    paper(
        "acog-579",
        "Committee Opinion No 579: definition of term pregnancy",
        "Obstetrics and Gynecology",
        &["American College of Obstetricians and Gynecologists"],
        "2013-11",
        "10.1097/01.AOG.0000437385.88715.4a",
        "24150030",
    )
}

fn examples() -> Vec<Example> {
    [
        ("2025-01-01", "2025-01-01", 0, 0, "0 weeks, 0 days"),
        // 31 days of January, 8 of February: 39 days
        ("2025-01-01", "2025-02-09", 5, 4, "5 weeks, 4 days"),
        // 29 February counts: 10 + 1 = 11 days
        ("2024-02-20", "2024-03-02", 1, 4, "1 week, 4 days"),
        ("2025-01-01", "2025-10-08", 40, 0, "40 weeks, 0 days"),
    ]
    .map(|(period, on, weeks, days, text)| {
        example(
            &info(),
            vec![
                ("last-menstrual-period", Value::Date(period.into())),
                ("on-date", Value::Date(on.into())),
            ],
            vec![
                ("gestational-age", Value::Text(text.into())),
                ("weeks", Value::Integer(weeks)),
                ("days", Value::Integer(days)),
            ],
            acog(),
            "counted by hand",
        )
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::band;

    #[test]
    fn term_begins_and_ends_where_acog_says() {
        for (weeks, days, name) in [
            (36, 6, "Before term"),
            (37, 0, "Early term"),
            (38, 6, "Early term"),
            (39, 0, "Full term"),
            (40, 6, "Full term"),
            (41, 0, "Late term"),
            (41, 6, "Late term"),
            (42, 0, "Post-term"),
            (45, 6, "Post-term"),
            (46, 0, "Longer than"),
        ] {
            assert!(band(weeks * 7 + days).1.starts_with(name), "{weeks} weeks {days} days");
        }
    }
}
