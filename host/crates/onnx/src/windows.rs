//! Cutting a long text into pieces that the model reads whole.

use std::ops::Range;

use crate::embedder::{Embedder, MAX_PIECES, SPECIAL_PIECES};

impl Embedder {
    /// Byte ranges of at most 256 pieces each that cover the whole text in order.
    ///
    /// Cuts fall at a line or sentence end in the later half of a window where there is one, else between words.
    /// Empty for a text without pieces. A text the tokenizer refuses counts as one window.
    pub fn windows(&self, text: &str) -> Vec<Range<usize>> {
        self.windows_after("", text)
    }

    /// As [`Embedder::windows`], leaving room for `context` before each window.
    pub fn windows_after(&self, context: &str, text: &str) -> Vec<Range<usize>> {
        let context = if context.is_empty() {
            0
        } else {
            self.tokenizer.encode_fast(context, false).map_or(0, |e| e.len())
        };
        let limit = (MAX_PIECES - SPECIAL_PIECES)
            .saturating_sub(context)
            .max(MAX_PIECES / 4);
        let Ok(encoding) = self.tokenizer.encode(text, false) else {
            return std::iter::once(0..text.len()).collect();
        };
        let starts: Vec<usize> = encoding.get_offsets().iter().map(|&(start, _)| start).collect();
        cut(text, &starts, limit)
    }
}

/// `starts` are the byte offsets of the pieces; at most `limit` of them fall into one range.
fn cut(text: &str, starts: &[usize], limit: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut first = 0;
    let mut begin = 0;
    while starts.len() - first > limit {
        let ends = |rank: u8| {
            (first + limit / 2..=first + limit)
                .rev()
                .find(|&piece| boundary(text, starts[piece]) >= rank)
        };
        let next = ends(2).or_else(|| ends(1)).unwrap_or(first + limit);
        ranges.push(begin..starts[next]);
        (first, begin) = (next, starts[next]);
    }
    if first < starts.len() {
        ranges.push(begin..text.len());
    }
    ranges
}

/// How good a cut before `offset` is: 2 after a sentence or line, 1 between words, 0 inside a word.
fn boundary(text: &str, offset: usize) -> u8 {
    let before = &text[..offset];
    let trimmed = before.trim_end();
    if trimmed.len() == before.len() {
        0
    } else if before[trimmed.len()..].contains('\n') || trimmed.ends_with(['.', '!', '?', ';']) {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str) -> Vec<usize> {
        text.char_indices()
            .filter(|&(i, c)| !c.is_whitespace() && (i == 0 || text[..i].ends_with(char::is_whitespace)))
            .map(|(i, _)| i)
            .collect()
    }

    #[test]
    fn a_short_text_is_one_window() {
        let text = "one two three";
        assert!(
            cut(text, &starts(text), 3)
                .into_iter()
                .eq(std::iter::once(0..text.len()))
        );
    }

    #[test]
    fn windows_cover_the_text_and_prefer_sentence_ends() {
        let text = "a b c. d e f. g h i j k l m n";
        let ranges = cut(text, &starts(text), 4);
        assert_eq!(ranges.first().map(|r| &text[r.clone()]), Some("a b c. "));
        assert_eq!(ranges.iter().map(|r| &text[r.clone()]).collect::<String>(), text);
        assert!(ranges.iter().all(|r| starts(&text[r.clone()]).len() <= 4));
    }

    #[test]
    fn a_text_without_pieces_has_no_window() {
        assert!(cut("  ", &[], 4).is_empty());
    }
}
