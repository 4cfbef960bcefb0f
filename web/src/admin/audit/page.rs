//! Search, entries and how the trail is secured.

use api_types::{AuditPage as Found, ProblemBody, Role};
use leptos::{prelude::*, task::spawn_local};

use super::{
    find::{Find, Wanted},
    secured::Secured,
    table::Entries,
    verify::Verify,
};
use crate::{
    api,
    state::app,
    texts::{au, t},
    ui::{icon::Icon, problem::Problem},
};

/// What is shown: a search, and the pages that were turned to get here.
#[derive(Clone, Copy)]
pub struct Shown {
    pub wanted: RwSignal<Wanted>,
    /// The `before` of each page after the newest.
    pub turned: RwSignal<Vec<i64>>,
    loaded: RwSignal<Option<Result<Found, ProblemBody>>>,
}

impl Shown {
    fn new(wanted: Wanted) -> Self {
        Self {
            wanted: RwSignal::new(wanted),
            turned: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(None),
        }
    }

    pub fn load(self) {
        let mut path = format!("admin/audit?{}", self.wanted.with_untracked(Wanted::query));
        if let Some(before) = self.turned.with_untracked(|turned| turned.last().copied()) {
            path.push_str(&format!("&before={before}"));
        }
        spawn_local(async move {
            let _ = self.loaded.try_set(Some(api::get(&path).await));
        });
    }

    pub fn search(self, wanted: Wanted) {
        self.wanted.set(wanted);
        self.turned.set(Vec::new());
        self.load();
    }

    pub fn turn(self, older: Option<i64>) {
        self.turned.update(|turned| match older {
            Some(before) => turned.push(before),
            None => {
                turned.pop();
            }
        });
        self.load();
    }
}

#[component]
pub fn AuditPage(
    /// The search with which the page opens.
    preset: String,
) -> impl IntoView {
    let allowed = app().user().is_some_and(|info| info.user.role == Role::Admin);
    if !allowed {
        return view! { <div class="va-page"><h1>{au().audit}</h1><p>{t().admins_only}</p></div> }.into_any();
    }
    let shown = Shown::new(Wanted::of(&preset));
    shown.load();
    view! {
        <div class="va-page va-audit">
            <div class="va-page-head">
                <h1>{au().audit}</h1>
                <button class="va-button quiet" on:click=move |_| shown.load()><Icon name="refresh" />{t().refresh}</button>
            </div>
            <p class="va-intro">{au().audit_intro}</p>
            <Find shown />
            {move || match shown.loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| shown.load()) /> }.into_any(),
                Some(Ok(found)) => view! { <Entries shown found=found.clone() /><Secured state=found.state /> }.into_any(),
            }}
            <Verify />
        </div>
    }
    .into_any()
}
