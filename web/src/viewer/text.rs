//! Documents without page geometry, from their extracted text.

use api_types::{Block, BlockKind, DocumentInfo, DocumentText, Page, ProblemBody};
use leptos::{prelude::*, task::spawn_local};
use web_sys::ScrollLogicalPosition;

use super::marks::{Marks, Piece};
use crate::{
    api, dom,
    texts::{fill, t},
    ui::problem::Problem,
};

#[component]
pub fn TextView(document: DocumentInfo, marks: RwSignal<Option<Marks>>) -> impl IntoView {
    let loaded = RwSignal::new(None::<Result<DocumentText, ProblemBody>>);
    let path = format!("documents/{}/text", document.id);
    let load = Callback::new(move |()| {
        let path = path.clone();
        spawn_local(async move {
            let outcome = api::get::<DocumentText>(&path).await;
            loaded.try_set(Some(outcome));
        });
    });
    load.run(());
    Effect::new(move |_| {
        if loaded.with(Option::is_some) && marks.with(Option::is_some) {
            request_animation_frame(show_mark);
        }
    });
    view! {
        <div class="va-text" tabindex="0" role="region" aria-label=t().document_text>
            {move || match loaded.get() {
                None => view! { <p class="va-quiet" role="status">{t().opening}</p> }.into_any(),
                Some(Err(problem)) => view! { <Problem problem retry=load /> }.into_any(),
                Some(Ok(text)) => {
                    let marks = marks.get();
                    let many = text.pages.len() > 1;
                    text.pages.into_iter().map(|page| show_page(page, many, marks.as_ref())).collect_view().into_any()
                }
            }}
        </div>
    }
}

fn show_mark() {
    let found = document().query_selector(".va-text mark.quote").ok().flatten();
    let found = found.or_else(|| document().query_selector(".va-text mark").ok().flatten());
    if let Some(mark) = found {
        dom::reveal(&mark, ScrollLogicalPosition::Center, false);
    }
}

fn show_page(page: Page, many: bool, marks: Option<&Marks>) -> impl IntoView + use<> {
    let number = page.number;
    let blocks = page
        .blocks
        .iter()
        .enumerate()
        .map(|(index, block)| {
            let pieces = match marks {
                Some(marks) => marks.cut(number, index as u32, &block.text),
                None => vec![(Piece::Plain, block.text.as_str())],
            };
            show_block(block, &pieces)
        })
        .collect_view();
    view! {
        {many.then(|| view! { <p class="va-quiet va-page-mark">{fill(t().page, &[("page", &number.to_string())])}</p> })}
        {blocks}
    }
}

fn show_block(block: &Block, pieces: &[(Piece, &str)]) -> AnyView {
    match block.kind {
        BlockKind::Heading { level } => {
            // Below the title of the panel, which is an h2.
            match level {
                0 | 1 => view! { <h3>{inline(pieces)}</h3> }.into_any(),
                2 => view! { <h4>{inline(pieces)}</h4> }.into_any(),
                _ => view! { <h5>{inline(pieces)}</h5> }.into_any(),
            }
        }
        BlockKind::Paragraph => view! { <p>{inline(pieces)}</p> }.into_any(),
        BlockKind::ListItem => view! { <p class="va-text-item">{inline(pieces)}</p> }.into_any(),
        BlockKind::Furniture => view! { <p class="va-quiet">{inline(pieces)}</p> }.into_any(),
        BlockKind::Table => table(pieces),
    }
}

fn inline(pieces: &[(Piece, &str)]) -> impl IntoView + use<> {
    pieces
        .iter()
        .map(|(piece, text)| mark(*piece, (*text).to_owned()))
        .collect_view()
}

fn mark(piece: Piece, text: String) -> AnyView {
    match piece {
        Piece::Plain => text.into_any(),
        Piece::Passage => view! { <mark>{text}</mark> }.into_any(),
        Piece::Quote => view! { <mark class="quote">{text}</mark> }.into_any(),
    }
}

/// A table is one row a line with cells between bars; marks may begin and end anywhere in it.
fn table(pieces: &[(Piece, &str)]) -> AnyView {
    let mut rows: Vec<Vec<Vec<(Piece, String)>>> = vec![vec![Vec::new()]];
    for (piece, text) in pieces {
        for (line, content) in text.split('\n').enumerate() {
            if line > 0 {
                rows.push(vec![Vec::new()]);
            }
            for (column, cell) in content.split(" | ").enumerate() {
                let Some(row) = rows.last_mut() else { continue };
                if column > 0 {
                    row.push(Vec::new());
                }
                if let Some(last) = row.last_mut().filter(|_| !cell.is_empty()) {
                    last.push((*piece, cell.to_owned()));
                }
            }
        }
    }
    view! {
        <div class="va-scroll">
            <table class="va-table">
                <tbody>
                    {rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).map(|row| view! {
                        <tr>
                            {row.into_iter().map(|cell| view! {
                                <td>{cell.into_iter().map(|(piece, text)| mark(piece, text)).collect_view()}</td>
                            }).collect_view()}
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
