//! All tools, and the form of the one chosen.

use api_types::{ProblemBody, ToolInfo, ToolList};
use leptos::{prelude::*, task::spawn_local};

use super::form::{ToolForm, effect};
use crate::{
    api,
    route::Route,
    state::app,
    texts::{fill, in_english, t, tl},
    ui::{icon::Icon, problem::Problem},
};

#[component]
pub fn ToolsPage() -> impl IntoView {
    let app = app();
    let loaded = RwSignal::new(None::<Result<ToolList, ProblemBody>>);
    let load = move || {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get("tools").await));
        });
    };
    load();
    let chosen = Memo::new(move |_| match app.route.get() {
        Route::Tools(id) => id,
        _ => None,
    });
    view! {
        <div class="va-page">
            {move || match (loaded.get(), chosen.get()) {
                (None, _) => view! { <h1>{tl().tools}</h1><p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                (Some(Err(problem)), _) => view! {
                    <h1>{tl().tools}</h1>
                    <Problem problem retry=Callback::new(move |()| load()) />
                }.into_any(),
                (Some(Ok(list)), None) => view! { <All tools=list.tools /> }.into_any(),
                (Some(Ok(list)), Some(id)) => match list.tools.iter().find(|tool| address(tool) == id) {
                    Some(tool) if app.can_ask() => view! {
                        <a class="va-back" href="#/tools"><Icon name="back" />{tl().all_tools}</a>
                        <ToolForm tool=tool.clone() />
                    }.into_any(),
                    Some(_) => view! { <h1>{tl().tools}</h1><p>{tl().may_not_ask}</p> }.into_any(),
                    None => view! {
                        <h1>{tl().tools}</h1>
                        <p>{fill(tl().no_such_tool, &[("id", &id)])}" "<a href="#/tools">{tl().all_tools}</a></p>
                    }.into_any(),
                },
            }}
        </div>
    }
}

/// Of a tool within the page.
pub fn address(tool: &ToolInfo) -> String {
    format!("{}/{}", tool.plugin, tool.name)
}

/// Tools with their plugin's title, in the order they came in.
fn by_plugin(tools: Vec<ToolInfo>) -> Vec<(String, Vec<ToolInfo>)> {
    let mut groups: Vec<(String, Vec<ToolInfo>)> = Vec::new();
    for tool in tools {
        match groups.iter_mut().find(|(_, known)| known[0].plugin == tool.plugin) {
            Some((_, known)) => known.push(tool),
            None => groups.push((tool.plugin_title.clone(), vec![tool])),
        }
    }
    groups
}

#[component]
fn All(tools: Vec<ToolInfo>) -> impl IntoView {
    let none = tools.is_empty();
    view! {
        <h1>{tl().tools}</h1>
        <p class="va-intro">{tl().tools_intro}</p>
        {none.then(|| view! { <p class="va-no-data"><Icon name="tool" /><span>{tl().no_tools}</span></p> })}
        {by_plugin(tools).into_iter().map(|(title, tools)| view! {
            <section>
                <h2>{title}</h2>
                <ul class="va-cards">
                    {tools.into_iter().map(|tool| view! { <CardLink tool /> }).collect_view()}
                </ul>
            </section>
        }).collect_view()}
    }
}

#[component]
fn CardLink(tool: ToolInfo) -> impl IntoView {
    let href = Route::Tools(Some(address(&tool))).hash();
    let (icon, effect) = effect(tool.effect);
    view! {
        <li>
            <a class="va-card-link" href=href>
                <strong lang=in_english()>{tool.title}</strong>
                <span lang=in_english()>{tool.description}</span>
                <span class="va-effect"><Icon name=icon />{effect}</span>
            </a>
        </li>
    }
}
