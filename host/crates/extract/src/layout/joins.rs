//! Sentences that a column break cuts in two.

use api_types::BlockKind;

use super::spelling::Spelling;
use super::text::{RawBlock, Shape};

/// Lines of a narrow column of prose have at least so many words on average; columns of names or numbers have fewer.
const PROSE: usize = 4;

/// Running lines of the lower half of a page, of this height, come after its text: they would cut the columns apart.
pub(super) fn running_lines_last(page: &mut Vec<(RawBlock, BlockKind)>, height: f32) {
    let mut feet = page
        .extract_if(.., |(b, kind)| {
            *kind == BlockKind::Furniture && b.shape != Shape::Watermark && b.rect.y0 > height / 2.0
        })
        .collect::<Vec<_>>();
    // What stands beside each other reads from left to right, though one of them is set a little higher.
    for end in (1..feet.len()).rev() {
        for at in 0..end {
            let (a, b) = (&feet[at].0, &feet[at + 1].0);
            let near = (a.rect.middle_y() - b.rect.middle_y()).abs() < 1.5 * a.size.max(b.size);
            if near && b.rect.x1 <= a.rect.x0 {
                feet.swap(at, at + 1);
            }
        }
    }
    page.extend(feet);
}

/// Joins what goes on at the head of the next column to what it belongs to. Running lines may stand between.
///
/// Pages stay apart: every word of a block is on the block's page.
pub(super) fn across_columns(page: Vec<(RawBlock, BlockKind)>, spelling: &Spelling) -> Vec<(RawBlock, BlockKind)> {
    let mut out: Vec<(RawBlock, BlockKind)> = Vec::with_capacity(page.len());
    for (block, kind) in page {
        let before = out.iter_mut().rfind(|(_, kind)| *kind != BlockKind::Furniture);
        match before {
            Some((open, open_kind)) if kind == BlockKind::Paragraph && runs_on(open, *open_kind, &block) => {
                open.absorb(block, spelling);
            }
            _ => out.push((block, kind)),
        }
    }
    out
}

fn runs_on(open: &RawBlock, kind: BlockKind, next: &RawBlock) -> bool {
    let next_column = next.rect.x0 > open.rect.x1 - 2.0 && next.rect.y0 < open.rect.y1 - open.size;
    let same_type =
        open.bold == next.bold && open.family == next.family && (open.size - next.size).abs() < 0.05 * open.size;
    if !next_column || !same_type || !matches!(kind, BlockKind::Paragraph | BlockKind::ListItem) {
        return false;
    }
    let last = open.text.rsplit(' ').next().unwrap_or(&open.text);
    if last.ends_with(['.', ':', ';', '!', '?']) || last.contains("://") || last.contains("www.") {
        return false;
    }
    if next.text.starts_with(char::is_lowercase) {
        return true;
    }
    // A name may begin the next column; a full last line shows that the sentence did not end before it.
    let full = open
        .words
        .last()
        .is_some_and(|w| w.rect[2] > open.rect.x1 - 0.2 * open.rect.width());
    let open_ended = last.ends_with(|c: char| c.is_alphanumeric() || c == ',');
    let prose = open.words.len() >= PROSE * open.lines as usize;
    full && prose && open_ended && open.lines > 1 && next.lines > 1 && next.text.starts_with(char::is_alphanumeric)
}
