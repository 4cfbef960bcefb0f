//! Rectangles of a passage's lines, merged from those of its words.

use api_types::{BlockSpan, LineBox, Page, Word};

use super::offset;
use super::pieces::Piece;

/// One rectangle a line, in text order. `spans` are those of the passage that `pieces` make up.
pub(super) fn boxes(pages: &[Page], pieces: &[Piece], spans: &[BlockSpan]) -> Vec<LineBox> {
    let mut lines: Vec<LineBox> = Vec::new();
    for span in spans {
        let Some(piece) = pieces
            .iter()
            .find(|p| pages[p.page].number == span.page && offset(p.block) == span.block)
        else {
            continue;
        };
        let block = &pages[piece.page].blocks[piece.block];
        let mut open: Option<LineBox> = None;
        for word in block
            .words
            .iter()
            .filter(|word| word.start >= span.start && word.end <= span.end && word.start < word.end)
        {
            let (start, end) = (
                word.start - span.start + span.passage_start,
                word.end - span.start + span.passage_start,
            );
            match open.as_mut().filter(|line| same_line(line, word)) {
                Some(line) => {
                    line.end = line.end.max(end);
                    line.rect = union(line.rect, word.rect);
                }
                None => lines.extend(open.replace(LineBox {
                    page: span.page,
                    start,
                    end,
                    rect: word.rect,
                })),
            }
        }
        lines.extend(open);
    }
    lines
}

/// The word stands level with the line and to its right: half the lower one's height overlaps.
fn same_line(line: &LineBox, word: &Word) -> bool {
    let [_, top, right, bottom] = line.rect;
    let [left, word_top, _, word_bottom] = word.rect;
    let overlap = bottom.min(word_bottom) - top.max(word_top);
    let height = (bottom - top).min(word_bottom - word_top).max(f32::MIN_POSITIVE);
    // Half a line height of tolerance: kerning and justified text let boxes touch.
    overlap >= height / 2.0 && left >= right - height / 2.0
}

fn union(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}
