//! The page: signed in or not.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    base,
    shell::{
        frame::Frame,
        no_way_in::NoWayIn,
        sign_in::{SignIn, enter},
    },
    state::{self, Session},
    ui::{announcer::Announcer, toasts::Toasts},
};

#[component]
pub fn App() -> impl IntoView {
    let app = state::create();
    spawn_local(enter());
    let signed_in = Memo::new(move |_| match app.session.get() {
        Session::Unknown => None,
        Session::Nobody(_) => Some(false),
        // Who owes a code of the second factor is not in yet.
        Session::Someone(info) => Some(!info.needs_second_factor),
    });
    view! {
        {move || match signed_in.get() {
            None => view! { <div class="va-starting" aria-busy="true"></div> }.into_any(),
            Some(false) if base::webroot().is_some() => view! { <NoWayIn /> }.into_any(),
            Some(false) => view! { <SignIn /> }.into_any(),
            Some(true) => view! { <Frame /> }.into_any(),
        }}
        <Toasts />
        <Announcer />
    }
}
