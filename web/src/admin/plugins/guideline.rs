//! What a source plugin reads: when it looked, what it found, and how its documents changed.

use api_types::{AdminPlugin, GuidelineChange, GuidelineSource, Guidelines, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    state::app,
    texts::{fill, in_english, pl, t},
    ui::{icon::Icon, problem::Problem},
};

/// Nothing for a plugin that is no source, and until one has been looked at.
#[component]
pub fn Guideline(plugin: Memo<AdminPlugin>) -> impl IntoView {
    let (id, world) = plugin.with_untracked(|plugin| (plugin.id.clone(), plugin.world.clone()));
    (world == "scraper").then(|| view! { <Source plugin=id /> })
}

#[component]
fn Source(plugin: String) -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<Guidelines, ProblemBody>>);
    let load = Callback::new(move |()| {
        spawn_local(async move {
            let _ = loaded.try_set(Some(api::get("admin/guidelines").await));
        });
    });
    load.run(());
    let look = {
        let path = format!("admin/guidelines/{}/look", api::query(&plugin));
        move |_| {
            let path = path.clone();
            spawn_local(async move {
                match api::tell("POST", &path).await {
                    Ok(()) => app().toast(pl().looking),
                    Err(problem) => app().fail(&problem),
                }
                load.try_run(());
            });
        }
    };
    view! {
        <section aria-labelledby="va-plugin-source">
            <div class="va-page-head">
                <h2 id="va-plugin-source">{pl().documents_of_source}</h2>
                <div class="va-row">
                    <button class="va-button quiet" on:click=move |_| load.run(())><Icon name="refresh" />{t().refresh}</button>
                    <button id="va-source-look" class="va-button" on:click=look><Icon name="search" />{pl().look_now}</button>
                </div>
            </div>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet va-loading">{t().loading}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=load /> }.into_any(),
                Some(Ok(all)) => {
                    let source = all.sources.into_iter().find(|source| source.plugin == plugin);
                    let changes: Vec<_> = all.changes.into_iter().filter(|change| change.plugin == plugin).collect();
                    match source {
                        Some(source) => view! { <Facts source /><Changes changes /> }.into_any(),
                        None => view! {
                            <p class="va-no-data"><Icon name="info" /><span><strong>{t().no_data}</strong>" "{pl().never_looked}</span></p>
                        }.into_any(),
                    }
                }
            }}
        </section>
    }
}

#[component]
fn Facts(source: GuidelineSource) -> impl IntoView {
    let looked = source.looked_at.map_or_else(|| t().no_data.to_owned(), format::moment);
    let homepage = source.homepage.starts_with("https://").then(|| source.homepage.clone());
    view! {
        <dl class="va-counts">
            <div><dt>{pl().listed}</dt><dd>{format::count(source.listed)}</dd></div>
            <div><dt>{pl().searched}</dt><dd>{format::count(source.fetched)}</dd></div>
            <div><dt>{pl().errors}</dt><dd>{format::count(source.failed)}</dd></div>
            <div><dt>{pl().looked_at}</dt><dd>{looked}</dd></div>
            <div><dt>{pl().next_at}</dt><dd>{format::moment(source.next_at)}</dd></div>
        </dl>
        {source.error.map(|error| view! { <p class="va-reason" lang=in_english()>{error}</p> })}
        <p class="va-quiet" lang=in_english()>
            {source.publisher}" \u{b7} "{source.licence}
            {homepage.map(|href| (href.clone(), href)).map(|(href, shown)| view! {
                " \u{b7} "<a href=href target="_blank" rel="noopener noreferrer">{shown}</a>
            })}
        </p>
    }
}

#[component]
fn Changes(changes: Vec<GuidelineChange>) -> impl IntoView {
    let none = changes.is_empty();
    view! {
        <h3>{pl().changes}</h3>
        {none.then(|| view! { <p class="va-quiet">{pl().no_changes}</p> })}
        <ul class="va-source-changes">
            {changes.into_iter().map(|change| {
                let words = if change.kind == "withdrawn" {
                    pl().withdrawn.to_owned()
                } else {
                    let counts = [
                        ("added", &*format::count(change.added)),
                        ("removed", &*format::count(change.removed)),
                    ];
                    fill(pl().lines_changed, &counts)
                };
                let diff = (!change.diff.is_empty()).then_some(change.diff);
                view! {
                    <li>
                        <strong lang=in_english()>{change.title}</strong>
                        <p class="va-quiet">{format::moment(change.at)}" \u{b7} "{words}</p>
                        {diff.map(|diff| view! {
                            <details class="va-details">
                                <summary><Icon name="document" /><span>{pl().show_difference}</span></summary>
                                <Difference diff />
                            </details>
                        })}
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// A line of a unified difference without its mark.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Line<'a> {
    Added(&'a str),
    Removed(&'a str),
    Kept(&'a str),
    /// Where it is, or a file's name.
    Place(&'a str),
}

fn lines(diff: &str) -> Vec<Line<'_>> {
    let line = |line| match line {
        place if ["@@", "+++ ", "--- "].iter().any(|mark| str::starts_with(place, mark)) => Line::Place(place),
        line => match (line.strip_prefix('+'), line.strip_prefix('-')) {
            (Some(added), _) => Line::Added(added),
            (_, Some(removed)) => Line::Removed(removed),
            _ => Line::Kept(line.strip_prefix(' ').unwrap_or(line)),
        },
    };
    diff.lines().map(line).collect()
}

#[component]
fn Difference(diff: String) -> impl IntoView {
    let drawn = lines(&diff)
        .into_iter()
        .map(|line| match line {
            Line::Added(text) => view! { <ins class="va-line">{text.to_owned()}</ins> }.into_any(),
            Line::Removed(text) => view! { <del class="va-line">{text.to_owned()}</del> }.into_any(),
            Line::Kept(text) => view! { <span class="va-line">{text.to_owned()}</span> }.into_any(),
            Line::Place(text) => view! { <span class="va-line va-quiet">{text.to_owned()}</span> }.into_any(),
        })
        .collect_view();
    view! { <div class="va-compare va-difference" lang=in_english()>{drawn}</div> }
}

#[cfg(test)]
mod tests {
    use super::{Line, lines};

    #[test]
    fn each_line_of_a_difference_loses_its_mark() {
        assert_eq!(
            lines("@@ -1,3 +1,3 @@\n Use\n-Never.\n+On Sundays."),
            [
                Line::Place("@@ -1,3 +1,3 @@"),
                Line::Kept("Use"),
                Line::Removed("Never."),
                Line::Added("On Sundays.")
            ]
        );
    }
}
