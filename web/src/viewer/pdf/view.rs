//! The column of pages with its toolbar.

use std::rc::Rc;

use api_types::{DocumentInfo, ProblemBody};
use leptos::{html::Div, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

use super::pages::Pages;
use crate::{
    api, base,
    texts::t,
    viewer::{marks::Marks, toolbar::Toolbar},
};

#[component]
pub fn PdfView(
    document: DocumentInfo,
    marks: RwSignal<Option<Marks>>,
    /// Hears why the document itself could not be had.
    lost: Callback<ProblemBody>,
) -> impl IntoView {
    let page = RwSignal::new(1);
    let pages = RwSignal::new(document.pages.max(1) as u32);
    let zoom = RwSignal::new(1.0);
    let failed = RwSignal::new(false);
    let column = NodeRef::<Div>::new();
    let opened = RwSignal::new_local(None::<Rc<Pages>>);
    let with = move |act: &dyn Fn(&Rc<Pages>)| {
        if let Some(Some(pages)) = opened.try_get_untracked() {
            act(&pages);
        }
    };

    let path = format!("documents/{}", document.id);
    let url = base::api(&format!("{path}/content"));
    Effect::new(move |_| {
        let Some(column) = column.get() else { return };
        let (path, url) = (path.clone(), url.clone());
        spawn_local(async move {
            match Pages::open(&url, column.into()).await {
                Ok(found) => {
                    // The panel may have been closed while the file was on its way.
                    if pages.try_set(found.count()).is_some() || opened.try_set(Some(Rc::clone(&found))).is_some() {
                        found.close();
                    }
                }
                // pdf.js says the same of a lost connection as of a file it cannot read; the server tells them apart.
                Err(error) => match api::get::<DocumentInfo>(&path).await {
                    Ok(_) => {
                        crate::dom::log_error(&format!("{error:?}"));
                        failed.try_set(true);
                    }
                    // Unless the panel was closed meanwhile.
                    Err(problem) if failed.try_get_untracked().is_some() => lost.run(problem),
                    Err(_) => {}
                },
            }
        });
    });
    Effect::new(move |_| {
        let zoom = zoom.get();
        if let Some(pages) = opened.get() {
            pages.fit(zoom);
        }
    });
    Effect::new(move |_| {
        let marks = marks.get();
        if let Some(pages) = opened.get() {
            pages.mark(marks);
        }
    });
    let resized = Closure::<dyn Fn()>::new(move || {
        let zoom = zoom.try_get_untracked().unwrap_or(1.0);
        with(&|pages| pages.fit(zoom));
    });
    let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
    if let Some(observer) = observer.clone() {
        Effect::new(move |_| {
            if let Some(column) = column.get() {
                observer.observe(&column);
            }
        });
    }
    let held = StoredValue::new_local(Some((resized, observer)));
    on_cleanup(move || {
        if let Some(Some((_, Some(observer)))) = held.try_update_value(Option::take) {
            observer.disconnect();
        }
        with(&|pages| pages.close());
    });
    let scrolled = move |_| {
        with(&|pages| {
            pages.draw_near();
            let now = pages.current();
            if page.try_get_untracked().is_some_and(|before| before != now) {
                page.set(now);
            }
        });
    };
    view! {
        <Toolbar
            page
            pages
            zoom
            turn=Callback::new(move |number| with(&|pages| pages.turn_to(number)))
            back=Callback::new(move |()| with(&Pages::show_mark))
            marked=Signal::derive(move || marks.with(Option::is_some))
        />
        <Show when=move || failed.get()>
            <div class="va-viewer-note" role="alert"><p>{t().pdf_failed}</p></div>
        </Show>
        <Show when=move || opened.with(Option::is_none) && !failed.get()>
            <p class="va-viewer-note va-quiet" role="status">{t().opening}</p>
        </Show>
        <div class="va-pdf" node_ref=column tabindex="0" role="region" aria-label=t().document_pages on:scroll=scrolled></div>
    }
}
