//! All conversations without what they hold: whose, when, how much, answered by what.

use std::sync::Arc;

use api_types::{ConversationPage, ConversationState};
use axum::extract::State;
use serde::Deserialize;

use super::store::conversations;
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::cursor::{Behind, Cursor};
use crate::edge::problem::{Problem, Query};

const PAGE: usize = 50;

/// What a list is in the order of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Activity,
    Created,
    Messages,
}

/// What is left out is not looked at.
#[derive(Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
pub struct Search {
    /// A user's name or id, with or without the `nextcloud:` in front.
    pub user: String,
    /// Last used at this time or later.
    pub from: Option<i64>,
    /// Last used before this time.
    pub to: Option<i64>,
    pub state: Option<ConversationState>,
    /// `phi`, `possible` or `none`: the highest class of its questions.
    pub class: String,
    #[param(inline)]
    pub order: Order,
    /// The lowest first instead of the highest.
    pub ascending: bool,
}

#[utoipa::path(get, path = "/api/admin/panel/conversations", params(Search, Behind),
    responses((status = 200, body = ConversationPage), (status = 400, body = api_types::ProblemBody),
        (status = 403, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(behind): Query<Behind>,
) -> Result<axum::Json<ConversationPage>, Problem> {
    caller.require_admin()?;
    if !["", "none", "possible", "phi"].contains(&search.class.as_str()) {
        return Err(Problem::bad_request("`class` is `none`, `possible` or `phi`."));
    }
    let after = Cursor::read_in(behind.after.as_deref(), search.ascending)?;
    // One more shows whether another page follows.
    let mut conversations = conversations::found(&app.db, &search, &after, PAGE as i64 + 1).await?;
    let more = conversations.len() > PAGE;
    conversations.truncate(PAGE);
    let next = conversations.last().filter(|_| more).map(|last| {
        let time = match search.order {
            Order::Activity => last.updated_at,
            Order::Created => last.created_at,
            Order::Messages => last.messages,
        };
        let id = last.id.clone();
        Cursor { time, id }.text()
    });
    Ok(axum::Json(ConversationPage {
        conversations,
        total: conversations::count(&app.db, &search).await?,
        next,
    }))
}
