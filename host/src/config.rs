//! Settings: embedded defaults, then `voiceassist.toml`, then the environment. Read once, validated, secrets wrapped.
//!
//! A setting has one name everywhere: `MODEL_BASE_URL` in the environment is `model_base_url` in the file.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use figment::value::Value;
use secrecy::SecretString;

use crate::audit::settings::AuditSettings;
use crate::edge::limits::{self, PerMinute};
use crate::identity::times::{self, Times};
use crate::models::{ModelSettings, SpeechSettings};
use crate::vault::master::MasterSource;

mod audit;
mod master;
mod outside;
mod speech;
mod voice;

type Values = BTreeMap<String, String>;

pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub cache_dir: PathBuf,
    pub web_dir: PathBuf,
    pub database_url: String,
    /// Where the key comes from that wraps all others; never from a folder of the data.
    pub master_key: MasterSource,
    /// The folder that AppAPI keeps for this app.
    pub persistent_storage: Option<PathBuf>,
    pub demo: bool,
    /// Folder of the sample shelf.
    pub demo_dir: PathBuf,
    /// Set when Nextcloud's AppAPI installed this app; demo and sign-in links are refused then.
    pub installed: Option<Installed>,
    pub max_upload_bytes: u64,
    /// Folders read regularly; every signed-in user may read what is in them.
    pub watched_folders: Vec<PathBuf>,
    /// Watched folders, or parts of them, with published documents: only their passages may go to a remote model.
    pub public_folders: Vec<PathBuf>,
    /// Origins inside the building that a plugin may be granted, such as a model server.
    pub plugin_private_origins: Vec<String>,
    /// The bundled adapter of text-generation servers, made for BioGPT, may be switched on.
    pub enable_biogpt_adapter: bool,
    /// The bundled adapter of text-embeddings servers, made for PubMedBERT, may be switched on.
    pub enable_pubmedbert_adapter: bool,
    /// What is logged: a level or a filter.
    pub log: Option<String>,
    pub model: Option<ModelSettings>,
    /// Vendors that hear or speak; off until an administrator allows them patient information.
    pub speech: Vec<SpeechSettings>,
    /// Tells hosts of one database to look what is new.
    pub redis_url: Option<SecretString>,
    /// Where an OIDC provider is asked who it is; what counts is what it answers.
    pub oidc_issuer: Option<url::Url>,
    pub audit: AuditSettings,
    /// How long sessions and a second factor last.
    pub times: Times,
    pub limits: PerMinute,
    /// Voice sessions at the same time; 0 is no voice.
    pub voice_sessions: usize,
    /// While a model writes, its sources are checked again as often. Not a setting: tests do not wait so long.
    pub check_again: Duration,
    /// How often it is looked at what this server depends on. Not a setting, as the one before.
    pub health_every: Duration,
}

/// How often it is looked at what this server depends on.
const HEALTH_EVERY: Duration = Duration::from_secs(15);
/// How often the sources of an answer in the making are checked again.
const CHECK_AGAIN: Duration = Duration::from_secs(30);

/// What AppAPI tells an app that it installs.
pub struct Installed {
    pub identity: nextcloud::AppIdentity,
    pub address: nextcloud::Address,
    /// HaRP without a port: listen on this unix socket instead.
    pub socket: Option<PathBuf>,
}

