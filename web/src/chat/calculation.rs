//! A calculation within a conversation: corrected inputs are asked again, so that the record shows both.

use std::collections::BTreeMap;

use api_types::{ArgumentValue, Calculation, CalculationRequest};
use leptos::prelude::*;

use super::run;
use crate::{
    calculate::{card::CalculationCard, value},
    texts::{fill, t},
};

#[component]
pub fn CalculationAnswer(conversation: String, key: String, calculation: Calculation) -> impl IntoView {
    let id = calculation.calculator.clone();
    let title = calculation.title.clone();
    let inputs = calculation.inputs.clone();
    let again = Callback::new(move |arguments: BTreeMap<String, ArgumentValue>| {
        let said: Vec<String> = inputs
            .iter()
            .filter_map(|input| {
                let argument = arguments.get(&input.name)?;
                (input.value.as_ref() != Some(argument) || input.value.is_none())
                    .then(|| format!("{}: {}", input.label, value::show(argument, &input.domain)))
            })
            .collect();
        let text = fill(
            t().recalculate_question,
            &[("title", &title), ("changes", &said.join(", "))],
        );
        let request = CalculationRequest {
            calculator: id.clone(),
            arguments,
        };
        run::ask(Some(conversation.clone()), text, Some(request));
    });
    view! { <CalculationCard scope=key calculation again /> }
}
