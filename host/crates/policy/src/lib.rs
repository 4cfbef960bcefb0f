//! Who may do what, decided by Rego. Pure: an input in, a decision out.
//!
//! What cannot be evaluated, is not defined, or takes too long is a refusal.

mod input;

use std::num::NonZeroU32;
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};
use serde::Deserialize;

pub use input::{Input, Role, SecondFactor, Subject};

/// The policy of this program, with the name that errors show.
const ACCESS: (&str, &str) = ("access.rego", include_str!("../../../policies/access.rego"));
const DECISION: &str = "data.voiceassist.access.decision";
/// A decision takes a fraction of a millisecond; one that takes this long is a refusal.
const LIMIT: Duration = Duration::from_millis(50);
/// Steps between two looks at the clock.
const STEPS: NonZeroU32 = NonZeroU32::MIN.saturating_add(255);

#[derive(Debug, thiserror::Error)]
#[error("the policy {file} cannot be read: {reason}")]
pub struct PolicyError {
    file: String,
    reason: String,
}

/// A policy that is ready to decide.
pub struct Policy {
    engine: Engine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Decision {
    pub allow: bool,
    pub reason: Reason,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    Open,
    Arrival,
    Own,
    Ask,
    Administration,
    Security,
    Grave,
    SignedOut,
    SecondFactorNeeded,
    SecondFactorMissing,
    Viewer,
    AdminOnly,
    UnknownOperation,
    /// The policy could not be evaluated, or decided nothing that is a decision.
    #[serde(skip)]
    Undecided,
}

impl Policy {
    /// The one that belongs to this program.
    ///
    /// # Errors
    /// It is not Rego.
    pub fn bundled() -> Result<Self, PolicyError> {
        Self::new(ACCESS.0, ACCESS.1, LIMIT)
    }

    /// # Errors
    /// `text` is not Rego.
    pub fn new(file: &str, text: &str, limit: Duration) -> Result<Self, PolicyError> {
        let mut engine = Engine::new();
        let failed = |reason: String| PolicyError {
            file: file.to_owned(),
            reason,
        };
        engine
            .add_policy(file.to_owned(), text.to_owned())
            .map_err(|error| failed(error.to_string()))?;
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit,
            check_interval: STEPS,
        });
        // The first evaluation prepares what every later one shares.
        let _ = engine.eval_rule(DECISION.to_owned());
        Ok(Self { engine })
    }

    pub fn allow(&self, input: &Input) -> Decision {
        let mut engine = self.engine.clone();
        let refused = Decision {
            allow: false,
            reason: Reason::Undecided,
        };
        let Ok(input) = serde_json::to_value(input) else {
            return refused;
        };
        engine.set_input(Value::from(input));
        let decided = engine.eval_rule(DECISION.to_owned()).ok();
        let decided = decided.and_then(|value| serde_json::to_value(value).ok());
        decided
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or(refused)
    }
}

#[cfg(test)]
mod tests;
