//! The form over a list: what is left empty is not looked at.

use js_sys::Date;
use leptos::prelude::*;

use crate::{api, texts::pa};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How a field is filled.
#[derive(Clone)]
pub enum Kind {
    /// With a hint.
    Text(&'static str),
    /// A day; from its beginning in UTC.
    From,
    /// A day; up to its end in UTC.
    Until,
    /// Value and name of each.
    Choice(Vec<(&'static str, &'static str)>),
}

/// One field, by its name in the host's query.
#[derive(Clone)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    pub value: RwSignal<String>,
}

impl Field {
    /// `preset` is the query with which the page was opened.
    pub fn new(name: &'static str, label: &'static str, kind: Kind, preset: &str) -> Self {
        let value = RwSignal::new(preset_of(preset, name));
        Self {
            name,
            label,
            kind,
            value,
        }
    }

    fn part(&self) -> Option<String> {
        let value = self.value.get_untracked();
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        match self.kind {
            Kind::From => midnight(value).map(|at| format!("{}={at}", self.name)),
            Kind::Until => midnight(value).map(|at| format!("{}={}", self.name, at + DAY_MS)),
            Kind::Text(_) | Kind::Choice(_) => Some(format!("{}={}", self.name, api::query(value))),
        }
    }
}

/// The query of what is filled.
pub fn query(fields: &[Field]) -> String {
    fields.iter().filter_map(Field::part).collect::<Vec<_>>().join("&")
}

/// What a query such as `class=phi&from=2026-03-02` says of a name.
pub fn preset_of(preset: &str, name: &str) -> String {
    let parts = preset.split('&').filter_map(|part| part.split_once('='));
    let value = parts.into_iter().find(|(known, _)| *known == name);
    value.map(|(_, value)| value.to_owned()).unwrap_or_default()
}

/// When a day begins in UTC.
fn midnight(day: &str) -> Option<i64> {
    let at = Date::parse(&format!("{day}T00:00:00Z"));
    at.is_finite().then_some(at as i64)
}

#[component]
pub fn Find(
    /// Of the form; its fields have ids that begin so.
    id: &'static str,
    fields: Vec<Field>,
    /// Hears the query.
    search: Callback<String>,
) -> impl IntoView {
    let fields = StoredValue::new(fields);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        search.run(fields.with_value(|fields| query(fields)));
    };
    let clear = move |_| {
        fields.with_value(|fields| fields.iter().for_each(|field| field.value.set(String::new())));
        search.run(String::new());
    };
    view! {
        <form class="va-audit-find" aria-label=pa().search on:submit=submit>
            {fields.get_value().into_iter().map(|field| {
                let field_id = format!("{id}-{}", field.name);
                view! { <One id=field_id field /> }
            }).collect_view()}
            <div class="va-row">
                <button type="submit" class="va-button primary">{pa().search}</button>
                <button type="button" class="va-button quiet" on:click=clear>{pa().clear}</button>
            </div>
        </form>
    }
}

#[component]
fn One(id: String, field: Field) -> impl IntoView {
    let value = field.value;
    let hint_id = format!("{id}-hint");
    let input = match field.kind {
        Kind::Text(hint) => view! {
            <input id=id.clone() class="va-wide" type="text" autocomplete="off" spellcheck="false" aria-describedby=hint_id.clone()
                prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
            <p id=hint_id class="va-quiet">{hint}</p>
        }
        .into_any(),
        Kind::From | Kind::Until => view! {
            <input id=id.clone() type="date" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
        }
        .into_any(),
        Kind::Choice(choices) => view! {
            <select id=id.clone() prop:value=move || value.get() on:change=move |event| value.set(event_target_value(&event))>
                <option value="">{pa().any}</option>
                {choices.into_iter().map(|(code, name)| view! {
                    <option value=code selected=value.get_untracked() == code>{name}</option>
                }).collect_view()}
            </select>
        }
        .into_any(),
    };
    view! { <div class="va-field"><label for=id>{field.label}</label>{input}</div> }
}

#[cfg(test)]
mod tests {
    use super::preset_of;

    #[test]
    fn a_page_begins_with_what_its_address_says() {
        assert_eq!(preset_of("class=phi&from=2026-03-02", "from"), "2026-03-02");
        assert_eq!(preset_of("class=phi", "user"), "");
        assert_eq!(preset_of("", "class"), "");
    }
}
