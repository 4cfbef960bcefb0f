//! For ever, or a number of days.

use leptos::prelude::*;

use super::act::Form;
use crate::texts::re;

#[component]
pub fn RuleFields(least: i64, form: Form) -> impl IntoView {
    let days = form.days;
    view! {
        <fieldset class="va-radios">
            <legend class="va-unseen">{re().rule}</legend>
            <label>
                <input type="radio" name="va-rule" prop:checked=move || days.with(Option::is_none) on:change=move |_| days.set(None) />
                <span>{re().rule_keep}</span>
            </label>
            <label>
                <input type="radio" name="va-rule" prop:checked=move || days.with(Option::is_some)
                    on:change=move |_| days.set(Some(String::new())) />
                <span>{re().rule_days}</span>
            </label>
        </fieldset>
        // Not drawn anew while it is typed into.
        <Show when=move || days.with(Option::is_some)>
            <div class="va-field">
                <label for="va-rule-days">{re().days}</label>
                <input id="va-rule-days" type="number" min=least max="36500" step="1"
                    prop:value=move || days.get().unwrap_or_default()
                    on:input=move |event| days.set(Some(event_target_value(&event))) />
            </div>
        </Show>
    }
}
