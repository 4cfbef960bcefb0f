//! Files may be dropped anywhere on the page.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{DragEvent, Event, FileList};

use super::uploads;
use crate::{
    route::{self, Admin, Route},
    state::app,
    texts::{pl, t},
    ui::icon::Icon,
};

#[component]
pub fn DropAnywhere() -> impl IntoView {
    let over = RwSignal::new(false);
    let listen = |name: &'static str, act: Box<dyn Fn(DragEvent)>| {
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Some(event) = event.dyn_ref::<DragEvent>()
                && carries_files(event)
            {
                event.prevent_default();
                act(event.clone());
            }
        });
        let _ = window().add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        (name, closure)
    };
    let listeners = StoredValue::new_local(vec![
        listen("dragenter", Box::new(move |_| over.set(true))),
        listen("dragover", Box::new(|_| {})),
        listen(
            "dragleave",
            Box::new(move |event| {
                // Leaving for another element of the page has a target; leaving the window has none.
                if event.related_target().is_none() {
                    over.set(false);
                }
            }),
        ),
        listen(
            "drop",
            Box::new(move |event| {
                over.set(false);
                if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                    receive(&files);
                }
            }),
        ),
    ]);
    on_cleanup(move || {
        listeners.update_value(|all| {
            for (name, closure) in all.drain(..) {
                let _ = window().remove_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
            }
        });
    });
    view! {
        <Show when=move || over.get()>
            <div class="va-drop" aria-hidden="true">
                <div><Icon name="upload" /><strong>{if on_plugins() { pl().drop_package } else { t().drop_here }}</strong></div>
            </div>
        </Show>
    }
}

fn on_plugins() -> bool {
    app()
        .route
        .with_untracked(|route| matches!(route, Route::Admin(Admin::Plugins(_))))
}

fn receive(files: &FileList) {
    if on_plugins() {
        app().package.set(files.get(0));
        route::go(&Route::Admin(Admin::Plugins(None)));
    } else {
        uploads::send(files);
        route::go(&Route::Documents);
    }
}

fn carries_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| {
        data.types()
            .iter()
            .any(|kind| kind.as_string().as_deref() == Some("Files"))
    })
}
