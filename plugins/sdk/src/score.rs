//! Scores: points that add up, and the bands their sum falls in.

use crate::{Error, Inputs, Severity, Step, short, step};

/// The points of a score, each with what it was given for.
#[derive(Default)]
pub struct Points(Vec<Point>);

struct Point {
    label: String,
    detail: String,
    points: f64,
}

/// A band reaches from `from` to the next band's `from`.
pub struct Band {
    pub from: f64,
    pub severity: Severity,
    pub says: &'static str,
}

/// Short for a [`Band`].
#[must_use]
pub const fn band(from: f64, severity: Severity, says: &'static str) -> Band {
    Band { from, severity, says }
}

/// The band of a sum; bands stand in rising order, and the first also holds what lies below it.
#[must_use]
pub fn banded(total: f64, bands: &'static [Band]) -> (Severity, &'static str) {
    let of = bands.iter().rev().find(|band| total >= band.from).or(bands.first());
    of.map_or((Severity::Info, ""), |band| (band.severity, band.says))
}

/// As [`banded`], but no risk is stated for someone younger than those the score was derived in.
#[must_use]
pub fn banded_from(youngest: i32, age: i32, total: f64, bands: &'static [Band]) -> (Severity, &'static str) {
    if age < youngest {
        return (
            Severity::Info,
            "Derived in older patients: the points are counted, no risk is stated.",
        );
    }
    banded(total, bands)
}

/// The points of the first row whose lower limit the value reaches; rows stand in falling order.
#[must_use]
pub fn at_least<T: PartialOrd + Copy>(value: T, rows: &[(T, i32)]) -> Option<i32> {
    rows.iter()
        .find(|(limit, _)| value >= *limit)
        .map(|(_, points)| *points)
}

impl Points {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what `detail` is worth.
    pub fn add(&mut self, label: &str, detail: impl Into<String>, points: impl Into<f64>) {
        self.0.push(Point {
            label: label.into(),
            detail: detail.into(),
            points: points.into(),
        });
    }

    /// Adds `points` when `met`, none otherwise.
    pub fn when(&mut self, met: bool, label: &str, detail: impl Into<String>, points: impl Into<f64>) {
        self.add(label, detail, if met { points.into() } else { 0.0 });
    }

    /// Adds `points` for a yes to the boolean parameter `name`.
    ///
    /// # Errors
    /// `invalid-input` when it is absent or not a boolean.
    pub fn history(&mut self, inputs: &Inputs, name: &str, label: &str, points: impl Into<f64>) -> Result<bool, Error> {
        let present = inputs.boolean(name)?;
        self.when(present, label, if present { "yes" } else { "no" }, points);
        Ok(present)
    }

    #[must_use]
    pub fn total(&self) -> f64 {
        self.0.iter().map(|point| point.points).sum()
    }

    /// The sum of a score that knows no halves.
    #[must_use]
    pub fn whole(&self) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "points are small")]
        let whole = self.total().round() as i32;
        whole
    }

    /// A step a part, then the sum.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<_> = self.0.iter().map(Point::step).collect();
        let terms: Vec<_> = self.0.iter().map(|point| short(point.points)).collect();
        let sum = terms.join(" + ").replace("+ -", "- ");
        steps.push(step("Sum", format!("{sum} = {}", short(self.total()))));
        steps
    }
}

impl Point {
    fn step(&self) -> Step {
        let word = if self.points == 1.0 { "point" } else { "points" };
        step(&self.label, format!("{}: {} {word}", self.detail, short(self.points)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_add_up_and_say_how() {
        let mut points = Points::new();
        points.add("Age", "70 years", 2);
        points.add("Alternative diagnosis", "as likely", -2);
        points.when(true, "Pulse", "110 /min", 1.5);
        points.when(false, "Fever", "37 Cel", 1);
        assert_eq!((points.total(), points.whole()), (1.5, 2));
        let steps: Vec<_> = points.steps().into_iter().map(|step| step.detail).collect();
        assert_eq!(
            steps,
            [
                "70 years: 2 points",
                "as likely: -2 points",
                "110 /min: 1.5 points",
                "37 Cel: 0 points",
                "2 - 2 + 1.5 + 0 = 1.5"
            ]
        );
    }

    #[test]
    fn a_band_begins_at_its_limit() {
        static BANDS: [Band; 2] = [band(0.0, Severity::Low, "low"), band(2.0, Severity::High, "high")];
        let says = |total| banded(total, &BANDS).1;
        assert_eq!(
            [says(-1.0), says(1.5), says(2.0), says(9.0)],
            ["low", "low", "high", "high"]
        );
        assert_eq!(at_least(65, &[(75, 2), (65, 1)]), Some(1));
        assert_eq!(at_least(64, &[(75, 2), (65, 1)]), None);
    }
}
