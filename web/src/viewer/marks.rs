//! Which parts of a document are marked: the passage lightly, the quoted words strongly.

use api_types::{LineBox, PassageView};

use super::target::CitedPassage;

#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    pub passage: PassageView,
    quote: (u32, u32),
}

/// One rectangle in points from the top left of its page.
#[derive(Clone, Debug, PartialEq)]
pub struct Rectangle {
    pub page: u32,
    pub rect: [f32; 4],
    /// The line holds quoted words.
    pub quoted: bool,
}

impl Marks {
    pub fn new(passage: PassageView, cited: &CitedPassage) -> Marks {
        Marks {
            passage,
            quote: cited.range,
        }
    }

    pub fn rectangles(&self) -> Vec<Rectangle> {
        let lines = self.passage.lines.iter();
        lines
            .map(|line| Rectangle {
                page: line.page,
                rect: line.rect,
                quoted: self.quotes(line),
            })
            .collect()
    }

    fn quotes(&self, line: &LineBox) -> bool {
        line.start < self.quote.1 && line.end > self.quote.0
    }

    /// The page on which the quoted words begin.
    pub fn page(&self) -> u32 {
        self.passage
            .lines
            .iter()
            .find(|line| self.quotes(line))
            .map_or(self.passage.page, |line| line.page)
    }

    /// Cuts a block's text into pieces: plain, of the passage, of the quote.
    pub fn cut<'a>(&self, page: u32, block: u32, text: &'a str) -> Vec<(Piece, &'a str)> {
        let mut pieces = Vec::new();
        let mut from = 0;
        // Offsets that do not fit the text lose a mark, never a word.
        let inside = |offset: usize| {
            (0..=offset.min(text.len()))
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0)
        };
        for span in self
            .passage
            .spans
            .iter()
            .filter(|span| span.page == page && span.block == block)
        {
            let start = inside(span.start as usize).max(from);
            let end = inside(span.end as usize).max(start);
            // The quote's range, moved from the passage's text to the block's.
            let shift = |offset: u32| {
                inside(span.start as usize + offset.saturating_sub(span.passage_start) as usize).clamp(start, end)
            };
            let quote = (shift(self.quote.0), shift(self.quote.1));
            for (piece, begin, stop) in [
                (Piece::Plain, from, start),
                (Piece::Passage, start, quote.0),
                (Piece::Quote, quote.0, quote.1),
                (Piece::Passage, quote.1, end),
            ] {
                if let Some(part) = text.get(begin..stop).filter(|part| !part.is_empty()) {
                    pieces.push((piece, part));
                }
            }
            from = end;
        }
        if let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
            pieces.push((Piece::Plain, rest));
        }
        pieces
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Plain,
    Passage,
    Quote,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn marks(quote: (u32, u32)) -> Marks {
        let passage = serde_json::from_value(serde_json::json!({
            "id": "p", "heading": null, "text": "two three", "page": 1, "page_end": 1,
            "page_width": 600.0, "page_height": 800.0,
            "lines": [
                {"page": 1, "start": 0, "end": 3, "rect": [0.0, 0.0, 10.0, 10.0]},
                {"page": 2, "start": 4, "end": 9, "rect": [0.0, 10.0, 10.0, 20.0]}
            ],
            "spans": [{"page": 1, "block": 0, "start": 4, "end": 13, "passage_start": 0}],
            "document": {
                "id": "d", "title": "", "file_name": "", "media_type": "", "bytes": 0, "source": "upload",
                "status": "ready", "progress": 1.0, "reason": null, "pages": 1, "passages": 1, "ocr_pages": 0,
                "language": null, "source_date": null, "source_owner": null, "watermark": null,
                "added_at": 0, "updated_at": 0, "can_delete": false
            }
        }))
        .unwrap();
        Marks { passage, quote }
    }

    #[test]
    fn a_block_is_cut_into_what_is_cited_and_what_is_not() {
        assert_eq!(
            marks((4, 9)).cut(1, 0, "one two three four"),
            [
                (Piece::Plain, "one "),
                (Piece::Passage, "two "),
                (Piece::Quote, "three"),
                (Piece::Plain, " four")
            ]
        );
        assert_eq!(
            marks((4, 9)).cut(1, 1, "another block"),
            [(Piece::Plain, "another block")]
        );
    }

    #[test]
    fn offsets_beyond_the_text_lose_no_word() {
        for text in ["one", "one tw\u{f6}", "\u{f6}\u{f6}\u{f6}\u{f6}\u{f6}\u{f6}\u{f6}"] {
            let whole: String = marks((4, 9)).cut(1, 0, text).iter().map(|(_, part)| *part).collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn the_page_is_where_the_quote_begins() {
        assert_eq!(marks((4, 9)).page(), 2);
        assert_eq!(marks((0, 3)).page(), 1);
        assert_eq!(marks((4, 9)).rectangles().iter().filter(|mark| mark.quoted).count(), 1);
    }
}