/// Each known setting with what it accepts, in the order of the documentation.
const KNOWN: [(&str, &str); 30] = [
    ("voiceassist_listen", "an address and port such as 127.0.0.1:8377"),
    ("voiceassist_data_dir", "a folder that can be written"),
    ("voiceassist_cache_dir", "a folder with models, libpdfium and plugins"),
    ("voiceassist_web_dir", "the folder of the built web client"),
    ("voiceassist_demo", "true or false"),
    ("voiceassist_demo_dir", "the folder of the sample shelf"),
    (
        "voiceassist_max_upload_bytes",
        "a whole number of bytes from 1024 to 1073741824",
    ),
    ("voiceassist_watched_folders", "absolute folders separated by `:`"),
    ("voiceassist_public_folders", "absolute folders separated by `:`"),
    ("enable_biogpt_adapter", "true or false"),
    ("enable_pubmedbert_adapter", "true or false"),
    (
        PRIVATE_ORIGINS,
        "origins such as http://10.0.0.5:8080, separated by commas",
    ),
    (
        "voiceassist_log",
        "a level such as info or debug, or tracing directives",
    ),
    (
        "database_url",
        "sqlite:// followed by an absolute path, or postgres://USER:PASSWORD@HOST/DATABASE",
    ),
    ("redis_url", "redis://USER:PASSWORD@HOST:PORT"),
    (
        "master_key_file",
        "a file outside the data folder that only its owner can read, with 32 bytes in hex or base64",
    ),
    ("master_key_command", "a command that prints 32 bytes in hex or base64"),
    ("app_secret", "the secret that AppAPI gave this app"),
    ("app_id", "the id under which Nextcloud knows this app"),
    ("app_version", "the version under which Nextcloud knows this app"),
    ("app_host", "an IP address to listen on"),
    ("app_port", "a port from 1 to 65535"),
    ("app_persistent_storage", "the folder that Nextcloud keeps for this app"),
    (
        "nextcloud_url",
        "Nextcloud's http or https address, such as https://cloud.example",
    ),
    (
        "nextcloud_base_url",
        "Nextcloud's http or https address, such as https://cloud.example",
    ),
    ("hp_shared_key", "the key that HaRP gave this app"),
    (
        "nextcloud_oidc_issuer",
        "an http or https URL of the OIDC provider without user name, query and fragment",
    ),
    (
        "model_base_url",
        "an http or https URL such as http://127.0.0.1:8000/v1",
    ),
    ("model_name", "the name of the model at MODEL_BASE_URL"),
    ("model_api_key", "the key for MODEL_BASE_URL"),
];
const PRIVATE_ORIGINS: &str = "voiceassist_plugin_private_origins";
const MODEL_IS_LOCAL: (&str, &str) = ("model_is_local", "true or false");

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{key} is \"{value}\", which is not allowed. Allowed: {allowed}.")]
    Invalid {
        key: String,
        value: String,
        allowed: &'static str,
    },
    #[error("{key} in {file} is not a setting. Known settings: {known}.")]
    Unknown { key: String, file: String, known: String },
    #[error("{file} cannot be read: {reason}")]
    File { file: String, reason: String },
    #[error("{0}")]
    Combination(String),
}

/// What the command line adds on top of everything else.
#[derive(Default)]
pub struct Overrides {
    pub demo: Option<bool>,
    pub listen: Option<String>,
    pub file: Option<PathBuf>,
}

impl Config {
    /// Where the Nextcloud is that installed this app.
    #[must_use]
    pub fn nextcloud(&self) -> Option<&nextcloud::Address> {
        self.installed.as_ref().map(|installed| &installed.address)
    }

