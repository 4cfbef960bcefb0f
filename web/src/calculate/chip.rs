//! An input as it was understood, to correct with one click.

use api_types::{CalculationInput, InputSource, ParameterDomain};
use leptos::prelude::*;

use super::{card::Input, field::Field, units, value};
use crate::{
    dom,
    texts::{ct, t, tl},
    ui::icon::Icon,
};

#[component]
pub fn InputChip(input: Input) -> impl IntoView {
    let facts = input.facts.clone();
    let boolean = matches!(facts.domain, ParameterDomain::Boolean);
    let shown = {
        let facts = facts.clone();
        move || {
            input.draft.with(|draft| match draft.value(&facts.domain) {
                Ok(Some(current)) => value::show(&current, &facts.domain),
                Ok(None) => t().unknown.to_owned(),
                // Shown as it was typed, so that what is wrong with it can be seen.
                Err(_) => format!("{} {}", draft.text, units::show(&draft.unit))
                    .trim_end()
                    .to_owned(),
            })
        }
    };
    let changed = input.changed;
    let assumed = facts.source == InputSource::NotMentionedNo;
    let supposed = facts.source == InputSource::FromContext;
    let note = move || {
        if changed.get() {
            Some(t().corrected)
        } else if assumed {
            Some(t().not_mentioned)
        } else if supposed {
            Some(ct().from_context)
        } else {
            Some(tl().given)
        }
    };
    let field_id = format!("{}-field", input.id);
    let editor = field_id.clone();
    let click = move |_| {
        if boolean {
            input
                .draft
                .update(|draft| draft.text = (draft.text != "true").to_string());
        } else {
            input.open.update(|open| *open = !*open);
            if input.open.get_untracked() {
                dom::focus_soon(editor.clone());
            }
        }
    };
    let action = if boolean { t().flip_input } else { t().correct_input };
    view! {
        <li class="va-input" class:open=move || input.open.get()>
            <button
                type="button"
                id=input.id.clone()
                class="va-input-chip"
                class:assumed=move || assumed && !changed.get()
                class:changed=move || changed.get()
                aria-expanded=move || (!boolean).then(|| input.open.get().to_string())
                on:click=click
            >
                <span class="va-input-label">{facts.label.clone()}</span>
                <strong>{shown}</strong>
                {move || note().map(|note| view! { <em>{note}</em> })}
                <span class="va-unseen">{action}</span>
                <Icon name="edit" />
            </button>
            {move || input.open.get().then(|| view! {
                <Field
                    id=field_id.clone()
                    label=facts.label.clone()
                    domain=facts.domain.clone()
                    draft=input.draft
                    error=input.error
                />
            })}
        </li>
    }
}

/// An input beside the form it was typed into.
#[component]
pub fn InputShown(input: CalculationInput) -> impl IntoView {
    let shown = match (&input.value, input.source) {
        (Some(value), _) => value::show(value, &input.domain),
        (None, InputSource::NotMentionedNo) => t().no.to_owned(),
        (None, _) => t().unknown.to_owned(),
    };
    let assumed = input.source == InputSource::NotMentionedNo;
    view! {
        <li class="va-input-shown" class:assumed=assumed>
            <span>{input.label}</span>" "<strong>{shown}</strong>
            {assumed.then(|| view! { " "<em>{t().not_mentioned}</em> })}
        </li>
    }
}
