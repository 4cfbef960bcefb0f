//! The form of one calculator.

use std::collections::BTreeMap;

use api_types::{
    ArgumentValue, CalculateRequest, Calculation, CalculatorInfo, Parameter, ParameterDomain, ProblemBody,
};
use leptos::{prelude::*, task::spawn_local};

use super::{card::CalculationCard, draft::Draft, field::Field, reference::ReferenceLine};
use crate::{
    api, dom,
    state::app,
    texts::t,
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

#[component]
pub fn CalculatorForm(calculator: CalculatorInfo) -> impl IntoView {
    let entries: Vec<Entry> = calculator
        .parameters
        .iter()
        .map(|parameter| Entry::new(&calculator.id, parameter.clone()))
        .collect();
    let result = RwSignal::new(None::<Result<Calculation, ProblemBody>>);
    let busy = RwSignal::new(false);
    let id = calculator.id.clone();
    let submit = {
        let entries = entries.clone();
        move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let mut arguments = BTreeMap::new();
            let mut wrong = None;
            for entry in &entries {
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
            if let Some(id) = wrong {
                result.set(None);
                dom::focus_soon(id);
                return;
            }
            let path = format!("calculators/{}", api::query(&id));
            busy.set(true);
            spawn_local(async move {
                let outcome = api::post::<_, Calculation>(&path, &CalculateRequest { arguments }).await;
                if let Ok(calculation) = &outcome {
                    for finding in &calculation.findings {
                        app().say(format!("{}: {}", finding.label, finding.value));
                    }
                }
                let _ = busy.try_set(false);
                let _ = result.try_set(Some(outcome));
                dom::focus_soon("va-result");
            });
        }
    };
    let scope = format!("form-{}", calculator.id);
    view! {
        <div class="va-calculator">
            <div class="va-calculator-form">
                <h1 id="va-calculator-title" tabindex="-1">{calculator.title}</h1>
                <p>{calculator.summary}</p>
                <p class="va-quiet"><strong>{t().for_whom}": "</strong>{calculator.population}</p>
                <form on:submit=submit novalidate>
                    {entries.into_iter().map(|entry| view! {
                        <Field
                            id=entry.id
                            label=entry.parameter.label
                            domain=entry.parameter.domain
                            draft=entry.draft
                            error=entry.error
                            help=entry.parameter.help
                            required=entry.parameter.required
                        />
                    }).collect_view()}
                    <button class="va-button primary" type="submit" disabled=move || busy.get()>
                        <Icon name="calculator" />{t().calculate}
                    </button>
                </form>
                <div class="va-provenance">
                    {calculator.references.into_iter().map(|reference| view! { <p><ReferenceLine reference /></p> }).collect_view()}
                    <p class="va-quiet">{t().version}" "{calculator.version}</p>
                </div>
            </div>
            <div class="va-calculator-result" id="va-result" tabindex="-1" role="region" aria-label=t().result>
                {move || result.get().map(|outcome| match outcome {
                    Ok(calculation) => view! { <h2>{t().result}</h2><CalculationCard scope=scope.clone() calculation /> }.into_any(),
                    Err(problem) => view! { <Problem problem /> }.into_any(),
                })}
            </div>
        </div>
    }
}
