//! What stands outside: the model endpoint, the OIDC provider, and the Nextcloud that installed this app.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{ConfigError, Installed, MODEL_IS_LOCAL, Values, boolean, invalid};
use crate::models::ModelSettings;

pub(super) fn model(values: &Values) -> Result<Option<ModelSettings>, ConfigError> {
    let Some(base) = values.get("model_base_url").filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let base_url = url::Url::parse(base)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| invalid("model_base_url", base))?;
    let Some(name) = values.get("model_name").filter(|value| !value.is_empty()) else {
        return Err(ConfigError::Combination(
            "MODEL_BASE_URL is set but MODEL_NAME is not. Set MODEL_NAME to the model's name at that endpoint.".into(),
        ));
    };
    Ok(Some(ModelSettings {
        base_url,
        name: name.clone(),
        api_key: values
            .get("model_api_key")
            .filter(|key| !key.is_empty())
            .map(|key| SecretString::from(key.as_str())),
        is_local: boolean(values, MODEL_IS_LOCAL.0)?.unwrap_or(false),
    }))
}

pub(super) fn issuer(values: &Values) -> Result<Option<url::Url>, ConfigError> {
    let key = "nextcloud_oidc_issuer";
    let Some(text) = values.get(key).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let plain = |url: &url::Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let url = url::Url::parse(text).ok().filter(plain);
    url.map(Some).ok_or_else(|| invalid(key, "(not such a URL)"))
}

/// HaRP's tunnel ends at this path, which Nextcloud's start script writes into its configuration.
const HARP_SOCKET: &str = "/tmp/exapp.sock";

/// What AppAPI has set; none where nothing installed this app.
pub(super) fn installed(values: &Values) -> Result<Option<Installed>, ConfigError> {
    let set = |key: &str| values.get(key).map(String::as_str).filter(|value| !value.is_empty());
    let Some(secret) = set("app_secret") else {
        return Ok(None);
    };
    let key = if set("nextcloud_url").is_some() {
        "nextcloud_url"
    } else {
        "nextcloud_base_url"
    };
    let Some(text) = set(key) else {
        return Err(ConfigError::Combination(
            "APP_SECRET is set but NEXTCLOUD_URL is not. Set NEXTCLOUD_URL to the address at which this program reaches Nextcloud.".into(),
        ));
    };
    Ok(Some(Installed {
        identity: nextcloud::AppIdentity {
            id: set("app_id").unwrap_or(env!("CARGO_PKG_NAME")).to_owned(),
            version: set("app_version").unwrap_or(env!("CARGO_PKG_VERSION")).to_owned(),
            secret: SecretString::from(secret),
        },
        address: nextcloud::Address::parse(text).ok_or_else(|| invalid(key, text))?,
        socket: set("hp_shared_key").map(|_| PathBuf::from(HARP_SOCKET)),
    }))
}
