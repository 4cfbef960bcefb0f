//! The facts of a patient context, to read.

use api_types::{ArgumentValue, ClinicalContext, Sex};
use leptos::prelude::*;

use crate::{
    calculate::units,
    format,
    texts::{ct, fill},
};

/// "3 facts".
pub fn counted(count: i64) -> String {
    match count {
        1 => ct().facts_one.to_owned(),
        count => fill(ct().facts_many, &[("count", &format::count(count))]),
    }
}

fn quantity(value: &Option<ArgumentValue>) -> Option<String> {
    match value {
        Some(ArgumentValue::Quantity { value, unit }) => {
            Some(format!("{} {}", format::number(*value), units::show(unit)))
        }
        _ => None,
    }
}

#[component]
pub fn Facts(context: ClinicalContext) -> impl IntoView {
    let list = |entries: &[String]| (!entries.is_empty()).then(|| entries.join("; "));
    let sex = context.sex.map(|sex| match sex {
        Sex::Female => ct().female.to_owned(),
        Sex::Male => ct().male.to_owned(),
    });
    let facts = [
        (ct().age, context.age.map(|age| age.to_string())),
        (ct().sex, sex),
        (ct().weight, quantity(&context.weight)),
        (ct().height, quantity(&context.height)),
        (ct().creatinine, quantity(&context.creatinine)),
        (ct().egfr, quantity(&context.egfr)),
        (ct().problems, list(&context.problems)),
        (ct().medications, list(&context.medications)),
        (ct().allergies, list(&context.allergies)),
    ];
    view! {
        <dl class="va-facts">
            {facts.into_iter().filter_map(|(name, value)| value.map(|value| view! {
                <div><dt>{name}</dt><dd>{value}</dd></div>
            })).collect_view()}
        </dl>
    }
}
