//! Why there is no voice session, and what can be done about it.

use api_types::ProblemBody;

use crate::texts::vo;

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The page did not come over a secure connection.
    Insecure,
    /// The browser has no microphone or no audio thread for pages.
    Old,
    /// The server's header forbids it.
    Policy,
    /// The user, or their organisation, forbids it.
    Denied,
    Missing,
    Busy,
    /// The file for the audio thread could not be loaded.
    Worklet,
    Other(String),
    /// The host refuses, in its own words.
    Host(ProblemBody),
}

impl Refusal {
    /// By the name of what the browser threw; `allowed` tells whether the page's policy permits a microphone.
    pub fn of(name: &str, allowed: bool) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" if allowed => Self::Denied,
            "NotAllowedError" | "SecurityError" => Self::Policy,
            "NotFoundError" | "OverconstrainedError" => Self::Missing,
            "NotReadableError" | "AbortError" => Self::Busy,
            other => Self::Other(other.to_owned()),
        }
    }

    /// What is wrong, and what helps.
    pub fn said(&self) -> (String, String) {
        let vo = vo();
        let (what, fix) = match self {
            Self::Insecure => (vo.insecure, vo.insecure_fix),
            Self::Old => (vo.old, vo.old_fix),
            Self::Policy => (vo.policy, vo.policy_fix),
            Self::Denied => (vo.denied, vo.denied_fix),
            Self::Missing => (vo.missing, vo.missing_fix),
            Self::Busy => (vo.busy, vo.busy_fix),
            Self::Worklet => (vo.worklet, vo.worklet_fix),
            Self::Other(name) => return (format!("{} {name}", vo.other), vo.other_fix.to_owned()),
            Self::Host(problem) => return (problem.title.clone(), problem.detail.clone().unwrap_or_default()),
        };
        (what.to_owned(), fix.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_microphone_is_told_apart_by_who_forbids_it() {
        assert_eq!(Refusal::of("NotAllowedError", true), Refusal::Denied);
        assert_eq!(Refusal::of("NotAllowedError", false), Refusal::Policy);
        assert_eq!(Refusal::of("NotFoundError", true), Refusal::Missing);
        assert_eq!(Refusal::of("TypeError", true), Refusal::Other("TypeError".into()));
    }
}
