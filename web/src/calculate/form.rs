//! The form of one calculator.

use std::collections::BTreeMap;

use api_types::{
    ArgumentValue, CalculateRequest, Calculation, CalculatorInfo, Parameter, ParameterDomain, ProblemBody,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    card::CalculationCard,
    draft::Draft,
    field::Field,
    groups::{Group, groups},
    reference::ReferenceLine,
    settled::settled,
};
use crate::{
    api, dom,
    state::app,
    texts::{in_english, t, tl},
    ui::{icon::Icon, problem::Problem},
};

#[derive(Clone)]
struct Entry {
    id: String,
    parameter: Parameter,
    draft: RwSignal<Draft>,
    error: RwSignal<Option<String>>,
}

impl Entry {
    fn new(calculator: &str, parameter: Parameter) -> Entry {
        let mut draft = Draft::of(None, &parameter.domain);
        // A box without a tick says "no"; anything else is never assumed.
        if matches!(parameter.domain, ParameterDomain::Boolean) && !parameter.required {
            draft.text = "false".to_owned();
        }
        Entry {
            id: format!("va-form-{calculator}-{}", parameter.name),
            parameter,
            draft: RwSignal::new(draft),
            error: RwSignal::new(None),
        }
    }

    fn value(&self) -> Result<Option<ArgumentValue>, String> {
        match self.draft.with_untracked(|draft| draft.value(&self.parameter.domain)) {
            Ok(None) if self.parameter.required => Err(t().please_fill.to_owned()),
            other => other,
        }
    }
}

/// The arguments, or the id of the first field that is wrong.
fn collect(entries: &[Entry]) -> Result<BTreeMap<String, ArgumentValue>, String> {
    let mut arguments = BTreeMap::new();
    let mut wrong = None;
    for entry in entries {
        match entry.value() {
            Ok(value) => {
                entry.error.set(None);
                arguments.extend(value.map(|value| (entry.parameter.name.clone(), value)));
            }
            Err(text) => {
                entry.error.set(Some(text));
                wrong.get_or_insert_with(|| entry.id.clone());
            }
        }
    }
    match wrong {
        Some(id) => Err(id),
        None => Ok(arguments),
    }
}

/// Calculators call a choice between a paper's rule and others by this name.
const VARIANT: &str = "variant";

#[component]
fn Entries(group: Group<Entry>) -> impl IntoView {
    let field = |entry: Entry| {
        let Parameter {
            name,
            label,
            help,
            required,
            domain,
            ..
        } = entry.parameter;
        let unset = match (required, name.as_str()) {
            (true, _) => t().choose,
            (false, VARIANT) => tl().as_published,
            (false, _) => tl().not_stated,
        };
        view! {
            <Field id=entry.id label domain draft=entry.draft error=entry.error help required unset optional=!required />
        }
    };
    match group {
        Group::One(entry) => field(entry).into_any(),
        Group::Ticks(all) => view! {
            <fieldset class="va-ticks">
                <legend>{tl().tick_what_applies}</legend>
                <div>{all.into_iter().map(field).collect_view()}</div>
            </fieldset>
        }
        .into_any(),
        Group::Answers(all) => {
            view! { <div class="va-yes-no">{all.into_iter().map(field).collect_view()}</div> }.into_any()
        }
    }
}

#[component]
pub fn CalculatorForm(calculator: CalculatorInfo) -> impl IntoView {
    let entries: Vec<Entry> = calculator
        .parameters
        .iter()
        .map(|parameter| Entry::new(&calculator.id, parameter.clone()))
        .collect();
    let result = RwSignal::new(None::<Result<Calculation, ProblemBody>>);
    let busy = RwSignal::new(false);
    let newest = StoredValue::new(0_u32);
    let id = calculator.id.clone();
    // `asked`: somebody pressed the button; otherwise an input changed beside a result.
    let compute = {
        let entries = entries.clone();
        move |asked: bool| {
            newest.update_value(|number| *number += 1);
            let number = newest.get_value();
            let arguments = match collect(&entries) {
                Ok(arguments) => arguments,
                Err(wrong) => {
                    result.set(None);
                    busy.set(false);
                    if asked {
                        dom::focus_soon(wrong);
                    }
                    return;
                }
            };
            let path = format!("calculators/{}", api::query(&id));
            busy.set(true);
            spawn_local(async move {
                let outcome = api::post::<_, Calculation>(&path, &CalculateRequest { arguments }).await;
                if newest.try_get_value() != Some(number) {
                    return;
                }
                if let Ok(calculation) = &outcome {
                    for finding in &calculation.findings {
                        app().say(format!("{}: {}", finding.label, finding.value));
                    }
                }
                busy.set(false);
                result.set(Some(outcome));
                if asked {
                    dom::focus_soon("va-result");
                }
            });
        }
    };
    let submit = {
        let compute = compute.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            compute(true);
        }
    };
    // A result follows its inputs: from a change on it is only pending, and what is under way belongs to nothing any more.
    let drafts = entries.clone();
    let awaited = move || busy.get_untracked() || result.with_untracked(Option::is_some);
    let read = move || {
        for entry in &drafts {
            entry.draft.track();
        }
        if awaited() {
            newest.update_value(|number| *number += 1);
            busy.set(true);
        }
    };
    settled(read, move || {
        if awaited() {
            compute(false);
        }
    });
    let scope = format!("form-{}", calculator.id);
    view! {
        <div class="va-calculator">
            <div class="va-calculator-form">
                <h1 id="va-calculator-title" tabindex="-1">{calculator.title}</h1>
                <p lang=in_english()>{calculator.summary}</p>
                <p class="va-quiet"><strong>{t().for_whom}": "</strong><span lang=in_english()>{calculator.population}</span></p>
                <form on:submit=submit novalidate>
                    {groups(entries, |entry| &entry.parameter).into_iter().map(|group| view! { <Entries group /> }).collect_view()}
                    <button class="va-button primary" type="submit">
                        <Icon name="calculator" />{t().calculate}
                    </button>
                </form>
                <div class="va-provenance">
                    {calculator.references.into_iter().map(|reference| view! { <p><ReferenceLine reference /></p> }).collect_view()}
                    <p class="va-quiet">{t().version}" "{calculator.version}</p>
                </div>
            </div>
            <div class="va-calculator-result" id="va-result" tabindex="-1" role="region" aria-label=t().result>
                {move || match result.get() {
                    None => None,
                    Some(_) if busy.get() => Some(view! {
                        <h2>{t().result}</h2>
                        <p class="va-stage"><span class="va-spinner" aria-hidden="true"></span>{t().stage_calculating}</p>
                    }.into_any()),
                    Some(Ok(calculation)) => Some(view! {
                        <h2>{t().result}</h2>
                        <CalculationCard scope=scope.clone() calculation />
                    }.into_any()),
                    Some(Err(problem)) => Some(view! { <Problem problem /> }.into_any()),
                }}
            </div>
        </div>
    }
}
