//! Every destination that this host may contact now, why, with what, and who allowed it: from the gate, the switches and
//! the grants as they are, for the panel and as `voiceassist egress-map`.

use std::fmt::Write;
use std::sync::Arc;

use api_types::{EgressAllows, EgressDestination, EgressMap, EgressWhy, EndpointKind, ModelEndpoint, PhiHandling};
use axum::extract::State;
use plugin_package::PhiClass;

use crate::app::App;
use crate::config::Config;
use crate::db;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::egress::{AllowedOrigin, Egress, Origin, PhiMode};
use crate::models::Models;
use crate::plugins::{Destination, Plugins};

/// What decides where this host may go.
pub struct Outward<'a> {
    pub config: &'a Config,
    pub egress: &'a Egress,
    pub models: &'a Models,
    pub plugins: &'a Plugins,
}

#[utoipa::path(get, path = "/api/admin/panel/egress-map",
    responses((status = 200, body = EgressMap), (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(State(app): State<Arc<App>>, caller: Caller) -> Result<axum::Json<EgressMap>, Problem> {
    caller.require_admin()?;
    let outward = Outward {
        config: &app.config,
        egress: &app.egress,
        models: &app.models,
        plugins: &app.plugins,
    };
    Ok(axum::Json(draw(&outward, app.clock.now_ms()).await?))
}

/// # Errors
/// The database cannot be read.
pub async fn draw(outward: &Outward<'_>, now: i64) -> Result<EgressMap, sqlx::Error> {
    let mut destinations = Vec::new();
    for endpoint in outward.models.endpoints().await? {
        destinations.extend(model(outward, &endpoint).await?);
    }
    for destination in outward.plugins.destinations().await? {
        destinations.push(plugin(outward.egress, destination));
    }
    for allowed in outward.egress.configured_origins() {
        destinations.extend(configured(outward.config, allowed));
    }
    if !outward.config.database_url.starts_with("sqlite://") {
        destinations.push(database(&outward.config.database_url));
    }
    destinations
        .sort_by(|a, b| (a.local, a.why, &a.destination, &a.name).cmp(&(b.local, b.why, &b.destination, &b.name)));
    Ok(EgressMap { destinations, at: now })
}

async fn model(outward: &Outward<'_>, endpoint: &ModelEndpoint) -> Result<Option<EgressDestination>, sqlx::Error> {
    let url = endpoint.base_url.as_deref().and_then(|url| url::Url::parse(url).ok());
    let origin = url.and_then(|url| Origin::parse(url.as_str()).or_else(|_| Origin::socket(&url)).ok());
    let Some(origin) = origin else { return Ok(None) };
    let by = outward.models.switched_by(&endpoint.id).await?;
    let by = by.filter(|_| endpoint.enabled);
    let allows = match endpoint.phi_handling {
        _ if endpoint.local => EgressAllows::Phi,
        PhiHandling::NeverPhi => EgressAllows::Internal,
        PhiHandling::RedactAndRestore => EgressAllows::Redacted,
        PhiHandling::PhiAllowed => EgressAllows::Phi,
    };
    Ok(Some(EgressDestination {
        setting: setting(outward.config, &origin).map(str::to_owned),
        destination: origin.to_string(),
        why: EgressWhy::Model,
        name: Some(endpoint.title.clone()),
        local: endpoint.local,
        open: endpoint.enabled && endpoint.blocked.is_none(),
        allows,
        carries: match endpoint.kind {
            EndpointKind::Answers => "questions and the passages that speak to them",
            EndpointKind::SpeechToText => "what users say, while they speak, and names of drugs in their documents",
            EndpointKind::TextToSpeech => "sentences of answers, to be spoken",
        }
        .to_owned(),
        allowed_by: by.as_ref().map(|(name, _)| name.clone()),
        allowed_at: by.map(|(_, at)| at),
        agreement: endpoint
            .agreement
            .as_ref()
            .filter(|_| endpoint.phi_handling == PhiHandling::PhiAllowed)
            .map(|agreement| format!("{}, {}", agreement.reference, agreement.agreed_on)),
    }))
}

/// The setting that names the address of a model or a speech vendor.
fn setting(config: &Config, origin: &Origin) -> Option<&'static str> {
    let model = config.model.iter().map(|one| (one.allowed_origin(), "MODEL_BASE_URL"));
    let speech = config.speech.iter().map(|one| (one.allowed_origin(), one.setting()));
    let mut named = model.chain(speech);
    let found = named.find(|(allowed, _)| allowed.as_ref().is_ok_and(|allowed| allowed.origin == *origin));
    found.map(|(_, setting)| setting)
}

fn plugin(egress: &Egress, to: Destination) -> EgressDestination {
    let local = egress.is_private_for_plugins(&to.origin.to_string());
    EgressDestination {
        destination: to.origin.to_string(),
        why: EgressWhy::Plugin,
        name: Some(to.title),
        local,
        open: true,
        // The gate lets no patient information out on a plugin's account, whatever its manifest says.
        allows: match to.ceiling {
            PhiClass::None => EgressAllows::Public,
            PhiClass::Phi if local => EgressAllows::Phi,
            PhiClass::DeIdentified | PhiClass::Phi => EgressAllows::Internal,
        },
        carries: format!("requests of the plugin {}, as its manifest declares them", to.plugin),
        setting: local.then(|| "VOICEASSIST_PLUGIN_PRIVATE_ORIGINS".to_owned()),
        allowed_by: to.granted.as_ref().map(|(name, _)| name.clone()),
        allowed_at: to.granted.map(|(_, at)| at),
        agreement: None,
    }
}

/// What the configuration lets through, but for the model and speech vendors, which are listed with their switches.
fn configured(config: &Config, allowed: &AllowedOrigin) -> Option<EgressDestination> {
    let origin = &allowed.origin;
    let is = |one: Option<AllowedOrigin>| one.is_some_and(|one| one.origin == *origin);
    let installed = config.installed.as_ref();
    if setting(config, origin).is_some() {
        return None;
    }
    let (why, setting, carries) = if is(installed.and_then(|installed| crate::cloud::origin(installed).ok())) {
        (
            EgressWhy::Nextcloud,
            "NEXTCLOUD_URL",
            "requests in a user's name: files, permissions, groups",
        )
    } else if is(config
        .oidc_issuer
        .as_ref()
        .and_then(|url| crate::identity::issuer::allowed_origin(url).ok()))
    {
        (
            EgressWhy::Issuer,
            "NEXTCLOUD_OIDC_ISSUER",
            "a request for its public description",
        )
    } else if is(crate::audit::allowed_origin(&config.audit)) {
        (
            EgressWhy::Audit,
            "AUDIT_SINK",
            "entries of the audit trail: ids, counts and classes, no text",
        )
    } else if is(config.redis_url.as_ref().and_then(crate::hosts::origin)) {
        (
            EgressWhy::Redis,
            "REDIS_URL",
            "one word that tells other hosts to look what is new",
        )
    } else {
        (EgressWhy::Other, "", "not known")
    };
    Some(EgressDestination {
        destination: origin.to_string(),
        why,
        name: None,
        local: allowed.local,
        open: true,
        allows: if allowed.local || allowed.phi == PhiMode::Allowed {
            EgressAllows::Phi
        } else {
            EgressAllows::Internal
        },
        carries: carries.to_owned(),
        setting: Some(setting.to_owned()).filter(|setting| !setting.is_empty()),
        allowed_by: None,
        allowed_at: None,
        agreement: None,
    })
}

fn database(url: &str) -> EgressDestination {
    let place = db::place(url);
    EgressDestination {
        destination: format!("postgres://{}", place.split(['/', '?']).next().unwrap_or(place)),
        why: EgressWhy::Database,
        name: None,
        local: true,
        open: true,
        allows: EgressAllows::Phi,
        carries: "everything that is stored; texts are sealed where a master key is set".to_owned(),
        setting: Some("DATABASE_URL".to_owned()),
        allowed_by: None,
        allowed_at: None,
        agreement: None,
    }
}

/// The map as a table for a document.
#[must_use]
pub fn markdown(map: &EgressMap) -> String {
    let mut text = String::from("# Egress map\n\nEvery destination that this VoiceAssist host may contact.\n\n");
    if map.destinations.is_empty() {
        text.push_str("None: nothing outside of this host is configured or granted.\n");
        return text;
    }
    text.push_str("| Destination | Why | Where | State | At most | What is sent | Allowed by |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for to in &map.destinations {
        let why = match &to.name {
            Some(name) => format!("{}: {name}", why(to.why)),
            None => why(to.why).to_owned(),
        };
        let mut by: Vec<String> = to.setting.iter().map(|setting| format!("`{setting}`")).collect();
        by.extend(to.allowed_by.iter().map(|name| {
            let at = to.allowed_at.and_then(chrono::DateTime::from_timestamp_millis);
            let day = at.map(|at| format!(", {}", at.format("%Y-%m-%d")));
            format!("{name}{}", day.unwrap_or_default())
        }));
        by.extend(to.agreement.iter().map(|agreement| format!("agreement {agreement}")));
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            to.destination,
            cell(&why),
            if to.local { "inside" } else { "outside" },
            if to.open { "open" } else { "off" },
            allows(to.allows),
            cell(&to.carries),
            cell(&by.join("; ")),
        );
    }
    text
}

/// A title of a plugin may hold what would end a cell.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "\\|")
}

fn why(why: EgressWhy) -> &'static str {
    match why {
        EgressWhy::Model => "model",
        EgressWhy::Plugin => "plugin",
        EgressWhy::Nextcloud => "Nextcloud",
        EgressWhy::Issuer => "OIDC issuer",
        EgressWhy::Redis => "Redis",
        EgressWhy::Database => "database",
        EgressWhy::Audit => "second copy of the audit trail",
        EgressWhy::Other => "configured",
    }
}

fn allows(allows: EgressAllows) -> &'static str {
    match allows {
        EgressAllows::Public => "public",
        EgressAllows::Internal => "internal",
        EgressAllows::Redacted => "internal, identifiers replaced",
        EgressAllows::Phi => "patient information",
    }
}
