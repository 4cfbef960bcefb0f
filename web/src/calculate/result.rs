//! A result: what came out, how it came about, and where the rule is from.

use api_types::{Calculation, InputSource};
use leptos::prelude::*;

use super::reference::ReferenceLine;
use crate::{
    texts::{fill, in_english, t},
    ui::icon::Icon,
};

/// Findings, warnings, and what should be looked at again.
#[component]
pub fn Findings(calculation: Calculation) -> impl IntoView {
    // What is missing altogether is asked for by a field of its own.
    let doubtful = calculation
        .inputs
        .into_iter()
        .filter(|input| input.source != InputSource::Missing || input.value.is_some());
    let questions = doubtful.filter_map(|input| input.question);
    view! {
        {calculation.findings.into_iter().map(|finding| view! {
            <div class="va-finding">
                <span class="va-finding-label">{finding.label}</span>
                <strong class="va-finding-value">{finding.value}</strong>
                {finding.interpretation.map(|text| view! { <p>{text}</p> })}
            </div>
        }).collect_view()}
        {calculation.warnings.into_iter().map(|text| view! {
            <p class="va-sentence caveat"><Icon name="warning" /><span><strong>{t().caution}": "</strong>{text}</span></p>
        }).collect_view()}
        {questions.map(|text| view! {
            <p class="va-sentence caveat"><Icon name="question" /><span><strong>{t().please_check}": "</strong>{text}</span></p>
        }).collect_view()}
    }
}

/// Points, formula and intermediate values.
#[component]
pub fn Workings(calculation: Calculation) -> impl IntoView {
    (!calculation.steps.is_empty()).then(|| {
        view! {
            <h4>{t().workings}</h4>
            <table class="va-workings">
                <tbody>
                    {calculation.steps.into_iter().map(|step| view! {
                        <tr><th scope="row">{step.label}</th><td>{step.detail}</td></tr>
                    }).collect_view()}
                </tbody>
            </table>
        }
    })
}

#[component]
pub fn Provenance(calculation: Calculation) -> impl IntoView {
    let versions = fill(
        t().calculated_by,
        &[
            ("version", &calculation.version),
            ("plugin", &calculation.plugin),
            ("plugin_version", &calculation.plugin_version),
        ],
    );
    view! {
        <div class="va-provenance">
            <p><strong>{t().for_whom}": "</strong><span lang=in_english()>{calculation.population}</span></p>
            {calculation.references.into_iter().map(|reference| view! { <p lang=in_english()><ReferenceLine reference /></p> }).collect_view()}
            <p class="va-quiet">{versions}</p>
        </div>
    }
}
