//! Marks over a page, placed in percent of it so that they hold at every size.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollLogicalPosition};

use crate::{dom, viewer::marks::Rectangle};

/// Room around a line, in points: glyphs reach over the box of their words.
const MARGIN: f64 = 1.5;

/// Marks the rectangles of page `number`, whose size in points is given.
pub fn draw(sheet: &HtmlElement, rectangles: &[Rectangle], number: u32, (width, height): (f64, f64)) {
    if width <= 0.0 || height <= 0.0 {
        return;
    }
    let Some(layer) = element("va-marks") else { return };
    for mark in rectangles.iter().filter(|mark| mark.page == number) {
        let Some(box_) = element(if mark.quoted {
            "va-highlight quote"
        } else {
            "va-highlight"
        }) else {
            continue;
        };
        let [left, top, right, bottom] = mark.rect.map(f64::from);
        let style = box_.style();
        for (name, value) in [
            ("left", (left - MARGIN) / width),
            ("top", (top - MARGIN) / height),
            ("width", (right - left + 2.0 * MARGIN) / width),
            ("height", (bottom - top + 2.0 * MARGIN) / height),
        ] {
            let _ = style.set_property(name, &format!("{:.3}%", value * 100.0));
        }
        let _ = layer.append_child(&box_);
    }
    let _ = layer.set_attribute("aria-hidden", "true");
    let _ = sheet.append_child(&layer);
}

pub fn clear(sheet: &HtmlElement) {
    while let Ok(Some(old)) = sheet.query_selector(".va-marks") {
        old.remove();
    }
}

/// Brings the quoted line into view, or the passage when no line holds the quote.
pub fn scroll_to_mark(within: &HtmlElement) -> bool {
    let quoted = within.query_selector(".va-highlight.quote").ok().flatten();
    let Some(mark) = quoted.or_else(|| within.query_selector(".va-highlight").ok().flatten()) else {
        return false;
    };
    dom::reveal(&mark, ScrollLogicalPosition::Center, false);
    true
}

pub fn element(class: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    element.set_class_name(class);
    Some(element)
}
