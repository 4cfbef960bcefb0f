//! A list that the host gives page by page.

use api_types::{
    ConversationPage, EgressPage, ExcludedFiles, HealthPage, IndexingFailures, MaskedContexts, ProblemBody,
};
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use crate::{
    api, dom,
    texts::{pa, t},
    ui::problem::Problem,
};

pub trait Page: DeserializeOwned + Clone + Send + Sync + 'static {
    /// Where the next page begins.
    fn next(&self) -> Option<String>;
    /// Adds the next page.
    fn add(&mut self, more: Self);
}

macro_rules! page {
    ($page:ident, $rows:ident) => {
        impl Page for $page {
            fn next(&self) -> Option<String> {
                self.next.clone()
            }
            fn add(&mut self, more: Self) {
                self.$rows.extend(more.$rows);
                self.next = more.next;
            }
        }
    };
}
page!(ConversationPage, conversations);
page!(EgressPage, records);
page!(ExcludedFiles, files);
page!(HealthPage, alerts);
page!(IndexingFailures, failures);
page!(MaskedContexts, contexts);

/// What of it is shown.
pub struct Paged<P: Page> {
    shown: RwSignal<Option<Result<P, ProblemBody>>>,
    path: RwSignal<String>,
}

impl<P: Page> Clone for Paged<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Page> Copy for Paged<P> {}

impl<P: Page> Paged<P> {
    /// The list at a path below the panel's.
    pub fn at(path: impl Into<String>) -> Self {
        let paged = Self {
            shown: RwSignal::new(None),
            path: RwSignal::new(path.into()),
        };
        paged.load();
        paged
    }

    /// Another search.
    pub fn turn_to(self, path: String) {
        self.path.set(path);
        self.load();
    }

    /// From its beginning.
    pub fn load(self) {
        self.ask(None);
    }

    fn ask(self, after: Option<String>) {
        let path = self.path.get_untracked();
        spawn_local(async move {
            let mark = if path.contains('?') { '&' } else { '?' };
            let from = after
                .as_deref()
                .map(|after| format!("{mark}after={}", api::query(after)));
            let answer = api::panel::<P>(&format!("{path}{}", from.unwrap_or_default())).await;
            // An answer to another search is stale, and the page may have been left.
            if self.path.try_get_untracked().is_none_or(|now| now != path) {
                return;
            }
            let focused = dom::focused();
            self.shown.update(|shown| match (shown, answer) {
                (Some(Ok(page)), Ok(more)) if after.is_some() => page.add(more),
                (shown, answer) => *shown = Some(answer),
            });
            dom::focus_again(focused);
        });
    }
}

/// The list as `view` shows it, with a button for more of it.
pub fn listed<P: Page>(
    id: &'static str,
    paged: Paged<P>,
    view: impl Fn(P) -> AnyView + Send + 'static,
) -> impl IntoView {
    move || match paged.shown.get() {
        None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
        Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| paged.load()) /> }.into_any(),
        Some(Ok(page)) => {
            let next = page.next();
            view! {
                {view(page)}
                {next.map(|after| view! {
                    <p><button id=id class="va-button" on:click=move |_| paged.ask(Some(after.clone()))>{pa().more}</button></p>
                })}
            }
            .into_any()
        }
    }
}
