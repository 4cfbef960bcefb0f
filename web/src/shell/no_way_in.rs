//! Inside Nextcloud nobody signs in here: whoever is not let in reads why.

use leptos::prelude::*;

use crate::{
    state::{Session, app},
    texts::{nc, t},
    ui::icon::Icon,
};

#[component]
pub fn NoWayIn() -> impl IntoView {
    let app = app();
    let problem = move || match app.session.get() {
        // Nextcloud's own proxy answers 404 to whoever it does not know, and tells no more.
        Session::Nobody(problem) => problem.filter(|problem| problem.status != 404),
        _ => None,
    };
    let reload = |_| {
        let _ = window().location().reload();
    };
    view! {
        <section class="va-sign-in" aria-labelledby="va-no-way-in">
            <div class="va-card">
                <h1 id="va-no-way-in">{t().product}</h1>
                <div class="va-note warn" role="alert">
                    <Icon name="warning" />
                    <div>
                        <strong>{nc().no_way_in}</strong>
                        {move || match problem() {
                            Some(problem) => view! {
                                <p>{problem.title}</p>
                                {problem.detail.map(|detail| view! { <p>{detail}</p> })}
                            }.into_any(),
                            None => view! { <p>{nc().session_over}</p> }.into_any(),
                        }}
                    </div>
                </div>
                <button class="va-button primary" on:click=reload><Icon name="refresh" />{nc().reload}</button>
            </div>
        </section>
    }
}
