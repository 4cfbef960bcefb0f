//! A scanned picture with the passage marked on it.

use api_types::DocumentInfo;
use leptos::{html::Div, prelude::*};

use super::{marks::Marks, pdf::overlay, toolbar::Toolbar};
use crate::{
    base,
    texts::{fill, t},
};

#[component]
pub fn ImagePages(document: DocumentInfo, marks: RwSignal<Option<Marks>>) -> impl IntoView {
    let page = RwSignal::new(1);
    let pages = RwSignal::new(1);
    let zoom = RwSignal::new(1.0);
    let frame = NodeRef::<Div>::new();
    let drawn = RwSignal::new(false);
    let show = move || {
        if let Some(Some(frame)) = frame.try_get_untracked() {
            overlay::scroll_to_mark(&frame);
        }
    };
    Effect::new(move |_| {
        let (Some(frame), true) = (frame.get(), drawn.get()) else {
            return;
        };
        overlay::clear(&frame);
        if let Some(marks) = marks.get() {
            let size = (
                f64::from(marks.passage.page_width),
                f64::from(marks.passage.page_height),
            );
            overlay::draw(&frame, &marks.rectangles(), 1, size);
            request_animation_frame(show);
        }
    });
    let address = base::api(&format!("documents/{}/content", document.id));
    view! {
        <Toolbar
            page
            pages
            zoom
            turn=Callback::new(|_| {})
            back=Callback::new(move |()| show())
            marked=Signal::derive(move || marks.with(Option::is_some))
        />
        <div class="va-pdf" tabindex="0" role="region" aria-label=t().document_pages>
            <div class="va-sheet" node_ref=frame style:width=move || format!("{}%", zoom.get() * 100.0)>
                <img src=address alt=fill(t().scanned_picture, &[("title", &document.title)]) on:load=move |_| drawn.set(true) />
            </div>
        </div>
    }
}
