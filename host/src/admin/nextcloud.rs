//! The installation in Nextcloud: every hop tried, and what an administrator decides about it.

use std::sync::Arc;

use api_types::{DeclareAddressRules, IndexRules, NextcloudAdmin, RoleMapping, SelfCheck};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use nextcloud::{ActingUser, Nextcloud, NextcloudError, Signed};

use crate::app::App;
use crate::audit::{self, Event};
use crate::cloud::{Cloud, FILE_EVENTS, TESTED, settings};
use crate::edge::caller::{Caller, refusal};
use crate::edge::problem::{Json, Problem};
use crate::identity::issuer;

#[utoipa::path(get, path = "/api/v1/admin/nextcloud",
    responses((status = 200, body = NextcloudAdmin), (status = 403, body = api_types::ProblemBody),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    signed: Option<Extension<Signed>>,
) -> Result<axum::Json<NextcloudAdmin>, Problem> {
    let (cloud, user) = installation(&app, &caller).await?;
    let version = cloud.client.version().await;
    let signed = signed.map(|Extension(signed)| signed);
    let mut checks = vec![
        reached(&cloud.client, &version),
        supported(version.as_deref().ok()),
        accepted(&cloud.client, user).await,
        enabled(&cloud.client, signed.as_ref()).await,
        files(&cloud.client, user).await,
        events(&cloud.client).await,
        model(&app),
    ];
    if let Some(configured) = &app.config.oidc_issuer {
        checks.push(issuer(&app, configured).await);
    }
    Ok(axum::Json(NextcloudAdmin {
        url: cloud.client.address().as_str().to_owned(),
        version: version.ok(),
        harp: signed.is_some_and(|signed| signed.harp),
        checks,
        roles: settings::roles(&app.db).await?,
        rules: settings::index_rules(&app.db).await?,
        address_rules: settings::address_rules(&app.db).await?,
        tested: TESTED.to_owned(),
        no_patient_data_yet: true,
    }))
}

#[utoipa::path(put, path = "/api/v1/admin/roles", request_body = RoleMapping,
    responses((status = 200, body = RoleMapping), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn set_roles(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(mapping): Json<RoleMapping>,
) -> Result<axum::Json<RoleMapping>, Problem> {
    installation(&app, &caller).await?;
    let mut groups: Vec<&str> = mapping.groups.iter().map(|entry| entry.group.as_str()).collect();
    groups.sort_unstable();
    if groups.iter().any(|group| group.trim().is_empty()) || groups.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Problem::bad_request(
            "Name each group once; a group's name is not empty.",
        ));
    }
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    settings::set_roles(&mut tx, &mapping, now).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(caller.id(), "roles.changed", "settings", "roles"),
    )
    .await?;
    tx.commit().await?;
    Ok(axum::Json(mapping))
}

