//! Before a document's text goes to anyone: may they read its file in Nextcloud, now?

use std::collections::BTreeMap;

use api_types::DocumentInfo;
use nextcloud::{ActingUser, Node, Verdict};

use super::store::list::{self, Listed};
use super::store::{FileRef, Scope, files};
use crate::app::App;
use crate::cloud::counts::Counts;
use crate::cloud::{Cloud, look, settings};
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::identity;

/// Nextcloud files named in one list: one request.
pub const LISTED: usize = 100;
/// Nextcloud files of a number that is confirmed: three requests of a hundred.
const COUNTED: i64 = 300;

/// Lets a document's text pass, or answers as if it did not exist; returns the file as the caller has it now. Documents
/// that are no Nextcloud files pass.
///
/// # Errors
/// 404 when the file is not the caller's to read, 503 when Nextcloud does not say, 409 when it has changed since it was read.
async fn check(app: &App, caller: &Caller, file: Option<&FileRef>) -> Result<Option<Node>, Problem> {
    let Some(file) = file else { return Ok(None) };
    let (Some(cloud), Some(user)) = (&app.cloud, caller.acting()) else {
        return Err(Problem::not_found());
    };
    let deadline = nextcloud::deadline();
    let silent = || Problem::unavailable("Nextcloud did not confirm in time that you may read this. Try again.");
    let listed = cloud.client.may_list(user, &[file.id], deadline).await;
    let Some(node) = listed.readable.get(&file.id) else {
        return Err(match listed.unknown.is_empty() {
            true => gone(app, user, file.id).await,
            false => silent(),
        });
    };
    match cloud
        .client
        .may_read(user, std::slice::from_ref(node), deadline)
        .await
        .get(&file.id)
    {
        Some(Verdict::Readable) => {}
        Some(Verdict::Denied) => return Err(gone(app, user, file.id).await),
        _ => return Err(silent()),
    }
    // Without a version that was read there is no text to be out of date.
    if file.etag.as_ref().is_some_and(|etag| *etag != node.etag) {
        look::fetch(app, user, file.id).await?;
        return Err(Problem::conflict(
            "This file has changed since it was read. It is being read again; try once more in a moment.",
        ));
    }
    Ok(Some(node.clone()))
}

/// Checks as [`check`] and names the document as the caller sees it in Nextcloud.
///
/// # Errors
/// As [`check`].
pub async fn open(
    app: &App,
    caller: &Caller,
    info: DocumentInfo,
    file: Option<&FileRef>,
) -> Result<DocumentInfo, Problem> {
    let Some(node) = check(app, caller, file).await? else {
        return Ok(info);
    };
    let rules = settings::address_rules(&app.db).await?;
    // A file without a title of its own goes by its name.
    let untitled = info.title == info.file_name;
    Ok(DocumentInfo {
        title: if untitled {
            node.name().to_owned()
        } else {
            info.title.clone()
        },
        file_name: node.name().to_owned(),
        folder: Some(node.parent().to_owned()),
        browser_check: caller
            .acting()
            .and_then(|user| settings::browser_check(rules, user, &node)),
        ..info
    })
}

/// Takes note that the file is not this user's any more.
async fn gone(app: &App, user: &ActingUser, file: i64) -> Problem {
    match look::fetch(app, user, file).await {
        Ok(()) => Problem::not_found(),
        Err(error) => error.into(),
    }
}

/// The caller's documents as they may be named now: files that Nextcloud does not confirm are left out, and files go by
/// the name and folder that the caller sees in Nextcloud. At most [`LISTED`] at once.
pub async fn named(app: &App, caller: &Caller, listed: Vec<Listed>) -> Vec<DocumentInfo> {
    let (Some(cloud), Some(user)) = (&app.cloud, caller.acting()) else {
        return listed.into_iter().map(|(info, _, _)| info).collect();
    };
    let ids: Vec<i64> = listed
        .iter()
        .filter_map(|(_, file, _)| Some(file.as_ref()?.id))
        .collect();
    let nodes = confirmed(cloud, user, &ids).await;
    let named = listed.into_iter().filter_map(|(info, file, _)| match file {
        None => Some(info),
        Some(file) => nodes.get(&file.id).map(|node| as_named(info, node)),
    });
    named.collect()
}

/// The numbers of the caller's documents. Of up to [`COUNTED`] Nextcloud files those that Nextcloud confirms; more cannot
/// be asked about for a number, and all that were met count, without their passages.
///
/// # Errors
/// Of the database.
pub async fn counts(app: &App, caller: &Caller) -> Result<Counts, Problem> {
    let readers = caller.readers();
    let scope = Scope {
        caller: caller.id(),
        readers: &readers,
        vault: &app.vault,
    };
    let local = list::counts(&app.db, &scope).await?;
    Ok(match caller.acting() {
        Some(_) => local.and(of_nextcloud(app, caller).await?),
        None => local,
    })
}

/// As [`counts`], of Nextcloud's files alone.
///
/// # Errors
/// Of the database.
pub async fn of_nextcloud(app: &App, caller: &Caller) -> Result<Counts, Problem> {
    let (Some(cloud), Some(user)) = (&app.cloud, caller.acting()) else {
        return Ok(Counts::default());
    };
    let reader = identity::reader_of(caller.id());
    let few = files::of_reader(&app.db, &reader, COUNTED + 1).await?;
    if i64::try_from(few.len()).is_ok_and(|found| found > COUNTED) {
        let now = app.clock.now_ms();
        if let Some(known) = cloud.counts.get(user, now) {
            return Ok(known);
        }
        let counted = list::many(&app.db, &reader).await?;
        cloud.counts.set(user, counted, now);
        return Ok(counted);
    }
    let ids: Vec<i64> = few.iter().map(|file| file.file).collect();
    let nodes = confirmed(cloud, user, &ids).await;
    let mut counts = Counts::default();
    for file in few.iter().filter(|file| nodes.contains_key(&file.file)) {
        counts.add(&file.status, file.passages);
    }
    Ok(counts)
}

async fn confirmed(cloud: &Cloud, user: &ActingUser, ids: &[i64]) -> BTreeMap<i64, Node> {
    let deadline = nextcloud::deadline();
    let mut nodes = BTreeMap::new();
    for part in ids.chunks(LISTED) {
        nodes.extend(cloud.client.may_list(user, part, deadline).await.readable);
    }
    nodes
}

/// Title, date and author are text of the file, which a listing alone does not allow to show.
fn as_named(info: DocumentInfo, node: &Node) -> DocumentInfo {
    DocumentInfo {
        source_date: None,
        source_owner: None,
        title: node.name().to_owned(),
        file_name: node.name().to_owned(),
        folder: Some(node.parent().to_owned()),
        ..info
    }
}
