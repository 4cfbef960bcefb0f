//! One page of the open document: its place, and what is drawn in it.

use std::cell::Cell;

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::{
    bindings::{PdfDocument, Pdfjs},
    overlay,
};
use crate::texts::{fill, t};

/// Above this many pixels a canvas is drawn coarser: browsers refuse larger ones, phones far sooner than desktops.
const LARGEST_CANVAS: f64 = 16_000_000.0;

pub struct Slot {
    pub number: u32,
    pub sheet: HtmlElement,
    /// Size in points as displayed; a guess until the page has been read.
    pub size: Cell<(f64, f64)>,
    /// Pixels a point at which it is drawn; 0 for an empty sheet.
    drawn: Cell<f64>,
}

impl Slot {
    pub fn new(number: u32, size: (f64, f64)) -> Option<Slot> {
        let sheet = overlay::element("va-sheet")?;
        let _ = sheet.set_attribute("role", "img");
        let _ = sheet.set_attribute("aria-label", &fill(t().page, &[("page", &number.to_string())]));
        let _ = sheet.set_attribute("data-page", &number.to_string());
        Some(Slot {
            number,
            sheet,
            size: Cell::new(size),
            drawn: Cell::new(0.0),
        })
    }

    pub fn place(&self, scale: f64) {
        let (width, height) = self.size.get();
        let style = self.sheet.style();
        let _ = style.set_property("width", &format!("{:.2}px", width * scale));
        let _ = style.set_property("height", &format!("{:.2}px", height * scale));
        // The text layer's size: the second name is that of pdf.js before version 5.
        for name in ["--total-scale-factor", "--scale-factor"] {
            let _ = style.set_property(name, &format!("{scale}"));
        }
    }

    pub fn needs(&self, scale: f64) -> bool {
        (self.drawn.get() - scale).abs() > 0.001
    }

    /// Draws the page. Returns whether its size turned out other than guessed.
    pub async fn draw(&self, pdfjs: &Pdfjs, pdf: &PdfDocument, scale: f64) -> Result<bool, JsValue> {
        let page = pdf.page(self.number).await?;
        let plain = page.viewport(1.0);
        let size = (plain.width(), plain.height());
        let moved = size != self.size.get();
        self.size.set(size);
        self.place(scale);

        let area = size.0 * size.1 * scale * scale;
        let density = window().device_pixel_ratio().min((LARGEST_CANVAS / area).sqrt());
        let sharp = page.viewport(scale * density);
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
        canvas.set_width(sharp.width().round() as u32);
        canvas.set_height(sharp.height().round() as u32);
        page.draw(&canvas, &sharp).await?;
        let Some(text) = overlay::element("textLayer") else {
            return Ok(moved);
        };
        pdfjs.draw_text(&page, &page.viewport(scale), &text).await?;
        self.empty();
        self.sheet.prepend_with_node_2(&canvas, &text)?;
        // The page's words are in its text layer from now on.
        let _ = self.sheet.set_attribute("role", "group");
        self.drawn.set(scale);
        Ok(moved)
    }

    /// Frees what is drawn.
    pub fn empty(&self) {
        while let Ok(Some(old)) = self.sheet.query_selector("canvas, .textLayer") {
            old.remove();
        }
        self.drawn.set(0.0);
    }
}
