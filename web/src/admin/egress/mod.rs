//! What left the building, where it may go, and what the screening found.

mod findings;
mod log;
mod map;

use leptos::prelude::*;

use crate::texts::pa;

#[component]
pub fn EgressAdminPage(
    /// The search of the log with which the page opens.
    preset: String,
) -> impl IntoView {
    view! {
        <div class="va-page">
            <h1>{pa().egress}</h1>
            <p class="va-intro">{pa().egress_intro}</p>
            <map::Map />
            <log::Log preset />
            <findings::Findings />
        </div>
    }
}
