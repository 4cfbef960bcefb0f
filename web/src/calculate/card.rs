//! A calculation: result, how it came about, what was understood, and what is still needed.

use std::collections::BTreeMap;

use api_types::{ArgumentValue, CalculateRequest, Calculation, CalculationInput, InputSource};
use leptos::{prelude::*, task::spawn_local};

use super::{
    chip::{InputChip, InputShown},
    draft::Draft,
    field::Field,
    result::{Findings, Provenance, Workings},
    settled::settled,
};
use crate::{
    api, dom,
    state::app,
    texts::{t, tl},
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

/// What the result belongs to.
#[derive(Clone, Debug, PartialEq)]
enum Now {
    /// The inputs as they were understood.
    AsAsked,
    /// Corrected inputs whose result is on its way.
    Pending,
    Corrected,
    /// Corrected inputs that give no result, and why.
    Nothing(String),
}

/// Keeps the result in step with the inputs: a result never stands beside inputs it does not belong to.
fn follow(inputs: Vec<Input>, original: Calculation, shown: RwSignal<Calculation>, now: RwSignal<Now>) {
    let drafts = inputs.clone();
    let newest = StoredValue::new(0_u32);
    let path = format!("calculators/{}", api::query(&original.calculator));
    let compute = move || {
        newest.update_value(|number| *number += 1);
        let number = newest.get_value();
        let arguments = match collect(&inputs) {
            _ if !inputs.iter().any(|input| input.changed.get_untracked()) => {
                shown.set(original.clone());
                return now.set(Now::AsAsked);
            }
            Err(_) => return now.set(Now::Nothing(tl().no_result_yet.to_owned())),
            Ok(arguments) => arguments,
        };
        now.set(Now::Pending);
        let path = path.clone();
        spawn_local(async move {
            let outcome = api::post::<_, Calculation>(&path, &CalculateRequest { arguments }).await;
            // Another correction followed, or the page was left.
            if newest.try_get_value() != Some(number) {
                return;
            }
            match outcome {
                Ok(calculation) => {
                    for finding in &calculation.findings {
                        app().say(format!("{}: {}", finding.label, finding.value));
                    }
                    let complete = !calculation.findings.is_empty();
                    shown.set(calculation);
                    now.set(if complete { Now::Corrected } else { Now::AsAsked });
                }
                Err(problem) => now.set(Now::Nothing(problem.detail.unwrap_or(problem.title))),
            }
        });
    };
    let read = move || {
        for input in &drafts {
            input.draft.track();
        }
        // What is under way belongs to nothing any more.
        newest.update_value(|number| *number += 1);
        let changed = drafts.iter().any(|input| input.changed.get_untracked());
        if changed || now.with_untracked(|now| *now != Now::AsAsked) {
            now.set(Now::Pending);
        }
    };
    settled(read, compute);
}

/// A result keeps its place while the next one is computed, unseen: so nothing jumps, and nobody reads what is outdated.
#[component]
fn Shown(calculation: Calculation, now: Now, asks: bool) -> impl IntoView {
    let note = match now {
        Now::Corrected if asks => Some(tl().with_input),
        Now::Corrected => Some(tl().with_corrections),
        _ => None,
    };
    let pending = now == Now::Pending;
    view! {
        {pending.then(|| view! {
            <p class="va-stage va-pending"><span class="va-spinner" aria-hidden="true"></span>{t().stage_calculating}</p>
        })}
        <div class="va-result" class:pending=pending>
            {note.map(|note| view! { <p class="va-corrected"><Icon name="edit" />{note}</p> })}
            <Findings calculation />
        </div>
    }
}

#[component]
pub fn CalculationCard(
    /// Makes the ids of this card's fields its own.
    scope: String,
    calculation: Calculation,
    /// Puts corrected inputs into the conversation; without it the inputs are only shown.
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
    let title = calculation.title.clone();
    let shown = RwSignal::new(calculation.clone());
    let now = RwSignal::new(Now::AsAsked);
    if editable {
        follow(inputs, calculation, shown, now);
    }
    let pending = move || now.with(|now| *now == Now::Pending);
    view! {
        <section class="va-calculation" aria-busy=move || pending().to_string()>
            <h3><Icon name="calculator" />{title}</h3>
            {move || match now.get() {
                Now::Nothing(reason) => view! {
                    <p class="va-sentence caveat" role="alert"><Icon name="warning" /><span>{reason}</span></p>
                }.into_any(),
                now => view! { <Shown calculation=shown.get() now asks /> }.into_any(),
            }}
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
                        {move || now.with(|now| *now == Now::Corrected).then(|| view! { <p class="va-quiet">{tl().recalculate_keeps}</p> })}
                    </Show>
                })}
            </form>
            <div class="va-result" class:pending=pending>
                {move || (!now.with(|now| matches!(now, Now::Nothing(_)))).then(|| view! { <Workings calculation=shown.get() /> })}
            </div>
            {move || view! { <Provenance calculation=shown.get() /> }}
        </section>
    }
}
