//! How the reader signs in, and where they are signed in now.

use leptos::prelude::*;

use super::{data::MyData, factor::Factor, sessions::Sessions};
use crate::{state::app, texts::se};

#[component]
pub fn SecurityPage() -> impl IntoView {
    view! {
        <div class="va-page">
            <h1>{se().security}</h1>
            <p class="va-intro">{se().security_intro}</p>
            <Factor />
            <section aria-labelledby="va-sessions">
                <h2 id="va-sessions" tabindex="-1">{se().sessions}</h2>
                {if app().in_nextcloud() {
                    view! { <p class="va-intro">{se().sessions_of_nextcloud}</p> }.into_any()
                } else {
                    view! {
                        <p class="va-intro">{se().sessions_intro}</p>
                        <Sessions path="sessions" named=false />
                    }.into_any()
                }}
            </section>
            <MyData />
        </div>
    }
}
