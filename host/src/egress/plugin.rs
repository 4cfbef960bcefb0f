//! What a plugin may send: declared by its manifest and granted by IT, at every hop, no faster than declared. Its secrets
//! are added here, after the screening and where no plugin sees them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use plugin_package::{Access, Credential, HttpRule, Inject, Phase, PhiClass};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use super::error::{EgressError, Refusal};
use super::origin::Origin;

/// On whose account a plugin's request leaves.
pub struct PluginOrigin {
    pub id: String,
    /// Declared and granted.
    pub access: Access,
    /// What IT entered, by key.
    pub settings: BTreeMap<String, String>,
    pub phase: Phase,
    /// Those that were granted and entered.
    pub secrets: Vec<(Credential, SecretString)>,
}

/// How long a request waits for its turn before it is refused.
const PATIENCE: Duration = Duration::from_secs(10);

impl PluginOrigin {
    /// # Errors
    /// The rule that forbids it.
    pub(super) fn check(&self, method: &Method, url: &Url) -> Result<&HttpRule, Refusal> {
        HttpRule::check(&self.access, &self.settings, method.as_str(), url.as_str(), self.phase)
            .map_err(|refusal| Refusal::Plugin(refusal.to_string()))
    }

    /// The most that any of its inputs may tell of a patient.
    pub(super) fn ceiling(&self) -> PhiClass {
        self.access.receives.values().copied().max().unwrap_or_default()
    }

    /// Adds the secrets whose audience this address is.
    pub(super) fn add_secrets(&self, url: &mut Url, headers: &mut HeaderMap) -> Result<(), EgressError> {
        let given = url.clone();
        for (credential, secret) in &self.secrets {
            if !credential.audience.covers(&given, &self.settings) {
                continue;
            }
            match &credential.inject {
                Inject::Query(name) => {
                    url.query_pairs_mut().append_pair(name, secret.expose_secret());
                }
                Inject::Header { name, prefix } => {
                    let unusable = EgressError::Setup("a secret cannot be a header's value");
                    let name = HeaderName::try_from(name).map_err(|_| unusable.clone())?;
                    let value = format!("{prefix}{}", secret.expose_secret());
                    let mut value = HeaderValue::try_from(value).map_err(|_| unusable)?;
                    value.set_sensitive(true);
                    headers.insert(name, value);
                }
            }
        }
        Ok(())
    }
}

/// When each plugin may send its next request to an origin: evenly spaced, a second's worth at once.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<(String, Origin), Instant>>);

impl Turns {
    /// Waits for the plugin's turn.
    ///
    /// # Errors
    /// Its turn is too far away.
    pub async fn wait(&self, plugin: &str, origin: &Origin, per_minute: Option<u32>) -> Result<(), Refusal> {
        let Some(per_minute) = per_minute else { return Ok(()) };
        let apart = Duration::from_secs(60) / per_minute.max(1);
        let turn = self.take(plugin, origin, apart, Instant::now())?;
        tokio::time::sleep_until(turn).await;
        Ok(())
    }

    fn take(&self, plugin: &str, origin: &Origin, apart: Duration, now: Instant) -> Result<Instant, Refusal> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What was not used within the last second is lost.
        let first = now
            .checked_sub(Duration::from_secs(1))
            .map_or(now, |then| then + apart)
            .min(now);
        let next = turns.entry((plugin.to_owned(), origin.clone())).or_insert(first);
        let turn = (*next).max(first);
        if turn > now + PATIENCE {
            return Err(Refusal::TooFast);
        }
        *next = turn + apart;
        Ok(turn)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_the_declared_pace_and_too_many_are_refused() {
        let turns = Turns::default();
        let origin = Origin::parse("https://service.example").unwrap();
        let now = Instant::now() + Duration::from_secs(60);
        let pace = Duration::from_secs(60) / 180;
        let turn = |plugin: &str, apart| turns.take(plugin, &origin, apart, now);
        let waits: Vec<_> = (0..9)
            .map(|_| turn("a", pace).unwrap().saturating_duration_since(now))
            .collect();
        assert!(
            waits[..3].iter().all(Duration::is_zero),
            "a second's worth at once: {waits:?}"
        );
        assert!(
            waits[8] > Duration::from_millis(1_900) && waits[8] < Duration::from_millis(2_100),
            "{waits:?}"
        );
        assert!(turn("another plugin", pace).unwrap() <= now);
        let slow = Duration::from_secs(10);
        assert!(turn("slow", slow).unwrap() <= now);
        assert_eq!(turn("slow", slow).unwrap(), now + slow);
        assert_eq!(turn("slow", slow), Err(Refusal::TooFast));
    }
}
