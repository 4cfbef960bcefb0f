//! Directions of writing.

use super::Rect;

/// Direction of a line of text on the displayed page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Right,
    Down,
    Left,
    Up,
    /// Anything else, such as a watermark across the page.
    Slanted,
}

impl Turn {
    /// From an angle in degrees, counter-clockwise, on the displayed page.
    pub fn of(degrees: f32) -> Self {
        let degrees = degrees.rem_euclid(360.0);
        let quarter = (degrees / 90.0).round();
        if (degrees - quarter * 90.0).abs() > 12.0 {
            return Self::Slanted;
        }
        match quarter as i32 % 4 {
            0 => Self::Right,
            1 => Self::Up,
            2 => Self::Left,
            _ => Self::Down,
        }
    }

    /// A point of a page of the given width and height in the frame where text of this direction runs to the right.
    pub fn reading(self, (width, height): (f32, f32), x: f32, y: f32) -> (f32, f32) {
        match self {
            Self::Right | Self::Slanted => (x, y),
            Self::Up => (height - y, x),
            Self::Left => (width - x, height - y),
            Self::Down => (y, width - x),
        }
    }

    pub fn reading_rect(self, page: (f32, f32), shown: &Rect) -> Rect {
        let (ax, ay) = self.reading(page, shown.x0, shown.y0);
        let (bx, by) = self.reading(page, shown.x1, shown.y1);
        Rect {
            x0: ax.min(bx),
            y0: ay.min(by),
            x1: ax.max(bx),
            y1: ay.max(by),
        }
    }
}
