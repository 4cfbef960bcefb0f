//! The characters of a PDF page to placed words.

use pdfium_render::prelude::{PdfPageText, PdfPageTextChar};

use super::ground::Ground;
use super::view::View;
use crate::layout::{PlacedWord, Rect, Turn};

/// Gap between two characters, in font sizes, that separates words where the file writes no space.
const WORD_GAP: f32 = 0.25;

/// Words of a page by direction of writing, the direction with most characters first. What nobody sees is left out.
pub(crate) fn words(text: &PdfPageText<'_>, view: &View, ground: &Ground<'_>) -> Vec<(Turn, Vec<PlacedWord>)> {
    let mut reader = Reader {
        view,
        ground,
        open: None,
        done: Vec::new(),
    };
    let chars = text.chars();
    for char in chars.iter() {
        reader.char(&char);
    }
    reader.close();
    by_direction(reader.done)
}

fn by_direction(words: Vec<(Turn, PlacedWord)>) -> Vec<(Turn, Vec<PlacedWord>)> {
    let mut frames: Vec<(Turn, usize, Vec<PlacedWord>)> = Vec::new();
    for (turn, word) in words {
        let at = match frames.iter().position(|f| f.0 == turn) {
            Some(at) => at,
            None => {
                frames.push((turn, 0, Vec::new()));
                frames.len() - 1
            }
        };
        frames[at].1 += word.text.len();
        frames[at].2.push(word);
    }
    frames.sort_by_key(|f| (f.0 == Turn::Slanted, std::cmp::Reverse(f.1)));
    frames.into_iter().map(|(turn, _, words)| (turn, words)).collect()
}

struct Reader<'a> {
    view: &'a View,
    ground: &'a Ground<'a>,
    open: Option<(Turn, Rect, PlacedWord)>,
    done: Vec<(Turn, PlacedWord)>,
}

impl Reader<'_> {
    fn char(&mut self, char: &PdfPageTextChar<'_>) {
        let code = char.unicode_value();
        // PDFium reports a hyphen at the end of a line as U+0002 and characters without a mapping as 0.
        let glyph = match code {
            0x02 | 0xfffe | 0x2010 => '-',
            code => match char::from_u32(code) {
                Some(c) if !c.is_whitespace() && !c.is_control() && !is_blank(c) => c,
                _ => return self.close(),
            },
        };
        let Ok(bounds) = char.loose_bounds() else {
            return self.close();
        };
        if self.ground.hides(char, &bounds) {
            return self.close();
        }
        let shown = self.view.shown(
            bounds.left().value,
            bounds.bottom().value,
            bounds.right().value,
            bounds.top().value,
        );
        if let Some((turn, last, word)) = &mut self.open {
            let rect = self.view.reading_rect(*turn, &shown);
            let gap = rect.x0 - last.x1;
            // PDFium gives all letters of a ligature the box of the ligature.
            let continues = *turn == Turn::Slanted
                || rect == *last
                || (gap < WORD_GAP * word.size
                    && gap > -0.6 * word.size
                    && rect.overlap_y(last) > 0.25 * rect.height().min(last.height())
                    && !(is_of_exponents(glyph) && is_raised(&rect, last))
                    && !(word.text.ends_with(is_of_exponents) && is_raised(last, &rect)));
            if continues {
                push(&mut word.text, glyph);
                *last = rect;
                word.rect.join(&rect);
                let mut all = Rect {
                    x0: word.shown[0],
                    y0: word.shown[1],
                    x1: word.shown[2],
                    y1: word.shown[3],
                };
                all.join(&shown);
                word.shown = [all.x0, all.y0, all.x1, all.y1];
                return;
            }
            self.close();
        }
        self.begin(char, glyph, shown);
    }

    fn begin(&mut self, char: &PdfPageTextChar<'_>, glyph: char, shown: Rect) {
        let (cos, sin, scale) = match char.matrix() {
            Ok(m) => (m.a(), m.b(), m.c().hypot(m.d())),
            Err(_) => (1.0, 0.0, 1.0),
        };
        let turn = Turn::of(sin.atan2(cos).to_degrees() - 90.0 * self.view.quarters as f32);
        let mut rect = self.view.reading_rect(turn, &shown);
        let mut size = char.unscaled_font_size().value * scale;
        if !(size > 0.5 && size < 2000.0) {
            size = rect.height();
        }
        let origin = char.origin().map(|(x, y)| self.view.point(x.value, y.value));
        let baseline = origin.map_or(rect.y1 - 0.22 * size, |(x, y)| self.view.reading(turn, x, y).1);
        // Some fonts declare no height, others a huge one.
        if turn != Turn::Slanted && (rect.height() < 0.3 * size || rect.height() > 2.2 * size) {
            rect.y0 = baseline - 0.9 * size;
            rect.y1 = baseline + 0.25 * size;
        }
        let mut text = String::with_capacity(12);
        push(&mut text, glyph);
        let (bold, family) = face(char);
        let word = PlacedWord {
            text,
            rect,
            shown: [shown.x0, shown.y0, shown.x1, shown.y1],
            baseline,
            size,
            bold,
            family,
        };
        self.open = Some((turn, rect, word));
    }

    fn close(&mut self) {
        if let Some((turn, _, word)) = self.open.take() {
            let (x, y) = (
                (word.shown[0] + word.shown[2]) / 2.0,
                (word.shown[1] + word.shown[3]) / 2.0,
            );
            // Text outside the crop box is not on the page that people see.
            if x > -1.0 && y > -1.0 && x < self.view.width() + 1.0 && y < self.view.height() + 1.0 {
                self.done.push((turn, word));
            }
        }
    }
}

