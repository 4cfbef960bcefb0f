//! One calculation: check, convert, compute in the sandbox.

use api_types::Calculation;
use sandbox::{CallError, ErrorKind};

use super::arguments::{self, Implausible};
use super::{Intent, Plugins, wire};

/// Why there is no calculation. None of the texts holds what was entered, but for `Argument`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CalculateError {
    #[error("there is no such calculator")]
    Unknown,
    /// The request itself is wrong.
    #[error("{0}")]
    Argument(String),
    #[error("too many calculations at once; try again in a moment")]
    Busy,
    /// The plugin failed; `reason` is for the log.
    #[error("the calculator stopped without a result: {reason}")]
    Failed { reason: String },
}

impl Plugins {
    /// Runs a calculator. While an input is missing, the result has no findings and says what is asked.
    ///
    /// # Errors
    /// See [`CalculateError`].
    pub async fn calculate(&self, intent: &Intent) -> Result<Calculation, CalculateError> {
        let registry = self.current();
        let (loaded, calculator) = registry.calculator(&intent.calculator).ok_or(CalculateError::Unknown)?;
        let checked = arguments::check(calculator, intent, Implausible::Questioned)
            .map_err(|unusable| CalculateError::Argument(unusable.0))?;
        let mut calculation = Calculation {
            calculator: calculator.id.clone(),
            title: calculator.title.clone(),
            version: calculator.version.clone(),
            plugin: loaded.id().to_owned(),
            plugin_version: loaded.version(),
            inputs: checked.inputs,
            findings: Vec::new(),
            steps: checked.steps,
            warnings: Vec::new(),
            references: wire::references(calculator),
            population: calculator.population.clone(),
        };
        let Some(arguments) = checked.arguments else {
            return Ok(calculation);
        };
        let computing = loaded.plugin().compute(&calculator.id, arguments, "en");
        let outcome = self.calls().timed(loaded.part(&calculator.id), computing).await;
        let outcome = outcome.map_err(failure)?;
        if outcome.findings.is_empty() {
            return Err(CalculateError::Failed {
                reason: "no findings".to_owned(),
            });
        }
        calculation
            .findings
            .extend(outcome.findings.into_iter().map(wire::finding));
        calculation.steps.extend(outcome.steps.into_iter().map(wire::step));
        calculation.warnings = outcome.warnings;
        Ok(calculation)
    }
}

fn failure(error: CallError) -> CalculateError {
    match error {
        CallError::Saturated => CalculateError::Busy,
        CallError::Plugin(refusal) if refusal.kind == ErrorKind::InvalidInput => {
            CalculateError::Argument(refusal.message)
        }
        // A plugin's own words may hold what was entered; the log gets their kind alone.
        CallError::Plugin(refusal) => CalculateError::Failed {
            reason: format!("the plugin refused: {:?}", refusal.kind),
        },
        other => CalculateError::Failed {
            reason: other.to_string(),
        },
    }
}
