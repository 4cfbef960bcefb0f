//! Speech vendors: endpoints that hear or speak. Sound of a ward is patient information and cannot be redacted, so one is
//! used only while an administrator allows it patient information under an agreement.

use std::sync::Arc;
use std::time::Duration;

use api_types::{EndpointKind, PhiHandling};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use url::Url;

use super::breaker::{Breaker, Health};
use super::release::shown;
use super::{Models, store};
use crate::clock::Clock;
use crate::egress::{AllowedOrigin, Origin, PhiMode, Refusal};

/// A part of a spoken conversation that a vendor can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Hearing,
    Speaking,
}

impl Stage {
    /// As it stands in the egress log.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Hearing => "speech to text",
            Self::Speaking => "text to speech",
        }
    }

    fn kind(self) -> EndpointKind {
        match self {
            Self::Hearing => EndpointKind::SpeechToText,
            Self::Speaking => EndpointKind::TextToSpeech,
        }
    }
}

/// A speech vendor from the configuration.
#[derive(Clone)]
pub struct SpeechSettings {
    /// What it does, and so whose protocol it speaks: Deepgram's hears, ElevenLabs' speaks.
    pub stage: Stage,
    /// ws or wss, up to and without `/v1`.
    pub url: Url,
    pub api_key: SecretString,
    pub model: String,
    /// Of a vendor that speaks.
    pub voice: Option<String>,
    /// How long it is waited for before this server does the same itself.
    pub patience: Duration,
}

impl SpeechSettings {
    /// What the gate must allow for this vendor.
    ///
    /// # Errors
    /// The URL carries a user name, or no host.
    pub fn allowed_origin(&self) -> Result<AllowedOrigin, Refusal> {
        Ok(AllowedOrigin {
            origin: Origin::socket(&self.url)?,
            local: false,
            phi: PhiMode::Never,
        })
    }

    /// The name of its setting.
    pub fn setting(&self) -> &'static str {
        match self.stage {
            Stage::Hearing => "DEEPGRAM_URL",
            Stage::Speaking => "ELEVENLABS_URL",
        }
    }

    fn title(&self) -> String {
        let vendor = match self.stage {
            Stage::Hearing => "Deepgram",
            Stage::Speaking => "ElevenLabs",
        };
        format!("{vendor} {}", self.model)
    }

    /// Stands for address, model and voice together: change one and it is off again.
    fn id(&self) -> String {
        let voice = self.voice.as_deref().unwrap_or_default();
        let digest = Sha256::digest(format!("{}\n{}\n{voice}", self.url, self.model));
        let vendor = match self.stage {
            Stage::Hearing => "deepgram",
            Stage::Speaking => "elevenlabs",
        };
        format!("{vendor}-{}", &hex::encode(digest)[..12])
    }
}

/// A vendor with what is remembered of it.
pub(super) struct Vendor {
    settings: SpeechSettings,
    health: Health,
}

impl Vendor {
    pub(super) fn new(settings: SpeechSettings) -> Self {
        Self {
            settings,
            health: Health::default(),
        }
    }

    pub(super) fn id(&self) -> String {
        self.settings.id()
    }

    pub(super) fn title(&self) -> String {
        self.settings.title()
    }

    pub(super) fn base_url(&self) -> String {
        self.settings.url.to_string()
    }

    pub(super) fn kind(&self) -> EndpointKind {
        self.settings.stage.kind()
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }
}

/// A vendor that may be used for one piece of speech.
#[derive(Clone)]
pub struct AllowedVendor {
    vendor: Arc<Vendor>,
    agreement: String,
    clock: Arc<dyn Clock>,
}

impl AllowedVendor {
    pub fn settings(&self) -> &SpeechSettings {
        &self.vendor.settings
    }

    /// As it stands on a receipt.
    pub fn agreement(&self) -> &str {
        &self.agreement
    }

    pub fn succeeded(&self) {
        self.vendor.health.succeeded();
    }

    /// It is to blame; after several times in a row it is given a pause.
    pub fn failed(&self) {
        self.vendor.health.failed(self.clock.now_ms());
    }
}

/// Whether a vendor does a stage now.
pub enum VendorUse {
    Allowed(AllowedVendor),
    /// It has failed several times and is given a pause.
    Paused,
    /// None is configured, or it is not allowed.
    None,
}

impl Models {
    /// With vendors that hear or speak.
    pub fn with_speech(mut self, settings: &[SpeechSettings]) -> Self {
        let speech = settings.iter().cloned().map(|one| Arc::new(Vendor::new(one)));
        self.speech = speech.collect();
        self
    }

    /// The vendor for one piece of speech. After a pause one piece may try.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn speech(&self, stage: Stage) -> Result<VendorUse, sqlx::Error> {
        let Some(vendor) = self.allowed_vendor(stage).await? else {
            return Ok(VendorUse::None);
        };
        Ok(match vendor.vendor.health.ask(self.clock.now_ms()) {
            Breaker::Closed | Breaker::Trying => VendorUse::Allowed(vendor),
            Breaker::Open => VendorUse::Paused,
        })
    }

    /// Whether a vendor may do a stage, working or not.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn may_leave(&self, stage: Stage) -> Result<bool, sqlx::Error> {
        Ok(self.allowed_vendor(stage).await?.is_some())
    }

    async fn allowed_vendor(&self, stage: Stage) -> Result<Option<AllowedVendor>, sqlx::Error> {
        for vendor in self.speech.iter().filter(|one| one.settings.stage == stage) {
            if let Some(allowed) = self.allowed(vendor, true).await? {
                return Ok(Some(allowed));
            }
        }
        Ok(None)
    }

    /// The vendor of an endpoint's id, for a trial: it need not be switched on, but allowed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) async fn vendor_to_try(&self, id: &str) -> Result<Option<Option<AllowedVendor>>, sqlx::Error> {
        match self.speech.iter().find(|one| one.id() == id) {
            Some(vendor) => self.allowed(vendor, false).await.map(Some),
            None => Ok(None),
        }
    }

    async fn allowed(&self, vendor: &Arc<Vendor>, must_be_on: bool) -> Result<Option<AllowedVendor>, sqlx::Error> {
        if self.blocked(false).is_some() {
            return Ok(None);
        }
        let switch = store::switch(&self.db, &vendor.id()).await?;
        let agreement = switch
            .agreement
            .filter(|_| switch.handling == PhiHandling::PhiAllowed && (switch.enabled || !must_be_on));
        Ok(agreement.map(|agreement| AllowedVendor {
            vendor: Arc::clone(vendor),
            agreement: shown(&agreement),
            clock: Arc::clone(&self.clock),
        }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn another_address_model_or_voice_is_another_endpoint() {
        let settings = SpeechSettings {
            stage: Stage::Speaking,
            url: Url::parse("wss://api.elevenlabs.io").unwrap(),
            api_key: SecretString::from("key"),
            model: "eleven_flash_v2_5".into(),
            voice: Some("voice".into()),
            patience: Duration::from_secs(1),
        };
        let mut other = settings.clone();
        other.voice = Some("another".into());
        assert_ne!(settings.id(), other.id());
        other = settings.clone();
        other.api_key = SecretString::from("new key");
        assert_eq!(settings.id(), other.id());
        assert_eq!(settings.title(), "ElevenLabs eleven_flash_v2_5");
        assert_eq!(
            settings.allowed_origin().unwrap().origin.to_string(),
            "wss://api.elevenlabs.io"
        );
    }
}
