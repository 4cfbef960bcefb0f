//! The documents the caller may read, last come first, page by page.

use std::sync::Arc;

use api_types::DocumentList;
use axum::extract::State;
use serde::Deserialize;

use super::permission::{self, LISTED};
use super::store::Scope;
use super::store::list;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::cursor::Cursor;
use crate::edge::problem::{Problem, Query};

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Wanted {
    /// `next` of the page before; none for the first page.
    #[serde(default)]
    after: Option<String>,
    /// Documents on a page, 1 to 100; 100 when it is not given. A page may hold fewer: what Nextcloud does not confirm is left out.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Only these ids, separated by commas, at most 100; then there are no pages.
    #[serde(default)]
    ids: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/documents", params(Wanted),
    responses((status = 200, body = DocumentList), (status = 400, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<axum::Json<DocumentList>, Problem> {
    let readers = caller.readers();
    let scope = Scope {
        caller: caller.id(),
        readers: &readers,
        vault: &app.vault,
    };
    if let Some(ids) = &wanted.ids {
        let ids: Vec<String> = ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        if ids.len() > LISTED {
            return Err(Problem::bad_request(format!(
                "`ids` is at most {LISTED} ids separated by commas."
            )));
        }
        let listed = list::chosen(&app.db, &scope, &ids).await?;
        let documents = permission::named(&app, &caller, listed).await;
        return Ok(axum::Json(DocumentList { documents, next: None }));
    }
    let limit = wanted.limit.unwrap_or(LISTED);
    if !(1..=LISTED).contains(&limit) {
        return Err(Problem::bad_request(format!("`limit` is from 1 to {LISTED}.")));
    }
    let after = Cursor::read(wanted.after.as_deref())?;
    // One more shows whether another page follows.
    let count = i64::try_from(limit).unwrap_or(i64::MAX) + 1;
    let mut listed = list::page(&app.db, &scope, &after, count).await?;
    let more = listed.len() > limit;
    listed.truncate(limit);
    let next = listed.last().filter(|_| more).map(|(_, _, place)| place.text());
    let documents = permission::named(&app, &caller, listed).await;
    Ok(axum::Json(DocumentList { documents, next }))
}
