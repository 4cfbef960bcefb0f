//! What files and folders chosen in Nextcloud stand for, as the caller sees them now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api_types::{AskScope, ScopeItem};
use axum::extract::State;
use serde::Deserialize;

use super::look::{allowed, wanted};
use super::store::files::{self, OwnFile};
use crate::app::App;
use crate::cloud::{look, settings};
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};
use crate::identity;

const CHOSEN: usize = 50;
/// As many as a question may name.
const DOCUMENTS: usize = 1000;

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Files {
    /// Nextcloud file ids separated by commas.
    files: String,
}

#[utoipa::path(get, path = "/api/v1/nextcloud/scope", params(Files),
    responses((status = 200, body = AskScope), (status = 400, body = api_types::ProblemBody),
        (status = 404, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<Files>,
) -> Result<axum::Json<AskScope>, Problem> {
    let (Some(cloud), Some(user)) = (&app.cloud, caller.acting()) else {
        return Err(Problem::not_found());
    };
    let ids: Result<Vec<i64>, _> = query.files.split(',').map(|id| id.trim().parse()).collect();
    let ids = ids
        .ok()
        .filter(|ids| ids.len() <= CHOSEN)
        .ok_or_else(|| Problem::bad_request(format!("`files` is at most {CHOSEN} file ids separated by commas.")))?;
    let deadline = nextcloud::deadline();
    let listed = cloud.client.may_list(user, &ids, deadline).await;
    if !listed.unknown.is_empty() {
        return Err(Problem::unavailable(
            "Nextcloud does not answer. Try again in a moment.",
        ));
    }
    let reader = identity::reader_of(caller.id());
    let rules = settings::index_rules(&app.db).await?;
    let mut scope = AskScope {
        items: Vec::new(),
        documents: Vec::new(),
    };
    let most = i64::try_from(DOCUMENTS).unwrap_or(i64::MAX);
    let mut own: BTreeMap<i64, Vec<OwnFile>> = BTreeMap::new();
    for node in listed.readable.values() {
        own.insert(node.id, files::of_node(&app.db, &reader, node, most).await?);
    }
    let chosen: BTreeSet<i64> = own.values().flatten().map(|file| file.file).collect();
    let chosen: Vec<i64> = chosen.into_iter().take(DOCUMENTS).collect();
    let mut theirs = BTreeSet::new();
    for part in chosen.chunks(100) {
        theirs.extend(cloud.client.may_list(user, part, deadline).await.readable.into_keys());
    }
    for node in listed.readable.values() {
        let stands_for = own.get(&node.id).into_iter().flatten();
        let within: Vec<&OwnFile> = stands_for.filter(|file| theirs.contains(&file.file)).collect();
        let waiting = within
            .iter()
            .filter(|file| !matches!(file.status.as_str(), "ready" | "failed"))
            .count();
        let unknown = !node.folder && within.is_empty() && wanted(node, &rules) && allowed(node);
        if unknown {
            look::fetch(&app, user, node.id).await?;
        }
        let documents = within.iter().filter(|file| file.status == "ready").count();
        scope.documents.extend(within.iter().map(|file| file.document.clone()));
        scope.items.push(ScopeItem {
            file_id: node.id,
            name: node.name().to_owned(),
            folder: node.folder,
            documents: i64::try_from(documents).unwrap_or(i64::MAX),
            waiting: i64::try_from(waiting).unwrap_or(i64::MAX) + i64::from(unknown),
        });
    }
    look::soon(&app, user).await?;
    scope.documents.sort();
    scope.documents.dedup();
    scope.documents.truncate(DOCUMENTS);
    Ok(axum::Json(scope))
}
