//! The form of one tool, its answer beside it.

use api_types::{CallTool, ProblemBody, ToolAnswer, ToolEffect, ToolInfo};
use leptos::{prelude::*, task::spawn_local};

use super::{
    field::Field,
    outcome::Outcome,
    proposal::Proposal,
    schema::{self, Input},
};
use crate::{
    api, dom,
    state::app,
    texts::{fill, in_english, t, tl},
    ui::{icon::Icon, problem::Problem},
};

/// The input of a tool that searches.
const SEARCHED: &str = "query";

/// Whether it reads only, and searches for words.
pub fn searches(tool: &ToolInfo) -> bool {
    let inputs = schema::inputs(&tool.input_schema);
    let words = |input: &Input| input.name == SEARCHED && matches!(input.kind, schema::Kind::Text { .. });
    tool.effect == ToolEffect::Read && inputs.iter().any(words)
}

#[derive(Clone)]
struct Entry {
    id: String,
    input: Input,
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

pub fn effect(effect: ToolEffect) -> (&'static str, &'static str) {
    match effect {
        ToolEffect::Read => ("search", tl().only_reads),
        ToolEffect::Write => ("edit", tl().changes_after_confirmation),
        ToolEffect::Irreversible => ("warning", tl().cannot_be_undone),
    }
}

#[component]
pub fn ToolForm(tool: ToolInfo) -> impl IntoView {
    let handed = app().for_tool.try_update(Option::take).flatten();
    let entries: Vec<Entry> = schema::inputs(&tool.input_schema)
        .into_iter()
        .map(|input| Entry {
            id: format!("va-tool-{}", input.name),
            typed: RwSignal::new(match &handed {
                Some(words) if input.name == SEARCHED => words.clone(),
                _ => input.default.clone(),
            }),
            error: RwSignal::new(None),
            input,
        })
        .collect();
    let first = entries.first().map(|entry| entry.id.clone());
    let answer = RwSignal::new(None::<Result<ToolAnswer, ProblemBody>>);
    let busy = RwSignal::new(false);
    let path = format!("tools/{}/{}", api::query(&tool.plugin), api::query(&tool.name));
    let ask = {
        let entries = entries.clone();
        Callback::new(move |()| {
            let typed: Vec<(Input, String)> = entries
                .iter()
                .map(|entry| (entry.input.clone(), entry.typed.get_untracked()))
                .collect();
            let arguments = match schema::collect(&typed) {
                Ok(arguments) => arguments,
                Err(wrong) => {
                    for entry in &entries {
                        let found = wrong.iter().find(|(name, _)| *name == entry.input.name);
                        entry.error.set(found.map(|(_, text)| text.clone()));
                    }
                    let first = entries.iter().find(|entry| entry.error.with_untracked(Option::is_some));
                    dom::focus_soon(first.map(|entry| entry.id.clone()).unwrap_or_default());
                    return;
                }
            };
            entries.iter().for_each(|entry| entry.error.set(None));
            let path = path.clone();
            busy.set(true);
            app().say(tl().working);
            spawn_local(async move {
                let outcome = api::post::<_, ToolAnswer>(&path, &CallTool { arguments }).await;
                let _ = busy.try_set(false);
                if answer.try_set(Some(outcome)).is_none() {
                    dom::focus_soon("va-tool-answer");
                }
            });
        })
    };
    let edit = Callback::new(move |()| {
        if let Some(first) = &first {
            dom::focus_soon(first.clone());
        }
    });
    let reads = tool.effect == ToolEffect::Read;
    let (icon, effect) = effect(tool.effect);
    let by = fill(
        tl().by_plugin,
        &[("plugin", &tool.plugin_title), ("version", &tool.plugin_version)],
    );
    let title = tool.title.clone();
    view! {
        <div class="va-calculator">
            <div class="va-calculator-form">
                <h1 lang=in_english()>{tool.title}</h1>
                <p lang=in_english()>{tool.description}</p>
                <p class="va-quiet va-effect"><Icon name=icon /><span>{effect}</span></p>
                <form id="va-tool-form" novalidate on:submit=move |event| {
                    event.prevent_default();
                    ask.run(());
                }>
                    {entries.into_iter().map(|entry| view! {
                        <Field id=entry.id input=entry.input typed=entry.typed error=entry.error />
                    }).collect_view()}
                    <button class="va-button primary" type="submit" disabled=move || busy.get()>
                        <Icon name=icon />
                        {if reads { tl().run } else { tl().prepare }}
                    </button>
                </form>
                <p class="va-quiet">{by}</p>
            </div>
            <div class="va-calculator-result" id="va-tool-answer" tabindex="-1" role="region" aria-label=t().result aria-busy=move || busy.get().to_string()>
                {move || busy.get().then(|| view! {
                    <p class="va-stage"><span class="va-spinner" aria-hidden="true"></span>{tl().working}</p>
                })}
                {move || answer.get().map(|outcome| match outcome {
                    Ok(ToolAnswer::Result(outcome)) => view! { <h2>{t().result}</h2><Outcome outcome /> }.into_any(),
                    Ok(ToolAnswer::Proposal(proposal)) => view! { <Proposal proposal edit again=ask /> }.into_any(),
                    Err(problem) => view! { <Problem problem retry=ask /> }.into_any(),
                })}
                {move || answer.with(Option::is_none).then(|| (!busy.get()).then(|| view! {
                    <p class="va-quiet va-tool-empty">{fill(tl().answer_here, &[("title", &title)])}</p>
                }))}
            </div>
        </div>
    }
}
