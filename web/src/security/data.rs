//! The reader's own data: a copy to take away, and the end of a local account.

use api_types::{EraseRequest, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::code::{Asked, helps};
use crate::{
    api, base,
    state::{Session, app},
    texts::{fill, re, t},
    ui::{icon::Icon, modal::Modal, problem::Problem},
};

#[component]
pub fn MyData() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <section aria-labelledby="va-my-data">
            <h2 id="va-my-data">{re().my_data}</h2>
            <p class="va-intro">{re().my_data_intro}</p>
            <div class="va-row">
                <a class="va-button" href=base::api("account/export") download=""><Icon name="download" />{re().download}</a>
                // Nextcloud's account is not ours to end.
                {(!app().in_nextcloud()).then(|| view! {
                    <button class="va-button danger" on:click=move |_| open.set(true)>{re().erase_me}</button>
                })}
            </div>
            <EraseMe open />
        </section>
    }
}

#[component]
fn EraseMe(open: RwSignal<bool>) -> impl IntoView {
    let app = app();
    let name = app.user().map(|info| info.user.name).unwrap_or_default();
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<ProblemBody>);
    let asked = RwSignal::new(false);
    let close = move || {
        let _ = typed.try_set(String::new());
        let _ = problem.try_set(None);
        let _ = asked.try_set(false);
        let _ = open.try_set(false);
    };
    let erase = Callback::new(move |()| {
        let request = EraseRequest {
            name: typed.get_untracked(),
        };
        spawn_local(async move {
            match api::send_for("account/erasure", &request).await {
                Ok(_) => {
                    app.toast(re().erased_me);
                    app.forget();
                    app.session.set(Session::Nobody(None));
                }
                Err(refused) if helps(&refused) => _ = asked.try_set(true),
                Err(refused) => _ = problem.try_set(Some(refused)),
            }
        });
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        erase.run(());
    };
    let label = fill(re().type_name, &[("user", &name)]);
    let same = move || typed.with(|typed| typed.trim() == name);
    view! {
        <Modal open=open titled="va-erase-title" on_close=Callback::new(move |()| close())>
            <form on:submit=submit>
                <h2 id="va-erase-title">{re().erase_me_title}</h2>
                <p>{re().erase_me_detail}</p>
                <div class="va-field">
                    <label for="va-erase-name">{label}</label>
                    <input id="va-erase-name" class="va-wide" type="text" autocomplete="off" spellcheck="false"
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
                </div>
                {move || problem.get().map(|problem| view! { <Problem problem /> })}
                <div class="va-dialog-buttons">
                    <button type="button" class="va-button" on:click=move |_| close()>{t().cancel}</button>
                    <button type="submit" class="va-button danger" disabled=move || !same()>{re().erase_now}</button>
                </div>
            </form>
            <Asked id="va-code-for-erasure" open=asked again=erase />
        </Modal>
    }
}
