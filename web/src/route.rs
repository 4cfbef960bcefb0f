//! Routes live in the part of the address after `#`, so any proxy in front works unchanged.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A conversation, or an empty one about to begin.
    Chat(Option<String>),
    Documents,
    /// All calculators, or the form of one.
    Calculators(Option<String>),
    /// All tools, or the form of one: `plugin/tool`.
    Tools(Option<String>),
    /// The reader's own second factor and sessions.
    Security,
    Admin(Admin),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admin {
    Overview,
    /// Those that a search finds, such as `class=phi`.
    Conversations(Option<String>),
    Contexts,
    Users,
    Models,
    Indexing,
    /// All plugins, or one.
    Plugins(Option<String>),
    /// What a search finds.
    Audit(Option<String>),
    /// What a search finds.
    Egress(Option<String>),
    Health,
    /// Who talks, and how long its steps take.
    Voice,
    /// Only where the page is one of Nextcloud's.
    Nextcloud,
    /// How long data is kept, holds, one person's data.
    Retention,
}

impl Route {
    pub fn parse(hash: &str) -> Route {
        let mut parts = hash.trim_start_matches('#').trim_start_matches('/').splitn(2, '/');
        let page = parts.next().unwrap_or_default();
        let id = parts.next().filter(|id| !id.is_empty()).map(str::to_owned);
        match page {
            "documents" => Route::Documents,
            "calculators" => Route::Calculators(id),
            "tools" => Route::Tools(id),
            "security" => Route::Security,
            "admin" => Route::Admin(Admin::parse(id.as_deref().unwrap_or_default())),
            _ => Route::Chat(id),
        }
    }

    pub fn hash(&self) -> String {
        match self {
            Route::Chat(Some(id)) => format!("#/chat/{id}"),
            Route::Chat(None) => "#/chat".to_owned(),
            Route::Documents => "#/documents".to_owned(),
            Route::Calculators(Some(id)) => format!("#/calculators/{id}"),
            Route::Calculators(None) => "#/calculators".to_owned(),
            Route::Tools(Some(id)) => format!("#/tools/{id}"),
            Route::Tools(None) => "#/tools".to_owned(),
            Route::Security => "#/security".to_owned(),
            Route::Admin(Admin::Overview) => "#/admin".to_owned(),
            Route::Admin(page) => match page.part() {
                Some(part) => format!("#/admin/{}/{part}", page.name()),
                None => format!("#/admin/{}", page.name()),
            },
        }
    }
}

impl Admin {
    fn parse(path: &str) -> Admin {
        let (name, part) = path.split_once('/').unwrap_or((path, ""));
        let part = (!part.is_empty()).then(|| part.to_owned());
        match name {
            "conversations" => Admin::Conversations(part),
            "contexts" => Admin::Contexts,
            "users" => Admin::Users,
            "models" => Admin::Models,
            "indexing" => Admin::Indexing,
            "plugins" => Admin::Plugins(part),
            "audit" => Admin::Audit(part),
            "egress" => Admin::Egress(part),
            "retention" => Admin::Retention,
            "health" => Admin::Health,
            "voice" => Admin::Voice,
            "nextcloud" => Admin::Nextcloud,
            _ => Admin::Overview,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Admin::Overview => "",
            Admin::Conversations(_) => "conversations",
            Admin::Contexts => "contexts",
            Admin::Users => "users",
            Admin::Models => "models",
            Admin::Indexing => "indexing",
            Admin::Plugins(_) => "plugins",
            Admin::Audit(_) => "audit",
            Admin::Egress(_) => "egress",
            Admin::Retention => "retention",
            Admin::Health => "health",
            Admin::Voice => "voice",
            Admin::Nextcloud => "nextcloud",
        }
    }

    fn part(&self) -> Option<&str> {
        match self {
            Admin::Conversations(part) | Admin::Plugins(part) | Admin::Audit(part) | Admin::Egress(part) => {
                part.as_deref()
            }
            Admin::Overview
            | Admin::Contexts
            | Admin::Users
            | Admin::Models
            | Admin::Indexing
            | Admin::Retention
            | Admin::Health
            | Admin::Voice
            | Admin::Nextcloud => None,
        }
    }
}

/// The current route, following the address for as long as the page lives.
pub fn follow() -> RwSignal<Route> {
    let route = RwSignal::new(Route::parse(&current_hash()));
    let listener = Closure::<dyn Fn()>::new(move || {
        let next = Route::parse(&current_hash());
        if route.get_untracked() != next {
            route.set(next);
        }
    });
    let _ = window().add_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref());
    listener.forget();
    route
}

pub fn go(route: &Route) {
    let _ = window().location().set_hash(&route.hash());
}

/// Replaces the address without a new entry in the history.
pub fn replace(route: RwSignal<Route>, next: Route) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&next.hash()));
    }
    route.set(next);
}

/// Takes the query out of the address, so that loading the page again does not begin anew what it asked for.
pub fn drop_query() {
    let path = window().location().pathname().unwrap_or_default();
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
}

pub fn current_hash() -> String {
    window().location().hash().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Admin, Route};

    #[test]
    fn every_route_survives_its_address() {
        for route in [
            Route::Chat(None),
            Route::Chat(Some("a-1".into())),
            Route::Documents,
            Route::Calculators(None),
            Route::Calculators(Some("cha2ds2-vasc".into())),
            Route::Tools(None),
            Route::Tools(Some("pubmed/search".into())),
            Route::Admin(Admin::Overview),
            Route::Security,
            Route::Admin(Admin::Users),
            Route::Admin(Admin::Plugins(None)),
            Route::Admin(Admin::Audit(None)),
            Route::Admin(Admin::Audit(Some("action=answer.given".into()))),
            Route::Admin(Admin::Conversations(None)),
            Route::Admin(Admin::Conversations(Some("class=phi&from=2026-03-02".into()))),
            Route::Admin(Admin::Contexts),
            Route::Admin(Admin::Models),
            Route::Admin(Admin::Indexing),
            Route::Admin(Admin::Egress(None)),
            Route::Admin(Admin::Egress(Some("remote=true".into()))),
            Route::Admin(Admin::Health),
            Route::Admin(Admin::Voice),
            Route::Admin(Admin::Nextcloud),
            Route::Admin(Admin::Retention),
            Route::Admin(Admin::Plugins(Some("pubmed".into()))),
        ] {
            assert_eq!(Route::parse(&route.hash()), route);
        }
    }

    #[test]
    fn an_unknown_address_is_an_empty_chat() {
        assert_eq!(Route::parse("#/elsewhere"), Route::Chat(None));
        assert_eq!(Route::parse(""), Route::Chat(None));
    }
}
