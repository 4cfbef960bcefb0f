//! Questions restricted to chosen files, folders or documents. The choice is kept for the tab, by conversation; what
//! it stands for is asked anew, because files come and go.

use std::collections::BTreeMap;

use api_types::{AskScope, DocumentList, DocumentStatus, ProblemBody, ScopeItem};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use crate::{
    api, dom,
    route::{self, Route},
    state::app,
};

const KEPT: &str = "voiceassist.scope";
/// Under this the choice of a conversation that has not begun is kept.
const NEXT: &str = "next";
/// Documents that one request may name.
const AT_ONCE: usize = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Nextcloud's file ids, of files or folders.
    Files(Vec<i64>),
    Documents(Vec<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    pub chosen: Chosen,
    /// `file_id` is the place in `chosen` where that lists documents.
    pub items: Vec<ScopeItem>,
    /// For `AskRequest::documents`; while it is empty nothing can be asked.
    pub documents: Vec<String>,
    pub state: State,
}

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Not known yet what it stands for.
    Looking,
    Known,
    Failed(ProblemBody),
}

impl Chosen {
    fn is_empty(&self) -> bool {
        match self {
            Chosen::Files(files) => files.is_empty(),
            Chosen::Documents(documents) => documents.is_empty(),
        }
    }

    /// Without the item that has `id` in `ScopeItem::file_id`; nothing when none is left.
    fn without(self, id: i64) -> Option<Chosen> {
        let left = match self {
            Chosen::Files(files) => Chosen::Files(files.into_iter().filter(|file| *file != id).collect()),
            Chosen::Documents(documents) => {
                let kept = (0..).zip(documents).filter(|(index, _)| *index != id);
                Chosen::Documents(kept.map(|(_, document)| document).collect())
            }
        };
        (!left.is_empty()).then_some(left)
    }
}

impl Scope {
    fn looking(chosen: Chosen) -> Scope {
        Scope {
            chosen,
            items: Vec::new(),
            documents: Vec::new(),
            state: State::Looking,
        }
    }

    /// Files that are still being read.
    pub fn waiting(&self) -> i64 {
        self.items.iter().map(|item| item.waiting).sum()
    }
}

/// Takes the files that Nextcloud's file list put into the address, for a new conversation.
pub fn from_address() {
    let search = window().location().search().unwrap_or_default();
    let Some(files) = files_of(&search) else {
        return recall(None, &app().scope.into());
    };
    let app = app();
    route::drop_query();
    route::replace(app.route, Route::Chat(None));
    choose(None, &app.scope.into(), Some(Chosen::Files(files)));
}

/// The ids in `?fileIds=1,2`.
fn files_of(search: &str) -> Option<Vec<i64>> {
    let pairs = search.trim_start_matches('?').split('&');
    let value = pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == "fileIds")?
        .1;
    let files: Vec<i64> = value
        .replace("%2C", ",")
        .replace("%2c", ",")
        .split(',')
        .filter_map(|id| id.trim().parse().ok())
        .collect();
    (!files.is_empty()).then_some(files)
}

/// Begins a conversation restricted to these documents.
pub fn ask_about(documents: Vec<String>) {
    let app = app();
    choose(None, &app.scope.into(), Some(Chosen::Documents(documents)));
    route::go(&Route::Chat(None));
    dom::focus_soon("va-question");
}

/// Restricts further questions of a conversation, or lifts the restriction.
pub fn choose(conversation: Option<&str>, into: &ArcRwSignal<Option<Scope>>, chosen: Option<Chosen>) {
    remember(conversation, chosen.clone());
    let Some(chosen) = chosen else { return into.set(None) };
    into.set(Some(Scope::looking(chosen)));
    look_up(into);
}

/// Takes one item out of the restriction.
pub fn remove(conversation: Option<&str>, from: &ArcRwSignal<Option<Scope>>, id: i64) {
    let left = from.with_untracked(|scope| scope.as_ref().and_then(|scope| scope.chosen.clone().without(id)));
    choose(conversation, from, left);
}

