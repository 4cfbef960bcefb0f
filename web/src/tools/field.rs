//! One input of a tool.

use leptos::prelude::*;

use super::schema::{self, Input, Kind};
use crate::texts::{in_english, t, tl};

#[component]
pub fn Field(
    id: String,
    input: Input,
    typed: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let hint = input.hint();
    let described = {
        let (hint_id, error_id, hinted) = (hint_id.clone(), error_id.clone(), hint.is_some());
        Signal::derive(move || {
            let hint = hinted.then(|| hint_id.clone());
            let ids: Vec<String> = hint
                .into_iter()
                .chain(error.with(Option::is_some).then(|| error_id.clone()))
                .collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let ticked = input.kind == Kind::Boolean;
    let required = input.required;
    let title = input.title.clone();
    view! {
        <div class="va-field">
            {(!ticked).then(|| view! {
                <label for=id.clone()>
                    {title.clone()}
                    <span class="va-quiet">" "{if required { t().needed } else { tl().optional }}</span>
                </label>
            })}
            {control(&id, input, typed, described, error)}
            {hint.map(|hint| view! { <p id=hint_id class="va-quiet" lang=in_english()>{hint}</p> })}
            {move || error.get().map(|text| view! { <p id=error_id.clone() class="va-field-error">{text}</p> })}
        </div>
    }
}

fn control(
    id: &str,
    input: Input,
    typed: RwSignal<String>,
    described: Signal<Option<String>>,
    error: Signal<Option<String>>,
) -> AnyView {
    let id = id.to_owned();
    let set = move |event| typed.set(event_target_value(&event));
    let invalid = move || error.with(Option::is_some).then_some("true");
    let date = matches!(input.kind, Kind::Text { date: true, .. });
    let number = matches!(input.kind, Kind::Number { .. });
    match input.kind {
        Kind::Boolean => view! {
            <label class="va-tick">
                <input
                    id=id
                    type="checkbox"
                    aria-describedby=move || described.get()
                    prop:checked=move || typed.with(|text| text == "true")
                    on:change=move |event| typed.set(event_target_checked(&event).to_string())
                />
                <span>{input.title}</span>
            </label>
        }
        .into_any(),
        Kind::Choice(options) => view! {
            <select
                id=id
                aria-describedby=move || described.get()
                aria-invalid=invalid
                prop:value=move || typed.get()
                on:change=set
            >
                <option value="">{if input.required { t().choose } else { tl().not_stated }}</option>
                {options.iter().map(schema::label).map(|label| {
                    let selected = typed.with_untracked(|text| *text == label);
                    let shown = label.clone();
                    view! { <option value=label selected=selected>{shown}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        Kind::Text { long: true, .. } | Kind::Lines | Kind::Json => view! {
            <textarea
                id=id
                class="va-wide"
                rows="4"
                aria-describedby=move || described.get()
                aria-invalid=invalid
                prop:value=move || typed.get()
                on:input=set
            ></textarea>
        }
        .into_any(),
        Kind::Text { .. } | Kind::Number { .. } => view! {
            <input
                id=id
                class:va-wide=!number && !date
                type=if date { "date" } else { "text" }
                inputmode=number.then_some("decimal")
                autocomplete="off"
                aria-describedby=move || described.get()
                aria-invalid=invalid
                prop:value=move || typed.get()
                on:input=set
            />
        }
        .into_any(),
    }
}
