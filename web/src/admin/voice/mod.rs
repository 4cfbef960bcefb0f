//! Who talks now and did lately, and how long each step takes. Nothing that was said.

mod now;
mod sessions;
mod steps;

use leptos::prelude::*;

use crate::texts::vo;

#[component]
pub fn VoicePage() -> impl IntoView {
    view! {
        <div class="va-page">
            <h1>{vo().admin_title}</h1>
            <p class="va-intro">{vo().admin_intro}</p>
            <now::Now />
            <steps::Steps />
            <sessions::Sessions />
        </div>
    }
}
