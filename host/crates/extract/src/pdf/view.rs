//! From a page's own coordinates to the page as displayed and to the reading frame of its text.

use crate::layout::{Rect, Turn};

/// The visible part of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub left: f32,
    pub bottom: f32,
    pub right: f32,
    pub top: f32,
    /// Clockwise rotation for display, in quarter turns.
    pub quarters: i32,
}

impl View {
    pub fn width(&self) -> f32 {
        if self.quarters % 2 == 0 {
            self.right - self.left
        } else {
            self.top - self.bottom
        }
    }

    pub fn height(&self) -> f32 {
        if self.quarters % 2 == 0 {
            self.top - self.bottom
        } else {
            self.right - self.left
        }
    }

    pub fn point(&self, x: f32, y: f32) -> (f32, f32) {
        match self.quarters {
            1 => (y - self.bottom, x - self.left),
            2 => (self.right - x, y - self.bottom),
            3 => (self.top - y, self.right - x),
            _ => (x - self.left, self.top - y),
        }
    }

    pub fn shown(&self, left: f32, bottom: f32, right: f32, top: f32) -> Rect {
        let (ax, ay) = self.point(left, bottom);
        let (bx, by) = self.point(right, top);
        Rect {
            x0: ax.min(bx),
            y0: ay.min(by),
            x1: ax.max(bx),
            y1: ay.max(by),
        }
    }

    pub fn reading(&self, turn: Turn, x: f32, y: f32) -> (f32, f32) {
        turn.reading((self.width(), self.height()), x, y)
    }

    pub fn reading_rect(&self, turn: Turn, shown: &Rect) -> Rect {
        turn.reading_rect((self.width(), self.height()), shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_turned_clockwise_shows_its_lower_left_corner_at_the_top_left() {
        let view = View {
            left: 10.0,
            bottom: 20.0,
            right: 110.0,
            top: 220.0,
            quarters: 1,
        };
        assert_eq!((view.width(), view.height()), (200.0, 100.0));
        assert_eq!(view.point(10.0, 20.0), (0.0, 0.0));
        assert_eq!(view.point(110.0, 220.0), (200.0, 100.0));
    }

    #[test]
    fn text_written_upwards_reads_to_the_right_in_its_frame() {
        let view = View {
            left: 0.0,
            bottom: 0.0,
            right: 100.0,
            top: 200.0,
            quarters: 0,
        };
        assert_eq!(Turn::of(90.0), Turn::Up);
        // The lower end of the line comes first.
        let (start, _) = view.reading(Turn::Up, 50.0, 180.0);
        let (end, _) = view.reading(Turn::Up, 50.0, 20.0);
        assert!(start < end);
        assert_eq!(Turn::of(45.0), Turn::Slanted);
        assert_eq!(Turn::of(359.0), Turn::Right);
    }
}
