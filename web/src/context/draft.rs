//! A patient context as it is typed.

use api_types::{ArgumentValue, ClinicalContext, Sex};
use leptos::prelude::*;

/// A number with its unit.
#[derive(Clone, Copy)]
pub struct Measure {
    pub text: RwSignal<String>,
    pub unit: RwSignal<String>,
    pub wrong: RwSignal<bool>,
}

impl Measure {
    fn new(unit: &str) -> Self {
        Self {
            text: RwSignal::new(String::new()),
            unit: RwSignal::new(unit.to_owned()),
            wrong: RwSignal::new(false),
        }
    }

    fn show(self, value: Option<&ArgumentValue>) {
        let (text, unit) = match value {
            Some(ArgumentValue::Quantity { value, unit }) => (value.to_string(), Some(unit.clone())),
            _ => (String::new(), None),
        };
        self.text.set(text);
        self.wrong.set(false);
        if let Some(unit) = unit {
            self.unit.set(unit);
        }
    }

    /// A comma counts as the decimal point of who writes so.
    fn read(self) -> Result<Option<ArgumentValue>, ()> {
        let text = self.text.get_untracked();
        let number = number(&text);
        self.wrong.set(number.is_err());
        let unit = self.unit.get_untracked();
        Ok(number?.map(|value| ArgumentValue::Quantity { value, unit }))
    }
}

fn number(text: &str) -> Result<Option<f64>, ()> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| ())
}

#[derive(Clone, Copy)]
pub struct Draft {
    pub age: Measure,
    pub sex: RwSignal<String>,
    pub weight: Measure,
    pub height: Measure,
    pub creatinine: Measure,
    pub egfr: Measure,
    pub problems: RwSignal<String>,
    pub medications: RwSignal<String>,
    pub allergies: RwSignal<String>,
}

impl Draft {
    pub fn new() -> Self {
        Self {
            age: Measure::new("a"),
            sex: RwSignal::new(String::new()),
            weight: Measure::new("kg"),
            height: Measure::new("cm"),
            creatinine: Measure::new("mg/dL"),
            egfr: Measure::new("mL/min/{1.73_m2}"),
            problems: RwSignal::new(String::new()),
            medications: RwSignal::new(String::new()),
            allergies: RwSignal::new(String::new()),
        }
    }

    pub fn show(self, context: &ClinicalContext) {
        self.age
            .text
            .set(context.age.map(|age| age.to_string()).unwrap_or_default());
        let sex = context.sex.map(|sex| match sex {
            Sex::Female => "female",
            Sex::Male => "male",
        });
        self.sex.set(sex.unwrap_or_default().to_owned());
        self.weight.show(context.weight.as_ref());
        self.height.show(context.height.as_ref());
        self.creatinine.show(context.creatinine.as_ref());
        self.egfr.show(context.egfr.as_ref());
        self.problems.set(context.problems.join("\n"));
        self.medications.set(context.medications.join("\n"));
        self.allergies.set(context.allergies.join("\n"));
    }

    /// None when a field holds no number; it is marked.
    pub fn read(self) -> Option<ClinicalContext> {
        let age = number(&self.age.text.get_untracked())
            .ok()
            .filter(|age| age.is_none_or(|age| (0.0..=255.0).contains(&age)));
        self.age.wrong.set(age.is_none());
        let values = [self.weight, self.height, self.creatinine, self.egfr].map(Measure::read);
        let [Ok(weight), Ok(height), Ok(creatinine), Ok(egfr)] = values else {
            return None;
        };
        Some(ClinicalContext {
            age: age?.map(|age| age as u8),
            sex: match self.sex.get_untracked().as_str() {
                "female" => Some(Sex::Female),
                "male" => Some(Sex::Male),
                _ => None,
            },
            weight,
            height,
            creatinine,
            egfr,
            problems: lines(self.problems),
            medications: lines(self.medications),
            allergies: lines(self.allergies),
        })
    }
}

fn lines(text: RwSignal<String>) -> Vec<String> {
    let text = text.get_untracked();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_may_have_a_comma_and_nothing_else_is_one() {
        assert_eq!(number(" 1,2 "), Ok(Some(1.2)));
        assert_eq!(number(""), Ok(None));
        assert_eq!(number("seventy"), Err(()));
    }
}