#[utoipa::path(put, path = "/api/v1/admin/indexing", request_body = IndexRules,
    responses((status = 200, body = IndexRules), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn set_rules(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(mut rules): Json<IndexRules>,
) -> Result<axum::Json<IndexRules>, Problem> {
    installation(&app, &caller).await?;
    if !(1024..=1 << 30).contains(&rules.max_bytes) {
        return Err(Problem::bad_request("The largest file is between 1 kB and 1 GB."));
    }
    if let Some(folder) = rules.exclude_folders.iter().find(|folder| !folder.starts_with('/')) {
        return Err(Problem::bad_request(format!(
            "A folder begins with a slash, as in `/Private`: {folder}"
        )));
    }
    for ending in &mut rules.exclude_endings {
        *ending = ending.trim().trim_start_matches('.').to_lowercase();
    }
    rules.exclude_endings.retain(|ending| !ending.is_empty());
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    settings::set_index_rules(&mut tx, &rules, now).await?;
    audit::record(
        &mut tx,
        now,
        &Event::new(caller.id(), "indexing.changed", "settings", "indexing"),
    )
    .await?;
    tx.commit().await?;
    // What is excluded now goes with the next look, which therefore enters every folder.
    crate::ingest::store::looks::forget_looks(&app.db).await?;
    Ok(axum::Json(rules))
}

#[utoipa::path(put, path = "/api/v1/admin/address-rules", request_body = DeclareAddressRules,
    responses((status = 204), (status = 403, body = api_types::ProblemBody),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn declare_address_rules(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(request): Json<DeclareAddressRules>,
) -> Result<StatusCode, Problem> {
    installation(&app, &caller).await?;
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    settings::set_address_rules(&mut tx, request.declared, now).await?;
    let event = Event::new(caller.id(), "address_rules.declared", "settings", "address_rules")
        .detail(serde_json::json!({ "declared": request.declared }));
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Nextcloud lets only its own administrators through to here; so does this.
async fn installation<'a>(app: &'a App, caller: &'a Caller) -> Result<(&'a Cloud, &'a ActingUser), Problem> {
    caller.require_admin()?;
    let (cloud, user) = Option::zip(app.cloud.as_deref(), caller.acting()).ok_or_else(Problem::not_found)?;
    if !cloud.administers(user).await.map_err(refusal)? {
        return Err(Problem::forbidden("Only an administrator of Nextcloud may do this."));
    }
    Ok((cloud, user))
}

fn check(id: &str, title: &str, outcome: Result<String, (String, String)>) -> SelfCheck {
    let (ok, detail, fix) = match outcome {
        Ok(detail) => (true, detail, None),
        Err((detail, fix)) => (false, detail, Some(fix)),
    };
    SelfCheck {
        id: id.to_owned(),
        title: title.to_owned(),
        ok,
        detail,
        fix,
    }
}

fn reached(client: &Nextcloud, version: &Result<String, NextcloudError>) -> SelfCheck {
    let address = client.address().as_str();
    let outcome = match version {
        Ok(version) => Ok(format!("Nextcloud {version} answers at {address}.")),
        Err(error) => Err((
            error.to_string(),
            format!(
                "Run in this container: busybox wget -qO- {address}/status.php. Then correct the daemon's Nextcloud URL, the certificate, or trusted_domains in config.php."
            ),
        )),
    };
    check("reach", "VoiceAssist reaches Nextcloud", outcome)
}

fn supported(version: Option<&str>) -> SelfCheck {
    let major = version.and_then(|version| version.split('.').next());
    let outcome = match major {
        Some(TESTED) => Ok(format!("This release was made for Nextcloud {TESTED}.")),
        Some(major) => Err((
            format!("Nextcloud {major} is untested with this release."),
            format!("Use it on a test system only, or use Nextcloud {TESTED}."),
        )),
        None => Err(("The version is not known.".into(), "Mend the line above first.".into())),
    };
    check("version", "This release was made for this Nextcloud", outcome)
}

async fn accepted(client: &Nextcloud, user: &ActingUser) -> SelfCheck {
    let outcome = match client.groups(user).await {
        Ok(groups) => Ok(format!("Nextcloud accepts requests in your name; your groups: {}.", groups.join(", "))),
        Err(error) => Err((
            error.to_string(),
            "Check that app_api is enabled and that the secret is the one of this installation: occ app_api:app:list; if in doubt, remove and install the app again (its data stays).".into(),
        )),
    };
    check("sign", "Nextcloud accepts the app's signature", outcome)
}

async fn enabled(client: &Nextcloud, signed: Option<&Signed>) -> SelfCheck {
    let ours = &client.identity().version;
    let recorded = signed.map(|signed| signed.version.as_str()).unwrap_or_default();
    let outcome = match client.is_enabled().await {
        Ok(true) if recorded == ours => Ok(format!("Enabled; both sides say version {ours}.")),
        Ok(true) => Err((
            format!("Nextcloud has version {recorded} on record, this program is {ours}."),
            "Run occ app_api:app:update voiceassist.".into(),
        )),
        Ok(false) => Err((
            "Nextcloud has the app disabled.".into(),
            "Run occ app_api:app:enable voiceassist.".into(),
        )),
        Err(error) => Err((error.to_string(), "Mend the lines above first.".into())),
    };
    check("enabled", "The app is enabled", outcome)
}

async fn files(client: &Nextcloud, user: &ActingUser) -> SelfCheck {
    let outcome = match client.folder(user, "/").await {
        Ok(nodes) => Ok(format!(
            "Your top folder has {} entries.",
            nodes.len().saturating_sub(1)
        )),
        Err(error) => Err((
            error.to_string(),
            "Check that /remote.php/dav is not blocked for this container by the web server or a firewall.".into(),
        )),
    };
    check("files", "Files can be read over WebDAV", outcome)
}

async fn events(client: &Nextcloud) -> SelfCheck {
    let fix = "Run occ app:enable webhook_listeners, then disable and enable VoiceAssist. Without it new files are found when someone opens the page.";
    let outcome = match client.registered_file_events(FILE_EVENTS).await {
        Ok(0) => Err(("No file event is registered.".to_owned(), fix.to_owned())),
        Ok(count) => Ok(format!("{count} kinds of file events are registered.")),
        Err(error) => Err((error.to_string(), fix.to_owned())),
    };
    check("events", "Nextcloud tells of changed files", outcome)
}

fn model(app: &App) -> SelfCheck {
    let outcome = match app.knowledge.missing_model() {
        None => Ok("The model for searching by meaning is there.".to_owned()),
        Some(missing) => Err((
            missing,
            "See \"Models\" in the installation guide: unpack voiceassist-models into the app's cache folder.".into(),
        )),
    };
    check("model", "The local models are there", outcome)
}

async fn issuer(app: &App, configured: &url::Url) -> SelfCheck {
    let outcome = match issuer::discover(&app.egress, configured).await {
        Ok(found) => Ok(format!(
            "{} says that the issuer is {}. Signing in through it is not built yet.",
            found.discovered_at, found.issuer
        )),
        Err(error) => Err((
            error.to_string(),
            format!(
                "Run in this container: busybox wget -qO- {}. Then correct NEXTCLOUD_OIDC_ISSUER, or enable the OIDC provider app in Nextcloud.",
                issuer::addresses(configured)[0]
            ),
        )),
    };
    check("oidc", "The OIDC provider says who it is", outcome)
}
