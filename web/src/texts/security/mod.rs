//! What is said about sessions, second factors, users and roles.

pub mod english;
pub mod german;

use api_types::ProblemBody;

pub use english::SecurityTexts;

impl SecurityTexts {
    /// Why a session is over.
    pub fn why(&self, problem: &ProblemBody) -> &'static str {
        match problem.kind.trim_start_matches("/problems/session-") {
            "idle" => self.over_idle,
            "reused" => self.over_reused,
            "closed" => self.over_closed,
            "disabled" => self.over_disabled,
            _ => self.over_expired,
        }
    }
}
