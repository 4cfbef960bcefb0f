//! What is not read of anybody's files.

use api_types::IndexRules;
use leptos::{prelude::*, task::spawn_local};

use crate::{api, format, state::app, texts::nc};

const MEGABYTE: f64 = 1_048_576.0;

/// The rules as typed, or nothing when the size is no number.
fn collect(folders: &str, endings: &str, megabytes: &str) -> Option<IndexRules> {
    let size = megabytes.trim().replace(',', ".").parse::<f64>().ok();
    let size = size.filter(|size| size.is_finite() && *size >= 1.0)?;
    Some(IndexRules {
        exclude_folders: folders
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| format!("/{}", line.trim_matches('/')))
            .collect(),
        exclude_endings: endings
            .split([' ', ',', ';', '\n', '\t'])
            .map(|ending| ending.trim_matches(['.', '*']).to_lowercase())
            .filter(|ending| !ending.is_empty())
            .collect(),
        max_bytes: (size * MEGABYTE) as i64,
    })
}

#[component]
pub fn Rules(rules: IndexRules) -> impl IntoView {
    let app = app();
    let folders = RwSignal::new(rules.exclude_folders.join("\n"));
    let endings = RwSignal::new(rules.exclude_endings.join(" "));
    let size = RwSignal::new(format::number(
        (rules.max_bytes as f64 / MEGABYTE * 10.0).round() / 10.0,
    ));
    let wrong = RwSignal::new(false);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(rules) = collect(
            &folders.get_untracked(),
            &endings.get_untracked(),
            &size.get_untracked(),
        ) else {
            return wrong.set(true);
        };
        wrong.set(false);
        spawn_local(async move {
            match api::put::<_, IndexRules>("admin/indexing", &rules).await {
                Ok(now) => {
                    // Shown as it was understood.
                    let _ = folders.try_set(now.exclude_folders.join("\n"));
                    let _ = endings.try_set(now.exclude_endings.join(" "));
                    app.toast(nc().rules_saved);
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    view! {
        <h3>{nc().rules}</h3>
        <p class="va-intro">{nc().rules_intro}</p>
        <form class="va-rules" on:submit=save>
            <div class="va-field">
                <label for="va-rule-folders">{nc().exclude_folders}</label>
                <textarea
                    id="va-rule-folders"
                    rows="4"
                    spellcheck="false"
                    aria-describedby="va-rule-folders-hint"
                    prop:value=move || folders.get()
                    on:input=move |event| folders.set(event_target_value(&event))
                ></textarea>
                <p id="va-rule-folders-hint" class="va-quiet">{nc().exclude_folders_hint}</p>
            </div>
            <div class="va-field">
                <label for="va-rule-endings">{nc().exclude_endings}</label>
                <input
                    id="va-rule-endings"
                    class="va-wide"
                    type="text"
                    spellcheck="false"
                    aria-describedby="va-rule-endings-hint"
                    prop:value=move || endings.get()
                    on:input=move |event| endings.set(event_target_value(&event))
                />
                <p id="va-rule-endings-hint" class="va-quiet">{nc().exclude_endings_hint}</p>
            </div>
            <div class="va-field">
                <label for="va-rule-size">{nc().largest_file}</label>
                <input
                    id="va-rule-size"
                    type="text"
                    inputmode="decimal"
                    aria-invalid=move || wrong.get().then_some("true")
                    aria-describedby=move || wrong.get().then_some("va-rule-size-wrong")
                    prop:value=move || size.get()
                    on:input=move |event| size.set(event_target_value(&event))
                />
                {move || wrong.get().then(|| view! { <p id="va-rule-size-wrong" class="va-field-error" role="alert">{nc().largest_wrong}</p> })}
            </div>
            <div class="va-row"><button type="submit" class="va-button primary">{nc().save_rules}</button></div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_people_type_them() {
        let rules = collect("Private\n\n /Old/notes/ \n", ".BAK, *.tmp", "1,5");
        assert_eq!(
            rules,
            Some(IndexRules {
                exclude_folders: vec!["/Private".into(), "/Old/notes".into()],
                exclude_endings: vec!["bak".into(), "tmp".into()],
                max_bytes: 1_572_864,
            })
        );
        assert_eq!(collect("", "", "0"), None);
        assert_eq!(collect("", "", "large"), None);
    }
}
