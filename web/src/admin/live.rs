//! What happens while this page is open, by the names of those who do it.

use std::time::Duration;

use api_types::{LiveEvent, LiveEvents};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{fill, pa},
    ui::icon::Icon,
};

/// Asked by GET, which every proxy passes.
const EVERY: Duration = Duration::from_secs(1);
/// Events shown, newest first.
const SHOWN: usize = 5;

/// The event in a sentence, and whether it is to be noticed.
fn said(event: &LiveEvent) -> (String, bool) {
    let somebody = || pa().somebody.to_owned();
    let by = event.user_name.clone().unwrap_or_else(somebody);
    let of = event.of_name.clone().unwrap_or_else(somebody);
    let by_name = |text: &str| fill(text, &[("by", &by), ("of", &of)]);
    match (event.kind.as_str(), event.resource_type.as_str()) {
        ("session.connected", _) => (by_name(pa().live_session_started), false),
        ("session.disconnected", _) => (by_name(pa().live_session_ended), false),
        ("conversation.created", _) => (by_name(pa().live_created), false),
        ("conversation.updated", _) => (by_name(pa().live_updated), false),
        ("phi.accessed", "conversation") => (by_name(pa().live_messages), true),
        ("phi.accessed", "user") => (by_name(pa().live_exported), true),
        ("phi.accessed", _) => (by_name(pa().live_context), true),
        ("system.alert", _) => {
            let good = event.data.get("good").and_then(serde_json::Value::as_bool) == Some(true);
            let text = if good { pa().live_good } else { pa().live_bad };
            (fill(text, &[("part", pa().part(&event.resource_id))]), !good)
        }
        (kind, _) => (kind.to_owned(), false),
    }
}

#[component]
pub fn Seen(
    /// Types of events, separated by commas; all when empty.
    #[prop(optional)]
    types: &'static str,
) -> impl IntoView {
    let events = RwSignal::new(Vec::<LiveEvent>::new());
    let after = RwSignal::new(None::<i64>);
    let look = move || {
        spawn_local(async move {
            let from = after.try_get_untracked().flatten();
            // The first look only finds where now is.
            let path = match from {
                Some(from) => format!("events?types={types}&after={from}"),
                None => "events".to_owned(),
            };
            let Ok(found) = api::panel::<LiveEvents>(&path).await else {
                return;
            };
            let newest = found.newest;
            let _ = after.try_set(Some(newest));
            if from.is_some() {
                events.try_update(|events| {
                    found.events.into_iter().for_each(|event| events.insert(0, event));
                    events.truncate(SHOWN);
                });
            }
        });
    };
    look();
    if let Ok(handle) = set_interval_with_handle(look, EVERY) {
        on_cleanup(move || handle.clear());
    }
    view! {
        <section aria-labelledby="va-live">
            <h2 id="va-live">{pa().live}</h2>
            <ul class="va-live" aria-live="polite">
                {move || events.with(Vec::is_empty).then(|| view! { <li class="va-quiet">{pa().live_none}</li> })}
                <For each=move || events.get() key=|event| event.id let(event)>
                    {
                        let (text, notice) = said(&event);
                        view! {
                            <li class="va-note" class:warn=notice><Icon name=if notice { "warning" } else { "info" } /><span>
                                {text}" "<span class="va-quiet">{format::moment(event.timestamp)}</span>
                            </span></li>
                        }
                    }
                </For>
            </ul>
        </section>
    }
}
