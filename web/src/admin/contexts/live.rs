//! Looks at patient contexts as they happen, for every administrator who has this page open.

use std::time::Duration;

use api_types::{LiveEvent, LiveEvents};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, format,
    texts::{ct, fill},
    ui::icon::Icon,
};

/// Asked by GET, which every proxy passes.
const EVERY: Duration = Duration::from_secs(1);
/// Events shown, newest first.
const SHOWN: usize = 5;

#[component]
pub fn Seen() -> impl IntoView {
    let events = RwSignal::new(Vec::<LiveEvent>::new());
    let after = RwSignal::new(None::<i64>);
    let look = move || {
        spawn_local(async move {
            let from = after.try_get_untracked().flatten();
            // The first look only finds where now is.
            let path = match from {
                Some(from) => format!("events?types=phi.accessed&after={from}"),
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
        <h3>{ct().live}</h3>
        <ul class="va-live" aria-live="polite">
            {move || events.with(Vec::is_empty).then(|| view! { <li class="va-quiet">{ct().live_none}</li> })}
            <For each=move || events.get() key=|event| event.id let(event)>
                {
                    let of = event.data.get("of").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
                    let by = event.user_id.clone().unwrap_or_default();
                    let what = if event.resource_type == "user" { ct().exported } else { ct().accessed };
                    view! {
                        <li class="va-note warn"><Icon name="warning" /><span>
                            {fill(what, &[("by", &by), ("of", &of)])}" "
                            <span class="va-quiet">{format::moment(event.timestamp)}</span>
                        </span></li>
                    }
                }
            </For>
        </ul>
    }
}