/// The restriction this tab keeps for a conversation.
pub fn recall(conversation: Option<&str>, into: &ArcRwSignal<Option<Scope>>) {
    if let Some(chosen) = kept().remove(conversation.unwrap_or(NEXT)) {
        into.set(Some(Scope::looking(chosen)));
        look_up(into);
    }
}

/// The restriction of what has just become a conversation is its own.
pub fn hand_over(from: &ArcRwSignal<Option<Scope>>, conversation: &str, into: &ArcRwSignal<Option<Scope>>) {
    let scope = from.get_untracked();
    remember(None, None);
    remember(Some(conversation), scope.as_ref().map(|scope| scope.chosen.clone()));
    from.set(None);
    into.set(scope);
}

/// For the next person at this screen.
pub fn forget() {
    dom::keep(KEPT, "");
}

fn kept() -> BTreeMap<String, Chosen> {
    dom::kept(KEPT)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn remember(conversation: Option<&str>, chosen: Option<Chosen>) {
    let mut all = kept();
    let key = conversation.unwrap_or(NEXT).to_owned();
    match chosen {
        Some(chosen) => all.insert(key, chosen),
        None => all.remove(&key),
    };
    if let Ok(text) = serde_json::to_string(&all) {
        dom::keep(KEPT, &text);
    }
}

/// Asks anew what the restriction stands for.
pub fn look_up(scope: &ArcRwSignal<Option<Scope>>) {
    let Some(chosen) = scope.with_untracked(|scope| scope.as_ref().map(|scope| scope.chosen.clone())) else {
        return;
    };
    let scope = scope.clone();
    spawn_local(async move {
        let found = match &chosen {
            Chosen::Files(files) => of_files(files).await,
            Chosen::Documents(documents) => of_documents(documents).await,
        };
        scope.update(|now| {
            // Another choice may have been made meanwhile.
            let Some(now) = now.as_mut().filter(|now| now.chosen == chosen) else {
                return;
            };
            match found {
                Ok(found) => {
                    now.items = found.items;
                    now.documents = found.documents;
                    now.state = State::Known;
                }
                // What was known stays, as long as there is something.
                Err(_) if now.state == State::Known => {}
                Err(problem) => now.state = State::Failed(problem),
            }
        });
    });
}

async fn of_files(files: &[i64]) -> Result<AskScope, ProblemBody> {
    let ids: Vec<String> = files.iter().map(i64::to_string).collect();
    api::get(&format!("nextcloud/scope?files={}", ids.join(","))).await
}

async fn of_documents(documents: &[String]) -> Result<AskScope, ProblemBody> {
    let mut listed = Vec::new();
    for part in documents.chunks(AT_ONCE) {
        let page: DocumentList = api::get(&format!("documents?ids={}", part.join(","))).await?;
        listed.extend(page.documents);
    }
    let mut found = AskScope {
        items: Vec::new(),
        documents: Vec::new(),
    };
    for (index, id) in (0..).zip(documents) {
        let info = listed.iter().find(|info| info.id == *id);
        let ready = info.is_some_and(|info| info.status == DocumentStatus::Ready);
        let waiting = info.is_some_and(crate::documents::uploads::pending);
        if ready {
            found.documents.push(id.clone());
        }
        found.items.push(ScopeItem {
            file_id: index,
            name: info.map_or_else(|| id.clone(), |info| info.title.clone()),
            folder: false,
            documents: i64::from(ready),
            waiting: i64::from(waiting),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_ids_are_read_from_the_address() {
        assert_eq!(files_of("?fileIds=12,7"), Some(vec![12, 7]));
        assert_eq!(files_of("?a=b&fileIds=12%2C7"), Some(vec![12, 7]));
        for nothing in ["", "?", "?fileIds=", "?fileIds=x", "?files=1"] {
            assert_eq!(files_of(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_last_item_taken_out_lifts_the_restriction() {
        let two = Chosen::Files(vec![4, 5]);
        assert_eq!(two.clone().without(4), Some(Chosen::Files(vec![5])));
        assert_eq!(two.without(5).and_then(|one| one.without(4)), None);
        let documents = Chosen::Documents(vec!["a".into(), "b".into()]);
        assert_eq!(documents.without(0), Some(Chosen::Documents(vec!["b".into()])));
    }
}
