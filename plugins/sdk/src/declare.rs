//! What many calculators declare: measured values, sex, age, variants, findings, worked examples.

use crate::{
    Argument, CalculatorInfo, Choice, Citation, Coding, Domain, Example, Finding, IntegerDomain, LOINC, Parameter,
    QuantityDomain, SNOMED, Severity, Value, argument, choice, choice_option, coding, quantity,
};

/// Molar masses in g/mol, from the standard atomic weights of their formulas.
pub mod molar {
    /// C4H7N3O.
    pub const CREATININE: f64 = 113.12;
    /// N2: one molecule of urea carries 28.014 g/mol of nitrogen, which is what BUN in mg/dL weighs.
    pub const UREA_NITROGEN: f64 = 28.014;
    /// C6H12O6.
    pub const GLUCOSE: f64 = 180.156;
    /// C33H36N4O6.
    pub const BILIRUBIN: f64 = 584.66;
    /// C27H46O.
    pub const CHOLESTEROL: f64 = 386.65;
    pub const SODIUM: f64 = 22.99;
    pub const CHLORIDE: f64 = 35.45;
    /// HCO3.
    pub const BICARBONATE: f64 = 61.02;
}

/// A required quantity. `minimum` and `maximum` are in `unit`: a value outside is questioned by the host.
#[must_use]
pub fn measure(
    name: &str,
    label: &str,
    unit: &str,
    also_accepts: &[&str],
    (minimum, maximum): (f64, f64),
    codings: Vec<Coding>,
) -> Parameter {
    Parameter {
        name: name.into(),
        label: label.into(),
        help: None,
        required: true,
        domain: Domain::Quantity(QuantityDomain {
            unit: unit.into(),
            also_accepts: also_accepts.iter().map(|&unit| unit.into()).collect(),
            minimum: Some(minimum),
            maximum: Some(maximum),
            molar_mass: None,
        }),
        codings,
    }
}

impl Parameter {
    /// With a help text.
    #[must_use]
    pub fn help(mut self, help: &str) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Not asked for when it is left out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Converted between mass and substance concentration by `mass` in g/mol.
    #[must_use]
    pub fn molar_mass(mut self, mass: f64) -> Self {
        if let Domain::Quantity(domain) = &mut self.domain {
            domain.molar_mass = Some(mass);
        }
        self
    }
}

/// The category of the derivation cohorts, female or male.
#[must_use]
pub fn sex() -> Parameter {
    choice(
        "sex",
        "Sex",
        vec![
            choice_option("female", "Female", vec![coding(SNOMED, "248152002", "Female")]),
            choice_option("male", "Male", vec![coding(SNOMED, "248153007", "Male")]),
        ],
        vec![coding(LOINC, "46098-0", "Sex")],
    )
}

/// Age in completed years.
#[must_use]
pub fn age(minimum: i32, maximum: i32) -> Parameter {
    Parameter {
        name: "age".into(),
        label: "Age (years)".into(),
        help: None,
        required: true,
        domain: Domain::Integer(IntegerDomain {
            minimum: Some(minimum),
            maximum: Some(maximum),
        }),
        codings: vec![coding(LOINC, "30525-0", "Age")],
    }
}

/// The optional choice `variant`: the published rule first, which counts when it is left out.
#[must_use]
pub fn variant(help: &str, options: &[(&str, &str)]) -> Parameter {
    let options: Vec<Choice> = options
        .iter()
        .map(|(id, label)| choice_option(id, label, Vec::new()))
        .collect();
    choice("variant", "Variant of the rule", options, Vec::new())
        .help(help)
        .optional()
}

/// A required date.
#[must_use]
pub fn date(name: &str, label: &str) -> Parameter {
    Parameter {
        name: name.into(),
        label: label.into(),
        help: None,
        required: true,
        domain: Domain::Date,
        codings: Vec::new(),
    }
}

/// A finding that rests on `cites`.
#[must_use]
pub fn finding(
    name: &str,
    label: &str,
    value: Value,
    severity: Severity,
    interpretation: impl Into<String>,
    cites: &[&Citation],
) -> Finding {
    let interpretation: String = interpretation.into();
    Finding {
        name: name.into(),
        label: label.into(),
        value,
        interpretation: (!interpretation.is_empty()).then_some(interpretation),
        severity,
        cites: cites.iter().map(|citation| citation.id.clone()).collect(),
    }
}

/// A worked example. A yes or no it does not name is no, as the host would have it; tolerance is exact.
#[must_use]
pub fn example(
    calculator: &CalculatorInfo,
    given: Vec<(&str, Value)>,
    expected: Vec<(&str, Value)>,
    source: Citation,
    locator: &str,
) -> Example {
    let named = |(name, value): (&str, Value)| argument(name, value);
    let mut arguments: Vec<Argument> = given.into_iter().map(named).collect();
    for parameter in &calculator.parameters {
        let named = arguments.iter().any(|argument| argument.name == parameter.name);
        if matches!(parameter.domain, Domain::Boolean) && !named {
            arguments.push(argument(&parameter.name, Value::Boolean(false)));
        }
    }
    Example {
        calculator: calculator.id.clone(),
        arguments,
        expected: expected.into_iter().map(named).collect(),
        tolerance: 0.0,
        source: Citation {
            locator: Some(locator.into()),
            ..source
        },
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

/// A choice.
impl From<&str> for Value {
    fn from(id: &str) -> Self {
        Self::Choice(id.into())
    }
}

/// A quantity: number and UCUM unit.
impl From<(f64, &str)> for Value {
    fn from((value, unit): (f64, &str)) -> Self {
        quantity(value, unit)
    }
}
