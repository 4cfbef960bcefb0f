//! Which Nextcloud group has which role.

use std::collections::BTreeSet;

use api_types::{GroupRole, Role, RoleMapping};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, dom,
    state::app,
    texts::{fill, nc, t},
    ui::icon::Icon,
};

pub const ROLES: [Role; 4] = [Role::Admin, Role::MedicalStaff, Role::User, Role::Viewer];

/// A line of the table while it is edited.
#[derive(Clone)]
struct Line {
    key: u32,
    group: RwSignal<String>,
    role: RwSignal<Option<Role>>,
}

impl Line {
    fn new(key: u32, group: String, role: Role) -> Line {
        Line {
            key,
            group: RwSignal::new(group),
            role: RwSignal::new(Some(role)),
        }
    }
}

/// The mapping the lines stand for, or what is wrong with them.
fn collect(lines: &[(String, Option<Role>)], others: Option<Role>) -> Result<RoleMapping, String> {
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for (group, role) in lines {
        let group = group.trim();
        if group.is_empty() {
            return Err(nc().group_missing.to_owned());
        }
        if !seen.insert(group) {
            return Err(fill(nc().group_twice, &[("group", group)]));
        }
        groups.extend(role.map(|role| GroupRole {
            group: group.to_owned(),
            role,
        }));
    }
    Ok(RoleMapping { groups, others })
}

#[component]
pub fn Roles(mapping: RoleMapping) -> impl IntoView {
    let app = app();
    let lines: Vec<Line> = (0..)
        .zip(mapping.groups)
        .map(|(key, entry)| Line::new(key, entry.group, entry.role))
        .collect();
    let next = RwSignal::new(lines.len() as u32);
    let lines = RwSignal::new(lines);
    let others = RwSignal::new(mapping.others);
    let wrong = RwSignal::new(None::<String>);
    let add = move |_| {
        let key = next.get_untracked();
        next.set(key + 1);
        lines.update(|all| all.push(Line::new(key, String::new(), Role::User)));
        dom::focus_soon(format!("va-group-{key}"));
    };
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed: Vec<_> = lines.with_untracked(|all| {
            all.iter()
                .map(|line| (line.group.get_untracked(), line.role.get_untracked()))
                .collect()
        });
        match collect(&typed, others.get_untracked()) {
            Err(text) => wrong.set(Some(text)),
            Ok(mapping) => {
                wrong.set(None);
                spawn_local(async move {
                    match api::put::<_, RoleMapping>("admin/roles", &mapping).await {
                        Ok(_) => app.toast(nc().roles_saved),
                        Err(problem) => app.fail(&problem),
                    }
                });
            }
        }
    };
    view! {
        <h3 id="va-roles" tabindex="-1">{nc().roles}</h3>
        <p class="va-intro">{nc().roles_intro}</p>
        <form class="va-roles" on:submit=save>
            <ul>
                <For each=move || lines.get() key=|line| line.key let(line)>
                    <GroupLine line lines />
                </For>
                <li>
                    <label for="va-others">{nc().everyone_else}</label>
                    <RoleChoice id="va-others".to_owned() role=others label=None refusable=true />
                </li>
            </ul>
            {move || wrong.get().map(|text| view! { <p class="va-field-error" role="alert">{text}</p> })}
            <div class="va-row">
                <button type="button" class="va-button" on:click=add><Icon name="add" />{nc().add_group}</button>
                <button type="submit" class="va-button primary">{nc().save_roles}</button>
            </div>
        </form>
    }
}

#[component]
fn GroupLine(line: Line, lines: RwSignal<Vec<Line>>) -> impl IntoView {
    let Line { key, group, role } = line;
    let number = (key + 1).to_string();
    let named = move || {
        group.with(|group| {
            if group.is_empty() {
                (key + 1).to_string()
            } else {
                group.clone()
            }
        })
    };
    let remove = move |_| {
        lines.update(|all| all.retain(|other| other.key != key));
        // The button is gone with its line.
        dom::focus_soon("va-roles");
    };
    view! {
        <li>
            <input
                id=format!("va-group-{key}")
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder=nc().group
                aria-label=fill(nc().group_number, &[("number", &number)])
                prop:value=move || group.get()
                on:input=move |event| group.set(event_target_value(&event))
            />
            <RoleChoice
                id=format!("va-role-{key}")
                role
                label=Some(Signal::derive(move || fill(nc().role_of, &[("group", &named())])))
                refusable=false
            />
            <button
                type="button"
                class="va-icon-button"
                title=t().delete
                aria-label=move || fill(nc().remove_group, &[("group", &named())])
                on:click=remove
            >
                <Icon name="delete" />
            </button>
        </li>
    }
}

#[component]
fn RoleChoice(
    id: String,
    role: RwSignal<Option<Role>>,
    /// For a field without a label of its own.
    label: Option<Signal<String>>,
    /// No role, so no access, is a choice too.
    refusable: bool,
) -> impl IntoView {
    let choices: Vec<Option<Role>> = ROLES.into_iter().map(Some).chain(refusable.then_some(None)).collect();
    view! {
        <select
            id=id
            aria-label=move || label.map(|label| label.get())
            on:change=move |event| {
                let value = event_target_value(&event);
                role.set(ROLES.into_iter().find(|role| code(Some(*role)) == value));
            }
        >
            {choices.into_iter().map(|choice| view! {
                <option value=code(choice) selected=role.get_untracked() == choice>{name(choice)}</option>
            }).collect_view()}
        </select>
    }
}

pub fn code(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Admin) => "admin",
        Some(Role::MedicalStaff) => "medical_staff",
        Some(Role::User) => "user",
        Some(Role::Viewer) => "viewer",
        None => "none",
    }
}

pub fn name(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Admin) => nc().role_admin,
        Some(Role::MedicalStaff) => nc().role_medical_staff,
        Some(Role::User) => nc().role_user,
        Some(Role::Viewer) => nc().role_viewer,
        None => nc().role_none,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_needs_a_group_of_its_own() {
        let line = |group: &str| (group.to_owned(), Some(Role::User));
        assert!(collect(&[line(" ")], None).is_err());
        assert!(collect(&[line("doctors"), line("doctors ")], None).is_err());
        let mapping = collect(&[line(" doctors "), line("nurses")], Some(Role::Viewer));
        assert_eq!(mapping.as_ref().map(|mapping| mapping.groups.len()), Ok(2));
        assert_eq!(
            mapping.map(|mapping| mapping.groups[0].group.clone()),
            Ok("doctors".to_owned())
        );
    }
}
