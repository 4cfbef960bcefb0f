//! The vendors that hear and speak.

use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use super::{ConfigError, Values, invalid, parse};
use crate::models::{SpeechSettings, Stage};

const ADDRESS: &str =
    "a wss URL without a path, such as wss://speech.example; ws only with an address inside this network";
const MILLISECONDS: &str = "a whole number of milliseconds from 100 to 4000";

const DEEPGRAM: Names = Names {
    key: "deepgram_api_key",
    url: "deepgram_url",
    model: "deepgram_model",
    patience: "deepgram_final_timeout_ms",
};
const ELEVENLABS: Names = Names {
    key: "elevenlabs_api_key",
    url: "elevenlabs_url",
    model: "elevenlabs_model",
    patience: "elevenlabs_audio_timeout_ms",
};
const VOICE: &str = "elevenlabs_voice_id";

pub(super) const KNOWN: [(&str, &str); 9] = [
    (DEEPGRAM.key, "the key of a Deepgram project"),
    (DEEPGRAM.url, ADDRESS),
    (DEEPGRAM.model, "the name of a Deepgram model, such as nova-3-medical"),
    (DEEPGRAM.patience, MILLISECONDS),
    (ELEVENLABS.key, "the key of an ElevenLabs workspace"),
    (ELEVENLABS.url, ADDRESS),
    (
        ELEVENLABS.model,
        "the name of an ElevenLabs model, such as eleven_flash_v2_5",
    ),
    (ELEVENLABS.patience, MILLISECONDS),
    (VOICE, "the id of an ElevenLabs voice"),
];

/// The final text comes within 350 ms in 99 of 100 cases.
const FINAL: Duration = Duration::from_millis(1_500);
/// The first sound of a sentence comes within 200 ms.
const AUDIO: Duration = Duration::from_millis(1_500);

struct Names {
    key: &'static str,
    url: &'static str,
    model: &'static str,
    patience: &'static str,
}

/// Those whose key is set.
pub(super) fn settings(values: &Values) -> Result<Vec<SpeechSettings>, ConfigError> {
    let hearing = vendor(
        values,
        Stage::Hearing,
        &DEEPGRAM,
        ("wss://api.deepgram.com", "nova-3-medical", FINAL),
    )?;
    let speaking = vendor(
        values,
        Stage::Speaking,
        &ELEVENLABS,
        ("wss://api.elevenlabs.io", "eleven_flash_v2_5", AUDIO),
    )?;
    let voice = given(values, VOICE);
    if speaking.is_some() && voice.is_none() {
        return Err(ConfigError::Combination(
            "ELEVENLABS_API_KEY is set but ELEVENLABS_VOICE_ID is not. Set it to the id of the voice that speaks."
                .into(),
        ));
    }
    let voice = match voice {
        Some(id) if !id.chars().all(|c| c.is_ascii_alphanumeric()) => return Err(invalid(VOICE, id)),
        voice => voice.map(str::to_owned),
    };
    let speaking = speaking.map(|speaking| SpeechSettings { voice, ..speaking });
    Ok(hearing.into_iter().chain(speaking).collect())
}

fn given<'a>(values: &'a Values, key: &str) -> Option<&'a str> {
    values.get(key).map(String::as_str).filter(|value| !value.is_empty())
}

fn vendor(
    values: &Values,
    stage: Stage,
    names: &Names,
    (url, model, patience): (&str, &str, Duration),
) -> Result<Option<SpeechSettings>, ConfigError> {
    let Some(key) = given(values, names.key) else {
        return Ok(None);
    };
    let url = given(values, names.url).unwrap_or(url);
    let patience = match parse::<u64>(values, names.patience)? {
        None => patience,
        Some(ms) if (100..=4_000).contains(&ms) => Duration::from_millis(ms),
        Some(ms) => return Err(invalid(names.patience, &ms.to_string())),
    };
    Ok(Some(SpeechSettings {
        stage,
        // What is not allowed may hold a password.
        url: address(url).ok_or_else(|| invalid(names.url, "(not such a URL)"))?,
        api_key: SecretString::from(key),
        model: given(values, names.model).unwrap_or(model).to_owned(),
        voice: None,
        patience,
    }))
}

/// Sound must not cross a foreign network in the clear.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let inside = match url.host()? {
        Host::Ipv4(ip) => ip.is_loopback() || ip.is_private(),
        Host::Ipv6(ip) => ip.is_loopback() || ip.is_unique_local(),
        Host::Domain(_) => false,
    };
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    (plain && (url.scheme() == "wss" || url.scheme() == "ws" && inside)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Vec<SpeechSettings>, ConfigError> {
        let values = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        settings(&values.collect())
    }

    fn said(pairs: &[(&str, &str)]) -> String {
        read(pairs).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_key_is_enough_to_hear_and_speaking_needs_a_voice() {
        assert!(read(&[]).is_ok_and(|all| all.is_empty()));
        let heard = read(&[("deepgram_api_key", "k")]).unwrap_or_default();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].url.as_str(), "wss://api.deepgram.com/");
        assert_eq!(heard[0].model, "nova-3-medical");
        assert!(said(&[("elevenlabs_api_key", "k")]).contains("ELEVENLABS_VOICE_ID"));
        let both = [("elevenlabs_api_key", "k"), ("elevenlabs_voice_id", "v1")];
        assert!(read(&both).is_ok_and(|all| all[0].voice.as_deref() == Some("v1")));
        let path = [("elevenlabs_api_key", "k"), ("elevenlabs_voice_id", "../v1")];
        assert!(said(&path).contains("ELEVENLABS_VOICE_ID"));
    }

    #[test]
    fn sound_crosses_only_this_network_in_the_clear() {
        let of = |url: &str| said(&[("deepgram_api_key", "k"), ("deepgram_url", url)]);
        for allowed in ["wss://speech.hospital.example", "ws://127.0.0.1:8080", "ws://10.1.2.3"] {
            assert_eq!(of(allowed), "", "{allowed}");
        }
        for refused in [
            "ws://speech.example",
            "ws://8.8.8.8",
            "https://api.deepgram.com",
            "wss://me:secret@api.deepgram.com",
            "wss://api.deepgram.com/v1",
        ] {
            let why = of(refused);
            assert!(why.contains("DEEPGRAM_URL") && !why.contains("secret"), "{why}");
        }
        let late = said(&[("deepgram_api_key", "k"), ("deepgram_final_timeout_ms", "9000")]);
        assert!(late.contains("100 to 4000"), "{late}");
    }
}
