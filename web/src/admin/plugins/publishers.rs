//! Whose packages are taken.

use api_types::{PinPublisher, PluginPublisher};
use leptos::{prelude::*, task::spawn_local};

use super::board::Board;
use crate::{
    api, dom,
    state::app,
    texts::{fill, pl},
    ui::{confirm::Confirm, icon::Icon},
};

pub const NAME: &str = "va-publisher-name";
const KEY: &str = "va-publisher-key";

#[component]
pub fn Publishers(board: Board) -> impl IntoView {
    let publishers = Memo::new(move |_| {
        board.loaded.with(|loaded| match loaded {
            Some(Ok(all)) => all.publishers.clone(),
            _ => Vec::new(),
        })
    });
    let removing = RwSignal::new(None::<PluginPublisher>);
    let question = Signal::derive(move || {
        removing.with(|one| {
            one.as_ref()
                .map(|one| fill(pl().unpin_question, &[("name", &one.name)]))
        })
    });
    let remove = Callback::new(move |()| {
        let Some(one) = removing.get_untracked() else { return };
        removing.set(None);
        let path = format!("admin/publishers/{}", api::query(&one.key));
        let done = fill(pl().unpinned, &[("name", &one.name)]);
        board.change(async move { api::tell("DELETE", &path).await }, done);
    });
    view! {
        <section aria-labelledby="va-publishers">
            <h2 id="va-publishers">{pl().publishers}</h2>
            <p class="va-intro">{pl().publishers_intro}</p>
            {move || publishers.with(Vec::is_empty).then(|| view! {
                <p class="va-no-data"><Icon name="shield" /><span>{pl().no_publishers}</span></p>
            })}
            <ul class="va-endpoints">
                {move || publishers.get().into_iter().map(|one| view! { <Publisher one removing /> }).collect_view()}
            </ul>
            <Pin board />
            <Confirm
                question
                detail=Signal::derive(|| pl().unpin_detail.to_owned())
                action=pl().remove
                on_yes=remove
                on_no=Callback::new(move |()| removing.set(None))
            />
        </section>
    }
}

#[component]
fn Publisher(one: PluginPublisher, removing: RwSignal<Option<PluginPublisher>>) -> impl IntoView {
    let id = format!("va-unpin-{}", one.key);
    let label = format!("{}: {}", pl().remove, one.name);
    view! {
        <li>
            <div>
                <strong>{one.name.clone()}</strong>
                <p class="va-quiet">{pl().fingerprint}" "<code class="va-fingerprint">{one.fingerprint.clone()}</code></p>
            </div>
            {if one.bundled {
                view! { <span class="va-quiet">{pl().bundled}</span> }.into_any()
            } else {
                view! {
                    <button id=id class="va-button" aria-label=label on:click=move |_| removing.set(Some(one.clone()))>{pl().remove}</button>
                }.into_any()
            }}
        </li>
    }
}

#[component]
fn Pin(board: Board) -> impl IntoView {
    let typed = board.pin;
    let pinned = RwSignal::new(None::<PluginPublisher>);
    let wrong = RwSignal::new(None::<String>);
    let pin = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let request = typed.with_untracked(|typed| PinPublisher {
            name: typed.name.trim().to_owned(),
            key: typed.key.trim().to_owned(),
        });
        spawn_local(async move {
            match api::post::<_, PluginPublisher>("admin/publishers", &request).await {
                Ok(one) => {
                    let _ = typed.try_update(|typed| {
                        typed.name.clear();
                        typed.key.clear();
                    });
                    let _ = wrong.try_set(None);
                    let _ = pinned.try_set(Some(one));
                    dom::focus_soon("va-pinned");
                    board.load();
                }
                Err(problem) if problem.status == 401 => app().fail(&problem),
                Err(problem) => {
                    let _ = pinned.try_set(None);
                    let _ = wrong.try_set(Some(problem.detail.unwrap_or(problem.title)));
                    dom::focus_soon(KEY);
                }
            }
        });
    };
    view! {
        <form class="va-pin" on:submit=pin>
            <h3>{pl().pin_publisher}</h3>
            <div class="va-pin-fields">
                <div class="va-field">
                    <label for=NAME>{pl().publisher_name}</label>
                    <input id=NAME type="text" autocomplete="off" spellcheck="false" required
                        prop:value=move || typed.with(|typed| typed.name.clone())
                        on:input=move |event| typed.update(|typed| typed.name = event_target_value(&event)) />
                </div>
                <div class="va-field">
                    <label for=KEY>{pl().public_key}</label>
                    <input id=KEY type="text" autocomplete="off" spellcheck="false" required
                        aria-describedby="va-publisher-hint"
                        aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                        prop:value=move || typed.with(|typed| typed.key.clone())
                        on:input=move |event| typed.update(|typed| typed.key = event_target_value(&event)) />
                </div>
            </div>
            <p id="va-publisher-hint" class="va-quiet">{pl().public_key_hint}</p>
            {move || wrong.get().map(|text| view! { <p class="va-field-error" role="alert">{text}</p> })}
            <button type="submit" class="va-button">{pl().pin}</button>
            {move || pinned.get().map(|one| view! {
                <div id="va-pinned" class="va-note" tabindex="-1" role="status">
                    <Icon name="shield" />
                    <div>
                        <strong>{fill(pl().pinned, &[("name", &one.name)])}</strong>
                        <p>{pl().compare_fingerprint}</p>
                        <p><code class="va-fingerprint">{one.fingerprint}</code></p>
                    </div>
                </div>
            })}
        </form>
    }
}
