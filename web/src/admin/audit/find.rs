//! The form of the search.

use js_sys::Date;
use leptos::prelude::*;

use super::page::Shown;
use crate::{admin::find::preset_of, api, texts::au};

/// A search as it was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    pub actor: String,
    pub action: String,
    pub resource: String,
    /// Days as the browser writes them, `2026-03-02`; the last is included.
    pub from: String,
    pub until: String,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Wanted {
    /// What an address such as `action=answer.given&from=2026-03-02` asks for.
    pub fn of(preset: &str) -> Self {
        let of = |name| preset_of(preset, name);
        Self {
            actor: of("actor"),
            action: of("action"),
            resource: of("resource"),
            from: of("from"),
            until: of("to"),
        }
    }

    /// For the host. What is empty is left out.
    pub fn query(&self) -> String {
        let typed = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("resource", &self.resource),
        ];
        let mut parts: Vec<String> = typed
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("{name}={}", api::query(value.trim())))
            .collect();
        parts.extend(midnight(&self.from).map(|at| format!("from={at}")));
        parts.extend(midnight(&self.until).map(|at| format!("to={}", at + DAY_MS)));
        parts.join("&")
    }
}

/// When a day begins where the reader is.
fn midnight(day: &str) -> Option<i64> {
    let at = Date::parse(&format!("{day}T00:00:00"));
    at.is_finite().then_some(at as i64)
}

#[component]
pub fn Find(shown: Shown) -> impl IntoView {
    let typed = RwSignal::new(shown.wanted.get_untracked());
    let search = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        shown.search(typed.get_untracked());
    };
    let clear = move |_| {
        typed.set(Wanted::default());
        shown.search(Wanted::default());
    };
    view! {
        <form class="va-audit-find" aria-label=au().find on:submit=search>
            <Text id="va-audit-actor" label=au().actor hint=au().actor_hint
                value=Signal::derive(move || typed.with(|typed| typed.actor.clone()))
                set=Callback::new(move |text| typed.update(|typed| typed.actor = text)) />
            <Text id="va-audit-action" label=au().action hint=au().action_hint
                value=Signal::derive(move || typed.with(|typed| typed.action.clone()))
                set=Callback::new(move |text| typed.update(|typed| typed.action = text)) />
            <Text id="va-audit-resource" label=au().resource hint=au().resource_hint
                value=Signal::derive(move || typed.with(|typed| typed.resource.clone()))
                set=Callback::new(move |text| typed.update(|typed| typed.resource = text)) />
            <div class="va-field">
                <label for="va-audit-from">{au().from}</label>
                <input id="va-audit-from" type="date" prop:value=move || typed.with(|typed| typed.from.clone())
                    on:input=move |event| typed.update(|typed| typed.from = event_target_value(&event)) />
            </div>
            <div class="va-field">
                <label for="va-audit-until">{au().until}</label>
                <input id="va-audit-until" type="date" prop:value=move || typed.with(|typed| typed.until.clone())
                    on:input=move |event| typed.update(|typed| typed.until = event_target_value(&event)) />
            </div>
            <div class="va-row">
                <button type="submit" class="va-button primary">{au().search}</button>
                <button type="button" class="va-button quiet" on:click=clear>{au().clear}</button>
            </div>
        </form>
    }
}

#[component]
fn Text(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    value: Signal<String>,
    set: Callback<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="va-field">
            <label for=id>{label}</label>
            <input id=id class="va-wide" type="text" autocomplete="off" spellcheck="false" aria-describedby=hint_id.clone()
                prop:value=move || value.get() on:input=move |event| set.run(event_target_value(&event)) />
            <p id=hint_id class="va-quiet">{hint}</p>
        </div>
    }
}
