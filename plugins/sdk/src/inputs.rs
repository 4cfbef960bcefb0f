//! Arguments by name and type.

use crate::{Argument, Error, Value, refused};

/// The arguments of one call. The host has converted units and checked ranges already, so a miss
/// here is a bug of the host or of the plugin's own declaration and is reported, never papered over.
pub struct Inputs<'a>(pub &'a [Argument]);

impl Inputs<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|argument| argument.name == name)
            .map(|argument| &argument.value)
    }

    /// The value of a quantity, in `unit`.
    ///
    /// # Errors
    /// `invalid-input` when it is absent, not a finite number or in another unit.
    pub fn quantity(&self, name: &str, unit: &str) -> Result<f64, Error> {
        match self.value(name) {
            Some(Value::Quantity(given)) if given.unit == unit && given.value.is_finite() => Ok(given.value),
            _ => Err(refused(format!("{name} must be a quantity in {unit}"))),
        }
    }

    /// # Errors
    /// `invalid-input` when it is absent or not an integer.
    pub fn integer(&self, name: &str) -> Result<i32, Error> {
        match self.value(name) {
            Some(Value::Integer(given)) => Ok(*given),
            _ => Err(refused(format!("{name} must be a whole number"))),
        }
    }

    /// # Errors
    /// `invalid-input` when it is absent or not a boolean.
    pub fn boolean(&self, name: &str) -> Result<bool, Error> {
        match self.value(name) {
            Some(Value::Boolean(given)) => Ok(*given),
            _ => Err(refused(format!("{name} must be yes or no"))),
        }
    }

    /// The id of the chosen option.
    ///
    /// # Errors
    /// `invalid-input` when it is absent or not a choice.
    pub fn choice(&self, name: &str) -> Result<&str, Error> {
        match self.value(name) {
            Some(Value::Choice(given)) => Ok(given),
            _ => Err(refused(format!("{name} must be one of its options"))),
        }
    }

    /// Whether the argument was given at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// As [`Self::quantity`], `None` when an optional parameter was left out.
    ///
    /// # Errors
    /// `invalid-input` when it is given as anything but a quantity in `unit`.
    pub fn optional_quantity(&self, name: &str, unit: &str) -> Result<Option<f64>, Error> {
        self.has(name).then(|| self.quantity(name, unit)).transpose()
    }

    /// As [`Self::integer`], `None` when an optional parameter was left out.
    ///
    /// # Errors
    /// `invalid-input` when it is given as anything but an integer.
    pub fn optional_integer(&self, name: &str) -> Result<Option<i32>, Error> {
        self.has(name).then(|| self.integer(name)).transpose()
    }

    /// As [`Self::choice`], `None` when an optional parameter was left out.
    ///
    /// # Errors
    /// `invalid-input` when it is given as anything but a choice.
    pub fn optional_choice(&self, name: &str) -> Result<Option<&str>, Error> {
        self.has(name).then(|| self.choice(name)).transpose()
    }

    /// The chosen variant, or `standard` when none was chosen.
    ///
    /// # Errors
    /// `invalid-input` when it is given as anything but a choice.
    pub fn variant<'a>(&'a self, standard: &'a str) -> Result<&'a str, Error> {
        Ok(self.optional_choice("variant")?.unwrap_or(standard))
    }

    /// Whether the parameter `sex` says female.
    ///
    /// # Errors
    /// `invalid-input` when it is absent or neither female nor male.
    pub fn female(&self) -> Result<bool, Error> {
        match self.choice("sex")? {
            "female" => Ok(true),
            "male" => Ok(false),
            other => Err(refused(format!("sex {other} is not an option of this formula"))),
        }
    }

    /// The date as written: `2026-05-17`.
    ///
    /// # Errors
    /// `invalid-input` when it is absent or not a date.
    pub fn date(&self, name: &str) -> Result<&str, Error> {
        match self.value(name) {
            Some(Value::Date(given)) => Ok(given),
            _ => Err(refused(format!("{name} must be a date"))),
        }
    }
}
