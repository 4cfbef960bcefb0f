//! PDF through PDFium, bound at run time.

mod glyphs;
mod ground;
mod rulings;
mod view;

use std::path::Path;
use std::sync::OnceLock;

use pdfium_render::prelude::{
    PdfDocument, PdfDocumentMetadataTagType, PdfPage, PdfPageObjectCommon, PdfPageObjectsCommon, PdfRenderConfig,
    Pdfium, PdfiumError, PdfiumInternalError,
};

use crate::facts::Stated;
use crate::layout::{Assembly, Rect, Turn};
use crate::{ExtractError, Extracted, MAX_PAGES, Tools, ocr};
use ground::Ground;
use view::View;

static PDFIUM: OnceLock<Result<Pdfium, String>> = OnceLock::new();

/// The library, bound once for the process; the first path wins.
fn pdfium(library: &Path) -> Result<&'static Pdfium, ExtractError> {
    let bound = PDFIUM.get_or_init(|| {
        Pdfium::bind_to_library(library)
            .map(Pdfium::new)
            .map_err(|e| e.to_string())
    });
    bound.as_ref().map_err(|cause| {
        tracing::error!(%cause, "PDFium could not be loaded");
        ExtractError::Tool(format!(
            "The PDF library is missing or unusable. Run `cargo xtask run`, or place libpdfium.so at {}.",
            library.display()
        ))
    })
}

pub(crate) fn extract(
    bytes: &[u8],
    tools: &Tools,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Extracted, ExtractError> {
    let pdfium = pdfium(&tools.pdfium)?;
    let document = pdfium.load_pdf_from_byte_slice(bytes, None).map_err(refused)?;
    let total = u32::try_from(document.pages().len()).unwrap_or(0);
    if total > MAX_PAGES {
        return Err(ExtractError::too_large("pages", u64::from(MAX_PAGES)));
    }
    let mut assembly = Assembly::default();
    let mut ocr_pages = 0;
    for number in 0..total {
        progress(number, total);
        let page = document
            .pages()
            .get(number as _)
            .map_err(|e| ExtractError::broken(format!("page {}: {e}", number + 1)))?;
        if page_text(&page, tools, &mut assembly)? {
            ocr_pages += 1;
        }
    }
    progress(total, total);
    let stated = stated(&document);
    Ok(Extracted::from_pages(assembly.finish(), stated, ocr_pages))
}

fn refused(error: PdfiumError) -> ExtractError {
    match error {
        PdfiumError::PdfiumLibraryInternalError(
            PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
        ) => ExtractError::Encrypted,
        error => ExtractError::broken(error),
    }
}

/// Adds one page; true when its text was read from an image.
fn page_text(page: &PdfPage<'_>, tools: &Tools, assembly: &mut Assembly) -> Result<bool, ExtractError> {
    let view = view(page);
    let text = page.text().map_err(ExtractError::broken)?;
    let frames = glyphs::words(&text, &view, &Ground::of(page));
    let letters: usize = frames.iter().flat_map(|f| &f.1).map(|w| w.text.len()).sum();
    let pictured = if letters < FEW_LETTERS {
        picture_resolution(page, &view)
    } else {
        None
    };
    if let Some(resolution) = pictured {
        let image = render(page, resolution)?;
        let read = ocr::read(image, resolution, tools, (view.width(), view.height()))?;
        if read.iter().map(|w| w.text.len()).sum::<usize>() > letters {
            assembly.page(view.width(), view.height(), true, vec![(Turn::Right, read)], &Vec::new);
            return Ok(true);
        }
    }
    let turn = frames.first().map_or(Turn::Right, |f| f.0);
    let rulings = || {
        rulings::rulings(page, &view)
            .iter()
            .map(|r| view.reading_rect(turn, r))
            .collect::<Vec<Rect>>()
    };
    assembly.page(view.width(), view.height(), false, frames, &rulings);
    Ok(false)
}

/// A page with fewer letters is taken for a scan with at most a stamp or a page number as text.
const FEW_LETTERS: usize = 40;

fn view(page: &PdfPage<'_>) -> View {
    let quarters = page.rotation().map_or(0, |r| (r.as_degrees() / 90.0) as i32);
    match page.boundaries().bounding() {
        Ok(b) => View {
            left: b.bounds.left().value,
            bottom: b.bounds.bottom().value,
            right: b.bounds.right().value,
            top: b.bounds.top().value,
            quarters,
        },
        Err(_) => View {
            left: 0.0,
            bottom: 0.0,
            right: page.width().value,
            top: page.height().value,
            quarters: 0,
        },
    }
}

/// Dots per inch to render a page at whose text is in pictures: images, or drawings that could be letters turned into curves.
///
/// A scan is rendered dot for dot where it is coarse; PDFium's own enlarging costs Tesseract a fifth of the words.
fn picture_resolution(page: &PdfPage<'_>, view: &View) -> Option<f32> {
    let (mut covered, mut paths) = (0.0, 0);
    let (mut largest, mut resolution) = (0.0, ocr::RESOLUTION);
    for object in page.objects().iter() {
        paths += u32::from(object.as_path_object().is_some());
        let image = object.as_image_object();
        if image.is_none() && object.as_x_object_form_object().is_none() {
            continue;
        }
        let Ok(bounds) = object.bounds() else { continue };
        let area = bounds.width().value * bounds.height().value;
        covered += area;
        let Some((width, height)) = image.and_then(|i| Some((i.width().ok()?, i.height().ok()?))) else {
            continue;
        };
        if area > largest && area > 0.0 {
            largest = area;
            resolution = 72.0 * ((width as f32 * height as f32) / area).sqrt();
        }
    }
    (covered > 0.1 * view.width() * view.height() || paths > 300).then_some(resolution.clamp(36.0, ocr::RESOLUTION))
}

fn render(page: &PdfPage<'_>, resolution: f32) -> Result<image::GrayImage, ExtractError> {
    let scale = resolution / 72.0;
    let limit = |points: f32| ((points * scale).round() as i32).clamp(1, ocr::MAX_SIDE as i32);
    let config = PdfRenderConfig::new()
        .set_target_width(limit(page.width().value))
        .set_maximum_height(limit(page.height().value))
        .use_grayscale_rendering(true);
    let bitmap = page.render_with_config(&config).map_err(ExtractError::broken)?;
    Ok(bitmap.as_image().map_err(ExtractError::broken)?.into_luma8())
}

fn stated(document: &PdfDocument<'_>) -> Stated {
    let tag = |tag| {
        document
            .metadata()
            .get(tag)
            .map(|t| t.value().trim().to_owned())
            .filter(|v| !v.is_empty())
    };
    Stated {
        title: tag(PdfDocumentMetadataTagType::Title),
        author: tag(PdfDocumentMetadataTagType::Author),
        // A PDF is made from its text once; stamps and signatures modify it later.
        date: tag(PdfDocumentMetadataTagType::CreationDate)
            .or_else(|| tag(PdfDocumentMetadataTagType::ModificationDate)),
    }
}
