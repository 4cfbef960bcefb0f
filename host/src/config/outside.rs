//! The model endpoint and the OIDC provider.

use secrecy::SecretString;

use super::{ConfigError, MODEL_IS_LOCAL, Values, boolean, invalid};
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
