//! Straight lines drawn on a page: the borders of tables.

use pdfium_render::prelude::{
    PdfMatrix, PdfPage, PdfPageObject, PdfPageObjectCommon, PdfPageObjectsCommon, PdfPagePathObject,
    PdfPathSegmentType, PdfPathSegments,
};

use super::view::View;
use crate::layout::Rect;

/// A filled shape thinner than this is a line, in points.
const THIN: f32 = 3.0;
/// Shorter ones are dashes and ticks.
const SHORT: f32 = 8.0;
/// A path of more pieces is a drawing.
const MAX_PIECES: u32 = 400;
/// A page with more lines is a drawing or a chart.
const MAX_LINES: usize = 4_000;

/// Horizontal and vertical lines of a page as displayed.
pub(super) fn rulings(page: &PdfPage<'_>, view: &View) -> Vec<Rect> {
    let mut found = Vec::new();
    for object in page.objects().iter() {
        collect(&object, view, &mut found);
        if found.len() > MAX_LINES {
            return Vec::new();
        }
    }
    found
}

fn collect(object: &PdfPageObject<'_>, view: &View, found: &mut Vec<Rect>) {
    let Some(path) = object.as_path_object() else { return };
    let Ok(bounds) = object.bounds() else { return };
    let shown = view.shown(
        bounds.left().value,
        bounds.bottom().value,
        bounds.right().value,
        bounds.top().value,
    );
    let (width, height) = (shown.width(), shown.height());
    if width.min(height) < THIN {
        if width.max(height) >= SHORT {
            found.push(shown);
        }
    } else if path.is_stroked().unwrap_or(false) && path.segments().len() <= MAX_PIECES {
        pieces(path, view, found);
    }
}

/// Axis-parallel pieces of an outline.
fn pieces(path: &PdfPagePathObject<'_>, view: &View, found: &mut Vec<Rect>) {
    let segments = path.segments().transform(path.matrix().unwrap_or(PdfMatrix::IDENTITY));
    let mut begin = (0.0, 0.0);
    let mut last = (0.0, 0.0);
    for segment in segments.iter() {
        let point = view.point(segment.x().value, segment.y().value);
        match segment.segment_type() {
            PdfPathSegmentType::MoveTo => begin = point,
            PdfPathSegmentType::LineTo => line(last, point, found),
            _ => {}
        }
        if segment.is_close() {
            line(point, begin, found);
        }
        last = point;
    }
}

fn line(a: (f32, f32), b: (f32, f32), found: &mut Vec<Rect>) {
    let rect = Rect {
        x0: a.0.min(b.0),
        y0: a.1.min(b.1),
        x1: a.0.max(b.0),
        y1: a.1.max(b.1),
    };
    if rect.width().min(rect.height()) < 0.5 && rect.width().max(rect.height()) >= SHORT {
        found.push(rect);
    }
}
