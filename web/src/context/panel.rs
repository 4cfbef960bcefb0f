//! The panel above a conversation: who the patient is, in the person's own words.

use api_types::{ClinicalContext, ContextView, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::{
    draft::{Draft, Measure},
    facts::counted,
};
use crate::{
    api,
    calculate::units,
    format,
    state::app,
    texts::{ct, fill, t},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn PatientContext(conversation: String) -> impl IntoView {
    let path = StoredValue::new(format!("conversations/{}/context", api::query(&conversation)));
    let loaded = RwSignal::new(None::<Result<ContextView, ProblemBody>>);
    let open = RwSignal::new(false);
    let draft = Draft::new();
    let load = move || {
        spawn_local(async move {
            let view = api::get::<ContextView>(&path.get_value()).await;
            if let Ok(view) = &view {
                draft.show(&view.context);
            }
            let _ = loaded.try_set(Some(view));
        });
    };
    // What is not looked at is not asked for: each look is recorded.
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() && !matches!(loaded.get_untracked(), Some(Ok(_))) {
            load();
        }
    };
    let count = move || match loaded.get() {
        Some(Ok(view)) if view.context.facts() == 0 => Some(ct().none_yet.to_owned()),
        Some(Ok(view)) => Some(counted(view.context.facts() as i64)),
        _ => None,
    };
    view! {
        <section class="va-context" aria-label=ct().patient_context>
            <div>
                <button type="button" class="va-button quiet" aria-expanded=move || open.get().to_string() aria-controls="va-context-body" on:click=toggle>
                    <Icon name="edit" />{ct().patient_context}
                    {move || count().map(|count| view! { <span class="va-quiet">{count}</span> })}
                </button>
            </div>
            <div id="va-context-body" hidden=move || !open.get()>
                {move || match loaded.get() {
                    None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                    Some(Err(problem)) => view! { <Problem problem retry=Callback::new(move |()| load()) /> }.into_any(),
                    Some(Ok(view)) => view! {
                        {view.accesses.into_iter().map(|access| {
                            let text = fill(ct().looked, &[
                                ("by", &access.by),
                                ("when", &format::moment(access.at)),
                                ("reason", &access.reason),
                            ]);
                            view! { <p class="va-note warn"><Icon name="warning" /><span>{text}</span></p> }
                        }).collect_view()}
                        <Form draft path loaded />
                    }.into_any(),
                }}
            </div>
        </section>
    }
}

#[component]
fn Form(
    draft: Draft,
    path: StoredValue<String>,
    loaded: RwSignal<Option<Result<ContextView, ProblemBody>>>,
) -> impl IntoView {
    let app = app();
    let kept = move |context: ClinicalContext| {
        loaded.try_update(|loaded| {
            if let Some(Ok(view)) = loaded {
                view.context = context;
            }
        });
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(context) = draft.read() else { return };
        spawn_local(async move {
            match api::set(&path.get_value(), &context).await {
                Ok(()) => {
                    kept(context);
                    app.toast(ct().saved.to_owned());
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    let clear = move |_| {
        spawn_local(async move {
            match api::tell("DELETE", &path.get_value()).await {
                Ok(()) => {
                    draft.show(&ClinicalContext::default());
                    kept(ClinicalContext::default());
                    app.toast(ct().cleared.to_owned());
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    view! {
        <form class="va-context-form" on:submit=save>
            <p class="va-quiet">{ct().intro}</p>
            <div class="va-context-fields">
                <Number id="va-context-age" label=ct().age measure=draft.age units=&[] />
                <div class="va-field">
                    <label for="va-context-sex">{ct().sex}</label>
                    <select id="va-context-sex" prop:value=move || draft.sex.get() on:change=move |event| draft.sex.set(event_target_value(&event))>
                        <option value="">{ct().not_stated}</option>
                        <option value="female">{ct().female}</option>
                        <option value="male">{ct().male}</option>
                    </select>
                </div>
                <Number id="va-context-weight" label=ct().weight measure=draft.weight units=&["kg", "[lb_av]"] />
                <Number id="va-context-height" label=ct().height measure=draft.height units=&["cm", "m", "[in_i]"] />
                <Number id="va-context-creatinine" label=ct().creatinine measure=draft.creatinine units=&["mg/dL", "umol/L"] />
                <Number id="va-context-egfr" label=ct().egfr measure=draft.egfr units=&[] />
                <Lines id="va-context-problems" label=ct().problems text=draft.problems />
                <Lines id="va-context-medications" label=ct().medications text=draft.medications />
                <Lines id="va-context-allergies" label=ct().allergies text=draft.allergies />
            </div>
            <div class="va-row">
                <button type="submit" class="va-button primary">{ct().save}</button>
                <button type="button" class="va-button" on:click=clear><Icon name="delete" />{ct().clear}</button>
            </div>
        </form>
    }
}

#[component]
fn Number(
    id: &'static str,
    label: &'static str,
    measure: Measure,
    /// To choose from; none where there is only one.
    units: &'static [&'static str],
) -> impl IntoView {
    let error = format!("{id}-error");
    let described = error.clone();
    view! {
        <div class="va-field">
            <label for=id>{label}</label>
            <div class="va-row">
                <input
                    id=id
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-invalid=move || measure.wrong.get().to_string()
                    aria-describedby=move || measure.wrong.get().then(|| described.clone())
                    prop:value=move || measure.text.get()
                    on:input=move |event| measure.text.set(event_target_value(&event))
                />
                {(!units.is_empty()).then(|| view! {
                    <select
                        aria-label=fill(ct().unit_of, &[("name", label)])
                        prop:value=move || measure.unit.get()
                        on:change=move |event| measure.unit.set(event_target_value(&event))
                    >
                        {units.iter().map(|unit| view! { <option value=*unit>{units::show(unit)}</option> }).collect_view()}
                    </select>
                })}
            </div>
            {move || measure.wrong.get().then(|| view! { <p id=error.clone() class="va-field-error">{ct().not_a_number}</p> })}
        </div>
    }
}

#[component]
fn Lines(id: &'static str, label: &'static str, text: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="va-field">
            <label for=id>{label}" "<span class="va-quiet">"("{ct().one_a_line}")"</span></label>
            <textarea id=id class="va-wide" rows="3" prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))></textarea>
        </div>
    }
}
