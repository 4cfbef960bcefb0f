//! One user: what they may do here, whether they may sign in, and a way out for who has lost their phone.

use api_types::{ChangeUser, Role, UserSummary};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    admin::nextcloud::roles::{ROLES, code, name},
    api,
    security::code::{Asked, helps},
    state::app,
    texts::{fill, se},
    ui::{icon::Icon, switch::Switch},
};

#[component]
pub fn Row(user: UserSummary, changed: Callback<()>) -> impl IntoView {
    let app = app();
    let who = user.name.clone();
    let id = StoredValue::new(user.id.clone());
    let called = StoredValue::new(user.name.clone());
    // What is chosen shows at once, and goes back when it is refused.
    let role = RwSignal::new(user.role.unwrap_or(Role::Viewer));
    let disabled = RwSignal::new(user.disabled);
    let change = move |new_role: Role, now_disabled: bool| {
        let before = (role.get_untracked(), disabled.get_untracked());
        role.set(new_role);
        disabled.set(now_disabled);
        let change = ChangeUser {
            role: new_role,
            disabled: now_disabled,
        };
        spawn_local(async move {
            let path = format!("panel/users/{}", api::query(&id.get_value()));
            match api::set(&path, &change).await {
                Ok(()) => app.toast(fill(se().changed, &[("user", &called.get_value())])),
                Err(problem) => {
                    let _ = role.try_set(before.0);
                    let _ = disabled.try_set(before.1);
                    app.fail(&problem);
                }
            }
        });
    };
    let asked = RwSignal::new(false);
    let reset = Callback::new(move |()| {
        spawn_local(async move {
            let path = format!("panel/users/{}/second-factor", api::query(&id.get_value()));
            match api::tell("DELETE", &path).await {
                Ok(()) => {
                    app.toast(fill(se().factor_reset, &[("user", &called.get_value())]));
                    changed.try_run(());
                }
                Err(problem) if helps(&problem) => _ = asked.try_set(true),
                Err(problem) => app.fail(&problem),
            }
        });
    });
    let local = user.role.is_some();
    view! {
        <tr>
            <th scope="row">{who.clone()}</th>
            <td>{if local {
                view! {
                    <select
                        aria-label=fill(se().role_of, &[("user", &who)])
                        prop:value=move || code(Some(role.get()))
                        on:change=move |event| {
                            let value = event_target_value(&event);
                            if let Some(role) = ROLES.into_iter().find(|role| code(Some(*role)) == value) {
                                change(role, disabled.get_untracked());
                            }
                        }
                    >
                        {ROLES.into_iter().map(|one| view! {
                            <option value=code(Some(one)) selected=Some(one) == user.role>{name(Some(one))}</option>
                        }).collect_view()}
                    </select>
                }.into_any()
            } else {
                view! { <span class="va-quiet">{se().by_groups}</span> }.into_any()
            }}</td>
            <td>{local.then(|| view! {
                <Switch
                    id=format!("va-may-{}", user.id)
                    label=fill(se().may_sign_in_of, &[("user", &who)])
                    on=Signal::derive(move || !disabled.get())
                    turn=Callback::new(move |on: bool| change(role.get_untracked(), !on))
                />
            })}</td>
            <td>
                {if user.second_factor {
                    view! {
                        <span class="va-status good"><Icon name="check" />{se().factor_on}</span>" "
                        <button
                            class="va-link"
                            aria-label=fill(se().reset_factor_of, &[("user", &who)])
                            on:click=move |_| reset.run(())
                        >{se().reset_factor}</button>
                        <Asked id="va-code-for-reset" open=asked again=reset />
                    }.into_any()
                } else {
                    view! { <span class="va-quiet">{se().factor_off}</span> }.into_any()
                }}
            </td>
            <td>{user.sessions}</td>
        </tr>
    }
}
