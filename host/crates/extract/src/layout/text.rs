//! Words to the text of a block, with the place of each word in it.

use api_types::Word;

use super::raised::{self, Role};
use super::spelling::{Joint, Spelling};
use super::{PlacedWord, Rect};
use crate::raised::signs;

/// What a block looks like, before the whole document tells headings from body text.
#[derive(Clone, Debug)]
pub(super) struct RawBlock {
    pub shape: Shape,
    pub text: String,
    pub words: Vec<Word>,
    /// In the reading frame.
    pub rect: Rect,
    pub size: f32,
    pub bold: bool,
    /// Typeface of most words of the first line; 0 when unknown or mixed.
    pub family: u16,
    pub lines: u32,
    /// Byte offsets where a hyphen at the end of a line was dropped; words on later pages may tell that it belongs there.
    pub dropped: Vec<u32>,
}

impl RawBlock {
    /// Takes in the rest of a sentence that goes on in the next column.
    pub fn absorb(&mut self, rest: Self, spelling: &Spelling) {
        let mut text = Text {
            text: std::mem::take(&mut self.text),
            words: std::mem::take(&mut self.words),
            dropped: std::mem::take(&mut self.dropped),
            fresh: false,
        };
        let first = rest.words.first().map_or("", |w| &rest.text[..w.end as usize]);
        text.join(true, first, spelling);
        let shift = text.text.len() as u32;
        text.text.push_str(&rest.text);
        text.words.extend(rest.words.into_iter().map(|w| Word {
            start: w.start + shift,
            end: w.end + shift,
            ..w
        }));
        text.dropped.extend(rest.dropped.into_iter().map(|at| at + shift));
        (self.text, self.words, self.dropped) = (text.text, text.words, text.dropped);
        self.rect.join(&rest.rect);
        self.lines += rest.lines;
    }

    /// Puts back the hyphens of words that the document writes with one elsewhere: "alcohol-" at the end of a line.
    pub fn restore_hyphens(&mut self, spelling: &Spelling) {
        // From the end, so that the offsets before stay right.
        for at in std::mem::take(&mut self.dropped).into_iter().rev() {
            let (before, after) = self.text.split_at(at as usize);
            let start = before.rsplit(char::is_whitespace).next().unwrap_or(before);
            let end = after.split(char::is_whitespace).next().unwrap_or(after);
            if !spelling.has_compound(start, end) {
                continue;
            }
            self.text.insert(at as usize, '-');
            for word in self.words.iter_mut().filter(|w| w.end >= at) {
                word.end += 1;
                word.start += u32::from(word.start >= at);
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    ListItem,
    Table,
    /// Text across the page, at a slant.
    Watermark,
}

/// Positions are stored and sent as decimal text; a hundredth of a point is finer than any screen.
fn hundredths(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}

#[derive(Default)]
pub(super) struct Text {
    text: String,
    words: Vec<Word>,
    /// Nothing of the current line, row or cell has been written yet.
    fresh: bool,
    /// Byte offsets where a hyphen was dropped.
    dropped: Vec<u32>,
}

impl Text {
    pub fn begin_row(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.fresh = true;
    }

    pub fn begin_cell(&mut self, column: usize) {
        if column > 0 {
            self.text.push_str(" | ");
        }
        self.fresh = true;
    }

    pub fn line(&mut self, line: &[u32], words: &[PlacedWord], spelling: &Spelling) {
        let line: Vec<&PlacedWord> = line.iter().filter_map(|&w| words.get(w as usize)).collect();
        let mut base = None;
        for (index, &word) in line.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|i| line.get(i)).copied();
            let role = raised::role(base, before, word, line.get(index + 1).copied());
            if !(self.text.is_empty() || self.fresh || role.is_attached()) {
                self.join(index == 0, &word.text, spelling);
            }
            self.fresh = false;
            let start = self.text.len() as u32;
            match role {
                Role::Raised => self.text.extend(signs(&word.text)),
                Role::Upper => self.text.push_str(&word.text),
                Role::Attached | Role::Apart => {
                    self.text.push_str(&word.text);
                    base = Some(word);
                }
            }
            self.words.push(Word {
                start,
                end: self.text.len() as u32,
                rect: word.shown.map(hundredths),
            });
        }
    }

    fn join(&mut self, at_line_end: bool, next: &str, spelling: &Spelling) {
        let last = self.text.rsplit([' ', '\n']).next().unwrap_or("");
        match if at_line_end {
            spelling.joint(last, next)
        } else {
            Joint::Space
        } {
            Joint::Space => self.text.push(' '),
            Joint::KeepHyphen => {}
            Joint::DropHyphen => {
                if self.text.pop() == Some('-') {
                    self.dropped.push(self.text.len() as u32);
                }
                if let Some(word) = self.words.last_mut() {
                    word.end = self.text.len() as u32;
                }
            }
        }
    }

    pub fn block(self, shape: Shape, rect: Rect, size: f32, bold: bool, lines: u32) -> Option<RawBlock> {
        let words = self.words;
        (!words.is_empty()).then_some(RawBlock {
            shape,
            text: self.text,
            words,
            rect,
            size,
            bold,
            family: 0,
            lines,
            dropped: self.dropped,
        })
    }
}
