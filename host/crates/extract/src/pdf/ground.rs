//! What lies under the letters of a page, and which letters nobody sees on it.

use std::cell::OnceCell;

use pdfium_render::prelude::{
    PdfColor, PdfPage, PdfPageObjectCommon, PdfPageObjectsCommon, PdfPageTextChar, PdfPageTextRenderMode, PdfRect,
};

/// Smaller letters are for nobody's eyes, in points.
const SMALLEST: f32 = 1.0;

pub(super) struct Ground<'a> {
    page: &'a PdfPage<'a>,
    /// Drawings, pictures and forms; found out when the first white letter asks.
    covered: OnceCell<Vec<PdfRect>>,
}

impl<'a> Ground<'a> {
    pub(super) fn of(page: &'a PdfPage<'a>) -> Self {
        Self {
            page,
            covered: OnceCell::new(),
        }
    }

    /// Drawn without ink, white on the bare page, or too small. The text that a scanner's program lays under a picture is
    /// drawn without ink, too: the picture is read instead.
    pub(super) fn hides(&self, char: &PdfPageTextChar<'_>, bounds: &PdfRect) -> bool {
        let without_ink = matches!(
            char.render_mode(),
            Ok(PdfPageTextRenderMode::Invisible | PdfPageTextRenderMode::InvisibleClipping)
        );
        let filled = matches!(
            char.render_mode(),
            Ok(PdfPageTextRenderMode::FilledUnstroked | PdfPageTextRenderMode::FilledUnstrokedClipping)
        );
        let colour = char.fill_color().ok().filter(|_| filled);
        without_ink
            || bounds.height().value < SMALLEST && bounds.width().value < SMALLEST
            || colour.is_some_and(|colour| colour.alpha() == 0 || is_white(&colour) && !self.is_covered(bounds))
    }

    fn is_covered(&self, bounds: &PdfRect) -> bool {
        let x = (bounds.left().value + bounds.right().value) / 2.0;
        let y = (bounds.bottom().value + bounds.top().value) / 2.0;
        self.covered.get_or_init(|| self.cover()).iter().any(|cover| {
            (cover.left().value..=cover.right().value).contains(&x)
                && (cover.bottom().value..=cover.top().value).contains(&y)
        })
    }

    fn cover(&self) -> Vec<PdfRect> {
        let objects = self.page.objects();
        let covers = objects.iter().filter(|object| object.as_text_object().is_none());
        covers
            .filter_map(|object| Some(object.bounds().ok()?.to_rect()))
            .collect()
    }
}

fn is_white(colour: &PdfColor) -> bool {
    [colour.red(), colour.green(), colour.blue()]
        .iter()
        .all(|part| *part >= 0xf8)
}