/// Characters of exponents and of marks that point to notes.
fn is_of_exponents(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '-' | '−' | '–' | ',')
}

/// The box of a character is smaller than its neighbour's and ends higher. The boxes are as high as the font, whatever the letter.
fn is_raised(small: &Rect, large: &Rect) -> bool {
    small.height() < 0.85 * large.height() && small.y1 < large.y1 - 0.12 * large.height()
}

/// Whether the font of a character is bold, and a number for its typeface.
fn face(char: &PdfPageTextChar<'_>) -> (bool, u16) {
    use pdfium_render::prelude::PdfFontWeight as Weight;
    let name = char.font_name();
    // Subsets carry a tag of six letters: "ABCDEF+Garamond-Bold".
    let name = name.split_once('+').map_or(name.as_str(), |(_, name)| name);
    let has = |parts: &[&str]| parts.iter().any(|p| name.contains(p));
    let bold = if has(&["Bold", "bold", "Black", "Heavy", "Demi"]) {
        true
    } else if has(&["Regular", "Roman", "Book", "Light", "Italic"]) {
        false
    } else {
        // The weight is guessed from the width of stems, and some programs write any number there.
        match char.font_weight() {
            Some(Weight::Weight700Bold | Weight::Weight800 | Weight::Weight900) => true,
            Some(Weight::Custom(weight)) => weight >= 700,
            _ => false,
        }
    };
    let end = name.find(['-', ',', '_']).unwrap_or(name.len());
    let family = name[..end]
        .trim_end_matches("MT")
        .trim_end_matches("PS")
        .trim_end_matches(|c: char| c.is_ascii_digit());
    // Computer Modern, the typeface of TeX, has a name for every style.
    let family = if family.starts_with("CM") || family.starts_with("SFR") {
        "CM"
    } else {
        family
    };
    let sum = family
        .bytes()
        .fold(7_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(u16::from(byte)));
    (bold, sum.max(1))
}

/// Characters that carry no text: byte order marks, zero-width spaces and joiners, replacement characters.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fffc}' | '\u{fffd}' | '\u{ffff}')
}

fn push(text: &mut String, c: char) {
    match c {
        '\u{fb00}' => text.push_str("ff"),
        '\u{fb01}' => text.push_str("fi"),
        '\u{fb02}' => text.push_str("fl"),
        '\u{fb03}' => text.push_str("ffi"),
        '\u{fb04}' => text.push_str("ffl"),
        '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
        c => text.push(c),
    }
}