    /// Reads `voiceassist.toml` (if there is one, or the file named in `overrides`) and the environment.
    ///
    /// # Errors
    /// The first wrong setting, naming its key, its value and what is allowed.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        let file = overrides
            .file
            .clone()
            .unwrap_or_else(|| PathBuf::from("voiceassist.toml"));
        if overrides.file.is_some() && !file.is_file() {
            return Err(ConfigError::File {
                file: file.display().to_string(),
                reason: "there is no such file".into(),
            });
        }
        let names: Vec<&str> = known().map(|(name, _)| name).collect();
        let from_file = if file.is_file() {
            read(Figment::from(Toml::file_exact(&file)), &file)?
        } else {
            BTreeMap::new()
        };
        if let Some(key) = from_file.keys().find(|key| !names.contains(&key.as_str())) {
            return Err(ConfigError::Unknown {
                key: key.clone(),
                file: file.display().to_string(),
                known: names.join(", "),
            });
        }
        let environment = read(Figment::from(Env::raw().only(&names)), &file)?;
        let home = Env::var("HOME").map_or_else(|| PathBuf::from("."), PathBuf::from);
        let base = |variable: &str, fallback: &str| {
            Env::var(variable)
                .filter(|value| !value.is_empty())
                .map_or_else(|| home.join(fallback), PathBuf::from)
                .join("voiceassist")
        };
        let mut values = from_file;
        values.extend(environment);
        if let Some(demo) = overrides.demo {
            values.insert("voiceassist_demo".into(), demo.to_string());
        }
        if let Some(listen) = &overrides.listen {
            values.insert("voiceassist_listen".into(), listen.clone());
        }
        Self::from_values(
            &values,
            &base("XDG_DATA_HOME", ".local/share"),
            &base("XDG_CACHE_HOME", ".cache"),
        )
    }

    /// Where data lies; the master key must come from elsewhere.
    pub fn folders_of_data(&self) -> Vec<PathBuf> {
        let storage = self.persistent_storage.iter();
        std::iter::once(&self.data_dir).chain(storage).cloned().collect()
    }

    fn from_values(values: &Values, default_data: &Path, default_cache: &Path) -> Result<Self, ConfigError> {
        let set = |key: &str| values.get(key).map(String::as_str).filter(|value| !value.is_empty());
        let folder = |key: &str, default: PathBuf| set(key).map_or(default, PathBuf::from);
        let persistent_storage = set("app_persistent_storage").map(PathBuf::from);
        let storage = persistent_storage.clone().unwrap_or_else(|| default_data.to_owned());
        let data_dir = folder("voiceassist_data_dir", storage);
        let cache_dir = folder("voiceassist_cache_dir", default_cache.to_owned());
        let built = PathBuf::from("web/dist");
        let web_default = if built.is_dir() { built } else { cache_dir.join("web") };
        let installed = outside::installed(values)?;
        let demo = boolean(values, "voiceassist_demo")?.unwrap_or(false);
        if demo && installed.is_some() {
            return Err(ConfigError::Combination(
                "The demo shelf and its sign-in link are refused because APP_SECRET is set: this is an installation. Start without --demo.".into(),
            ));
        }
        let database_url = match set("database_url") {
            None => format!("sqlite://{}", data_dir.join("voiceassist.db").display()),
            Some(url) if crate::db::SCHEMES.iter().any(|scheme| url.starts_with(scheme)) => url.to_owned(),
            Some(url) => return Err(invalid("database_url", scheme_only(url))),
        };
        Ok(Self {
            listen: listen(values)?,
            master_key: master::key(values)?,
            persistent_storage,
            web_dir: folder("voiceassist_web_dir", web_default),
            demo_dir: folder("voiceassist_demo_dir", PathBuf::from("demo")),
            max_upload_bytes: match parse::<u64>(values, "voiceassist_max_upload_bytes")? {
                None => 100 * 1024 * 1024,
                Some(bytes) if (1024..=1 << 30).contains(&bytes) => bytes,
                Some(bytes) => return Err(invalid("voiceassist_max_upload_bytes", &bytes.to_string())),
            },
            watched_folders: folders(values, "voiceassist_watched_folders")?,
            public_folders: folders(values, "voiceassist_public_folders")?,
            enable_biogpt_adapter: boolean(values, "enable_biogpt_adapter")?.unwrap_or(false),
            enable_pubmedbert_adapter: boolean(values, "enable_pubmedbert_adapter")?.unwrap_or(false),
            plugin_private_origins: origins(values)?,
            log: set("voiceassist_log").map(str::to_owned),
            model: outside::model(values)?,
            speech: speech::settings(values)?,
            redis_url: match set("redis_url") {
                Some(url) if !url.starts_with("redis://") => return Err(invalid("redis_url", scheme_only(url))),
                url => url.map(SecretString::from),
            },
            oidc_issuer: outside::issuer(values)?,
            audit: audit::settings(values)?,
            times: Times::read(values).map_err(|(name, value)| invalid(name, &value))?,
            limits: PerMinute::read(values).map_err(|(name, value)| invalid(name, &value))?,
            voice_sessions: voice::sessions(values)?,
            check_again: CHECK_AGAIN,
            health_every: HEALTH_EVERY,
            data_dir,
            cache_dir,
            database_url,
            demo,
            installed,
        })
    }
}

/// `APP_HOST` and `APP_PORT` of an installation unless an operator names another address.
fn listen(values: &Values) -> Result<SocketAddr, ConfigError> {
    if let Some(address) = parse(values, "voiceassist_listen")? {
        return Ok(address);
    }
    let host = parse(values, "app_host")?.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    match parse::<u16>(values, "app_port")? {
        Some(0) => Err(invalid("app_port", "0")),
        port => Ok(SocketAddr::new(host, port.unwrap_or(8377))),
    }
}

fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN
        .into_iter()
        .chain([MODEL_IS_LOCAL])
        .chain(audit::KNOWN)
        .chain(speech::KNOWN)
        .chain([voice::SESSIONS])
        .chain(times::SETTINGS)
        .chain(limits::SETTINGS)
}

fn invalid(key: &str, value: &str) -> ConfigError {
    ConfigError::Invalid {
        key: key.to_uppercase(),
        value: value.to_owned(),
        allowed: known()
            .find(|(name, _)| *name == key)
            .map_or("see the documentation", |(_, allowed)| allowed),
    }
}

/// A database URL may hold a password: errors show only its scheme.
fn scheme_only(url: &str) -> &str {
    url.split_once("://").map_or("(not a URL)", |(scheme, _)| scheme)
}

fn read(figment: Figment, file: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let values: BTreeMap<String, Value> = figment.extract().map_err(|error| ConfigError::File {
        file: file.display().to_string(),
        reason: error.to_string(),
    })?;
    Ok(values
        .into_iter()
        .map(|(key, value)| (key.to_lowercase(), text(&value)))
        .collect())
}

fn text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Array(_, items) => items.iter().map(text).collect::<Vec<_>>().join(":"),
        other => format!("{other:?}"),
    }
}

fn parse<T: std::str::FromStr>(values: &Values, key: &str) -> Result<Option<T>, ConfigError> {
    values
        .get(key)
        .map(|value| value.parse().map_err(|_| invalid(key, value)))
        .transpose()
}

