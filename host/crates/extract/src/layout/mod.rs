//! Placed words of one page to typed blocks in reading order.
//!
//! Words become segments (stretches of a line without a wide gap), segments are ordered by columns,
//! and lines of one column become paragraphs, list items and tables. Knows nothing of PDF or OCR.

mod columns;
mod document;
mod headings;
mod items;
mod joins;
mod lined;
mod lines;
mod paragraphs;
mod raised;
mod ruled;
mod running;
mod segments;
mod spelling;
mod tables;
mod text;
mod turn;

pub(crate) use document::Assembly;
pub(crate) use turn::Turn;

/// left, top, right, bottom in points, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl Rect {
    pub const NOTHING: Self = Self {
        x0: f32::MAX,
        y0: f32::MAX,
        x1: f32::MIN,
        y1: f32::MIN,
    };

    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    pub fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    pub fn middle_x(&self) -> f32 {
        (self.x0 + self.x1) / 2.0
    }

    pub fn middle_y(&self) -> f32 {
        (self.y0 + self.y1) / 2.0
    }

    pub fn join(&mut self, other: &Self) {
        self.x0 = self.x0.min(other.x0);
        self.y0 = self.y0.min(other.y0);
        self.x1 = self.x1.max(other.x1);
        self.y1 = self.y1.max(other.y1);
    }

    /// Length of the common stretch on the y axis; negative is the distance.
    pub fn overlap_y(&self, other: &Self) -> f32 {
        self.y1.min(other.y1) - self.y0.max(other.y0)
    }
}

/// A word with its place.
#[derive(Clone, Debug)]
pub(crate) struct PlacedWord {
    pub text: String,
    /// In the reading frame: the page turned so that this word's line runs from left to right.
    pub rect: Rect,
    /// In the page as displayed.
    pub shown: [f32; 4],
    /// y of the baseline in the reading frame.
    pub baseline: f32,
    /// Effective font size in points.
    pub size: f32,
    pub bold: bool,
    /// Stands for the typeface; 0 when unknown.
    pub family: u16,
}

/// Stretch of one line whose words stand close together.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// Indices into the words of the page, from left to right.
    pub words: Vec<u32>,
    pub rect: Rect,
    pub baseline: f32,
    pub size: f32,
    pub chars: u32,
    /// A lone bullet or number before an item of a list.
    pub marker: bool,
    /// Stands for the whole of a ruled table of the page.
    pub ruled: Option<usize>,
}

impl Segment {
    pub fn of_table(index: usize, rect: Rect) -> Self {
        Self {
            words: Vec::new(),
            rect,
            baseline: rect.y1,
            size: 0.0,
            chars: 0,
            marker: false,
            ruled: Some(index),
        }
    }
}

/// A stretch of the page that reads on its own, in reading order.
#[derive(Debug)]
pub(crate) enum Zone {
    /// One column of lines.
    Flow(Vec<Segment>),
    /// Rows of cells of segments.
    Table(Vec<Vec<Vec<Segment>>>),
}
