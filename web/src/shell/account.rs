//! Who is signed in, and the way out.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    state::{Session, app},
    texts::{se, t},
    ui::icon::Icon,
};

#[component]
pub fn Account() -> impl IntoView {
    let app = app();
    let leave = move |_| {
        spawn_local(async move {
            match api::tell("DELETE", "session").await {
                Ok(()) => {
                    app.forget();
                    app.session.set(Session::Nobody(None));
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    view! {
        <div class="va-account">
            <a class="va-user" href="#/security" title=se().security>
                {move || app.user().map(|info| info.user.name)}
                <span class="va-unseen">{format!(" \u{2013} {}", se().security)}</span>
            </a>
            // Nextcloud's own menu signs out.
            {move || (!app.in_nextcloud()).then(|| view! {
                <button class="va-icon-button" aria-label=t().sign_out title=t().sign_out on:click=leave>
                    <Icon name="sign-out" />
                </button>
            })}
        </div>
    }
}