fn boolean(values: &Values, key: &str) -> Result<Option<bool>, ConfigError> {
    match values.get(key).map(String::as_str) {
        None | Some("") => Ok(None),
        Some("true" | "1" | "yes" | "on") => Ok(Some(true)),
        Some("false" | "0" | "no" | "off") => Ok(Some(false)),
        Some(value) => Err(invalid(key, value)),
    }
}

fn folders(values: &Values, key: &'static str) -> Result<Vec<PathBuf>, ConfigError> {
    parts(values, key, ':', |folder| {
        Path::new(folder).is_absolute().then(|| folder.into())
    })
}

fn origins(values: &Values) -> Result<Vec<String>, ConfigError> {
    parts(values, PRIVATE_ORIGINS, ',', |origin| {
        let url = url::Url::parse(origin).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.path() == "/").then(|| origin.to_owned())
    })
}

fn parts<T>(values: &Values, key: &str, between: char, read: fn(&str) -> Option<T>) -> Result<Vec<T>, ConfigError> {
    let parts = values.get(key).map(String::as_str).unwrap_or_default().split(between);
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| read(part).ok_or_else(|| invalid(key, part))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let values = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Config::from_values(&values, Path::new("/data"), Path::new("/cache"))
    }

    fn message(pairs: &[(&str, &str)]) -> String {
        load(pairs).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_wrong_value_names_the_key_the_value_and_what_is_allowed() {
        assert_eq!(
            message(&[("voiceassist_listen", "8377")]),
            "VOICEASSIST_LISTEN is \"8377\", which is not allowed. Allowed: an address and port such as 127.0.0.1:8377."
        );
        assert!(message(&[("voiceassist_max_upload_bytes", "12")]).contains("1024 to 1073741824"));
        assert!(message(&[("voiceassist_demo", "maybe")]).contains("true or false"));
    }

    #[test]
    fn an_issuer_is_a_plain_address() {
        let of = |text: &str| load(&[("nextcloud_oidc_issuer", text)]);
        assert!(of("https://cloud.example/index.php/apps/oidc").is_ok_and(|config| config.oidc_issuer.is_some()));
        for wrong in [
            "cloud.example",
            "https://me:secret@cloud.example",
            "ftp://cloud.example",
            "https://x/?a",
        ] {
            let said = message(&[("nextcloud_oidc_issuer", wrong)]);
            assert!(
                said.contains("NEXTCLOUD_OIDC_ISSUER") && !said.contains("secret"),
                "{said}"
            );
        }
    }

    #[test]
    fn demo_is_refused_in_an_installation() {
        let installation = [("app_secret", "s"), ("nextcloud_url", "http://nginx/index.php")];
        assert!(load(&installation).is_ok_and(|config| config.installed.is_some()));
        assert!(message(&[installation[0], installation[1], ("voiceassist_demo", "true")]).contains("APP_SECRET"));
    }

    #[test]
    fn an_installation_listens_where_appapi_says() {
        let given = [
            ("app_secret", "s"),
            ("nextcloud_base_url", "https://cloud.example/"),
            ("app_host", "0.0.0.0"),
            ("app_port", "23000"),
            ("app_persistent_storage", "/nc_app_voiceassist_data"),
        ];
        let config = load(&given).ok();
        assert_eq!(
            config.as_ref().map(|c| c.listen.to_string()).as_deref(),
            Some("0.0.0.0:23000")
        );
        assert_eq!(
            config.map(|c| c.data_dir),
            Some(PathBuf::from("/nc_app_voiceassist_data"))
        );
        assert!(message(&[("app_secret", "s")]).contains("NEXTCLOUD_URL"));
        assert!(message(&[("app_secret", "s"), ("nextcloud_url", "cloud.example")]).contains("NEXTCLOUD_URL"));
    }

    #[test]
    fn a_database_password_is_never_shown() {
        let shown = message(&[("database_url", "mysql://root:hunter2@db/x")]);
        assert!(shown.contains("mysql") && shown.contains("postgres://") && !shown.contains("hunter2"));
        assert!(load(&[("database_url", "postgres://root:hunter2@db/x")]).is_ok());
    }

    #[test]
    fn a_model_needs_a_name() {
        assert!(message(&[("model_base_url", "http://127.0.0.1:1/v1")]).contains("MODEL_NAME"));
        assert!(message(&[("model_base_url", "ftp://x"), ("model_name", "m")]).contains("MODEL_BASE_URL"));
    }

    #[test]
    fn the_defaults_need_nothing() {
        let config = load(&[]).ok();
        assert_eq!(
            config.map(|c| c.database_url),
            Some("sqlite:///data/voiceassist.db".to_owned())
        );
    }
}
