//! The panel that holds the open document: beside the answer, or over it where there is no room for both.

use api_types::{DocumentInfo, PassageView, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use super::{
    heading::Heading,
    image::ImagePages,
    marks::Marks,
    pdf::PdfView,
    target::{Target, close},
    text::TextView,
};
use crate::{api, state::app, texts::t, ui::problem::Problem};

#[component]
pub fn Viewer(narrow: RwSignal<bool>) -> impl IntoView {
    let app = app();
    let open = Memo::new(move |_| app.viewer.with(Option::is_some));
    view! {
        <Show when=move || open.get()>
            <div
                class="va-viewer"
                role=move || if narrow.get() { "dialog" } else { "complementary" }
                aria-modal=move || narrow.get().then_some("true")
                aria-labelledby="va-viewer-title"
                on:keydown=move |event| if event.key() == "Escape" { close() }
            >
                <Opened />
            </div>
        </Show>
    }
}

/// Reads what the target names. The document stays drawn while only the passage in it changes.
#[component]
fn Opened() -> impl IntoView {
    let app = app();
    let document = RwSignal::new(None::<DocumentInfo>);
    let marks = RwSignal::new(None::<Marks>);
    let problem = RwSignal::new(None::<ProblemBody>);
    let read = move |target: Target| {
        problem.set(None);
        if document.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.id != target.document_id)) {
            document.set(None);
        }
        marks.set(None);
        spawn_local(async move {
            let outcome = fetch(&target).await;
            // Another target may have been chosen meanwhile.
            if app.viewer.get_untracked().as_ref() != Some(&target) {
                return;
            }
            match outcome {
                Ok((info, found)) => {
                    marks.try_set(found);
                    // Set only when it changed, or the pages would be drawn anew. Gone when the panel was closed meanwhile.
                    if document.try_with_untracked(|shown| shown.as_ref() != Some(&info)) == Some(true) {
                        document.try_set(Some(info));
                    }
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    Effect::new(move |_| {
        if let Some(target) = app.viewer.get() {
            read(target);
        }
    });
    let again = Callback::new(move |()| {
        if let Some(target) = app.viewer.get_untracked() {
            read(target);
        }
    });
    // Without the document, trying again reads and draws it from the beginning.
    let lost = Callback::new(move |error| {
        document.set(None);
        problem.set(Some(error));
    });
    view! {
        <Heading document marks />
        {move || problem.get().map(|problem| {
            if problem.status == 404 {
                view! { <div class="va-viewer-note" role="alert"><p>{t().document_gone}</p></div> }.into_any()
            } else {
                view! { <div class="va-viewer-note"><Problem problem retry=again /></div> }.into_any()
            }
        })}
        {move || document.get().map(|info| {
            if info.media_type == "application/pdf" {
                view! { <PdfView document=info marks lost /> }.into_any()
            } else if info.media_type.starts_with("image/") && info.media_type != "image/tiff" {
                view! { <ImagePages document=info marks /> }.into_any()
            } else {
                view! { <TextView document=info marks /> }.into_any()
            }
        })}
        {move || (document.with(Option::is_none) && problem.with(Option::is_none)).then(|| view! {
            <p class="va-viewer-note va-quiet" role="status">{t().opening}</p>
        })}
    }
}

async fn fetch(target: &Target) -> Result<(DocumentInfo, Option<Marks>), ProblemBody> {
    if let Some(address) = &target.browser_check
        && !api::readable(address).await
    {
        return Err(api::unconfirmed());
    }
    match &target.passage {
        Some(cited) => {
            let passage: PassageView = api::get(&format!("passages/{}", api::query(&cited.id))).await?;
            Ok((passage.document.clone(), Some(Marks::new(passage, cited))))
        }
        None => {
            let document: DocumentInfo = api::get(&format!("documents/{}", api::query(&target.document_id))).await?;
            if let Some(address) = &document.browser_check
                && !api::readable(address).await
            {
                return Err(api::unconfirmed());
            }
            Ok((document, None))
        }
    }
}
