//! One typed input with its unit, range and error.

use api_types::ParameterDomain;
use leptos::prelude::*;

use super::{
    draft::{self, Draft},
    units,
};
use crate::texts::{fill, t, tl};

#[component]
pub fn Field(
    id: String,
    label: String,
    domain: ParameterDomain,
    draft: RwSignal<Draft>,
    #[prop(into)] error: Signal<Option<String>>,
    #[prop(default = None)] help: Option<String>,
    #[prop(default = false)] required: bool,
    /// What a choice says while nothing is chosen.
    #[prop(default = t().choose)]
    unset: &'static str,
    /// Says that it may be left out.
    #[prop(default = false)]
    optional: bool,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let hint = hint(&domain, help.as_deref());
    let described = {
        let (hint_id, error_id, has_hint) = (hint_id.clone(), error_id.clone(), hint.is_some());
        move || {
            let mut ids = Vec::new();
            if has_hint {
                ids.push(hint_id.clone());
            }
            if error.with(Option::is_some) {
                ids.push(error_id.clone());
            }
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let grouped = matches!(domain, ParameterDomain::Boolean) && required;
    let ticked = matches!(domain, ParameterDomain::Boolean) && !required;
    let set_text = move |event| {
        let text = event_target_value(&event);
        draft.update(|draft| draft.text = text);
    };
    let control = match domain {
        ParameterDomain::Boolean if required => radios(&id, &label, draft),
        ParameterDomain::Boolean => view! {
            <label class="va-tick">
                <input
                    id=id.clone()
                    type="checkbox"
                    prop:checked=move || draft.with(|draft| draft.text == "true")
                    on:change=move |event| {
                        let ticked = event_target_checked(&event);
                        draft.update(|draft| draft.text = ticked.to_string());
                    }
                />
                <span>{label.clone()}</span>
            </label>
        }
        .into_any(),
        ParameterDomain::Choice { options } => view! {
            <select
                id=id.clone()
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).to_string()
                prop:value=move || draft.with(|draft| draft.text.clone())
                on:change=set_text
            >
                <option value="" selected=draft.with_untracked(|draft| draft.text.is_empty())>{unset}</option>
                {options.into_iter().map(|option| {
                    let selected = draft.with_untracked(|draft| draft.text == option.id);
                    view! { <option value=option.id selected=selected>{option.label}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        ParameterDomain::Date => view! {
            <input
                id=id.clone()
                type="date"
                aria-describedby=described
                prop:value=move || draft.with(|draft| draft.text.clone())
                on:input=set_text
            />
        }
        .into_any(),
        ParameterDomain::Integer { .. } => number(&id, draft, described, error),
        ParameterDomain::Quantity { unit, also_accepts, .. } => {
            let others = also_accepts.into_iter().filter(|other| *other != unit);
            let all: Vec<String> = std::iter::once(unit.clone()).chain(others).collect();
            view! {
                <div class="va-quantity">
                    {number(&id, draft, described, error)}
                    {unit_select(&label, all, draft)}
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="va-field">
            {(!grouped && !ticked).then(|| view! {
                <label for=id.clone()>
                    {label}
                    {required.then(|| view! { <span class="va-quiet">" "{t().needed}</span> })}
                    {optional.then(|| view! { <span class="va-quiet">" "{tl().optional}</span> })}
                </label>
            })}
            {control}
            {hint.map(|hint| view! { <p id=hint_id class="va-quiet">{hint}</p> })}
            {move || error.get().map(|text| view! { <p id=error_id.clone() class="va-field-error">{text}</p> })}
        </div>
    }
}

fn hint(domain: &ParameterDomain, help: Option<&str>) -> Option<String> {
    let range = match domain {
        ParameterDomain::Quantity {
            unit, minimum, maximum, ..
        } => draft::range(*minimum, *maximum, unit),
        ParameterDomain::Integer { minimum, maximum } => {
            draft::range(minimum.map(f64::from), maximum.map(f64::from), "")
        }
        _ => String::new(),
    };
    let range = (!range.is_empty()).then(|| fill(t().allowed_range, &[("range", &range)]));
    let parts: Vec<String> = help.map(str::to_owned).into_iter().chain(range).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn number(
    id: &str,
    draft: RwSignal<Draft>,
    described: impl Fn() -> Option<String> + Send + 'static,
    error: Signal<Option<String>>,
) -> AnyView {
    view! {
        <input
            id=id.to_owned()
            type="text"
            inputmode="decimal"
            autocomplete="off"
            aria-describedby=described
            aria-invalid=move || error.with(Option::is_some).to_string()
            prop:value=move || draft.with(|draft| draft.text.clone())
            on:input=move |event| {
                let text = event_target_value(&event);
                draft.update(|draft| draft.text = text);
            }
        />
    }
    .into_any()
}

fn unit_select(label: &str, units: Vec<String>, draft: RwSignal<Draft>) -> AnyView {
    if let [only] = units.as_slice() {
        return view! { <span class="va-unit">{units::show(only)}</span> }.into_any();
    }
    view! {
        <select
            aria-label=fill(t().unit_of, &[("label", label)])
            on:change=move |event| {
                let unit = event_target_value(&event);
                draft.update(|draft| draft.unit = unit);
            }
        >
            {units.into_iter().map(|unit| {
                let shown = units::show(&unit);
                let selected = draft.with_untracked(|draft| draft.unit == unit);
                view! { <option value=unit selected=selected>{shown}</option> }
            }).collect_view()}
        </select>
    }
    .into_any()
}

fn radios(id: &str, label: &str, draft: RwSignal<Draft>) -> AnyView {
    let radio = |value: &'static str, text: &'static str| {
        view! {
            <label class="va-tick">
                <input
                    type="radio"
                    name=id.to_owned()
                    prop:checked=move || draft.with(|draft| draft.text == value)
                    on:change=move |_| draft.update(|draft| draft.text = value.to_owned())
                />
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <fieldset class="va-radios" id=id.to_owned() tabindex="-1">
            <legend>{label.to_owned()}" "<span class="va-quiet">{t().needed}</span></legend>
            {radio("false", t().no)}
            {radio("true", t().yes)}
        </fieldset>
    }
    .into_any()
}
