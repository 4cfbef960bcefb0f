//! A calculation: result, how it came about, what was understood, and what is still needed.

use std::collections::BTreeMap;

use api_types::{ArgumentValue, Calculation, CalculationInput, InputSource};
use leptos::prelude::*;

use super::{
    chip::{InputChip, InputShown},
    draft::Draft,
    field::Field,
    reference::ReferenceLine,
};
use crate::{
    dom,
    texts::{fill, t},
    ui::icon::Icon,
};

/// An input and its correction.
#[derive(Clone)]
pub struct Input {
    pub id: String,
    pub facts: CalculationInput,
    pub draft: RwSignal<Draft>,
    pub changed: Signal<bool>,
    pub error: RwSignal<Option<String>>,
    pub open: RwSignal<bool>,
}

impl Input {
    fn new(scope: &str, facts: CalculationInput) -> Input {
        // What counts as "no" because nobody mentioned it may arrive without a value.
        let first = match (&facts.value, facts.source) {
            (None, InputSource::NotMentionedNo) => Draft {
                text: "false".to_owned(),
                unit: String::new(),
            },
            (value, _) => Draft::of(value.as_ref(), &facts.domain),
        };
        let draft = RwSignal::new(first.clone());
        Input {
            id: format!("va-input-{scope}-{}", facts.name),
            draft,
            changed: Signal::derive(move || draft.with(|draft| *draft != first)),
            error: RwSignal::new(None),
            open: RwSignal::new(facts.question.is_some()),
            facts,
        }
    }

    fn missing(&self) -> bool {
        self.facts.source == InputSource::Missing
    }
}

/// The arguments to calculate with again, or the id of the first field that is wrong.
fn collect(inputs: &[Input]) -> Result<BTreeMap<String, ArgumentValue>, String> {
    let mut arguments = BTreeMap::new();
    let mut wrong = None;
    for input in inputs {
        let value = input.draft.with_untracked(|draft| draft.value(&input.facts.domain));
        match value {
            // What nobody mentioned stays unmentioned, so that the next result marks it again.
            Ok(_) if input.facts.source == InputSource::NotMentionedNo && !input.changed.get_untracked() => {}
            Ok(Some(value)) => {
                input.error.set(None);
                arguments.insert(input.facts.name.clone(), value);
            }
            Ok(None) => input.error.set(None),
            Err(error) => {
                input.error.set(Some(error));
                input.open.set(true);
                wrong.get_or_insert_with(|| format!("{}-field", input.id));
            }
        }
    }
    match wrong {
        Some(id) => Err(id),
        None => Ok(arguments),
    }
}

#[component]
pub fn CalculationCard(
    /// Makes the ids of this card's fields its own.
    scope: String,
    calculation: Calculation,
    /// Calculates with corrected inputs; without it the inputs are only shown.
    #[prop(optional)]
    again: Option<Callback<BTreeMap<String, ArgumentValue>>>,
) -> impl IntoView {
    let inputs: Vec<Input> = calculation
        .inputs
        .iter()
        .map(|facts| Input::new(&scope, facts.clone()))
        .collect();
    let (missing, known): (Vec<Input>, Vec<Input>) = inputs.iter().cloned().partition(Input::missing);
    let changed = {
        let inputs = inputs.clone();
        Memo::new(move |_| inputs.iter().any(|input| input.changed.get()))
    };
    let submit = {
        let inputs = inputs.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            match (collect(&inputs), again) {
                (Ok(arguments), Some(again)) => again.run(arguments),
                (Err(field), _) => dom::focus_soon(field),
                _ => {}
            }
        }
    };
    let editable = again.is_some();
    let asks = !missing.is_empty();
    let assumed = known
        .iter()
        .any(|input| input.facts.source == InputSource::NotMentionedNo);
    let questions: Vec<String> = calculation
        .inputs
        .iter()
        .filter_map(|input| input.question.clone())
        .collect();
    let versions = fill(
        t().calculated_by,
        &[
            ("version", &calculation.version),
            ("plugin", &calculation.plugin),
            ("plugin_version", &calculation.plugin_version),
        ],
    );
    view! {
        <section class="va-calculation">
            <h3><Icon name="calculator" />{calculation.title}</h3>
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
            {questions.into_iter().map(|text| view! {
                <p class="va-sentence caveat"><Icon name="question" /><span><strong>{t().please_check}": "</strong>{text}</span></p>
            }).collect_view()}
            <form on:submit=submit novalidate>
                {asks.then(|| view! {
                    <fieldset class="va-needed">
                        <legend>{t().inputs_needed}</legend>
                        {missing.into_iter().map(|input| view! {
                            <Field
                                id=format!("{}-field", input.id)
                                label=input.facts.label.clone()
                                domain=input.facts.domain.clone()
                                draft=input.draft
                                error=input.error
                                required=true
                            />
                        }).collect_view()}
                    </fieldset>
                })}
                {(!known.is_empty()).then(|| view! {
                    <h4>{if editable { t().understood } else { t().inputs }}</h4>
                    {(assumed && editable).then(|| view! { <p class="va-quiet">{t().not_mentioned_explained}</p> })}
                    <ul class="va-inputs">
                        {known.into_iter().map(|input| if editable {
                            view! { <InputChip input /> }.into_any()
                        } else {
                            view! { <InputShown input=input.facts /> }.into_any()
                        }).collect_view()}
                    </ul>
                })}
                {editable.then(|| view! {
                    <Show when=move || changed.get() || asks>
                        <button class="va-button primary" type="submit">
                            <Icon name="calculator" />{if asks { t().calculate } else { t().recalculate }}
                        </button>
                    </Show>
                })}
            </form>
            {(!calculation.steps.is_empty()).then(|| view! {
                <h4>{t().workings}</h4>
                <table class="va-workings">
                    <tbody>
                        {calculation.steps.into_iter().map(|step| view! {
                            <tr><th scope="row">{step.label}</th><td>{step.detail}</td></tr>
                        }).collect_view()}
                    </tbody>
                </table>
            })}
            <div class="va-provenance">
                <p><strong>{t().for_whom}": "</strong>{calculation.population}</p>
                {calculation.references.into_iter().map(|reference| view! { <p><ReferenceLine reference /></p> }).collect_view()}
                <p class="va-quiet">{versions}</p>
            </div>
        </section>
    }
}
