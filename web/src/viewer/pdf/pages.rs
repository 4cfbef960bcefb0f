//! All pages of the open document in one column. Only those near the view are drawn; the others keep their place.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use super::{
    bindings::{self, LoadingTask, PdfDocument, Pdfjs},
    overlay,
    slot::Slot,
};
use crate::viewer::marks::Marks;

/// Space between pages and around them, in pixels; the style sheet uses the same.
const GAP: f64 = 8.0;
/// Pages further away than this many heights of the view are freed.
const KEEP: f64 = 4.0;

pub struct Pages {
    pdfjs: Pdfjs,
    pdf: PdfDocument,
    task: LoadingTask,
    column: HtmlElement,
    slots: Vec<Slot>,
    scale: Cell<f64>,
    marks: RefCell<Option<Marks>>,
    drawing: Cell<bool>,
    closed: Cell<bool>,
}

impl Pages {
    pub async fn open(url: &str, column: HtmlElement) -> Result<Rc<Pages>, JsValue> {
        let pdfjs = bindings::load().await?;
        let task = pdfjs.open(url)?;
        let pdf = task.document().await?;
        let first = pdf.page(1).await?.viewport(1.0);
        let size = (first.width(), first.height());
        let slots: Vec<Slot> = (1..=pdf.pages()).filter_map(|number| Slot::new(number, size)).collect();
        for slot in &slots {
            let _ = column.append_child(&slot.sheet);
        }
        Ok(Rc::new(Pages {
            pdfjs,
            pdf,
            task,
            column,
            slots,
            scale: Cell::new(0.0),
            marks: RefCell::new(None),
            drawing: Cell::new(false),
            closed: Cell::new(false),
        }))
    }

    pub fn count(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Lays the pages out so that they fit the width times `zoom`, keeping in view what was in view.
    pub fn fit(self: &Rc<Self>, zoom: f64) {
        let widest = self.slots.iter().map(|slot| slot.size.get().0).fold(1.0, f64::max);
        let room = f64::from(self.column.client_width()) - 2.0 * GAP;
        if room <= 0.0 {
            return;
        }
        let scale = room / widest * zoom;
        if (scale - self.scale.get()).abs() < 0.001 {
            return;
        }
        let before = f64::from(self.column.scroll_height());
        let at = f64::from(self.column.scroll_top()) / before.max(1.0);
        self.scale.set(scale);
        for slot in &self.slots {
            slot.place(scale);
        }
        self.column
            .set_scroll_top((at * f64::from(self.column.scroll_height())) as i32);
        self.draw_near();
    }

    /// Draws the pages in and next to the view, one after the other, the one in the middle first.
    pub fn draw_near(self: &Rc<Self>) {
        if self.drawing.replace(true) {
            return;
        }
        let pages = Rc::clone(self);
        spawn_local(async move {
            // Whatever scrolls in the same breath is done by then.
            crate::dom::sleep(0).await;
            while let Some(slot) = pages.next_to_draw() {
                match slot.draw(&pages.pdfjs, &pages.pdf, pages.scale.get()).await {
                    // Marks were placed by the guessed size.
                    Ok(true) => pages.mark_slot(slot),
                    Ok(false) => {}
                    Err(_) if pages.closed.get() => break,
                    Err(error) => {
                        crate::dom::log_error(&format!("{error:?}"));
                        break;
                    }
                }
            }
            pages.drawing.set(false);
        });
    }

    /// The empty sheet nearest to the middle of the view; frees the far ones on the way.
    fn next_to_draw(&self) -> Option<&Slot> {
        if self.closed.get() {
            return None;
        }
        let height = f64::from(self.column.client_height());
        let middle = f64::from(self.column.scroll_top()) + height / 2.0;
        let scale = self.scale.get();
        let mut nearest: Option<(f64, &Slot)> = None;
        for slot in &self.slots {
            let begin = f64::from(slot.sheet.offset_top());
            let end = begin + f64::from(slot.sheet.offset_height());
            let away = (begin - middle).max(middle - end).max(0.0);
            if away > height * KEEP {
                slot.empty();
            } else if away <= height && slot.needs(scale) && nearest.is_none_or(|(least, _)| away < least) {
                nearest = Some((away, slot));
            }
        }
        nearest.map(|(_, slot)| slot)
    }

    /// Number of the page in the middle of the view.
    pub fn current(&self) -> u32 {
        let middle = self.column.scroll_top() + self.column.client_height() / 2;
        let above = self.slots.iter().rev().find(|slot| slot.sheet.offset_top() <= middle);
        above.map_or(1, |slot| slot.number)
    }

    pub fn turn_to(self: &Rc<Self>, number: u32) {
        if let Some(slot) = self.slots.get(number.saturating_sub(1) as usize) {
            self.column.set_scroll_top(slot.sheet.offset_top() - GAP as i32);
            self.draw_near();
        }
    }

    /// Marks a passage and brings it into view.
    pub fn mark(self: &Rc<Self>, marks: Option<Marks>) {
        *self.marks.borrow_mut() = marks;
        for slot in &self.slots {
            self.mark_slot(slot);
        }
        self.show_mark();
    }

    fn mark_slot(&self, slot: &Slot) {
        overlay::clear(&slot.sheet);
        let marks = self.marks.borrow();
        let Some(marks) = marks.as_ref() else { return };
        let passage = &marks.passage;
        // The page the passage begins on comes with the size its rectangles were measured by.
        let size = if slot.number == passage.page && passage.page_width > 0.0 {
            (f64::from(passage.page_width), f64::from(passage.page_height))
        } else {
            slot.size.get()
        };
        let rectangles = marks.rectangles();
        if rectangles.iter().any(|mark| mark.page == slot.number) {
            overlay::draw(&slot.sheet, &rectangles, slot.number, size);
        }
    }

    pub fn show_mark(self: &Rc<Self>) {
        let Some(page) = self.marks.borrow().as_ref().map(Marks::page) else {
            return;
        };
        self.turn_to(page);
        overlay::scroll_to_mark(&self.column);
        self.draw_near();
    }

    pub fn close(&self) {
        self.closed.set(true);
        let _ = self.task.destroy();
        for slot in &self.slots {
            slot.sheet.remove();
        }
    }
}
